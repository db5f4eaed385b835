// The search box: a combobox that adds what is picked.

import { countedWords, makeIndex, search } from './search.js';
import { count, h, named, plural } from './text.js';

const $ = (id) => document.getElementById(id);

/** Wires the box. ctx: {db, shown() keys, add(series list), announce(words)}. Returns a function that makes its index ready. */
export function wireSearch(ctx) {
  const input = $('search');
  const options = $('options');
  let index = null;
  let offers = [];
  let at = -1;

  const ready = () => { index ??= makeIndex(ctx.db); };

  function offer() {
    ready();
    const words = input.value.trim();
    const { found, more, meant } = search(index, words);
    offers = found.map((e) => ({ e, s: e.counted ? e.counted.platform : e.s }));
    at = offers.findIndex((o) => o.s);
    const shown = new Set(ctx.shown());
    const note = (text) => h('li', { class: 'soft', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, text);
    options.replaceChildren(...offers.map((o, i) => h('li', { role: 'option', id: `option-${i}`, 'aria-disabled': o.s ? null : 'true', onmousedown: (ev) => { ev.preventDefault(); pick(i); } },
      h('span', { class: 'label' }, named(o.e.label)), h('span', { class: 'soft' }, about(o.e), o.s && shown.has(o.s.key) ? ' \u00b7 shown' : ''))));
    if (meant && offers.length) options.prepend(note('No such name. Did you mean:'));
    if (words && !offers.length) options.append(note('No such name'));
    else if (more) options.append(note(`and ${count(more)} more`));
    open(words !== '');
    mark();
    if (words) ctx.announce(!offers.length ? 'No such name' : meant ? `No such name. Did you mean ${offers[0].e.label}?` : `${plural(offers.length + more, 'match', 'matches')}, first ${offers[0].e.label}`);
  }

  function about(e) {
    if (e.counted) return [e.label === e.counted.name ? '' : `${e.counted.name}: `, ...countedWords(e.counted)];
    if (e.type === 'short') return ['short for ', named(e.s)];
    if (e.type === 'printed') return ['listed name of ', named(e.s)];
    const p = e.s.points.findLast((q) => q.reports !== null);
    const newest = p ? `${p.year}: ${count(p.reports)}` : '';
    return e.type === 'platform' ? newest : `${{ set: 'sum', total: 'total' }[e.type] ?? e.type} \u00b7 ${newest}`;
  }

  function pick(i) {
    const o = offers[i];
    if (!o?.s) return;
    input.value = '';
    open(false);
    mark();
    ctx.add([o.s]);
    if (o.e.counted) ctx.announce(`${o.e.counted.name} has no row of its own. Added ${o.s.name}.`);
  }

  function open(yes) {
    options.hidden = !yes;
    input.setAttribute('aria-expanded', String(yes));
  }

  function mark() {
    for (const li of options.children) li.setAttribute('aria-selected', String(li.id === `option-${at}`));
    const chosen = !options.hidden && at >= 0 && $(`option-${at}`);
    if (chosen) {
      input.setAttribute('aria-activedescendant', chosen.id);
      chosen.scrollIntoView({ block: 'nearest' });
    } else input.removeAttribute('aria-activedescendant');
  }

  input.addEventListener('input', offer);
  input.addEventListener('focus', () => { if (input.value.trim()) offer(); });
  input.addEventListener('blur', () => open(false));
  input.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') { open(false); mark(); return; }
    if (!offers.length || options.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) {
      e.preventDefault();
      at = (at + step + offers.length) % offers.length;
      mark();
    } else if (e.key === 'Enter') {
      e.preventDefault();
      pick(at);
    }
  });
  return ready;
}
