// From data and state to what is shown: lines with their values, the notes that
// concern them, the sentences above and below. Nothing here draws, and every
// value and verdict is looked up.

import { between, blankShort, figuresOf, movers, platformName } from './data.js';
import { firstChoice, measuresOf } from './state.js';
import { capital, count, list, named, percent, places, plain, plural, short, signedCount, signedPercent, signedPoints, spans, yearSpan } from './text.js';

/**
 * The view: {chart, lines, years, measure, scale, base, notes, remarks, …}. A
 * line is a series with one entry a year: {year, at, value, point, form}. value
 * is null where there is none or, for an index, where the year may not be
 * compared with the base year.
 */
export function makeView(db, st) {
  const keys = st.keys ?? firstChoice(db, st);
  const measure = measuresOf(st.chart).includes(st.measure) ? st.measure : measuresOf(st.chart)[0];
  const view = {
    db, chart: st.chart, measure, chosen: keys.map((k) => db.byKey.get(k)), pair: st.pair, first: !st.keys,
    scale: measure === 'rank' || ['bars', 'stack', 'share', 'movers'].includes(st.chart) ? 'linear' : st.scale,
    years: yearsOf(db, st), partial: new Set(db.editions.filter((e) => e.partial).map((e) => e.y)),
  };
  view.base = measure === 'index' ? baseYear(db, st, view) : 0;
  const lines = view.chosen.map((s) => ({ s, slot: st.slots.get(s.key), values: view.years.map((year) => entry(db, view, s, year)) }));
  // A single value is no index: it would read as "unchanged".
  view.dropped = measure === 'index' ? lines.filter((l) => l.values.filter((v) => v.value !== null).length < 2) : [];
  view.lines = lines.filter((l) => !view.dropped.includes(l));
  view.overlap = ['stack', 'share'].includes(st.chart) ? overlap(view) : null;
  view.notes = st.chart === 'bars' || st.chart === 'movers' ? [] : notesOf(db, view);
  view.order = st.order;
  view.group = st.group;
  if (st.chart === 'movers') view.movers = moversOf(db, st);
  // Own counts of just the rows of a line, where the years are whole.
  view.rings = view.chart !== 'lines' || measure !== 'reports' ? [] : view.lines.flatMap((l) => db.own.filter((o) => o.difference !== null && o.same.has(l.s.i) && view.years.includes(o.year)).map((o) => ({ l, year: o.year, own: o.own })));
  view.remarks = remarksOf(db, view);
  return view;
}

function yearsOf(db, st) {
  if (st.chart === 'bars') return [st.year];
  if (st.chart === 'slope') return st.pair;
  return db.years.filter((y) => y >= st.from && y <= st.to);
}

function entry(db, view, s, year) {
  const at = db.years.indexOf(year);
  const point = s.points[at];
  return { year, at, point, value: valueOf(db, view, s, point), form: formOf(point) };
}

function valueOf(db, view, s, p) {
  if (p.reports === null) return null;
  switch (view.measure) {
    case 'share': return p.share;
    case 'rank': return p.rank || null;
    case 'index': return p.year < view.base ? null : p.year === view.base ? 100 : between(db, s, view.base, p.year, 'index').index;
    default: return p.reports;
  }
}

/** The first year in which every series has a value, else the first of any. */
function baseYear(db, st, view) {
  const years = view.years.filter((y) => y >= db.anyTwo);
  if (st.base && years.includes(st.base)) return st.base;
  const has = (s, y) => s.points[db.years.indexOf(y)].reports > 0;
  return years.find((y) => view.chosen.length && view.chosen.every((s) => has(s, y))) ?? years.find((y) => view.chosen.some((s) => has(s, y))) ?? years[0] ?? view.years[0] ?? 0;
}

/** Two series that share a platform, which a stack would count twice. */
function overlap(view) {
  const members = (p, s) => (s.type === 'total' ? null : s.type === 'platform' ? [s.i] : p.members);
  for (const [i, a] of view.lines.entries()) {
    for (const b of view.lines.slice(i + 1)) {
      for (const [k, v] of a.values.entries()) {
        const [x, y] = [members(v.point, a.s), members(b.values[k].point, b.s)];
        if (x === null || y === null || x.some((m) => y.includes(m))) return [a.s, b.s];
      }
    }
  }
  return null;
}

/** Whether a line may go from one year to the next: both have a value, and the model lets them be compared. */
export function joined(view, s, a, b) {
  if (a?.value == null || b?.value == null) return false;
  const { verdict } = between(view.db, s, a.year, b.year, view.measure);
  return verdict === 'yes' || verdict === 'care';
}

/** How a point looks: its shape says what its figure rests on. */
export function formOf(p) {
  if (p.status === 'secondary') return 'secondary';
  if (p.status === 'published') return 'published';
  if (p.marks.includes('c')) return 'combined';
  return p.status === 'checked' ? 'checked' : 'verified';
}

export const FORMS = {
  verified: 'read from NCMEC\u2019s table, which sums to its printed total',
  combined: 'combined row: related platforms printed as one',
  checked: 'read from a document saved by hand, which sums to its printed total',
  published: 'published by NCMEC, but not from a table that passed all checks',
  secondary: 'a third party\u2019s transcription, part of the table',
};

/** Why a value is missing in a measure although there are reports. */
export const NO_MEASURE = { share: 'no total', rank: 'no certain rank', index: 'not comparable', reports: '' };

/* What may be compared */

// Reasons that the form of a point says already.
const SHOWN_BY_FORM = ['secondary', 'by-hand', 'not-verified', 'small-base'];

/** The pairs of years that a chart draws next to each other. */
export const stepsOf = (view) => view.years.slice(1).map((y, i) => [view.years[i], y]);

/**
 * Notes on why years do not compare, numbered: {n, label, at, whole, items: [{reason,
 * lines, stops}]}. at is the first step of years; stops are the lines whose
 * comparison the reason rules out; whole is true where that is every line.
 */
function notesOf(db, view) {
  const items = new Map();
  for (const line of view.lines) {
    for (const [from, to] of stepsOf(view)) {
      const b = between(db, line.s, from, to, view.measure);
      for (const reason of b.reasons) {
        if (SHOWN_BY_FORM.includes(reason.code)) continue;
        // One text may rule out a platform and be a caveat for its company.
        const same = `${reason.text}\n${reason.source}`;
        if (!items.has(same)) items.set(same, { reason, lines: new Set(), stops: new Set(), steps: new Map() });
        const item = items.get(same);
        item.lines.add(line);
        item.steps.set(`${from}/${to}`, [from, to]);
        if (reason.verdict === 'no') item.stops.add(line);
      }
    }
  }
  const notes = new Map();
  for (const item of items.values()) {
    const steps = [...item.steps.values()].sort((a, b) => a[0] - b[0]);
    const label = steps.length === 1 ? steps[0].join('/') : contiguous(steps) ? yearSpan(steps[0][0], steps[steps.length - 1][1]) : steps.map((s) => s.join('/')).join(', ');
    if (!notes.has(label)) notes.set(label, { label, at: steps[0], items: [] });
    notes.get(label).items.push(item);
  }
  const rank = (x) => (x.stops.size ? 0 : 2) + (x.lines.size === view.lines.length ? 0 : 1);
  return [...notes.values()].sort((a, b) => a.at[0] - b.at[0] || a.label.length - b.label.length || (a.label < b.label ? -1 : 1)).map((note, i) => {
    note.items.sort((x, y) => rank(x) - rank(y) || x.reason.i - y.reason.i);
    return { ...note, n: i + 1, whole: note.items.some((it) => it.stops.size && it.stops.size === view.lines.length) };
  });
}

const contiguous = (steps) => steps.every((s, i) => i === 0 || s[0] === steps[i - 1][1]);

/** Whom an item of a note concerns, for the start of its sentence. */
export const concerns = (view, item) => (item.lines.size === view.lines.length && view.lines.length > 1 ? ['All shown'] : list([...item.lines].map((l) => named(l.s))));

/** What an item of a note means for the lines in view. */
export function rule(item) {
  if (!item.stops.size) return [];
  if (item.stops.size === item.lines.size) return ['Values on either side are not comparable.'];
  return ['Values on either side are not comparable for ', ...list([...item.stops].map((l) => named(l.s))), '.'];
}

/** The notes of a line between two years. */
export const notesAt = (view, line, from, to) => view.notes.flatMap((note) => note.items.filter((it) => it.lines.has(line) && it.steps.has(`${from}/${to}`)).map((item) => ({ note, item })));

export const VERDICTS = { yes: 'comparable', care: 'with care', no: 'not comparable', '': 'no value' };

/** A change in words, '' where none may be shown. A percentage of a small base names the base. */
export function changeWords(b, measure, s) {
  if (measure === 'reports' && b.reports !== null) {
    const base = s && b.reasons.some((r) => r.code === 'small-base') ? s.points.find((p) => p.year === b.from).reports : null;
    return `${signedCount(b.reports)}${b.percent === null ? '' : ` (${signedPercent(b.percent)}${base === null ? '' : ` from ${count(base)}`})`}`;
  }
  if (measure === 'share' && b.points !== null) return signedPoints(b.points);
  if (measure === 'rank' && b.places !== null) return places(b.places);
  if (measure === 'index' && b.index !== null) return `index ${exact(b.index, 'index')}`;
  return '';
}

/** The percentage alone, for cells: +32.4%, +2,900% from 1. */
export function percentWords(b, s) {
  if (b.percent === null) return b.reports === null ? '' : signedCount(b.reports);
  const small = b.reasons.some((r) => r.code === 'small-base');
  return signedPercent(b.percent) + (small ? ` from ${count(s.points.find((p) => p.year === b.from).reports)}` : '');
}

/** A change as briefly as it can be said: the percentage of reports, points, places. */
export const briefChange = (b, measure, s) => (measure === 'reports' ? percentWords(b, s) : changeWords(b, measure, s));

/** Movers in the order asked for: [{s, group, b}]. */
function moversOf(db, st) {
  const all = movers(db, st.by, ...st.pair);
  const most = (s) => Math.max(...st.pair.map((y) => s.points[db.years.indexOf(y)].reports ?? 0));
  const inside = (s) => (!st.category || s.category === st.category) && (!st.kind || s.kind === st.kind);
  const rows = Object.fromEntries(['moved', 'entered', 'left', 'not'].map((group) => [group, all[group]
    .filter((s) => inside(s) && most(s) >= st.least)
    .map((s) => ({ s, group, b: between(db, s, ...st.pair, 'reports') }))]));
  const before = (s) => s.points[db.years.indexOf(st.pair[0])].reports;
  const kept = rows.moved.filter((m) => before(m.s) >= st.least);
  return { ...rows, moved: kept, small: rows.moved.length - kept.length, unchanged: all.unchanged };
}

export const GROUP_NAMES = { moved: 'Rose or fell', entered: 'Entered', left: 'Left', not: 'Not comparable' };

/* Sentences */

/** A long name without what is in brackets behind it. */
const brief = (s) => ({ name: s.name.length > 24 ? s.name.replace(/\s*\([^()]*\)$/, '') || s.name : s.name });

const KINDS = { platform: 'platform', company: 'company', category: 'category' };

/** Title and unit of the view, the title as a sentence. */
export function headline(view) {
  const few = view.chosen.length && view.chosen.length <= 3;
  const kind = plain(list([...new Set(view.chosen.map((s) => KINDS[s.type] ?? 'total'))]));
  const who = few ? [': ', ...list(view.chosen.map(brief))] : [` by ${kind || 'platform'}`];
  const span = view.years.length ? `, ${yearSpan(view.years[0], view.years[view.years.length - 1])}` : '';
  const log = view.scale === 'log' ? ', logarithmic scale' : '';
  const [from, to] = view.pair;
  const measured = {
    reports: ['CyberTipline reports', 'Number of reports a year'],
    share: ['Share of providers\u2019 CyberTipline reports', 'Percent of all reports by providers in the year'],
    rank: ['Rank among reporters to the CyberTipline', 'Rank by number of reports in the year; 1 made the most'],
    index: ['CyberTipline reports indexed', `Number of reports, ${view.base} = 100; only years that compare with ${view.base}`],
  }[view.measure];
  switch (view.chart) {
    case 'bars': return { title: [`${measured[0]} in ${view.years[0]}`, ...(view.first ? [', largest providers'] : who)], unit: measured[1].replace(' a year', '').replace('the year', String(view.years[0])) };
    case 'stack': return { title: ['CyberTipline reports stacked', ...who, span], unit: 'Number of reports a year; grey: all other rows of the printed total' };
    case 'share': return { title: ['Share of providers\u2019 CyberTipline reports', ...who, span], unit: 'Percent of all reports by providers in the year; grey: all other rows' };
    case 'slope': return { title: [measured[0], ...who, `, ${from} and ${to}`], unit: measured[1] + log };
    case 'multiples': return { title: [measured[0], ...who, span], unit: `${measured[1]}${log}; one scale for all` };
    case 'movers': return { title: [`Who reported more and less to the CyberTipline, ${from} to ${to}`], unit: 'Change in the number of reports; only years that compare' };
    default: return { title: [measured[0], ...who, span], unit: measured[1] + log };
  }
}

export const UNIT = 'Unit: reports, not images or children.';
export const CAVEATS = [UNIT, 'Volume shows detection and reporting, not how much abuse there is.', 'A missing value is not zero.'];

const BLANK_LISTS = { 'no-row': 'no row in the table, so nothing reported or counted in another row', 'not-covered': 'not listed in the partial source', 'no-edition': 'no table', 'not-owned': 'owned no listed platform' };

/** Sentences below the chart, each a list of parts. */
function remarksOf(db, view) {
  if (view.chart === 'movers') return moversRemarks(view);
  const out = [];
  for (const l of view.dropped) {
    const why = db.years.filter((y) => y > view.base && view.years.includes(y)).flatMap((y) => between(db, l.s, view.base, y, 'index').reasons.filter((r) => r.verdict === 'no'))[0];
    const has = l.values.some((v) => v.value !== null);
    out.push([named(l.s), has ? `: no index. No later year compares with ${view.base}.` : `: no index, because it has no value in ${view.base}.`, why ? ` ${why.text}` : '']);
  }
  const ended = view.measure === 'index' ? view.lines.filter((l) => l.values.some((v) => v.year > view.base && v.point.reports !== null && v.value === null)) : [];
  if (ended.length) out.push(['No index for years that do not compare with ', `${view.base}: `, ...list(ended.map((l) => [named(l.s), ` ${spans(l.values.filter((v) => v.year > view.base && v.point.reports !== null && v.value === null).map((v) => v.year))}`])), '.']);
  if (view.overlap) out.push(['A stack would count reports twice: ', named(view.overlap[0]), ' and ', named(view.overlap[1]), ' share platforms. Remove one of them.']);
  if (view.first) out.push([`Shown are the largest providers of ${view.chart === 'bars' ? view.years[0] : db.newest}; hotlines and NCMEC\u2019s own services are left out.`]);
  // Years without a value, by reason: "Not listed in the partial source: A, B 2024–2025".
  const blanks = new Map();
  for (const l of view.chosen.map((s) => view.lines.find((x) => x.s === s)).filter(Boolean)) {
    const years = new Map();
    for (const v of l.values) if (v.point.reports === null) {
      const why = v.point.missing === 'inside-row' ? `inside another row (${blankShort(db, v.point).replace(/^in /, '')})` : BLANK_LISTS[v.point.missing] ?? v.point.missing;
      years.set(why, [...(years.get(why) ?? []), v.year]);
    }
    for (const [why, ys] of years) blanks.set(why, [...(blanks.get(why) ?? []), { s: l.s, words: spans(ys) }]);
  }
  for (const [why, who] of blanks) out.push(['Not zero, but ', `${why}: `, ...list(who.map((w) => [named(w.s), ` ${w.words}`])), '.']);
  const unmeasured = view.measure === 'share' || view.measure === 'rank' ? view.lines.filter((l) => l.values.some((v) => v.point.reports !== null && v.value === null)) : [];
  for (const why of new Set(unmeasured.flatMap((l) => l.values.filter((v) => v.point.reports !== null && v.value === null).map((v) => (view.measure === 'rank' ? v.point.noRank : 'The year has no printed total of all providers.'))))) {
    out.push([`${capital(NO_MEASURE[view.measure])}: `, ...list(unmeasured.filter((l) => l.values.some((v) => v.value === null && (view.measure !== 'rank' || v.point.noRank === why))).map((l) => named(l.s))), `. ${why}`]);
  }
  const least = view.lines.filter((l) => l.values.some((v) => v.point.atLeast));
  if (least.length) out.push(['\u201cAt least\u201d: ', ...list(least.map((l) => [named(l.s), ` ${spans(l.values.filter((v) => v.point.atLeast).map((v) => v.year))}`])), '. The source does not list all members, or one is in another row.']);
  if (view.scale === 'log' && view.lines.some((l) => l.values.some((v) => v.value === 0))) out.push(['A value of 0 has no place on a logarithmic scale.']);
  if (view.chosen.some((s) => s.type === 'company')) out.push(['A company is what it owned on 31 December of the year.']);
  for (const l of view.lines) {
    const steps = stepsOf(view).map(([from, to]) => [to, moved(db, between(db, l.s, from, to, 'reports'))]).filter(([, what]) => what.length);
    if (steps.length) out.push(['What ', named(l.s), ' owns changed. ', ...steps.flatMap(([year, what], i) => [i ? '; ' : '', `${year}: `, ...what]), '.']);
  }
  if (view.rings.length) out.push(['A ring is the platform\u2019s own count of the year.']);
  for (const r of db.remarks) if (view.lines.some((l) => l.s.id === r.who) && (!r.year || view.years.includes(r.year))) out.push([`User note: ${r.words}`]);
  return out;
}

/** What a page that has no room for every pair of years says. */
export const boundWords = (db) => `This page compares any two years from ${db.anyTwo} on, and earlier years with the next; the command compare has all.`;

function moversRemarks(view) {
  const m = view.movers;
  const out = [['Hotlines and NCMEC\u2019s own services are left out.']];
  if (view.db.anyTwo > view.db.years[0]) out.push([boundWords(view.db)]);
  if (m.small) out.push([`${count(m.small)} more changed from a smaller base and ${m.small === 1 ? 'is' : 'are'} left out.`]);
  if (m.not.length) out.push([`${count(m.not.length)} may not be compared and ${m.not.length === 1 ? 'is' : 'are'} listed separately.`]);
  if (view.pair.some((y) => view.partial.has(y))) out.push([`The source of ${view.pair.filter((y) => view.partial.has(y)).join(' and ')} lists only some rows.`]);
  return out;
}

/** What came to and left a company between two years: "Amino and Imgur came". */
export function moved(db, b) {
  const names = (refs) => list(refs.map((m) => named(platformName(db, m))));
  return [b.came.length ? [...names(b.came), ' came'] : null, b.left.length ? [...names(b.left), ' left'] : null].filter(Boolean).flatMap((x, i) => (i ? [', ', ...x] : x));
}

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
  if (p.reports === null) return parts.concat(`no value. ${p.why}`).join('');
  parts.push(`${p.atLeast ? 'at least ' : ''}${count(p.reports)} reports`);
  if (view.measure === 'share' && p.share !== null) parts.push(`, ${percent(p.share)} of all`);
  if (view.measure === 'rank' && p.rank) parts.push(`, rank ${p.rank}`);
  if (view.measure !== 'reports' && v.value === null) parts.push(`, ${NO_MEASURE[view.measure]}`);
  else if (view.measure === 'index') parts.push(`, index ${exact(v.value, 'index')}`);
  const before = view.years[view.years.indexOf(v.year) - 1];
  const b = before ? between(db, line.s, before, v.year, view.measure === 'index' ? 'reports' : view.measure) : null;
  if (b && changeWords(b, view.measure, line.s)) parts.push(`, ${changeWords(b, view.measure, line.s)} since ${before}`);
  parts.push('. ');
  if (b?.verdict === 'no') parts.push(`Not comparable with ${before}. `);
  const adds = line.s.type === 'platform' ? figuresOf(db, line.s, p).length : 0;
  if (adds > 1) parts.push(`Adds ${adds} rows. `);
  if (v.form !== 'verified') parts.push(capital(FORMS[v.form]) + '. ');
  if (before) for (const { note, item } of notesAt(view, line, before, v.year)) parts.push(`Note ${note.n}: ${item.reason.text} `);
  return plain(parts).trim();
}

/* Where it comes from */

/** "NCMEC, CyberTipline Reports by ESP, 2019–2023. 2024: …" for the years in view. */
export function sources(db, years) {
  const own = [];
  const second = new Map();
  for (const y of years) {
    const e = db.editionOf.get(y);
    if (!e) continue;
    if (!e.partial) own.push(y);
    else second.set(e.source || e.url, [...(second.get(e.source || e.url) || []), y]);
  }
  const out = [];
  if (own.length) out.push(`NCMEC, CyberTipline Reports by ESP, ${spans(own)}`);
  for (const [source, ys] of second) out.push(`${spans(ys)} (part of the table): ${source || 'third party'}`);
  return out.join('. ') + (out.length ? '.' : '');
}

/** The years whose documents a view rests on. */
export const sourceYears = (view) => (view.chart === 'movers' ? view.pair : view.years);

/** What the page has, by year and where it comes from, for the line below its name. */
export function holdings(db) {
  const of = (form) => spans(db.editions.filter((e) => (e.partial ? 'partial' : e.status) === form).map((e) => e.y).sort((a, b) => a - b));
  return [
    ['verified', 'read from NCMEC\u2019s tables to the last digit'],
    ['checked', 'read from documents saved by hand'],
    ['published', 'read from NCMEC\u2019s tables, which failed a check'],
    ['partial', 'a third party\u2019s partial transcription'],
  ].filter(([form]) => of(form)).map(([form, words]) => `${of(form)} ${words}`).join('; ');
}

/** The newest date that the documents in view give: when fetched, when saved by hand, else when made. */
export function asOf(db, years) {
  const newest = (key) => years.map((y) => db.editionOf.get(y)?.[key] ?? '').sort().pop() ?? '';
  const [got, hand, dated] = [newest('got'), newest('hand'), newest('dated')];
  if (got || hand) return [got && `Documents retrieved up to ${got}.`, hand && `Copies saved by hand, taken in up to ${hand}.`].filter(Boolean).join(' ');
  return dated ? `Newest document dated ${dated}.` : '';
}
