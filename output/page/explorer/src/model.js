// From data and state to what is shown: lines with their values, the notes
// that concern them, the sentences above and below. Nothing here draws.

import { seriesMap, platformName, missingLong, placeOf } from './data.js';
import { firstChoice, kindIn } from './state.js';
import { changed, count, isolate, list, percent, short, yearSpan } from './text.js';

/**
 * The view: {lines, years, hidden, notes, base, unit}. A line is a series with
 * one entry a year: {year, at, value, point, form}. value is null where there
 * is none or, for an index, where a break parts the year from the base year.
 */
export function makeView(db, st) {
  const known = seriesMap(db, st.view);
  const ids = st.ids ?? firstChoice(db, st.view, st.off);
  const chosen = ids.map((id) => known.get(id)).filter(Boolean);
  const years = db.years.filter((y) => y >= st.from && y <= st.to);
  const lines = [];
  const hidden = [];
  chosen.forEach((s, slot) => (kindIn(s, st.off) ? lines.push({ s, slot }) : hidden.push(s)));

  const base = st.measure === 'index' ? baseYear(db, st, lines, years) : 0;
  for (const line of lines) {
    const values = valuesOf(db, st, line.s, base);
    line.values = years.map((year) => {
      const at = db.years.indexOf(year);
      const p = line.s.points[at];
      return { year, at, value: values[at], point: p, form: formOf(p) };
    });
  }
  const view = { lines, years, hidden, chosen, base, measure: st.measure, by: st.view, scale: st.measure === 'rank' ? 'linear' : st.scale };
  view.notes = notesOf(db, view);
  view.dropped = st.measure === 'index' ? lines.filter((l) => l.values.every((v) => v.value === null)) : [];
  return view;
}

/** The first year in which every line has a value, else the first of any. */
function baseYear(db, st, lines, years) {
  if (st.base && years.includes(st.base)) return st.base;
  const has = (l, y) => l.s.points[db.years.indexOf(y)].reports > 0;
  return years.find((y) => lines.length && lines.every((l) => has(l, y))) ?? years.find((y) => lines.some((l) => has(l, y))) ?? years[0] ?? 0;
}

function valuesOf(db, st, s, base) {
  switch (st.measure) {
    case 'share': return s.points.map((p) => p.share);
    case 'rank': return s.points.map((p) => p.rank || null);
    case 'index': {
      // An index compares with the base year, so it ends where a break
      // forbids that comparison.
      const b = db.years.indexOf(base);
      const of = s.points[b]?.reports;
      const out = s.points.map(() => null);
      if (!of) return out;
      out[b] = 100;
      for (let i = b + 1; i < out.length && joined(s.points[i - 1], s.points[i]); i++) if (s.points[i].reports !== null) out[i] = (s.points[i].reports / of) * 100;
      for (let i = b - 1; i >= 0 && joined(s.points[i], s.points[i + 1]); i--) if (s.points[i].reports !== null) out[i] = (s.points[i].reports / of) * 100;
      return out;
    }
    default: return s.points.map((p) => p.reports);
  }
}

/**
 * Whether a line may go from one year to the next: not across a break, and not
 * where the change is withheld because a partial source leaves out members.
 */
export const joined = (before, p) => !p.broken && !(before.reports !== null && p.reports !== null && p.change === null);

/** Why a value stands without its measure. */
export const NO_MEASURE = { share: 'no total', rank: 'no certain rank', index: 'not comparable', reports: '' };

/** How a point looks: its shape says what stands behind it. */
export function formOf(p) {
  if (p.status === 'secondary') return 'secondary';
  if (p.status === 'published') return 'published';
  if (p.flags.includes('c')) return 'combined';
  return 'verified';
}

export const FORMS = {
  verified: 'read from NCMEC\u2019s table, sums to its printed total',
  combined: 'combined row: related platforms printed as one',
  published: 'read from NCMEC\u2019s table, which failed a check',
  secondary: 'third party\u2019s transcription, part of the table',
};

/**
 * Notes on breaks, one for each pair of years, numbered in their order:
 * {n, from, to, year, items: [{break, bs, lines, stops, members}]}. year is the first
 * step of the note that is in view; stops holds the lines whose comparison the
 * break forbids there.
 */
function notesOf(db, view) {
  const groups = new Map();
  for (const line of view.lines) {
    line.values.forEach((v, i) => {
      for (const b of v.point.breaks) {
        const br = db.breaks[b];
        // A break between this year and one that is out of sight has nothing to mark.
        if (i === 0 && br.from !== br.to) continue;
        const k = `${br.from}/${br.to}`;
        if (!groups.has(k)) groups.set(k, { from: br.from, to: br.to, year: v.year, items: new Map() });
        const g = groups.get(k);
        g.year = Math.min(g.year, v.year);
        // Breaks that say the same of several series are one item.
        const same = br.said ? `said ${br.said}` : b;
        if (!g.items.has(same)) g.items.set(same, { bs: [], break: br, lines: new Set(), stops: new Set(), members: [] });
        const item = g.items.get(same);
        if (!item.bs.includes(b)) {
          item.bs.push(b);
          const member = view.by === 'company' && db.platformOf.get(br.who)?.name;
          if (member) item.members.push(member);
        }
        item.lines.add(line);
        if (v.point.broken && br.forbids !== 'nothing') item.stops.add(line);
      }
    });
  }
  const rank = (x) => (x.stops.size ? 0 : 2) + (x.break.who === 'all' ? 0 : 1);
  const notes = [...groups.values()].sort((x, y) => x.year - y.year || x.from - y.from || x.to - y.to);
  notes.forEach((g, i) => {
    g.n = i + 1;
    g.items = [...g.items.values()].sort((x, y) => rank(x) - rank(y) || x.bs[0] - y.bs[0]);
    for (const item of g.items) if (item.bs.length > 1) item.break = saidOnce(db, item.bs.map((b) => db.breaks[b]));
  });
  return notes;
}

/** Breaks that share a text as one: the text once, with the words of each, and every source. */
function saidOnce(db, breaks) {
  const [before, after] = db.said[breaks[0].said - 1];
  const each = (of) => [...new Set(breaks.map(of).filter(Boolean))];
  return { ...breaks[0], what: [before, each((b) => b.own).join(' / '), after].filter(Boolean).join(' '), source: each((b) => b.source).join('; ') };
}

/** 2020/2021 for a step, 2021–2025 for a longer time, 2023 for a year. */
export const breakSpan = (b) => (b.to - b.from === 1 ? `${b.from}/${b.to}` : yearSpan(b.from, b.to));

/** Whom an item of a note concerns, for the start of its sentence. */
export const concerns = (item) => (item.break.who === 'all' ? 'All reporters' : item.members.length ? list(item.members.map(isolate)) : list([...item.lines].map((l) => isolate(l.s.name))));

/** What an item of a note means for the lines in view. */
export function breakRule(item) {
  if (!item.stops.size) return '';
  if (item.stops.size === item.lines.size) return 'No comparison across this line.';
  return `No comparison across it for ${list([...item.stops].map((l) => isolate(l.s.name)))}.`;
}

/** The notes of a point, those that forbid its comparison first. */
export function notesAt(view, line, p) {
  const out = [];
  for (const note of view.notes) for (const item of note.items) if (item.lines.has(line) && item.bs.some((b) => p.breaks.includes(b))) out.push({ note, item });
  return out.sort((x, y) => y.item.stops.has(line) - x.item.stops.has(line));
}

/** A long name without what stands in brackets behind it. */
const brief = (s) => (s.length > 24 ? s.replace(/\s*\([^()]*\)$/, '') || s : s);

/** Title and unit of the view. */
export function headline(db, st, view) {
  const who = view.lines.length && view.lines.length <= 3
    ? list(view.lines.map((l) => isolate(brief(l.s.name))))
    : view.by === 'company' ? 'company' : 'platform';
  const named = view.lines.length > 0 && view.lines.length <= 3;
  const span = view.years.length ? yearSpan(view.years[0], view.years[view.years.length - 1]) : '';
  const tail = (named ? `: ${who}` : ` by ${who}`) + (span ? `, ${span}` : '');
  switch (st.measure) {
    case 'share': return { title: 'Share of providers\u2019 CyberTipline reports' + tail, unit: 'Percent of all reports by electronic service providers in the year' };
    case 'rank': return { title: 'Rank among reporters to the CyberTipline' + tail, unit: `Rank by number of reports in the year; 1 made the most, all kinds counted` };
    case 'index': return { title: 'CyberTipline reports indexed' + tail, unit: `Number of reports, ${view.base} = 100; the index ends at a break` };
    default: return { title: 'CyberTipline reports' + tail, unit: 'Number of reports a year' };
  }
}

export const UNIT = 'Unit: reports, not images or children.';
export const CAVEATS = [
  UNIT,
  'Volume shows detection and reporting, not how much abuse there is.',
  'A missing value is not zero.',
];

/** A value in the measure of the view, exact. */
export function exact(v, measure) {
  if (v === null || v === undefined) return '';
  switch (measure) {
    case 'share': return percent(v);
    case 'rank': return '#' + count(v);
    case 'index': return count(Number(v.toFixed(1)));
    default: return count(v);
  }
}

/** A value for an axis. */
export function tick(v, measure) {
  switch (measure) {
    case 'share': return Number((v * 100).toPrecision(3)) + '%';
    case 'rank': return '#' + v;
    case 'index': return count(v);
    default: return short(v);
  }
}

/** One spoken sentence for a point. */
export function spoken(db, view, line, v) {
  const p = v.point;
  const parts = [`${line.s.name}, ${v.year}: `];
  if (p.reports === null) parts.push(`no value. ${missingLong(db, p)}`);
  else {
    parts.push(`${count(p.reports)} reports`);
    if (view.measure === 'share' && p.share !== null) parts.push(`, ${percent(p.share)} of all`);
    if (view.measure === 'rank' && p.rank) parts.push(`, rank ${p.rank}`);
    if (view.measure !== 'reports' && v.value === null) parts.push(`, ${NO_MEASURE[view.measure]}`);
    else if (view.measure === 'index') parts.push(`, index ${exact(v.value, 'index')}`);
    if (p.percent !== null) parts.push(`, ${changed(p)} on the year before`);
    parts.push('. ');
    if (p.broken) parts.push('Not comparable with the year before. ');
    if (p.figures.length > 1) parts.push(`Adds ${p.figures.length} rows. `);
    if (v.form !== 'verified') parts.push(FORMS[v.form] + '. ');
  }
  for (const { note, item } of notesAt(view, line, p)) parts.push(`Note ${note.n}: ${item.break.what} `);
  return parts.join('').trim();
}

/** Printed rows behind a point: "Twitter, Inc. / Vine.co" 597,087 (p. 6, row 12). */
export const rowsOf = (db, p) => p.figures.map((i) => ({ i, f: db.figures[i], place: placeOf(db, db.figures[i]) }));

/** What joined and left a company since the year before: "Amino and Imgur joined", or "". */
export function membersChanged(db, p) {
  const names = (refs) => list(refs.map((m) => isolate(platformName(db, m))));
  return [p.joined.length && `${names(p.joined)} joined`, p.left.length && `${names(p.left)} left`].filter(Boolean).join(', ');
}

/** Members of a company's value, by platform, with what they add up to. */
export function membersOf(db, p) {
  return p.members.map((m) => ({
    ref: m,
    name: platformName(db, m),
    reports: p.figures.reduce((sum, i) => sum + (db.figures[i].platform === m ? db.figures[i].reports : 0), 0),
  }));
}

/** "NCMEC, CyberTipline Reports by ESP, 2019–2023; 2024: …" for the years in view. */
export function sources(db, view) {
  const own = [];
  const second = new Map();
  for (const y of view.years) {
    const e = db.editionOf.get(y);
    if (!e) continue;
    if (!e.partial) own.push(e);
    else second.set(e.source || e.url, [...(second.get(e.source || e.url) || []), y]);
  }
  const out = [];
  if (own.length) out.push(`NCMEC, CyberTipline Reports by ESP, ${spans(own.map((e) => e.y))}`);
  for (const [source, ys] of second) out.push(`${spans(ys)} (part of the table): ${source || 'third party'}`);
  return out.join('. ') + (out.length ? '.' : '');
}

/** 2019–2021, 2023 */
export function spans(ys) {
  const out = [];
  for (let i = 0; i < ys.length; i++) {
    const from = ys[i];
    while (ys[i + 1] === ys[i] + 1) i++;
    out.push(yearSpan(from, ys[i]));
  }
  return out.join(', ');
}

/** What the page holds, by year and where it comes from, for the line below its name. */
export function holdings(db) {
  const of = (form) => spans(db.editions.filter((e) => (e.partial ? 'partial' : e.status) === form).map((e) => e.y).sort((a, b) => a - b));
  return [
    ['verified', 'read from NCMEC\u2019s tables to the last digit'],
    ['published', 'read from NCMEC\u2019s tables, which failed a check'],
    ['secondary', 'a third party\u2019s transcription'],
    ['partial', 'a third party\u2019s partial transcription'],
  ].filter(([form]) => of(form)).map(([form, words]) => `${of(form)} ${words}`).join('; ');
}

/** The newest date the documents in view give: when fetched, when taken in by hand, else when made. */
export function asOf(db, view) {
  let got = '';
  let hand = '';
  let dated = '';
  for (const y of view.years) {
    const e = db.editionOf.get(y);
    if (!e) continue;
    if (e.got > got) got = e.got;
    if (e.hand > hand) hand = e.hand;
    if (e.dated > dated) dated = e.dated;
  }
  if (got || hand) return [got && `Documents retrieved up to ${got}.`, hand && `Copies saved by hand, taken in up to ${hand}.`].filter(Boolean).join(' ');
  if (dated) return `Newest document dated ${dated}.`;
  return '';
}
