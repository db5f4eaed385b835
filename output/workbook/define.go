package workbook

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline/compare"
)

// Every sheet with its texts and, but for those that tables define, its columns:
// "name width kind; …", where a name with {year} is a column of each year.
//
//go:embed sheets.csv
var sheetsFile []byte

const fromSheets = "NCMEC, CyberTipline Reports by ESP; documents, addresses and hashes on the sheet Editions."

// sheet returns a sheet without rows, by its definition.
func (b *Book) sheet(name string) *sheet {
	partial := ""
	if ys := b.partialYears(); len(ys) > 0 {
		partial = " Partial years, in grey italics: " + yearRanges(ys) + "."
	}
	fill := strings.NewReplacer("{span}", b.span(), "{complete}", strconv.Itoa(b.complete), "{largest}", strconv.Itoa(largestRows),
		"{movers}", strconv.Itoa(moverRows), "{base}", compare.SmallBase.String(), "{nowhere}", strconv.Itoa(b.nowhere()), "{ncmec}", fromSheets, "{partial}", partial,
		"{sorted}", fmt.Sprintf("Sorted by the reports of %d, the newest complete year, largest first. Look at marks before you compare two years.", b.complete))
	for _, d := range tables.ReadRows(sheetsFile) {
		if d["sheet"] != name {
			continue
		}
		s := &sheet{name: name, title: fill.Replace(d["title"]), about: d["about"], what: fill.Replace(d["what"]), blanks: d["blanks"], source: fill.Replace(d["source"]),
			lead: fill.Replace(d["lead"]), hint: d["hint"], printed: d["printed"], onePage: d["one_page"] == "yes", cols: b.columns(d["columns"])}
		s.room, _ = strconv.ParseFloat(d["room"], 64)
		s.lines, _ = strconv.Atoi(d["lines"])
		for _, n := range strings.Fields(d["notes"]) {
			note, _ := strconv.Atoi(n)
			s.notes = append(s.notes, note)
		}
		return s
	}
	panic("programmer error: sheets.csv has no sheet " + name)
}

var kindNames = map[string]kind{"text": text, "wrapped": wrapped, "whole": whole, "plain": plain, "share": share, "fine": fine, "general": general, "link": go2, "input": input}

// columns reads columns; those of partial years are grey and in italics.
func (b *Book) columns(list string) []column {
	var cols []column
	for _, one := range strings.Split(list, "; ") {
		part := strings.Fields(one)
		if len(part) < 3 {
			continue
		}
		width, _ := strconv.ParseFloat(part[1], 64)
		c := column{part[0], width, kindNames[part[2]]}
		if !strings.Contains(c.name, "{year}") {
			cols = append(cols, c)
			continue
		}
		for _, y := range b.m.Years {
			of := c
			of.name = strings.ReplaceAll(c.name, "{year}", strconv.Itoa(y))
			if c.kind == whole && b.partial(y) {
				of.kind = grey
			}
			cols = append(cols, of)
		}
	}
	return cols
}
