// The frame of the page: navigation, theme, login, and which section a path shows.

import { get, post, remove, whenLoginNeeded } from './api.js';
import { dialog, field, h, problem, show } from './dom.js';
import { overview } from './overview.js';
import { topics } from './topics.js';
import { topic } from './topic.js';
import { groups, group } from './groups.js';
import { transactions } from './transactions.js';
import { message } from './message.js';
import { cluster } from './cluster.js';

const sections = [
  ['/', 'Overview', overview, 'o'],
  ['/topics', 'Topics', topics, 't'],
  ['/groups', 'Groups', groups, 'g'],
  ['/transactions', 'Transactions', transactions, 'x'],
  ['/message', 'Find a message', message, 'm'],
  ['/cluster', 'Cluster', cluster, 'c'],
];

const details = { topics: topic, groups: group };

const app = document.getElementById('app');
const main = h('main', { id: 'main', tabindex: '-1' });
const nav = h('nav', { 'aria-label': 'Sections' });
const account = h('div', { class: 'row' });
let session = { readOnly: false };
let leave = () => {};

// Theme: the system's, unless one was chosen.
const dark = matchMedia('(prefers-color-scheme: dark)');
const stored = () => localStorage.getItem('theme');
function applyTheme() {
  document.documentElement.dataset.theme = stored() ?? (dark.matches ? 'dark' : 'light');
}
dark.addEventListener('change', applyTheme);
applyTheme();

function switchTheme() {
  localStorage.setItem('theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  applyTheme();
}

export function go(path) {
  history.pushState(null, '', path);
  route();
}

function route() {
  leave();
  const stops = [];
  const abort = new AbortController();
  leave = () => {
    abort.abort();
    stops.forEach(stop => stop());
  };
  const segments = location.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const [section = '', name] = segments;
  show(nav, sections.map(([path, title]) =>
    h('a', { href: path, 'aria-current': path === '/' + section ? 'page' : null }, title)));
  nav.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const open = name !== undefined && details[section]
    ? details[section]
    : (sections.find(([path]) => path === '/' + section) ?? sections[0])[2];
  document.title = `${name ?? section ?? ''} – Barnabas`.replace(/^ – /, '');
  const page = {
    name,
    tab: segments[2],
    parameters: Object.fromEntries(new URLSearchParams(location.search)),
    readOnly: session.readOnly,
    authorizer: session.authorizer,
    signal: abort.signal,
    go,
    /** Shows elements, unless the user has gone elsewhere. */
    show: (...children) => abort.signal.aborted || show(main, ...children),
    fail: error => abort.signal.aborted || error.name === 'AbortError' || error.code === 'LOGIN_REQUIRED' || show(main, problem(error)),
    onleave: stop => stops.push(stop),
    /** Repeats something while the page is open and visible, and nothing in it is selected. */
    every(millis, action) {
      const timer = setInterval(() => document.hidden || String(getSelection()) || action(), millis);
      stops.push(() => clearInterval(timer));
    },
    /** Changes the query of the path without a new entry in the history. */
    keep(parameters) {
      const used = Object.entries(parameters).filter(([, value]) => value);
      history.replaceState(null, '', location.pathname + (used.length ? '?' + new URLSearchParams(used) : ''));
    },
  };
  show(main, h('div', { class: 'soft', role: 'status' }, 'Loading …'));
  Promise.resolve(open(page)).catch(page.fail);
}

function showAccount() {
  show(account,
    session.readOnly && h('span', { class: 'tag' }, 'read-only'),
    session.user && h('span', { class: 'soft wide' }, session.user),
    session.user && h('button', { class: 'plain', onclick: logOut }, 'Log out'),
    h('button', { class: 'plain', title: 'Light or dark', 'aria-label': 'Switch between light and dark', onclick: switchTheme }, '◐'),
    h('button', { class: 'plain wide', title: 'Keys', 'aria-label': 'Keyboard shortcuts', onclick: showKeys }, '?'));
}

async function logOut() {
  await remove('/session');
  start();
}

function logIn() {
  leave();
  const user = h('input', { name: 'user', autocomplete: 'username', required: true });
  const password = h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true });
  const answer = h('div', { class: 'error', role: 'alert' });
  const submit = async event => {
    event.preventDefault();
    show(answer);
    try {
      await post('/session', { user: user.value, password: password.value });
      start();
    } catch (error) {
      show(answer, error.message);
      password.select();
    }
  };
  show(main, h('div', { class: 'card login' }, h('h1', {}, 'Log in'),
    h('p', { class: 'soft' }, 'With a user of the cluster. What you see and change is what its ACLs allow.'),
    h('form', { class: 'stack', onsubmit: submit }, field('User', user), field('Password', password), answer,
      h('button', { class: 'primary', type: 'submit' }, 'Log in'))));
  user.focus();
}

function showKeys() {
  const keys = [...sections.map(([, title, , key]) => [`g ${key}`, title]), ['/', 'Search or filter'], ['?', 'This list'], ['Esc', 'Close']];
  dialog('Keyboard shortcuts', h('dl', { class: 'facts' }, keys.map(([key, title]) => [
    h('dt', {}, key.split(' ').map(each => [h('kbd', {}, each), ' '])), h('dd', {}, title)])),
    h('form', { method: 'dialog' }, h('div', { class: 'row end' }, h('button', {}, 'Close'))));
}

let pending = false;
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  if (document.querySelector('dialog[open]')) return;
  if (pending) {
    pending = false;
    const section = sections.find(([, , , key]) => key === event.key);
    if (section) go(section[0]);
  } else if (event.key === 'g') {
    pending = true;
    setTimeout(() => { pending = false; }, 1200);
  } else if (event.key === '/') {
    event.preventDefault();
    main.querySelector('input[type="search"], input.filter')?.focus();
  } else if (event.key === '?') {
    showKeys();
  }
});

document.addEventListener('click', event => {
  const link = event.target.closest?.('a[href^="/"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button || link.hasAttribute('download')) return;
  if (link.pathname.startsWith('/api/') || link.pathname.startsWith('/metrics')) return;
  event.preventDefault();
  go(link.getAttribute('href'));
  if (!link.closest('.tabs')) main.focus({ preventScroll: true });
  scrollTo(0, 0);
});
addEventListener('popstate', route);

async function start() {
  session = await get('/session');
  showAccount();
  if (session.loggedIn) route();
  else logIn();
}

whenLoginNeeded(() => { session.user = null; showAccount(); logIn(); });
show(app, h('header', { class: 'top' },
  h('a', { class: 'brand', href: '/' }, h('img', { src: '/console/icon.svg', alt: '' }), 'Barnabas'), nav, account), main);
start().catch(error => show(main, problem(error)));
