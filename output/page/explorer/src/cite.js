// Citations of a figure and of a view, as text, APA, BibTeX and RIS. An address
// of this computer is never cited.

import { address } from './data.js';
import { asOf, headline, sourceYears, sources } from './view.js';
import { count, plain } from './text.js';

const NCMEC = 'National Center for Missing & Exploited Children';
const CAVEAT = 'Unit: reports. Volume shows how much a provider detects and reports, not how much abuse there is.';

/** The address of this view where others can open it, else ''. */
export const publicAddress = () => (/^https?:$/.test(location.protocol) ? location.href : '');

/** {text, apa, bibtex, ris} of one printed row. */
export function citeFigure(db, f) {
  const e = db.editionOf.get(f.year);
  const printed = `\u201c${plain({ name: f.printed })}\u201d, ${count(f.reports)} reports`;
  const third = !e || e.partial;
  return formats({
    key: `${third ? 'transcription' : 'ncmec'}${f.year}`,
    author: third ? '' : NCMEC,
    title: third ? e?.source || 'Third party\u2019s transcription' : e.title || `${f.year} CyberTipline Reports by ESP`,
    // The year of the document; the year of the figure is in the title.
    year: (e?.dated || '').slice(0, 4),
    page: f.page, url: address(db, f), accessed: e?.got ?? '',
    row: `Row ${printed}`,
    note: [`Row ${printed}`, third ? `figure of ${f.year}, a third party\u2019s transcription` : '', e?.sha ? `SHA-256 ${e.sha}` : '', e?.hand ? `copy saved by hand, taken in on ${e.hand}` : ''].filter(Boolean),
  });
}

/** {text, apa, bibtex, ris} of a view. */
export function citeView(db, view) {
  const years = sourceYears(view);
  const dates = years.map((y) => db.editionOf.get(y)?.dated ?? '').sort();
  return formats({
    key: `cybertipline${years[0] ?? ''}${years.length > 1 ? `-${years[years.length - 1]}` : ''}`,
    author: NCMEC, title: plain(headline(view).title), year: (dates.pop() ?? '').slice(0, 4), page: 0,
    url: publicAddress(), accessed: '',
    note: [`Data: ${sources(db, years)}`.replace(/\.$/, ''), asOf(db, years).replace(/\.$/, ''), `Version of the data ${db.raw.data}`, CAVEAT.replace(/\.$/, '')].filter(Boolean),
    documents: years.map((y) => db.editionOf.get(y)).filter(Boolean).map((e) => `${e.y}: ${e.partial ? e.source || 'third party\u2019s transcription' : e.title}${e.url && !e.source?.includes(e.url) ? `, ${e.url}` : ''}${e.got ? ` (retrieved ${e.got})` : ''}`),
  });
}

function formats(c) {
  const sentence = (parts) => parts.filter(Boolean).map((p) => p.replace(/\.$/, '')).join('. ') + '.';
  const date = c.year || 'n.d.';
  const note = c.note.join('. ');
  const titled = `${c.title}${c.page ? ` (p. ${c.page})` : ''} [Data set]`;
  return {
    text: [sentence([c.author, `\u201c${c.title}\u201d${c.page ? `, p. ${c.page}` : ''}${c.year ? ` (${c.year})` : ''}`, note]) + (c.url ? ` ${c.url}` : '') + (c.accessed ? ` (retrieved ${c.accessed})` : ''), ...(c.documents ?? [])].join('\n'),
    apa: `${sentence(c.author ? [`${c.author}. (${date})`, titled, c.row] : [titled, `(${date})`, c.row])}${c.accessed ? ` Retrieved ${c.accessed}, from` : ''}${c.url ? ` ${c.url}` : ''}`,
    bibtex: ['@misc{' + c.key + ',', ...[['author', c.author && `{${tex(c.author)}}`], ['title', `{${tex(c.title)}}`], ['year', c.year], ['pages', c.page && String(c.page)], ['url', c.url], ['urldate', c.accessed], ['note', tex(note)]]
      .filter(([, v]) => v).map(([k, v]) => `  ${k} = {${v}},`), '}'].join('\n'),
    ris: [['TY', 'DATA'], ['AU', c.author], ['TI', c.title], ['PY', c.year], ['SP', c.page && String(c.page)], ['UR', c.url], ['Y2', c.accessed.replace(/-/g, '/')], ...c.note.map((n) => ['N1', n])]
      .filter(([, v]) => v).map(([k, v]) => `${k}  - ${v.replace(/\s+/g, ' ')}`).concat('ER  - ').join('\r\n'),
  };
}

const TEX = { '\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}' };
const tex = (s) => s.replace(/[\\~^&%$#_{}]/g, (c) => TEX[c] ?? '\\' + c);
