package explain

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// Citation is what a text says of one source of a figure.
type Citation struct {
	Author    string
	Title     string
	Year      int       // that the table covers
	Dated     time.Time // the document's own date; zero where unknown
	Retrieved time.Time // when the address was asked; zero where it was not
	URL       string    // "" where no public address is known; never a file on somebody's disk
	SHA256    string    // "" for a third party's transcription
	ByHand    bool      // somebody saved the file, and its bytes are not known
	Secondary bool      // transcribed by a third party
	Rows      []pipeline.Figure
	Sum       string // the figure as a sentence where it is a sum; "" otherwise
}

const publisher = "National Center for Missing & Exploited Children"

// Formats lists the forms in which Write writes citations.
var Formats = []string{"text", "apa", "bibtex", "ris", "csl-json"}

// citations returns one citation for each source that a figure rests on.
func citations(m *compare.Model, s *compare.Series, p *compare.Point) []Citation {
	if s.ID == compare.TotalID {
		for _, t := range m.Data.Totals {
			if t.Year == p.Year {
				title, url, _ := strings.Cut(t.Source, ": ")
				return []Citation{{Author: publisher, Title: title, Year: t.Year, URL: url, Secondary: p.Status == pipeline.SecondaryHand,
					Sum: fmt.Sprintf("CyberTipline total, %d: %s reports.", t.Year, p.Reports)}}
			}
		}
		return nil
	}
	ed := m.Data.Edition(p.Year)
	if ed == nil {
		return nil
	}
	c := Citation{Year: p.Year, URL: ed.Document.Address(), Rows: p.Figures}
	if s.Type != compare.TypePlatform || len(p.Figures) > 1 {
		c.Sum = fmt.Sprintf("Sum of the rows below, by espfigures: %s, %d: %s reports.", s.Name, p.Year, p.Reports)
	}
	if s.Type == compare.TypeTotal {
		c.Sum = fmt.Sprintf("All providers, %d, as the table prints it: %s reports.", p.Year, p.Reports)
	}
	if ed.Source != "" {
		c.Secondary = true
		c.Author, _, _ = strings.Cut(ed.Source, ",")
		c.Title = fmt.Sprintf("Transcription of part of NCMEC's table of CyberTipline reports by ESP, %d", p.Year)
		return []Citation{c}
	}
	d := ed.Document
	c.Author, c.SHA256, c.Dated = publisher, d.SHA256, d.Dated
	c.Title = fmt.Sprintf("%d CyberTipline Reports by Electronic Service Providers (ESP)", p.Year)
	c.ByHand = d.Origin == pipeline.FromHand
	if !d.ByHand() {
		c.Retrieved = d.Retrieved
	}
	if strings.HasPrefix(c.URL, "file:") {
		c.URL = ""
	}
	return []Citation{c}
}

// Comparison returns one citation for each source behind series across years,
// with every row that they rest on.
func Comparison(m *compare.Model, series []*compare.Series, years []int) []Citation {
	var list []Citation
	for _, year := range years {
		for _, s := range series {
			p := s.At(year)
			if p == nil || p.Reports == nil {
				continue
			}
			for _, c := range citations(m, s, p) {
				c.Sum = fmt.Sprintf("Compared by espfigures, version of the data %s.", m.Data.Version())
				i := slices.IndexFunc(list, func(x Citation) bool { return x.Title == c.Title && x.URL == c.URL })
				if i < 0 {
					list = append(list, c)
					continue
				}
				for _, f := range c.Rows {
					if !slices.ContainsFunc(list[i].Rows, func(x pipeline.Figure) bool { return x.Name == f.Name && x.At == f.At }) {
						list[i].Rows = append(list[i].Rows, f)
					}
				}
			}
		}
	}
	return list
}

// Write writes citations in one of Formats.
func Write(list []Citation, format string) string {
	if format == "csl-json" {
		var items []map[string]any
		for _, c := range list {
			items = append(items, c.csl())
		}
		text, err := json.MarshalIndent(items, "", "  ")
		if err != nil {
			panic(err) // programmer error: strings and numbers only
		}
		return string(text) + "\n"
	}
	write := Citation.text
	switch format {
	case "apa":
		write = Citation.apa
	case "bibtex":
		write = Citation.bibTeX
	case "ris":
		write = Citation.ris
	}
	var parts []string
	for _, c := range list {
		parts = append(parts, write(c))
	}
	return strings.Join(parts, "\n")
}

// text is one sentence for each row, to paste below a figure.
func (c Citation) text() string {
	var b strings.Builder
	if c.Sum != "" {
		b.WriteString(c.Sum + "\n")
	}
	if len(c.Rows) == 0 {
		fmt.Fprintf(&b, "%s, %s%s\n", c.Author, c.Title, c.ending())
	}
	for _, f := range c.Rows {
		if c.Secondary {
			fmt.Fprintf(&b, "%q, %d: %s reports. Transcription of part of NCMEC's table of CyberTipline reports by ESP, not read from the document: %s\n", f.Name, f.Year, f.Reports, c.URL)
			continue
		}
		dated := ""
		if !c.Dated.IsZero() {
			dated = ", dated " + c.Dated.Format(longDate)
		}
		fmt.Fprintf(&b, "%s, %s%s, %s: %s reports%s\n", c.Author, c.Title, dated, rowPlace(f), f.Reports, c.ending())
	}
	return b.String()
}

// ending says where and when the document was seen.
func (c Citation) ending() string {
	s := ". "
	switch {
	case c.URL != "" && c.ByHand:
		s += c.URL + " (from a copy saved by hand)"
	case c.ByHand:
		s += "A copy saved by hand; its public address is not recorded"
	default:
		s += c.URL
	}
	if !c.Retrieved.IsZero() {
		s += ", retrieved " + c.Retrieved.UTC().Format(longDate)
	}
	if c.SHA256 != "" {
		s += " (SHA-256 " + c.SHA256 + ")"
	}
	return s
}

func rowPlace(f pipeline.Figure) string {
	if f.At.Page == 0 {
		return fmt.Sprintf("%q", Printed(f))
	}
	return fmt.Sprintf("p. %d, row %d of the page, %q", f.At.Page, f.At.Row, Printed(f))
}

// note lists the rows and what a reader must know of the source.
func (c Citation) note() string {
	var list []string
	if c.Sum != "" {
		list = append(list, c.Sum)
	}
	for _, f := range c.Rows {
		list = append(list, fmt.Sprintf("%s: %s reports.", rowPlace(f), f.Reports))
	}
	if c.Secondary {
		list = append(list, "A third party's transcription, not read from NCMEC's document.")
	}
	if c.ByHand {
		list = append(list, "From a copy saved by hand, not compared with the publisher's.")
	}
	if c.SHA256 != "" {
		list = append(list, "SHA-256 "+c.SHA256+".")
	}
	return strings.Join(list, " ")
}

func (c Citation) apa() string {
	date := "n.d."
	if !c.Dated.IsZero() {
		date = c.Dated.Format("2006, January 2")
	}
	s := fmt.Sprintf("%s. (%s). %s", c.Author, date, c.Title)
	if c.ByHand {
		s += " [copy saved by hand]"
	}
	s += "."
	switch {
	case c.URL == "":
	case c.Retrieved.IsZero():
		s += " " + c.URL
	default:
		s += fmt.Sprintf(" Retrieved %s, from %s", c.Retrieved.UTC().Format("January 2, 2006"), c.URL)
	}
	return s + "\n"
}

// key is what bibliographies call the source.
func (c Citation) key() string {
	if c.Secondary {
		return fmt.Sprintf("transcription-%d", c.Year)
	}
	return fmt.Sprintf("ncmec-esp-%d", c.Year)
}

// field is a field of a bibliography; a name of "" is one that the form lacks.
type field struct{ bibTeX, ris, value string }

func (c Citation) fields() (list []field) {
	add := func(bibTeX, ris, value string) { list = append(list, field{bibTeX, ris, value}) }
	add("author", "AU", c.Author)
	add("title", "TI", c.Title)
	if !c.Dated.IsZero() {
		add("year", "PY", c.Dated.Format("2006"))
		add("month", "", strings.ToLower(c.Dated.Format("Jan")))
		add("", "DA", c.Dated.Format("2006/01/02"))
	}
	if c.URL != "" {
		add("url", "UR", c.URL)
	}
	if !c.Retrieved.IsZero() {
		add("urldate", "", c.Retrieved.UTC().Format(time.DateOnly))
		add("", "Y2", c.Retrieved.UTC().Format("2006/01/02"))
	}
	add("note", "N1", c.note())
	return list
}

func (c Citation) bibTeX() string {
	escape := strings.NewReplacer("&", `\&`, "%", `\%`, "#", `\#`, "_", `\_`, "$", `\$`)
	lines := "@misc{" + c.key()
	for _, f := range c.fields() {
		value := "{" + escape.Replace(f.value) + "}"
		switch f.bibTeX {
		case "":
			continue
		case "author", "title": // as they are: not first and last name, nor small letters
			value = "{" + value + "}"
		case "url":
			value = "{" + f.value + "}"
		case "month":
			value = f.value
		}
		lines += ",\n  " + f.bibTeX + " = " + value
	}
	return lines + "\n}\n"
}

func (c Citation) ris() string {
	lines := "TY  - RPRT\nID  - " + c.key() + "\n"
	for _, f := range c.fields() {
		if f.ris != "" {
			lines += f.ris + "  - " + f.value + "\n"
		}
	}
	return lines + "ER  - \n"
}

func (c Citation) csl() map[string]any {
	date := func(t time.Time) map[string]any {
		return map[string]any{"date-parts": [][]int{{t.Year(), int(t.Month()), t.Day()}}}
	}
	item := map[string]any{"id": c.key(), "type": "report", "title": c.Title, "note": c.note(),
		"author": []map[string]string{{"literal": c.Author}}}
	if !c.Dated.IsZero() {
		item["issued"] = date(c.Dated)
	}
	if c.URL != "" {
		item["URL"] = c.URL
	}
	if !c.Retrieved.IsZero() {
		item["accessed"] = date(c.Retrieved.UTC())
	}
	return item
}
