import { get } from './api.js';
import { chart } from './chart.js';
import { bar, h, table } from './dom.js';
import { bytes, number, rate } from './format.js';

const KEPT = 60;
const EVERY_MILLIS = 2000;
const RATED = ['bytesin', 'bytesout', 'messagesin'];
/** Rates of the last minutes, by node and of all; they go on while another section is shown. */
const history = { bytesin: [], bytesout: [], messagesin: [], times: [], nodes: {}, last: {} };
const charts = {};

/** A node that was not there before, or has started again in between, begins with nothing. */
function remember(answer) {
  const sums = { bytesin: 0, bytesout: 0, messagesin: 0 };
  let fresh = false;
  const nodes = {};
  for (const now of answer.traffic) {
    const last = history.last[now.node];
    if (last && now.time <= last.time) {
      nodes[now.node] = history.nodes[now.node];
      continue;
    }
    history.last[now.node] = now;
    if (!last) continue;
    fresh = true;
    nodes[now.node] = Object.fromEntries(RATED.map(name => [name, Math.max(0, now[name] - last[name]) * 1000 / (now.time - last.time)]));
  }
  history.nodes = nodes;
  if (!fresh) return;
  for (const rates of Object.values(nodes)) for (const name of RATED) sums[name] += rates?.[name] ?? 0;
  for (const name of RATED) history[name].push(sums[name]);
  history.times.push(Date.now());
  if (history.times.length > KEPT) for (const name of [...RATED, 'times']) history[name].shift();
}

export const notice = finding => h('div', { class: `notice ${finding.level}`, role: finding.level === 'ok' ? 'status' : 'alert' },
  h('div', {}, h('b', {}, finding.sentence), finding.todo && h('div', { class: 'todo small' }, finding.todo)));

const stat = (label, value, unit, under) => h('div', { class: 'card stat' }, h('div', { class: 'label' }, label),
  h('div', { class: 'value' }, value, unit && h('small', {}, ' ' + unit)), under);

const latest = name => history[name].at(-1);

function rated(label, name, text, unit) {
  charts[name] ??= chart(`${label} of the last two minutes`, value => `${text(value)} ${unit}`);
  charts[name].update(history.times, history[name]);
  return stat(label, latest(name) == null ? '…' : text(latest(name)), latest(name) == null ? null : unit, charts[name].element);
}

export function disk(each) {
  const used = each.totalBytes > 0 ? 1 - each.usableBytes / each.totalBytes : 0;
  return [h('div', { class: 'small disk' }, each.totalBytes > 0 ? `${bytes(each.usableBytes)} of ${bytes(each.totalBytes)} left` : '–'),
    bar(used, `${Math.round(used * 100)}% used`, used > 0.9)];
}

export const brokerColumns = [
  { title: 'Node', cell: each => each.id },
  { title: 'Address', cell: each => h('span', { class: 'mono' }, `${each.host}:${each.port}`) },
  { title: 'Rack', wide: true, cell: each => each.rack ?? '–' },
  { title: 'State', cell: each => h('div', { class: 'row' },
    each.fenced ? h('span', { class: 'tag bad' }, 'fenced') : h('span', { class: 'tag ok' }, 'running'),
    each.controller && h('span', { class: 'tag accent' }, 'controller')) },
];

const ofNode = (name, text) => each => history.nodes[each.id] ? text(history.nodes[each.id][name]) : '…';

const rateColumns = [
  { title: 'In/s', n: true, cell: ofNode('bytesin', bytes) },
  { title: 'Out/s', n: true, wide: true, cell: ofNode('bytesout', bytes) },
];

export const diskColumns = [
  { title: 'Node', cell: each => each.broker },
  { title: 'Directory', cell: each => h('span', { class: 'mono path' }, each.path) },
  { title: 'Replicas', n: true, wide: true, cell: each => number(each.replicas) },
  { title: 'Logs', n: true, cell: each => bytes(each.bytes) },
  { title: 'Disk', cell: disk },
];

export async function overview(page) {
  const draw = answer => page.show(
    h('div', { class: 'head' }, h('div', {}, h('h1', {}, 'Overview'),
      h('div', { class: 'sub' }, 'Cluster ', h('span', { class: 'mono' }, answer.clusterId)))),
    answer.findings.map(notice),
    h('div', { class: 'grid' },
      rated('Records in', 'messagesin', rate, 'per s'),
      rated('Bytes in', 'bytesin', value => bytes(value), 'per s'),
      rated('Bytes out', 'bytesout', value => bytes(value), 'per s')),
    answer.trafficUnknown.length > 0 && h('div', { class: 'small soft' },
      `Rates are without ${answer.trafficUnknown.length > 1 ? 'nodes' : 'node'} ${answer.trafficUnknown.join(', ')}: no answer, or you may not see its counters.`),
    h('div', { class: 'grid' },
      stat('Topics', number(answer.topics), null, h('a', { class: 'small', href: '/topics' }, 'Show')),
      stat('Partitions', number(answer.partitions)),
      stat('Under-replicated', number(answer.underReplicated), null,
        answer.underReplicated > 0 && h('a', { class: 'small', href: '/topics?sort=health&order=desc' }, 'Which?')),
      stat('Offline', number(answer.offline), null,
        answer.offline > 0 && h('a', { class: 'small', href: '/topics?sort=health&order=desc' }, 'Which?'))),
    h('div', { class: 'grid two' },
      h('section', { class: 'card flush' }, h('h2', {}, 'Nodes'), table([...brokerColumns, ...rateColumns], answer.brokers, { label: 'Nodes' })),
      h('section', { class: 'card flush' }, h('h2', {}, 'Disks'),
        table(diskColumns, answer.disks, { label: 'Disks', empty: 'You may not see the log directories.' }))));
  const refresh = async () => {
    const answer = await get('/overview', page.signal);
    remember(answer);
    draw(answer);
  };
  await refresh();
  page.every(EVERY_MILLIS, () => refresh().catch(page.fail));
}
