// The way of one figure: value, printed rows, document, page, address, and
// citations to paste.

import { address, between, figuresOf, ownOf, ownerOf, platformName } from './data.js';
import { FORMS, VERDICTS, changeWords, formOf, moved } from './view.js';
import { citeFigure } from './cite.js';
import { capital, count, h, link, list, named, percent, source } from './text.js';

/** The content of the dialog for one series in one year. */
export function detail(db, s, year, copy) {
  const p = s.points[db.years.indexOf(year)];
  const out = [h('h2', { id: 'dialog-h' }, named(s), ` ${year}`)];
  if (p.reports === null) return out.concat(h('p', { class: 'big none' }, 'No value'), h('p', { text: p.why }), s.note ? h('p', { class: 'soft', text: s.note }) : []);
  const how = db.editionOf.get(year)?.partial ? 'Transcribed' : 'Printed';
  out.push(h('p', { class: 'big' }, h('span', {}, p.atLeast ? 'at least ' : ''), count(p.reports), h('span', {}, ' reports')));
  out.push(h('dl', { class: 'facts' },
    fact('Share of all provider reports', p.share === null ? 'no total' : percent(p.share)),
    fact('Share of the CyberTipline', p.totalShare === null ? 'no total' : percent(p.totalShare)),
    fact('Rank', p.rank ? `#${p.rank}` : p.noRank || 'none'),
    ...change(db, s, year),
    s.type === 'platform' ? fact('Owner', owner(db, s, year)) : [],
    fact('Status', capital(FORMS[formOf(p)]))));
  if (s.type !== 'platform' && p.members.length) out.push(members(db, s, p, year));
  const figures = figuresOf(db, s, p);
  if (figures.length && figures.length <= 60) out.push(...rows(db, figures, how));
  for (const o of ownOf(db, [s]).filter((x) => x.year === year)) out.push(h('h3', {}, 'The platform\u2019s own count'), ownWords(o, s));
  const e = db.editionOf.get(year);
  if (e?.sha) out.push(h('p', { class: 'soft break' }, `Document SHA-256 ${e.sha}`));
  if (e?.hand) out.push(h('p', { class: 'soft' }, `Copy saved by hand, taken in on ${e.hand}`));
  if (e?.mirror) out.push(h('p', { class: 'soft break' }, 'Copy read from ', link(e.mirror, e.mirror)));
  const before = between(db, s, year - 1, year, 'reports');
  if (before.reasons.length) out.push(h('h3', {}, `Comparison with ${year - 1}: ${VERDICTS[before.verdict]}`), reasons(before));
  if (s.note) out.push(h('p', { class: 'soft', text: s.note }));
  if (figures.length && figures.length <= 3) out.push(citations(figures.map((f) => citeFigure(db, f)), copy));
  return out;
}

function ownWords(o, s) {
  const whose = o.same.has(s.i) ? '' : ` for ${list(o.platforms)}`;
  const against = o.difference === null ? '' : o.same.has(s.i) ? `: ${o.words} as this figure`.replace(/ (above|below) as/, ' $1') : `: ${o.words} against NCMEC\u2019s ${count(o.ncmec)}`;
  return h('p', {}, h('strong', {}, count(o.own)), ` by ${o.who} itself${whose}${against}`, o.reason ? ` (${o.reason})` : '', o.remark ? `. ${capital(o.remark)}` : '', '. ', h('span', { class: 'soft break' }, source(o.source)));
}

/** Reasons with their sources, most serious first. */
export const reasons = (b) => h('ul', { class: 'reasons' }, b.reasons.map((r) => h('li', {}, r.text, r.user ? ' (user\u2019s own note)' : '', r.source ? h('details', { class: 'src' }, h('summary', {}, 'Source'), h('span', { class: 'soft break' }, source(r.source))) : null)));

const fact = (k, v) => [h('dt', { text: k }), h('dd', {}, v)];

function change(db, s, year) {
  const b = between(db, s, year - 1, year, 'reports');
  if (!b.verdict) return fact('Change on the year before', 'none: no value in the year before');
  const like = b.like ? fact('Like for like', [changeWords(b.like, 'reports') || 'none', ' over what it owned at both year-ends']) : [];
  return [fact('Change on the year before', b.verdict === 'no' ? 'not comparable' : changeWords(b, 'reports', s)), like].flat();
}

function owner(db, s, year) {
  const day = `${year}-12-31`;
  const of = db.owners.find((o) => o.platform === s.id && o.from <= day && (!o.to || o.to >= day));
  if (!of) return 'not established';
  if (of.company === 'independent') return 'independent';
  return named(db.byKey.get(`company:${of.company}`)?.name ?? ownerOf(db, s).name ?? of.company);
}

function members(db, s, p, year) {
  const value = (ref) => (typeof ref === 'number' ? db.series[ref].points[db.years.indexOf(year)].reports : null);
  const shown = p.members.slice(0, 40);
  return [h('h3', {}, s.type === 'company' ? 'Adds up what it owned on 31 December' : 'Adds up'),
    h('ul', { class: 'members' }, shown.map((m) => h('li', {}, named(platformName(db, m)), value(m) === null ? '' : ` ${count(value(m))}`))),
    p.members.length > shown.length ? h('p', { class: 'soft' }, `and ${count(p.members.length - shown.length)} more`) : null];
}

function rows(db, figures, how) {
  return [h('h3', {}, figures.length === 1 ? `${how} row` : `${figures.length} ${how.toLowerCase()} rows, added up`),
    h('ul', { class: 'rows' }, figures.map((f) => h('li', {},
      h('strong', {}, '\u201c', named(f.printed), '\u201d'), ` ${count(f.reports)}`,
      h('br'), link(address(db, f), where(db, f)), h('br'), h('span', { class: 'soft break' }, address(db, f)),
      revision(db, f))))];
}

function where(db, f) {
  const e = db.editionOf.get(f.year);
  if (!e || e.partial) return e?.source || 'Third party\u2019s transcription';
  return [e.title, f.page ? `page ${f.page}` : '', f.row ? `row ${f.row}` : ''].filter(Boolean).join(', ');
}

function revision(db, f) {
  const r = db.revised.find((x) => x.year === f.year && x.printed === f.printed);
  return r ? h('span', {}, h('br'), `Revised by NCMEC: earlier ${r.before === null ? 'no row' : count(r.before)}, now ${r.after === null ? 'no row' : count(r.after)}.`) : null;
}

export const FORMATS = [['text', 'Text'], ['apa', 'APA'], ['bibtex', 'BibTeX'], ['ris', 'RIS']];

/** Citations in four formats, one shown at a time. */
export function citations(cites, copy) {
  const area = h('textarea', { readonly: true, rows: 7, 'aria-label': 'Citation', id: 'citation' });
  const show = (format) => {
    area.value = cites.map((c) => c[format]).join(format === 'text' || format === 'apa' ? '\n' : '\n\n');
  };
  show('text');
  return [h('h3', {}, 'Cite'),
    h('fieldset', { class: 'segments' }, h('legend', { class: 'hide' }, 'Format'), FORMATS.map(([id, label], i) => h('label', {}, h('input', { type: 'radio', name: 'cite-format', value: id, checked: i === 0, onchange: () => show(id) }), h('span', { text: label })))),
    area, h('button', { type: 'button', onclick: (e) => copy(area.value, e.currentTarget) }, 'Copy')];
}

export const memberList = (db, s) => list([...s.members].map((m) => named(platformName(db, m))));
