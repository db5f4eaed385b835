// The whole view is in the address after "#", so a view can be shared. Only
// what differs from the first view is written.

import { seriesList, seriesMap } from './data.js';
import { isolate, list, yearSpan } from './text.js';

export const MEASURES = ['reports', 'share', 'rank', 'index'];
export const MOST = 12; // lines in one chart

export function defaults(db) {
  return {
    view: 'platform', ids: null, measure: 'reports', scale: 'linear',
    from: db.years[0] ?? 0, to: db.years[db.years.length - 1] ?? 0, base: 0,
    off: [], list: 'platform', q: '', page: 1, sort: '', listSort: '', unknown: [],
  };
}

/** The first choice of a view: the five largest of the newest complete year. */
export const firstChoice = (db, view, off = []) => largest(db, view, db.newest, 5, off);

/** Ids of the n largest reporters of a year among the kinds that are in. */
export function largest(db, view, year, n, off = []) {
  const at = db.years.indexOf(year);
  if (at < 0) return [];
  return seriesList(db, view)
    .filter((s) => s.points[at].reports !== null && kindIn(s, off))
    .sort((a, b) => b.points[at].reports - a.points[at].reports)
    .slice(0, n)
    .map((s) => s.id);
}

/** A company is in while any of its platforms is. */
export const kindIn = (s, off) => off.length === 0 || [...s.kinds].some((k) => !off.includes(k));

/** The state of an address. What the address asks for and nobody knows is passed over and named in unknown. */
export function parse(hash, db) {
  const st = defaults(db);
  const q = new URLSearchParams(hash.replace(/^#/, ''));
  const refuse = (what, names) => names.length && st.unknown.push(`${what} ${list(names.slice(0, 8).map((n) => `\u201c${isolate(n.slice(0, 60))}\u201d`))}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`);
  const one = (key, allowed) => {
    if (allowed.includes(q.get(key))) return q.get(key);
    if (q.get(key)) refuse(key, [q.get(key)]);
    return null;
  };
  st.view = one('view', ['platform', 'company']) ?? st.view;
  st.measure = one('measure', MEASURES) ?? st.measure;
  st.scale = one('scale', ['linear', 'log']) ?? st.scale;
  st.list = one('list', ['platform', 'company', 'rows']) ?? (st.view === 'company' ? 'company' : 'platform');
  const kinds = (q.get('without') || '').split(',').filter(Boolean);
  st.off = kinds.filter((k) => db.kinds.includes(k));
  refuse('kind', kinds.filter((k) => !db.kinds.includes(k)));
  const asked = (q.get('years') || '').split('-').filter(Boolean);
  const held = (y) => db.years.includes(Number(y));
  if (held(asked[0])) st.from = Number(asked[0]);
  if (held(asked[1])) st.to = Math.max(Number(asked[1]), st.from);
  const base = q.get('base') ? [q.get('base')] : [];
  if (base.some(held)) st.base = Number(base[0]);
  const none = [...new Set([...asked.slice(0, 2), ...base])].filter((y) => !held(y));
  if (none.length) refuse(`year${none.length > 1 ? 's' : ''}`, none);
  if (none.length && db.years.length) st.unknown.push(`${st.unknown.pop()} (held: ${yearSpan(db.years[0], db.years[db.years.length - 1])})`);
  st.q = q.get('find') || '';
  st.page = Math.max(1, Number.parseInt(q.get('page'), 10) || 1);
  st.sort = /^(name|\d{4})-(up|down)$/.test(q.get('sort') || '') ? q.get('sort') : '';
  st.listSort = /^[a-z0-9]+-(up|down)$/.test(q.get('order') || '') ? q.get('order') : '';
  if (q.has('show')) {
    const known = seriesMap(db, st.view);
    const ids = [...new Set(q.get('show').split(','))].filter(Boolean);
    st.ids = ids.filter((id) => known.has(id)).slice(0, MOST);
    refuse(st.view, ids.filter((id) => !known.has(id)));
  }
  return st;
}

export function format(st, db) {
  const d = defaults(db);
  const q = new URLSearchParams();
  if (st.view !== d.view) q.set('view', st.view);
  if (st.ids) q.set('show', st.ids.join(','));
  if (st.measure !== d.measure) q.set('measure', st.measure);
  if (st.scale !== d.scale) q.set('scale', st.scale);
  if (st.from !== d.from || st.to !== d.to) q.set('years', `${st.from}-${st.to}`);
  if (st.base) q.set('base', st.base);
  if (st.off.length) q.set('without', st.off.join(','));
  if (st.sort) q.set('sort', st.sort);
  if (st.list !== (st.view === 'company' ? 'company' : 'platform')) q.set('list', st.list);
  if (st.q) q.set('find', st.q);
  if (st.page > 1) q.set('page', st.page);
  if (st.listSort) q.set('order', st.listSort);
  return q.toString().replace(/%2C/g, ',');
}
