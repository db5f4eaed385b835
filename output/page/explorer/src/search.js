// Type-ahead over platforms, companies, categories, printed names and services
// that are counted elsewhere. Keys are made once; a search is one pass over
// them, quick enough for tens of thousands.

import { distance } from 'fastest-levenshtein';
import { key, yearSpan } from './text.js';

export function makeIndex(db) {
  const entries = [];
  const put = (type, s, label, extra) => entries.push({ type, s, label, key: key(label), weight: s ? weight(s) : 0, ...extra });
  for (const s of db.series) {
    if (s.alone) continue;
    put(s.type, s, s.name);
    for (const printed of s.printed) if (key(printed) !== key(s.name)) put('printed', s, printed);
  }
  for (const n of db.short) put('short', n.s, n.name);
  for (const c of db.counted) for (const name of [c.name, ...c.aliases]) put('counted', c.platform, name, { counted: c });
  return entries;
}

const weight = (s) => {
  let most = 0;
  for (const p of s.points) if (p.reports > most) most = p.reports;
  return Math.log10(most + 1) / 20; // breaks ties only
};

/** How well a key answers a question: 3 starts with it, 2 a word does, 1 contains it, 0 not. */
function score(k, q) {
  const at = k.indexOf(q);
  if (at < 0) return 0;
  if (at === 0) return 3;
  return /[^\p{L}\p{N}]$/u.test(k.slice(0, at)) ? 2 : 1;
}

/**
 * The best matches, best first: { found: [entry], more, meant }. A series is
 * listed once for its name, and for a printed name only where its own name does
 * not answer. Without a match, meant is true and found lists names that differ
 * by a slip of the keys.
 */
export function search(index, text, limit = 12) {
  const q = key(text.trim());
  if (!q) return { found: [], more: 0, meant: false };
  const best = new Map();
  for (const e of index) {
    const sc = score(e.key, q);
    if (!sc) continue;
    const value = sc + e.weight + (e.key === q ? 1 : 0) - (e.type === 'printed' ? 0.6 : 0) + (e.type === 'short' && e.key === q ? 2 : 0);
    const id = e.counted ? `counted ${e.counted.name}` : e.s.key;
    if (!best.has(id) || value > best.get(id).value) best.set(id, { value, e });
  }
  const all = [...best.values()].sort((a, b) => b.value - a.value);
  if (!all.length) return { found: similar(index, q), more: 0, meant: true };
  return { found: all.slice(0, limit).map((x) => x.e), more: Math.max(0, all.length - limit), meant: false };
}

/** Names within one slip of the keys, two for longer words, largest first. */
function similar(index, q) {
  if (q.length < 3) return [];
  const most = q.length < 6 ? 1 : 2;
  const best = new Map();
  for (const e of index) {
    if (e.type === 'printed' || e.type === 'short') continue;
    let d = Infinity;
    for (const word of [e.key, ...e.key.split(/[^\p{L}\p{N}]+/u)]) if (Math.abs(word.length - q.length) <= most) d = Math.min(d, distance(word, q));
    if (d <= most && !best.has(e.counted?.name ?? e.s.key)) best.set(e.counted?.name ?? e.s.key, { e, value: d - e.weight });
  }
  return [...best.values()].sort((a, b) => a.value - b.value).slice(0, 5).map((x) => x.e);
}

/** "counted in Google's row, 2019–2025" */
export const countedWords = (c) => (c.platform ? ['counted in the row of ', { name: c.platform.name }, `, ${yearSpan(c.from, c.to)}`] : [`no row, ${yearSpan(c.from, c.to)}`]);
