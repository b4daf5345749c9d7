import { get, part, post, query } from './api.js';
import { dialog, h, name as breakable, show, table, toast } from './dom.js';
import { duration, number, time } from './format.js';
import { later, pager, topicPath } from './topics.js';

const LIMIT = 50;
const EVERY_MILLIS = 4000;

const state = text => h('span', { class: `tag ${text === 'Ongoing' ? 'accent' : /Prepare|Abort$/.test(text) ? 'warning' : ''}` }, text);

export async function transactions(page) {
  const asked = { q: '', sort: 'name', order: 'asc', offset: 0, ...page.parameters };
  const search = h('input', { type: 'search', class: 'grow', placeholder: 'Search transactional ids', 'aria-label': 'Search transactional ids', value: asked.q, oninput: later(() => change({ q: search.value, offset: 0 })) });
  const list = h('section', { class: 'card flush' });
  const open = h('section', { class: 'card flush' });
  const pages = h('div');
  const change = parts => {
    Object.assign(asked, parts);
    page.keep({ ...asked, offset: Number(asked.offset) || '' });
    refresh().catch(page.fail);
  };
  const abort = (text, path, body) => {
    const wrong = h('div', { class: 'error', role: 'alert' });
    const submit = async event => {
      event.preventDefault();
      try {
        await post(path, body);
        box.close();
        toast('Aborted');
        await refresh();
      } catch (error) {
        show(wrong, error.message);
      }
    };
    const box = dialog('Abort the transaction?', h('form', { onsubmit: submit }, h('p', {}, text), wrong,
      h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), h('button', { class: 'danger sure', type: 'submit' }, 'Abort'))));
  };
  const columns = [
    { title: 'Transactional id', key: 'name', cell: each => h('button', { class: 'plain name', onclick: () => detail(each.id).catch(page.fail) }, breakable(each.id)) },
    { title: 'State', key: 'state', cell: each => state(each.state) },
    { title: 'Producer', key: 'producer', n: true, cell: each => each.producerId },
    { title: 'Coordinator', n: true, wide: true, cell: each => each.coordinator },
    { title: '', cell: each => !page.readOnly && each.state === 'Ongoing' && h('button', { class: 'danger', onclick: () => abort(`What ${each.id} has written in it is dropped, and its producer is fenced.`, `/transactions/${part(each.id)}/abort`, {}) }, 'Abort …') },
  ];
  const openColumns = [
    { title: 'Partition', cell: each => h('a', { class: 'name', href: topicPath(each.topic) }, breakable(`${each.topic}-${each.partition}`)) },
    { title: 'Transactional id', cell: each => (each.transactionalId && h('span', { class: 'name' }, breakable(each.transactionalId))) ?? h('span', { class: 'tag bad' }, 'unknown to every coordinator') },
    { title: 'First offset', n: true, cell: each => number(each.startOffset) },
    { title: 'Last write', n: true, cell: each => `${duration(Date.now() - each.lastMillis)} ago` },
    { title: 'Producer', n: true, wide: true, cell: each => `${each.producerId} / ${each.producerEpoch}` },
    { title: '', cell: each => !page.readOnly && each.hanging && h('button', { class: 'danger', onclick: () => abort('No coordinator will ever end it, and consumers with read_committed wait behind it.', '/transactions/open/abort', { topic: each.topic, partition: each.partition, startOffset: each.startOffset }) }, 'Abort …') },
  ];
  async function detail(id) {
    const each = await get(`/transactions/${part(id)}`, page.signal);
    dialog(id, h('dl', { class: 'facts' },
      [['State', each.state], ['Producer', `${each.producerId}, epoch ${each.producerEpoch}`], ['Begun', time(each.startMillis)],
        ['Time-out', duration(each.timeoutMillis)], ['Partitions', each.partitions.join(', ') || 'none']].map(([key, text]) => [h('dt', {}, key), h('dd', {}, text)])),
    h('form', { method: 'dialog' }, h('div', { class: 'row end' }, h('button', {}, 'Close'))));
  }
  async function refresh() {
    const answer = await get('/transactions' + query({ ...asked, limit: LIMIT }), page.signal);
    show(list, h('h2', {}, 'Transactional ids'), table(columns, answer.items, {
      sort: asked.sort, order: asked.order, onsort: (sort, order) => change({ sort, order, offset: 0 }), label: 'Transactional ids', empty: 'No transactional ids.',
    }));
    show(pages, pager(answer, LIMIT, offset => change({ offset })));
    try {
      const found = await get('/transactions/open', page.signal);
      show(open, h('h2', {}, 'Open in partitions'), table(openColumns, found.items, { label: 'Open transactions', empty: 'No transaction is open.' }));
    } catch (error) {
      if (error.name !== 'AbortError') show(open, h('h2', {}, 'Open in partitions'), h('div', { class: 'empty' }, error.message));
    }
  }
  page.show(h('div', { class: 'head' }, h('h1', {}, 'Transactions')), open, h('div', { class: 'row' }, search), list, pages);
  await refresh();
  page.every(EVERY_MILLIS, () => refresh().catch(page.fail));
}
