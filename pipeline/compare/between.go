package compare

import (
	"fmt"
	"slices"
	"strconv"
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

// OwnershipLimit is the part of a company's sum, on either side, above which a
// change of what it owned makes two years incomparable. UnlistedLimit is the
// same for members that a partial source does not list.
const (
	OwnershipLimit = 0.01
	UnlistedLimit  = 0.01
)

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
}

// Codes joins the codes of the reasons with "; ", each once: both years may be
// secondary.
func (b Between) Codes() string {
	var list []string
	for _, r := range b.Reasons {
		if !slices.Contains(list, r.Code) {
			list = append(list, r.Code)
		}
	}
	return strings.Join(list, "; ")
}

// OnSmallBase reports whether the earlier value is too small for a percentage
// to be meaningful.
func (b Between) OnSmallBase() bool {
	return b.From != nil && b.From.Reports != nil && *b.From.Reports < SmallBase
}

// Between compares two years of a series by one measure. The earlier year is
// always From. A year outside the model gives NoValue.
func (m *Model) Between(s *Series, year1, year2 int, measure pipeline.Measure) Between {
	return m.between(s, year1, year2, measure, &common{})
}

// BetweenAll compares two years by every measure, in the order of
// pipeline.Measures.
func (m *Model) BetweenAll(s *Series, year1, year2 int) (all [4]Between) {
	var c common
	for i, measure := range pipeline.Measures {
		all[i] = m.between(s, year1, year2, measure, &c)
	}
	return all
}

// common is what does not depend on the measure.
type common struct {
	known      bool
	reasons    []Reason
	came, left []string
	throughout *Series // what belongs to the series on both sides; nil where all of it does
}

func (m *Model) between(s *Series, year1, year2 int, measure pipeline.Measure, c *common) Between {
	from, to := min(year1, year2), max(year1, year2)
	b := Between{Series: s, From: s.At(from), To: s.At(to), Measure: measure}
	if from == to || b.From == nil || b.To == nil || !b.From.has(measure) || !b.To.has(measure) {
		return b
	}
	if !c.known {
		owned := m.ownershipReasons(&b)
		reasons := slices.Concat(m.combinedReasons(s, from, to), owned, m.partialReasons(s, b.From, b.To), statusReasons(s, b.From, b.To))
		*c = common{true, reasons, b.Came, b.Left, m.throughout(&b)}
	}
	b.Came, b.Left = c.came, c.left
	b.Reasons = append(m.breakReasons(s, from, to, measure), c.reasons...)
	if b.OnSmallBase() && (measure == pipeline.MeasureReports || measure == pipeline.MeasureIndex) {
		b.Reasons = append(b.Reasons, Reason{Code: BecauseSmallBase, Verdict: Care,
			Text: fmt.Sprintf("A percentage of %s reports is not meaningful; a base of %s or more is.", *b.From.Reports, SmallBase)})
	}
	slices.SortStableFunc(b.Reasons, func(x, y Reason) int { return severity(y) - severity(x) })
	b.Verdict = Yes
	if len(b.Reasons) > 0 {
		b.Verdict = b.Reasons[0].Verdict
	}
	if b.Verdict != No {
		b.Change = change(b.From, b.To, measure)
	}
	if c.throughout != nil && measure != pipeline.MeasureRank {
		if l := m.Between(c.throughout, from, to, measure); l.Change != nil {
			b.LikeForLike = &l
		}
	}
	return b
}

func severity(r Reason) int {
	if r.Verdict == No {
		return 1
	}
	return 0
}

// has reports whether a point has a value of the measure.
func (p *Point) has(measure pipeline.Measure) bool {
	switch measure {
	case pipeline.MeasureShare:
		return p.Share != nil
	case pipeline.MeasureRank:
		return p.Rank != 0
	}
	return p.Reports != nil
}

func change(from, to *Point, measure pipeline.Measure) *Change {
	c := &Change{}
	switch measure {
	case pipeline.MeasureShare:
		points := 100 * (*to.Share - *from.Share)
		c.Points = &points
	case pipeline.MeasureRank:
		places := from.Rank - to.Rank
		c.Places = &places
	case pipeline.MeasureIndex:
		if *from.Reports > 0 {
			index := 100 * float64(*to.Reports) / float64(*from.Reports)
			c.Index = &index
		}
	default:
		n := *to.Reports - *from.Reports
		c.Reports = &n
		if *from.Reports > 0 {
			percent := 100 * float64(n) / float64(*from.Reports)
			c.Percent = &percent
		}
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
	for _, id := range s.list {
		before, now := s.Holds(id, from), s.Holds(id, to)
		switch {
		case before && !now && m.f.sum(id, from) > 0:
			b.Left, left = append(b.Left, id), left+m.f.sum(id, from)
		case now && !before && m.f.sum(id, to) > 0:
			b.Came, came = append(b.Came, id), came+m.f.sum(id, to)
		}
	}
	if len(b.Came)+len(b.Left) == 0 {
		return nil
	}
	r := Reason{Code: BecauseOwnership, Verdict: Care, Source: m.ownershipSource(b)}
	part := max(float64(left)/float64(max(*b.From.Reports, 1)), float64(came)/float64(max(*b.To.Reports, 1)))
	if part > OwnershipLimit {
		r.Verdict, r.Mark = No, pipeline.FlagOwner
	}
	var said []string
	if len(b.Came) > 0 {
		said = append(said, fmt.Sprintf("%s came (%s reports in %d)", m.Names(b.Came), came, to))
	}
	if len(b.Left) > 0 {
		said = append(said, fmt.Sprintf("%s left (%s reports in %d)", m.Names(b.Left), left, from))
	}
	r.Text = fmt.Sprintf("What %s holds changed between %d and %d: %s.", s.Name, from, to, strings.Join(said, "; "))
	return []Reason{r}
}

// ownershipSource joins the sources of who owned what came and left.
func (m *Model) ownershipSource(b *Between) string {
	var list []string
	for _, o := range m.f.ds.Owners {
		if o.Company == b.Series.ID && (slices.Contains(b.Came, o.Platform) || slices.Contains(b.Left, o.Platform)) && !slices.Contains(list, o.Source) {
			list = append(list, o.Source)
		}
	}
	return strings.Join(list, " ; ")
}

// throughout is what belongs to the series on both sides.
func (m *Model) throughout(b *Between) *Series {
	if len(b.Came)+len(b.Left) == 0 {
		return nil
	}
	both := filter(b.Series.list, func(id string) bool { return b.Series.Holds(id, b.From.Year) && b.Series.Holds(id, b.To.Year) })
	s := &Series{ID: b.Series.ID, Name: b.Series.Name + " like for like", Type: TypeSet}
	m.fill(s, both, func(id string, _ int) bool { return slices.Contains(both, id) })
	return s
}

// partialReasons says what the sources of two years do not list.
func (m *Model) partialReasons(s *Series, from, to *Point) []Reason {
	if s.Type == TypeTotal || !m.f.partial(from.Year) && !m.f.partial(to.Year) {
		return nil
	}
	var hidden pipeline.Count
	var who []string
	for _, id := range s.list {
		n := pipeline.Count(0)
		if s.Holds(id, to.Year) {
			n = m.f.unlisted(id, to.Year)
		}
		if s.Holds(id, from.Year) && m.f.partial(from.Year) && len(m.f.figures[at{id, from.Year}]) == 0 && m.f.inside[at{id, from.Year}] == "" {
			n = max(n, m.f.sum(id, to.Year), m.f.unlisted(id, from.Year))
		}
		if n > 0 {
			hidden, who = hidden+n, append(who, id)
		}
	}
	if hidden == 0 {
		return nil
	}
	r := Reason{Code: BecausePartial, Verdict: Care, Mark: pipeline.FlagPartial,
		Text: fmt.Sprintf("A source that lists only some rows of %s leaves out %s, with %s reports when last or next listed.", m.partialYears(from.Year, to.Year), m.Names(who), hidden)}
	if float64(hidden) >= UnlistedLimit*float64(max(*from.Reports, *to.Reports)) {
		r.Verdict = No
	}
	return []Reason{r}
}

func (m *Model) partialYears(years ...int) string {
	var list []string
	for _, y := range years {
		if m.f.partial(y) {
			list = append(list, fmt.Sprint(y))
		}
	}
	return strings.Join(list, " and ")
}

// statusReasons says where a point does not rest on a verified document.
func statusReasons(s *Series, from, to *Point) []Reason {
	var list []Reason
	for _, p := range []*Point{from, to} {
		switch p.Status {
		case pipeline.SecondaryHand:
			list = append(list, Reason{Code: BecauseSecondary, Verdict: Care, Mark: pipeline.FlagSecondary,
				Text: "The figure of " + strconv.Itoa(p.Year) + " is a third party's transcription."})
		case pipeline.Checked:
			list = append(list, Reason{Code: BecauseChecked, Verdict: Care, Mark: pipeline.FlagByHand,
				Text: "The document of " + strconv.Itoa(p.Year) + " was saved by hand, and its bytes are not known."})
		case pipeline.Published:
			if s.ID != TotalID { // that total is published outside the table
				list = append(list, Reason{Code: BecausePublished, Verdict: Care,
					Text: "The edition of " + strconv.Itoa(p.Year) + " failed a check; see findings.csv."})
			}
		}
	}
	return list
}

// Names lists platforms by name: "A, B and C".
func (m *Model) Names(ids []string) string {
	var list []string
	for _, id := range ids {
		name := id
		if p := m.f.platform[id]; p != nil {
			name = p.Name
		}
		list = append(list, name)
	}
	return pipeline.And(list)
}
