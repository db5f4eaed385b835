// Package explain leads a figure back to where anyone can look it up.
//
// In: the model of comparison, the registry, a series and a year. Out: a Chain,
// as data: the steps from the figure to its document, the notes a reader must
// know, and citations. Notes also says what must be known about several series
// shown together. It reads every value and verdict from the model.
package explain

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/registry"
)

// Chain is the way from one figure back to its documents.
type Chain struct {
	Series    *compare.Series
	Point     *compare.Point
	Steps     []Step
	Notes     []string   // what a reader must know along with the figure
	Citations []Citation // one for each document that the figure rests on
}

// Step is one step of a chain. A step without a label belongs to the one before.
type Step struct {
	Part  Part
	Label string
	Text  string
}

// Part says which part of a chain a step belongs to.
type Part string

const (
	PartFigure   Part = "figure"
	PartRow      Part = "row"
	PartOwnCount Part = "own-count"
	PartDocument Part = "document"
)

// NoFigure says why a series has no figure in a year.
type NoFigure struct{ Text string }

func (e *NoFigure) Error() string { return e.Text }

// Figure explains the figure of a series in a year. The error is a *NoFigure.
func Figure(m *compare.Model, reg *registry.Registry, s *compare.Series, year int) (Chain, error) {
	p := s.At(year)
	if p == nil {
		return Chain{}, &NoFigure{fmt.Sprintf("no data for %d", year)}
	}
	if p.Reports == nil {
		return Chain{}, &NoFigure{absence(m, s, p)}
	}
	about := subject{Model: m, Registry: reg, Series: s, Point: p}
	c := Chain{Series: s, Point: p, Notes: Caveats(m, s, p), Citations: citations(m, s, p)}
	c.step(PartFigure, "figure", about)
	for _, f := range p.Figures {
		c.step(PartRow, "row", about.with(f))
	}
	for _, w := range m.WitnessesOf(s, year) {
		c.step(PartOwnCount, "own-count", about.with(w))
	}
	if ed := m.Data.Edition(year); ed != nil && s.ID != compare.TotalID {
		c.step(PartDocument, "edition", about.with(ed))
	}
	if t := m.Data.Total(year); t != nil && s.ID == compare.TotalID {
		c.step(PartDocument, "total", about.with(t))
	}
	return c, nil
}

// step adds the steps that a form of steps.tmpl gives.
func (c *Chain) step(part Part, form string, about subject) {
	for _, line := range lines(form, about) {
		label, text, _ := strings.Cut(line, ": ")
		c.Steps = append(c.Steps, Step{part, label, text})
	}
}

// subject is what a form is about: a figure, and something that bears on it.
type subject struct {
	Model    *compare.Model
	Registry *registry.Registry
	Series   *compare.Series
	Point    *compare.Point
	About    any
}

func (s subject) with(about any) subject {
	s.About = about
	return s
}

//go:embed *.tmpl
var formFiles embed.FS

var forms = template.Must(template.New("").Funcs(template.FuncMap{
	"change": pipeline.ChangeText, "percent": pipeline.PercentText, "printed": Printed, "lastDay": pipeline.LastDay,
	"letters": func() any { return pipeline.FlagMeanings },
	"period": func(w compare.Witness) string {
		return pipeline.PeriodWords(w.Parts[0].From, w.Parts[len(w.Parts)-1].To)
	},
	"contains": strings.Contains, "join": strings.Join, "lower": strings.ToLower, "json": asJSON,
	"list":   func(s ...string) []string { return s },
	"sorted": func(s []string) []string { return slices.Sorted(slices.Values(s)) },
	"before": func(s, sep string) string { return strings.Split(s, sep)[0] },
	"tex":    strings.NewReplacer("&", `\&`, "%", `\%`, "#", `\#`, "_", `\_`, "$", `\$`).Replace,
}).ParseFS(formFiles, "*.tmpl"))

func fill(form string, about any) string {
	var b strings.Builder
	if err := forms.ExecuteTemplate(&b, form, about); err != nil {
		panic(err) // programmer error
	}
	return b.String()
}

// lines fills a form and returns its lines that are not blank.
func lines(form string, about subject) (list []string) {
	for line := range strings.Lines(fill(form, about)) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// Printed returns the name of a row as it is in the table, with the star of a
// combined row. For a secondary figure it is the third party's label.
func Printed(f pipeline.Figure) string {
	if f.Combined {
		return f.Name + "*"
	}
	return f.Name
}
