package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
)

// Verdict says whether two years of a series may be compared.
type Verdict string

const (
	NoValue Verdict = ""     // one of the years has no value, so there is nothing to compare
	Yes     Verdict = "yes"  // comparable
	Care    Verdict = "care" // comparable, with the reasons given
	No      Verdict = "no"   // not comparable: no change may be shown
)

// Words says a verdict in a sentence.
func (v Verdict) Words() string {
	return map[Verdict]string{NoValue: "no value", Yes: "comparable", Care: "with care", No: "not comparable"}[v]
}

// Reason is one reason why two years compare only with care, or not at all.
type Reason struct {
	Code    string  // the id of a break of the registry, or one of the Because codes
	Verdict Verdict // Care or No
	Mark    rune    // the mark that goes with it: 0 where none does
	Text    string  // one or two sentences
	Source  string  // "" where the two points themselves show it
	User    bool    // from the user's own registry layer
}

// The codes of reasons that no break of the registry gives.
const (
	BecauseCombined  = "combined-row"
	BecauseOwnership = "ownership"
	BecausePartial   = "partial-year"
	BecauseSecondary = "secondary"
	BecauseChecked   = "by-hand"
	BecausePublished = "not-verified"
	BecauseSmallBase = "small-base"
)

// SmallBase is the number of reports under which a percentage is not
// meaningful: one report more is over a percent of it.
const SmallBase pipeline.Count = 100

// Limit is the part of a sum, on either side, above which a change of what a
// company owned, or what a partial source does not list of it, makes two years
// incomparable.
const Limit = 0.01

// BreakLimit is the part of the sum of a category or total by which a member's
// reports must have moved for the member's break to be the sum's.
const BreakLimit = 0.05

// Change is the difference between two points, later less earlier.
type Change struct {
	Reports *pipeline.Count // for the measure reports
	Percent *float64        // for the measure reports: 32.4 means +32.4%; nil where the earlier value is 0
	Points  *float64        // for the measure share: percentage points, from exact shares
	Places  *int            // for the measure rank: 2 means two places up
	Index   *float64        // for the measure index: the later value where the earlier one is 100
}

// Between is what may be said about a series in two years.
type Between struct {
	Series   *Series
	From, To *Point // From is the earlier year
	Measure  pipeline.Measure
	Verdict  Verdict
	Reasons  []Reason // most serious first
	// Change is nil unless Verdict is Yes or Care.
	Change *Change
	// Came and Left name the platforms that belong to the series on one side
	// only and have reports there.
	Came, Left []string
	// LikeForLike is the same comparison over the platforms that belong to the
	// series on both sides; nil where Came and Left are empty, or where it is
	// not comparable either.
	LikeForLike *Between

	throughout *Series // what belongs to the series on both sides; nil where all of it does
}

// Codes joins the codes of the reasons with "; ", each once: both years may be
// secondary.
func (b Between) Codes() string {
	var list []string
	for _, r := range b.Reasons {
		list = append(list, r.Code)
	}
	return strings.Join(slices.Compact(list), "; ")
}

// Shown is the change, without a value where none may be shown.
func (b *Between) Shown() Change {
	if b == nil || b.Change == nil {
		return Change{}
	}
	return *b.Change
}

// Like is LikeForLike's change, without a value where there is none.
func (b *Between) Like() Change { return b.LikeForLike.Shown() }

// OnSmallBase reports whether the earlier value is too small for a percentage
// to be meaningful.
func (b Between) OnSmallBase() bool {
	return b.From != nil && b.From.Reports != nil && *b.From.Reports < SmallBase
}

// Between compares two years of a series by one measure. The earlier year is
// always From. A year outside the model gives NoValue.
func (m *Model) Between(s *Series, year1, year2 int, measure pipeline.Measure) Between {
	return m.measured(m.pair(s, year1, year2), measure)
}

// BetweenAll compares two years by every measure, in the order of
// pipeline.Measures.
func (m *Model) BetweenAll(s *Series, year1, year2 int) (all [4]Between) {
	pair := m.pair(s, year1, year2)
	for i, measure := range pipeline.Measures {
		all[i] = m.measured(pair, measure)
	}
	return all
}

// pair compares two years as far as no measure matters.
func (m *Model) pair(s *Series, year1, year2 int) Between {
	b := Between{Series: s, From: s.At(min(year1, year2)), To: s.At(max(year1, year2))}
	if b.has("") {
		b.Reasons = slices.Concat(m.combinedReasons(&b), m.ownershipReasons(&b), m.partialReasons(&b), statusReasons(&b))
	}
	if len(b.Came)+len(b.Left) > 0 {
		from, to := b.From.Year, b.To.Year
		b.throughout = m.fill(&Series{ID: s.ID, Name: s.Name + " like for like", Type: TypeSet, Holds: func(id string, _ int) bool {
			return s.Holds(id, from) && s.Holds(id, to)
		}}, s.list, m.sum)
	}
	return b
}

// measured completes a pair for a measure.
func (m *Model) measured(b Between, measure pipeline.Measure) Between {
	b.Measure = measure
	if !b.has(measure) {
		return Between{Series: b.Series, From: b.From, To: b.To, Measure: measure}
	}
	b.Reasons = append(m.breakReasons(&b), b.Reasons...)
	if b.OnSmallBase() && (measure == pipeline.MeasureReports || measure == pipeline.MeasureIndex) {
		b.Reasons = append(b.Reasons, Reason{Code: BecauseSmallBase, Verdict: Care,
			Text: fmt.Sprintf("A percentage of %s reports is not meaningful; a base of %s or more is.", *b.From.Reports, SmallBase)})
	}
	slices.SortStableFunc(b.Reasons, func(x, y Reason) int { return cmp.Compare(y.Verdict, x.Verdict) }) // "no" before "care"
	b.Verdict = Yes
	if len(b.Reasons) > 0 {
		b.Verdict = b.Reasons[0].Verdict
	}
	if b.Verdict != No {
		b.Change = change(b.From, b.To, measure)
	}
	if b.throughout != nil && measure != pipeline.MeasureRank {
		if l := m.Between(b.throughout, b.From.Year, b.To.Year, measure); l.Change != nil {
			b.LikeForLike = &l
		}
	}
	return b
}

// has reports whether both points have a value of the measure; of "" means of
// reports.
func (b *Between) has(measure pipeline.Measure) bool {
	return b.From != b.To && b.From.has(measure) && b.To.has(measure)
}

func (p *Point) has(measure pipeline.Measure) bool {
	switch {
	case p == nil:
		return false
	case measure == pipeline.MeasureShare:
		return p.Share != nil
	case measure == pipeline.MeasureRank:
		return p.Rank != 0
	}
	return p.Reports != nil
}

func change(from, to *Point, measure pipeline.Measure) *Change {
	base, now := float64(*from.Reports), float64(*to.Reports)
	switch measure {
	case pipeline.MeasureShare:
		return &Change{Points: new(100 * (*to.Share - *from.Share))}
	case pipeline.MeasureRank:
		return &Change{Places: new(from.Rank - to.Rank)}
	case pipeline.MeasureIndex:
		if base == 0 {
			return &Change{}
		}
		return &Change{Index: new(100 * now / base)}
	}
	c := &Change{Reports: new(*to.Reports - *from.Reports)}
	if base > 0 {
		c.Percent = new(100 * (now - base) / base)
	}
	return c
}

// ownershipReasons compares what a company owned at both year-ends, and fills
// Came and Left.
func (m *Model) ownershipReasons(b *Between) []Reason {
	s, from, to := b.Series, b.From.Year, b.To.Year
	if s.Type == TypePlatform || s.Type == TypeCategory || s.Type == TypeTotal {
		return nil // the same platforms in every year
	}
	var came, left pipeline.Count
	var sources []string
	for _, id := range s.list {
		before, now := s.Holds(id, from), s.Holds(id, to)
		switch old, is := m.in(id, from).sum, m.in(id, to).sum; {
		case before && !now && old > 0:
			b.Left, left = append(b.Left, id), left+old
		case now && !before && is > 0:
			b.Came, came = append(b.Came, id), came+is
		default:
			continue
		}
		for _, o := range m.ds.Owners {
			if o.Company == s.ID && o.Platform == id && !slices.Contains(sources, o.Source) {
				sources = append(sources, o.Source)
			}
		}
	}
	var said []string
	if len(b.Came) > 0 {
		said = append(said, fmt.Sprintf("%s came (%s reports in %d)", m.Names(b.Came), came, to))
	}
	if len(b.Left) > 0 {
		said = append(said, fmt.Sprintf("%s left (%s reports in %d)", m.Names(b.Left), left, from))
	}
	if len(said) == 0 {
		return nil
	}
	r := Reason{Code: BecauseOwnership, Verdict: Care, Source: strings.Join(sources, " ; "),
		Text: fmt.Sprintf("What %s holds changed between %d and %d: %s.", s.Name, from, to, strings.Join(said, "; "))}
	if float64(left) > Limit*float64(*b.From.Reports) || float64(came) > Limit*float64(*b.To.Reports) {
		r.Verdict, r.Mark = No, pipeline.FlagOwner
	}
	return []Reason{r}
}

// partialReasons says what the sources of two years do not list.
func (m *Model) partialReasons(b *Between) []Reason {
	from, to := b.From.Year, b.To.Year
	var years, who []string
	for _, y := range []int{from, to} {
		if m.edition[y].Partial() {
			years = append(years, fmt.Sprint(y))
		}
	}
	if b.Series.Type == TypeTotal || len(years) == 0 {
		return nil
	}
	var hidden pipeline.Count
	for _, id := range b.Series.list {
		var n pipeline.Count
		if b.Series.Holds(id, to) {
			n, _ = m.unlisted(id, to)
		}
		if last, is := m.unlisted(id, from); is && b.Series.Holds(id, from) {
			n = max(n, last, m.in(id, to).sum)
		}
		if n > 0 {
			hidden, who = hidden+n, append(who, id)
		}
	}
	if hidden == 0 {
		return nil
	}
	r := Reason{Code: BecausePartial, Verdict: Care, Mark: pipeline.FlagPartial,
		Text: fmt.Sprintf("A source that lists only some rows of %s leaves out %s, with %s reports when last or next listed.", pipeline.And(years), m.Names(who), hidden)}
	if float64(hidden) >= Limit*float64(max(*b.From.Reports, *b.To.Reports)) {
		r.Verdict = No
	}
	return []Reason{r}
}

// ofStatus are the reasons that a figure's status gives, but for its year.
var ofStatus = map[pipeline.Status]Reason{
	pipeline.SecondaryHand: {Code: BecauseSecondary, Mark: pipeline.FlagSecondary, Text: "The figure of %d is a third party's transcription."},
	pipeline.Checked:       {Code: BecauseChecked, Mark: pipeline.FlagByHand, Text: "The document of %d was saved by hand, and its bytes are not known."},
	pipeline.Published:     {Code: BecausePublished, Text: "The edition of %d failed a check; see findings.csv."},
}

// statusReasons says where a point does not rest on a verified document. The
// CyberTipline's total is published outside the table, so that no check fails.
func statusReasons(b *Between) (list []Reason) {
	for _, p := range []*Point{b.From, b.To} {
		if r, ok := ofStatus[p.Status]; ok && (b.Series.ID != TotalID || p.Status != pipeline.Published) {
			r.Verdict, r.Text = Care, fmt.Sprintf(r.Text, p.Year)
			list = append(list, r)
		}
	}
	return list
}

// Names lists platforms by name: "A, B and C".
func (m *Model) Names(ids []string) string {
	var list []string
	for _, id := range ids {
		name := id
		if p := m.platform[id]; p != nil {
			name = p.Name
		}
		list = append(list, name)
	}
	return pipeline.And(list)
}
