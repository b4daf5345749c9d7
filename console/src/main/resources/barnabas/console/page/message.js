// Where is my message? A topic with an offset or a key, and what became of the record.

import { get, part, query } from './api.js';
import { field, h, show, table } from './dom.js';
import { number, time } from './format.js';
import { recordDetail, recordPath } from './records.js';
import { groupLink } from './topic.js';

export async function message(page) {
  const asked = page.parameters;
  const topic = h('input', { required: true, value: asked.topic ?? '', list: 'topics', autocomplete: 'off' });
  const key = h('input', { value: asked.key ?? '', autocomplete: 'off' });
  const partition = h('input', { type: 'number', min: 0, value: asked.partition ?? '' });
  const offset = h('input', { type: 'number', min: 0, value: asked.offset ?? '' });
  const names = h('datalist', { id: 'topics' });
  const found = h('div', { class: 'stack', 'aria-live': 'polite' });
  topic.addEventListener('input', async () => {
    const answer = await get('/topics' + query({ q: topic.value, limit: 20 }), page.signal).catch(() => ({ items: [] }));
    show(names, answer.items.map(each => h('option', { value: each.name })));
  });

  async function find() {
    show(found, h('div', { class: 'soft', role: 'status' }, 'Looking …'));
    try {
      let place = { partition: partition.value, offset: offset.value };
      if (key.value && !offset.value) {
        let answer = { next: '', more: true, records: [] };
        let looked = 0;
        while (answer.more && !answer.records.length) {
          answer = await get(`/topics/${part(topic.value)}/records` + query({ key: key.value, limit: 1, at: answer.next }), page.signal);
          looked += answer.looked;
          show(found, h('div', { class: 'soft', role: 'status' }, `Looked at ${number(looked)} records …`));
        }
        if (!answer.records.length) {
          show(found, h('div', { class: 'notice warning' }, h('div', {}, h('b', {}, `No record of ${topic.value} has this key.`), h('div', {}, `${number(looked)} records were looked at.`))));
          return;
        }
        place = answer.records[0];
      }
      if (place.offset === '' || place.partition === '') {
        show(found, h('div', { class: 'notice warning' }, h('div', {}, 'Give a key, or a partition and an offset.')));
        return;
      }
      draw(await get(recordPath(topic.value, place), page.signal));
    } catch (error) {
      if (error.name !== 'AbortError') show(found, h('div', { class: 'notice bad' }, h('div', {}, error.message)));
    }
  }

  function draw(record) {
    const transaction = record.transaction;
    const outcome = !transaction ? 'Not part of a transaction: it could be read at once.'
      : { committed: 'Committed.', aborted: 'Aborted: consumers with read_committed never see it.', open: 'Open: consumers with read_committed wait for its end.' }[transaction.outcome]
        + (transaction.transactionalId ? ` Transactional id ${transaction.transactionalId}.` : '');
    const level = transaction?.outcome === 'aborted' ? 'bad' : transaction?.outcome === 'open' ? 'warning' : 'ok';
    const past = record.groups.filter(each => each.past).length;
    show(found,
      h('div', { class: `notice ${level}` }, h('div', {}, h('b', {}, `${record.topic}-${record.partition} at offset ${number(record.offset)}. `), record.marker ? `It is the ${record.marker} marker of a transaction.` : outcome,
        h('div', { class: 'todo small' }, record.groups.length ? `${past} of ${record.groups.length} groups have committed past it.` : 'No group has committed an offset of this partition.'))),
      h('div', { class: 'grid two' },
        h('section', { class: 'card' }, h('h2', {}, 'Written'), h('dl', { class: 'facts' },
          h('dt', {}, record.timestampType === 'log_append_time' ? 'Appended' : 'Created'), h('dd', {}, time(record.timestamp)),
          h('dt', {}, 'Producer'), h('dd', {}, record.producer ? `${record.producer.id}, epoch ${record.producer.epoch}, sequence ${record.producer.sequence}` : 'without idempotence: nothing is known of it'))),
        h('section', { class: 'card flush' }, h('h2', {}, 'Groups'), table([
          { title: 'Group', cell: each => groupLink(each.id) },
          { title: 'Committed', n: true, cell: each => number(each.committed) },
          { title: '', cell: each => h('span', { class: each.past ? 'tag ok' : 'tag warning' }, each.past ? 'past it' : 'not there yet') },
        ], record.groups, { label: 'Groups', empty: 'No group has committed here.' }))),
      h('section', { class: 'card' }, h('h2', {}, 'Record'), recordDetail(record.topic, record, page.readOnly, true)));
  }

  const submit = event => {
    event.preventDefault();
    page.keep({ topic: topic.value, key: key.value, partition: partition.value, offset: offset.value });
    find();
  };
  page.show(h('div', { class: 'head' }, h('div', {}, h('h1', {}, 'Where is my message?'), h('div', { class: 'sub' }, 'Who wrote it and when, what became of its transaction, and which groups have read past it.'))),
    h('form', { class: 'card', onsubmit: submit }, h('div', { class: 'row bottom' }, h('div', { class: 'grow' }, field('Topic', topic)), names,
      field('Key', key), field('or partition', partition), field('and offset', offset), h('button', { class: 'primary', type: 'submit' }, 'Find'))), found);
  if (asked.topic && (asked.key || asked.offset)) find();
  else topic.focus();
}
