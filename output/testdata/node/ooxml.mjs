// Holds a workbook against the format as Microsoft's Open XML SDK knows it, and
// prints what the SDK finds wrong as JSON, an empty list where all is well. The
// SDK runs once a process.
// usage: node ooxml.mjs WORKBOOK OFFICE-VERSION
import { readFile } from 'node:fs/promises'
import validate from '@ooxml-tools/validate'

const [workbook, version] = process.argv.slice(2)
console.log(JSON.stringify(await validate(await readFile(workbook), 'xlsx', version)))
process.exit(0)
