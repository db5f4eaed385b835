// Reads the JSON that ../../data.go writes: series, points, and what may be
// said between two years. Nothing here or elsewhere in the script derives a
// share, rank, index, change or verdict.

const BLANK = {
  'no-row': 'no row',
  'inside-row': 'in another row',
  'not-covered': 'not listed',
  'no-edition': 'no table',
  'not-owned': 'none owned',
};

/** A series. What it does not say of itself is read when it is first asked for: the first chart needs little of it. */
class Series {
  #make;
  #points;
  #pairs;
  #printed;
  #members;

  constructor(fields, make) { Object.assign(this, fields); this.#make = make; }

  get points() { return this.#points ??= this.#make.points(this); }

  get pairs() { return this.#pairs ??= this.#make.pairs(); }

  /** The names that documents print for a platform. */
  get printed() { return this.#printed ??= this.#make.printed(this); }

  get members() { return this.#members ??= new Set(this.points.flatMap((p) => p.members)); }
}

/** A function that makes its value when it is first asked. */
function once(make) {
  let made;
  return () => made ??= make();
}

export function decode(raw) {
  const text = (i) => raw.texts[i ?? 0];
  const db = {
    raw, years: raw.years, newest: raw.newest, anyTwo: raw.anyTwo, smallBase: raw.smallBase, editions: raw.editions,
    editionOf: new Map(raw.editions.map((e) => [e.y, e])),
    kinds: raw.kinds, categories: raw.categories.map(([id, name, definition]) => ({ id, name, definition })),
    markMeaning: new Map(raw.marks),
    revised: raw.revised.map(([year, platform, printed, before, after]) => ({ year, platform, printed, before, after })),
    findings: raw.findings.map(([severity, code, year, what]) => ({ severity, code, year, what })),
    owners: raw.owners.map(([platform, company, from, to, source]) => ({ platform, company, from, to, source: text(source) })),
    remarks: raw.remarks.map(([who, year, words, source]) => ({ who, year, words, source })),
    presets: raw.presets,
  };
  db.figures = once(() => JSON.parse(raw.figures).map(([at, printed, reports, page = 0, row = 0, platform = 0, url = 0, status = 0, marks = '']) => ({
    year: db.years[at], printed: raw.names[printed], reports, page, row, platform, url: text(url), status: raw.statuses[status], marks,
  })));
  // The figures of a platform in a year.
  db.rowsOf = once(() => {
    const rows = new Map();
    for (const f of db.figures()) rows.set(`${f.platform} ${f.year}`, [...(rows.get(`${f.platform} ${f.year}`) ?? []), f]);
    return rows;
  });
  const printed = once(() => {
    const names = db.series.map(() => new Set());
    for (const f of db.figures()) names[f.platform]?.add(f.printed);
    return names;
  });
  db.reasons = raw.reasons.map(([code, verdict, mark = '', words = 0, source = 0, user = false], i) => ({
    i, code, verdict: raw.verdicts[verdict], mark, text: text(words), source: text(source), user,
  }));
  db.blanks = raw.blanks.map(([missing, words, inside = null, marks = '']) => ({ missing: raw.missing[missing], why: text(words), inside, marks }));

  db.series = [];
  db.byKey = new Map();
  const platformAt = new Map();
  raw.series.forEach(([id, type, name, kind, category, parent, note, alone, user, points, pairs], i) => {
    const s = new Series({ i, id, type: raw.types[type], name, kind, category, parent, note: text(note), alone, user }, {
      points: (self) => JSON.parse(points).map((p, at) => point(raw, db, self, p, at)),
      pairs: () => JSON.parse(pairs),
      printed: () => [...printed()[i]],
    });
    s.key = s.type === 'platform' || s.type === 'total' ? id : s.type === 'set' ? `group:${id}` : `${s.type}:${id}`;
    s.platform = alone ? db.series[platformAt.get(id)] : null;
    if (s.type === 'platform') platformAt.set(id, i);
    db.series.push(s);
    db.byKey.set(s.key, s);
  });
  db.firstOf = Object.fromEntries(raw.types.map((t) => [t, Math.max(0, db.series.findIndex((s) => s.type === t))]));
  db.of = (type) => db.series.filter((s) => s.type === type);
  db.platforms = db.of('platform');
  db.companies = db.of('company');
  db.counted = raw.counted.map(([name, aliases, platform, from, to, note, source]) => ({ name, aliases, platform: platform === null ? null : db.series[platform], from, to, note, source: text(source) }));
  db.short = raw.short.map(([name, i]) => ({ name, s: db.series[i] }));
  db.own = raw.own.map(([year, who, own, ncmec, difference, words, agreement, reason, platforms, bears, same, source, remark]) => ({ year, who, own, ncmec, difference, words, agreement, reason, platforms, bears: new Set(bears), same: new Set(same), source: text(source), remark }));
  db.largest = raw.largest.map((i) => db.series[i]);
  return db;
}

function point(raw, db, s, p, at) {
  const out = { year: db.years[at], reports: null, missing: '', why: '', inside: null, share: null, totalShare: null, rank: 0, noRank: '', status: '', marks: '', atLeast: false, members: [] };
  if (typeof p === 'number') return Object.assign(out, db.blanks[p]);
  if (s.platform) {
    const [rank = 0, noRank = 0, marks = ''] = p;
    return { ...s.platform.points[at], rank, noRank: raw.texts[noRank], marks, members: [s.platform.i] };
  }
  const [reports, share = null, totalShare = null, rank = 0, noRank = 0, status = 0, marks = '', atLeast = false, members = []] = p;
  return Object.assign(out, { reports, share, totalShare, rank, noRank: raw.texts[noRank], status: raw.statuses[status], marks, atLeast, members });
}

/** The figures that a point of a series adds up, largest first. */
export const figuresOf = (db, s, p) => (p.reports === null ? [] : s.type === 'platform' ? [s.i] : p.members)
  .flatMap((i) => db.rowsOf().get(`${i} ${p.year}`) ?? []).sort((a, b) => b.reports - a.reports);

const MEASURES = ['reports', 'share', 'rank', 'index'];

/**
 * What may be said about a series in two years by a measure, as the model says
 * it: {verdict, reasons, reports, percent, points, places, index, came, left,
 * like}. The changes that the measure has not are null. like is the same over
 * what belongs to the series on both sides, or null. A year without a value
 * gives the verdict ''. Of years before db.anyTwo the data have only
 * pairs of neighbours, and the page offers no others.
 */
export function between(db, s, year1, year2, measure) {
  const none = { from: Math.min(year1, year2), to: Math.max(year1, year2), verdict: '', reasons: [], reports: null, percent: null, points: null, places: null, index: null, came: [], left: [], like: null };
  const [from, to] = [db.years.indexOf(none.from), db.years.indexOf(none.to)];
  const find = (of) => of.pairs.find((p) => p[0] === from && p[1] === to);
  const pair = find(s);
  if (!pair) return none;
  const whole = s.platform ? find(s.platform) : pair;
  const [reports = null, percent = null, points = null, ranked = null, index = null, came, left, like] = whole.slice(3);
  const places = s.platform ? pair[3] ?? null : ranked;
  const out = Object.assign(none, judgement(db, db.raw.judged[pair[2]][MEASURES.indexOf(measure)]), { like: likeForLike(db, like, measure) });
  if (out.verdict) Object.assign(out, { came: came || [], left: left || [] });
  const changes = { reports: { reports, percent }, share: { points }, rank: { places }, index: { index } };
  return out.verdict === 'yes' || out.verdict === 'care' ? Object.assign(out, changes[measure]) : out;
}

function judgement(db, i) {
  const [verdict, ...reasons] = db.raw.judgements[i];
  return { verdict: db.raw.verdicts[verdict], reasons: reasons.map((r) => db.reasons[r]) };
}

function likeForLike(db, like, measure) {
  const at = { reports: 0, share: 3, index: 5 }[measure];
  if (!like || at === undefined || like[at] === null || like[at] === undefined) return null;
  const out = { ...judgement(db, like[at]), reports: null, percent: null, points: null, places: null, index: null };
  if (measure === 'reports') Object.assign(out, { reports: like[1], percent: like[2] ?? null });
  if (measure === 'share') out.points = like[4];
  if (measure === 'index') out.index = like[6] ?? null;
  return out;
}

/** Who rose, fell, entered and left between two years: {moved, entered, left, not, unchanged} of series. */
export function movers(db, type, year1, year2) {
  const [from, to] = [Math.min(year1, year2), Math.max(year1, year2)].map((y) => db.years.indexOf(y));
  const row = (db.raw.movers[type] || []).find((r) => r[0] === from && r[1] === to) || [from, to, [], [], [], [], 0];
  const of = (l) => l.map((i) => db.series[i]);
  return { moved: of(row[2]), entered: of(row[3]), left: of(row[4]), not: of(row[5]), unchanged: row[6] };
}

/** The own counts of platforms that bear on any of some series. */
export const ownOf = (db, list) => db.own.filter((o) => list.some((s) => o.bears.has(s.i)));

/** The series of a key. A company, category or group may be named without its type where nothing else has the id. */
export const seriesOf = (db, k) => db.byKey.get(k) ?? ['company:', 'category:', 'group:'].map((t) => db.byKey.get(t + k)).find(Boolean);

/** Name of a platform that may be an index or the id of one without a series. */
export const platformName = (db, ref) => (typeof ref === 'number' ? db.series[ref].name : db.byKey.get(ref)?.name ?? ref);

/** A missing value in two or three words, for cells. */
export function blankShort(db, p) {
  if (p.missing === 'inside-row' && p.inside !== null) return `in ${platformName(db, p.inside).replace(/ \((combined|one) row\)$/, '')} row`;
  return BLANK[p.missing] || 'no row';
}

/** Who owned a platform in its last year: a name, or one of two words. */
export function ownerOf(db, s) {
  const company = s.parent && db.byKey.get(`company:${s.parent}`);
  if (company) return { name: company.name, company };
  return { words: db.owners.some((o) => o.platform === s.id && o.company === 'independent' && !o.to) ? 'independent' : 'not established' };
}

/** Address of the document a figure is in, at its page where that can be said. */
export function address(db, f) {
  const e = db.editionOf.get(f.year);
  if (/^file:/.test(f.url)) return '';
  return e?.pdf && f.page > 0 ? `${f.url.split('#')[0]}#page=${f.page}` : f.url;
}

/** "2023 CyberTipline Reports by ESP, p. 6, row 12" */
export function placeOf(db, f) {
  const e = db.editionOf.get(f.year);
  if (!e) return String(f.year);
  // The title of a transcription mostly says what it is.
  if (e.partial) return /transcri/i.test(e.title) ? e.title : `${e.title || f.year}, transcribed by a third party`;
  return [e.title || `${f.year} reports by ESP`, f.page ? `p. ${f.page}` : '', f.row ? `row ${f.row}` : ''].filter(Boolean).join(', ');
}
