// Draws lines over years as SVG with d3: the same drawing for the page and for
// the picture that is downloaded, so all looks are attributes and no style
// sheet is needed. Nothing here listens to events.

import { axisBottom, axisLeft } from 'd3-axis';
import { scaleLinear, scaleLog } from 'd3-scale';
import { select } from 'd3-selection';
import { line as lineOf, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from 'd3-shape';
import { joined, tick } from './model.js';
import { isolate } from './text.js';

// Okabe and Ito's colours, made darker or lighter until each has a contrast
// of at least 3:1 with the ground it stands on, as WCAG asks of graphics.
export const THEMES = {
  light: {
    ground: '#ffffff', ink: '#1b1f24', soft: '#57606a', grid: '#e2e5e9', band: '#f1f3f5', rule: '#6b7480',
    lines: ['#0072b2', '#cb4b00', '#007f5f', '#b8479a', '#24292e', '#a67c00', '#4a94d6', '#7d2a1a'],
  },
  dark: {
    ground: '#14181d', ink: '#eef1f4', soft: '#aab4be', grid: '#2b323a', band: '#1c2229', rule: '#8d97a2',
    lines: ['#4aa3ea', '#f5793a', '#12b886', '#e58ac8', '#f5f5f5', '#f0dc3c', '#9fd3ff', '#b8756a'],
  },
};

export const FONT = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif';

const SHAPES = { verified: symbolCircle, combined: symbolSquare, published: symbolTriangle, secondary: symbolDiamond };
const DASHES = { verified: null, combined: '1.5 4.5', published: '9 3 2 3', secondary: '6 4' };

export const colour = (theme, slot) => theme.lines[slot % theme.lines.length];
/** Past the eighth line colours come again, with a light core in the stroke. */
export const cored = (theme, slot) => slot >= theme.lines.length;

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

/** A name in the width: without what stands in brackets behind it, else cut. */
function fit(s, size, width, weight) {
  if (textWidth(s, size, weight) <= width) return s;
  return clip(s.replace(/\s*\([^()]*\)$/, '') || s, size, width, weight);
}

/** The mark of a point. Verified is filled; every other form is hollow. */
export function marker(g, form, x, y, size, stroke, theme) {
  return g.append('path')
    .attr('d', symbol(SHAPES[form], size)())
    .attr('transform', `translate(${x},${y})`)
    .attr('fill', form === 'verified' ? stroke : theme.ground)
    .attr('stroke', form === 'verified' ? theme.ground : stroke)
    .attr('stroke-width', form === 'verified' ? 1 : 1.8);
}

/**
 * Draws the view into the g element and returns where things stand:
 * {points: [{line, v, x, y}], breaks: [{note, line, x, y}], xOf, plot}. A narrow
 * drawing has one mark a note, above the plot, with whole set: marks on every
 * line would cover the lines.
 */
export function draw(node, view, { width, height, theme, size = 12, labels = width >= 600 }) {
  const g = select(node);
  const lines = view.lines.filter((l) => l.values.some((v) => v.value !== null));
  const values = lines.flatMap((l) => l.values.map((v) => v.value)).filter((v) => v !== null);
  const log = view.scale === 'log';
  if (!values.length) return nothing(g, view, width, height, theme, size);
  const lowest = values.filter((v) => v > 0).reduce((a, b) => Math.min(a, b), Infinity);
  const highest = values.reduce((a, b) => Math.max(a, b), 0);

  const narrow = width < 500;
  const top = 34;
  const partial = view.years.filter((yr) => view.partial?.has(yr));
  // The words below partial years; in two rows where one is wider than a year or two.
  const bands = runs(partial);
  const rows = bands.length && narrow ? ['third party,', 'partial'] : ['third party, partial'];
  const bottom = height - size * (partial.length ? 2.2 + 1.2 * rows.length : 2.2);
  const y = scaleOf(view, log, lowest, highest, bottom, top);
  const ticks = ticksOf(y, view, log, lowest, highest, height);
  const left = Math.ceil(Math.max(...ticks.map((t) => textWidth(tick(t, view.measure), size)), 8)) + 10;
  const labelWidth = labels ? Math.min(190, width * 0.24, Math.max(40, ...lines.map((l) => textWidth(l.s.name, size + 1, 600))) + 6) : 0;
  const right = width - (labels ? labelWidth + 26 : 18);
  const inset = Math.min(28, (right - left) / (view.years.length + 1) / 2);
  const first = view.years[0];
  const last = view.years[view.years.length - 1];
  const x = scaleLinear().domain(first === last ? [first - 1, last + 1] : [first, last]).range([left + inset, right - inset]);
  const step = first === last ? right - left : x(first + 1) - x(first);

  // Years that are partial: a band behind, named below the axis.
  for (const run of bands) {
    const x0 = Math.max(left, x(run[0]) - step / 2);
    const x1 = Math.min(right, x(run[run.length - 1]) + step / 2);
    g.append('rect').attr('x', x0).attr('y', top - 8).attr('width', x1 - x0).attr('height', bottom - top + 8).attr('fill', theme.band);
    const half = Math.max(...rows.map((w) => textWidth(w, size - 1))) / 2;
    const middle = Math.max(half, Math.min(width - half - 1, (x0 + x1) / 2));
    rows.forEach((w, i) => text(g, w, middle, height - size * (0.4 + 1.15 * (rows.length - 1 - i)), { size: size - 1, fill: theme.soft, anchor: 'middle' }));
  }

  // Axes.
  const axisY = g.append('g').attr('transform', `translate(${left},0)`).call(axisLeft(y).tickValues(ticks).tickSize(-(right - left)).tickFormat((t) => tick(t, view.measure)).tickPadding(8));
  axisY.select('.domain').remove();
  axisY.selectAll('line').attr('stroke', theme.grid).attr('stroke-width', 1);
  const every = Math.max(1, Math.ceil((textWidth('2019', size) + 10) / step));
  const shown = view.years.filter((yr, i) => (view.years.length - 1 - i) % every === 0);
  const axisX = g.append('g').attr('transform', `translate(0,${bottom})`).call(axisBottom(x).tickValues(shown).tickSize(5).tickPadding(5).tickFormat((t) => String(t)));
  axisX.select('.domain').attr('d', `M${left},0H${right}`).attr('stroke', theme.rule);
  axisX.selectAll('line').attr('stroke', theme.rule);
  for (const axis of [axisX, axisY]) {
    axis.attr('font-size', size).attr('font-family', FONT);
    axis.selectAll('text').attr('fill', theme.soft);
  }

  const found = { points: [], breaks: [], xOf: x, step, plot: { left, right, top, bottom } };
  const badges = [];

  // Breaks that concern everyone: one rule across the plot.
  const place = (note) => (note.from === note.to || note.year === first ? x(note.year) : x(note.year - 0.5));
  for (const note of view.notes) {
    const at = place(note);
    if (!note.items.some((i) => i.break.who === 'all')) {
      if (narrow) badges.push({ note, whole: true, x: at, y: top - 16, fixed: true });
      continue;
    }
    g.append('path').attr('d', `M${at},${top - 6}V${bottom}`).attr('stroke', theme.rule).attr('stroke-width', 1).attr('stroke-dasharray', '2 3');
    badges.push({ note, whole: narrow, x: at, y: top - 16, fixed: true });
  }

  // Lines, the last chosen lowest.
  for (const l of [...lines].reverse()) {
    const stroke = colour(theme, l.slot);
    const group = g.append('g').attr('data-line', l.slot);
    const at = l.values.map((v) => (v.value === null || (log && v.value <= 0) ? null : { x: x(v.year), y: y(v.value), v }));
    for (const part of parts(at)) {
      const joint = group.append('g').attr('data-form', part.form);
      const d = lineOf((p) => p.x, (p) => p.y)(part.points);
      const path = (w, c) => joint.append('path').attr('d', d).attr('fill', 'none').attr('stroke', c).attr('stroke-width', w).attr('stroke-linejoin', 'round')
        .attr('stroke-linecap', part.form === 'combined' ? 'round' : 'butt').attr('stroke-dasharray', DASHES[part.form]);
      path(cored(theme, l.slot) ? 4.5 : 2.4, stroke);
      if (cored(theme, l.slot)) path(1.6, theme.ground);
    }
    at.forEach((p, i) => {
      if (!p) return;
      found.points.push({ line: l, v: p.v, x: p.x, y: p.y });
      const before = at[i - 1];
      if (before && !joined(before.v.point, p.v.point)) gapMark(group, (before.x + p.x) / 2, (before.y + p.y) / 2, stroke, theme);
      for (const note of narrow ? [] : view.notes) {
        // A note over several years is marked once, at its first step in view.
        if (note.to - note.from > 1 && p.v.year !== note.year) continue;
        if (!note.items.some((it) => it.break.who !== 'all' && it.lines.has(l) && it.bs.some((b) => p.v.point.breaks.includes(b)))) continue;
        const between = before && note.from !== note.to;
        badges.push({ note, line: l, x: between ? (before.x + p.x) / 2 : p.x, y: (between ? (before.y + p.y) / 2 : p.y) - 17 });
      }
    });
  }
  for (const p of found.points) marker(g, p.v.form, p.x, p.y, p.v.form === 'verified' ? 46 : 52, colour(theme, p.line.slot), theme).attr('data-point', `${p.line.s.id} ${p.v.year}`);

  // Numbered marks lead to the notes below the chart.
  for (const b of spread(badges, top, bottom, width)) {
    const badge = g.append('g').attr('data-note', b.note.n).attr('transform', `translate(${b.x},${b.y})`);
    badge.append('circle').attr('r', 8).attr('fill', theme.ground).attr('stroke', theme.rule).attr('stroke-width', 1.2);
    text(badge, String(b.note.n), 0, 3.6, { size: 10.5, fill: theme.ink, anchor: 'middle', weight: 700 });
    found.breaks.push(b);
  }

  if (labels) {
    const ends = lines.map((l) => {
      const p = found.points.filter((q) => q.line === l).at(-1);
      return p ? { l, y: p.y, x: p.x, from: p.y } : null;
    }).filter(Boolean);
    const gap = size + 5;
    settle(ends, gap, top, bottom);
    for (const e of ends) {
      const x0 = right + 14;
      if (Math.abs(e.y - e.from) > 3 || e.x < right - inset - 1) {
        g.append('path').attr('d', `M${e.x + 7},${e.from}L${right - 2},${e.from}L${x0 - 4},${e.y}`).attr('fill', 'none').attr('stroke', theme.rule).attr('stroke-width', 0.8).attr('stroke-dasharray', e.x < right - inset - 1 ? '1 2' : null);
      }
      text(g, isolate(fit(e.l.s.name, size + 1, labelWidth, 600)), x0, e.y + size * 0.36, { size: size + 1, fill: readable(colour(theme, e.l.slot), theme), weight: 600 });
    }
  }
  return found;
}

/** Without a value there is nothing an axis could measure: words alone. */
function nothing(g, view, width, height, theme, size) {
  text(g, view.lines.length ? 'No value to show' : 'Nothing is chosen', width / 2, height / 2, { size: size + 2, fill: theme.soft, anchor: 'middle' });
  const step = width / Math.max(1, view.years.length);
  return { points: [], breaks: [], xOf: (year) => (view.years.indexOf(year) + 0.5) * step, step, plot: { left: 0, right: width, top: 20, bottom: height - 20 } };
}

function scaleOf(view, log, lowest, highest, bottom, top) {
  if (view.measure === 'rank') return scaleLinear().domain([Math.max(highest, 5), 1]).range([bottom - 8, top]);
  if (log && highest > 0) {
    const lo = 10 ** Math.floor(Math.log10(lowest));
    const hi = 10 ** Math.ceil(Math.log10(highest));
    return scaleLog().domain([lo, hi === lo ? hi * 10 : hi]).range([bottom, top]);
  }
  return scaleLinear().domain([0, highest || 1]).nice(5).range([bottom, top]);
}

function ticksOf(y, view, log, lowest, highest, height) {
  const n = Math.max(3, Math.round(height / 75));
  if (view.measure === 'rank') {
    const all = y.ticks(n).filter((t) => Number.isInteger(t) && t > 1);
    return [1, ...all];
  }
  if (log && highest > 0) {
    const [lo, hi] = y.domain();
    const out = [];
    for (let t = lo; t <= hi * 1.0001; t *= 10) out.push(Number(t.toPrecision(6)));
    return out;
  }
  return y.ticks(n);
}

/** Runs of points that may be joined, cut into stretches of one look. */
function parts(at) {
  const out = [];
  for (let i = 1; i < at.length; i++) {
    const [a, b] = [at[i - 1], at[i]];
    if (!a || !b || !joined(a.v.point, b.v.point)) continue;
    const form = weakest(a.v.form, b.v.form);
    const open = out[out.length - 1];
    if (open && open.form === form && open.points[open.points.length - 1] === a) open.points.push(b);
    else out.push({ form, points: [a, b] });
  }
  return out;
}

const ORDER = ['verified', 'combined', 'published', 'secondary'];
const weakest = (a, b) => ORDER[Math.max(ORDER.indexOf(a), ORDER.indexOf(b))];

/** Two strokes across the gap of a broken line. */
function gapMark(g, x, y, stroke, theme) {
  const mark = g.append('g').attr('data-gap', '');
  for (const dx of [-3, 3]) {
    mark.append('path').attr('d', `M${x + dx - 3},${y + 6}L${x + dx + 3},${y - 6}`).attr('stroke', stroke).attr('stroke-width', 2).attr('stroke-linecap', 'round');
  }
}

function text(g, s, x, y, { size, fill, anchor = 'start', weight = 400 }) {
  return g.append('text').attr('x', x).attr('y', y).attr('font-size', size).attr('font-family', FONT).attr('font-weight', weight).attr('text-anchor', anchor).attr('fill', fill).text(s);
}

function runs(years) {
  const out = [];
  for (const y of years) {
    const open = out[out.length - 1];
    if (open && open[open.length - 1] === y - 1) open.push(y);
    else out.push([y]);
  }
  return out;
}

/** Moves labels apart, keeping their order and staying inside. */
function settle(items, gap, top, bottom) {
  items.sort((a, b) => a.y - b.y);
  for (let i = 1; i < items.length; i++) items[i].y = Math.max(items[i].y, items[i - 1].y + gap);
  for (let i = items.length - 1; i >= 0; i--) {
    const below = i === items.length - 1 ? bottom : items[i + 1].y - gap;
    items[i].y = Math.min(items[i].y, below);
  }
  for (let i = 0; i < items.length; i++) items[i].y = Math.max(items[i].y, i ? items[i - 1].y + gap : top - 6);
}

/** Moves badges that would cover each other: those on rules sideways, others up or down. */
function spread(badges, top, bottom, width) {
  const done = [];
  for (const b of badges) {
    for (let i = 0; i < 24 && done.some((o) => Math.hypot(o.x - b.x, o.y - b.y) < 17); i++) {
      if (b.fixed && b.x + 27 < width && !b.back) b.x += 18;
      else if (b.fixed) { b.back = true; b.x -= 18; }
      else b.y += b.y - 18 > top ? -18 : 40;
    }
    b.y = Math.max(b.fixed ? 0 : 10, Math.min(bottom - 8, b.y));
    done.push(b);
  }
  return done;
}

/** The colour, mixed with ink until text in it has a contrast of 4.5:1. */
export function readable(c, theme) {
  const rgb = (s) => [1, 3, 5].map((i) => parseInt(s.slice(i, i + 2), 16));
  const lum = (v) => v.map((n) => n / 255).map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4)).reduce((s, n, i) => s + n * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = lum(rgb(theme.ground));
  const ink = rgb(theme.ink);
  for (let mix = 0; mix <= 1; mix += 0.1) {
    const v = rgb(c).map((n, i) => Math.round(n + (ink[i] - n) * mix));
    const [a, b] = [lum(v), ground].sort((p, q) => q - p);
    if ((a + 0.05) / (b + 0.05) >= 4.6) return '#' + v.map((n) => n.toString(16).padStart(2, '0')).join('');
  }
  return theme.ink;
}
