// Package claim reads what people say about the figures and says what of it
// holds: a number, share, change, multiple, rank or sum, in a few words or in
// a whole article.
//
// In: text, and the model of comparison. Out: statements, each with its
// quote, its reading, the published value, a verdict with its reason, and a
// corrected sentence. It works by rules: the same text gives the same answer.
// README.md says what the rules understand.
package claim

import (
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline/compare"
	"espfigures/pipeline/resolve"
)

// Verdict says whether a statement agrees with the published figures.
type Verdict string

const (
	Exact         Verdict = "exact"
	Rounded       Verdict = "rounded"        // the published value, rounded as quoted
	Truncated     Verdict = "truncated"      // the published value cut off, though it rounds up
	Bound         Verdict = "bound"          // on the side of the number that was claimed: "over 21m" of 21,165,208
	Unit          Verdict = "unit"           // something else than reports is said to be counted, or reports where incidents are
	Part          Verdict = "part"           // only a part of the sum: one of several rows or members
	OtherTotal    Verdict = "total"          // true of another total than the one named
	Broken        Verdict = "break"          // the arithmetic holds, the years are not comparable
	Open          Verdict = "open"           // the published figure is only a bound, and what is claimed may be beyond it
	OwnCount      Verdict = "own-count"      // the platform's own count, not NCMEC's
	Wrong         Verdict = "wrong"          //
	NoFigure      Verdict = "no-figure"      // there is no published figure
	NotUnderstood Verdict = "not-understood" // a number with a known name that the rules could not read
)

// Holds reports whether the statement may be passed on.
func (v Verdict) Holds() bool { return v == Exact || v == Rounded || v == Truncated || v == Bound }

// Measure is what a statement is about, in the words of the outputs.
type Measure string

const (
	MeasureReports   Measure = "reports"
	MeasureShare     Measure = "share"
	MeasureChange    Measure = "change"
	MeasureMultiple  Measure = "multiple"
	MeasureRank      Measure = "rank"
	MeasureIncidents Measure = "incidents"
)

// Statement is one statement as read.
type Statement struct {
	Sentence string // the sentence it is in
	ID       string // series: an id, ids joined by "+", or "top-N"; "" where nobody is named
	Years    []int  // one year; or the two of a change or multiple; or all years of a sum
	Measure  Measure
	Quantity Quantity
	Of       string // for shares: compare.ESPTotalID or compare.TotalID as named, "" where the words do not say
	OfNumber *Quantity
	Than     string // for multiples within a year: the id of the other series

	who     subject
	step    []int  // the years of a rise or fall that is said to have led to a level; nil where none is
	ofMark  int    // share: the mark of whose reports it is a part
	partial bool   // of a month or half of the year
	either  bool   // of the CyberTipline or of all providers, whichever fits
	unclear string // why it cannot be judged; "" where it can
}

// Answer is a statement with what is to be said about it.
type Answer struct {
	Statement
	Verdict   Verdict
	Published string          // the published value as text; "" where there is none
	Series    *compare.Series // the series it was compared with; nil where there is none
	Note      string          // why, in a sentence or two
	OffBy     string          // reports: by how much a number that is not the figure misses it
	Right     string          // reports: the figure as it should have been quoted, in the form it was
	Say       string          // a corrected sentence that one could print; "" where there is none
	Sources   []string        // documents and pages of the figures

	asReports bool // Unit: the number holds as one of reports
}

// Reader reads statements about one model.
type Reader struct {
	model  *compare.Model
	names  *names
	finder *resolve.Finder
}

// NewReader prepares a model and its names for reading.
func NewReader(m *compare.Model, finder *resolve.Finder) *Reader {
	return &Reader{model: m, names: newNames(m, finder), finder: finder}
}

// Text answers every statement in a text, in the order they are made. A number
// with a known name that the rules cannot read is in the list as
// NotUnderstood; numbers about other things are not.
func (r *Reader) Text(text string) []Answer {
	var list []Answer
	ctx := context{published: published(text)}
	before := ""
	for _, paragraph := range blankLine.Split(text, -1) {
		var read []Statement
		rows, prose := tableRows(paragraph), []string{paragraph}
		if rows != nil { // cells of many words are prose, as in a page that is laid out by tables
			read = r.table(rows, before, &ctx)
			prose = slices.DeleteFunc(slices.Concat(rows...), func(cell string) bool { return len(strings.Fields(cell)) < 6 })
		}
		for _, text := range prose {
			for _, sentence := range sentences(text) {
				read = append(read, r.read(sentence, &ctx)...)
			}
		}
		before = paragraph
		for _, s := range read {
			a := r.judge(s)
			if files := a.Verdict == Unit && a.Series.Type == compare.TypeTotal && s.Measure == MeasureReports; files && !a.asReports && s.Quantity.Unit != "" {
				continue // NCMEC counts files and children too, elsewhere
			}
			list = append(list, a)
		}
	}
	return list
}

// WordsError says that a few words claim nothing that could be compared.
type WordsError struct{ Text string }

func (e *WordsError) Error() string { return e.Text }

// About answers what some words claim of a name in a year: "21.1m", "fell
// 31%", "second". via says how the name was found where that is not plain. The
// error is a *WordsError for words without a number, or says which years there are.
func (r *Reader) About(name string, year int, words string) (a Answer, via string, err error) {
	who, via, err := r.who(name)
	if err != nil {
		return Answer{}, "", err
	}
	if t := r.model.Data.Total(year); !slices.Contains(r.model.Years, year) && (who.id != compare.TotalID || t == nil) {
		return Answer{}, "", fmt.Errorf("no data for %d; years available: %d-%d", year, r.model.Years[0], r.model.Years[len(r.model.Years)-1])
	}
	ctx := context{subject: &who, years: []int{year}, fixed: true}
	words = strings.TrimSpace(words)
	switch read := r.read(words, &ctx); {
	case len(read) == 0:
		return Answer{}, "", &WordsError{fmt.Sprintf("%q has no number that could be compared; write it in digits, such as 21.1m, 21,165,208, \"over 5 million\", \"fell 31%%\" or \"second\"", words)}
	case len(read) > 1:
		return Answer{}, "", &WordsError{fmt.Sprintf("%q has several numbers; give one at a time, or the whole sentence in quotes", words)}
	default:
		return r.judge(read[0]), via, nil
	}
}

// who finds whom a name means.
func (r *Reader) who(name string) (subject, string, error) {
	s := r.sentence(name, &context{fixed: true})
	if m, ok := s.alone(len(s.list)); ok {
		return m.subject, "", nil
	}
	meant, err := r.finder.Series(name)
	if err != nil {
		return subject{}, "", err
	}
	if meant.Counted != nil {
		return subject{id: meant.Counted.ID, counted: meant.Counted}, "", nil
	}
	id, plain := strings.CutPrefix(meant.ID, "company:")
	found := subject{id: id}
	if c, ok := r.finder.Company(name); ok && !plain {
		found.company, _ = c.Company()
	}
	return found, meant.Via, nil
}

// YearsText writes the years of a statement: "2022" or "2020-2022".
func (s Statement) YearsText() string {
	if len(s.Years) < 2 {
		return strings.Trim(fmt.Sprint(s.Years), "[]")
	}
	return fmt.Sprintf("%d-%d", s.Years[0], s.Years[len(s.Years)-1])
}
