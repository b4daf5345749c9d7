// Charts of the last minutes. uPlot draws them (a WebJar); the first page that has one loads it.

import { h } from './dom.js';
import { clock } from './format.js';

const HEIGHT = 56;
let library;

function uplot() {
  library ??= new Promise((resolve, reject) => {
    const failed = () => { library = null; reject(new Error('uplot.js cannot be loaded')); };
    document.head.append(
      h('link', { rel: 'stylesheet', href: '/console/uplot.css' }),
      h('script', { src: '/console/uplot.js', onload: () => resolve(window.uPlot), onerror: failed }));
  });
  return library;
}

const color = name => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * A line over times, from 0 to a little more than its highest value.
 * @param text a value for people
 * @returns {{element: HTMLElement, update: (millis: number[], values: number[]) => void, close: () => void}}
 *   an element that may be shown again and again until it is closed
 */
export function chart(label, text) {
  const place = h('div', { class: 'plot', role: 'img', 'aria-label': label });
  const said = h('div', { class: 'small soft' });
  const element = h('div', { class: 'chart' }, place, said);
  let plot = null, opening = false, closed = false, millis = [], values = [];

  const say = index => {
    if (values.length < 2) said.textContent = 'The chart begins with the next value.';
    else if (index == null) said.textContent = `highest ${text(Math.max(...values))}`;
    else said.textContent = `${clock(millis[index])}: ${text(values[index])}`;
  };
  const data = () => [millis.map(each => each / 1000), values];
  const open = uPlot => new uPlot({
    width: place.clientWidth,
    height: HEIGHT,
    padding: [4, 0, 2, 0],
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false, x: false, y: false } },
    scales: { y: { range: (_, low, high) => [0, Math.max(high ?? 0, 1e-9) * 1.08] } },
    axes: [{ show: false }, { show: false }],
    series: [{}, { stroke: color('--accent'), fill: color('--accent-soft'), width: 1.6, points: { show: false } }],
    hooks: { setCursor: [at => say(at.cursor.idx)] },
  }, data(), place);
  const draw = async () => {
    const width = place.clientWidth;
    if (!width || values.length < 2 || opening || closed) return;
    if (plot) {
      if (plot.width !== width) plot.setSize({ width, height: HEIGHT });
      plot.setData(data());
      return;
    }
    opening = true;
    try {
      const uPlot = await uplot();
      if (place.clientWidth && !closed) plot = open(uPlot);
    } catch {
      said.textContent = 'The chart cannot be drawn.';
    } finally {
      opening = false;
    }
  };
  let watching = false;
  const themes = new MutationObserver(() => {
    if (element.isConnected) return plot?.redraw();
    themes.disconnect();
    watching = false;
  });
  const watch = () => {
    if (!watching) themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    watching = true;
  };
  // It has no width before it is shown.
  const sizes = new ResizeObserver(draw);
  sizes.observe(place);
  return {
    element,
    update(newMillis, newValues) {
      if (closed) return;
      millis = [...newMillis];
      values = [...newValues];
      if (values.length) place.setAttribute('aria-label', `${label}: now ${text(values.at(-1))}, highest ${text(Math.max(...values))}`);
      if (plot?.cursor.idx == null) say(null);
      watch();
      draw();
    },
    close() {
      closed = true;
      sizes.disconnect();
      themes.disconnect();
      plot?.destroy();
      plot = null;
    },
  };
}
