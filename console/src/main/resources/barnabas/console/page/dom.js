// Elements from plain calls. Texts become text nodes, never markup, so that a record's script stays text.

export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value == null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else if (name === 'checked') element.checked = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

/** A name that may be broken behind its dots, dashes and underscores. */
export const name = text => text.split(/(?<=[._-])/).flatMap(each => [each, h('wbr')]);

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child == null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replaces the content. What had the focus has it again, and tables stay where they were scrolled to. */
export function show(element, ...children) {
  const focused = element.contains(document.activeElement) && document.activeElement !== element ? document.activeElement : null;
  const place = focused && placeOf(focused, element);
  const scrolled = [...element.querySelectorAll('.scroll')].map(each => each.scrollLeft);
  element.replaceChildren();
  append(element, children);
  element.querySelectorAll('.scroll').forEach((each, i) => { if (scrolled[i]) each.scrollLeft = scrolled[i]; });
  const again = place?.reduce((parent, index) => parent?.children[index], element);
  if (again?.tagName === focused?.tagName) again?.focus({ preventScroll: true });
  return element;
}

function placeOf(element, root) {
  const place = [];
  for (; element !== root; element = element.parentNode) place.unshift([...element.parentNode.children].indexOf(element));
  return place;
}

let toasting;

export function toast(text) {
  document.querySelector('.toast')?.remove();
  clearTimeout(toasting);
  const element = h('div', { class: 'toast', role: 'status' }, text);
  document.body.append(element);
  toasting = setTimeout(() => element.remove(), 4000);
}

export function problem(error) {
  return h('div', { class: 'notice bad', role: 'alert' }, h('div', {}, h('b', {}, error.message)));
}

/** A dialog that is removed when it closes. */
export function dialog(title, ...children) {
  const element = h('dialog', { 'aria-label': title, onclose: () => element.remove() }, h('h2', {}, title), children);
  document.body.append(element);
  element.showModal();
  return element;
}

export function field(label, input, hint) {
  return h('label', { class: 'field' }, label, input, hint && h('span', { class: 'small soft' }, hint));
}

/** @param columns each { title, key, n (number), wide (left out when narrow), cell(row) } */
export function table(columns, rows, { sort, order, onsort, onrow, empty, label } = {}) {
  if (!rows.length) return h('div', { class: 'empty' }, empty ?? 'Nothing here.');
  const classes = column => [column.n && 'n', column.wide && 'wide'].filter(Boolean).join(' ') || null;
  const heading = column => {
    const active = column.key && column.key === sort;
    const content = column.key && onsort
      ? h('button', { onclick: () => onsort(column.key, active && order !== 'desc' ? 'desc' : 'asc') },
        column.title, active ? (order === 'desc' ? ' ↓' : ' ↑') : '')
      : column.title;
    const sorted = active ? (order === 'desc' ? 'descending' : 'ascending') : null;
    return h('th', { scope: 'col', class: classes(column), 'aria-sort': sorted }, content);
  };
  const line = row => {
    const element = h('tr', {}, columns.map(column => h('td', { class: classes(column) }, column.cell(row))));
    if (onrow) onrow(element, row);
    return element;
  };
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label ?? 'Table' },
    h('table', {}, h('thead', {}, h('tr', {}, columns.map(heading))), h('tbody', {}, rows.map(line))));
}

/** @param share from 0 to 1 */
export function bar(share, label, high) {
  const fill = h('div');
  fill.style.width = `${(share * 100).toFixed(1)}%`;
  return h('div', { class: high ? 'bar high' : 'bar', role: 'img', 'aria-label': label }, fill);
}
