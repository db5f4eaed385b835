// Numbers, words and elements. A text from the data goes into the page through
// h(), which knows text and attributes but no markup.
//
// A sentence is a list of strings and named things ({name}), so that a name
// becomes a <bdi> on the page and plain text in a picture, file or citation.

export const SVG = 'http://www.w3.org/2000/svg';

/** A count as NCMEC prints it: 870,503. By hand, since the browser takes 30 ms to make a formatter. */
export const count = (n) => {
  const [whole, rest] = String(n).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (rest ? `.${rest}` : '');
};

/** With at least so many decimals, and more where it would otherwise look like nothing or like the whole. */
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
  return Number(p.toPrecision(2)).toFixed(10).replace(/\.?0+$/, '') + '%';
}

const sign = (n) => (n < 0 ? '\u2212' : n > 0 ? '+' : '\u00b1');

/** A change in percent with its sign: +32.4%, −20.1%. */
export function signedPercent(p) {
  const digits = Math.abs(p) >= 1000 ? count(Math.round(Math.abs(p))) : fixed(Math.abs(p), 1, p < 0 ? 100 : 0);
  return sign(p) + digits + '%';
}

export const signedCount = (n) => sign(n) + count(Math.abs(n));

/** A change of a share in percentage points. */
export const signedPoints = (p) => `${sign(p)}${p === 0 ? '0' : Math.abs(p) >= 0.1 ? Math.abs(p).toFixed(1) : String(Number(Math.abs(p).toPrecision(2)))} points`;

/** A change of a rank: 2 places up. */
export const places = (n) => (n === 0 ? 'same place' : `${plural(Math.abs(n), 'place', 'places')} ${n > 0 ? 'up' : 'down'}`);

/** Axis labels: 20m, 500,000. */
export function short(n) {
  if (Math.abs(n) >= 1e6) return Number((n / 1e6).toFixed(2)) + 'm';
  if (Math.abs(n) >= 1 || n === 0) return count(Number(n.toFixed(2)));
  return String(Number(n.toPrecision(2)));
}

export const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;
export const yearSpan = (a, b) => (a === b ? String(a) : `${a}\u2013${b}`);
export const capital = (s) => (s ? s[0].toUpperCase() + s.slice(1) : s);

/** 2019–2021, 2023 */
export function spans(years) {
  const out = [];
  for (let i = 0; i < years.length; i++) {
    const from = years[i];
    while (years[i + 1] === years[i] + 1) i++;
    out.push(yearSpan(from, years[i]));
  }
  return out.join(', ');
}

export const named = (s) => ({ name: s.name ?? s });

/** "a, b and c" as a sentence; the words may be named things. */
export function list(words, and = 'and') {
  return words.flatMap((w, i) => (i === 0 ? [w] : [i === words.length - 1 ? ` ${and} ` : ', ', w]));
}

const DIRECTION = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A sentence as plain text. What turns the text around it is taken out of names. */
export const plain = (sentence) => [sentence].flat(Infinity).map((p) => (p?.name === undefined ? p : p.name.replace(DIRECTION, ''))).join('');

/** Builds an element. Keys that start with "on" are listeners; null and false leave an attribute out. */
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) el.addEventListener(key.slice(2), value);
    else if (key === 'text') el.textContent = value;
    else if (key in { value: 1, checked: 1, selected: 1, disabled: 1 }) el[key] = value;
    else el.setAttribute(key, value === true ? '' : value);
  }
  const nodes = children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false);
  el.append(...nodes.map((c) => (c.name !== undefined && !(c instanceof Node) ? h('bdi', { text: c.name }) : c)));
  return el;
}

/** Builds an SVG element. */
export function svg(tag, props, ...children) {
  const el = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(props || {})) if (value !== null && value !== undefined) el.setAttribute(key, value);
  el.append(...children.flat(Infinity));
  return el;
}

/** Only web addresses become links; anything else stays text. */
export function link(url, text, props) {
  if (!/^https?:\/\//i.test(url)) return h('span', { ...props, href: null, target: null }, text);
  return h('a', { href: url, rel: 'noopener noreferrer', target: '_blank', ...props }, text);
}

/** A source's text, with its addresses as links. */
export const source = (s) => (s ? s.split(/(https?:\/\/[^\s;]+)/).map((t) => (/^https?:/.test(t) ? link(t, t) : h('span', { text: t }))) : 'none given');

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
