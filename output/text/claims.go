package text

import (
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/claim"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/explain"
)

// Claims are answers to claims, to be written.
type Claims struct {
	Model   *compare.Model
	Answers []claim.Answer
	Asked   string // name and year, where a few words were the whole claim; "" otherwise
	Title   string // of the text that was read; "" where none was
}

// Write writes the answers as text, csv, json or html: one page of its own.
func (c Claims) Write(w io.Writer, style Style, format string) error {
	switch format {
	case "csv":
		return c.csv(w)
	case "json":
		return c.json(w)
	case "html":
		return claimPage.Execute(w, c.page())
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
	type row struct {
		Quote     string        `json:"quote"`
		ID        string        `json:"id"`
		Years     []int         `json:"years"`
		Measure   claim.Measure `json:"measure"`
		Claimed   string        `json:"claimed"`
		Sense     claim.Sense   `json:"sense,omitempty"`
		Published string        `json:"published"`
		Verdict   claim.Verdict `json:"verdict"`
		Holds     bool          `json:"holds"`
		Note      string        `json:"note"`
		Say       string        `json:"say"`
		Sources   []string      `json:"sources"`
	}
	list := []row{}
	for _, a := range c.Answers {
		list = append(list, row{a.Sentence, a.ID, a.Years, a.Measure, a.Quantity.Text, a.Quantity.Sense, a.Published, a.Verdict, a.Verdict.Holds(), a.Note, a.Say, a.Sources})
	}
	return writeJSON(w, list)
}

// text writes each sentence with its verdicts below. A few words about one name
// are answered at more length.
func (c Claims) text(style Style) string {
	var b strings.Builder
	if c.Asked != "" {
		c.long(&b, style, c.Answers[0])
		return b.String()
	}
	for i, a := range c.Answers {
		if i == 0 || a.Sentence != c.Answers[i-1].Sentence {
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString(style.Wrap(a.Sentence, verdictMark(sameSentence(c.Answers[i:]))+" ", "  "))
		}
		b.WriteString(style.Wrap(claimLine(a), "    ", "      "))
		if a.Note != "" {
			b.WriteString(style.Wrap(a.Note, "      ", "      "))
		}
		if a.Say != "" && !(a.Verdict == claim.Exact || a.Verdict == claim.Rounded) {
			b.WriteString(style.Wrap("Say: "+a.Say, "      ", "      "))
		}
	}
	if c.Title != "" && len(c.Answers) > 0 {
		b.WriteString("\n" + c.tally() + "\n")
	}
	return b.String()
}

// claimLine is one verdict: "21.1m" (facebook, 2022, reports): truncated; 21,165,208.
func claimLine(a claim.Answer) string {
	s := fmt.Sprintf("%q (%s): %s", claimed(a), strings.Join(filled(a.ID, a.YearsText(), string(a.Measure)), ", "), a.Verdict)
	if a.Published != "" && a.Verdict != claim.Exact {
		s += "; published " + a.Published
	}
	if len(a.Sources) > 0 {
		s += " [" + strings.Join(a.Sources, "; ") + "]"
	}
	return s
}

func filled(list ...string) (out []string) {
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// claimed is the number with the words of its sense and unit.
func claimed(a claim.Answer) string {
	return strings.Join(filled(string(a.Quantity.Sense), a.Quantity.Text, a.Quantity.Unit), " ")
}

func sameSentence(list []claim.Answer) []claim.Answer {
	n := 1
	for n < len(list) && list[n].Sentence == list[0].Sentence {
		n++
	}
	return list[:n]
}

// verdictMark is the worst of the verdicts on a sentence: "x" where one does
// not hold, "?" where one was not understood, "=" where all hold.
func verdictMark(list []claim.Answer) string {
	mark := "="
	for _, a := range list {
		switch {
		case a.Verdict == claim.NotUnderstood:
			mark = max(mark, "?")
		case !a.Verdict.Holds():
			return "x"
		}
	}
	return mark
}

func (c Claims) tally() string {
	count := map[string]int{}
	for i := range c.Answers {
		count[verdictMark(c.Answers[i:i+1])]++
	}
	form := func(n int, one, many string) string {
		if n == 1 {
			return "1 " + one
		}
		return fmt.Sprintf("%d %s", n, many)
	}
	return fmt.Sprintf("%s: %s (=), %s (x), %d not understood (?).", form(len(c.Answers), "statement", "statements"), form(count["="], "holds", "hold"), form(count["x"], "does not", "do not"), count["?"])
}

// long answers one claim with where its figure is printed.
func (c Claims) long(b *strings.Builder, style Style, a claim.Answer) {
	b.WriteString(style.Wrap(strings.TrimSpace(fmt.Sprintf("%s, %q: %s. %s", c.Asked, claimed(a), a.Verdict, a.Note)), "", "") + "\n")
	line := func(label, text string) {
		if text != "" {
			b.WriteString(style.Wrap(text, fmt.Sprintf("%-12s", label), strings.Repeat(" ", 12)))
		}
	}
	var points []*compare.Point
	var figures []pipeline.Figure
	for _, y := range a.Years {
		if a.Series != nil && a.Series.At(y) != nil {
			points, figures = append(points, a.Series.At(y)), append(figures, a.Series.At(y).Figures...)
		}
	}
	if a.Published != "" {
		published := a.Published
		if a.Measure == claim.MeasureReports {
			published += " reports"
		}
		if n := len(points); n > 0 && points[n-1].Status != "" {
			published += fmt.Sprintf(" [%s]", points[n-1].Status)
		}
		line("Published", published)
	}
	line("Off by", a.OffBy)
	line("Right", a.Right)
	printedRows(line, figures, len(a.Years) > 1)
	line("Say", a.Say)
	var notes []string
	for _, p := range points {
		if p.Reports == nil {
			continue
		}
		for _, n := range explain.Caveats(c.Model, a.Series, p) {
			if !slices.Contains(notes, n) {
				notes = append(notes, n)
			}
		}
	}
	for i, n := range notes {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString(style.Wrap(n, "- ", "  "))
	}
}

// printedRows names the rows that an answer rests on; those of a total or a
// large sum are not listed.
func printedRows(line func(label, text string), figures []pipeline.Figure, years bool) {
	const most = 12
	if len(figures) > most {
		return
	}
	address := ""
	for _, f := range figures {
		label, at := "Printed", ""
		if f.Status == pipeline.SecondaryHand {
			label = "Transcribed"
		}
		if f.At.Page > 0 {
			at = fmt.Sprintf(", page %d, row %d", f.At.Page, f.At.Row)
		}
		if years {
			at += fmt.Sprintf(", %d", f.Year)
		}
		line(label, fmt.Sprintf("%q %s%s", explain.Printed(f), f.Reports, at))
		if f.URL != address {
			address = f.URL
			line("Address", address)
		}
	}
}

// page is what the page of an article shows.
func (c Claims) page() any {
	type sentence struct {
		Text, Mark string
		Answers    []claim.Answer
	}
	var list []sentence
	for i := 0; i < len(c.Answers); {
		same := sameSentence(c.Answers[i:])
		list = append(list, sentence{same[0].Sentence, map[string]string{"=": "holds", "x": "not", "?": "unread"}[verdictMark(same)], same})
		i += len(same)
	}
	title := c.Title
	if title == "" {
		title = "Claim"
	}
	return map[string]any{"Title": title, "Tally": c.tally(), "Sentences": list}
}

var claimPage = template.Must(template.New("page").Funcs(template.FuncMap{"claimed": claimed, "join": strings.Join}).Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}: statements checked</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
blockquote{margin:2rem 0 .5rem;padding:.3rem .8rem;border-left:.4rem solid #777}
.holds{border-color:#1a7f37}.not{border-color:#b42318}.unread{border-color:#9a6700}
dl{margin:0 0 .8rem 1.2rem}dt{font-weight:600}dd{margin:0}.say{font-style:italic}footer{margin-top:3rem;font-size:.9rem;color:#555}
</style></head><body>
<h1>{{.Title}}</h1>
<p>{{.Tally}}</p>
{{range .Sentences}}<blockquote class="{{.Mark}}">{{.Text}}</blockquote>
{{range .Answers}}<dl><dt>“{{claimed .}}”: {{.Verdict}}</dt>
<dd>{{with .ID}}{{.}}{{end}}{{with .YearsText}}, {{.}}{{end}}{{with .Measure}}, {{.}}{{end}}{{with .Published}}; published {{.}}{{end}}</dd>
{{with .Note}}<dd>{{.}}</dd>
{{end}}{{with .Say}}<dd class="say">{{.}}</dd>
{{end}}{{with .Sources}}<dd>{{join . "; "}}</dd>
{{end}}</dl>
{{end}}{{end}}<footer>Checked by espfigures against NCMEC's tables of CyberTipline reports. The unit is reports: not images, not files, not children.</footer>
</body></html>
`))
