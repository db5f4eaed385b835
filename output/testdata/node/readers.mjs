// Reads the files of output folders with programs that share no code with
// their writer, by default settings, and prints the rows as JSON:
// {folder: {file: [{column: value}]}}. With "query" it runs the SQL of standard
// input in DuckDB, in the current folder, and prints the rows.
// usage: node readers.mjs duckdb|hyparquet|datapackage|query FOLDER...
import { createRequire } from 'node:module'
import { readFile, readdir } from 'node:fs/promises'

const [program, ...folders] = process.argv.slice(2)

const database = async () => {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  return async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS()
}

const named = async (folder, ...endings) => (await readdir(folder)).filter((f) => endings.some((e) => f.endsWith(e)))

const readers = {
  async duckdb (folder) {
    const rows = await database()
    const found = {}
    for (const f of await named(folder, '.csv', '.parquet')) found[f] = await rows(`FROM '${folder}/${f}'`)
    found['figures by year'] = await rows(`FROM '${folder}/figures/*/*.parquet'`)
    return found
  },
  async hyparquet (folder) {
    const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet')
    const found = {}
    for (const f of await named(folder, '.parquet')) found[f] = await parquetReadObjects({ file: await asyncBufferFromFile(`${folder}/${f}`) })
    return found
  },
  async datapackage (folder) {
    const { Package } = createRequire(import.meta.url)('datapackage')
    const all = await Package.load(`${folder}/datapackage.json`)
    if (!all.valid) throw new Error(all.errors.join('\n'))
    const found = {}
    for (const r of all.resources.filter((r) => r.descriptor.profile === 'tabular-data-resource')) {
      found[r.descriptor.path] = await r.read({ keyed: true })
      await r.checkRelations()
    }
    return found
  },
}

const plain = (k, v) => typeof v === 'bigint' ? Number(v) : v

if (program === 'query') {
  const rows = await database()
  const text = await readFile('/dev/stdin', 'utf8')
  for (const sql of text.split(/;\s*$/m).filter((s) => s.trim())) for (const r of await rows(sql)) console.log(Object.values(r).join('|'))
} else {
  const found = {}
  for (const f of folders) found[f] = await readers[program](f)
  console.log(JSON.stringify(found, plain))
}
