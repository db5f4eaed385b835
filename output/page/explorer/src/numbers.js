// Plot makes a formatter of numbers when it is loaded, which takes the browser
// 30 ms and which no chart here uses: the build (build.mjs) gives it this one,
// which makes the browser's when it is first asked.

export class LazyNumberFormat {
  #options;
  #format;

  constructor(...options) { this.#options = options; }

  format(n) { return (this.#format ??= new globalThis.Intl.NumberFormat(...this.#options)).format(n); }
}
