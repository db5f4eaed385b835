// The tables: what is chosen by year, two years compared, movers, everything,
// documents. A number links to its document at its page; a missing one says
// why and is never a zero.

import { address, between, blankShort, figuresOf, ownOf, ownerOf, placeOf, platformName } from './data.js';
import { GROUP_NAMES, NO_MEASURE, VERDICTS, briefChange, changeWords, exact, moved, percentWords } from './view.js';
import { marksOf } from './charts.js';
import { reasons } from './detail.js';
import { capital, count, h, key, link, list, named, plural, signedCount, source } from './text.js';

export const KIND_NAMES = {
  platform: 'Platforms', hosting: 'Hosting', registrar: 'Registrars', telecom: 'Telecoms', hotline: 'Hotlines and NCMEC services',
  'safety-vendor': 'Safety vendors', 'school-safety': 'School safety', other: 'Other, research groups included',
};

function valueLink(db, p, figures, words) {
  const f = figures.length === 1 || p.members.length < 2 ? figures[0] : null;
  if (!f || !address(db, f)) return h('span', { text: words });
  return link(address(db, f), words, { title: `${count(p.reports)} reports. Opens ${placeOf(db, f)}` });
}

/** The letters of a point. Next to a first year those against the year before have no place. */
function letters(db, p, first) {
  const shown = marksOf(p, first ? 'bo' : '');
  if (!shown) return null;
  return h('abbr', { class: 'flag', title: [...shown].filter((m) => db.markMeaning.has(m)).map((m) => `[${m}] ${db.markMeaning.get(m)}`).join('; ') }, shown);
}

function cell(db, view, s, v, open, before) {
  const p = v.point;
  if (p.reports === null) return h('td', { class: 'none', title: p.why }, blankShort(db, p));
  const words = view.measure === 'reports' ? count(p.reports) : v.value === null ? NO_MEASURE[view.measure] || 'not drawn' : exact(v.value, view.measure);
  const small = [];
  const b = before ? between(db, s, before, v.year, view.measure === 'index' ? 'reports' : view.measure) : null;
  if (view.measure !== 'reports') small.push(`${count(p.reports)} reports`);
  if (b?.verdict === 'no') small.push(h('span', { title: b.reasons[0]?.text }, 'not comparable'));
  else if (b && view.measure !== 'index' && briefChange(b, view.measure, s)) small.push(h('span', { title: `${changeWords(b, view.measure, s)} since ${before}` }, briefChange(b, view.measure, s)));
  const figures = figuresOf(db, s, p);
  if (figures.length > 1 && s.type === 'platform') small.push(h('button', { type: 'button', class: 'rows', 'aria-label': `${figures.length} rows of ${s.name} ${p.year}`, onclick: () => open(s, p.year) }, `${figures.length} rows`));
  return h('td', { class: figures.length > 1 ? 'num many' : 'num' }, p.atLeast ? h('span', { class: 'soft' }, 'at least ') : null, valueLink(db, p, figures, words), letters(db, p, !before),
    small.length ? h('small', {}, small.flatMap((x, i) => (i ? [' \u00b7 ', x] : [x]))) : null);
}

function sortHead(label, id, sort, set, props = {}) {
  const [by, way] = sort.split('-');
  const on = by === id;
  return h('th', { scope: 'col', 'aria-sort': on ? (way === 'up' ? 'ascending' : 'descending') : 'none', ...props },
    h('button', { type: 'button', class: 'sort', onclick: () => set(`${id}-${on ? (way === 'up' ? 'down' : 'up') : props.class === 'num' ? 'down' : 'up'}`) },
      label, h('span', { class: 'arrow', 'aria-hidden': 'true' }, on ? (way === 'up' ? '\u25b2' : '\u25bc') : '\u21c5')));
}

/** A head that does not sort, at the height of those that do. */
const plainHead = (label, props) => h('th', { scope: 'col', ...props }, h('span', { class: 'head' }, label));

/** Sorts rows by value; a row without one comes last whichever way the others go. */
function byValue(rows, value, way) {
  const dir = way === 'up' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return (x === null) - (y === null);
    return dir * (typeof x === 'string' ? (x < y ? -1 : x > y ? 1 : 0) : x - y);
  });
}

const yearHead = (db, y) => (db.editionOf.get(y)?.partial ? h('span', { class: 'two' }, String(y), h('span', { class: 'partial' }, ' partial')) : String(y));

/** The chosen series by year. Companies have their members below them. */
export function figuresTable(db, st, view, { setSort, open, swatch }) {
  const [by, way] = st.sort.split('-');
  const all = view.lines.concat(view.dropped.filter((l) => !view.lines.includes(l)));
  const lines = !by ? all : byValue(all, by === 'name' ? (l) => key(l.s.name) : (l) => l.values.find((v) => v.year === Number(by))?.value ?? null, way);
  const body = lines.flatMap((l) => [
    h('tr', { class: l.s.type === 'company' && !l.s.alone ? 'whole' : null }, h('th', { scope: 'row' }, swatch(l), named(l.s), typeWord(l.s)),
      l.values.map((v, i) => cell(db, view, l.s, v, open, i ? view.years[i - 1] : 0))),
    ...(l.s.type === 'company' && !l.s.alone ? memberRows(db, view, l, open) : []),
  ]);
  return h('table', {},
    h('caption', { class: 'hide' }, `${document.getElementById('title').textContent}. ${document.getElementById('unit').textContent}.`),
    h('thead', {}, h('tr', {}, sortHead('Name', 'name', st.sort, setSort), view.years.map((y) => sortHead(yearHead(db, y), String(y), st.sort, setSort, { class: 'num' })))),
    h('tbody', {}, body.length ? body : h('tr', {}, h('td', { colspan: view.years.length + 1 }, 'Nothing is chosen.'))));
}

export const typeWord = (s) => (s.type === 'company' || s.type === 'category' ? h('span', { class: 'type' }, ` ${s.type}`) : null);

function memberRows(db, view, l, open) {
  const most = (s) => Math.max(0, ...view.years.map((y) => s.points[db.years.indexOf(y)].reports ?? 0));
  const refs = new Set(l.values.flatMap((v) => v.point.members));
  return [...refs].filter((r) => typeof r === 'number').map((r) => db.series[r]).sort((a, b) => most(b) - most(a)).map((s) => h('tr', { class: 'member' },
    h('th', { scope: 'row' }, h('span', { class: 'hide' }, `${l.s.name}: `), named(s)),
    l.values.map((v, i) => {
      const point = s.points[db.years.indexOf(v.year)];
      if (point.reports !== null && !v.point.members.includes(s.i)) return h('td', { class: 'none', title: `Not owned by ${l.s.name} at the end of ${v.year}` }, 'not owned');
      return cell(db, { measure: 'reports' }, s, { year: v.year, point, value: point.reports }, open, i ? view.years[i - 1] : 0);
    })));
}

/** Two years of the chosen series: values, change, verdict with its reasons. */
export function pairTable(db, st, view, { setSort, swatch }) {
  const [from, to] = st.pair;
  const measure = view.measure === 'index' ? 'reports' : view.measure;
  const at = (s, y) => s.points[db.years.indexOf(y)];
  const rows = view.chosen.map((s) => ({ s, b: between(db, s, from, to, measure), l: view.lines.concat(view.dropped).find((l) => l.s === s) }));
  const amount = (r) => r.b.reports ?? r.b.points ?? r.b.places;
  const [by, way] = st.order.split('-');
  const sorted = by === 'name' ? byValue(rows, (r) => key(r.s.name), way) : by === 'change' ? byValue(rows, amount, way) : by === 'percent' ? byValue(rows, (r) => r.b.percent, way) : rows;
  const value = (s, y) => {
    const p = at(s, y);
    if (p.reports === null) return h('td', { class: 'none', title: p.why }, blankShort(db, p));
    const v = { reports: p.reports, share: p.share, rank: p.rank || null }[measure];
    return h('td', { class: 'num' }, p.atLeast ? h('span', { class: 'soft' }, 'at least ') : null, v === null ? NO_MEASURE[measure] : exact(v, measure), letters(db, p, true));
  };
  return h('table', { class: 'pairs' },
    h('caption', { class: 'hide' }, `${from} and ${to} compared`),
    h('thead', {}, h('tr', {}, sortHead('Name', 'name', st.order, setSort), plainHead(String(from), { class: 'num' }), plainHead(String(to), { class: 'num' }),
      sortHead('Change', 'change', st.order, setSort, { class: 'num' }), measure === 'reports' ? sortHead('In percent', 'percent', st.order, setSort, { class: 'num' }) : null, plainHead('May they be compared?'))),
    h('tbody', {}, sorted.map(({ s, b, l }) => h('tr', {}, h('th', { scope: 'row' }, l ? swatch(l) : null, named(s), typeWord(s)), value(s, from), value(s, to),
      measure === 'reports'
        ? [h('td', { class: 'num' }, b.reports === null ? dash() : signedCount(b.reports), like(b, 'reports')), h('td', { class: 'num' }, b.percent === null ? dash() : percentWords(b, s))]
        : h('td', { class: 'num' }, changeWords(b, measure, s) || dash(), like(b, measure)),
      verdictCell(db, s, b, [from, to])))));
}

const dash = () => h('span', { class: 'soft' }, 'not shown');
const like = (b, measure) => (b.like ? h('small', {}, `like for like ${measure === 'reports' ? percentWords({ ...b.like, reasons: [] }) : changeWords({ ...b.like, reasons: [] }, measure)}`) : null);

function verdictCell(db, s, b, years) {
  if (!b.verdict) {
    const blank = years.map((y) => s.points[db.years.indexOf(y)]).find((p) => p.reports === null);
    return h('td', { class: 'verdict' }, h('strong', {}, 'No value. '), blank?.why ?? '');
  }
  const words = { yes: 'Yes', care: 'With care', no: 'No' }[b.verdict];
  const first = b.reasons[0];
  return h('td', { class: `verdict ${b.verdict}` }, h('strong', {}, `${words}${first ? ': ' : ''}`), first ? first.text : '',
    b.came.length + b.left.length && first?.code !== 'ownership' ? [' ', ...moved(db, b), '.'] : null,
    b.reasons.some((r) => r.source) || b.reasons.length > 1 ? [' ', h('details', { class: 'src' }, h('summary', {}, b.reasons.length > 1 ? `${b.reasons.length} reasons, sources` : 'Source'), reasons(b))] : null);
}

/** Movers of one group. */
export function moversTable(db, st, view, { setSort, open, add, chosen }) {
  const [from, to] = st.pair;
  const at = (s, y) => s.points[db.years.indexOf(y)];
  const rows = view.movers[st.group];
  const [by, way] = st.order.split('-');
  const value = { name: (m) => key(m.s.name), from: (m) => at(m.s, from).reports, to: (m) => at(m.s, to).reports, change: (m) => m.b.reports, percent: (m) => m.b.percent }[by];
  const sorted = value ? byValue(rows, value, way) : rows;
  const movement = st.group === 'moved';
  const head = (label, id, num) => sortHead(label, id, st.order, setSort, num ? { class: 'num' } : {});
  const number = (s, y) => {
    const p = at(s, y);
    if (p.reports === null) return h('td', { class: 'none', title: p.why }, blankShort(db, p));
    return h('td', { class: 'num' }, p.atLeast ? h('span', { class: 'soft' }, 'at least ') : null, valueLink(db, p, figuresOf(db, s, p), count(p.reports)), letters(db, p, true));
  };
  return h('table', { class: 'movers' },
    h('caption', { class: 'hide' }, `${GROUP_NAMES[st.group]}, ${from} to ${to}`),
    h('thead', {}, h('tr', {}, plainHead(h('span', { class: 'hide' }, 'In the chart')), head('Name', 'name'), head(String(from), 'from', true), head(String(to), 'to', true),
      movement ? [head('Change', 'change', true), head('In percent', 'percent', true)] : null, plainHead(movement ? 'May they be compared?' : 'Why'))),
    h('tbody', {}, sorted.length ? sorted.map(({ s, b }) => h('tr', {},
      h('td', {}, h('input', { type: 'checkbox', checked: chosen(s), 'aria-label': `Show ${s.name} in the charts`, onchange: (e) => add(s, e.target.checked) })),
      h('th', { scope: 'row' }, h('button', { type: 'button', class: 'rows', onclick: () => open(s, at(s, to).reports === null ? from : to) }, named(s))), number(s, from), number(s, to),
      movement ? [h('td', { class: 'num' }, signedCount(b.reports), like(b, 'reports')), h('td', { class: 'num' }, percentWords(b, s))] : null,
      verdictCell(db, s, b, st.pair))) : h('tr', {}, h('td', { colspan: 7 }, 'None.'))));
}

/** What platforms say of themselves, next to NCMEC's figures: of the chosen series, or of all. */
export function ownTable(db, view) {
  const of = ownOf(db, view.chosen);
  const rows = (of.length ? of : db.own).filter((o) => view.years.includes(o.year) || !of.length);
  return h('table', { class: 'own' },
    h('caption', { class: 'hide' }, 'Own counts next to NCMEC\u2019s figures'),
    h('thead', {}, h('tr', {}, ['Counted by', 'Year'].map((x) => plainHead(x)), ['Own count', 'NCMEC', 'Difference'].map((x) => plainHead(x, { class: 'num' })), plainHead('Do they agree?'))),
    h('tbody', {}, rows.length ? rows.map((o) => h('tr', {},
      h('th', { scope: 'row' }, named(o.who)), h('td', {}, String(o.year)),
      h('td', { class: 'num' }, count(o.own)), h('td', { class: 'num' }, o.ncmec === null ? 'no figure' : count(o.ncmec)), h('td', { class: 'num' }, o.difference === null ? dash() : [signedCount(o.difference), h('small', {}, o.words)]),
      h('td', { class: 'verdict' }, h('strong', {}, `${AGREEMENTS[o.agreement]}${o.reason ? ': ' : ''}`), o.reason, h('small', {}, [o.platforms.length > 1 ? `Counts ${list(o.platforms)}` : '', capital(o.remark)].filter(Boolean).join('. ')), ' ', h('details', { class: 'src' }, h('summary', {}, 'Source'), h('span', { class: 'soft break' }, source(o.source)))))) : h('tr', {}, h('td', { colspan: 6 }, 'None.'))));
}

const AGREEMENTS = { agrees: 'Within 1%', close: 'Within 5%', differs: 'No', incomplete: 'Cannot be said: not the whole year, or rows may lack' };

/** Which letters occur, with their meaning. */
export function legend(db, view) {
  const seen = new Set(view.lines.flatMap((l) => l.values.flatMap((v, i) => [...marksOf(v.point, i ? '' : 'bo')])));
  return [...db.markMeaning].filter(([m]) => seen.has(m)).map(([m, meaning]) => `[${m}] ${meaning}`).join('; ');
}

const PAGE = 20;

/** Search keys of the table of everything; made once for each list. */
export function keysOf(db, kind) {
  db.keys ??= {};
  const members = (s) => [...s.members].map((m) => platformName(db, m));
  db.keys[kind] ??= {
    rows: () => db.figures().map((f) => key(`${f.printed}\n${platformName(db, f.platform)}\n${f.year}`)),
    platform: () => db.platforms.map((s) => key([s.name, ...s.printed, ownerOf(db, s).name ?? ''].join('\n'))),
    company: () => db.companies.map((s) => key([s.name, ...members(s)].join('\n'))),
    category: () => db.of('category').map((s) => key([s.name, ...members(s)].join('\n'))),
  }[kind]();
  return db.keys[kind];
}

/** The table of everything: {table, found, of, page, pages}. */
export function everything(db, st, { setSort, chosen, toggle, open }) {
  const q = key(st.q.trim());
  const keys = keysOf(db, st.list);
  const all = st.list === 'rows' ? db.figures() : db.of(st.list);
  const seriesOf = (x) => (st.list === 'rows' ? db.series[x.platform] : x);
  const inside = (s) => !s || ((!st.category || s.category === st.category) && (!st.kind || s.kind === st.kind));
  let found = all.filter((x, i) => (!q || keys[i].includes(q)) && inside(seriesOf(x)));
  const [by, way] = st.listSort.split('-');
  const value = by && sortValue(db, st, by);
  if (value) found = byValue(found, value, way);
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  const page = Math.min(st.page, pages);
  const shown = found.slice((page - 1) * PAGE, page * PAGE);
  const head = (label, id, num) => sortHead(label, id, st.listSort, setSort, num ? { class: 'num' } : {});
  const table = st.list === 'rows' ? rowsTable(db, shown, head) : seriesTable(db, st, shown, head, { chosen, toggle, open });
  return { table, found, of: all.length, page, pages };
}

function sortValue(db, st, by) {
  const year = db.years.indexOf(Number(by));
  if (year >= 0 && st.list !== 'rows') return (s) => s.points[year].reports;
  return {
    name: (x) => key(st.list === 'rows' ? x.printed : x.name), kind: (s) => s.category || s.kind || '', owner: (s) => ownerOf(db, s).name?.toLowerCase() ?? '\uffff',
    platform: (f) => platformName(db, f.platform).toLowerCase(), year: (f) => f.year, reports: (f) => f.reports,
    change: (s) => between(db, s, ...st.pair, 'reports').reports, percent: (s) => between(db, s, ...st.pair, 'reports').percent,
  }[by];
}

function rowsTable(db, shown, head) {
  return h('table', {},
    h('caption', { class: 'hide' }, 'Every row, as printed or transcribed'),
    h('thead', {}, h('tr', {}, head('Name as printed or transcribed', 'name'), head('Year', 'year', true), head('Reports', 'reports', true), head('Platform', 'platform'), plainHead('Where'))),
    h('tbody', {}, shown.map((f) => h('tr', {},
      h('th', { scope: 'row' }, named(f.printed), letters(db, f, true)),
      h('td', { class: 'num' }, String(f.year)),
      h('td', { class: 'num' }, link(address(db, f), count(f.reports))),
      h('td', {}, named(platformName(db, f.platform))),
      h('td', {}, link(address(db, f), placeOf(db, f)))))));
}

function seriesTable(db, st, shown, head, { chosen, toggle, open }) {
  const platform = st.list === 'platform';
  const category = (s) => db.categories.find((c) => c.id === s.category)?.name ?? KIND_NAMES[s.kind] ?? s.kind;
  const about = (s) => (platform ? category(s) : s.alone ? 'owner not established' : plural(s.members.size, 'platform', 'platforms'));
  const owner = (s) => { const o = ownerOf(db, s); return o.name ? named(o.name) : o.words; };
  const change = (s) => {
    const b = between(db, s, ...st.pair, 'reports');
    return h('td', { class: b.reports === null ? 'none' : 'num' }, b.reports === null ? VERDICTS[b.verdict] : [signedCount(b.reports), b.percent === null ? null : h('small', {}, percentWords(b, s))]);
  };
  return h('table', {},
    h('caption', { class: 'hide' }, `Every ${st.list}, reports by year`),
    h('thead', {}, h('tr', {}, plainHead(h('span', { class: 'hide' }, 'In the chart')), head('Name', 'name'), platform ? head('Category', 'kind') : plainHead('Has'), platform ? head('Owner', 'owner') : null,
      db.years.map((y) => head(yearHead(db, y), String(y), true)), head(`Change ${st.pair.join('\u2013')}`, 'change', true))),
    h('tbody', {}, shown.map((s) => h('tr', {},
      h('td', {}, h('input', { type: 'checkbox', checked: chosen(s), 'aria-label': `Show ${s.name} in the chart`, onchange: (e) => toggle(s, e.target.checked) })),
      h('th', { scope: 'row' }, named(s)), h('td', { class: 'soft' }, about(s)), platform ? h('td', { class: 'soft' }, owner(s)) : null,
      s.points.map((p) => [p, figuresOf(db, s, p)]).map(([p, figures]) => p.reports === null
        ? h('td', { class: 'none', title: p.why }, blankShort(db, p))
        : h('td', { class: 'num' }, valueLink(db, p, figures, count(p.reports)), letters(db, p, false),
          figures.length > 1 && platform ? [' ', h('button', { type: 'button', class: 'rows', 'aria-label': `${figures.length} rows of ${s.name} ${p.year}`, onclick: () => open(s, p.year) }, `${figures.length} rows`)] : null)),
      change(s)))));
}

const STATUS = { verified: 'verified: rows sum to the printed total', checked: 'checked: rows sum to the printed total, document saved by hand', published: 'not verified: failed a check', secondary: 'third party\u2019s transcription, partial' };

/** Documents used, with what their rows sum to. */
export function documents(db) {
  return h('table', {},
    h('caption', { class: 'hide' }, 'Documents used'),
    h('thead', {}, h('tr', {}, ['Year', 'Document', 'Rows', 'Sum of rows', 'Printed total', 'Status', 'Dated', 'Retrieved'].map((t, i) => h('th', { scope: 'col', class: [2, 3, 4].includes(i) ? 'num' : null }, t)))),
    h('tbody', {}, db.years.map((y) => {
      const e = db.editionOf.get(y);
      if (!e) return h('tr', {}, h('th', { scope: 'row' }, String(y)), h('td', { colspan: 7, class: 'none' }, 'No table of this year.'));
      const part = e.partial && e.total ? `, ${(e.coverage * 100).toFixed(1)}% of the total` : '';
      return h('tr', {}, h('th', { scope: 'row' }, String(y)),
        h('td', {}, e.partial ? [e.source && !/^https?:/.test(e.source) ? [e.source, h('br')] : null, link(e.url || e.source, e.url || e.source, { class: 'break' })] : link(e.url, e.title || e.name),
          e.sha ? [h('br'), h('small', { class: 'soft break' }, `SHA-256 ${e.sha}`)] : null),
        h('td', { class: 'num' }, count(e.rows)), h('td', { class: 'num' }, count(e.sum)), h('td', { class: 'num' }, e.total === null ? 'none' : count(e.total)),
        h('td', {}, STATUS[e.status] + part),
        h('td', {}, e.dated || 'not given'), h('td', {}, e.got || (e.hand ? `copy saved by hand, taken in on ${e.hand}` : 'read from the snapshot shipped with the program')));
    })));
}
