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

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/resolve"
)

// Verdict says how a statement stands to the published figures.
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
	Sum      bool   // Years are added up
	Measure  Measure
	Quantity Quantity
	Of       string // for shares: compare.ESPTotalID or compare.TotalID as named, "" where the words do not say
	OfNumber *Quantity
	Than     string // for multiples within a year: the id of the other series

	company   string // id of the company that goes by the name too
	companies bool   // the largest N are companies
	counted   *pipeline.Counted
	ofMark    int    // share: the mark of whose reports it is a part
	partial   bool   // of a month or half of the year
	unclear   string // why it cannot be judged; "" where it can
}

// Answer is a statement with what is to be said about it.
type Answer struct {
	Statement
	Verdict   Verdict
	Published string          // the published value as text; "" where there is none
	Value     float64         // the same as a number
	Series    *compare.Series // the series it was compared with; nil where there is none
	Note      string          // why, in a sentence or two
	Say       string          // a corrected sentence that one could print; "" where there is none
	Sources   []string        // documents and pages of the figures
}

// Reader reads statements about one model.
type Reader struct {
	model *compare.Model
	names *names
}

// NewReader prepares a model and its names for reading.
func NewReader(m *compare.Model, finder *resolve.Finder) *Reader {
	return &Reader{model: m, names: newNames(m, finder)}
}

// Text answers every statement in a text, in the order they are made. A number
// with a known name that the rules cannot read is in the list as
// NotUnderstood; numbers about other things are not.
func (r *Reader) Text(text string) []Answer {
	var list []Answer
	var ctx context
	for _, sentence := range sentences(text) {
		for _, s := range r.read(sentence, &ctx) {
			list = append(list, r.judge(s))
		}
	}
	return list
}

// About answers what some words claim of a series in a year: "21.1m", "fell
// 31%", "second". id is one that compare.Model.Series takes, or that of a
// service counted elsewhere.
func (r *Reader) About(id string, year int, words string) (Answer, error) {
	who, ok := r.names.byID(id)
	if !ok {
		return Answer{}, fmt.Errorf("no series has the id %q", id)
	}
	ctx := context{subject: &who, years: []int{year}, fixed: true}
	read := r.read(strings.TrimSpace(words), &ctx)
	read = slices.DeleteFunc(read, func(s Statement) bool { return s.Measure == "" })
	switch {
	case len(read) == 0:
		return Answer{}, fmt.Errorf("%q has no number that could be compared; write it in digits, such as 21.1m, 21,165,208, \"over 5 million\", \"fell 31%%\" or \"second\"", words)
	case len(read) > 1:
		return Answer{}, fmt.Errorf("%q has several numbers; give one at a time, or the whole sentence to claim --text", words)
	}
	return r.judge(read[0]), nil
}

// yearsText writes the years of a statement: "2022" or "2020-2022".
func (s Statement) yearsText() string {
	switch len(s.Years) {
	case 0:
		return ""
	case 1:
		return fmt.Sprint(s.Years[0])
	}
	return fmt.Sprintf("%d-%d", s.Years[0], s.Years[len(s.Years)-1])
}

// YearsText is yearsText for outputs.
func (s Statement) YearsText() string { return s.yearsText() }
