// Numbers, words and elements. Every text that comes from the data goes into
// the page through h(), which knows text and attributes but no markup.

export const SVG = 'http://www.w3.org/2000/svg';

const group = new Intl.NumberFormat('en-US');

/** A count as NCMEC prints it: 870,503. */
export const count = (n) => group.format(n);

/** With at least so many decimals, and more where it would else look like nothing or like the whole. */
function fixed(v, digits, whole) {
  const looks = (x) => v !== x && Number(v.toFixed(digits)) === x;
  while (digits < 8 && (looks(0) || looks(whole))) digits++;
  return v.toFixed(digits);
}

/** A share (0..1) in percent; small shares keep two significant digits. */
export function percent(share) {
  const p = share * 100;
  if (p === 0) return '0%';
  if (p >= 10) return fixed(p, 1, 100) + '%';
  if (p >= 0.1) return p.toFixed(2) + '%';
  return Number(p.toPrecision(2)).toLocaleString('en-US', { maximumFractionDigits: 10 }) + '%';
}

/** A change in percent with its sign: +32.4%, −20.1%. */
export function signed(p) {
  const digits = Math.abs(p) >= 1000 ? group.format(Math.round(Math.abs(p))) : fixed(Math.abs(p), 1, p < 0 ? 100 : 0);
  return (p < 0 ? '\u2212' : p > 0 ? '+' : '\u00b1') + digits + '%';
}

/** The change of a point in percent. What stands on a small number names it: +2,900% from 1. */
export const changed = (p) => signed(p.percent) + (p.smallBase === null ? '' : ` from ${count(p.smallBase)}`);

export const signedCount = (n) => (n < 0 ? '\u2212' : n > 0 ? '+' : '\u00b1') + count(Math.abs(n));

/** Axis labels: 20m, 500,000. */
export function short(n) {
  if (n >= 1e6) return Number((n / 1e6).toFixed(2)) + 'm';
  if (n >= 1 || n === 0) return count(Number(n.toFixed(2)));
  return String(Number(n.toPrecision(2)));
}

/** "a, b and c" */
export function list(words, and = 'and') {
  if (words.length < 2) return words.join('');
  return words.slice(0, -1).join(', ') + ' ' + and + ' ' + words[words.length - 1];
}

export const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;

export const yearSpan = (a, b) => (a === b ? String(a) : `${a}\u2013${b}`);

/** Text from a document, kept from turning the text around it (right-to-left marks). */
export const isolate = (s) => '\u2068' + s + '\u2069';

/** Builds an element. Keys that start with "on" are listeners, null and false leave an attribute out. */
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) el.addEventListener(key.slice(2), value);
    else if (key === 'text') el.textContent = value;
    else if (key in { value: 1, checked: 1, selected: 1, disabled: 1, indeterminate: 1 }) el[key] = value;
    else el.setAttribute(key, value === true ? '' : value);
  }
  el.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

/** A name from the data as an element that keeps its direction to itself. */
export const name = (s) => h('bdi', { text: s });

/** Only web addresses become links; anything else stays text. */
export function link(url, text, props) {
  if (!/^https?:\/\//i.test(url)) return h('span', { ...props, href: null, target: null }, text);
  return h('a', { href: url, rel: 'noopener noreferrer', target: '_blank', ...props }, text);
}

/** Search key: no case, no accents, no marks that change direction. Plain names are the most and quickly done. */
export const key = (s) =>
  (/^[\n -~]*$/.test(s) ? s : s.normalize('NFKD').replace(/[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '')).toLowerCase();

/** A cell of a CSV file. A text that a spreadsheet would run as a formula is prefixed. */
export function csvCell(v) {
  if (v === null || v === undefined) return '';
  if (typeof v === 'number') return String(v);
  let s = String(v);
  if (/^[=+\-@\t\r]/.test(s)) s = "'" + s;
  return /[",\r\n]/.test(s) ? '"' + s.replace(/"/g, '""') + '"' : s;
}
