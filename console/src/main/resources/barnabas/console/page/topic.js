import { get, put, remove } from './api.js';
import { dialog, field, h, name as breakable, show, table, toast } from './dom.js';
import { bytes, number } from './format.js';
import { records } from './records.js';
import { topicPath } from './topics.js';

const EVERY_MILLIS = 4000;
const tabs = [['', 'Messages'], ['partitions', 'Partitions'], ['configs', 'Configs'], ['groups', 'Groups']];

export const groupLink = id => h('a', { class: 'name', href: `/groups/${encodeURIComponent(id)}` }, breakable(id));

/** Replicas of a partition: the leader with a frame, those that are not in sync crossed out. */
const isr = each => each.replicas.map(id => h('span', {
  class: ['replica', id === each.leader && 'leader', !each.isr.includes(id) && 'out'].filter(Boolean).join(' '),
  title: id === each.leader ? 'leader' : each.isr.includes(id) ? 'in sync' : 'not in sync',
}, id));

const partitionColumns = [
  { title: 'Partition', cell: each => each.partition },
  { title: 'Leader', cell: each => (each.leader < 0 ? h('span', { class: 'tag bad' }, 'none') : each.leader) },
  { title: 'Replicas', cell: isr },
  { title: 'First offset', n: true, wide: true, cell: each => number(each.start) },
  { title: 'End', n: true, cell: each => number(each.end) },
  { title: 'Offsets', n: true, cell: each => (each.end == null ? '–' : number(each.end - each.start)) },
  { title: 'Size', n: true, wide: true, cell: each => bytes(each.bytes) },
  { title: 'Epoch', n: true, wide: true, cell: each => each.leaderEpoch },
];

const groupColumns = [
  { title: 'Group', cell: each => groupLink(each.id) },
  { title: 'State', cell: each => h('span', { class: 'tag' }, each.state ?? '–') },
  { title: 'Lag', n: true, cell: each => number(each.lag) },
];

const sum = (items, of) => items.reduce((total, each) => total + (of(each) ?? 0), 0);

export async function topic(page) {
  const { name, tab = '' } = page;
  const path = topicPath(name);
  let answer = await get(path, page.signal);
  const facts = h('div', { class: 'sub' });
  const describe = () => show(facts, `${number(answer.partitions.length)} ${answer.partitions.length === 1 ? 'partition' : 'partitions'}, `,
    `${number(sum(answer.partitions, each => each.end - each.start))} offsets, ${bytes(sum(answer.partitions, each => each.bytes))}`,
    answer.internal && ', internal');
  describe();
  const body = h('div');
  const actions = page.readOnly || answer.internal ? null : h('div', { class: 'row' },
    h('button', { onclick: () => extend(page, answer) }, 'Add partitions …'),
    h('button', { onclick: () => goes(page, 'Empty', answer, `${path}/records`) }, 'Empty …'),
    h('button', { class: 'danger', onclick: () => goes(page, 'Delete', answer, path) }, 'Delete …'));
  page.show(
    h('div', { class: 'head' }, h('div', {}, h('h1', {}, breakable(name)), facts), actions),
    h('div', { class: 'tabs', role: 'navigation', 'aria-label': 'Parts of the topic' },
      tabs.map(([key, title]) => h('a', { href: key ? `${path}/${key}` : path, 'aria-current': key === tab ? 'page' : null }, title))),
    body);
  const draw = () => {
    if (tab === 'partitions') show(body, h('div', { class: 'card flush' }, table(partitionColumns, answer.partitions, { label: 'Partitions' })));
    if (tab === 'groups') show(body, h('div', { class: 'card flush' }, table(groupColumns, answer.groups, { label: 'Groups', empty: 'No group has committed offsets of this topic.' })));
  };
  if (tab === 'configs') show(body, await configs(page, `${path}/configs`));
  else if (tab === '') show(body, records(page, name, answer.partitions));
  draw();
  page.every(EVERY_MILLIS, async () => {
    try {
      answer = await get(path, page.signal);
      describe();
      draw();
    } catch (error) {
      page.fail(error);
    }
  });
}

/** Configs of anything that has some, those that are set first. */
export async function configs(page, path) {
  let items = (await get(path, page.signal)).items;
  const list = h('div', { class: 'card flush configs' });
  const search = h('input', { type: 'search', class: 'grow', placeholder: 'Search configs', 'aria-label': 'Search configs', oninput: () => draw() });
  const only = h('input', { type: 'checkbox', onchange: () => draw() });
  const source = each => (each.source === 'DEFAULT_CONFIG' ? 'default' : each.source.replaceAll('_', ' ').toLowerCase().replace(' config', ''));
  const columns = [
    { title: 'Config', cell: each => [h('div', { class: 'mono name' }, each.name), each.documentation && h('div', { class: 'small soft' }, each.documentation)] },
    { title: 'Value', cell: each => (each.sensitive ? h('span', { class: 'soft' }, 'hidden') : h('span', { class: 'mono' }, each.value ?? h('span', { class: 'soft' }, 'not set'))) },
    { title: 'Source', cell: each => h('span', { class: each.overridden ? 'tag accent' : 'tag' }, source(each)) },
    { title: '', cell: each => !page.readOnly && !each.readOnly && h('button', { 'aria-label': `Change ${each.name}`, onclick: () => change(each) }, 'Change') },
  ];
  function draw() {
    const found = items.filter(each => each.name.includes(search.value.trim()) && (!only.checked || each.overridden));
    found.sort((one, other) => other.overridden - one.overridden || one.name.localeCompare(other.name));
    show(list, table(columns, found, { label: 'Configs', empty: 'No such config.' }));
  }
  function change(each) {
    const value = h('input', { value: each.value ?? '', spellcheck: 'false' });
    const wrong = h('div', { class: 'error', role: 'alert' });
    const send = async body => {
      try {
        await put(path, body);
        box.close();
        toast(`Changed ${each.name}`);
        items = (await get(path, page.signal)).items;
        draw();
      } catch (error) {
        show(wrong, error.message);
      }
    };
    const box = dialog(each.name, h('form', { onsubmit: event => { event.preventDefault(); send({ set: { [each.name]: value.value } }); } },
      each.documentation && h('div', { class: 'soft' }, each.documentation), field('Value', value), wrong,
      h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'),
        each.overridden && h('button', { type: 'button', onclick: () => send({ unset: [each.name] }) }, 'Back to the default'),
        h('button', { class: 'primary', type: 'submit' }, 'Save'))));
    value.select();
  }
  draw();
  return h('div', { class: 'stack' }, h('div', { class: 'row' }, search, h('label', { class: 'row small' }, only, 'Only what is set')), list);
}

function extend(page, answer) {
  const count = h('input', { type: 'number', min: answer.partitions.length + 1, value: answer.partitions.length + 1, required: true });
  const wrong = h('div', { class: 'error', role: 'alert' });
  const submit = async event => {
    event.preventDefault();
    try {
      await put(`${topicPath(answer.name)}/partitions`, { count: Number(count.value) });
      box.close();
      toast('Added partitions');
      page.go(`${topicPath(answer.name)}/partitions`);
    } catch (error) {
      show(wrong, error.message);
    }
  };
  const box = dialog(`Add partitions to ${answer.name}`, h('form', { onsubmit: submit },
    h('div', { class: 'notice warning' }, h('div', {}, 'Records with a key go to other partitions than before, and partitions cannot be taken away again.')),
    field(`Partitions, now ${answer.partitions.length}`, count), wrong,
    h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), h('button', { class: 'primary', type: 'submit' }, 'Add'))));
}

/** Empties or deletes, after a look at what goes. */
async function goes(page, verb, answer, path) {
  let preview;
  try {
    preview = await remove(`${path}?preview=true`);
  } catch (error) {
    toast(error.message);
    return;
  }
  const typed = h('input', { autocomplete: 'off', 'aria-label': 'Name of the topic', oninput: () => { sure.disabled = typed.value !== answer.name; } });
  const sure = h('button', { class: 'danger sure', type: 'submit', disabled: true }, verb);
  const wrong = h('div', { class: 'error', role: 'alert' });
  const submit = async event => {
    event.preventDefault();
    try {
      await remove(path);
      box.close();
      toast(verb === 'Delete' ? `Deleted ${answer.name}` : `Emptied ${answer.name}`);
      page.go(verb === 'Delete' ? '/topics' : topicPath(answer.name));
    } catch (error) {
      show(wrong, error.message);
    }
  };
  const box = dialog(`${verb} ${answer.name}`, h('form', { onsubmit: submit },
    h('dl', { class: 'facts' },
      h('dt', {}, 'Goes'), h('dd', {}, `${number(preview.records)} offsets of records${verb === 'Delete' ? `, ${number(answer.partitions.length)} partitions, all configs` : '; the topic stays'}`),
      preview.bytes != null && [h('dt', {}, 'Size'), h('dd', {}, `${bytes(preview.bytes)} on all replicas`)],
      h('dt', {}, 'Groups'), h('dd', {}, preview.groups.length ? preview.groups.map(each => `${each.id} (lag ${number(each.lag)})`).join(', ') : 'none has read it')),
    field(`Type ${answer.name} to confirm`, typed), wrong,
    h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), sure)));
  typed.focus();
}

