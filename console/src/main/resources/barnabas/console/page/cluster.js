import { get } from './api.js';
import { bar, h, show, table } from './dom.js';
import { bytes, number } from './format.js';
import { brokerColumns, diskColumns } from './overview.js';
import { configs } from './topic.js';
import { addRule, addUser, cancelMoves, change, move, removeRule, removeUser, setQuota } from './cluster-changes.js';

const tabs = [['', 'Nodes'], ['configs', 'Configs'], ['access', 'Access'], ['reassignments', 'Reassignments']];

const section = (title, ...children) => h('section', { class: 'card flush' }, h('h2', {}, title), children);

/** A title with a button behind it. */
const titled = (page, title, label, action) => (page.readOnly ? title : h('div', { class: 'row between' }, title, h('button', { onclick: action }, label)));

/** A table of what a path answers, or why it answers nothing. */
async function part(page, title, path, columns, empty, heading = title) {
  try {
    return section(heading, table(columns, (await get(path, page.signal)).items, { label: title, empty }));
  } catch (error) {
    if (error.name === 'AbortError' || error.code === 'LOGIN_REQUIRED') throw error;
    return section(heading, h('div', { class: 'empty' }, error.message));
  }
}

async function nodes(page) {
  const answer = await get('/cluster', page.signal);
  return [
    section('Nodes', table(brokerColumns, answer.brokers, { label: 'Nodes' })),
    answer.quorum && section('Metadata quorum', table([
      { title: 'Node', cell: each => each.id },
      { title: 'Role', cell: each => h('span', { class: each.id === answer.quorum.leader ? 'tag accent' : 'tag' }, each.id === answer.quorum.leader ? 'leader' : each.role) },
      { title: 'Log end', n: true, cell: each => number(each.end) },
      { title: 'Lag', n: true, cell: each => (each.lag < 0 ? '–' : number(each.lag)) },
    ], answer.quorum.nodes, { label: 'Metadata quorum' })),
    section('Disks', table(diskColumns, answer.disks, { label: 'Disks', empty: 'You may not see the log directories.' })),
    section('Features', table([
      { title: 'Feature', cell: each => h('span', { class: 'mono' }, each.name) },
      { title: 'Level', n: true, cell: each => each.level },
      { title: 'Supported', n: true, cell: each => (each.min == null ? '–' : `${each.min} – ${each.max}`) },
    ], answer.features, { label: 'Features' })),
  ];
}

async function brokerConfigs(page) {
  const { brokers } = await get('/cluster', page.signal);
  const body = h('div');
  const load = async () => show(body, await configs(page, `/cluster/brokers/${node.value}/${kind.value}`));
  const node = h('select', { 'aria-label': 'Node', onchange: () => load().catch(page.fail) }, brokers.map(each => h('option', { value: each.id }, `Node ${each.id}`)));
  const kind = h('select', { 'aria-label': 'Kind', onchange: () => load().catch(page.fail) }, h('option', { value: 'configs' }, 'Configs'), h('option', { value: 'loggers' }, 'Log levels'));
  await load();
  return [h('div', { class: 'row' }, node, kind), body];
}

const access = page => Promise.all([
  !page.authorizer ? section('ACLs', h('div', { class: 'empty' }, 'There is no authorizer: every client may do everything.')) : part(page, 'ACLs', '/cluster/acls', [
    { title: 'Principal', cell: each => h('span', { class: 'name' }, each.principal) },
    { title: 'May', cell: each => [h('span', { class: each.permission === 'deny' ? 'tag bad' : 'tag ok' }, each.permission), ' ', each.operation] },
    { title: 'On', cell: each => `${each.resource} ${each.name}${each.pattern === 'prefixed' ? '*' : ''}` },
    { title: 'From', wide: true, cell: each => each.host },
    change(page, each => removeRule(page, each), each => `Remove the rule of ${each.principal} for ${each.operation} on ${each.resource} ${each.name}`, 'Remove'),
  ], 'No ACLs.', titled(page, 'ACLs', 'Add rule', () => addRule(page))),
  part(page, 'Users', '/cluster/users', [
    { title: 'User', cell: each => h('span', { class: 'name' }, each.user) },
    { title: 'Mechanism', cell: each => each.mechanism },
    { title: 'Iterations', n: true, cell: each => number(each.iterations) },
    change(page, each => removeUser(page, each), each => `Remove the user ${each.user}`, 'Remove'),
  ], 'No users with SCRAM credentials.', titled(page, 'Users', 'Add user', () => addUser(page))),
  part(page, 'Quotas', '/cluster/quotas', [
    { title: 'Of', cell: each => each.entity.map(one => `${one.type} ${one.name ?? '(default)'}`).join(', ') },
    { title: 'Quota', cell: each => Object.entries(each.values).map(([name, value]) => h('div', { class: 'mono' }, `${name} = ${value}`)) },
    change(page, each => setQuota(page, each), each => `Change the quotas of ${each.entity.map(one => `${one.type} ${one.name ?? 'default'}`).join(', ')}`, 'Change'),
  ], 'No quotas.', titled(page, 'Quotas', 'Add quota', () => setQuota(page))),
]);

/** How far the copies are; a partition without bytes is copied as soon as it is there. */
function copied(each) {
  if (each.bytes == null || !each.adding.length) return '–';
  const share = each.bytes > 0 ? Math.min(1, each.copied / each.bytes) : 1;
  return [h('div', { class: 'small' }, `${bytes(each.copied)} of ${bytes(each.bytes)}`), bar(share, `${Math.round(share * 100)}% copied`)];
}

const reassignments = async page => [await part(page, 'Reassignments', '/cluster/reassignments', [
  { title: 'Partition', cell: each => h('span', { class: 'name' }, `${each.topic}-${each.partition}`) },
  { title: 'Replicas', cell: each => each.replicas.join(', ') },
  { title: 'Coming', cell: each => each.adding.join(', ') || '–' },
  { title: 'Going', cell: each => each.removing.join(', ') || '–' },
  { title: 'Copied', cell: copied },
  change(page, each => cancelMoves(page, each), each => `Cancel the move of ${each.topic}-${each.partition}`, 'Cancel'),
], 'No partition is being moved.', titled(page, 'Reassignments', 'Move replicas', () => move(page)))];

export async function cluster(page) {
  const tab = page.name ?? '';
  const content = { '': nodes, configs: brokerConfigs, access, reassignments }[tab] ?? nodes;
  const body = await content(page);
  page.show(h('div', { class: 'head' }, h('h1', {}, 'Cluster')),
    h('div', { class: 'tabs', role: 'navigation', 'aria-label': 'Parts of the cluster' },
      tabs.map(([key, title]) => h('a', { href: key ? `/cluster/${key}` : '/cluster', 'aria-current': key === tab ? 'page' : null }, title))),
    body);
  if (tab === 'reassignments') page.every(3000, async () => show(body[0], (await reassignments(page))[0]));
}
