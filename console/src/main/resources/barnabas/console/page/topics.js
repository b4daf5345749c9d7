import { get, post, query } from './api.js';
import { dialog, field, h, name as breakable, show, table, toast } from './dom.js';
import { bytes, duration, number, rate } from './format.js';

const LIMIT = 50;
const EVERY_MILLIS = 5000;

/** Buttons between pages of a list. */
export function pager(answer, limit, move) {
  if (answer.total <= limit) return null;
  const last = Math.min(answer.offset + limit, answer.total);
  return h('div', { class: 'row' },
    h('button', { disabled: answer.offset === 0, onclick: () => move(Math.max(0, answer.offset - limit)) }, 'Previous'),
    h('span', { class: 'soft small' }, `${number(answer.offset + 1)}–${number(last)} of ${number(answer.total)}`),
    h('button', { disabled: last >= answer.total, onclick: () => move(answer.offset + limit) }, 'Next'));
}

/** Calls an action when the user has stopped typing. */
export function later(action, millis = 200) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, millis);
  };
}

export const topicPath = name => `/topics/${encodeURIComponent(name)}`;

function health(topic) {
  if (topic.offline) return h('span', { class: 'tag bad' }, `${topic.offline} offline`);
  if (topic.underReplicated) return h('span', { class: 'tag warning' }, `${topic.underReplicated} under-replicated`);
  return h('span', { class: 'tag ok' }, 'in sync');
}

function retention(topic) {
  if (topic.cleanup?.includes('compact')) return topic.cleanup.includes('delete') ? `compact, ${duration(Number(topic.retentionMillis))}` : 'compact';
  return duration(topic.retentionMillis == null ? null : Number(topic.retentionMillis));
}

export async function topics(page) {
  const state = { q: '', sort: 'name', order: 'asc', offset: 0, internal: '', ...page.parameters };
  let before = null;
  const search = h('input', { type: 'search', class: 'grow', placeholder: 'Search topics', 'aria-label': 'Search topics', value: state.q, oninput: later(() => change({ q: search.value, offset: 0 })) });
  const internal = h('input', { type: 'checkbox', checked: Boolean(state.internal), onchange: () => change({ internal: internal.checked ? 'true' : '', offset: 0 }) });
  const list = h('div', { class: 'card flush' });
  const pages = h('div');

  const change = parts => {
    Object.assign(state, parts);
    page.keep({ ...state, offset: Number(state.offset) || '' });
    refresh().catch(page.fail);
  };
  const rateOf = (topic, time) => {
    const old = before?.ends[topic.name];
    return old == null || topic.end == null ? null : Math.max(0, (topic.end - old) * 1000 / (time - before.time));
  };

  async function refresh() {
    const answer = await get('/topics' + query({ ...state, limit: LIMIT }), page.signal);
    const time = performance.now();
    const columns = [
      { title: 'Topic', key: 'name', cell: each => h('a', { class: 'name', href: topicPath(each.name) }, breakable(each.name)) },
      { title: 'Partitions', key: 'partitions', n: true, wide: true, cell: each => number(each.partitions) },
      { title: 'Replicas', key: 'replicas', n: true, wide: true, cell: each => number(each.replicas) },
      { title: 'Replication', key: 'health', cell: health },
      { title: 'Records/s', n: true, cell: each => rate(rateOf(each, time)) },
      { title: 'Size', key: 'size', n: true, cell: each => bytes(each.bytes) },
      { title: 'Retention', wide: true, cell: retention },
      { title: 'Groups', key: 'groups', n: true, wide: true, cell: each => number(each.groups) },
      { title: 'Largest lag', key: 'lag', n: true, cell: each => (each.groups ? number(each.lag) : '–') },
    ];
    show(list, table(columns, answer.items, {
      sort: state.sort, order: state.order, onsort: (sort, order) => change({ sort, order, offset: 0 }), label: 'Topics',
      empty: state.q ? 'No topic has this in its name.' : 'No topics yet. Create one, or produce to one that does not exist.',
    }));
    show(pages, pager(answer, LIMIT, offset => change({ offset })));
    if (!before || time - before.time > EVERY_MILLIS - 500)
      before = { time, ends: Object.fromEntries(answer.items.map(each => [each.name, each.end])) };
  }

  page.show(
    h('div', { class: 'head' }, h('h1', {}, 'Topics'),
      !page.readOnly && h('button', { class: 'primary', onclick: () => create(page) }, 'Create topic')),
    h('div', { class: 'row' }, search, h('label', { class: 'row small' }, internal, 'Internal topics')),
    list, pages);
  await refresh();
  page.every(EVERY_MILLIS, () => refresh().catch(page.fail));
}

function create(page) {
  const name = h('input', { required: true, pattern: '[a-zA-Z0-9._\\-]+', maxlength: 249, autocomplete: 'off' });
  const partitions = h('input', { type: 'number', min: 1, placeholder: 'default' });
  const replicas = h('input', { type: 'number', min: 1, placeholder: 'default' });
  const configs = h('textarea', { placeholder: 'retention.ms=86400000', spellcheck: 'false' });
  const answer = h('div', { class: 'error', role: 'alert' });
  const body = preview => ({
    name: name.value,
    ...(partitions.value && { partitions: Number(partitions.value) }),
    ...(replicas.value && { replicationFactor: Number(replicas.value) }),
    configs: Object.fromEntries(configs.value.split('\n').filter(line => line.includes('=')).map(line => {
      const at = line.indexOf('=');
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    })),
    preview,
  });
  const submit = async event => {
    event.preventDefault();
    try {
      await post('/topics', body(false));
      box.close();
      toast(`Created ${name.value}`);
      page.go(topicPath(name.value));
    } catch (error) {
      show(answer, error.message);
    }
  };
  const box = dialog('Create topic', h('form', { onsubmit: submit },
    field('Name', name), h('div', { class: 'row' }, field('Partitions', partitions), field('Replicas', replicas)),
    field('Configs, one a line', configs), answer,
    h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'),
      h('button', { class: 'primary', type: 'submit' }, 'Create'))));
}
