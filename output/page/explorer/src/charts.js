// Draws a view as SVG with Observable Plot: the same drawing for the page and
// for the picture that is downloaded, so all looks are attributes. Nothing here
// listens to events.

import { axisX, axisY, barX, barY, dot, gridX, gridY, line as lineMark, plot, rect, ruleX, ruleY, stackY, text } from '@observablehq/plot';
import { between } from './data.js';
import { NO_MEASURE, briefChange, changeWords, exact, joined, percentWords, tick } from './view.js';
import { plain, short, signedCount, svg } from './text.js';

// Okabe and Ito's colours, made darker or lighter until each has a contrast of
// at least 3:1 with the ground, as WCAG asks of graphics. Slots past the eighth
// use a colour again, with a light core or a light filling.
export const THEMES = {
  light: {
    ground: '#ffffff', ink: '#1b1f24', soft: '#57606a', grid: '#e2e5e9', band: '#f1f3f5', rule: '#6b7480', rest: '#c9cfd6',
    lines: ['#0072b2', '#cb4b00', '#007f5f', '#b8479a', '#24292e', '#a67c00', '#4a94d6', '#7d2a1a'],
  },
  dark: {
    ground: '#14181d', ink: '#eef1f4', soft: '#aab4be', grid: '#2b323a', band: '#1c2229', rule: '#8d97a2', rest: '#454e58',
    lines: ['#4aa3ea', '#f5793a', '#12b886', '#e58ac8', '#f5f5f5', '#f0dc3c', '#9fd3ff', '#b8756a'],
  },
};

export const FONT = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif';

export const colour = (theme, slot) => theme.lines[slot % theme.lines.length];
export const cored = (theme, slot) => slot >= theme.lines.length;
export const DASHES = { verified: null, combined: '1.5 4.5', checked: '12 3', published: '9 3 2 3', secondary: '6 4' };
const SYMBOLS = { verified: 'circle', combined: 'square', checked: 'circle', published: 'triangle', secondary: 'diamond' };
const ORDER = Object.keys(SYMBOLS);
const weakest = (a, b) => ORDER[Math.max(ORDER.indexOf(a), ORDER.indexOf(b))];

/** Charts that draw bars. */
export const BARS = ['bars', 'stack', 'share', 'movers'];

const measuring = document.createElement('canvas').getContext('2d');
export function textWidth(s, size, weight = 400) {
  measuring.font = `${weight} ${size}px ${FONT}`;
  return measuring.measureText(s).width;
}

export function clip(s, size, width, weight) {
  if (textWidth(s, size, weight) <= width) return s;
  let n = s.length;
  while (n > 1 && textWidth(s.slice(0, n) + '\u2026', size, weight) > width) n--;
  return s.slice(0, n) + '\u2026';
}

/** A name in the width: without what is in brackets behind it, else cut. */
function fit(name, size, width, weight) {
  const s = plain({ name });
  return textWidth(s, size, weight) <= width ? s : clip(s.replace(/\s*\([^()]*\)$/, '') || s, size, width, weight);
}

const svgText = (s, x, y, { size, fill, anchor = 'start', weight = 400 }) =>
  svg('text', { x, y, 'font-size': size, 'font-family': FONT, 'font-weight': weight, 'text-anchor': anchor, fill, stroke: 'none' }, s);

/**
 * Draws the view and returns an SVG element. Elements of data carry data-key
 * and data-year, so that the page finds them under the pointer.
 */
export function draw(view, o) {
  const empty = emptyWords(view);
  if (empty) return nothing(empty, o);
  const size = o.size ?? 13;
  const chart = { lines, multiples, bars, stack, share: stack, slope, movers }[view.chart];
  return chart(view, { ...o, size, narrow: o.width < 500 });
}

/** How high the chart of a view is at a width. */
export function heightOf(view, width) {
  if (emptyWords(view)) return 120;
  const narrow = width < 500;
  if (view.chart === 'bars') return 60 + 34 * view.lines.length;
  if (view.chart === 'movers') return 60 + 26 * biggest(view).length;
  if (view.chart === 'multiples') return Math.ceil(view.lines.length / columns(view.lines.length, width)) * (narrow ? 150 : 180) + 60;
  if (view.chart === 'slope') return Math.max(narrow ? 320 : 420, 30 * view.lines.length + 60);
  return Math.round(narrow ? 320 : Math.min(520, Math.max(360, width * 0.5)));
}

function emptyWords(view) {
  if (view.chart === 'movers') return biggest(view).length ? '' : 'Nobody rose or fell between years that compare';
  if (!view.chosen.length) return 'Nothing is chosen';
  if (view.overlap) return 'These cannot be stacked; see below';
  return view.lines.some((l) => l.values.some((v) => v.value !== null)) ? '' : 'No value to show';
}

function nothing(words, { width, height, theme }) {
  return svg('svg', { width, height, viewBox: `0 0 ${width} ${height}` }, svgText(words, width / 2, height / 2, { size: 15, fill: theme.soft, anchor: 'middle' }));
}

/** Plot with this page's looks. Its own style element goes: the page's policy allows no other styles, and all looks are attributes. */
function render(options, { width, height, theme, size }) {
  const node = plot({
    width, height, className: 'plot', color: { type: 'identity' }, opacity: { type: 'identity' },
    style: { background: 'none', color: theme.ink, fontFamily: FONT, fontSize: `${size}px`, overflow: 'visible' }, ...options,
  });
  node.querySelectorAll('style').forEach((s) => s.remove());
  // A row of data is bound to its element; what was drawn from values is told by it.
  for (const mark of options.marks) {
    if (!mark?.data || !mark.className) continue;
    for (const el of node.querySelectorAll(`.${mark.className} > *`)) {
      const d = mark.data[[el.__data__].flat()[0]];
      if (d?.key) { el.setAttribute('data-key', d.key); el.setAttribute('data-year', d.year); }
    }
  }
  return node;
}

const AXIS = (theme) => ({ color: theme.soft, label: null, tickSize: 0, tickPadding: 8 });

/* Scales */

function yOf(view, height) {
  const values = view.lines.flatMap((l) => l.values.map((v) => v.value)).concat(view.rings.map((r) => r.own)).filter((v) => v !== null);
  const highest = Math.max(...values);
  if (view.measure === 'rank') {
    const domain = [Math.max(highest, 5), 1];
    const step = Math.max(1, Math.ceil((domain[0] - 1) / 6));
    return { domain, ticks: [1, ...Array.from({ length: 8 }, (_, i) => (i + 1) * step).filter((t) => t > 1 && t <= domain[0])] };
  }
  const positive = values.filter((v) => v > 0);
  if (view.scale === 'log' && positive.length) {
    const lo = 10 ** Math.floor(Math.log10(Math.min(...positive)));
    let hi = 10 ** Math.ceil(Math.log10(highest));
    if (hi === lo) hi *= 10;
    const ticks = [];
    for (let t = lo; t <= hi * 1.0001; t *= 10) ticks.push(Number(t.toPrecision(6)));
    return { type: 'log', domain: [lo, hi], ticks };
  }
  const domain = niceDomain(highest || 1);
  return { domain, ticks: ticksTo(domain[1], Math.max(3, Math.round(height / 85))) };
}

const stepFor = (highest, n) => {
  const raw = highest / n;
  const p = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((m) => m * p).find((s) => s >= raw * 0.999);
};
function niceDomain(highest) {
  const step = stepFor(highest, 5);
  return [0, Math.ceil(highest / step - 1e-9) * step];
}
function ticksTo(top, n) {
  const step = stepFor(top, n);
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/* Lines, and the same in small multiples */

/** The points of every line, and the stretches between those that may be joined. */
function geometry(view, place = () => ({})) {
  const points = [];
  const stretches = [];
  const gaps = [];
  for (const l of view.lines) {
    const at = l.values.filter((v) => !(view.scale === 'log' && v.value !== null && v.value <= 0));
    l.values.forEach((v, i) => {
      if (v.value === null || !at.includes(v)) return;
      const base = { l, ...place(l) };
      points.push({ ...base, v, x: v.year, y: v.value, key: l.s.key, year: v.year, form: v.form });
      const before = l.values[i - 1];
      if (!before || before.value === null || !at.includes(before)) return;
      const z = `${l.slot} ${v.year}`;
      const form = weakest(before.form, v.form);
      if (joined(view, l.s, before, v)) stretches.push({ ...base, z, form, x: before.year, y: before.value }, { ...base, z, form, x: v.year, y: v.value });
      else gaps.push({ ...base, x: (before.year + v.year) / 2, y: view.scale === 'log' ? Math.sqrt(before.value * v.value) : (before.value + v.value) / 2 });
    });
  }
  return { points, stretches, gaps };
}

// Two strokes across the gap of a broken line.
const GAP = { draw(context) { for (const dx of [-3, 3]) { context.moveTo(dx - 3, 6); context.lineTo(dx + 3, -6); } } };

function lineMarks(view, o, { points, stretches, gaps }, facet = {}) {
  const { theme } = o;
  const stroke = (d) => colour(theme, d.l.slot);
  const at = { x: 'x', y: 'y', ...facet };
  const marks = [];
  for (const form of ORDER) {
    const of = stretches.filter((d) => d.form === form);
    const line = { ...at, z: 'z', strokeDasharray: DASHES[form], strokeLinecap: form === 'combined' ? 'round' : 'butt' };
    if (of.length) marks.push(lineMark(of, { ...line, stroke, strokeWidth: 2.6, className: `stretch-${form}` }));
    const core = of.filter((d) => cored(theme, d.l.slot));
    if (core.length) marks.push(lineMark(core, { ...line, stroke: theme.ground, strokeWidth: 1.1 }));
  }
  if (gaps.length) marks.push(dot(gaps, { ...at, symbol: GAP, stroke, strokeWidth: 2, strokeLinecap: 'round', r: 4, fill: 'none', className: 'gap' }));
  for (const form of ORDER) {
    const of = points.filter((d) => d.form === form);
    if (of.length) marks.push(dot(of, { ...at, symbol: SYMBOLS[form], r: form === 'verified' ? 4 : 4.4, className: `point-${form}`,
      fill: form === 'verified' ? stroke : theme.ground, stroke: form === 'verified' ? theme.ground : stroke, strokeWidth: form === 'verified' ? 1 : 1.8 }));
  }
  return marks;
}

/** A ring where a platform itself counts a year. */
function ownMarks(view, theme) {
  const rings = view.rings.filter((r) => view.scale !== 'log' || r.own > 0);
  return rings.length ? [dot(rings, { x: 'year', y: 'own', r: 7, fill: 'none', stroke: (d) => colour(theme, d.l.slot), strokeWidth: 1.3, className: 'own-count' })] : [];
}

function lines(view, o) {
  const { width, height, theme, size, narrow } = o;
  const y = yOf(view, height);
  const shown = view.lines.filter((l) => l.values.some((v) => v.value !== null));
  const labels = !narrow && width >= 560;
  const labelWidth = labels ? Math.min(200, width * 0.25, Math.max(40, ...shown.map((l) => textWidth(l.s.name, size + 1, 600))) + 8) : 0;
  const marginLeft = Math.ceil(Math.max(...y.ticks.map((t) => textWidth(tick(t, view.measure), size)))) + 16;
  const marginRight = labels ? labelWidth + 30 : 22;
  const partial = view.years.filter((yr) => view.partial.has(yr));
  const marginBottom = size * (partial.length ? 3.8 : 2.4);
  const [first, last] = [view.years[0], view.years[view.years.length - 1]];
  const pad = first === last ? 1 : Math.min(0.35, (last - first) * 0.06);
  const data = geometry(view);
  return render({
    marginLeft, marginRight, marginTop: 36, marginBottom,
    x: { type: 'linear', domain: [first - pad, last + pad] },
    y: { type: y.type ?? 'linear', domain: y.domain },
    marks: [
      partial.length ? rect(partial, { x1: (d) => Math.max(first - pad, d - 0.5), x2: (d) => Math.min(last + pad, d + 0.5), fill: theme.band }) : null,
      gridY(y.ticks, { stroke: theme.grid, strokeOpacity: 1 }),
      axisY(y.ticks, { ...AXIS(theme), tickFormat: (t) => tick(t, view.measure) }),
      ...yearAxis(view, o, width - marginLeft - marginRight),
      ...ruleMarks(view, theme),
      ...lineMarks(view, o, data),
      ...ownMarks(view, theme),
      labels ? endLabels(shown, view, o, labelWidth) : null,
      badges(view, o),
    ].filter(Boolean),
  }, o);
}

/** The axis of years, with the partial ones named below. */
function yearAxis(view, { theme, size, narrow }, plotWidth) {
  const every = Math.max(1, Math.ceil((textWidth('2019', size) + 10) / (plotWidth / view.years.length)));
  const ticks = view.years.filter((_, i) => (view.years.length - 1 - i) % every === 0);
  const partial = view.years.filter((y) => view.partial.has(y));
  const runs = [];
  for (const y of partial) {
    if (runs.length && runs[runs.length - 1].at(-1) === y - 1) runs[runs.length - 1].push(y);
    else runs.push([y]);
  }
  const words = narrow ? 'partial' : 'third party, partial';
  return [
    ruleY([0], { frameAnchor: 'bottom', stroke: 'none' }),
    axisX(ticks, { color: theme.soft, label: null, tickSize: 5, tickPadding: 5, tickFormat: String, stroke: theme.rule }),
    runs.length ? text(runs, { x: (r) => (r[0] + r.at(-1)) / 2, text: () => words, frameAnchor: 'bottom', dy: size * 2.9, fill: theme.soft, fontSize: size - 1 }) : null,
  ].filter(Boolean);
}

/** A rule where no line may cross. */
const ruleMarks = (view, theme) => [ruleX(view.notes.filter((n) => n.whole).map((n) => (n.at[0] + n.at[1]) / 2), { stroke: theme.rule, strokeDasharray: '2 3' })];

/** Numbered marks above the plot lead to the notes below the chart. */
function badges(view, { theme, width }) {
  return (index, scales, values, { marginTop }) => {
    const g = svg('g', { class: 'badges' });
    const taken = [];
    for (const note of view.notes) {
      let x = scales.x((note.at[0] + note.at[1]) / 2);
      if (scales.x.bandwidth) x = (scales.x(note.at[0]) + scales.x(note.at[1]) + scales.x.bandwidth()) / 2;
      while (taken.some((t) => Math.abs(t - x) < 19)) x += 19;
      if (x > width - 10) x = Math.min(...taken) - 19;
      taken.push(x);
      g.append(svg('g', { 'data-note': note.n, transform: `translate(${x},${marginTop - 18})` },
        svg('circle', { r: 8.5, fill: theme.ground, stroke: theme.rule, 'stroke-width': 1.2 }),
        svgText(String(note.n), 0, 3.7, { size: 10.5, fill: theme.ink, anchor: 'middle', weight: 700 })));
    }
    return g;
  };
}

/** Names at the ends of the lines, moved apart. A line that ends early has its name at its last point. */
function endLabels(shown, view, { theme, size, width, height }, labelWidth) {
  return (index, scales, values, { marginTop, marginRight, marginBottom }) => {
    const right = width - marginRight;
    const last = view.years[view.years.length - 1];
    const ends = shown.map((l) => {
      const v = l.values.filter((q) => q.value !== null && !(view.scale === 'log' && q.value <= 0)).at(-1);
      return v && { l, year: v.year, x: scales.x(v.year), from: scales.y(v.value), y: scales.y(v.value) };
    }).filter(Boolean);
    const g = svg('g', { class: 'labels' });
    for (const year of new Set(ends.map((e) => e.year))) {
      const group = ends.filter((e) => e.year === year);
      settle(group, size + 5, marginTop, height - marginBottom);
      for (const e of group) {
        const x0 = year === last ? right + 14 : e.x + 12;
        if (Math.abs(e.y - e.from) > 3) g.append(svg('path', { d: `M${e.x + 7},${e.from}L${x0 - 3},${e.y}`, fill: 'none', stroke: theme.rule, 'stroke-width': 0.8 }));
        const label = svgText(fit(e.l.s.name, size + 1, labelWidth, 600), x0, e.y + size * 0.36, { size: size + 1, fill: readable(colour(theme, e.l.slot), theme), weight: 600 });
        label.setAttribute('data-label', e.l.s.key);
        if (year !== last) for (const [k, v] of [['stroke', theme.ground], ['stroke-width', 4], ['stroke-linejoin', 'round'], ['paint-order', 'stroke']]) label.setAttribute(k, v);
        g.append(label);
      }
    }
    return g;
  };
}

/** So many panels side by side that the rows are about equally full. */
function columns(n, width) {
  const most = width < 500 ? 2 : width < 900 ? 3 : 4;
  return Math.max(1, Math.ceil(n / Math.ceil(n / most)));
}

function multiples(view, o) {
  const { width, height, theme, size, narrow } = o;
  const n = columns(view.lines.length, width);
  const rows = Math.ceil(view.lines.length / n);
  const spot = new Map(view.lines.map((l, i) => [l, { fx: i % n, fy: Math.floor(i / n) }]));
  const y = yOf(view, height / rows);
  const small = narrow ? size - 1 : size;
  const marginLeft = Math.ceil(Math.max(...y.ticks.map((t) => textWidth(tick(t, view.measure), small)))) + 14;
  const facet = { fx: 'fx', fy: 'fy' };
  const titles = view.lines.map((l) => ({ l, ...spot.get(l) }));
  const [first, last] = [view.years[0], view.years[view.years.length - 1]];
  const room = (width - marginLeft - 14) / n - 14;
  const pad = first === last ? 1 : (last - first) * 0.06;
  const bands = titles.flatMap((t) => view.years.filter((yr) => view.partial.has(yr)).map((yr) => ({ ...t, yr })));
  return render({
    marginLeft, marginRight: 14, marginTop: 30, marginBottom: size * 2.4,
    fx: { axis: null, domain: Array.from({ length: n }, (_, i) => i), padding: 0.08 },
    fy: { axis: null, domain: Array.from({ length: rows }, (_, i) => i), padding: 0.28 },
    x: { type: 'linear', domain: [first - pad, last + pad] },
    y: { type: y.type ?? 'linear', domain: y.domain },
    marks: [
      bands.length ? rect(bands, { ...facet, x1: (d) => Math.max(first - pad, d.yr - 0.5), x2: (d) => Math.min(last + pad, d.yr + 0.5), fill: theme.band }) : null,
      gridY(y.ticks, { stroke: theme.grid, strokeOpacity: 1 }),
      axisY(y.ticks, { ...AXIS(theme), fontSize: small, tickFormat: (t) => tick(t, view.measure) }),
      axisX(first === last ? [first] : [first, last], { color: theme.soft, label: null, tickSize: 4, tickPadding: 4, tickFormat: (y) => (narrow ? `\u2019${String(y).slice(2)}` : String(y)), fontSize: small }),
      ...lineMarks(view, o, geometry(view, (l) => spot.get(l)), facet),
      text(titles, { ...facet, text: (d) => fit(d.l.s.name, size + 1, room, 600), frameAnchor: 'top-left', dy: -14, lineAnchor: 'bottom', fontWeight: 600, fontSize: size + 1, fill: (d) => readable(colour(theme, d.l.slot), theme), className: 'titles' }),
    ].filter(Boolean),
  }, o);
}

/* Bars of one year */

/** Solid where the figure is verified and the slot's colour its own, light with an outline where not. */
const solid = (theme, slot, form) => (form === 'verified' ? (cored(theme, slot) ? 0.5 : 1) : 0.25);

function bars(view, o) {
  const { width, theme, size } = o;
  const data = view.lines.map((l) => ({ l, v: l.values[0], key: l.s.key, year: l.values[0].year, value: l.values[0].value }))
    .sort((a, b) => (a.value === null) - (b.value === null) || b.value - a.value);
  const has = data.filter((d) => d.value !== null);
  const label = (d) => `${d.v.point.atLeast ? 'at least ' : ''}${exact(d.value, view.measure)}${marksOf(d.v.point)}`;
  const marginLeft = Math.min(width * 0.36, Math.max(...data.map((d) => textWidth(d.l.s.name, size, 600))) + 16);
  const room = Math.max(...has.map((d) => textWidth(label(d), size))) + 14;
  const y = yOf(view, width * 0.8);
  return render({
    marginLeft, marginRight: room, marginTop: 26, marginBottom: 8,
    x: { domain: y.domain }, y: { type: 'band', domain: data.map((d) => d.key), padding: 0.25 },
    marks: [
      gridX(y.ticks, { stroke: theme.grid, strokeOpacity: 1 }),
      axisX(width < 500 ? y.ticks.filter((_, i) => i % 2 === 0) : y.ticks, { ...AXIS(theme), anchor: 'top', tickPadding: 4, tickFormat: (t) => tick(t, view.measure) }),
      axisY({ label: null, tickSize: 0, color: theme.ink, fontWeight: 600, fontSize: size, tickFormat: (k) => fit(view.db.byKey.get(k).name, size, marginLeft - 14, 600) }),
      barX(has, { x: 'value', y: 'key', fill: (d) => colour(theme, d.l.slot), fillOpacity: (d) => solid(theme, d.l.slot, d.v.form), stroke: (d) => colour(theme, d.l.slot), strokeWidth: 1.2, className: 'bar' }),
      text(has, { x: 'value', y: 'key', text: label, textAnchor: 'start', dx: 7, fill: theme.ink, fontSize: size, className: 'value' }),
      text(data.filter((d) => d.value === null), { x: 0, y: 'key', text: (d) => (d.v.point.reports === null ? d.v.point.why : NO_MEASURE[view.measure]).split('. ')[0], textAnchor: 'start', dx: 5, fill: theme.soft, fontStyle: 'italic', fontSize: size - 1, className: 'blank' }),
      ruleX([0], { stroke: theme.rule }),
    ],
  }, o);
}

/** The letters next to a value: " [c p]". Those of the year before have no place next to a single year. */
export const marksOf = (p, hide = 'bo') => {
  const letters = [...p.marks].filter((m) => !hide.includes(m) && m !== 'x' && m !== 'z');
  return letters.length ? ` [${letters.join(' ')}]` : '';
};

/* Stacked bars */

function stack(view, o) {
  const { width, height, theme, size, narrow } = o;
  const data = [];
  for (const [i, year] of view.years.entries()) {
    // Height of the grey bar alone: what of the printed total the chosen series do not fill. It carries no number.
    let rest = view.chart === 'share' ? 1 : view.db.byKey.get('esp-total')?.points[view.db.years.indexOf(year)].reports ?? null;
    for (const l of view.lines) {
      const v = l.values[i];
      if (v.value === null) continue;
      data.push({ l, v, key: l.s.key, year, value: v.value });
      if (rest !== null) rest -= v.value;
    }
    if (rest > 0 && view.lines.some((l) => l.values[i].point.reports !== null)) data.push({ key: 'rest', year, value: rest, rest: true });
  }
  const tops = view.years.map((y) => data.filter((d) => d.year === y).reduce((sum, d) => sum + d.value, 0));
  const domain = view.chart === 'share' ? [0, 1] : niceDomain(Math.max(...tops));
  const ticks = ticksTo(domain[1], Math.max(3, Math.round(height / 85)));
  const fill = (d) => (d.rest ? theme.rest : colour(theme, d.l.slot));
  const marginLeft = Math.ceil(Math.max(...ticks.map((t) => textWidth(tick(t, view.measure), size)))) + 16;
  const inside = narrow ? [] : data.filter((d) => !d.rest && (d.value / domain[1]) * (height - 90) > size + 5);
  const words = (d) => (view.chart === 'share' ? exact(d.value, 'share') : short(Number(d.value.toPrecision(3))));
  const order = [...view.lines.map((l) => l.s.key), 'rest']; // from the bottom
  const stacked = (options) => stackY({ order }, { x: 'year', y: 'value', z: 'key', ...options });
  return render({
    marginLeft, marginRight: 14, marginTop: 36, marginBottom: size * (view.years.some((y) => view.partial.has(y)) ? 3.8 : 2.4),
    x: { type: 'band', domain: view.years, padding: 0.22 }, y: { domain },
    marks: [
      gridY(ticks, { stroke: theme.grid, strokeOpacity: 1 }),
      axisY(ticks, { ...AXIS(theme), tickFormat: (t) => tick(t, view.measure) }),
      axisX({ color: theme.soft, label: null, tickSize: 0, tickPadding: 7, tickFormat: String }),
      text(view.years.filter((y) => view.partial.has(y)), { x: (y) => y, text: () => 'partial', frameAnchor: 'bottom', dy: size * 2.9, fill: theme.soft, fontSize: size - 1 }),
      barY(data, stacked({ fill, fillOpacity: (d) => (d.rest ? 1 : solid(theme, d.l.slot, d.v.form) < 1 ? 0.45 : 1), stroke: (d) => (d.rest ? theme.ground : colour(theme, d.l.slot)), strokeWidth: 1, insetTop: 0.5, insetBottom: 0.5, className: 'bar' })),
      inside.length ? text(data, stacked({ text: (d) => (inside.includes(d) ? words(d) : ''), fontSize: size - 1.5, fontWeight: 600, fill: (d) => (d.rest || solid(theme, d.l.slot, d.v.form) < 1 ? theme.ink : onFill(colour(theme, d.l.slot))), className: 'value' })) : null,
      badges(view, o),
    ].filter(Boolean),
  }, o);
}

const onFill = (c) => (luminance(rgb(c)) > 0.3 ? '#000000' : '#ffffff');

/* Slope between two years */

function slope(view, o) {
  const { width, height, theme, size, narrow } = o;
  const [from, to] = view.years;
  const y = yOf(view, height);
  const data = geometry(view);
  const side = Math.min(width * 0.36, 330);
  return render({
    marginLeft: narrow ? 78 : Math.min(side, 170), marginRight: side, marginTop: 40, marginBottom: 16,
    x: { type: 'linear', domain: [from, to], axis: null }, y: { type: y.type ?? 'linear', domain: y.domain, axis: null },
    marks: [
      ruleX([from, to], { stroke: theme.grid }),
      text([from, to], { x: (d) => d, text: String, frameAnchor: 'top', dy: -22, fontWeight: 700, fontSize: size + 1, fill: theme.ink }),
      ...lineMarks(view, o, data),
      slopeLabels(view, o, side),
    ],
  }, o);
}

/** At the left the value, at the right name, value and change, or that there is none. */
function slopeLabels(view, { theme, size, width, height, narrow }, side) {
  const two = narrow || side < 320; // rows: the name, and the value with the change
  return (index, scales, values, { marginTop, marginLeft, marginRight, marginBottom }) => {
    const g = svg('g', { class: 'labels' });
    for (const [at, year] of view.years.entries()) {
      const ends = view.lines.filter((l) => l.values[at].value !== null && !(view.scale === 'log' && l.values[at].value <= 0))
        .map((l) => ({ l, v: l.values[at], y: scales.y(l.values[at].value) })).map((e) => ({ ...e, from: e.y }));
      settle(ends, at && two ? 2 * size + 4 : size + 4, marginTop, height - marginBottom);
      for (const e of ends) {
        const fill = readable(colour(theme, e.l.slot), theme);
        const x = at ? width - marginRight + 12 : marginLeft - 12;
        const value = exact(e.v.value, view.measure);
        if (Math.abs(e.y - e.from) > 3) g.append(svg('path', { d: `M${scales.x(year) + (at ? 5 : -5)},${e.from}L${x + (at ? -3 : 3)},${e.y}`, stroke: theme.rule, 'stroke-width': 0.8, fill: 'none' }));
        if (!at) { g.append(svgText(value, x, e.y + size * 0.36, { size, fill, anchor: 'end' })); continue; }
        const b = between(view.db, e.l.s, ...view.years, view.measure);
        const change = briefChange(b, view.measure, e.l.s) || (b.verdict === 'no' ? 'not comparable' : `none in ${view.years[0]}`);
        // A number that is cut reads as another: where both do not fit, the change alone is written.
        const brief = `${tick(Number(e.v.value.toPrecision(3)), view.measure)}, ${change}`;
        const rows = two ? [fit(e.l.s.name, size, side - 14, 600), textWidth(brief, size - 1.5) <= side - 12 ? brief : change] : [`${fit(e.l.s.name, size + 1, side - textWidth(`  ${value} (${change})`, size, 600) - 14, 600)}  ${value} (${change})`];
        rows.forEach((row, i) => {
          const label = svgText(i ? row : clip(row, size, side - 12, 600), x, e.y + size * 0.36 + (i - (rows.length - 1) / 2) * (size + 1), { size: i ? size - 1.5 : size, fill, weight: i ? 400 : 600 });
          label.setAttribute('data-label', e.l.s.key);
          g.append(label);
        });
      }
    }
    return g;
  };
}

/* Movers */

/** The ten largest falls and rises of a view, by number or by percentage. */
function biggest(view) {
  const n = 10;
  const by = (view.order ?? '').startsWith('percent') ? (m) => m.b.percent : (m) => m.b.reports;
  const rows = [...view.movers.moved].filter((m) => by(m) !== null).sort((a, b) => by(a) - by(b));
  const falls = rows.filter((m) => by(m) < 0).slice(0, n);
  const rises = rows.filter((m) => by(m) > 0).slice(-n).reverse();
  return [...rises, ...falls.reverse()].map((m) => ({ ...m, value: by(m) }));
}

function movers(view, o) {
  const { width, theme, size } = o;
  const data = biggest(view).map((m) => ({ ...m, key: m.s.key, year: view.pair[1] }));
  const percent = (view.order ?? '').startsWith('percent');
  const label = (d) => (o.narrow ? (percent ? percentWords(d.b, d.s) : signedCount(d.b.reports)) : percent ? `${percentWords(d.b, d.s)} (${signedCount(d.b.reports)})` : changeWords(d.b, 'reports', d.s));
  const marginLeft = Math.min(width * 0.34, Math.max(...data.map((d) => textWidth(d.s.name, size, 600))) + 16);
  const room = Math.max(...data.map((d) => textWidth(label(d), size))) + 10;
  const [lo, hi] = [Math.min(0, ...data.map((d) => d.value)), Math.max(0, ...data.map((d) => d.value))];
  const plotWidth = width - marginLeft - 10;
  const left = lo < 0 ? room : 0;
  const right = hi > 0 ? room : 10;
  const span = Math.max(40, plotWidth - left - right);
  const scale = (hi - lo) / span;
  return render({
    marginLeft, marginRight: 10, marginTop: 12, marginBottom: 10,
    x: { domain: [lo - left * scale, hi + right * scale], axis: null }, y: { type: 'band', domain: data.map((d) => d.key), padding: 0.22 },
    marks: [
      axisY({ label: null, tickSize: 0, color: theme.ink, fontWeight: 600, fontSize: size, tickFormat: (k) => fit(view.db.byKey.get(k).name, size, marginLeft - 14, 600) }),
      barX(data, { x: 'value', y: 'key', fill: (d) => (d.value < 0 ? theme.lines[1] : theme.lines[0]), className: 'bar' }),
      text(data.filter((d) => d.value >= 0), { x: 'value', y: 'key', text: label, textAnchor: 'start', dx: 6, fill: theme.ink, fontSize: size, className: 'value' }),
      text(data.filter((d) => d.value < 0), { x: 'value', y: 'key', text: label, textAnchor: 'end', dx: -6, fill: theme.ink, fontSize: size, className: 'value' }),
      ruleX([0], { stroke: theme.rule }),
    ],
  }, o);
}

/* Helpers */

/** Moves labels apart, keeping their order and staying inside. */
function settle(items, gap, top, bottom) {
  items.sort((a, b) => a.y - b.y);
  for (let i = 1; i < items.length; i++) items[i].y = Math.max(items[i].y, items[i - 1].y + gap);
  for (let i = items.length - 1; i >= 0; i--) items[i].y = Math.min(items[i].y, i === items.length - 1 ? bottom : items[i + 1].y - gap);
  for (let i = 0; i < items.length; i++) items[i].y = Math.max(items[i].y, i ? items[i - 1].y + gap : top - 6);
}

const rgb = (s) => [1, 3, 5].map((i) => parseInt(s.slice(i, i + 2), 16));
const luminance = (v) => v.map((n) => n / 255).map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4)).reduce((s, n, i) => s + n * [0.2126, 0.7152, 0.0722][i], 0);

/** The colour, mixed with ink until text in it has a contrast of 4.5:1. */
export function readable(c, theme) {
  const ground = luminance(rgb(theme.ground));
  const ink = rgb(theme.ink);
  for (let mix = 0; mix <= 1; mix += 0.1) {
    const v = rgb(c).map((n, i) => Math.round(n + (ink[i] - n) * mix));
    const [a, b] = [luminance(v), ground].sort((p, q) => q - p);
    if ((a + 0.05) / (b + 0.05) >= 4.6) return '#' + v.map((n) => n.toString(16).padStart(2, '0')).join('');
  }
  return theme.ink;
}

/** The mark of a form for the key: a point, or a piece of a bar. */
export function marker(form, view, x, y, stroke, theme) {
  if (BARS.includes(view.chart)) return svg('rect', { x: x - 6, y: y - 6, width: 12, height: 12, fill: stroke, 'fill-opacity': form === 'verified' ? 1 : 0.25, stroke });
  const circle = 'M-4,0A4,4 0 1 1 4,0A4,4 0 1 1 -4,0Z';
  const d = { verified: circle, checked: circle, combined: 'M-4,-4H4V4H-4Z', published: 'M0,-5L4.5,4H-4.5Z', secondary: 'M0,-5.5L4,0L0,5.5L-4,0Z' }[form];
  return svg('path', { d, transform: `translate(${x},${y})`, fill: form === 'verified' ? stroke : theme.ground, stroke: form === 'verified' ? theme.ground : stroke, 'stroke-width': form === 'verified' ? 1 : 1.8 });
}
