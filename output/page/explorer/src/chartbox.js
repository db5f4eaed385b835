// The chart on the page: draws the view, and answers the pointer, the finger
// and the keys.

import { between, blankShort, figuresOf } from './data.js';
import { BARS, DASHES, colour, cored, draw, heightOf, marker } from './charts.js';
import { FORMS, NO_MEASURE, VERDICTS, changeWords, concerns, exact, headline, notesAt, rule, spoken } from './view.js';
import { capital, count, h, list, named, plain, plural, svg } from './text.js';

const $ = (id) => document.getElementById(id);

/** {show, leave, swatch} of the chart. ctx: {db, view(), theme(), open(series, year), announce(words)}. */
export function makeChartBox(ctx) {
  const { db } = ctx;
  const chart = $('chart');
  let drawn = null; // {spots: {line, v, x, y} of every point or bar, marks: {note, x, y}}, found when first asked for
  let focus = null;

  function show() {
    const view = ctx.view();
    const box = $('drawing');
    const room = box.clientWidth;
    const width = Math.max(280, room);
    const node = draw(view, { width, height: heightOf(view, width), theme: ctx.theme(), size: width < 500 ? 11.5 : 13 });
    node.setAttribute('aria-hidden', 'true');
    box.replaceChildren(node);
    box.dataset.width = room;
    focus = null;
    drawn = null;
    leave();
    const who = view.chart === 'movers' ? '' : `${plain(list(view.lines.map((l) => named(l.s))))}. `;
    chart.setAttribute('aria-label', `Chart. ${plain(headline(view).title)}. ${who}${view.notes.length ? plural(view.notes.length, 'note', 'notes') + ' on years that do not compare, explained below.' : ''}`);
  }

  /** Finds where each value was drawn. */
  function places() {
    if (drawn) return drawn;
    const view = ctx.view();
    const box = $('drawing').getBoundingClientRect();
    const centre = (el) => { const r = el.getBoundingClientRect(); return { x: r.x + r.width / 2 - box.x, y: r.y + r.height / 2 - box.y, top: r.y - box.y, w: r.width }; };
    const lineOf = new Map((view.chart === 'movers' ? view.movers.moved : view.lines).map((l) => [l.s.key, l]));
    const spots = [...$('drawing').querySelectorAll('[data-key]')].map((el) => {
      const line = lineOf.get(el.dataset.key);
      const year = Number(el.dataset.year);
      return line && { line, year, v: line.values?.find((v) => v.year === year), ...centre(el) };
    }).filter(Boolean);
    const marks = [...$('drawing').querySelectorAll('[data-note]')].map((el) => ({ note: view.notes[el.dataset.note - 1], ...centre(el) }));
    return (drawn = { spots, marks });
  }

  const t = () => ctx.theme();

  function swatch(line) {
    const c = colour(t(), line.slot);
    const node = svg('svg', { class: 'swatch', width: 18, height: 12, viewBox: '0 0 18 12', 'aria-hidden': 'true' }, svg('path', { d: 'M0,6H18', stroke: c, 'stroke-width': cored(t(), line.slot) ? 5 : 4 }));
    if (cored(t(), line.slot)) node.append(svg('path', { d: 'M0,6H18', stroke: t().ground, 'stroke-width': 1.8 }));
    return node;
  }

  function tipFor(spot) {
    const view = ctx.view();
    if (view.chart === 'movers') return moverTip(view, spot.line);
    const { line, v } = spot;
    const p = v.point;
    const edition = db.editionOf.get(v.year);
    const rows = view.lines.map((l) => ({ l, q: l.values.find((x) => x.year === v.year) }))
      .sort((a, b) => (a.q.value === null) - (b.q.value === null) || (view.measure === 'rank' ? a.q.value - b.q.value : b.q.value - a.q.value));
    const before = view.years[view.years.indexOf(v.year) - 1];
    const more = [];
    if (p.reports === null) more.push([p.why]);
    else {
      if (view.measure !== 'reports') more.push([`${count(p.reports)} reports`]);
      const adds = line.s.type === 'platform' ? figuresOf(db, line.s, p) : [];
      if (adds.length > 1) more.push([`Adds ${adds.length} rows: `, ...list(adds.map((f) => ['\u201c', named(f.printed), `\u201d ${count(f.reports)}`]))]);
      if (before) {
        const b = between(db, line.s, before, v.year, view.measure === 'index' ? 'reports' : view.measure);
        if (changeWords(b, view.measure === 'index' ? 'reports' : view.measure, line.s)) more.push([`${changeWords(b, view.measure === 'index' ? 'reports' : view.measure, line.s)} since ${before}`]);
        else if (b.verdict === 'no') more.push([`Not comparable with ${before}`]);
      }
      if (v.form !== 'verified') more.push([capital(FORMS[v.form])]);
      if (p.marks.includes('r')) more.push(['Revised: an earlier version printed another number']);
    }
    const notes = before ? notesAt(view, line, before, v.year) : [];
    for (const { note, item } of notes.slice(0, 2)) more.push([`${note.n}  ${note.label}: ${item.reason.text} `, ...rule(item)]);
    if (notes.length > 2) more.push(['More in the notes below.']);
    return h('div', {},
      h('p', { class: 'year' }, String(v.year), h('span', {}, edition ? (edition.partial ? 'third party, partial' : edition.status) : 'no table')),
      h('ul', {}, rows.map(({ l, q }) => h('li', { class: l === line ? 'on' : null }, swatch(l), named(l.s),
        q.value === null ? h('span', { class: 'none' }, q.point.reports === null ? blankShort(db, q.point) : NO_MEASURE[view.measure]) : h('b', {}, exact(q.value, view.measure))))),
      h('div', { class: 'more' }, h('p', {}, h('strong', {}, named(line.s))), more.map((m) => h('p', {}, m))));
  }

  function moverTip(view, { s, b }) {
    const at = (y) => count(s.points[db.years.indexOf(y)].reports);
    return h('div', {}, h('p', { class: 'year' }, named(s)), h('ul', {}, view.pair.map((y) => h('li', {}, h('bdi', {}, String(y)), h('b', {}, at(y))))),
      h('div', { class: 'more' }, h('p', {}, `${changeWords(b, 'reports', s)}. ${capital(VERDICTS[b.verdict])}.`), b.reasons.slice(0, 2).map((r) => h('p', {}, r.text))));
  }

  function noteTip({ note }) {
    const view = ctx.view();
    return h('div', {}, h('p', { class: 'year' }, note.label), h('div', { class: 'more' },
      note.items.slice(0, 3).map((it) => h('p', {}, h('strong', {}, concerns(view, it), '. '), it.reason.text, ' ', h('em', {}, rule(it)))), h('p', { class: 'soft' }, `Sources in note ${note.n} below.`)));
  }

  function place(at, content) {
    const tip = $('tip');
    tip.replaceChildren(content);
    tip.hidden = false;
    const box = chart.getBoundingClientRect();
    const [w, ht] = [tip.offsetWidth, tip.offsetHeight];
    const left = at.x + 18 + w < box.width ? at.x + 18 : at.x - 18 - w > 0 ? at.x - 18 - w : Math.max(0, (box.width - w) / 2);
    const under = at.x + 18 + w >= box.width && at.x - 18 - w <= 0;
    tip.style.left = `${left}px`;
    tip.style.top = `${under ? Math.min(at.y + 24, box.height - 8) : Math.max(0, Math.min(at.y - ht / 2, box.height - ht))}px`;
  }

  function point(spot, at = spot) {
    focus = spot;
    $('drawing').querySelectorAll('.here').forEach((el) => el.classList.remove('here'));
    $('drawing').querySelector(`[data-key="${CSS.escape(spot.line.s.key)}"][data-year="${spot.year}"]`)?.classList.add('here');
    place({ x: spot.x, y: at.y }, tipFor(spot));
  }

  function leave() {
    $('tip').hidden = true;
    $('drawing').querySelectorAll('.here').forEach((el) => el.classList.remove('here'));
  }

  function near(event) {
    const box = $('drawing').getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    const { spots, marks } = places();
    const mark = marks.find((m) => Math.hypot(m.x - at.x, m.y - at.y) < 13);
    if (mark) return { mark, at };
    const bars = BARS.includes(ctx.view().chart);
    const far = (s) => (bars ? Math.abs(s.y - at.y) * 4 + Math.max(0, Math.abs(s.x - at.x) - s.w / 2) * 4 : Math.abs(s.x - at.x) * 4 + Math.abs(s.y - at.y));
    const spot = spots.reduce((best, s) => (best === null || far(s) < far(best) ? s : best), null);
    return spot && { spot, at };
  }

  function onPoint(event) {
    const hit = near(event);
    if (hit?.mark) place(hit.at, noteTip(hit.mark));
    else if (hit) point(hit.spot, hit.at);
  }

  const open = (spot) => ctx.open(spot.line.s, spot.year);

  chart.addEventListener('pointermove', onPoint);
  chart.addEventListener('pointerleave', (e) => { if (e.pointerType !== 'touch') leave(); });
  chart.addEventListener('click', (event) => {
    const hit = near(event);
    if (!hit?.spot || event.target.closest('a, button')) return;
    // The first tap of a finger shows the values, the second where they come from.
    const again = focus === hit.spot && !$('tip').hidden;
    if (event.pointerType === 'touch' && !again) return onPoint(event);
    open(hit.spot);
  });
  chart.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { leave(); focus = null; return; }
    if (event.key === 'Enter' || event.key === ' ') {
      if (focus) { event.preventDefault(); open(focus); }
      return;
    }
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-999, 0], End: [999, 0] };
    if (!moves[event.key]) return;
    event.preventDefault();
    move(ctx.view(), focus ? moves[event.key] : [0, 0]);
  });
  chart.addEventListener('blur', leave);

  /** Moves the focus by years and series, also over years without a value. */
  function move(view, [dx, dy]) {
    const { spots } = places();
    const lines = view.chart === 'movers' ? spots.map((s) => s.line) : view.lines;
    if (!lines.length) return;
    const years = view.chart === 'movers' ? [view.pair[1]] : view.years;
    const within = (i, n) => Math.max(0, Math.min(n - 1, i));
    const line = lines[within((focus ? lines.indexOf(focus.line) : 0) + dy, lines.length)];
    const year = years[within((focus ? years.indexOf(focus.year) : 0) + dx, years.length)];
    const v = line.values?.find((x) => x.year === year);
    const near = spots.find((s) => s.line === line && s.year === year) ?? spots.find((s) => s.year === year) ?? { x: 20, y: 40 };
    point({ ...near, line, year, v });
    ctx.announce(view.chart === 'movers' ? `${line.s.name}: ${changeWords(line.b, 'reports', line.s)}, ${VERDICTS[line.b.verdict]}` : spoken(db, view, line, v));
  }

  return { show, leave, swatch };
}

/** One entry of the key: the mark of a form and what it means. */
export function formKey(form, view, theme) {
  const line = BARS.includes(view.chart) ? [] : [svg('path', { d: 'M0,7H30', stroke: theme.soft, 'stroke-width': 2, 'stroke-dasharray': DASHES[form], 'stroke-linecap': form === 'combined' ? 'round' : 'butt' })];
  return h('span', {}, svg('svg', { width: 30, height: 14, viewBox: '0 0 30 14', 'aria-hidden': 'true' }, line, marker(form, view, 15, 7, theme.soft, theme)), FORMS[form]);
}
