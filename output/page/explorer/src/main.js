// Wires state, chart, tables and downloads together. One function changes the
// state (set); it writes the address and draws what hangs on it.

import { decode, missingShort, platformName, rowName, seriesMap } from './data.js';
import { MOST, firstChoice, format, kindIn, largest, parse } from './state.js';
import { makeIndex, search } from './search.js';
import { CAVEATS, FORMS, NO_MEASURE, asOf, breakRule, breakSpan, concerns, exact, headline, holdings, makeView, membersChanged, notesAt, rowsOf, sources, spans, spoken } from './model.js';
import { THEMES, colour, cored, draw, marker } from './chart.js';
import { KIND_NAMES, documents, everything, keysOf, legend, selectionTable } from './table.js';
import { detail, source } from './detail.js';
import { csv, fileName, picture, png, save, svgText } from './download.js';
import { SVG, changed, count, h, isolate, list, name, plural } from './text.js';
import { select } from 'd3-selection';

const $ = (id) => document.getElementById(id);
const db = decode(JSON.parse($('data').textContent));
let st = parse(location.hash, db);
let view = null;
let hits = null; // where points and breaks stand in the drawing
let focus = null; // {line, v} under the pointer or the keys
let index = null; // of the type-ahead
const dark = matchMedia('(prefers-color-scheme: dark)');
let printing = false;
const theme = () => (dark.matches && !printing ? THEMES.dark : THEMES.light);

/** Changes the state, the address and what is drawn. say is announced. */
function set(patch, { say = true } = {}) {
  st = { ...st, ...patch, unknown: [] };
  const hash = format(st, db);
  try { history.replaceState(null, '', hash ? '#' + hash : location.pathname + location.search); } catch { location.hash = hash; }
  render(new Set(Object.keys(patch)));
  if (say) announce(saying());
}

function saying() {
  const passed = st.unknown.length ? `Not known here: ${st.unknown.join('; ')}. ` : '';
  const names = view.lines.map((l) => l.s.name);
  return `${passed}${headline(db, st, view).title}. ${names.length ? 'Showing ' + list(names) : 'Nothing chosen'}${view.scale === 'log' ? ', log scale' : ''}.`;
}

function announce(words) { $('live').textContent = words; }

/* The first time draws everything, afterwards only what the changed keys concern. */
function render(changed) {
  const only = (...keys) => changed && [...changed].every((k) => keys.includes(k));
  if (!only('q', 'page', 'listSort', 'list')) {
    view = makeView(db, st);
    view.partial = new Set(db.editions.filter((e) => e.partial).map((e) => e.y));
    focus = null;
    showUnknown();
    showControls();
    showHead();
    showChips();
    showChart();
    showNotes();
    showTable();
  }
  if (!only('sort', 'measure', 'scale', 'from', 'to', 'base')) showEverything();
}

function fillControls() {
  const years = (select) => select.append(...db.years.map((y) => h('option', { value: String(y) }, String(y))));
  years($('from')); years($('to')); years($('base'));
  for (const y of [...db.years].reverse()) if (db.editionOf.has(y)) $('top-year').append(h('option', { value: String(y) }, db.editionOf.get(y).partial ? `${y} (partial)` : String(y)));
  $('top-year').value = String(db.newest);
  $('always').append(h('p', {}, CAVEATS.map((c, i) => [h('span', { class: i === 0 ? 'first' : null }, c), ' '])));
  for (const k of db.kinds) {
    const n = db.platforms.filter((s) => (s.kind || 'other') === k).length;
    if (n) $('kinds').append(h('label', {}, h('input', { type: 'checkbox', value: k, onchange: () => set({ off: [...$('kinds').querySelectorAll('input:not(:checked)')].map((i) => i.value), page: 1 }) }), `${KIND_NAMES[k] || k} (${count(n)})`));
  }
  $('docs-box').append(documents(db));
  $('what').textContent = holdings(db) || $('what').textContent;
  $('more').open = innerWidth >= 1080;
  showFindings();
}

function showControls() {
  for (const key of ['view', 'measure', 'scale', 'list']) {
    for (const i of document.getElementsByName(key)) i.checked = i.value === st[key];
  }
  for (const i of document.getElementsByName('scale')) i.disabled = st.measure === 'rank';
  $('from').value = String(st.from);
  $('to').value = String(st.to);
  $('base-box').hidden = st.measure !== 'index';
  $('base').value = String(view.base);
  for (const i of $('kinds').querySelectorAll('input')) i.checked = !st.off.includes(i.value);
  $('kinds-state').textContent = st.off.length ? `(${plural(st.off.length, 'kind', 'kinds')} out)` : '';
  $('presets').replaceChildren(...presets().map((p) => h('li', {}, h('button', { type: 'button', title: p.title, onclick: () => set(p.patch) }, p.label))));
}

/** Ready-made choices: curated ones whose platforms are in the data, and the largest companies. */
function presets() {
  const out = db.presets.map((p) => ({
    label: p.label,
    title: `${p.question}: ${list(p.platforms.map((id) => db.platformOf.get(id).name))}`,
    patch: { ...keep(), view: 'platform', list: 'platform', ids: rankIds(p.platforms).slice(0, MOST) },
  }));
  const top = largest(db, 'company', db.newest, 5, st.off);
  if (top.length) out.push({ label: `Largest companies ${db.newest}`, title: list(top.map((id) => db.companyOf.get(id).name)), patch: { ...keep(), view: 'company', list: 'company', ids: top } });
  return out;
}

const keep = () => ({ off: [], sort: '', page: 1, base: 0 });

/** A preset's platforms, the largest of any year first. */
function rankIds(ids) {
  const most = (id) => Math.max(0, ...db.platformOf.get(id).points.map((p) => p.reports ?? 0));
  return [...ids].sort((a, b) => most(b) - most(a));
}

/** Says what the address asked for and is not here, until something is chosen. */
function showUnknown() {
  $('unknown').hidden = !st.unknown.length;
  $('unknown').replaceChildren(...(st.unknown.length ? [h('strong', {}, 'Not known here, so passed over: '), `${st.unknown.join('; ')}.`] : []));
}

function showHead() {
  const head = headline(db, st, view);
  $('title').textContent = head.title;
  document.title = head.title.replace(/[\u2066-\u2069]/g, '');
  $('unit').textContent = `${head.unit}${view.scale === 'log' ? ', logarithmic scale' : ''}`;
}

function swatch(line) {
  const svg = document.createElementNS(SVG, 'svg');
  const g = select(svg).attr('class', 'swatch').attr('width', 18).attr('height', 12).attr('viewBox', '0 0 18 12').attr('aria-hidden', 'true');
  const t = theme();
  g.append('path').attr('d', 'M0,6H18').attr('stroke', colour(t, line.slot)).attr('stroke-width', cored(t, line.slot) ? 5 : 3);
  if (cored(t, line.slot)) g.append('path').attr('d', 'M0,6H18').attr('stroke', t.ground).attr('stroke-width', 1.8);
  return svg;
}

const chosenIds = () => st.ids ?? firstChoice(db, st.view, st.off);

function showChips() {
  const drop = (s) => set({ ids: chosenIds().filter((id) => id !== s.id) });
  const chip = (s, line) => h('li', { class: line ? null : 'out' }, line ? swatch(line) : null, name(s.name),
    line ? null : h('span', { class: 'soft' }, ' (kind is out)'),
    h('button', { type: 'button', 'aria-label': `Remove ${s.name}`, onclick: () => { drop(s); ($('chips').querySelector('button') || $('search')).focus(); } }, '\u00d7'));
  const chips = view.lines.map((l) => chip(l.s, l)).concat(view.hidden.map((s) => chip(s, null)));
  if (chips.length > 1) chips.push(h('li', { class: 'clear' }, h('button', { type: 'button', onclick: () => { set({ ids: [] }); $('search').focus(); } }, 'Clear')));
  if (!chips.length) chips.push(h('li', { class: 'empty' }, 'Nothing is chosen. Search for a name or take one of the questions.'));
  $('chips').replaceChildren(...chips);
}

const MISSING_LISTS = { 'no-row': 'no row in the table, so nothing reported or counted in another row', 'not-covered': 'not listed in the partial source', 'no-edition': 'no table held', 'not-owned': 'owned no listed platform' };

/* Chart */

function showChart() {
  const box = $('drawing');
  const width = Math.max(280, box.clientWidth || 280);
  const height = view.lines.every((l) => l.values.every((v) => v.value === null)) ? 120 : Math.round(width < 500 ? 320 : Math.min(520, Math.max(360, width * 0.52)));
  const svg = document.createElementNS(SVG, 'svg');
  select(svg).attr('width', width).attr('height', height).attr('viewBox', `0 0 ${width} ${height}`).attr('aria-hidden', 'true');
  const g = document.createElementNS(SVG, 'g');
  svg.append(g);
  hits = draw(g, view, { width, height, theme: theme(), size: width < 500 ? 11.5 : 13 });
  hits.width = box.clientWidth;
  hits.over = document.createElementNS(SVG, 'g');
  svg.append(hits.over);
  box.replaceChildren(svg);
  $('tip').hidden = true;
  const names = list(view.lines.map((l) => l.s.name));
  $('chart').setAttribute('aria-label', `Line chart. ${headline(db, st, view).title}. ${names}. ${view.notes.length ? plural(view.notes.length, 'break', 'breaks') + ' marked, explained below.' : ''}`);
}

/** Shows a year's values, the focussed line first. */
function showTip(line, v, at) {
  focus = { line, v };
  const t = theme();
  const over = select(hits.over);
  over.selectAll('*').remove();
  const x = hits.xOf(v.year);
  over.append('path').attr('d', `M${x},${hits.plot.top - 8}V${hits.plot.bottom}`).attr('stroke', t.rule).attr('stroke-width', 1);
  for (const p of hits.points) if (p.v.year === v.year) marker(over, p.v.form, p.x, p.y, p.line === line ? 130 : 70, colour(t, p.line.slot), t);

  const edition = db.editionOf.get(v.year);
  const rows = view.lines.map((l) => ({ l, v: l.values.find((q) => q.year === v.year) }))
    .sort((a, b) => (a.v.value === null) - (b.v.value === null) || (view.measure === 'rank' ? a.v.value - b.v.value : b.v.value - a.v.value));
  const p = v.point;
  const more = [];
  if (p.reports !== null) {
    if (view.measure !== 'reports') more.push(`${count(p.reports)} reports`);
    if (p.figures.length > 1 && !p.members.length) more.push(`Adds ${p.figures.length} rows: ` + list(rowsOf(db, p).map(({ f }) => `\u201c${isolate(f.printed)}\u201d ${count(f.reports)}`)));
    if (p.members.length) more.push(`Members: ${list(p.members.map((m) => isolate(platformName(db, m))))}`);
    if (p.percent !== null) more.push(`${changed(p)} on ${v.year - 1}`);
    if (membersChanged(db, p)) more.push(`Members changed: ${membersChanged(db, p)}`);
    if (v.form !== 'verified') more.push(FORMS[v.form][0].toUpperCase() + FORMS[v.form].slice(1));
    if (p.flags.includes('r')) more.push('Revised: an earlier version printed another number');
  }
  const notes = notesAt(view, line, p);
  for (const { note, item } of notes.slice(0, 2)) more.push(`${note.n}  ${breakSpan(note)}: ${item.break.what} ${breakRule(item)}`);
  if (notes.length > 2) more.push(`More in the notes below (${[...new Set(notes.slice(2).map((n) => n.note.n))].join(', ')}).`);
  place(at, h('div', {},
    h('p', { class: 'year' }, String(v.year), h('span', {}, edition ? (edition.partial ? 'third party, partial' : edition.status) : 'no table held')),
    h('ul', {}, rows.map(({ l, v: q }) => h('li', { class: l === line ? 'on' : null }, swatch(l), name(l.s.name),
      q.value === null ? h('span', { class: 'none' }, q.point.reports === null ? missingShort(db, q.point) : NO_MEASURE[view.measure]) : h('b', {}, exact(q.value, view.measure))))),
    more.length ? h('div', { class: 'more' }, h('p', {}, h('strong', {}, name(line.s.name))), more.map((m) => h('p', { text: m }))) : null));
}

function showBreak(b, at) {
  select(hits.over).selectAll('*').remove();
  const items = b.note.items.filter((i) => b.whole || (b.line ? i.lines.has(b.line) && i.break.who !== 'all' : i.break.who === 'all'));
  place(at, h('div', {}, h('p', { class: 'year' }, `Break ${breakSpan(b.note)}`), h('div', { class: 'more' },
    h('p', {}, h('strong', {}, b.line ? name(b.line.s.name) : b.whole ? list([...new Set(items.flatMap((i) => (i.break.who === 'all' ? ['all reporters'] : [...i.lines].map((l) => isolate(l.s.name)))))]) : 'All reporters')),
    items.map((i) => h('p', {}, `${i.break.what} `, h('em', {}, breakRule(i)))), h('p', { class: 'soft' }, `Sources in note ${b.note.n} below.`))));
}

function place(at, content) {
  const tip = $('tip');
  tip.replaceChildren(content);
  tip.hidden = false;
  const box = $('chart').getBoundingClientRect();
  const w = tip.offsetWidth;
  const ht = tip.offsetHeight;
  const left = at.x + 18 + w < box.width ? at.x + 18 : at.x - 18 - w > 0 ? at.x - 18 - w : Math.max(0, (box.width - w) / 2);
  const under = at.x + 18 + w >= box.width && at.x - 18 - w <= 0;
  tip.style.left = `${left}px`;
  tip.style.top = `${under ? hits.plot.bottom + 26 : Math.max(0, Math.min(at.y - ht / 2, box.height - ht))}px`;
}

function leave() {
  $('tip').hidden = true;
  if (hits) select(hits.over).selectAll('*').remove();
}

function near(event) {
  const box = $('drawing').getBoundingClientRect();
  const x = event.clientX - box.left;
  const y = event.clientY - box.top;
  const from = (q) => Math.hypot(q.x - x, q.y - y);
  const b = hits.breaks.filter((q) => from(q) < 13).sort((q, r) => from(q) - from(r))[0];
  if (b) return { at: { x, y }, b };
  let best = null;
  let far = Infinity;
  for (const p of hits.points) {
    const d = Math.abs(p.x - x) * 4 + Math.abs(p.y - y);
    if (d < far) { far = d; best = p; }
  }
  return best && { at: { x, y }, p: best };
}

function onPoint(event) {
  const hit = hits && near(event);
  if (!hit) return;
  if (hit.b) showBreak(hit.b, hit.at);
  else showTip(hit.p.line, hit.p.v, { x: hit.p.x, y: hit.at.y });
}

const chart = $('chart');
chart.addEventListener('pointermove', onPoint);
chart.addEventListener('pointerleave', (e) => { if (e.pointerType !== 'touch') leave(); });
chart.addEventListener('click', (event) => {
  const hit = hits && near(event);
  if (!hit || hit.b || event.target.closest('a, button')) return;
  // The first tap of a finger shows the values, the second where they come from.
  const again = focus && focus.line === hit.p.line && focus.v === hit.p.v && !$('tip').hidden;
  if (event.pointerType === 'touch' && !again) return onPoint(event);
  showDetail(hit.p.line.s, hit.p.v.at);
});
chart.addEventListener('keydown', (event) => {
  if (!view.lines.length) return;
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-999, 0], End: [999, 0] };
  if (event.key === 'Escape') { leave(); focus = null; return; }
  if (event.key === 'Enter' || event.key === ' ') {
    if (focus) { event.preventDefault(); showDetail(focus.line.s, focus.v.at); }
    return;
  }
  if (!moves[event.key]) return;
  event.preventDefault();
  const [dx, dy] = focus ? moves[event.key] : [0, 0];
  const row = focus ? view.lines.indexOf(focus.line) : 0;
  const line = view.lines[Math.max(0, Math.min(view.lines.length - 1, row + dy))];
  const col = focus ? view.years.indexOf(focus.v.year) : 0;
  const v = line.values[Math.max(0, Math.min(view.years.length - 1, col + dx))];
  const drawn = hits.points.find((p) => p.line === line && p.v === v);
  showTip(line, v, { x: hits.xOf(v.year), y: drawn ? drawn.y : hits.plot.bottom / 2 });
  announce(spoken(db, view, line, v));
});
chart.addEventListener('blur', leave);

function showNotes() {
  const t = theme();
  const forms = [...new Set(view.lines.flatMap((l) => l.values.filter((v) => v.value !== null).map((v) => v.form)))];
  $('key').replaceChildren(...Object.keys(FORMS).filter((f) => forms.includes(f)).map((f) => {
    const svg = document.createElementNS(SVG, 'svg');
    const g = select(svg).attr('width', 30).attr('height', 14).attr('viewBox', '0 0 30 14').attr('aria-hidden', 'true');
    g.append('path').attr('d', 'M0,7H30').attr('stroke', t.soft).attr('stroke-width', 2).attr('stroke-dasharray', { combined: '1.5 4.5', published: '9 3 2 3', secondary: '6 4' }[f] || null).attr('stroke-linecap', f === 'combined' ? 'round' : 'butt');
    marker(g, f, 15, 7, 50, t.soft, t);
    return h('span', {}, svg, FORMS[f]);
  }));
  $('notes').replaceChildren(...view.notes.map((n) => h('li', {}, h('span', { class: 'n', 'aria-hidden': 'true' }, String(n.n)),
    h('div', {}, h('span', { class: 'hide' }, `Note ${n.n}: `), h('strong', {}, breakSpan(n)), n.items.slice(0, 2).map(noteItem),
      n.items.length > 2 ? h('details', { class: 'further' }, h('summary', {}, `${n.items.length - 2} more on ${breakSpan(n)}`), n.items.slice(2).map(noteItem)) : null))));
  const remarks = [];
  // Years without a value, by reason and years: "Not listed in the partial source: A, B 2024–2025".
  const missing = new Map();
  for (const l of view.lines) {
    const years = new Map();
    for (const v of l.values) {
      if (v.point.reports !== null) continue;
      const why = v.point.missing === 'inside-row' ? `likely in the combined row of ${v.point.inside === null ? 'a related platform' : isolate(rowName(db, v.point.inside))}` : MISSING_LISTS[v.point.missing];
      years.set(why, [...(years.get(why) || []), v.year]);
    }
    for (const [why, ys] of years) {
      const of = missing.get(why) || new Map();
      of.set(spans(ys), [...(of.get(spans(ys)) || []), l.s.name]);
      missing.set(why, of);
    }
  }
  if (missing.size) {
    remarks.push(h('p', {}, h('strong', {}, 'Years without a value are not zero. '), [...missing].map(([why, of]) =>
      `${why[0].toUpperCase()}${why.slice(1)}: ${[...of].map(([ys, names]) => `${list(names.map(isolate))} ${ys}`).join('; ')}. `)));
  }
  if (view.measure === 'index') {
    const cut = view.lines.filter((l) => l.values.some((v) => v.value === null && v.point.reports !== null));
    if (cut.length) remarks.push(h('p', {}, h('strong', {}, 'Index: '), `${list(cut.map((l) => isolate(l.s.name)))} ${cut.length > 1 ? 'have' : 'has'} reports in years that cannot be compared with ${view.base}.`));
  }
  if (view.scale === 'log' && view.lines.some((l) => l.values.some((v) => v.value === 0))) remarks.push(h('p', {}, 'A value of 0 has no place on a logarithmic scale.'));
  if (view.by === 'company') {
    remarks.push(h('p', {}, 'A company is what it owned on 31 December of the year; its members are named in the table.'));
    const moved = view.lines.flatMap((l) => {
      const steps = l.values.map((v) => [v.year, membersChanged(db, v.point)]).filter(([, what]) => what);
      return steps.length ? [`${isolate(l.s.name)} ${steps.map(([year, what]) => `${year}: ${what}`).join('; ')}. `] : [];
    });
    if (moved.length) remarks.push(h('p', {}, h('strong', {}, 'Members changed. '), moved, 'The change from the year before holds what they brought or took away.'));
  }
  $('remarks').replaceChildren(...remarks);
  $('source').replaceChildren(h('strong', {}, 'Source: '), `${sources(db, view)} ${asOf(db, view)}`);
}

const noteItem = (it) => h('div', {}, h('span', { class: 'who' }, concerns(it), '. '), it.break.what, ' ', h('em', {}, breakRule(it)), ' ',
  h('details', { class: 'src' }, h('summary', {}, 'Source'), h('span', { class: 'soft break' }, source(it.break.source))));

function showTable() {
  $('table-lead').textContent = view.measure === 'reports'
    ? 'Reports, with the change on the year before. Each number opens its document at its page.'
    : 'Each value opens its document at its page; below it the number of reports.';
  const held = focusedSort($('table-box'));
  $('table-box').replaceChildren(selectionTable(db, st, view, { setSort: (sort) => set({ sort }), open: showDetail, swatch }));
  held();
  $('table-legend').textContent = legend(db, view);
}

/** Gives the focus back to the head that was used to sort. */
function focusedSort(box) {
  const at = [...box.querySelectorAll('button.sort')].indexOf(document.activeElement);
  return () => { if (at >= 0) box.querySelectorAll('button.sort')[at]?.focus(); };
}

function showEverything() {
  if ($('find').value !== st.q) $('find').value = st.q;
  for (const i of document.getElementsByName('list')) i.checked = i.value === st.list;
  const ids = new Set(chosenIds());
  const held = focusedSort($('all-box'));
  const all = everything(db, st, {
    setSort: (listSort) => set({ listSort, page: 1 }, { say: false }),
    chosen: (s) => s.view === st.view && ids.has(s.id),
    toggle: (s, on) => (on ? add(s) : set({ ids: chosenIds().filter((id) => id !== s.id) })),
    open: showDetail,
  });
  const top = $('all-box').scrollLeft;
  const checked = document.activeElement?.getAttribute?.('aria-label');
  $('all-box').replaceChildren(all.table);
  held();
  if (checked && !document.activeElement?.closest?.('#all-box')) [...$('all-box').querySelectorAll('input')].find((i) => i.getAttribute('aria-label') === checked)?.focus();
  $('all-box').scrollLeft = top;
  const unit = { platform: ['platform', 'platforms'], company: ['company', 'companies'], rows: ['row, as printed or transcribed', 'rows, as printed or transcribed'] }[st.list];
  const owners = st.list === 'platform' ? '. Owners are those on 31 December of the last listed year.' : '';
  $('all-count').textContent = (all.total === all.of ? plural(all.total, ...unit) : `${count(all.total)} of ${plural(all.of, ...unit)}`) + owners;
  const go = (page, label, off) => h('button', { type: 'button', disabled: off, onclick: () => set({ page }, { say: false }) }, label);
  $('pager').replaceChildren(...(all.pages > 1 ? [go(all.page - 1, 'Previous', all.page <= 1), h('span', {}, `Page ${count(all.page)} of ${count(all.pages)}`), go(all.page + 1, 'Next', all.page >= all.pages)] : []));
}

function showFindings() {
  const fails = db.findings.filter((f) => f.severity === 'fail');
  if (fails.length) {
    $('alert').hidden = false;
    $('alert').append(h('strong', {}, 'Not all checks passed. '), fails.slice(0, 3).map((f) => f.what + ' '), fails.length > 3 ? `And ${fails.length - 3} more, below.` : '');
  }
  if (!db.findings.length) return;
  $('findings').append(h('details', {}, h('summary', {}, `What the checks found (${count(db.findings.length)})`),
    h('ul', {}, db.findings.map((f) => h('li', {}, h('strong', {}, f.severity === 'fail' ? 'Failed: ' : 'Look: '), f.year ? `${f.year}. ` : '', h('bdi', { text: f.what }))))));
}

/* Choosing */

/** Adds a series to the chart, changing the view where it is of the other kind. */
function add(s) {
  const held = s.view === st.view ? chosenIds() : [];
  const patch = s.view === st.view ? {} : { view: s.view, sort: '', base: 0 };
  choose(held, [s], patch);
}

/** Adds series of one view to those held, as many as fit. */
function choose(held, series, patch) {
  const ids = [...held];
  for (const s of series) if (!ids.includes(s.id)) ids.push(s.id);
  if (ids.length === held.length) return announce(`${list(series.map((s) => s.name))}: shown already.`);
  if (held.length >= MOST) return refuse(`At most ${MOST} lines fit one chart; remove one first.`);
  const off = st.off.filter((k) => !series.some((s) => s.kinds.has(k)));
  set({ ...patch, ids: ids.slice(0, MOST), ...(off.length !== st.off.length ? { off } : {}) });
  if (ids.length > MOST) refuse(`At most ${MOST} lines fit one chart; the others were left out.`);
}

function refuse(words) {
  announce(words);
  $('remarks').prepend(h('p', { class: 'refused' }, words));
  showEverything();
}

const input = $('search');
const options = $('options');
let offers = [];
let at = -1;

function offer() {
  index ??= makeIndex(db);
  const words = input.value.trim();
  const { found, more } = search(index, words, { keep: (e) => kindIn(e.s, st.off) });
  offers = found.map((e) => ({ e, ...targetOf(e) })).filter((o) => o.series.length);
  at = offers.length ? 0 : -1;
  const shown = new Set(chosenIds());
  const plain = (text) => h('li', { class: 'soft', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, text);
  options.replaceChildren(...offers.map((o, i) => h('li', { role: 'option', id: `option-${i}`, onmousedown: (ev) => { ev.preventDefault(); pick(i); } },
    h('span', { class: 'label' }, name(o.e.label)), h('span', { class: 'soft' }, o.words, o.series.every((s) => shown.has(s.id)) ? ' \u00b7 shown' : ''))));
  if (words && !offers.length) options.append(plain('No such name'));
  else if (more) options.append(plain(`and ${count(more)} more`));
  open(words !== '');
  mark();
  if (words) announce(offers.length ? `${plural(offers.length + more, 'match', 'matches')}, first ${offers[0].e.label}` : 'No such name');
}

/** What choosing an entry adds in the present view, and the words that say so. */
function targetOf(e) {
  if (st.view === 'platform') {
    if (e.type === 'company') {
      const series = rankIds([...e.s.members].map((m) => db.platforms[m]?.id).filter(Boolean)).map((id) => db.platformOf.get(id));
      return { series, words: `company: adds ${series.length === 1 ? series[0].name : `its ${series.length} platforms`}` };
    }
    const words = e.type === 'printed' ? [`listed name of `, name(e.s.name)] : [newestOf(e.s)];
    return { series: [e.s], words };
  }
  if (e.type === 'company') return { series: [e.s], words: newestOf(e.s) };
  const owner = db.companyOf.get(e.s.parent) ?? db.companyOf.get(e.s.id);
  return { series: owner ? [owner] : [], words: owner && !owner.alone ? ['adds its company ', name(owner.name)] : newestOf(e.s) };
}

function newestOf(s) {
  const p = s.points.findLast((q) => q.reports !== null);
  return p ? `${p.year}: ${count(p.reports)}` : '';
}

function pick(i) {
  const o = offers[i];
  if (!o) return;
  input.value = '';
  open(false);
  mark();
  choose(chosenIds(), o.series, {});
}

function open(yes) {
  options.hidden = !yes;
  input.setAttribute('aria-expanded', String(yes));
}

function mark() {
  [...options.children].forEach((li, i) => li.setAttribute('aria-selected', String(i === at)));
  if (at >= 0 && !options.hidden) {
    input.setAttribute('aria-activedescendant', `option-${at}`);
    options.children[at].scrollIntoView({ block: 'nearest' });
  } else input.removeAttribute('aria-activedescendant');
}

input.addEventListener('input', offer);
input.addEventListener('focus', () => { if (input.value.trim()) offer(); });
input.addEventListener('blur', () => open(false));
input.addEventListener('keydown', (e) => {
  if (e.key === 'Escape') { open(false); mark(); return; }
  if (!offers.length || options.hidden) return;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[e.key];
  if (to !== undefined) {
    e.preventDefault();
    at = (to + offers.length) % offers.length;
    mark();
  } else if (e.key === 'Enter') {
    e.preventDefault();
    pick(at);
  }
});

for (const key of ['measure', 'scale', 'list']) {
  for (const i of document.getElementsByName(key)) i.addEventListener('change', () => set(key === 'list' ? { list: i.value, page: 1, listSort: '' } : { [key]: i.value }));
}
for (const i of document.getElementsByName('view')) i.addEventListener('change', () => changeView(i.value));

/** The other view of the same choice: companies of the platforms, platforms of the companies. */
function changeView(view) {
  const patch = { view, list: view, sort: '', base: 0, page: 1, listSort: '' };
  if (st.ids) {
    const chosen = st.ids.map((id) => seriesMap(db, st.view).get(id)).filter(Boolean);
    const ids = view === 'company'
      ? chosen.map((s) => (db.companyOf.get(s.parent) ?? db.companyOf.get(s.id))?.id)
      : chosen.flatMap((c) => rankIds([...c.members].map((m) => db.platforms[m]?.id).filter(Boolean)));
    patch.ids = [...new Set(ids.filter(Boolean))].slice(0, MOST);
  }
  set(patch);
}

$('from').addEventListener('change', () => set({ from: Number($('from').value), to: Math.max(st.to, Number($('from').value)) }));
$('to').addEventListener('change', () => set({ to: Number($('to').value), from: Math.min(st.from, Number($('to').value)) }));
$('base').addEventListener('change', () => set({ base: Number($('base').value) }));
$('top-go').addEventListener('click', () => set({ ids: largest(db, st.view, Number($('top-year').value), Number($('top-n').value), st.off), sort: '' }));
$('find').addEventListener('input', () => set({ q: $('find').value, page: 1 }, { say: false }));
$('skip').addEventListener('click', (e) => { e.preventDefault(); $('chart').focus(); });

/* Taking it along */

$('save-csv').addEventListener('click', () => save(new Blob([csv(db, view)], { type: 'text/csv;charset=utf-8' }), fileName(st, view) + '.csv'));
$('save-svg').addEventListener('click', () => save(new Blob([svgText(picture(db, view, headline(db, st, view)))], { type: 'image/svg+xml' }), fileName(st, view) + '.svg'));
$('save-png').addEventListener('click', async () => {
  try { save(await png(picture(db, view, headline(db, st, view))), fileName(st, view) + '.png'); } catch (e) { announce(String(e.message || e)); }
});
$('copy-link').addEventListener('click', () => copy(location.href, $('copy-link')));
$('open-cite').addEventListener('click', () => {
  const own = view.years.map((y) => db.editionOf.get(y)).filter(Boolean);
  const words = [
    `${headline(db, st, view).title.replace(/[\u2066-\u2069]/g, '')}. ${sources(db, view)} ${asOf(db, view)}`,
    ...own.map((e) => (e.partial ? `${e.y}: ${e.source || 'third party\u2019s transcription'}${e.url && e.url !== e.source ? ', ' + e.url : ''}` : `${e.y}: National Center for Missing & Exploited Children, \u201c${e.title}\u201d, ${e.url}${e.got ? ` (retrieved ${e.got})` : e.dated ? ` (dated ${e.dated})` : ''}`)),
    'Unit: reports. Volume shows how much a provider detects and reports, not how much abuse there is.',
    ...(/^https?:/.test(location.protocol) ? [`View: ${location.href}`] : location.hash ? [`View: ${location.hash}`] : []),
  ].join('\n');
  const area = h('textarea', { readonly: true, rows: 10, 'aria-label': 'Citation of this view', value: words });
  show(h('h2', { id: 'dialog-h' }, 'Cite this view'), area, h('button', { type: 'button', onclick: (e) => copy(words, e.currentTarget) }, 'Copy'),
    h('p', { class: 'soft' }, 'For a single figure, choose its point in the chart: it is cited with page and row.'));
});
$('print').addEventListener('click', () => print());

async function copy(words, button) {
  let done = false;
  try { await navigator.clipboard.writeText(words); done = true; } catch { /* no clipboard without permission; the text is shown to copy by hand */ }
  const was = button.textContent;
  if (done) {
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = was; }, 1500);
    announce('Copied');
  } else if (!$('dialog').open) {
    show(h('h2', { id: 'dialog-h' }, 'Copy'), h('textarea', { readonly: true, rows: 4, 'aria-label': 'Text to copy', value: words }));
  }
}

/* Dialog */

function showDetail(s, at) { show(...detail(db, s, at)); }

function show(...content) {
  leave();
  $('dialog-body').replaceChildren(h('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => $('dialog').close() }, '\u00d7'), ...content.flat());
  if (!$('dialog').open) $('dialog').showModal();
}
$('dialog').addEventListener('click', (e) => { if (e.target === $('dialog')) $('dialog').close(); });

/* What happens around the page */

addEventListener('hashchange', () => {
  if (location.hash.replace(/^#/, '') === format(st, db)) return;
  st = parse(location.hash, db);
  render();
  announce(saying());
});
/** Shades the sides to which a box that scrolls holds more than it shows. */
function shadeEdges(box) {
  const shade = () => {
    const rest = box.scrollWidth - box.clientWidth;
    box.parentElement.classList.toggle('left', rest > 1 && box.scrollLeft > 1);
    box.parentElement.classList.toggle('right', rest > 1 && box.scrollLeft < rest - 1);
  };
  box.addEventListener('scroll', shade, { passive: true });
  const sizes = new ResizeObserver(shade);
  const watch = () => { sizes.disconnect(); sizes.observe(box); if (box.firstElementChild) sizes.observe(box.firstElementChild); };
  new MutationObserver(watch).observe(box, { childList: true });
  watch();
}

// In the next frame, because drawing changes the height of what is observed.
new ResizeObserver(() => requestAnimationFrame(() => { if ($('drawing').clientWidth !== hits.width) showChart(); })).observe($('drawing'));
const redraw = () => { showChips(); showChart(); showNotes(); showTable(); };
dark.addEventListener('change', redraw);
addEventListener('beforeprint', () => {
  printing = true;
  redraw();
  for (const d of document.querySelectorAll('.notes details')) d.open = true;
});
addEventListener('afterprint', () => { printing = false; redraw(); });

$('app').hidden = false;
fillControls();
render();
for (const box of document.querySelectorAll('.edges > *')) shadeEdges(box);
document.documentElement.dataset.ready = 'yes';
document.documentElement.dataset.drawn = String(Math.round(performance.now()));
// What a search needs is made ready while nobody waits.
(window.requestIdleCallback || setTimeout)(() => {
  index ??= makeIndex(db);
  keysOf(db, st.list);
});
