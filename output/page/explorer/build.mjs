// Builds dist/ from src/ and style.css: one script, one style sheet, and the
// licences of what the script holds. With --check it builds beside and says
// whether the committed dist/ is the same.
import { build } from 'esbuild';
import { mkdirSync, readFileSync, writeFileSync, existsSync, readdirSync } from 'node:fs';

const options = { bundle: true, minify: true, write: false, charset: 'ascii', legalComments: 'none', logLevel: 'warning', metafile: true };
const numbers = { define: { 'Intl.NumberFormat': 'LazyNumberFormat' }, inject: ['src/numbers.js'] };
// The library has maps and scales of colours, which no chart here uses: a seventh
// of the script. Their functions are there, and do nothing.
const unused = { name: 'unused', setup: (b) => b.onLoad({ filter: /node_modules\/d3-(geo|scale-chromatic)\// }, async ({ path }) =>
  ({ contents: Object.keys(await import(path)).map((name) => `export const ${name} = () => ({});`).join('\n') })) };
const js = await build({ ...options, ...numbers, plugins: [unused], entryPoints: ['src/main.js'], outfile: 'dist/explorer.js', format: 'iife', target: ['chrome110', 'firefox115', 'safari16'] });
const css = await build({ ...options, entryPoints: ['style.css'], outfile: 'dist/explorer.css', target: ['chrome110', 'firefox115', 'safari16'] });

// Every package whose files are in the bundle, with its licence in full; those
// with one text together.
const packages = [...new Set(Object.keys(js.metafile.outputs['dist/explorer.js'].inputs)
  .filter((f) => f.startsWith('node_modules/')).map((f) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(f)[1]))].sort();
const texts = new Map();
for (const p of packages) {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${p}/package.json`, 'utf8'));
  const file = readdirSync(`node_modules/${p}`).find((f) => /^licen[cs]e/i.test(f));
  if (!file) throw new Error(`${p} carries no licence text`);
  const text = readFileSync(`node_modules/${p}/${file}`, 'utf8').trim();
  texts.set(text, [...(texts.get(text) ?? []), `${p} ${version} (${license})`]);
}
const licences = [...texts].map(([text, of]) => `${of.join('\n')}\n\n${text}\n`);

const held = `What the script of the explorer holds besides its own source.\n\n${licences.join(`\n${'-'.repeat(72)}\n\n`)}`;
if (held.includes('*/') || held.includes('</')) throw new Error('a licence text would end the comment it stands in');

// The page is passed on alone, so the licences travel inside the script too.
const built = new Map([
  ['dist/explorer.js', `/*!\n${held}*/\n${js.outputFiles[0].text}`],
  ['dist/explorer.css', css.outputFiles[0].text],
  ['dist/LICENSES.txt', held],
]);
if (process.argv.includes('--check')) {
  const differ = [...built].filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text).map(([file]) => file);
  if (differ.length) {
    console.error(`not what the source builds: ${differ.join(', ')}; run make explorer and commit`);
    process.exit(1);
  }
  console.log('dist/ is what the source builds');
} else {
  mkdirSync('dist', { recursive: true });
  for (const [file, text] of built) {
    writeFileSync(file, text);
    console.log(`${file} ${Buffer.byteLength(text)} bytes`);
  }
}
