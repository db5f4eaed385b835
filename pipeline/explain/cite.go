package explain

import (
	"bytes"
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
	Rows      []*pipeline.Figure
	Sum       string // the figure as a sentence where it is a sum; "" otherwise
}

const publisher = "National Center for Missing & Exploited Children"

// Formats lists the forms in which Write writes citations.
var Formats = []string{"text", "apa", "bibtex", "ris", "csl-json"}

// citations returns one citation for each source that a figure rests on.
func citations(m *compare.Model, s *compare.Series, p *compare.Point) []Citation {
	if s.ID == compare.TotalID {
		t := m.Data.Total(p.Year)
		if t == nil {
			return nil
		}
		title, url, _ := strings.Cut(t.Source, ": ")
		return []Citation{{Author: publisher, Title: title, Year: t.Year, URL: url, Secondary: p.Status == pipeline.SecondaryHand,
			Sum: fmt.Sprintf("CyberTipline total, %d: %s reports.", t.Year, p.Reports)}}
	}
	ed := m.Data.Edition(p.Year)
	if ed == nil {
		return nil
	}
	d := ed.Document
	c := Citation{Author: publisher, Title: fmt.Sprintf("%d CyberTipline Reports by Electronic Service Providers (ESP)", p.Year), Year: p.Year,
		Dated: d.Dated, URL: d.Address(), SHA256: d.SHA256, ByHand: d.Origin == pipeline.FromHand, Rows: p.Figures}
	switch {
	case s.Type == compare.TypeTotal:
		c.Sum = fmt.Sprintf("All providers, %d, as the table prints it: %s reports.", p.Year, p.Reports)
	case s.Type != compare.TypePlatform, len(p.Figures) > 1:
		c.Sum = fmt.Sprintf("Sum of the rows below, by espfigures: %s, %d: %s reports.", s.Name, p.Year, p.Reports)
	}
	switch {
	case ed.Source != "":
		c.Secondary, c.SHA256, c.Dated, c.ByHand = true, "", time.Time{}, false
		c.Author, _, _ = strings.Cut(ed.Source, ",")
		c.Title = fmt.Sprintf("Transcription of part of NCMEC's table of CyberTipline reports by ESP, %d", p.Year)
	case !d.ByHand():
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
					i, list = len(list), append(list, c)
				}
				for _, f := range c.Rows {
					if !slices.ContainsFunc(list[i].Rows, func(x *pipeline.Figure) bool { return x.Name == f.Name && x.At == f.At }) {
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
	var parts []string
	for _, c := range list {
		parts = append(parts, fill(format, c))
	}
	if format != "csl-json" {
		return strings.Join(parts, "\n")
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte("["+strings.Join(parts, ",")+"]"), "", "  "); err != nil {
		panic(err) // programmer error
	}
	return b.String() + "\n"
}

func asJSON(s string) (string, error) {
	text, err := json.Marshal(s)
	return string(text), err
}

// Note lists the rows and what a reader must know of the source.
func (c Citation) Note() string { return strings.TrimSpace(fill("note", c)) }
