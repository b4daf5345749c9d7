// Numbers, sizes and times for people.

const whole = new Intl.NumberFormat('en');

export const number = value => (value == null ? '–' : whole.format(value));

export function bytes(value) {
  if (value == null || value < 0) return '–';
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function rate(value) {
  if (value == null) return '–';
  return value >= 100 || value === 0 ? number(Math.round(value)) : value.toFixed(1);
}

export function duration(millis) {
  if (millis == null) return '–';
  if (millis < 0) return 'forever';
  const steps = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1000]];
  for (const [unit, size] of steps)
    if (millis >= size) return `${Number((millis / size).toFixed(millis / size < 10 ? 1 : 0))} ${unit}`;
  return millis === 0 ? '0' : `${millis} ms`;
}

const two = value => String(value).padStart(2, '0');

export function time(millis) {
  if (millis == null || millis < 0) return '–';
  const t = new Date(millis);
  return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())} ${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}.${String(t.getMilliseconds()).padStart(3, '0')}`;
}

/** The time of day. */
export const clock = millis => time(millis).slice(11, 19);
