"""Reads a workbook with openpyxl and with pandas, and prints what differs from
what it must hold. Arguments: the workbook, and the JSON file of toFiles."""
import json
import sys

import openpyxl
import pandas

path, want = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
wrong = []


def same(got, must):
    if must is None:
        return got is None or got == ""
    if isinstance(must, (int, float)) and not isinstance(must, bool):
        return isinstance(got, (int, float)) and abs(got - must) <= 1e-9 * max(1, abs(must))
    return got == must


values = openpyxl.load_workbook(path, data_only=True)
if values.sheetnames != [s["name"] for s in want["sheets"]]:
    wrong.append(f"sheets {values.sheetnames}")
for s in want["sheets"]:
    sheet = values[s["name"]]
    tables = list(sheet.tables.values())
    if [t.name for t in tables] != [s["table"]] or [c.name for c in tables[0].tableColumns] != s["columns"]:
        wrong.append(f"{s['name']}: the table is not {s['table']} with its columns")
    for r, row in enumerate([s["columns"]] + s["rows"], want["header"]):
        for c, must in enumerate(row, 1):
            cell = sheet.cell(r, c)
            if cell.data_type == "e" or not same(cell.value, must):
                wrong.append(f"{s['name']}!{cell.coordinate}: {cell.value!r}, want {must!r}")

# As the documentation says: one header= for every sheet.
frames = pandas.read_excel(path, sheet_name=None, header=want["header"] - 1, keep_default_na=False, na_values=[""])
for s in want["sheets"]:
    frame = frames[s["name"]]
    if list(frame.columns) != s["columns"] or len(frame) != len(s["rows"]):
        wrong.append(f"pandas, {s['name']}: {list(frame.columns)}, {len(frame)} rows")
rows = frames["All_rows"]
for year, total in rows.groupby("year")["reports"].sum().items():
    wide = frames["Platforms"][f"reports_{year}"].sum()
    if wide != total or total == 0:
        wrong.append(f"pandas: {year} sums to {total} in All_rows, {wide} in Platforms")
print("\n".join(wrong[:30]))
