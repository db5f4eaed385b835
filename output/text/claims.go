package text

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"espfigures/pipeline/claim"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/explain"
)

// Claims are answers to claims, to be written.
type Claims struct {
	Answers []claim.Answer
	Asked   string // name and year, where a few words were the whole claim; "" otherwise
	Title   string // of the text that was read; "" where none was

	Explain func(s *compare.Series, year int) (explain.Chain, error)
}

// Write writes the answers as text, csv, json or html: one page of its own.
func (c Claims) Write(w io.Writer, style Style, format string) error {
	switch format {
	case "csv":
		return c.csv(w)
	case "json":
		return c.json(w)
	case "html":
		return claimPage.Execute(w, c)
	}
	_, err := io.WriteString(w, c.text(style))
	return err
}

func (c Claims) csv(w io.Writer) error {
	rows := [][]string{{"quote", "id", "years", "measure", "claimed", "published", "verdict", "note"}}
	for _, a := range c.Answers {
		rows = append(rows, []string{a.Sentence, a.ID, a.YearsText(), string(a.Measure), a.Quantity.Text, a.Published, string(a.Verdict), a.Note})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

func (c Claims) json(w io.Writer) error {
	list := []map[string]any{}
	for _, a := range c.Answers {
		list = append(list, map[string]any{
			"quote": a.Sentence, "id": a.ID, "years": a.Years, "measure": a.Measure, "claimed": a.Quantity.Text, "sense": a.Quantity.Sense,
			"published": a.Published, "verdict": a.Verdict, "holds": a.Verdict.Holds(), "note": a.Note, "say": a.Say, "sources": a.Sources,
		})
	}
	return writeJSON(w, list)
}

// statement is a sentence with the answers to what it claims.
type statement struct {
	Text    string
	Mark    string // "x" where an answer does not hold, "?" where one was not understood, "=" where all hold
	Answers []claim.Answer
}

// Sentences are the answers sentence by sentence.
func (c Claims) Sentences() (list []*statement) {
	for i, a := range c.Answers {
		if i == 0 || a.Sentence != c.Answers[i-1].Sentence {
			list = append(list, &statement{Text: a.Sentence, Mark: "="})
		}
		s := list[len(list)-1]
		s.Answers = append(s.Answers, a)
		if mark := verdictMark(a); s.Mark == "=" || mark == "x" {
			s.Mark = mark
		}
	}
	return list
}

func verdictMark(a claim.Answer) string {
	switch {
	case a.Verdict == claim.NotUnderstood:
		return "?"
	case a.Verdict.Holds():
		return "="
	}
	return "x"
}

// text writes each sentence with its verdicts below. A few words about one name
// are answered at more length.
func (c Claims) text(style Style) string {
	if c.Asked != "" {
		return c.long(style, c.Answers[0])
	}
	var b strings.Builder
	for i, s := range c.Sentences() {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(style.Wrap(s.Text, s.Mark+" ", "  "))
		for _, a := range s.Answers {
			b.WriteString(style.Wrap(claimLine(a), "    ", "      "))
			if a.Note != "" {
				b.WriteString(style.Wrap(a.Note, "      ", "      "))
			}
			if a.Say != "" && a.Verdict != claim.Exact && a.Verdict != claim.Rounded {
				b.WriteString(style.Wrap("Say: "+a.Say, "      ", "      "))
			}
		}
	}
	if c.Title != "" && len(c.Answers) > 0 {
		b.WriteString("\n" + c.Tally() + "\n")
	}
	return b.String()
}

// claimLine is one verdict: "21.1m" (facebook, 2022, reports): truncated; 21,165,208.
func claimLine(a claim.Answer) string {
	s := fmt.Sprintf("%q (%s): %s", claimed(a), filled(", ", a.ID, a.YearsText(), string(a.Measure)), a.Verdict)
	if a.Published != "" && a.Verdict != claim.Exact {
		s += "; published " + a.Published
	}
	if len(a.Sources) > 0 {
		s += " [" + strings.Join(a.Sources, "; ") + "]"
	}
	return s
}

func filled(separator string, list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), separator)
}

// claimed is the number with the words of its sense and unit.
func claimed(a claim.Answer) string {
	return filled(" ", string(a.Quantity.Sense), a.Quantity.Text, a.Quantity.Unit)
}

// Tally counts the answers.
func (c Claims) Tally() string {
	count := map[string]int{}
	for _, a := range c.Answers {
		count[verdictMark(a)]++
	}
	return fmt.Sprintf("Statements: %d. Hold (=): %d. Do not hold (x): %d. Not understood (?): %d.", len(c.Answers), count["="], count["x"], count["?"])
}

// rowSteps are the steps of a chain that long shows, of at most mostRows rows.
var rowSteps = []string{"Printed row", "Transcribed as", "Place", "Document", "Source", "Address"}

const mostRows = 12

// long answers one claim with where its figure is printed.
func (c Claims) long(style Style, a claim.Answer) string {
	text := style.Wrap(fmt.Sprintf("%s, %q: %s. %s", c.Asked, claimed(a), a.Verdict, a.Note), "", "") + "\n"
	line := func(label, value string) {
		if value != "" {
			text += style.field(label, value)
		}
	}
	var chains []explain.Chain
	published := a.Published
	if a.Measure == claim.MeasureReports && published != "" {
		published += " reports"
	}
	for _, y := range a.Years {
		if a.Series == nil {
			break
		}
		if chain, err := c.Explain(a.Series, y); err == nil {
			chains = append(chains, chain)
		}
	}
	if n := len(chains); n > 0 && published != "" {
		published += fmt.Sprintf(" [%s]", chains[n-1].Point.Status)
	}
	line("Published", published)
	line("Off by", a.OffBy)
	line("Right", a.Right)
	for _, chain := range chains {
		for _, step := range chain.Steps {
			if len(chain.Point.Figures) <= mostRows && slices.Contains(rowSteps, step.Label) {
				line(step.Label, step.Text)
			}
		}
	}
	line("Say", a.Say)
	text += "\n"
	for _, chain := range chains {
		for _, note := range chain.Notes {
			if item := style.list([]string{note}); !strings.Contains(text, item) {
				text += item
			}
		}
	}
	return strings.TrimRight(text, "\n") + "\n"
}

//go:embed claims.html.tmpl
var claimHTML string

var claimPage = template.Must(template.New("page").Funcs(template.FuncMap{"claimed": claimed, "join": strings.Join}).Parse(claimHTML))
