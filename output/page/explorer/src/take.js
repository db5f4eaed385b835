// The view as CSV, SVG and PNG, and what embeds it. The picture has title,
// unit, notes, remarks, source and date, so that it can be passed on alone.

import { address, between, figuresOf, ownerOf, platformName } from './data.js';
import { FONT, THEMES, colour, cored, draw, heightOf, marker, textWidth } from './charts.js';
import { FORMS, UNIT, asOf, concerns, headline, rule, sourceYears, sources } from './view.js';
import { SVG, csvCell, plain, svg } from './text.js';

const lines = (rows) => rows.map((r) => r.map(csvCell).join(',')).join('\r\n') + '\r\n';
const percentOf = (share) => (share === null ? null : Number((share * 100).toPrecision(15)));
const VERDICT = { yes: 'yes', care: 'care', no: 'no', '': '' };
const codes = (b) => b.reasons.map((r) => r.code).join('; ');
const names = (db, refs) => refs.map((m) => platformName(db, m)).join('; ');

const SERIES = ['id', 'name', 'type', 'category', 'year', 'reports', 'why_blank', 'share_percent', 'rank', 'index', 'index_base', 'change', 'change_percent', 'comparable', 'reasons', 'like_for_like_percent', 'marks', 'status', 'members', 'printed_names', 'printed_reports', 'pages', 'source', 'source_url', 'source_sha256'];

/** One row a series and year. change, comparable and reasons are against the year before. */
function seriesCSV(db, view) {
  const rows = [SERIES];
  for (const s of view.chosen) {
    const line = view.lines.find((l) => l.s === s);
    for (const [i, year] of view.years.entries()) {
      const p = s.points[db.years.indexOf(year)];
      const b = between(db, s, year - 1, year, 'reports');
      const fs = s.type === 'platform' ? figuresOf(db, s, p) : [];
      const e = db.editionOf.get(year);
      const indexed = view.measure === 'index';
      rows.push([
        s.id, s.name, s.type, s.category, year, p.reports, p.why, percentOf(p.share), p.rank || null, indexed ? line?.values[i].value ?? null : null, indexed ? view.base : null,
        b.reports, b.percent, VERDICT[b.verdict], codes(b), b.like?.percent ?? null, [...p.marks].join(' '), p.status, s.type === 'platform' ? '' : names(db, p.members),
        fs.map((f) => f.printed).join('; '), fs.map((f) => f.reports).join('; '), fs.map((f) => f.page || '').join('; '),
        e ? (e.partial ? e.source : `NCMEC, ${e.title}`) : '', [...new Set(fs.map((f) => address(db, f)))].join('; '), e?.sha || '',
      ]);
    }
  }
  return lines(rows);
}

const PAIRS = ['id', 'name', 'type', 'category', 'from', 'to', 'reports_from', 'reports_to', 'change', 'change_percent', 'comparable', 'reasons', 'like_for_like_percent', 'came', 'left', 'group'];

function pairRow(db, s, [from, to], group) {
  const b = between(db, s, from, to, 'reports');
  const at = (y) => s.points[db.years.indexOf(y)].reports;
  return [s.id, s.name, s.type, s.category, from, to, at(from), at(to), b.reports, b.percent, VERDICT[b.verdict], codes(b), b.like?.percent ?? null, names(db, b.came), names(db, b.left), group];
}

/** The view as CSV: series by year, or two years in a row each. */
export function csv(db, view) {
  if (view.chart === 'movers') return lines([PAIRS, ...['moved', 'entered', 'left', 'not'].flatMap((g) => view.movers[g].map((m) => pairRow(db, m.s, view.pair, g === 'not' ? 'not-comparable' : g)))]);
  if (view.chart === 'slope') return lines([PAIRS, ...view.chosen.map((s) => pairRow(db, s, view.pair, ''))]);
  return seriesCSV(db, view);
}

/** The list of everything as CSV, one row a series. */
export function listCSV(db, found, list) {
  if (list === 'rows') return lines([['esp_name', 'year', 'reports', 'platform_id', 'platform', 'page', 'row', 'marks', 'status', 'url'], ...found.map((f) => [f.printed, f.year, f.reports, typeof f.platform === 'number' ? db.series[f.platform].id : f.platform, platformName(db, f.platform), f.page || null, f.row || null, [...f.marks].join(' '), f.status, address(db, f)])]);
  return lines([['id', 'name', 'category', 'kind', 'owner', ...db.years.map((y) => `reports_${y}`)], ...found.map((s) => [s.id, s.name, s.category, s.kind, s.type === 'platform' ? ownerOf(db, s).name ?? ownerOf(db, s).words : '', ...s.points.map((p) => p.reports)])]);
}

/** What the picture and the page say below the chart: [{n, text}], n being the number of a note. */
export function explanations(view) {
  const notes = view.notes.flatMap((note) => note.items.map((it, i) => ({ n: i ? 0 : note.n, indent: true,
    text: plain([i ? '' : `${note.label}. `, ...concerns(view, it), `: ${it.reason.text} `, ...rule(it)]).trim() })));
  return notes.concat(view.remarks.map((r) => ({ n: 0, indent: false, text: plain(r) })));
}

/** The view as one SVG element, 1200 wide and as high as its notes need. */
export function picture(db, view) {
  const theme = THEMES.light;
  const W = 1200;
  const M = 40;
  const head = headline(view);
  const root = svg('svg', { xmlns: SVG, width: W, 'font-family': FONT }, svg('title', {}, plain(head.title)));
  const ground = svg('rect', { width: W, fill: theme.ground });
  root.append(ground);
  let y = M - 6;
  const words = (s, x, size, fill, weight = 400) => root.append(svg('text', { x, y, 'font-size': size, 'font-weight': weight, fill }, s));
  const para = (text, size, fill, weight = 400, lead = 1.3, x0 = M) => {
    for (const row of wrap(text, size, W - M - x0, weight)) { y += size * lead; words(row, x0, size, fill, weight); }
  };
  para(plain(head.title), 30, theme.ink, 700, 1.15);
  y += 4;
  para(`${head.unit}. ${UNIT}`, 17, theme.soft);
  y += 12;
  if (['stack', 'share'].includes(view.chart)) y = legend(root, view, theme, M, y, W);
  const width = W - 2 * M;
  const height = ['lines', 'stack', 'share'].includes(view.chart) ? 560 : heightOf(view, width) * 1.15;
  const drawing = draw(view, { width, height, theme, size: 15 });
  drawing.setAttribute('x', M);
  drawing.setAttribute('y', y);
  root.append(drawing);
  y += height + 22;

  // What the marks mean, for those that occur.
  let x = M;
  for (const form of formsOf(view)) {
    const w = textWidth(FORMS[form], 14) + 44;
    if (x + w > W - M && x > M) { x = M; y += 22; }
    root.append(marker(form, view, x + 8, y - 5, theme.soft, theme));
    words(FORMS[form], x + 22, 14, theme.soft);
    x += w;
  }
  y += 6;
  for (const e of explanations(view)) {
    if (e.n) {
      root.append(svg('circle', { cx: M + 9, cy: y + 14.5, r: 8, fill: theme.ground, stroke: theme.rule, 'stroke-width': 1.2 }),
        svg('text', { x: M + 9, y: y + 18.3, 'font-size': 10.5, 'font-weight': 700, 'text-anchor': 'middle', fill: theme.ink }, String(e.n)));
    }
    para(e.text, 14, theme.ink, 400, 1.35, e.indent ? M + 28 : M);
    y += 3;
  }
  y += 4;
  const years = sourceYears(view);
  para(`Source: ${sources(db, years)} ${asOf(db, years)} Volume shows how much a provider detects and reports, not how much abuse there is; a missing value is not zero.`, 14, theme.soft, 400, 1.35);
  const total = Math.ceil(y + M - 10);
  root.setAttribute('height', total);
  root.setAttribute('viewBox', `0 0 ${W} ${total}`);
  ground.setAttribute('height', total);
  return root;
}

/** The names of stacked series with their colours. */
function legend(root, view, theme, M, y, W) {
  let x = M;
  y += 16;
  for (const l of [...view.lines, null]) {
    const name = l ? plain({ name: l.s.name }) : 'All other rows';
    const w = textWidth(name, 15, 600) + 46;
    if (x + w > W - M && x > M) { x = M; y += 24; }
    const c = l ? colour(theme, l.slot) : theme.rest;
    root.append(svg('rect', { x, y: y - 12, width: 16, height: 14, fill: c, 'fill-opacity': l && cored(theme, l.slot) ? 0.5 : 1, stroke: c }),
      svg('text', { x: x + 22, y, 'font-size': 15, 'font-weight': 600, fill: theme.ink }, name));
    x += w;
  }
  return y + 8;
}

/** The forms of the points in a view, in order. */
export function formsOf(view) {
  if (view.chart === 'movers') return [];
  const seen = new Set(view.lines.flatMap((l) => l.values.filter((v) => v.value !== null).map((v) => v.form)));
  return Object.keys(FORMS).filter((f) => seen.has(f));
}

/** Breaks words into rows that fit the width; a word too long for one row is cut. */
function wrap(words, size, width, weight = 400) {
  const rows = [];
  let row = '';
  for (let w of words.split(/\s+/)) {
    if (row && textWidth(`${row} ${w}`, size, weight) > width) { rows.push(row); row = ''; }
    while (textWidth(w, size, weight) > width) {
      let n = w.length;
      while (n > 1 && textWidth(w.slice(0, n), size, weight) > width) n--;
      rows.push(w.slice(0, n));
      w = w.slice(n);
    }
    row = row ? `${row} ${w}` : w;
  }
  if (row) rows.push(row);
  return rows;
}

export const svgText = (node) => '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(node);

/** The picture as PNG at twice its size, as a Blob. */
export function png(node) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement('canvas');
      canvas.width = Number(node.getAttribute('width')) * 2;
      canvas.height = Number(node.getAttribute('height')) * 2;
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((b) => (b ? resolve(b) : reject(new Error('the picture could not be made'))), 'image/png');
    };
    image.onerror = () => reject(new Error('the picture could not be drawn'));
    image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(svgText(node));
  });
}

export function save(blob, file) {
  const url = URL.createObjectURL(blob);
  const a = document.createElement('a');
  a.href = url;
  a.download = file;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

export const saveCSV = (text, file) => save(new Blob([text], { type: 'text/csv;charset=utf-8' }), file + '.csv');

export const fileName = (view) =>
  ['cybertipline', view.chart, ...(view.chart === 'movers' ? view.pair : [view.measure, ...view.chosen.slice(0, 3).map((s) => s.id)])].join('-').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 80).replace(/-$/, '');
