// The whole view is in the address after "#", so a view can be shared. Only
// what differs from the first view is written.

import { seriesOf } from './data.js';
import { yearSpan } from './text.js';

export const MEASURES = ['reports', 'share', 'rank', 'index'];
export const MOST = 12; // series in one chart
export const CHARTS = ['lines', 'bars', 'stack', 'share', 'slope', 'multiples', 'movers'];
export const GROUPS = ['moved', 'entered', 'left', 'not'];

/** The measures that a chart can show; the others are switched off. */
export const measuresOf = (chart) => ({ bars: ['reports', 'share'], stack: ['reports'], share: ['share'], movers: ['reports'], slope: ['reports', 'share', 'rank'] })[chart] ?? MEASURES;

export function defaults(db) {
  const newest = db.years.indexOf(db.newest);
  return {
    chart: 'lines', keys: null, slots: new Map(), measure: 'reports', scale: 'linear',
    from: db.years[0] ?? 0, to: db.years[db.years.length - 1] ?? 0, base: 0, year: db.newest,
    pair: [db.years[Math.max(0, newest - 1)] ?? 0, db.newest],
    by: 'platform', group: 'moved', least: 100, order: '',
    list: 'platform', q: '', category: '', kind: '', page: 1, sort: '', listSort: '', embed: false, unknown: [],
  };
}

/** The first choice: the five largest providers of the newest complete year; twelve where one year is ranked. */
export const firstChoice = (db, st) => (st.chart === 'bars' ? largestOf(db, st.year, MOST) : db.largest.slice(0, 5).map((s) => s.key));

/** Keys of the n providers that reported most in a year; hotlines are left out. */
export function largestOf(db, year, n) {
  const at = db.years.indexOf(year);
  return db.platforms.filter((s) => s.kind !== 'hotline' && s.points[at]?.reports > 0)
    .sort((a, b) => b.points[at].reports - a.points[at].reports).slice(0, n).map((s) => s.key);
}

/**
 * Gives each series a slot of colour and keeps it: the place in the list of its
 * type, or the next free one where another series of the chart has that.
 */
export function slotsFor(keys, db, known) {
  const slots = new Map(known);
  const taken = new Set();
  for (const k of keys) {
    let slot = slots.get(k) ?? preferred(db, k);
    while (taken.has(slot)) slot = (slot + 1) % MOST;
    slots.set(k, slot);
    taken.add(slot);
  }
  return slots;
}

// Each type starts at its own slot, so that a company does not look like its largest platform.
const FIRST = { platform: 0, company: 5, category: 2, set: 6, total: 3 };
function preferred(db, k) {
  const s = db.byKey.get(k);
  return (s.i - db.firstOf[s.type] + FIRST[s.type]) % (s.type === 'platform' ? MOST : 8);
}

/** The state of an address. What it names and nobody knows is ignored and listed in unknown. */
export function parse(hash, db) {
  const st = defaults(db);
  const q = new URLSearchParams(hash.replace(/^#/, ''));
  const refuse = (what, names) => names.length && st.unknown.push(`${what} ${names.slice(0, 8).map((n) => `\u201c${n.slice(0, 60)}\u201d`).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`);
  const one = (key, allowed) => {
    if (allowed.includes(q.get(key))) st[key] = q.get(key);
    else if (q.get(key)) refuse(key, [q.get(key)]);
  };
  one('chart', CHARTS);
  one('measure', MEASURES);
  one('scale', ['linear', 'log']);
  one('by', ['platform', 'company', 'category']);
  one('group', GROUPS);
  one('list', ['platform', 'company', 'category', 'rows']);
  one('category', db.categories.map((c) => c.id));
  one('kind', db.kinds);
  const held = (y) => db.years.includes(Number(y));
  const years = (key) => (q.get(key) || '').split('-').filter(Boolean).slice(0, 2);
  const span = years('years');
  if (held(span[0])) st.from = Number(span[0]);
  if (held(span[1])) st.to = Math.max(Number(span[1]), st.from);
  const pair = years('pair');
  if (pair.length === 2 && pair.every((y) => held(y) && y >= db.anyTwo) && pair[0] !== pair[1]) st.pair = pair.map(Number).sort();
  for (const key of ['base', 'year']) if (held(q.get(key))) st[key] = Number(q.get(key));
  const none = [...new Set([...span, ...pair, ...[q.get('base'), q.get('year')].filter(Boolean)])].filter((y) => !held(y));
  if (none.length) refuse(none.length > 1 ? 'years' : 'year', none);
  if (none.length && db.years.length) st.unknown.push(`${st.unknown.pop()} (years available: ${yearSpan(db.years[0], db.years[db.years.length - 1])})`);
  st.least = Math.max(1, Number.parseInt(q.get('least'), 10) || st.least);
  st.q = q.get('find') || '';
  st.page = Math.max(1, Number.parseInt(q.get('page'), 10) || 1);
  for (const [key, name] of [['sort', 'sort'], ['order', 'order'], ['listSort', 'rows']]) st[key] = /^[a-z0-9]+-(up|down)$/.test(q.get(name) || '') ? q.get(name) : '';
  st.embed = q.get('embed') === '1';
  if (q.has('show')) {
    st.keys = [];
    const lost = [];
    for (const part of q.get('show').split(',').filter(Boolean)) {
      const [, name, slot] = /^(.*?)(?:~(\d+))?$/.exec(part);
      const s = (q.get('view') === 'company' && db.byKey.get(`company:${name}`)) || seriesOf(db, name);
      if (!s) lost.push(name);
      else if (!st.keys.includes(s.key) && st.keys.length < MOST) {
        st.keys.push(s.key);
        if (slot !== undefined && Number(slot) < MOST) st.slots.set(s.key, Number(slot));
      }
    }
    refuse('name', lost);
  }
  st.slots = slotsFor(st.keys ?? firstChoice(db, st), db, st.slots);
  return st;
}

export function format(st, db) {
  const d = defaults(db);
  const q = new URLSearchParams();
  const put = (name, value, usual) => { if (String(value) !== String(usual)) q.set(name, value); };
  put('chart', st.chart, d.chart);
  if (st.keys) {
    const named = (k) => (st.slots.get(k) === preferred(db, k) ? k : `${k}~${st.slots.get(k)}`);
    q.set('show', st.keys.map(named).join(','));
  }
  put('measure', st.measure, d.measure);
  put('scale', st.scale, d.scale);
  if (st.from !== d.from || st.to !== d.to) q.set('years', `${st.from}-${st.to}`);
  put('base', st.base, 0);
  put('year', st.year, d.year);
  put('pair', st.pair.join('-'), d.pair.join('-'));
  put('by', st.by, d.by);
  put('group', st.group, d.group);
  put('least', st.least, d.least);
  put('order', st.order, '');
  put('sort', st.sort, '');
  put('list', st.list, d.list);
  put('find', st.q, '');
  put('category', st.category, '');
  put('kind', st.kind, '');
  put('page', st.page, 1);
  put('rows', st.listSort, '');
  if (st.embed) q.set('embed', '1');
  return q.toString().replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%7E/g, '~');
}
