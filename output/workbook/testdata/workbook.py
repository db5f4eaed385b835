"""Reads a workbook with openpyxl, as pandas does, and prints what is wrong.

Arguments: the workbook, and a JSON file {"rows": [[year, printed name,
reports]], "wide": {platform: {year: reports}}}.
"""
import json
import re
import sys
import warnings
import zipfile

import openpyxl

warnings.simplefilter("ignore")  # openpyxl does not keep sparklines and says so
path, expected = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
wrong = []

values = openpyxl.load_workbook(path, data_only=True)
formulas = openpyxl.load_workbook(path)
count = 0
for sheet in formulas:
    cached = values[sheet.title]
    for row in sheet.iter_rows():
        for cell in row:
            value = cached[cell.coordinate].value
            if cell.data_type == "e" or isinstance(value, str) and re.match(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)", value):
                wrong.append(f"{sheet.title}!{cell.coordinate}: error value {value}")
            count += cell.data_type == "f"
    if len(sheet.tables) != 1:
        wrong.append(f"{sheet.title}: {len(sheet.tables)} tables")
    for table in sheet.tables.values():
        head = [c.value for c in sheet[table.ref][0]]
        if head != [c.name for c in table.tableColumns]:
            wrong.append(f"{sheet.title}: headers {head} are not the table's")
if count < 100:
    wrong.append(f"only {count} formulas")
# openpyxl reads the empty text a formula may have as None, so the parts say
# whether a formula has a value at all.
with zipfile.ZipFile(path) as z:
    for name in z.namelist():
        if name.startswith("xl/worksheets/sheet"):
            text = z.read(name).decode("utf-8")
            if "</f></c>" in text:
                wrong.append(f"{name}: a formula without a value")


def table(name):
    sheet = values[name]
    ref = list(sheet.tables.values())[0].ref
    rows = [[c.value for c in row] for row in sheet[ref]]
    return rows[0], rows[1:]


head, rows = table("All_rows")
got = [[r[head.index("Year")], r[head.index("Name as printed or transcribed")], r[head.index("Reports")]] for r in rows]
if got != expected["rows"]:
    for a, b in zip(got, expected["rows"]):
        if a != b:
            wrong.append(f"All_rows: {a}, want {b}")
    if len(got) != len(expected["rows"]):
        wrong.append(f"All_rows: {len(got)} rows, want {len(expected['rows'])}")
head, rows = table("Platforms_by_year")
wide = {}
for r in rows:
    wide[r[0]] = {h[:4]: v for h, v in zip(head, r) if re.match(r"\d{4}", h) and v is not None}
if wide != expected["wide"]:
    for name in expected["wide"]:
        if wide.get(name) != expected["wide"][name]:
            wrong.append(f"Platforms_by_year: {name}: {wide.get(name)}, want {expected['wide'][name]}")
    if len(wide) != len(expected["wide"]):
        wrong.append(f"Platforms_by_year: {len(wide)} rows, want {len(expected['wide'])}")
print("\n".join(wrong))
