// Type-ahead over platforms, companies and printed names. Keys are made once;
// a search is one pass over them, quick enough for tens of thousands.

import { key } from './text.js';

export function makeIndex(db) {
  const entries = [];
  for (const s of db.platforms) {
    const own = key(s.name);
    const w = weight(s);
    entries.push({ type: 'platform', s, label: s.name, key: own, weight: w });
    for (const printed of s.printed) {
      const k = key(printed);
      if (k !== own) entries.push({ type: 'printed', s, label: printed, key: k, weight: w });
    }
  }
  for (const c of db.companies) {
    if (!c.alone) entries.push({ type: 'company', s: c, label: c.name, key: key(c.name), weight: weight(c) });
  }
  return entries;
}

const weight = (s) => {
  let most = 0;
  for (const p of s.points) if (p.reports > most) most = p.reports;
  return Math.log10(most + 1) / 20; // breaks ties only
};

/** How well a key answers a question: 3 starts with it, 2 a word does, 1 holds it, 0 not. */
function score(k, q) {
  const at = k.indexOf(q);
  if (at < 0) return 0;
  if (at === 0) return 3;
  return new RegExp('[^\\p{L}\\p{N}]$', 'u').test(k.slice(0, at)) ? 2 : 1;
}

/**
 * The best matches, best first: { found: [{type, s, label}], more }. A series
 * stands there once for its name, and for a printed name only where its own
 * name does not answer.
 */
export function search(index, text, { limit = 12, keep = () => true } = {}) {
  const q = key(text.trim());
  if (!q) return { found: [], more: 0 };
  const best = new Map();
  for (const e of index) {
    const sc = score(e.key, q);
    if (!sc || !keep(e)) continue;
    const value = sc + e.weight + (e.key === q ? 1 : 0) - (e.type === 'printed' ? 0.6 : 0);
    const id = (e.type === 'company' ? 'c:' : 'p:') + e.s.id;
    const have = best.get(id);
    if (!have || value > have.value) best.set(id, { value, e });
  }
  const all = [...best.values()].sort((a, b) => b.value - a.value);
  return { found: all.slice(0, limit).map((x) => x.e), more: Math.max(0, all.length - limit) };
}
