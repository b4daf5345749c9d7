import { get, part, post, query, remove } from './api.js';
import { chart } from './chart.js';
import { dialog, field, h, name as breakable, show, table, toast } from './dom.js';
import { duration, number } from './format.js';
import { later, pager, topicPath } from './topics.js';

const LIMIT = 50;
const EVERY_MILLIS = 3000;
const KEPT = 60;

const state = text => h('span', { class: `tag ${text === 'Stable' ? 'ok' : /Rebal|Assign|Reconcil/.test(text) ? 'warning' : ''}` }, text);
const path = id => `/groups/${part(id)}`;

export async function groups(page) {
  const asked = { q: '', sort: 'name', order: 'asc', offset: 0, ...page.parameters };
  const search = h('input', { type: 'search', class: 'grow', placeholder: 'Search groups', 'aria-label': 'Search groups', value: asked.q, oninput: later(() => change({ q: search.value, offset: 0 })) });
  const list = h('div', { class: 'card flush' });
  const pages = h('div');
  const change = parts => {
    Object.assign(asked, parts);
    page.keep({ ...asked, offset: Number(asked.offset) || '' });
    refresh().catch(page.fail);
  };
  const columns = [
    { title: 'Group', key: 'name', cell: each => h('a', { class: 'name', href: path(each.id) }, breakable(each.id)) },
    { title: 'State', key: 'state', cell: each => state(each.state) },
    { title: 'Kind', key: 'type', wide: true, cell: each => each.type.toLowerCase() || '–' },
    { title: 'Topics', key: 'topics', n: true, cell: each => number(each.topics) },
    { title: 'Lag', key: 'lag', n: true, cell: each => number(each.lag) },
    { title: 'Coordinator', n: true, wide: true, cell: each => each.coordinator },
  ];
  async function refresh() {
    const answer = await get('/groups' + query({ ...asked, limit: LIMIT }), page.signal);
    show(list, table(columns, answer.items, {
      sort: asked.sort, order: asked.order, onsort: (sort, order) => change({ sort, order, offset: 0 }), label: 'Groups',
      empty: asked.q ? 'No group has this in its name.' : 'No groups yet. They appear with their first member or committed offset.',
    }));
    show(pages, pager(answer, LIMIT, offset => change({ offset })));
  }
  page.show(h('div', { class: 'head' }, h('h1', {}, 'Groups')), h('div', { class: 'row' }, search), list, pages);
  await refresh();
  page.every(EVERY_MILLIS, () => refresh().catch(page.fail));
}

const memberColumns = [
  { title: 'Member', cell: each => [h('div', { class: 'name' }, each.client), h('div', { class: 'mono small soft' }, each.id)] },
  { title: 'Instance', wide: true, cell: each => each.instance ?? '–' },
  { title: 'Host', cell: each => h('span', { class: 'mono' }, each.host) },
  { title: 'Partitions', cell: each => h('span', { class: 'mono small' }, each.partitions.join(', ') || '–') },
];

const offsetColumns = [
  { title: 'Topic', cell: each => h('a', { class: 'name', href: topicPath(each.topic) }, breakable(each.topic)) },
  { title: 'Partition', n: true, cell: each => each.partition },
  { title: 'Committed', n: true, cell: each => number(each.committed) },
  { title: 'End', n: true, wide: true, cell: each => number(each.end) },
  { title: 'Lag', n: true, cell: each => number(each.lag) },
  { title: 'Behind by', n: true, cell: each => duration(each.lagMillis) },
  { title: 'Member', wide: true, cell: each => h('span', { class: 'mono small soft' }, each.member ?? '–') },
];

export async function group(page) {
  const id = page.name;
  const lags = [], times = [];
  const trend = chart('Lag of the last minutes', number);
  page.onleave(trend.close);
  const draw = answer => {
    lags.push(answer.lag);
    times.push(Date.now());
    if (lags.length > KEPT) {
      lags.shift();
      times.shift();
    }
    trend.update(times, lags);
    const oldest = Math.max(...answer.offsets.map(each => each.lagMillis ?? 0), 0);
    page.show(
      h('div', { class: 'head' }, h('div', {}, h('h1', {}, breakable(id)),
        h('div', { class: 'sub row' }, state(answer.state), `${answer.type.toLowerCase()} group`, answer.assignor && `, ${answer.assignor}`, `, coordinator ${answer.coordinator}`)),
        !page.readOnly && h('div', { class: 'row' },
          h('button', { onclick: () => reset(page, answer) }, 'Move offsets …'),
          h('button', { class: 'danger', onclick: () => drop(page, answer) }, 'Delete …'))),
      h('div', { class: 'grid' },
        h('div', { class: 'card stat' }, h('div', { class: 'label' }, 'Lag in records'), h('div', { class: 'value', id: 'lag' }, number(answer.lag)), trend.element),
        h('div', { class: 'card stat' }, h('div', { class: 'label' }, 'Lag in time'), h('div', { class: 'value' }, duration(oldest))),
        h('div', { class: 'card stat' }, h('div', { class: 'label' }, 'Members'), h('div', { class: 'value' }, number(answer.members.length)))),
      h('section', { class: 'card flush' }, h('h2', {}, 'Members'), table(memberColumns, answer.members, { label: 'Members', empty: 'No members: nothing reads as this group now.' })),
      h('section', { class: 'card flush' }, h('h2', {}, 'Offsets'), table(offsetColumns, answer.offsets, { label: 'Offsets', empty: 'Nothing is committed.' })));
  };
  const refresh = async () => draw(await get(path(id), page.signal));
  await refresh();
  page.every(EVERY_MILLIS, () => refresh().catch(page.fail));
}

function reset(page, answer) {
  const names = [...new Set(answer.offsets.map(each => each.topic))];
  const topic = h('select', {}, h('option', { value: '' }, 'All topics'), names.map(name => h('option', { value: name }, name)));
  const to = h('select', { onchange: () => kind() },
    [['earliest', 'the first record'], ['latest', 'the end'], ['offset', 'an offset'], ['time', 'a time'], ['by', 'by a number of records']]
      .map(([value, text]) => h('option', { value }, text)));
  const value = h('input', { 'aria-label': 'Offset, time or number' });
  const kind = () => {
    value.hidden = /earliest|latest/.test(to.value);
    value.placeholder = { offset: '1000', time: '2026-11-28T10:00:00Z', by: '-100' }[to.value] ?? '';
  };
  const shown = h('div');
  const wrong = h('div', { class: 'error', role: 'alert' });
  const sure = h('button', { class: 'primary', type: 'button', disabled: true, onclick: () => run(false) }, 'Move');
  const body = preview => ({
    ...(to.value === 'by' ? { by: value.value } : { to: /earliest|latest/.test(to.value) ? to.value : value.value }),
    ...(topic.value && { topic: topic.value }), preview,
  });
  async function run(preview) {
    try {
      show(wrong);
      const done = await post(`${path(answer.id)}/offsets`, body(preview));
      if (!preview) {
        box.close();
        toast(`Moved ${done.moves.length} offsets`);
        page.go(path(answer.id));
        return;
      }
      sure.disabled = false;
      show(shown, table([
        { title: 'Partition', cell: each => h('span', { class: 'mono' }, `${each.topic}-${each.partition}`) },
        { title: 'From', n: true, cell: each => number(each.from) },
        { title: 'To', n: true, cell: each => number(each.to) },
        { title: 'Lag then', n: true, cell: each => number(each.lag) },
      ], done.moves, { label: 'Moves' }));
    } catch (error) {
      sure.disabled = true;
      show(shown);
      show(wrong, error.message);
    }
  }
  const box = dialog(`Move offsets of ${answer.id}`, h('form', { onsubmit: event => { event.preventDefault(); run(true); } },
    answer.members.length > 0 && h('div', { class: 'notice warning' }, h('div', {}, 'The group has members. Offsets move only while it has none.')),
    h('div', { class: 'row' }, field('Topic', topic), field('To', to), field(' ', value)), wrong, shown,
    h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), h('button', { type: 'submit' }, 'Preview'), sure)));
  kind();
}

function drop(page, answer) {
  const wrong = h('div', { class: 'error', role: 'alert' });
  const submit = async event => {
    event.preventDefault();
    try {
      await remove(path(answer.id));
      box.close();
      toast(`Deleted ${answer.id}`);
      page.go('/groups');
    } catch (error) {
      show(wrong, error.message);
    }
  };
  const box = dialog(`Delete ${answer.id}`, h('form', { onsubmit: submit },
    h('p', {}, `Its ${number(answer.offsets.length)} committed offsets go. A consumer that comes back begins where auto.offset.reset says.`), wrong,
    h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), h('button', { class: 'danger sure', type: 'submit' }, 'Delete'))));
}
