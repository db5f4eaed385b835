// Reads a workbook with ExcelJS and with SheetJS, and prints what differs from
// what it must hold.
// usage: node workbook.mjs WORKBOOK JSON
import { readFile } from 'node:fs/promises'
import ExcelJS from 'exceljs'
import * as XLSX from 'xlsx'

const [path, json] = process.argv.slice(2)
const want = JSON.parse(await readFile(json, 'utf8'))
const wrong = []
const same = (got, must) => {
  if (must === null) return got === null || got === undefined || got === ''
  if (typeof must === 'number') return typeof got === 'number' && Math.abs(got - must) <= 1e-9 * Math.max(1, Math.abs(must))
  return got === must
}
const plain = cell => {
  const v = cell.value
  if (v && typeof v === 'object') {
    if ('formula' in v) return cell.result
    if ('hyperlink' in v) return v.text
    if ('richText' in v) return v.richText.map(r => r.text).join('')
  }
  return v
}

const book = new ExcelJS.Workbook()
await book.xlsx.readFile(path)
const names = book.worksheets.map(s => s.name)
if (names.join() !== want.sheets.map(s => s.name).join()) wrong.push(`ExcelJS: sheets ${names}`)
for (const s of want.sheets) {
  const sheet = book.getWorksheet(s.name)
  ;[s.columns, ...s.rows].forEach((row, r) => row.forEach((must, c) => {
    const got = plain(sheet.getCell(want.header + r, c + 1))
    if (!same(got, must)) wrong.push(`ExcelJS: ${s.name}, row ${want.header + r}, column ${c + 1}: ${JSON.stringify(got)}, want ${JSON.stringify(must)}`)
  }))
}

const other = XLSX.read(await readFile(path))
for (const s of want.sheets) {
  const rows = XLSX.utils.sheet_to_json(other.Sheets[s.name], { range: want.header - 1, defval: null, header: 1 })
  if (rows.length !== s.rows.length + 1) wrong.push(`SheetJS: ${s.name} has ${rows.length - 1} rows, want ${s.rows.length}`)
  ;[s.columns, ...s.rows].forEach((row, r) => row.forEach((must, c) => {
    if (rows[r] && !same(rows[r][c], must)) wrong.push(`SheetJS: ${s.name}, row ${want.header + r}, column ${c + 1}: ${JSON.stringify(rows[r][c])}, want ${JSON.stringify(must)}`)
  }))
}
console.log(wrong.slice(0, 30).join('\n'))
