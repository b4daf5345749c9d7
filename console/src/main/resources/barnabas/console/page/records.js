// The message browser: newest first, from a place on, or live; filtered by the server.

import { get, part, post, query } from './api.js';
import { dialog, field, h, show, toast } from './dom.js';
import { bytes, number, time } from './format.js';

const LIMIT = 50;
const LIVE_MAX = 500;
const WAIT_SECONDS = 20;
const BUSY_PAUSE_MILLIS = 2_000;
/** Of a file; the server takes no more. */
const SAVED_MAX = 10_000;
/** The server reads no more together. */
const TOGETHER = 128;

const tree = text => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/** JSON with colours: names, texts, other values. */
function coloured(text) {
  const parts = [];
  const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  let at = 0;
  for (const match of text.matchAll(token)) {
    parts.push(text.slice(at, match.index));
    if (match[1]) parts.push(h('span', { class: match[2] ? 'k' : 's' }, match[1]), match[2] ?? '');
    else parts.push(h('span', { class: 'v' }, match[0]));
    at = match.index + match[0].length;
  }
  parts.push(text.slice(at));
  return parts;
}

function spaced(hex) {
  return hex.replace(/(..)/g, '$1 ').replace(/((?:.. ){8})/g, '$1 ').trim();
}

export function content(shown) {
  if (!shown) return h('span', { class: 'soft' }, 'null');
  const text = shown.format === 'json' ? coloured(tree(shown.text)) : shown.format === 'hex' ? spaced(shown.text) : shown.text;
  return [h('pre', { tabindex: '0' }, text), shown.cut && h('div', { class: 'small soft' }, `The beginning of ${bytes(shown.bytes)}.`)];
}

const brief = shown => !shown ? h('span', { class: 'soft' }, 'null')
  : h('span', { class: 'mono' }, (shown.format === 'hex' ? spaced(shown.text.slice(0, 64)) : shown.text.slice(0, 200)) || h('span', { class: 'soft' }, 'empty'));

export const recordPath = (topic, record) => `/topics/${part(topic)}/partitions/${record.partition}/records/${record.offset}`;

export function recordDetail(topic, record, readOnly, traced) {
  const kind = shown => !shown ? 'null' : `${shown.format}${shown.schemaId == null ? '' : `, schema ${shown.schemaId}`}, ${bytes(shown.bytes)}`;
  return h('div', { class: 'stack' },
    h('div', { class: 'row' },
      !traced && h('a', { class: 'button', href: `/message?${new URLSearchParams({ topic, partition: record.partition, offset: record.offset })}` }, 'Who wrote and read it?'),
      record.value && h('a', { class: 'button', href: '/api/v1' + recordPath(topic, record) + '/value', download: '' }, 'Download value'),
      !readOnly && !record.marker && h('button', { onclick: () => produce(topic, record) }, 'Produce again …')),
    record.key && h('div', {}, h('div', { class: 'small soft' }, 'Key – ' + kind(record.key)), content(record.key)),
    h('div', {}, h('div', { class: 'small soft' }, 'Value – ' + kind(record.value)), content(record.value)),
    record.headers.length > 0 && h('div', {}, h('div', { class: 'small soft' }, 'Headers'),
      h('dl', { class: 'facts' }, record.headers.map(each => [h('dt', { class: 'mono' }, each.name), h('dd', {}, brief(each.value))]))),
    record.producer && h('div', { class: 'small soft' },
      `Producer ${record.producer.id}, epoch ${record.producer.epoch}, sequence ${record.producer.sequence}${record.producer.transactional ? ', in a transaction' : ''}`));
}

export function records(page, topic, partitions) {
  const state = { order: 'newest', partition: '', offset: '', time: '', key: '', filter: '', ...page.parameters };
  const together = partitions.length <= TOGETHER;
  if (!together && !state.partition) state.partition = '0';
  let rows = [];
  let answer = null;
  let live = null;
  const open = new Set();
  const id = record => `${record.partition}:${record.offset}`;

  const order = h('select', { 'aria-label': 'Order', onchange: () => { state.order = order.value; places(); load(); } },
    h('option', { value: 'newest' }, 'Newest first'), h('option', { value: 'oldest' }, 'Oldest first'));
  order.value = state.order;
  const partition = h('select', { 'aria-label': 'Partition', onchange: () => { state.partition = partition.value; load(); } },
    together && h('option', { value: '' }, 'All partitions'), partitions.map(each => h('option', { value: each.partition }, `Partition ${each.partition}`)));
  partition.value = state.partition;
  const input = (name, placeholder, attributes) => {
    const element = h('input', { placeholder, 'aria-label': placeholder, value: state[name], ...attributes, onchange: () => { state[name] = element.value.trim(); load(); } });
    return element;
  };
  const offset = input('offset', 'From offset', { inputmode: 'numeric', size: 10 });
  const when = input('time', 'From time, 2026-11-28T10:00:00Z', { size: 26 });
  const key = input('key', 'Key', { size: 14 });
  const filter = input('filter', 'Filter: value.total > 100 and headers.source == "web"', { class: 'filter grow mono', spellcheck: 'false' });
  const wrong = h('div', { class: 'error', role: 'alert' });
  const list = h('div', { class: 'card flush' });
  const foot = h('div', { class: 'row' });
  const status = h('span', { class: 'soft small', role: 'status' });
  const save = h('a', { class: 'button', download: '', title: `The newest or oldest ${number(SAVED_MAX)} records of this choice, as JSON lines` }, 'Download');
  const tail = h('button', { 'aria-pressed': 'false', onclick: () => (live ? stop() : follow()) }, 'Live tail');

  const places = () => {
    const from = state.order === 'oldest';
    offset.hidden = when.hidden = !from;
  };
  places();
  const parameters = () => ({ ...state, ...(state.order === 'newest' && { offset: '', time: '' }), limit: LIMIT });

  function draw() {
    save.href = `/api/v1/topics/${part(topic)}/records` + query({ ...parameters(), limit: SAVED_MAX, format: 'lines' });
    const columns = ['Time', 'Partition', 'Offset', 'Key', 'Value'];
    const body = rows.flatMap(record => {
      const opened = open.has(id(record));
      const toggle = () => { open[opened ? 'delete' : 'add'](id(record)); draw(); };
      const line = h('tr', { class: opened ? 'open' : null },
        h('td', { class: 'mono' }, h('button', { class: 'plain', 'aria-expanded': String(opened), 'aria-label': `Record ${id(record)}`, onclick: toggle }, opened ? '▾' : '▸'), h('span', { class: 'wide' }, time(record.timestamp)), h('span', { class: 'narrow' }, time(record.timestamp).slice(11, 19))),
        h('td', { class: 'n wide' }, record.partition), h('td', { class: 'n' }, h('span', { class: 'narrow' }, `${record.partition}/`), number(record.offset)),
        h('td', {}, h('div', { class: 'clip' }, brief(record.key))),
        h('td', {}, record.marker ? h('span', { class: 'tag warning' }, record.marker) : h('div', { class: 'clip' }, brief(record.value))));
      return opened ? [line, h('tr', {}, h('td', { colspan: 5 }, recordDetail(topic, record, page.readOnly)))] : [line];
    });
    show(list, rows.length
      ? h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Records' }, h('table', { class: 'records' },
        h('thead', {}, h('tr', {}, columns.map((each, i) => h('th', { scope: 'col', class: ['', 'n wide', 'n'][i] || null }, each)))), h('tbody', {}, body)))
      : h('div', { class: 'empty' }, live ? 'Waiting for the next record …' : answer?.more ? 'No match so far.' : state.filter || state.key ? 'No record matches.' : 'No records.'));
    show(foot, !live && answer?.more && h('button', { onclick: more }, rows.length ? 'More' : 'Search on'), status);
  }

  function refuse(error) {
    if (error.name === 'AbortError') return;
    if (error.position >= 0) {
      const text = state.filter;
      show(wrong, error.message, h('pre', {}, text + '\n' + ' '.repeat(error.position) + '↑'));
      filter.classList.add('wrong');
    } else {
      show(wrong, error.message);
    }
  }

  async function load() {
    stop(false);
    page.keep({ order: state.order === 'newest' ? '' : state.order, partition: state.partition, offset: state.offset, time: state.time, key: state.key, filter: state.filter });
    try {
      answer = await get(`/topics/${part(topic)}/records` + query(parameters()), page.signal);
      show(wrong);
      filter.classList.remove('wrong');
      rows = answer.records;
      show(status, `${number(answer.looked)} records looked at`);
      draw();
    } catch (error) {
      refuse(error);
    }
  }

  async function more() {
    try {
      const next = await get(`/topics/${part(topic)}/records` + query({ ...parameters(), at: answer.next }), page.signal);
      next.tail = answer.tail;
      answer = next;
      rows = rows.concat(next.records);
      show(status, `${number(next.looked)} more looked at`);
      draw();
    } catch (error) {
      refuse(error);
    }
  }

  function stop(redraw = true) {
    live?.abort();
    live = null;
    tail.setAttribute('aria-pressed', 'false');
    show(tail, 'Live tail');
    if (redraw) draw();
  }

  /** New records come to the top. */
  async function follow() {
    const mine = new AbortController();
    live = mine;
    tail.setAttribute('aria-pressed', 'true');
    show(tail, h('span', { class: 'live' }, 'Live'));
    let at = answer?.tail, busy = false;
    draw();
    while (live === mine) {
      try {
        const next = await get(`/topics/${part(topic)}/records` + query({
          order: 'oldest', at, wait: WAIT_SECONDS, partition: state.partition, key: state.key, filter: state.filter, limit: 100,
        }), mine.signal);
        at = next.next;
        if (busy) show(status);
        busy = false;
        if (live !== mine || !next.records.length) continue;
        rows = [...next.records.reverse(), ...rows].slice(0, LIVE_MAX);
        if (answer) answer.tail = at;
        draw();
      } catch (error) {
        if (error.status === 503 && live === mine) {
          busy = true;
          show(status, 'The node is busy. The live tail goes on in a moment.');
          await new Promise(resolve => setTimeout(resolve, BUSY_PAUSE_MILLIS));
          continue;
        }
        if (live === mine) stop();
        refuse(error);
        return;
      }
    }
  }

  page.onleave(() => stop(false));
  load();
  return h('div', { class: 'stack' },
    h('div', { class: 'row' }, tail, order, partition, offset, when, key, save,
      !page.readOnly && h('button', { class: 'primary', onclick: () => produce(topic, null, () => live || load()) }, 'Produce …')),
    h('div', { class: 'row' }, filter), wrong, list, foot);
}

/** @param record to take the content from, or null; what of it is not edited is written byte for byte */
export function produce(topic, record, done) {
  const from = shown => (!shown || shown.cut ? '' : shown.text);
  const format = shown => h('select', { 'aria-label': 'Format' }, ['text', 'hex', 'base64'].map(each => h('option', { selected: shown?.format === 'hex' && each === 'hex' }, each)));
  const key = h('input', { value: from(record?.key), autocomplete: 'off' });
  const keyFormat = format(record?.key);
  const value = h('textarea', { value: from(record?.value), spellcheck: 'false' });
  const valueFormat = format(record?.value);
  const none = h('input', { type: 'checkbox', checked: Boolean(record && !record.value) });
  const headers = h('textarea', { placeholder: 'source=web', spellcheck: 'false', value: (record?.headers ?? []).map(each => `${each.name}=${each.value?.text ?? ''}`).join('\n') });
  const partition = h('input', { type: 'number', min: 0, placeholder: 'by key' });
  const answer = h('div', { class: 'error', role: 'alert' });
  headers.style.minHeight = '3.2rem';
  const contents = { key: () => [key.value, keyFormat.value].join(), value: () => [none.checked || value.value, valueFormat.value].join(), headers: () => headers.value };
  const before = Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, content()]));
  const given = name => !record || contents[name]() !== before[name];
  const pairs = () => Object.fromEntries(headers.value.split('\n').filter(line => line.includes('=')).map(line => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1)]));
  const submit = async event => {
    event.preventDefault();
    try {
      const taken = await post(`/topics/${part(topic)}/records`, {
        ...(record && { copyOf: `${record.partition}/${record.offset}` }),
        ...(given('key') && (key.value ? { key: key.value, keyFormat: keyFormat.value } : { key: null })),
        ...(given('value') && (none.checked ? { value: null } : { value: value.value, valueFormat: valueFormat.value })),
        ...(given('headers') && { headers: pairs() }),
        ...(partition.value && { partition: Number(partition.value) }),
      });
      box.close();
      toast(`Written to partition ${taken.partition} at offset ${taken.offset}`);
      done?.();
    } catch (error) {
      show(answer, error.message);
    }
  };
  const schemas = ['key', 'value'].filter(name => record?.[name]?.format === 'json' && record[name].schemaId != null);
  const box = dialog(`Produce to ${topic}`, h('form', { onsubmit: submit },
    schemas.length > 0 && h('div', { class: 'notice warning' }, h('div', {}, `The ${schemas.join(' and ')} of this record ${schemas.length > 1 ? 'have schemas' : 'has a schema'}. What you do not edit is written as it was; what you edit is written as plain text, without the schema.`)),
    record?.value?.cut && h('div', { class: 'notice warning' }, h('div', {}, 'The value is too long to be shown here. It is written as it was, unless you write another one.')),
    h('div', { class: 'row' }, h('div', { class: 'grow' }, field('Key, none if empty', key)), field('Format', keyFormat)),
    field('Value', value),
    h('div', { class: 'row bottom' }, field('Format', valueFormat), h('label', { class: 'row small' }, none, 'No value (deletes the key of a compacted topic)')),
    field('Headers, one a line', headers), field('Partition', partition), answer,
    h('div', { class: 'row end' }, h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'),
      h('button', { class: 'primary', type: 'submit' }, 'Produce'))));
  value.focus();
}
