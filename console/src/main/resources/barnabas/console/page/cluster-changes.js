// Changes of access rules, users, quotas and places of replicas.

import { part, post, put, remove } from './api.js';
import { dialog, field, h, show, table, toast } from './dom.js';
import { bytes } from './format.js';

/** A last column with a button for each row; nothing where nothing may be changed. */
export const change = (page, action, name, label) => ({
  title: '', cell: row => !page.readOnly && h('button', { 'aria-label': name(row), onclick: () => action(row) }, label),
});

const select = options => h('select', {}, options.map(each => h('option', { value: each }, each)));

/**
 * A dialog that sends what `send` makes of it and shows the page again.
 *
 * @param preview shows what would change at the first submit, the second one sends; none sends at once. Any input
 *   after it asks for another preview.
 */
function form(page, title, label, { send, preview }, done, ...children) {
  const wrong = h('div', { class: 'error', role: 'alert' });
  const shown = h('div', { role: 'status' });
  let sure = !preview;
  const mark = known => {
    sure = known;
    button.textContent = known ? label : 'Preview';
  };
  const button = h('button', { class: 'primary', type: 'submit' }, preview ? 'Preview' : label);
  const submit = async event => {
    event.preventDefault();
    try {
      show(wrong);
      if (!sure) {
        show(shown, await preview());
        mark(true);
        return;
      }
      await send();
      box.close();
      toast(done);
      page.go(location.pathname);
    } catch (error) {
      show(wrong, error.message);
    }
  };
  const again = () => {
    if (!preview) return;
    show(shown);
    mark(false);
  };
  const box = dialog(title, h('form', { onsubmit: submit, oninput: again }, children, wrong, shown,
    h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), button)));
  return box;
}

export function addRule(page) {
  const principal = h('input', { required: true, placeholder: 'alice', autocomplete: 'off' });
  const permission = select(['allow', 'deny']);
  const operation = select(['read', 'write', 'create', 'delete', 'alter', 'describe', 'describe-configs', 'alter-configs', 'cluster-action', 'idempotent-write', 'create-tokens', 'describe-tokens', 'two-phase-commit', 'all']);
  const resource = select(['topic', 'group', 'cluster', 'transactional-id', 'delegation-token', 'user']);
  const name = h('input', { placeholder: 'orders, * for all', autocomplete: 'off' });
  const pattern = select(['literal', 'prefixed']);
  const host = h('input', { placeholder: '* (every address)', autocomplete: 'off' });
  form(page, 'Add rule', 'Add', { send: () => post('/cluster/acls', {
    principal: principal.value, permission: permission.value, operation: operation.value, resource: resource.value, pattern: pattern.value,
    ...(name.value && { name: name.value }), ...(host.value && { host: host.value }),
  }) }, 'Added the rule',
  field('User', principal), h('div', { class: 'row' }, field('May', permission), field('Operation', operation)),
  h('div', { class: 'row' }, field('On', resource), field('Name', name), field('Pattern', pattern)), field('From', host));
}

export const removeRule = (page, rule) => form(page, 'Remove rule', 'Remove', { send: () => remove('/cluster/acls', rule) }, 'Removed the rule',
  h('p', {}, `${rule.principal} ${rule.permission === 'deny' ? 'may not' : 'may'} ${rule.operation} ${rule.resource} ${rule.name}${rule.pattern === 'prefixed' ? '*' : ''} from ${rule.host}`));

export function addUser(page) {
  const name = h('input', { required: true, autocomplete: 'off' });
  const password = h('input', { type: 'password', required: true, autocomplete: 'new-password' });
  const mechanism = select(['SCRAM-SHA-512', 'SCRAM-SHA-256']);
  const save = preview => put(`/cluster/users/${part(name.value)}`, { password: password.value, mechanism: mechanism.value, preview });
  const preview = async () => {
    const known = await save(true);
    if (known.replaces) return h('p', {}, `${known.user} is there: the password for ${known.mechanism} is replaced.`);
    return h('p', {}, known.credentials.length ? `${known.user} is there with ${known.credentials.join(', ')}: ${known.mechanism} is added.` : `${known.user} is new.`);
  };
  form(page, 'Add user', 'Save', { send: () => save(false), preview }, 'Saved the user',
    field('User', name, 'One that is there gets another password.'), field('Password', password), field('Mechanism', mechanism));
}

export function removeUser(page, user) {
  const path = `/cluster/users/${part(user.user)}`;
  form(page, `Remove ${user.user}`, 'Remove', {
    send: () => remove(path),
    preview: async () => h('p', {}, `What goes: ${(await remove(`${path}?preview=true`)).credentials.join(', ')}`),
  }, `Removed ${user.user}`, h('p', {}, 'All credentials of the user go. Connections that are logged in stay.'));
}

const quotaNames = ['producer_byte_rate', 'consumer_byte_rate', 'request_percentage', 'controller_mutation_rate', 'connection_creation_rate'];

/** @param quota one that is there; none for another */
export function setQuota(page, quota) {
  const kinds = ['user', 'client-id', 'ip'];
  const names = Object.fromEntries(kinds.map(kind => [kind, h('input', { autocomplete: 'off', placeholder: 'not of it' })]));
  const numbers = Object.fromEntries(quotaNames.map(name => [name, h('input', { type: 'number', step: 'any', min: 0, value: quota?.values[name] ?? '', placeholder: 'no quota' })]));
  const entity = () => (quota ? Object.fromEntries(quota.entity.map(each => [each.type, each.name]))
    : Object.fromEntries(kinds.filter(kind => names[kind].value).map(kind => [kind, names[kind].value === '*' ? null : names[kind].value])));
  const save = preview => put('/cluster/quotas', {
    entity: entity(),
    set: Object.fromEntries(quotaNames.filter(name => numbers[name].value !== '').map(name => [name, Number(numbers[name].value)])),
    unset: quotaNames.filter(name => numbers[name].value === '' && quota?.values[name] != null),
    preview,
  });
  const shown = value => value ?? 'no quota';
  const preview = async () => table([
    { title: 'Quota', cell: each => each.quota },
    { title: 'Now', n: true, cell: each => shown(each.from) },
    { title: 'Then', n: true, cell: each => shown(each.to) },
  ], (await save(true)).quotas, { label: 'Changes of quotas' });
  form(page, quota ? 'Change quotas' : 'Add quota', 'Save', { send: () => save(false), preview }, 'Saved the quotas',
  quota ? h('p', {}, quota.entity.map(each => `${each.type} ${each.name ?? '(default)'}`).join(', '))
    : h('div', { class: 'row' }, field('User', names.user, '* for the default'), field('Client id', names['client-id']), field('Address', names.ip)),
  quotaNames.map(name => field(name, numbers[name])));
}

export const cancelMoves = (page, each) => form(page, `Cancel the move of ${each.topic}-${each.partition}`, 'Cancel the move',
  { send: () => remove('/cluster/reassignments', { topic: each.topic, partitions: [each.partition] }) }, 'Cancelled the move',
  h('p', {}, `Copies on ${each.adding.join(', ') || 'no node'} go.`));

/** Gives partitions other replicas, after a look at what is copied. */
export function move(page) {
  const topic = h('input', { required: true, autocomplete: 'off' });
  const places = h('textarea', { required: true, spellcheck: 'false', placeholder: '0: 1,2,3\n1: 2,3,1' });
  const shown = h('div');
  const wrong = h('div', { class: 'error', role: 'alert' });
  const sure = h('button', { class: 'primary', type: 'button', disabled: true, onclick: () => run(false) }, 'Move');
  for (const each of [topic, places]) each.addEventListener('input', () => { sure.disabled = true; });
  async function run(preview) {
    try {
      show(wrong);
      const partitions = Object.fromEntries(places.value.split('\n').filter(line => line.trim()).map(line => line.split(':').map(each => each.trim())));
      const done = await post('/cluster/reassignments', { topic: topic.value, partitions, preview });
      if (!preview) {
        box.close();
        toast(`Moving ${done.partitions.length} partitions`);
        page.go('/cluster/reassignments');
        return;
      }
      sure.disabled = false;
      show(shown, table([
        { title: 'Partition', cell: each => each.partition },
        { title: 'From', cell: each => each.from.join(', ') },
        { title: 'To', cell: each => each.to.join(', ') },
        { title: 'Copied', n: true, cell: each => bytes(each.bytes) },
      ], done.partitions, { label: 'Moves' }));
    } catch (error) {
      sure.disabled = true;
      show(shown);
      show(wrong, error.message);
    }
  }
  const box = dialog('Move replicas', h('form', { onsubmit: event => { event.preventDefault(); run(true); } },
    field('Topic', topic), field('Nodes of each partition, the preferred leader first', places), wrong, shown,
    h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), h('button', { type: 'submit' }, 'Preview'), sure)));
}
