// Wires state, chart, tables and downloads together. One function changes the
// state (set); it writes the address and draws what depends on it.

import { decode } from './data.js';
import { MOST, firstChoice, format, largestOf, measuresOf, parse, slotsFor } from './state.js';
import { CAVEATS, GROUP_NAMES, asOf, boundWords, concerns, headline, holdings, makeView, rule, sourceYears, sources } from './view.js';
import { THEMES } from './charts.js';
import { formKey, makeChartBox } from './chartbox.js';
import { wireSearch } from './choosebox.js';
import { KIND_NAMES, documents, everything, figuresTable, keysOf, legend, moversTable, ownTable, pairTable, typeWord } from './tables.js';
import { citations, detail } from './detail.js';
import { citeView } from './cite.js';
import { csv, fileName, formsOf, listCSV, picture, png, save, saveCSV, svgText } from './take.js';
import { count, h, list, named, plain, plural, source } from './text.js';

const $ = (id) => document.getElementById(id);
const db = decode(JSON.parse($('data').textContent));
let st = parse(location.hash, db);
let view = null;
let listed = null; // what the list of everything shows
const dark = matchMedia('(prefers-color-scheme: dark)');
let printing = false;
const theme = () => (dark.matches && !printing ? THEMES.dark : THEMES.light);

const chartbox = makeChartBox({ db, view: () => view, theme, announce, open: showDetail });
const readySearch = wireSearch({ db, shown: keys, announce, add: (series) => choose(keys(), series, {}) });

/** Changes the state, the address and what is drawn. say is announced. */
function set(patch, { say = true } = {}) {
  st = { ...st, ...patch, unknown: [] };
  st.slots = slotsFor(keys(), db, st.slots);
  const hash = format(st, db);
  try { history.replaceState(null, '', hash ? '#' + hash : location.pathname + location.search); } catch { location.hash = hash; }
  render(new Set(Object.keys(patch)));
  if (say) announce(saying());
}

function keys() { return st.keys ?? firstChoice(db, st); }

function saying() {
  const ignored = st.unknown.length ? `Unknown names ignored: ${st.unknown.join('; ')}. ` : '';
  const who = view.chart === 'movers' ? '' : ` ${view.chosen.length ? 'Showing ' + plain(list(view.chosen.map(named))) : 'Nothing chosen'}.`;
  return `${ignored}${plain(headline(view).title)}.${who}`;
}

function announce(words) { $('live').textContent = words; }

/* Draws what the changed keys concern; without any, everything. */
function render(changed) {
  const only = (...names) => changed && [...changed].every((k) => names.includes(k));
  if (!only('q', 'page', 'listSort', 'list', ...(st.chart === 'movers' ? [] : ['category', 'kind']))) {
    showView();
    showNotes();
    showTables();
  }
  if (!only('sort', 'measure', 'scale', 'from', 'to', 'base', 'year', 'group', 'by', 'least', 'order')) showEverything();
}

/** What one sees first: the chart, and what is above it. */
function showView() {
  view = makeView(db, st);
  showUnknown();
  showControls();
  showHead();
  showChips();
  chartbox.show();
}

/* Controls */

function fillControls() {
  const option = (y) => h('option', { value: String(y) }, db.editionOf.get(y)?.partial ? `${y} (partial)` : String(y));
  const years = (ids, list) => { for (const id of ids) $(id).append(...list.map((y) => h('option', { value: String(y) }, String(y)))); };
  years(['from', 'to'], db.years);
  years(['base', 'pair-from', 'pair-to', 'pairs-from', 'pairs-to'], db.years.filter((y) => y >= db.anyTwo));
  for (const y of [...db.years].reverse()) if (db.editionOf.has(y)) { $('top-year').append(option(y)); $('year').append(option(y)); }
  $('top-year').value = String(db.newest);
  $('always').append(h('p', {}, CAVEATS.map((c, i) => [h('span', { class: i === 0 ? 'first' : null }, c), ' '])));
  const n = (test) => db.platforms.filter(test).length;
  for (const c of db.categories) $('category').append(h('option', { value: c.id, title: c.definition }, `${c.name} (${count(n((s) => s.category === c.id))})`));
  for (const k of db.kinds) if (n((s) => s.kind === k)) $('kind').append(h('option', { value: k }, `${KIND_NAMES[k] || k} (${count(n((s) => s.kind === k))})`));
  $('category').parentElement.hidden = !db.categories.length;
  $('data-version').textContent = `Version of the data: ${db.raw.data}.`;
  $('what').textContent = holdings(db) || $('what').textContent;
  for (const p of db.presets) $('presets').append(h('li', {}, h('button', { type: 'button', title: p.question, onclick: () => set({ keys: presetKeys(p), sort: '', base: 0, order: '', ...(st.chart === 'movers' ? { chart: 'lines' } : {}) }) }, p.label)));
  showFindings();
}

/** The keys of a preset; a key with a star brings its largest members. */
function presetKeys(p) {
  const most = (s) => Math.max(0, ...s.points.map((q) => q.reports ?? 0));
  const out = p.series.flatMap((k) => {
    const s = db.byKey.get(k.replace(/\*$/, ''));
    const members = k.endsWith('*') ? [...s.members].map((i) => db.series[i]).sort((a, b) => most(b) - most(a)).slice(0, MOST - 1) : [];
    return [s.key, ...members.map((m) => m.key)];
  });
  return [...new Set(out)].slice(0, MOST);
}

function showControls() {
  for (const name of ['chart', 'scale', 'by', 'group', 'list']) for (const i of document.getElementsByName(name)) i.checked = i.value === st[name];
  for (const i of document.getElementsByName('measure')) {
    i.checked = i.value === view.measure;
    i.disabled = !measuresOf(st.chart).includes(i.value);
  }
  for (const i of document.getElementsByName('scale')) i.disabled = view.measure === 'rank';
  const movers = st.chart === 'movers';
  const hide = { measure: movers || st.chart === 'stack' || st.chart === 'share', scale: !['lines', 'slope', 'multiples'].includes(st.chart), span: ['bars', 'slope', 'movers'].includes(st.chart), 'year-box': st.chart !== 'bars', 'pair-box': !movers && st.chart !== 'slope', 'base-box': view.measure !== 'index', 'by-box': !movers, 'least-box': !movers, chips: movers, movers: !movers, pairs: movers || !view.chosen.length, figures: movers, own: movers || !db.own.length };
  for (const [id, hidden] of Object.entries(hide)) $(id).hidden = hidden;
  const values = { from: st.from, to: st.to, base: view.base, year: st.year, 'pair-from': st.pair[0], 'pair-to': st.pair[1], 'pairs-from': st.pair[0], 'pairs-to': st.pair[1], category: st.category, kind: st.kind };
  for (const [id, value] of Object.entries(values)) $(id).value = String(value);
  if (![...$('least').options].some((o) => Number(o.value) === st.least)) $('least').append(h('option', { value: String(st.least) }, count(st.least)));
  $('least').value = String(st.least);
  document.documentElement.classList.toggle('embed', st.embed);
}

/** Says what the address names and nobody knows, until something is chosen. */
function showUnknown() {
  $('unknown').hidden = !st.unknown.length;
  $('unknown').replaceChildren(...(st.unknown.length ? [h('strong', {}, 'Unknown names ignored: '), h('bdi', {}, `${st.unknown.join('; ')}.`)] : []));
}

function showHead() {
  const head = headline(view);
  $('title').replaceChildren(h('span', {}, head.title));
  document.title = plain(head.title);
  $('unit').textContent = head.unit;
}

function showChips() {
  const drop = (s) => set({ keys: keys().filter((k) => k !== s.key) });
  const lineOf = (s) => view.lines.find((l) => l.s === s) ?? view.dropped.find((l) => l.s === s);
  const chips = view.chosen.map((s) => h('li', {}, chartbox.swatch(lineOf(s)), named(s), typeWord(s),
    h('button', { type: 'button', 'aria-label': `Remove ${s.name}`, onclick: () => { drop(s); ($('chips').querySelector('button') || $('search')).focus(); } }, '\u00d7')));
  if (chips.length > 1) chips.push(h('li', { class: 'clear' }, h('button', { type: 'button', onclick: () => { set({ keys: [] }); $('search').focus(); } }, 'Clear')));
  if (!chips.length) chips.push(h('li', { class: 'empty' }, 'Nothing is chosen. Search for a name, or take one of the suggested comparisons.'));
  $('chips').replaceChildren(...chips);
}

/* Notes and tables */

function showNotes() {
  $('key').replaceChildren(...formsOf(view).map((f) => formKey(f, view, theme())));
  const item = (it) => h('div', {}, h('span', { class: 'who' }, concerns(view, it), '. '), it.reason.text, ' ', h('em', {}, rule(it)), ' ',
    it.reason.source ? h('details', { class: 'src' }, h('summary', {}, 'Source'), h('span', { class: 'soft break' }, source(it.reason.source))) : null);
  $('notes').replaceChildren(...view.notes.map((n) => h('li', {}, h('span', { class: 'n', 'aria-hidden': 'true' }, String(n.n)),
    h('div', {}, h('span', { class: 'hide' }, `Note ${n.n}: `), h('strong', {}, n.label), n.items.slice(0, 2).map(item),
      n.items.length > 2 ? h('details', { class: 'further' }, h('summary', {}, `${n.items.length - 2} more on ${n.label}`), n.items.slice(2).map(item)) : null))));
  $('remarks').replaceChildren(...view.remarks.map((r) => h('p', {}, r)));
  const years = sourceYears(view);
  $('source').replaceChildren(h('strong', {}, 'Source: '), `${sources(db, years)} ${asOf(db, years)}`);
}

function showTables() {
  const tools = { open: showDetail, swatch: chartbox.swatch };
  if (st.chart === 'movers') return showMovers();
  fill('own-box', ownTable(db, view));
  fill('pairs-box', pairTable(db, st, view, { ...tools, setSort: (order) => set({ order }, { say: false }) }));
  const bound = db.anyTwo > db.years[0] ? ` ${boundWords(db)}` : '';
  $('pairs-lead').textContent = `by ${view.measure === 'share' || view.measure === 'rank' ? view.measure : 'reports'}. Each row says whether the two years may be compared, and why.${bound}`;
  $('table-lead').textContent = view.measure === 'reports' ? `Reports${view.years.length > 1 ? ', with the change on the year before' : ''}. Each number opens its document at its page.` : 'Each value, with the number of reports below it.';
  fill('table-box', figuresTable(db, st, view, { ...tools, setSort: (sort) => set({ sort }, { say: false }) }));
  $('table-legend').textContent = legend(db, view);
}

function showMovers() {
  for (const [group, name] of Object.entries(GROUP_NAMES)) $(`group-${group}`).textContent = `${name} (${count(view.movers[group].length)})`;
  const [from, to] = st.pair;
  $('movers-lead').textContent = {
    moved: `Rose or fell between ${from} and ${to}, from a base of at least ${count(st.least)} reports. Choose a heading to sort.`,
    entered: `A row in ${to} and none in ${from}. No row is not zero.`,
    left: `A row in ${from} and none in ${to}. No row is not zero: the provider reported nothing, or its reports are in another row.`,
    not: `Values of ${from} and ${to} that are not comparable, or one of them is in another row or not listed.`,
  }[st.group];
  const chosen = new Set(keys());
  fill('movers-box', moversTable(db, st, view, { open: showDetail, setSort: (order) => set({ order }, { say: false }), chosen: (s) => chosen.has(s.key), add: (s, on) => toggle(s, on) }));
}

/** Puts a table into its box and keeps the focus on the head that was used to sort. */
function fill(id, table) {
  const box = $(id);
  const at = [...box.querySelectorAll('button.sort')].indexOf(document.activeElement);
  box.replaceChildren(table);
  if (at >= 0) box.querySelectorAll('button.sort')[at]?.focus();
}

function showEverything() {
  if ($('find').value !== st.q) $('find').value = st.q;
  for (const i of document.getElementsByName('list')) i.checked = i.value === st.list;
  const chosen = new Set(keys());
  const checked = document.activeElement?.closest?.('#all-box') && document.activeElement.getAttribute('aria-label');
  listed = everything(db, st, { setSort: (listSort) => set({ listSort, page: 1 }, { say: false }), chosen: (s) => chosen.has(s.key), toggle, open: showDetail });
  fill('all-box', listed.table);
  if (checked) [...$('all-box').querySelectorAll('input')].find((i) => i.getAttribute('aria-label') === checked)?.focus();
  const unit = { platform: ['platform', 'platforms'], company: ['company', 'companies'], category: ['category', 'categories'], rows: ['row, as printed or transcribed', 'rows, as printed or transcribed'] }[st.list];
  $('all-count').textContent = listed.found.length === listed.of ? plural(listed.of, ...unit) : `${count(listed.found.length)} of ${plural(listed.of, ...unit)}`;
  const go = (page, label, off) => h('button', { type: 'button', disabled: off, onclick: () => set({ page }, { say: false }) }, label);
  $('pager').replaceChildren(...(listed.pages > 1 ? [go(listed.page - 1, 'Previous', listed.page <= 1), h('span', {}, `Page ${count(listed.page)} of ${count(listed.pages)}`), go(listed.page + 1, 'Next', listed.page >= listed.pages)] : []));
}

function showFindings() {
  const fails = db.findings.filter((f) => f.severity === 'fail');
  if (fails.length) {
    $('alert').hidden = false;
    $('alert').append(h('strong', {}, 'Not all checks passed. '), fails.slice(0, 3).map((f) => f.what + ' '), fails.length > 3 ? `And ${fails.length - 3} more, below.` : '');
  }
  if (!db.findings.length) return;
  $('findings').append(h('details', {}, h('summary', {}, `What the checks found (${count(db.findings.length)})`),
    h('ul', {}, db.findings.map((f) => h('li', {}, h('strong', {}, f.severity === 'fail' ? 'Failed: ' : 'Warning: '), f.year ? `${f.year}. ` : '', named(f.what))))));
}

/* Choosing */

const toggle = (s, on) => (on ? choose(keys(), [s], {}) : set({ keys: keys().filter((k) => k !== s.key) }));

/** Adds series to those shown, as many as fit. */
function choose(shown, series, patch) {
  const all = [...new Set([...shown, ...series.map((s) => s.key)])];
  if (all.length === shown.length) return announce(`${plain(list(series.map(named)))}: shown already.`);
  if (shown.length >= MOST) return refuse(`At most ${MOST} series fit one chart; remove one first.`);
  set({ ...patch, keys: all.slice(0, MOST) });
  if (all.length > MOST) refuse(`At most ${MOST} series fit one chart; the others were left out.`);
}

function refuse(words) {
  announce(words);
  $('remarks').prepend(h('p', { class: 'refused' }, words));
  showEverything();
}

const onChange = (id, patch) => $(id).addEventListener('change', () => set(patch($(id).value)));
for (const name of ['measure', 'scale', 'by', 'group']) for (const i of document.getElementsByName(name)) i.addEventListener('change', () => set({ [name]: i.value }));
for (const i of document.getElementsByName('list')) i.addEventListener('change', () => set({ list: i.value, page: 1, listSort: '' }));
for (const i of document.getElementsByName('chart')) i.addEventListener('change', () => set({ chart: i.value, order: '', sort: '' }));
onChange('from', (v) => ({ from: Number(v), to: Math.max(st.to, Number(v)) }));
onChange('to', (v) => ({ to: Number(v), from: Math.min(st.from, Number(v)) }));
onChange('base', (v) => ({ base: Number(v) }));
onChange('year', (v) => ({ year: Number(v) }));
onChange('least', (v) => ({ least: Number(v) }));
onChange('category', (category) => ({ category, page: 1 }));
onChange('kind', (kind) => ({ kind, page: 1 }));
for (const id of ['pair', 'pairs']) {
  const other = (year, not) => (year !== not ? year : db.years[db.years.indexOf(not) + (not === db.anyTwo ? 1 : -1)]);
  onChange(`${id}-from`, (v) => ({ pair: [Number(v), other(st.pair[1], Number(v))].sort() }));
  onChange(`${id}-to`, (v) => ({ pair: [other(st.pair[0], Number(v)), Number(v)].sort() }));
}
$('top-go').addEventListener('click', () => set({ keys: largestOf(db, Number($('top-year').value), Number($('top-n').value)), sort: '', ...(st.chart === 'bars' ? { year: Number($('top-year').value) } : st.chart === 'movers' ? { chart: 'lines' } : {}) }));
$('find').addEventListener('input', () => set({ q: $('find').value, page: 1 }, { say: false }));
$('skip').addEventListener('click', (e) => { e.preventDefault(); $('chart').focus(); });

/* Taking it along */

$('save-csv').addEventListener('click', () => saveCSV(csv(db, view), fileName(view)));
$('save-list').addEventListener('click', () => saveCSV(listCSV(db, listed.found, st.list), `cybertipline-list-${st.list}`));
$('save-svg').addEventListener('click', () => save(new Blob([svgText(picture(db, view))], { type: 'image/svg+xml' }), fileName(view) + '.svg'));
$('save-png').addEventListener('click', async () => {
  try { save(await png(picture(db, view)), fileName(view) + '.png'); } catch (e) { announce(String(e.message || e)); }
});
$('open-cite').addEventListener('click', () => show(h('h2', { id: 'dialog-h' }, 'Cite this view'), citations([citeView(db, view)], copy),
  h('p', { class: 'soft' }, 'For a single figure, choose its point in the chart: it is cited with page and row.')));
$('print').addEventListener('click', () => print());

const isFile = () => location.protocol === 'file:';
const ownName = () => decodeURIComponent(location.pathname.split('/').pop() || 'explorer.html');

$('copy-link').addEventListener('click', () => {
  if (!isFile()) return copy(location.href, $('copy-link'));
  // Nobody else can open an address of this computer.
  show(h('h2', { id: 'dialog-h' }, 'Share this view'), h('p', {}, `This page is a file on your computer, so a link to it opens nowhere else. Send the file ${ownName()} itself, and this ending of the address:`),
    h('textarea', { readonly: true, rows: 2, 'aria-label': 'Ending of the address', value: location.hash || '(none: this is the first view)' }),
    h('p', { class: 'soft' }, 'On a web server the same button copies a link that everybody can open.'));
});

$('open-embed').addEventListener('click', () => {
  const hash = format({ ...st, embed: true }, db);
  const address = isFile() ? `https://example.org/${ownName()}` : location.href.split('#')[0];
  const title = plain(headline(view).title).replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
  const snippet = `<iframe src="${(address + '#' + hash).replace(/&/g, '&amp;').replace(/"/g, '%22')}" title="${title}" width="100%" height="${Math.ceil(($('chart').offsetHeight + 330) / 10) * 10}" loading="lazy" style="border:0"></iframe>`;
  show(h('h2', { id: 'dialog-h' }, 'Embed this view'), h('p', {}, isFile() ? `Put ${ownName()} on your web server, and write its address for https://example.org/${ownName()}:` : 'This line shows the chart, its notes and its source on any page:'),
    h('textarea', { readonly: true, rows: 5, 'aria-label': 'Line to embed', value: snippet }), h('button', { type: 'button', onclick: (e) => copy(snippet, e.currentTarget) }, 'Copy'));
});

async function copy(words, button) {
  let done = false;
  try { await navigator.clipboard.writeText(words); done = true; } catch { /* no clipboard without permission; the text is shown to copy by hand */ }
  const was = button.textContent;
  if (done) {
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = was; }, 1500);
    announce('Copied');
  } else if (!$('dialog').open) show(h('h2', { id: 'dialog-h' }, 'Copy'), h('textarea', { readonly: true, rows: 4, 'aria-label': 'Text to copy', value: words }));
}

/* Dialog */

function showDetail(s, year) { show(...detail(db, s, year, copy)); }

function show(...content) {
  chartbox.leave();
  $('dialog-body').replaceChildren(h('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => $('dialog').close() }, '\u00d7'), ...content.flat(Infinity).filter(Boolean));
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

/** Shades the sides to which a box that scrolls has more than it shows. */
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
new ResizeObserver(() => requestAnimationFrame(() => { if (String($('drawing').clientWidth) !== $('drawing').dataset.width) chartbox.show(); })).observe($('drawing'));
const redraw = () => { showChips(); chartbox.show(); showNotes(); showTables(); };
dark.addEventListener('change', redraw);
addEventListener('beforeprint', () => {
  printing = true;
  redraw();
  for (const d of document.querySelectorAll('.notes details')) d.open = true;
});
addEventListener('afterprint', () => { printing = false; redraw(); });

/** The first time, the chart is on the screen before the notes and tables below it are made. */
function start() {
  $('app').hidden = false;
  fillControls();
  showView();
  let begun = false;
  const rest = () => {
    if (begun) return;
    begun = true;
    document.documentElement.dataset.drawn = String(Math.round(performance.now()));
    showNotes();
    showTables();
    showEverything();
    $('docs-box').append(documents(db));
    for (const box of document.querySelectorAll('.edges > *')) shadeEdges(box);
    document.documentElement.dataset.ready = 'yes';
    // What a search needs is made ready while nobody waits.
    (window.requestIdleCallback || setTimeout)(() => { readySearch(); keysOf(db, st.list); });
  };
  requestAnimationFrame(() => setTimeout(rest));
  setTimeout(rest, 1000); // a page in the background gets no frame
}
start();
