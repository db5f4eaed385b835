// The view as CSV, SVG and PNG. The picture holds title, unit, notes, source
// and date, so that it can be passed on alone.

import { select } from 'd3-selection';
import { address, missingLong, platformName } from './data.js';
import { FONT, THEMES, draw, marker, textWidth } from './chart.js';
import { FORMS, UNIT, asOf, breakRule, breakSpan, concerns, membersChanged, sources } from './model.js';
import { SVG, csvCell } from './text.js';

const COLUMNS = ['id', 'name', 'year', 'reports', 'unit', 'share', 'rank', 'index', 'index_base', 'change', 'change_percent', 'status', 'flags', 'missing', 'breaks', 'members', 'joined', 'left', 'printed_names', 'printed_reports', 'pages', 'source', 'source_url', 'source_sha256'];

/** One row a line and year, with where each figure stands. */
export function csv(db, view) {
  const rows = [COLUMNS];
  for (const l of view.lines) {
    for (const v of l.values) {
      const p = v.point;
      const fs = p.figures.map((i) => db.figures[i]);
      const e = db.editionOf.get(v.year);
      const one = (list) => [...new Set(list)].join(' | ');
      rows.push([
        l.s.id, l.s.name, v.year, p.reports, 'reports', p.share === null ? null : Number(p.share.toPrecision(12)), p.rank || null,
        view.measure === 'index' && v.value !== null ? Number(v.value.toPrecision(12)) : null, view.measure === 'index' ? view.base : null,
        p.change, p.percent === null ? null : Number(p.percent.toPrecision(12)), p.status, [...p.flags].join(' '),
        p.reports === null ? missingLong(db, p) : '', p.breaks.map((b) => `${breakSpan(db.breaks[b])}: ${db.breaks[b].what}`).join(' | '),
        p.members.map((m) => (typeof m === 'number' ? db.platforms[m].name : m)).join(' | '),
        ...[p.joined, p.left].map((of) => of.map((m) => platformName(db, m)).join(' | ')),
        fs.map((f) => f.printed).join(' | '), fs.map((f) => f.reports).join(' | '), fs.map((f) => f.page || '').join(' | '),
        e ? (e.partial ? e.source : `NCMEC, ${e.title}`) : '', one(fs.map((f) => address(db, f))), e?.sha || '',
      ]);
    }
  }
  return rows.map((r) => r.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

/** The view as one SVG element, 1200 wide and as high as its notes need. */
export function picture(db, view, head) {
  const theme = THEMES.light;
  const W = 1200;
  const M = 40;
  const svg = document.createElementNS(SVG, 'svg');
  const g = select(svg);
  g.attr('xmlns', SVG).attr('width', W).attr('font-family', FONT);
  g.append('title').text(head.title);
  const ground = g.append('rect').attr('width', W).attr('fill', theme.ground);
  let y = M - 6;
  const para = (words, size, fill, weight = 400, lead = 1.3, x0 = M) => {
    for (const row of wrap(words, size, W - M - x0, weight)) {
      y += size * lead;
      g.append('text').attr('x', x0).attr('y', y).attr('font-size', size).attr('font-weight', weight).attr('fill', fill).text(row);
    }
  };
  para(head.title, 30, theme.ink, 700, 1.15);
  y += 4;
  para(`${head.unit}. ${view.scale === 'log' ? 'Logarithmic scale. ' : ''}${UNIT}`, 17, theme.soft);
  y += 12;
  const plot = g.append('g').attr('transform', `translate(${M},${y})`);
  const H = 560;
  draw(plot.node(), view, { width: W - 2 * M, height: H, theme, size: 15, labels: true });
  y += H + 10;

  // What the marks mean, for those that occur.
  const seen = new Set(view.lines.flatMap((l) => l.values.filter((v) => v.value !== null).map((v) => v.form)));
  const forms = Object.keys(FORMS).filter((f) => seen.has(f));
  let x = M;
  y += 20;
  for (const form of forms) {
    const label = FORMS[form];
    const w = textWidth(label, 14) + 44;
    if (x + w > W - M && x > M) { x = M; y += 22; }
    marker(g, form, x + 8, y - 5, 60, theme.soft, theme);
    g.append('text').attr('x', x + 22).attr('y', y).attr('font-size', 14).attr('fill', theme.soft).text(label);
    x += w;
  }
  y += 6;
  for (const n of view.notes) {
    const from = y;
    n.items.forEach((it, i) => para(`${i ? '' : breakSpan(n) + '. '}${concerns(it)}: ${it.break.what} ${breakRule(it)}`.trim(), 14, theme.ink, 400, 1.35, M + 28));
    g.append('circle').attr('cx', M + 9).attr('cy', from + 14.5).attr('r', 8).attr('fill', theme.ground).attr('stroke', theme.rule).attr('stroke-width', 1.2);
    g.append('text').attr('x', M + 9).attr('y', from + 18.3).attr('font-size', 10.5).attr('font-weight', 700).attr('text-anchor', 'middle').attr('fill', theme.ink).text(n.n);
    y += 4;
  }
  for (const l of view.lines) {
    const steps = l.values.map((v) => [v.year, membersChanged(db, v.point)]).filter(([, what]) => what);
    if (steps.length) para(`Members of ${l.s.name} changed. ${steps.map(([year, what]) => `${year}: ${what}`).join('; ')}.`, 14, theme.ink, 400, 1.35);
  }
  y += 6;
  para(`Source: ${sources(db, view)} ${asOf(db, view)} Volume shows how much a provider detects and reports, not how much abuse there is; a missing value is not zero.`, 14, theme.soft, 400, 1.35);
  y += M - 10;
  const height = Math.ceil(y);
  g.attr('height', height).attr('viewBox', `0 0 ${W} ${height}`);
  ground.attr('height', height);
  return svg;
}

/** Breaks words into rows that fit the width; a word too long for one row is cut. */
export function wrap(words, size, width, weight = 400) {
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

export const svgText = (svg) => '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(svg);

/** The picture as PNG at twice its size, as a Blob. */
export function png(svg) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement('canvas');
      canvas.width = Number(svg.getAttribute('width')) * 2;
      canvas.height = Number(svg.getAttribute('height')) * 2;
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((b) => (b ? resolve(b) : reject(new Error('the picture could not be made'))), 'image/png');
    };
    image.onerror = () => reject(new Error('the picture could not be drawn'));
    image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(svgText(svg));
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

export const fileName = (st, view) =>
  ['cybertipline', st.measure, ...view.lines.slice(0, 3).map((l) => l.s.id)].join('-').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 80).replace(/-$/, '');

