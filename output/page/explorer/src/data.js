// Reads the JSON that data.go writes back into figures, series and points.

const MISSING = {
  'no-row': 'no row',
  'inside-row': 'in another row',
  'not-covered': 'not listed',
  'no-edition': 'no table',
  'not-owned': 'none owned',
};

export function decode(raw) {
  const db = {
    years: raw.years,
    newest: raw.newest,
    smallBase: raw.smallBase,
    editions: raw.editions,
    editionOf: new Map(raw.editions.map((e) => [e.y, e])),
    totals: new Map(raw.totals.map(([year, all, esp, pub, source]) => [year, { year, all, esp, public: pub, source }])),
    kinds: raw.kinds,
    flagMeaning: new Map(raw.flags),
    breaks: raw.breaks,
    said: raw.said,
    combined: raw.combined.map(([year, platform, members, source]) => ({ year, platform, members: members || [], source })),
    owners: raw.owners.map(([platform, company, from, to, source]) => ({ platform, company, from, to, source })),
    revised: raw.revised.map(([year, platform, printed, before, after]) => ({ year, platform, printed, before, after })),
    findings: raw.findings.map(([severity, code, year, what]) => ({ severity, code, year, what })),
    presets: raw.presets,
  };
  // What a share is a share of: the total the edition prints, else the one
  // NCMEC gives elsewhere.
  db.espTotal = new Map(db.years.map((y) => {
    const printed = db.editionOf.get(y)?.total;
    const other = db.totals.get(y)?.esp;
    return [y, printed ?? other ?? null];
  }));
  db.figures = raw.figures.map(([at, printed, reports, page = 0, row = 0, platform = 0, url = 0, status = 0, flags = '']) => ({
    year: db.years[at], printed: raw.names[printed], reports, page, row, platform, url: raw.urls[url], status: raw.statuses[status], flags,
  }));

  const seriesOf = (id, i, view, rest, encoded) => {
    const s = { id, i, view, ...rest };
    s.points = encoded.map((p, at) => point(raw, db, p, db.years[at]));
    s.first = s.points.find((p) => p.reports !== null)?.year ?? 0;
    s.last = s.points.findLast((p) => p.reports !== null)?.year ?? 0;
    return s;
  };
  db.platforms = raw.platforms.map(([id, name, kind, parent, note, points], i) =>
    seriesOf(id, i, 'platform', { name, kind, parent, note, printed: [] }, points));
  db.companies = raw.companies.map(([id, name, alone, points], i) =>
    seriesOf(id, i, 'company', { name, alone, members: new Set() }, points));
  db.platformOf = new Map(db.platforms.map((s) => [s.id, s]));
  db.companyOf = new Map(db.companies.map((s) => [s.id, s]));

  for (const f of db.figures) {
    const p = db.platforms[f.platform];
    if (p && !p.printed.includes(f.printed)) p.printed.push(f.printed);
  }
  for (const c of db.companies) {
    for (const p of c.points) for (const f of p.figures) c.members.add(db.figures[f].platform);
    c.kinds = new Set([...c.members].map((m) => db.platforms[m]?.kind ?? 'other'));
  }
  for (const p of db.platforms) p.kinds = new Set([p.kind || 'other']);
  return db;
}

function point(raw, db, p, year) {
  const out = {
    year, reports: null, missing: '', inside: null, rank: 0, figures: [], change: null, percent: null, smallBase: null,
    status: '', flags: '', breaks: [], broken: false, members: [], share: null, joined: [], left: [],
  };
  if (typeof p === 'number') p = [null, p];
  if (p[0] === null || p[0] === undefined) {
    const [, missing = 0, inside = '', flags = '', breaks, broken, joined, left] = p;
    return { ...out, missing: raw.missing[missing] || 'no-row', inside: inside || null, flags: flags || '', breaks: breaks || [], broken: broken === 1, joined: joined || [], left: left || [] };
  }
  const [reports, rank = 0, figures, change = null, status = 0, flags = '', breaks, broken, members, share, joined, left] = p;
  Object.assign(out, {
    reports, rank, figures: figures || [], change, status: raw.statuses[status], flags,
    breaks: breaks || [], broken: broken === 1, members: members || [], joined: joined || [], left: left || [],
  });
  const total = db.espTotal.get(year);
  if (share === -1) out.share = null;
  else if (typeof share === 'number') out.share = share;
  else if (total) out.share = reports / total;
  if (change !== null && reports - change !== 0) {
    const base = reports - change;
    out.percent = (change / base) * 100;
    if (base < db.smallBase) out.smallBase = base;
  }
  return out;
}

export const seriesList = (db, view) => (view === 'company' ? db.companies : db.platforms);
export const seriesMap = (db, view) => (view === 'company' ? db.companyOf : db.platformOf);

/** Name of a platform that may be an index or the id of one without a figure. */
export function platformName(db, ref) {
  if (typeof ref === 'number') return db.platforms[ref].name;
  return db.platformOf.get(ref)?.name ?? ref;
}

/** The name of a combined row's platform where the words around it say that it is a row. */
export const rowName = (db, ref) => platformName(db, ref).replace(/ \((combined|one) row\)$/, '');

/** A missing value in two or three words, for cells. */
export function missingShort(db, p) {
  if (p.missing === 'inside-row' && p.inside !== null) return `in ${rowName(db, p.inside)} row`;
  return MISSING[p.missing] || 'no row';
}

/** A missing value in a sentence. None of them means zero. */
export function missingLong(db, p) {
  switch (p.missing) {
    case 'inside-row':
      return `Likely counted in the combined row of ${p.inside === null ? 'a related platform' : rowName(db, p.inside)}; NCMEC does not print the members.`;
    case 'not-covered':
      return `The only source for ${p.year} is partial and does not list it.`;
    case 'no-edition':
      return `No table for ${p.year} is held.`;
    case 'not-owned':
      return `It owned no listed platform at the end of ${p.year}.`;
    default:
      return `NCMEC\u2019s table for ${p.year} has no such row: nothing reported, or counted in another row. Not zero.`;
  }
}

/** Address of the document a figure stands in, at its page where that can be said. */
export function address(db, f) {
  const e = db.editionOf.get(f.year);
  return e?.pdf && f.page > 0 ? `${f.url.split('#')[0]}#page=${f.page}` : f.url;
}

/** "2023 CyberTipline Reports by ESP, p. 6, row 12" */
export function placeOf(db, f) {
  const e = db.editionOf.get(f.year);
  if (!e) return String(f.year);
  // The title of a transcription says what it is, mostly.
  if (e.partial) return /transcri/i.test(e.title) ? e.title : `${e.title || f.year}, transcribed by a third party`;
  return [e.title || `${f.year} reports by ESP`, f.page ? `p. ${f.page}` : '', f.row ? `row ${f.row}` : ''].filter(Boolean).join(', ');
}
