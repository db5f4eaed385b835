// Reads the data files of one output folder with DuckDB, a reader that shares
// no code with their writer, and prints what it finds as JSON.
// usage: node duckdb.mjs FOLDER [--count]
import { DuckDBInstance } from '@duckdb/node-api'

const [folder, count] = process.argv.slice(2)
const path = (p) => `'${`${folder}/${p}`.replaceAll("'", "''")}'`
const connection = await (await DuckDBInstance.create(':memory:')).connect()
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson()

const csv = `read_csv(${path('figures.csv')}, all_varchar = true, header = true, strict_mode = true, parallel = false)`
const parquet = `read_parquet(${path('figures.parquet')})`
const parts = `read_parquet(${path('figures/*/*.parquet')}, hive_partitioning = true)`
const columns = (await rows(`DESCRIBE SELECT * FROM ${parquet}`)).map((c) => c.column_name)

// As CSV has it: every value a text, null a blank.
const texts = columns.map((c) => `coalesce(cast("${c}" AS VARCHAR), '') AS "${c}"`).join(', ')
// The apostrophe that guards a text in CSV is not part of it.
const unguarded = columns.map((c) => `CASE WHEN regexp_matches(coalesce("${c}", ''), '^''[ \u00a0'']*[-=+@\t\r\n＝＋－＠]') THEN substr("${c}", 2) ELSE coalesce("${c}", '') END AS "${c}"`).join(', ')
const differ = async (a, b) => Number((await rows(`SELECT count(*) AS n FROM ((${a} EXCEPT ALL ${b}) UNION ALL (${b} EXCEPT ALL ${a}))`))[0].n)

const a = `SELECT ${unguarded} FROM ${csv}`
const b = `SELECT ${texts} FROM ${parquet}`
const c = `SELECT ${texts} FROM ${parts}`
const found = {
  counts: [csv, parquet, parts].map(async (t) => Number((await rows(`SELECT count(*) AS n FROM ${t}`))[0].n)),
  csvAgainstParquet: await differ(a, b),
  parquetAgainstParts: await differ(b, c),
  types: await rows(`DESCRIBE SELECT * FROM ${parquet}`),
  partTypes: await rows(`DESCRIBE SELECT * FROM ${parts}`),
  sums: await rows(`SELECT cast(year AS INTEGER) AS year, cast(sum(reports) AS VARCHAR) AS reports FROM ${parts} GROUP BY year ORDER BY year`),
  metadata: await rows(`SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata(${path('figures.parquet')})`),
  rows: count ? [] : await rows(`SELECT * FROM ${parquet}`),
}
found.counts = await Promise.all(found.counts)
console.log(JSON.stringify(found))
