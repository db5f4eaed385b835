// The way of one figure: value, printed rows, document, page, address, and a
// citation to paste.

import { address, missingLong } from './data.js';
import { FORMS, breakSpan, formOf, membersChanged, membersOf, rowsOf } from './model.js';
import { changed, count, h, isolate, link, name, percent, signedCount } from './text.js';

/** A sentence that cites one printed row. */
export function cite(db, f) {
  const e = db.editionOf.get(f.year);
  if (!e || e.partial) return `${e?.source || 'Third party\u2019s transcription'}, ${f.year}, \u201c${isolate(f.printed)}\u201d: ${count(f.reports)} reports. ${f.url}`;
  return `National Center for Missing & Exploited Children, \u201c${e.title}\u201d` + (f.page ? `, p. ${f.page}` : '') +
    `: \u201c${isolate(f.printed)}\u201d, ${count(f.reports)} reports. ${address(db, f)}` +
    (e.got ? ` (retrieved ${e.got})` : e.dated ? ` (dated ${e.dated})` : '') + (e.sha ? `. SHA-256 ${e.sha}` : '') + '.';
}

/** Fills the dialog for one series in one year. */
export function detail(db, s, at) {
  const p = s.points[at];
  const year = db.years[at];
  const how = db.editionOf.get(year)?.partial ? 'Transcribed' : 'Printed';
  const out = [h('h2', { id: 'dialog-h' }, name(s.name), ` ${year}`)];
  if (p.reports === null) {
    out.push(h('p', { class: 'big none' }, 'No value'), h('p', {}, missingLong(db, p)));
  } else {
    out.push(h('p', { class: 'big' }, count(p.reports), h('span', {}, ' reports')));
    out.push(h('dl', { class: 'facts' },
      fact('Share of all provider reports', p.share === null ? 'no total' : percent(p.share)),
      fact('Rank', p.rank ? `#${p.rank}` : 'none'),
      fact('Change on the year before', p.change !== null ? `${signedCount(p.change)}${p.percent === null ? '' : ` (${changed(p)})`}` : p.broken ? 'not comparable' : p.flags.includes('x') ? 'withheld: the partial source leaves out members' : 'none'),
      fact('Standing', FORMS[formOf(p)])));
    if (p.members.length) {
      out.push(h('h3', {}, 'Adds up what it owned on 31 December'));
      out.push(h('ul', { class: 'members' }, membersOf(db, p).map((m) => h('li', {}, name(m.name), ` ${count(m.reports)}`, ownership(db, s, m)))));
    }
    if (membersChanged(db, p)) out.push(h('p', {}, `Members changed since ${year - 1}: ${membersChanged(db, p)}.`));
    const rows = rowsOf(db, p);
    out.push(h('h3', {}, rows.length === 1 ? `${how} row` : `${rows.length} ${how.toLowerCase()} rows, added up`));
    out.push(h('ul', { class: 'rows' }, rows.map(({ f }) => h('li', {},
      h('strong', {}, '\u201c', name(f.printed), '\u201d'), ` ${count(f.reports)}`,
      h('br'), link(address(db, f), where(db, f)), h('br'), h('span', { class: 'soft break' }, address(db, f)),
      revision(db, f)))));
    const e = db.editionOf.get(year);
    if (e?.sha) out.push(h('p', { class: 'soft break' }, `Document SHA-256 ${e.sha}`));
    if (e?.hand) out.push(h('p', { class: 'soft' }, `Copy saved by hand, taken in on ${e.hand}`));
    if (e?.mirror) out.push(h('p', { class: 'soft break' }, 'Copy read from ', link(e.mirror, e.mirror)));
  }
  const notes = p.breaks.map((b) => db.breaks[b]);
  if (notes.length) {
    out.push(h('h3', {}, 'Breaks'));
    out.push(h('ul', {}, notes.map((b) => h('li', {}, h('strong', {}, `${breakSpan(b)}: `), b.what, p.broken && b.forbids !== 'nothing' ? [' ', h('em', {}, 'No comparison across it.')] : null, h('br'), h('span', { class: 'soft break' }, 'Source: ', source(b.source))))));
  }
  if (s.note) out.push(h('p', { class: 'soft' }, s.note));
  if (p.reports !== null) {
    const words = rowsOf(db, p).map(({ f }) => cite(db, f)).join('\n');
    out.push(h('h3', {}, 'Cite'), h('textarea', { readonly: true, rows: 5, 'aria-label': 'Citation', value: words }));
  }
  return out;
}

/** A source's text, with its addresses as links. */
export const source = (s) => (s ? s.split(/(https?:\/\/[^\s;]+)/).map((t) => (/^https?:/.test(t) ? link(t, t) : h('span', { text: t }))) : 'none given');

const fact = (k, v) => [h('dt', { text: k }), h('dd', { text: v })];

function where(db, f) {
  const e = db.editionOf.get(f.year);
  if (!e || e.partial) return e?.source || 'Third party\u2019s transcription';
  return [e.title, f.page ? `page ${f.page}` : '', f.row ? `row ${f.row}` : ''].filter(Boolean).join(', ');
}

function ownership(db, s, m) {
  const id = typeof m.ref === 'number' ? db.platforms[m.ref].id : m.ref;
  const o = db.owners.find((x) => x.platform === id && x.company === s.id);
  if (!o) return null;
  return h('span', { class: 'soft' }, [o.from && ` from ${o.from}`, o.to && ` to ${o.to}`].filter(Boolean).join(','));
}

function revision(db, f) {
  const r = db.revised.find((x) => x.year === f.year && x.printed === f.printed);
  return r ? h('span', {}, h('br'), `Revised by NCMEC: earlier ${r.before === null ? 'no row' : count(r.before)}, now ${r.after === null ? 'no row' : count(r.after)}.`) : null;
}

