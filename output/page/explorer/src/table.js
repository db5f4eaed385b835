// The selection as numbers, and the table of everything. A number is a link to
// its document at its page; a missing one says why and is never a zero.

import { address, missingLong, missingShort, placeOf, platformName } from './data.js';
import { NO_MEASURE, exact, membersOf } from './model.js';
import { kindIn } from './state.js';
import { changed, count, h, key, link, name, plural } from './text.js';

export const KIND_NAMES = {
  platform: 'Platforms', hosting: 'Hosting', registrar: 'Registrars', telecom: 'Telecoms', hotline: 'Hotlines and advocacy groups',
  'safety-vendor': 'Safety vendors', 'school-safety': 'School safety', other: 'Other, research groups included',
};
export const KIND_NAME = {
  platform: 'platform', hosting: 'hosting', registrar: 'registrar', telecom: 'telecom', hotline: 'hotline or advocacy group',
  'safety-vendor': 'safety vendor', 'school-safety': 'school safety', other: 'other, research groups included',
};

/** The letters that stand beside a value. Beside one, "x" says at least; without one it says not available. */
// A break on the year before has nothing to mark where that year is not shown.
const letters = (p, first) => (p.reports === null ? [] : [...p.flags].filter((f) => f !== 'z' && !(first && f === 'b')));
const meaning = (db, f) => (f === 'x' ? '\u201cat least\u201d: a platform the company owns is not listed in the partial source' : db.flagMeaning.get(f) || f);

function flags(db, p, first) {
  return letters(p, first).map((f) => h('abbr', { class: 'flag', title: meaning(db, f) }, `[${f}]`));
}

function valueLink(db, s, p, words) {
  const f = db.figures[p.figures[0]];
  if (!f) return h('span', { text: words });
  return link(address(db, f), words, { title: `${count(p.reports)} reports. Opens ${placeOf(db, f)}` });
}

/**
 * A value's cell: the measure, its change or its reports, its letters. In the
 * first year in view a break on the year before is not marked: that year is out of sight.
 */
function cell(db, s, at, value, measure, open, first = false) {
  const p = s.points[at];
  if (p.reports === null) {
    return h('td', { class: 'none', title: missingLong(db, p) }, h('span', { text: missingShort(db, p) }));
  }
  const td = h('td', { class: 'num' });
  const main = measure === 'reports' ? count(p.reports) : value === null ? NO_MEASURE[measure] : exact(value, measure);
  td.append(valueLink(db, s, p, main), ...flags(db, p, first).flatMap((f) => ['\u00a0', f]));
  const small = [];
  if (measure !== 'reports') small.push(`${count(p.reports)} reports`);
  else if (p.percent !== null) small.push(h('span', { class: p.percent < 0 ? 'down' : 'up', title: `${p.change > 0 ? '+' : ''}${count(p.change)} reports on ${p.year - 1}` }, changed(p)));
  else if (p.broken && !first) small.push(h('span', { title: 'A break forbids the comparison with the year before' }, 'break'));
  else if (p.flags.includes('x')) small.push(h('span', { title: 'The partial source leaves out members, so no change is given' }, 'incomplete'));
  if (p.figures.length > 1) {
    td.classList.add('many');
    small.push(h('button', { type: 'button', class: 'rows', 'aria-label': `${p.figures.length} rows of ${s.name} ${p.year}`, onclick: () => open(s, at) }, `${p.figures.length} rows`));
  }
  if (small.length) td.append(h('small', {}, small.flatMap((x, i) => (i ? [' \u00b7 ', x] : [x]))));
  return td;
}

function sortHead(label, id, sort, set, props = {}) {
  const [by, way] = sort.split('-');
  const on = by === id;
  return h('th', { scope: 'col', 'aria-sort': on ? (way === 'up' ? 'ascending' : 'descending') : 'none', ...props },
    h('button', { type: 'button', class: 'sort', onclick: () => set(`${id}-${on ? (way === 'up' ? 'down' : 'up') : props.class === 'num' ? 'down' : 'up'}`) },
      label, h('span', { class: 'arrow', 'aria-hidden': 'true' }, on ? (way === 'up' ? '\u25b2' : '\u25bc') : '\u21c5')));
}

/** A head that does not sort, at the height of those that do. */
const plainHead = (label) => h('th', { scope: 'col' }, h('span', { class: 'head' }, label));

/** The chosen series by year. Companies have their members below them. */
export function selectionTable(db, st, view, { setSort, open, swatch }) {
  const lines = [...view.lines];
  if (st.sort) {
    const [by, way] = st.sort.split('-');
    const dir = way === 'up' ? 1 : -1;
    if (by === 'name') lines.sort((a, b) => dir * a.s.name.localeCompare(b.s.name));
    else {
      const i = view.years.indexOf(Number(by));
      const v = (l) => l.values[i]?.value ?? null;
      // A line without a value stands last whichever way the others go.
      lines.sort((a, b) => (v(a) === null) - (v(b) === null) || dir * (v(a) - v(b)));
    }
  }
  const body = [];
  for (const l of lines) {
    body.push(h('tr', { class: view.by === 'company' ? 'whole' : null },
      h('th', { scope: 'row' }, swatch(l), name(l.s.name)),
      l.values.map((v, i) => cell(db, l.s, v.at, v.value, view.measure, open, i === 0))));
    if (view.by === 'company' && !l.s.alone) body.push(...memberRows(db, l, view, open));
  }
  return h('table', {},
    h('caption', { class: 'hide' }, `${document.getElementById('title').textContent}. ${document.getElementById('unit').textContent}.`),
    h('thead', {}, h('tr', {}, sortHead(view.by === 'company' ? 'Company' : 'Platform', 'name', st.sort, setSort),
      view.years.map((y) => sortHead(yearHead(db, y), String(y), st.sort, setSort, { class: 'num' })))),
    h('tbody', {}, body.length ? body : h('tr', {}, h('td', { colspan: view.years.length + 1 }, 'Nothing is chosen.'))));
}

const yearHead = (db, y) => {
  const e = db.editionOf.get(y);
  return e?.partial ? h('span', { class: 'two' }, String(y), h('span', { class: 'partial' }, ' partial')) : String(y);
};

function memberRows(db, l, view, open) {
  const order = new Map();
  for (const v of l.values) for (const m of v.point.members) if (!order.has(m)) order.set(m, 0);
  for (const v of l.values) for (const m of membersOf(db, v.point)) order.set(m.ref, Math.max(order.get(m.ref), m.reports));
  return [...order].sort((a, b) => b[1] - a[1]).map(([ref]) => {
    const s = typeof ref === 'number' ? db.platforms[ref] : null;
    return h('tr', { class: 'member' },
      h('th', { scope: 'row' }, h('span', { class: 'hide' }, `${l.s.name}: `), name(platformName(db, ref))),
      l.values.map((v, i) => {
        if (!s) return h('td', { class: 'none' }, '');
        const p = s.points[v.at];
        if (p.reports !== null && !v.point.members.includes(ref)) return h('td', { class: 'none', title: `Not owned by ${l.s.name} at the end of ${v.year}` }, 'not owned');
        return cell(db, s, v.at, p.reports, 'reports', open, i === 0);
      }));
  });
}

/** Which letters occur, with their meaning. */
export function legend(db, view) {
  const seen = new Set();
  for (const l of view.lines) l.values.forEach((v, i) => { for (const f of letters(v.point, i === 0)) seen.add(f); });
  return [...db.flagMeaning].filter(([f]) => seen.has(f)).map(([f]) => `[${f}] ${meaning(db, f)}`).join('; ');
}

const PAGE = 30;

/** Search keys of the table of everything; made once for each list. */
export function keysOf(db, kind) {
  db.keys ??= {};
  if (db.keys[kind]) return db.keys[kind];
  if (kind === 'rows') return (db.keys.rows = db.figures.map((f) => key(`${f.printed}\n${platformName(db, f.platform)}\n${f.year}`)));
  if (kind === 'company') {
    return (db.keys.company = db.companies.map((c) => key([c.name, ...[...c.members].map((m) => platformName(db, m))].join('\n'))));
  }
  return (db.keys.platform = db.platforms.map((s) => key([s.name, ...s.printed, db.companyOf.get(s.parent)?.name || ''].join('\n'))));
}

/** The table of everything: {table, total, page, pages}. */
export function everything(db, st, { setSort, chosen, toggle, open }) {
  const q = key(st.q.trim());
  const keys = keysOf(db, st.list);
  const all = st.list === 'rows' ? db.figures : st.list === 'company' ? db.companies : db.platforms;
  const seriesOf = (x) => (st.list === 'rows' ? db.platforms[x.platform] : x);
  let found = [];
  for (let i = 0; i < all.length; i++) {
    const s = seriesOf(all[i]);
    if ((!q || keys[i].includes(q)) && (!s || kindIn(s, st.off))) found.push(all[i]);
  }
  const [by, way] = st.listSort.split('-');
  if (by) found = sorted(db, found, st.list, by, way === 'up' ? 1 : -1);
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  const page = Math.min(st.page, pages);
  const shown = found.slice((page - 1) * PAGE, page * PAGE);
  const head = (label, id, num) => sortHead(label, id, st.listSort, setSort, num ? { class: 'num' } : {});

  let table;
  if (st.list === 'rows') {
    table = h('table', {},
      h('caption', { class: 'hide' }, 'Every row, as printed or transcribed'),
      h('thead', {}, h('tr', {}, head('Name as printed or transcribed', 'name'), head('Year', 'year', true), head('Reports', 'reports', true), head('Platform', 'platform'), plainHead('Where'))),
      h('tbody', {}, shown.map((f) => h('tr', {},
        h('th', { scope: 'row' }, name(f.printed), f.flags ? [...f.flags].map((x) => ['\u00a0', h('abbr', { class: 'flag', title: db.flagMeaning.get(x) || x }, `[${x}]`)]) : null),
        h('td', { class: 'num' }, String(f.year)),
        h('td', { class: 'num' }, link(address(db, f), count(f.reports))),
        h('td', {}, name(platformName(db, f.platform))),
        h('td', {}, link(address(db, f), placeOf(db, f)))))));
  } else {
    const company = st.list === 'company';
    table = h('table', {},
      h('caption', { class: 'hide' }, company ? 'Every company, reports by year' : 'Every platform, reports by year'),
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, h('span', { class: 'hide' }, 'In the chart')), head(company ? 'Company' : 'Platform', 'name'), company ? plainHead('Owns') : head('Kind', 'kind'),
        company ? null : head('Owner', 'owner'), db.years.map((y) => head(yearHead(db, y), String(y), true)))),
      h('tbody', {}, shown.map((s) => h('tr', {},
        h('td', {}, h('input', { type: 'checkbox', checked: chosen(s), 'aria-label': `Show ${s.name} in the chart`, onchange: (e) => toggle(s, e.target.checked) })),
        h('th', { scope: 'row' }, name(s.name)),
        h('td', { class: 'soft' }, company ? (s.alone ? 'owner not known' : plural(s.members.size, 'platform', 'platforms')) : KIND_NAME[s.kind] || s.kind),
        company ? null : h('td', { class: 'soft' }, name(db.companyOf.get(s.parent)?.name || '')),
        s.points.map((p, at) => p.reports === null
          ? h('td', { class: 'none', title: missingLong(db, p) }, missingShort(db, p))
          : h('td', { class: 'num' }, valueLink(db, s, p, count(p.reports)), letters(p).length ? ['\u00a0', flags(db, p)] : null,
            p.figures.length > 1 ? [' ', h('button', { type: 'button', class: 'rows', 'aria-label': `${p.figures.length} rows of ${s.name} ${p.year}`, onclick: () => open(s, at) }, `${p.figures.length} rows`)] : null))))));
  }
  return { table, total: found.length, of: all.length, page, pages };
}

function sorted(db, found, kind, by, dir) {
  const year = db.years.indexOf(Number(by));
  const text = (f) => [...found].sort((a, b) => dir * compare(f(a), f(b)));
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  if (year >= 0 && kind !== 'rows') {
    const v = (s) => s.points[year].reports;
    return [...found].sort((a, b) => (v(a) === null) - (v(b) === null) || dir * (v(a) - v(b)));
  }
  switch (by) {
    case 'name': {
      const k = new Map(found.map((x) => [x, key(kind === 'rows' ? x.printed : x.name)]));
      return text((x) => k.get(x));
    }
    case 'kind': return text((s) => s.kind);
    case 'owner': return text((s) => db.companyOf.get(s.parent)?.name.toLowerCase() || '\uffff');
    case 'platform': return text((f) => platformName(db, f.platform).toLowerCase());
    case 'year': return text((f) => f.year);
    case 'reports': return text((f) => f.reports);
    default: return found;
  }
}

/** Documents used, with what their rows sum to. */
export function documents(db) {
  return h('table', {},
    h('caption', { class: 'hide' }, 'Documents used'),
    h('thead', {}, h('tr', {}, ['Year', 'Document', 'Rows', 'Sum of rows', 'Printed total', 'Standing', 'Dated', 'Retrieved'].map((t, i) => h('th', { scope: 'col', class: [2, 3, 4].includes(i) ? 'num' : null }, t)))),
    h('tbody', {}, db.years.map((y) => {
      const e = db.editionOf.get(y);
      if (!e) return h('tr', {}, h('th', { scope: 'row' }, String(y)), h('td', { colspan: 7, class: 'none' }, 'No table of this year is held.'));
      const part = e.partial && e.total ? `, ${((e.sum / e.total) * 100).toFixed(1)}% of the total` : '';
      return h('tr', {}, h('th', { scope: 'row' }, String(y)),
        h('td', {}, e.partial ? [e.source && !/^https?:/.test(e.source) ? [e.source, h('br')] : null, link(e.url || e.source, e.url || e.source, { class: 'break' })] : link(e.url, e.title || e.name),
          e.sha ? [h('br'), h('small', { class: 'soft break' }, `SHA-256 ${e.sha}`)] : null),
        h('td', { class: 'num' }, count(e.rows)), h('td', { class: 'num' }, count(e.sum)), h('td', { class: 'num' }, e.total === null ? 'none' : count(e.total)),
        h('td', {}, { verified: 'verified: rows sum to the printed total', published: 'not verified: failed a check', secondary: 'third party\u2019s transcription, partial' }[e.status] + part),
        h('td', {}, e.dated || 'not given'), h('td', {}, e.got || (e.hand ? `copy saved by hand, taken in on ${e.hand}` : 'read from the snapshot shipped with the program')));
    })));
}
