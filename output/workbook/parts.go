package workbook

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Tables and links of a sheet are written here: excelize reads every table
// before it adds one, and every link and relation of a sheet before it adds
// one more, and it would have to see the header row.

// link is a cell that leads somewhere.
type link struct {
	ref, target, tip string
}

func (l *link) outside() bool { return strings.Contains(l.target, "://") }

// linkTo makes a cell lead to a place in this workbook ("Sheet!A1") or to an
// address, and says in its tip where to.
func (b *book) linkTo(s *sheet, ref, target, tip string) {
	if len(tip) > 250 {
		if r := []rune(tip); len(r) > 250 {
			tip = string(r[:249]) + "…"
		}
	}
	s.links = append(s.links, link{ref, target, tip})
}

// addTable makes the rows of a sheet a real table. Publication tables stay
// plain: no filter buttons, no stripes.
func (b *book) addTable(s *sheet, t *table, head, last int) {
	b.tables++
	ref := cellRange(1, head, len(t.cols), last)
	x := fmt.Appendf(nil, `%s<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="%d" name="%s" displayName="%s" ref="%s">`, partHead, b.tables, t.name, t.name, ref)
	if t.filter {
		x = fmt.Appendf(x, `<autoFilter ref="%s"></autoFilter>`, ref)
	}
	x = fmt.Appendf(x, `<tableColumns count="%d">`, len(t.cols))
	for i, c := range t.cols {
		x = fmt.Appendf(x, `<tableColumn id="%d" name="`, i+1)
		x = append(appendXML(x, escapeMarks(c.head), true), `"></tableColumn>`...) // as in the cell
	}
	x = append(x, `</tableColumns><tableStyleInfo showFirstColumn="false" showLastColumn="false" showRowStripes="false" showColumnStripes="false"></tableStyleInfo></table>`...)
	s.table = fmt.Sprintf("tables/table%d.xml", b.tables)
	b.parts.more["xl/"+s.table] = x
}

const (
	partHead  = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	noRels    = partHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`
	tableType = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
)

// join puts tables and links into the parts that excelize makes.
func (b *book) join() {
	for i, s := range b.sheets {
		part := b.part(s)
		b.edit(part, func(x []byte) ([]byte, error) { return s.join(x) })
		if s.table == "" && !slices.ContainsFunc(s.links, func(l link) bool { return l.outside() }) {
			continue
		}
		rels := fmt.Sprintf("xl/worksheets/_rels/sheet%d.xml.rels", i+1)
		b.parts.more[rels] = []byte(noRels) // where excelize makes none
		b.edit(rels, s.relate)
	}
	b.edit(contentTypes, func(x []byte) ([]byte, error) {
		var types []byte
		for _, s := range b.sheets {
			if s.table != "" {
				types = fmt.Appendf(types, `<Override PartName="/xl/%s" ContentType="%s"></Override>`, s.table, tableType)
			}
		}
		return insert(x, "</Types>", types)
	})
}

// join adds table and links to the sheet's part.
func (s *sheet) join(x []byte) ([]byte, error) {
	if len(s.links) > 0 {
		list := []byte("<hyperlinks>")
		for i := range s.links {
			l := &s.links[i]
			list = append(append(append(list, `<hyperlink ref="`...), l.ref...), '"')
			if l.outside() {
				list = append(strconv.AppendInt(append(list, ` r:id="link`...), int64(i+1), 10), '"')
			} else {
				list = append(appendXML(append(list, ` location="`...), l.target, true), '"')
			}
			list = append(appendXML(append(list, ` tooltip="`...), l.tip, true), `"></hyperlink>`...)
		}
		var err error
		if x, err = insert(x, "<pageMargins", append(list, "</hyperlinks>"...)); err != nil {
			return nil, err
		}
	}
	if s.table == "" {
		return x, nil
	}
	before := "</worksheet>"
	if bytes.HasSuffix(x, []byte("</extLst></worksheet>")) {
		before = "<extLst"
	}
	return insert(x, before, []byte(`<tableParts count="1"><tablePart r:id="table"></tablePart></tableParts>`))
}

// relate adds what the ids of table and links stand for.
func (s *sheet) relate(x []byte) ([]byte, error) {
	var list []byte
	for i := range s.links {
		if l := &s.links[i]; l.outside() {
			list = strconv.AppendInt(append(list, `<Relationship Id="link`...), int64(i+1), 10)
			list = append(appendXML(append(list, `" Target="`...), l.target, true), `" Type="`+relations+`hyperlink" TargetMode="External"></Relationship>`...)
		}
	}
	if s.table != "" {
		list = fmt.Appendf(list, `<Relationship Id="table" Target="../%s" Type="%stable"></Relationship>`, s.table, relations)
	}
	return insert(x, "</Relationships>", list)
}

// insert puts text before the last place where the mark stands.
func insert(x []byte, mark string, text []byte) ([]byte, error) {
	at := bytes.LastIndex(x, []byte(mark))
	if at < 0 {
		return nil, fmt.Errorf("there is no %s", mark)
	}
	return slices.Concat(x[:at], text, x[at:]), nil
}

// edit changes a part before it is compressed, after what changed it before.
func (b *book) edit(part string, change func([]byte) ([]byte, error)) {
	before := b.edits[part]
	if before == nil {
		b.edits[part] = change
		return
	}
	b.edits[part] = func(x []byte) ([]byte, error) {
		x, err := before(x)
		if err != nil {
			return nil, err
		}
		return change(x)
	}
}
