// The whole view is in the address after "#", so a view can be shared. Only
// what differs from the first view is written.

import { seriesList, seriesMap } from './data.js';

export const MEASURES = ['reports', 'share', 'rank', 'index'];
export const MOST = 12; // lines in one chart

export function defaults(db) {
  return {
    view: 'platform', ids: null, measure: 'reports', scale: 'linear',
    from: db.years[0] ?? 0, to: db.years[db.years.length - 1] ?? 0, base: 0,
    off: [], list: 'platform', q: '', page: 1, sort: '', listSort: '',
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

export function parse(hash, db) {
  const st = defaults(db);
  const q = new URLSearchParams(hash.replace(/^#/, ''));
  const one = (key, allowed) => (allowed.includes(q.get(key)) ? q.get(key) : null);
  st.view = one('view', ['platform', 'company']) ?? st.view;
  st.measure = one('measure', MEASURES) ?? st.measure;
  st.scale = one('scale', ['linear', 'log']) ?? st.scale;
  st.list = one('list', ['platform', 'company', 'rows']) ?? (st.view === 'company' ? 'company' : 'platform');
  st.off = (q.get('without') || '').split(',').filter((k) => db.kinds.includes(k));
  const [from, to] = (q.get('years') || '').split('-').map(Number);
  if (db.years.includes(from)) st.from = from;
  if (db.years.includes(to)) st.to = Math.max(to, st.from);
  if (db.years.includes(Number(q.get('base')))) st.base = Number(q.get('base'));
  st.q = q.get('find') || '';
  st.page = Math.max(1, Number.parseInt(q.get('page'), 10) || 1);
  st.sort = /^(name|\d{4})-(up|down)$/.test(q.get('sort') || '') ? q.get('sort') : '';
  st.listSort = /^[a-z0-9]+-(up|down)$/.test(q.get('order') || '') ? q.get('order') : '';
  if (q.has('show')) {
    const known = seriesMap(db, st.view);
    st.ids = [...new Set(q.get('show').split(','))].filter((id) => known.has(id)).slice(0, MOST);
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
