package workbook

import (
	"errors"
	"math"
	"path"
	"strconv"
	"strings"
)

// open reads what belongs to no one sheet.
func (k *checker) open() error {
	var wb struct {
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
		View []struct {
			Active string `xml:"activeTab,attr"`
			First  string `xml:"firstSheet,attr"`
		} `xml:"bookViews>workbookView"`
	}
	const book = "xl/workbook.xml"
	if err := k.parts.decode(book, &wb); err != nil {
		return err
	}
	rels, err := k.parts.relations(book)
	if err != nil {
		return err
	}
	for _, s := range wb.Sheets {
		k.sheets = append(k.sheets, checkedSheet{name: s.Name, part: rels[s.ID], state: s.State})
	}
	for _, v := range wb.View {
		if v.Active != "" && v.Active != "0" || v.First != "" && v.First != "0" {
			k.fail(29, "", "the workbook opens on sheet number %s", v.Active)
		}
	}
	if k.parts.files["xl/sharedStrings.xml"] != nil {
		var sst struct {
			SI []struct {
				T string `xml:"t"`
				R []struct {
					T string `xml:"t"`
				} `xml:"r"`
			} `xml:"si"`
		}
		if err := k.parts.decode("xl/sharedStrings.xml", &sst); err != nil {
			return err
		}
		for _, si := range sst.SI {
			text := si.T
			for _, r := range si.R {
				text += r.T
			}
			k.shared = append(k.shared, text)
		}
	}
	for name := range k.parts.files {
		if strings.Contains(strings.ToLower(path.Base(name)), "vbaproject") || strings.HasPrefix(name, "xl/macrosheets/") || strings.HasPrefix(name, "xl/activeX/") || strings.HasPrefix(name, "xl/embeddings/") {
			k.fail(26, "", "the part %s can run something", name)
		}
	}
	return k.openStyles()
}

func (k *checker) openStyles() error {
	var st struct {
		NumFmts []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Fonts []struct {
			B *struct {
				Val string `xml:"val,attr"`
			} `xml:"b"`
			Sz struct {
				Val float64 `xml:"val,attr"`
			} `xml:"sz"`
			Color struct {
				RGB string `xml:"rgb,attr"`
			} `xml:"color"`
			Name struct {
				Val string `xml:"val,attr"`
			} `xml:"name"`
		} `xml:"fonts>font"`
		Fills []struct {
			Pattern struct {
				Type string `xml:"patternType,attr"`
				Fg   struct {
					RGB string `xml:"rgb,attr"`
				} `xml:"fgColor"`
			} `xml:"patternFill"`
		} `xml:"fills>fill"`
		Xfs []struct {
			NumFmt int `xml:"numFmtId,attr"`
			Font   int `xml:"fontId,attr"`
			Fill   int `xml:"fillId,attr"`
			Align  *struct {
				Horizontal string `xml:"horizontal,attr"`
				Wrap       string `xml:"wrapText,attr"`
			} `xml:"alignment"`
		} `xml:"cellXfs>xf"`
	}
	if err := k.parts.decode("xl/styles.xml", &st); err != nil {
		return err
	}
	codes := map[int]string{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
	for _, n := range st.NumFmts {
		codes[n.ID] = n.Code
	}
	for _, x := range st.Xfs {
		if x.Font >= len(st.Fonts) || x.Fill >= len(st.Fills) {
			return errors.New("xl/styles.xml: a style names a font or fill that is not there")
		}
		f, fill := st.Fonts[x.Font], st.Fills[x.Fill].Pattern
		s := checkedStyle{font: f.Name.Val, size: f.Sz.Val, bold: f.B != nil && f.B.Val != "0" && f.B.Val != "false", format: codes[x.NumFmt], ink: f.Color.RGB, paper: "FFFFFF"}
		if fill.Type == "solid" && fill.Fg.RGB != "" {
			s.paper = fill.Fg.RGB
		}
		if x.Align != nil {
			s.right, s.wrap = x.Align.Horizontal == "right", x.Align.Wrap == "1" || x.Align.Wrap == "true"
		}
		k.styles = append(k.styles, s)
	}
	return nil
}

// objects checks what floats on a sheet.
func (k *checker) objects(s *checkedSheet, read *sheetRead, rels map[string]string) error {
	if read.drawing == "" {
		return nil
	}
	part := rels[read.drawing]
	var d struct {
		Anchors []struct {
			Frame *struct {
				Props struct {
					Descr string `xml:"descr,attr"`
				} `xml:"nvGraphicFramePr>cNvPr"`
			} `xml:"graphicFrame"`
			Shape   *struct{} `xml:"sp"`
			Picture *struct{} `xml:"pic"`
		} `xml:",any"`
	}
	if err := k.parts.decode(part, &d); err != nil {
		return err
	}
	for _, a := range d.Anchors {
		switch {
		case a.Shape != nil || a.Picture != nil:
			k.fail(25, s.name, "a text box or picture floats on the sheet")
		case a.Frame == nil:
			k.fail(25, s.name, "something that is no chart floats on the sheet")
		case len(strings.Fields(a.Frame.Props.Descr)) < 5:
			k.fail(24, s.name, "a chart has no alternative text")
		}
	}
	return k.charts(s, part)
}

// charts checks that lines in a chart can be told apart without colour, and
// that axes have a title.
func (k *checker) charts(s *checkedSheet, drawing string) error {
	rels, err := k.parts.relations(drawing)
	if err != nil {
		return err
	}
	for _, part := range rels {
		if !strings.HasPrefix(part, "xl/charts/") {
			continue
		}
		type lines struct {
			Ser []struct {
				Name   string `xml:"tx>strRef>f"`
				Symbol struct {
					Val string `xml:"val,attr"`
				} `xml:"marker>symbol"`
				Dash struct {
					Val string `xml:"val,attr"`
				} `xml:"spPr>ln>prstDash"`
			} `xml:"ser"`
		}
		var c struct {
			Line    []lines `xml:"chart>plotArea>lineChart"`
			Scatter []lines `xml:"chart>plotArea>scatterChart"`
			Axes    []struct {
				Title *struct{} `xml:"title"`
				Pos   struct {
					Val string `xml:"val,attr"`
				} `xml:"axPos"`
			} `xml:"chart>plotArea>valAx"`
		}
		if err := k.parts.decode(part, &c); err != nil {
			return err
		}
		for _, l := range append(c.Line, c.Scatter...) {
			by := map[string]string{}
			for _, ser := range l.Ser {
				look := ser.Symbol.Val + " " + ser.Dash.Val
				if other, ok := by[look]; ok && other != ser.Name {
					k.fail(23, s.name, "two lines of a chart differ by colour alone")
				}
				by[look] = ser.Name
			}
		}
		for _, a := range c.Axes {
			if a.Title == nil {
				k.fail(24, s.name, "a chart's value axis has no title that names the unit")
			}
		}
	}
	return nil
}

// whole checks what concerns the workbook as a whole.
func (k *checker) whole() {
	names := map[string]*checkedSheet{}
	for i := range k.sheets {
		s := &k.sheets[i]
		if names[strings.ToLower(s.name)] != nil {
			k.fail(2, s.name, "two sheets have the name")
		}
		names[strings.ToLower(s.name)] = s
	}
	for i, want := range []string{"Cover", "Contents", "Notes"} {
		if i >= len(k.sheets) || k.sheets[i].name != want {
			k.fail(1, "", "sheet %d is not %s", i+1, want)
		}
	}
	exploring := false
	for i, s := range k.sheets {
		if i >= len(k.contents) || k.contents[i].name != s.name {
			k.fail(9, "Contents", "row %d of the contents is not %s", i+1, s.name)
			continue
		}
		switch k.contents[i].use {
		case "exploring":
			exploring = true
		case "reading":
			if exploring {
				k.fail(1, s.name, "a sheet for reading stands behind those for exploring")
			}
			if s.explores != "" {
				k.fail(1, s.name, "a publication table has %s", s.explores)
			}
		default:
			k.fail(9, "Contents", "%s is for %q", s.name, k.contents[i].use)
		}
	}
	if len(k.contents) > len(k.sheets) {
		k.fail(9, "Contents", "there are more entries than sheets")
	}
	linked := map[string]bool{}
	for _, l := range k.links {
		sheet, ref, _ := strings.Cut(l.location, "!")
		s := names[strings.ToLower(strings.Trim(sheet, "'"))]
		col, row := splitRef([]byte(ref))
		if s == nil || col == 0 || row > max(1, s.rows) || col > max(1, s.cols) {
			k.fail(9, l.sheet, "the link in %s leads to %q, which is not there", l.ref, l.location)
			continue
		}
		if l.sheet == "Contents" {
			linked[l.ref+" "+s.name] = true
		}
	}
	for _, row := range k.contents {
		if !linked[cell(1, row.row)+" "+row.name] {
			k.fail(9, "Contents", "the entry %s does not lead to its sheet", row.name)
		}
	}
	for n := range k.cited {
		if !k.notes[n] {
			k.fail(20, "", "note %d is cited and not on the sheet Notes", n)
		}
	}
	for n := range k.notes {
		if !k.cited[n] {
			k.fail(20, "Notes", "note %d is cited nowhere", n)
		}
		if n < 1 || n > len(k.notes) {
			k.fail(20, "Notes", "the notes are not numbered from 1 on")
		}
	}
	for _, st := range k.styles {
		if st.font == "Arial" && st.size == 12 || st.size == 16 {
			if c := contrast(st.ink, st.paper); c < 4.5 {
				k.fail(23, "", "text in %s on %s has a contrast of %.1f to 1", st.ink, st.paper, c)
			}
		}
	}
	var core struct {
		Title    string `xml:"title"`
		Subject  string `xml:"subject"`
		Language string `xml:"language"`
	}
	if err := k.parts.decode("docProps/core.xml", &core); err != nil || core.Title == "" || core.Subject == "" || core.Language == "" {
		k.fail(28, "", "title, subject or language is missing from the properties")
	}
}

// contrast returns the contrast of two colours by the Web Content
// Accessibility Guidelines; text of no colour is black.
func contrast(ink, paper string) float64 {
	light := func(c string) float64 {
		if len(c) == 8 {
			c = c[2:]
		}
		n, err := strconv.ParseUint(c, 16, 32)
		if err != nil || len(c) != 6 {
			return 0
		}
		sum := 0.0
		for i, w := range []float64{0.2126, 0.7152, 0.0722} {
			v := float64(n>>(16-8*i)&0xff) / 255
			if v <= 0.03928 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += w * v
		}
		return sum
	}
	a, b := light(ink), light(paper)
	return (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05)
}
