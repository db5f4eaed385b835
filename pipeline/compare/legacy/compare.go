// Package legacy goes once every surface reads the model. It sets platforms and companies beside each other across years.
//
// In: a dataset's editions, figures, platforms, owners, breaks and combined
// rows. Out: two comparisons, in which every figure of a year counts exactly
// once, so that either sums to the year's rows again. It refuses to compare
// what cannot be compared: a change across a break, a row against a row of
// another scope, a year against one whose source does not list the platform.
package legacy

import (
	"cmp"
	"slices"

	"espfigures/pipeline"
)

// Options choose what is compared.
type Options struct {
	// ExcludeKinds leaves out reporters of these kinds, such as hotlines. What
	// stays keeps its place: shares are parts of the printed total, ranks are
	// among all reporters, those left out included. A company of which a part is
	// left out has no rank, since its sum is not the one that was ranked.
	ExcludeKinds []pipeline.Kind
}

// UncoveredLimit is the part of a company's reports that a partial source may
// leave out before the change is withheld: where the members it does not list
// last held a hundredth or more, the sum says nothing about growth. Below it
// the change stands, flagged x.
const UncoveredLimit = 0.01

// Fill sets ByPlatform and ByCompany of a dataset from the rest of it.
func Fill(ds *pipeline.Dataset) {
	s := newStage(ds, Options{})
	ds.ByPlatform, ds.ByCompany = s.platforms(), s.companies()
}

// Platforms compares the platforms that have a figure. Two printed rows of one
// platform in a year add up; Point.Figures names them.
func Platforms(ds *pipeline.Dataset, opt Options) pipeline.Comparison {
	return newStage(ds, opt).platforms()
}

func (s *stage) platforms() pipeline.Comparison {
	c := pipeline.Comparison{Years: s.years}
	for _, p := range s.ds.Platforms {
		series := pipeline.Series{ID: p.ID, Name: p.Name, Kind: p.Kind, Points: make([]pipeline.Point, 0, len(s.years))}
		for _, year := range s.years {
			pt := pipeline.Point{Year: year, Figures: s.figures(p.ID, year)}
			if len(pt.Figures) > 0 {
				s.sum(&pt)
			} else {
				pt.Missing, pt.Inside = s.absent(p.ID, year)
			}
			series.Points = append(series.Points, pt)
		}
		setSpan(&series)
		if series.Last != 0 {
			series.Parent = s.owner(p.ID, series.Last)
		}
		for i := range series.Points {
			s.change(&series, i, s.platformBreaks(p.ID, series.Points[i].Year), func(b pipeline.Break) bool {
				return b.Forbids != pipeline.ForbidsNothing
			})
		}
		c.Series = append(c.Series, series)
	}
	s.rankAll(&c, false)
	s.sortSeries(&c)
	c.Series = slices.DeleteFunc(c.Series, func(series pipeline.Series) bool { return s.excluded[series.ID] })
	return c
}

// stage holds what both comparisons look up.
type stage struct {
	ds       *pipeline.Dataset
	years    []int
	edition  map[int]*pipeline.Edition
	excluded map[string]bool
	index    *pipeline.Index
	inside   map[at]string   // platform likely inside a combined row of the year: the row's platform
	members  map[at][]string // combined row: likely members
	name     map[string]string

	// What figures answers from: the indexes of the figures of all platforms
	// and years in one list. Those of a platform in a year stand together,
	// largest first, up to the end of their place.
	order  []int
	row    map[string]int // by platform id
	column map[int]int    // by year
	ends   []int          // by row, then column

	spanning map[int][]int  // by year: indexes of the breaks that span it
	hidden   map[int]hidden // by year: of partial editions

	counts shelf[pipeline.Count]
	parts  shelf[float64]
}

// shelf keeps values that points point to, many beside each other: one
// allocation each would be most of the work.
type shelf[T any] []T

func (s *shelf[T]) keep(v T) *T {
	if len(*s) == cap(*s) {
		*s = make([]T, 0, 512)
	}
	*s = append(*s, v)
	return &(*s)[len(*s)-1]
}

// hidden is what a partial edition does not list of its total.
type hidden struct {
	reports pipeline.Count
	known   bool // a total is given
}

type at struct {
	id   string
	year int
}

func newStage(ds *pipeline.Dataset, opt Options) *stage {
	s := &stage{
		ds:       ds,
		edition:  map[int]*pipeline.Edition{},
		spanning: map[int][]int{},
		hidden:   map[int]hidden{},
		excluded: map[string]bool{},
		index:    pipeline.NewIndex(ds),
		inside:   map[at]string{},
		members:  map[at][]string{},
		name:     map[string]string{},
	}
	first, last := 0, 0
	for i := range ds.Editions {
		ed := &ds.Editions[i]
		s.edition[ed.Year] = ed
		if first == 0 || ed.Year < first {
			first = ed.Year
		}
		last = max(last, ed.Year)
		if ed.Partial() {
			h := hidden{known: ed.Total != nil}
			if h.known {
				h.reports = ed.Total.Reports - ed.Sum()
			}
			s.hidden[ed.Year] = h
		}
	}
	for y := first; first != 0 && y <= last; y++ {
		s.years = append(s.years, y)
		for i, b := range ds.Breaks {
			if b.Spans(y) && b.Touches(pipeline.MeasureReports) {
				s.spanning[y] = append(s.spanning[y], i)
			}
		}
	}
	for _, p := range ds.Platforms {
		s.name[p.ID] = p.Name
		if slices.Contains(opt.ExcludeKinds, p.Kind) {
			s.excluded[p.ID] = true
		}
	}
	s.placeFigures()
	for _, c := range ds.Combined {
		k := at{c.Platform, c.Year}
		if len(s.figures(c.Platform, c.Year)) == 0 {
			continue // the row was not printed: nothing is inside it
		}
		s.members[k] = append(s.members[k], c.Members...)
		for _, m := range c.Members {
			if m != c.Platform {
				s.inside[at{m, c.Year}] = c.Platform
			}
		}
	}
	return s
}

// placeFigures sorts the figures by platform and year.
func (s *stage) placeFigures() {
	figures := s.ds.Figures
	s.row, s.column = make(map[string]int, len(s.ds.Platforms)), map[int]int{}
	for i := range figures {
		f := &figures[i]
		if _, ok := s.row[f.Platform]; !ok {
			s.row[f.Platform] = len(s.row)
		}
		if _, ok := s.column[f.Year]; !ok {
			s.column[f.Year] = len(s.column)
		}
	}
	// Counted first, then each index put in its place.
	s.ends = make([]int, len(s.row)*len(s.column))
	place := make([]int, len(figures))
	for i := range figures {
		place[i] = s.row[figures[i].Platform]*len(s.column) + s.column[figures[i].Year]
		s.ends[place[i]]++
	}
	sum := 0
	for k, n := range s.ends {
		s.ends[k] = sum
		sum += n
	}
	s.order = make([]int, len(figures))
	for i, k := range place {
		s.order[s.ends[k]] = i
		s.ends[k]++
	}
	begin := 0
	for _, end := range s.ends {
		if end-begin > 1 {
			slices.SortStableFunc(s.order[begin:end], func(a, b int) int { return cmp.Compare(figures[b].Reports, figures[a].Reports) })
		}
		begin = end
	}
}

// figures returns the indexes of a platform's figures in a year, largest
// first; nil where there is none. Nobody may change the list.
func (s *stage) figures(platform string, year int) []int {
	row, ok1 := s.row[platform]
	column, ok2 := s.column[year]
	if !ok1 || !ok2 {
		return nil
	}
	k := row*len(s.column) + column
	begin := 0
	if k > 0 {
		begin = s.ends[k-1]
	}
	if end := s.ends[k]; end > begin {
		return s.order[begin:end:end]
	}
	return nil
}

// owner returns the company that owned the platform on 31 December of the
// year, "" where no source names one.
func (s *stage) owner(platform string, year int) string {
	if c := s.index.Owner(platform, year); c != nil {
		return c.ID
	}
	return ""
}

// sum adds up the figures of a point.
func (s *stage) sum(pt *pipeline.Point) {
	total := pipeline.Count(0)
	for _, i := range pt.Figures {
		f := &s.ds.Figures[i]
		total += f.Reports
		pt.Status = pipeline.Weaker(pt.Status, f.Status)
		for _, r := range f.Flags {
			if r != pipeline.FlagBreak { // set by change, which knows the series
				pt.Flags = pt.Flags.With(r)
			}
		}
	}
	pt.Reports = s.counts.keep(total)
	if ed := s.edition[pt.Year]; ed != nil && ed.Total != nil && ed.Total.Reports > 0 {
		share := float64(total) / float64(ed.Total.Reports)
		pt.Share = s.parts.keep(share)
	}
}

// absent says why a platform has no figure in a year.
func (s *stage) absent(platform string, year int) (why pipeline.Missing, inside string) {
	ed := s.edition[year]
	if ed == nil {
		return pipeline.NoEdition, ""
	}
	if row, ok := s.inside[at{platform, year}]; ok {
		return pipeline.InsideRow, row
	}
	if ed.Partial() {
		return pipeline.NotCovered, ""
	}
	return pipeline.NoRow, ""
}

// platformBreaks returns the breaks between the year before and the year that
// concern a platform: its own, those of its owner, and those of everybody. An
// id that both a platform and a company have means the platform: a split of
// the row Microsoft says nothing on LinkedIn.
func (s *stage) platformBreaks(platform string, year int) []int {
	if len(s.spanning[year]) == 0 {
		return nil
	}
	now, before := s.owner(platform, year), s.owner(platform, year-1)
	var list []int
	for _, i := range s.spanning[year] {
		b := &s.ds.Breaks[i]
		_, isPlatform := s.name[b.Who]
		if b.Who == pipeline.Everybody || b.Who == platform || !isPlatform && (b.Who == now || b.Who == before) {
			list = append(list, i)
		}
	}
	return list
}

// change sets what a point says against the year before it.
func (s *stage) change(series *pipeline.Series, i int, breaks []int, forbids func(pipeline.Break) bool) {
	pt := &series.Points[i]
	if pt.Missing != pipeline.NotMissing {
		if pt.Missing == pipeline.NotInRollUp {
			pt.Flags = pt.Flags.With(pipeline.FlagNone)
		} else {
			pt.Flags = pt.Flags.With(pipeline.FlagMissing)
		}
		return
	}
	pt.Breaks = breaks
	if i == 0 || series.Points[i-1].Reports == nil {
		// Nothing to compare with; a caveat of the year itself still holds.
		return
	}
	for _, b := range breaks {
		pt.Broken = pt.Broken || forbids(s.ds.Breaks[b])
	}
	if pt.Broken {
		pt.Flags = pt.Flags.With(pipeline.FlagBreak)
		return
	}
	old := *series.Points[i-1].Reports
	change := *pt.Reports - old
	pt.Change = s.counts.keep(change)
	if old > 0 {
		percent := 100 * float64(change) / float64(old)
		pt.Percent = s.parts.keep(percent)
	}
}

func setSpan(series *pipeline.Series) {
	for i := range series.Points {
		pt := &series.Points[i]
		if pt.Reports == nil {
			continue
		}
		if series.First == 0 {
			series.First = pt.Year
		}
		series.Last = pt.Year
	}
}

// rankAll ranks the series of every year. companies says that they are those
// of the comparison by company.
func (s *stage) rankAll(c *pipeline.Comparison, companies bool) {
	for i, year := range c.Years {
		s.rank(c, i, s.edition[year], companies)
	}
}

// sortSeries sorts the series by the reports of the newest complete year, the
// largest first.
func (s *stage) sortSeries(c *pipeline.Comparison) {
	newest := -1
	for i, year := range c.Years {
		if ed := s.edition[year]; ed != nil && !ed.Partial() {
			newest = i
		}
	}
	if newest < 0 {
		newest = len(c.Years) - 1
	}
	// Those without a value in the newest complete year follow, by their
	// latest value before it, then after it.
	type sized struct {
		pipeline.Series
		tier    int
		reports pipeline.Count
	}
	list := make([]sized, len(c.Series))
	for k, series := range c.Series {
		list[k] = sized{Series: series, tier: len(series.Points)}
		for i := newest; i >= 0 && list[k].tier == len(series.Points); i-- {
			if n := series.Points[i].Reports; n != nil {
				list[k].tier, list[k].reports = newest-i, *n
			}
		}
		for i := newest + 1; i < len(series.Points) && list[k].tier == len(series.Points); i++ {
			if n := series.Points[i].Reports; n != nil {
				list[k].tier, list[k].reports = i, *n
			}
		}
	}
	slices.SortStableFunc(list, func(a, b sized) int {
		if (a.tier == 0) != (b.tier == 0) {
			return cmp.Compare(a.tier, b.tier)
		}
		return cmp.Or(cmp.Compare(b.reports, a.reports), cmp.Compare(a.ID, b.ID))
	})
	for k := range list {
		c.Series[k] = list[k].Series
	}
}

// rank gives every value of a year its place. In a partial year all that the
// source does not list could belong to one reporter it does not list, or be
// more of a company it lists. A value gets a place only where neither would
// change it.
func (s *stage) rank(c *pipeline.Comparison, i int, ed *pipeline.Edition, companies bool) {
	down := func(a, b pipeline.Count) int { return cmp.Compare(b, a) }
	grows := func(series *pipeline.Series) bool { return companies && !series.Alone }
	var all, growing []pipeline.Count // largest first
	for j := range c.Series {
		series := &c.Series[j]
		if n := series.Points[i].Reports; n != nil {
			all = append(all, *n)
			if grows(series) {
				growing = append(growing, *n)
			}
		}
	}
	slices.SortFunc(all, down)
	slices.SortFunc(growing, down)
	certain := func(n pipeline.Count, place int, grows bool) bool {
		if ed == nil || !ed.Partial() {
			return true
		}
		if !s.hidden[ed.Year].known {
			return false
		}
		hidden := s.hidden[ed.Year].reports
		if n <= hidden || hidden <= 0 {
			return n > hidden
		}
		if grows && place > 0 && n+hidden >= all[place-1] {
			return false // it may pass or reach the next larger
		}
		next, _ := slices.BinarySearchFunc(growing, n, down)
		if grows {
			next++ // it stands there itself
		}
		return next >= len(growing) || growing[next]+hidden < n
	}
	for j := range c.Series {
		pt := &c.Series[j].Points[i]
		if pt.Reports == nil {
			continue
		}
		place, _ := slices.BinarySearchFunc(all, *pt.Reports, down)
		if certain(*pt.Reports, place, grows(&c.Series[j])) {
			pt.Rank = place + 1
		}
	}
}
