package legacy

import (
	"cmp"
	"slices"

	"espfigures/pipeline"
)

// Companies compares companies: each year's value is the sum over the platforms
// a company owned on 31 December, which Point.Members names. A platform whose
// owner no source names stands for itself, under its own id, so that every
// year sums to its rows again.
func Companies(ds *pipeline.Dataset, opt Options) pipeline.Comparison {
	return newStage(ds, opt).companies()
}

func (s *stage) companies() pipeline.Comparison {
	c := pipeline.Comparison{Years: s.years}
	owns := s.owned()
	for _, company := range s.ds.Companies {
		series := pipeline.Series{ID: company.ID, Name: company.Name, Points: make([]pipeline.Point, 0, len(s.years))}
		owned := owns[company.ID]
		if owned == nil {
			owned = make([][]string, len(s.years))
		}
		for i, year := range s.years {
			series.Points = append(series.Points, s.rollUp(owned[i], year))
		}
		setSpan(&series)
		if series.Last == 0 {
			continue
		}
		for i := range series.Points {
			var before []string
			if i > 0 {
				before = owned[i-1]
				pt := &series.Points[i]
				pt.Joined = s.only(owned[i], before, pt.Year)
				pt.Left = s.only(before, owned[i], pt.Year)
			}
			s.companyChange(&series, i, before, owned[i])
		}
		c.Series = append(c.Series, series)
	}
	for _, p := range s.ds.Platforms {
		if s.excluded[p.ID] {
			continue
		}
		series := pipeline.Series{ID: p.ID, Name: p.Name, Kind: p.Kind, Alone: true, Points: make([]pipeline.Point, 0, len(s.years))}
		itself := []string{p.ID}
		for _, year := range s.years {
			pt := pipeline.Point{Year: year, Missing: pipeline.NotInRollUp}
			if s.owner(p.ID, year) == "" {
				pt = s.rollUp(itself, year)
			}
			series.Points = append(series.Points, pt)
		}
		setSpan(&series)
		if series.Last == 0 {
			continue
		}
		for i := range series.Points {
			// Standing alone, the series is the platform's own.
			s.change(&series, i, s.platformBreaks(p.ID, series.Points[i].Year), func(b pipeline.Break) bool {
				return b.Forbids != pipeline.ForbidsNothing
			})
		}
		c.Series = append(c.Series, series)
	}
	if len(s.excluded) == 0 {
		s.rankAll(&c, true)
	} else {
		full := Companies(s.ds, Options{})
		ranksOf(&full, &c)
	}
	s.sortSeries(&c)
	return c
}

// ranksOf gives the points of a comparison that leaves something out the
// ranks they have in the full one, where their sum is whole.
func ranksOf(full, c *pipeline.Comparison) {
	at := map[string]int{}
	for i, s := range full.Series {
		at[seriesKey(s)] = i
	}
	for _, s := range c.Series {
		i, ok := at[seriesKey(s)]
		if !ok {
			continue
		}
		for j, whole := range full.Series[i].Points {
			if pt := &s.Points[j]; pt.Reports != nil && whole.Reports != nil && *pt.Reports == *whole.Reports {
				pt.Rank = whole.Rank
			}
		}
	}
}

// seriesKey tells a company from a platform of the same id that stands alone.
func seriesKey(s pipeline.Series) string {
	if s.Alone {
		return s.ID + " alone"
	}
	return s.ID
}

// owned returns for each company the platforms it owned on 31 December of each
// of the years, in the order of the dataset.
func (s *stage) owned() map[string][][]string {
	owns := map[string][][]string{}
	for _, p := range s.ds.Platforms {
		if s.excluded[p.ID] || len(s.index.Owners(p.ID)) == 0 {
			continue
		}
		for i, year := range s.years {
			company := s.owner(p.ID, year)
			if company == "" {
				continue
			}
			if owns[company] == nil {
				owns[company] = make([][]string, len(s.years))
			}
			owns[company][i] = append(owns[company][i], p.ID)
		}
	}
	return owns
}

// only returns the platforms of one list that the other lacks and that have a
// figure in the year or the one before.
func (s *stage) only(these, those []string, year int) []string {
	var list []string
	for _, p := range these {
		if !slices.Contains(those, p) && len(s.figures(p, year))+len(s.figures(p, year-1)) > 0 {
			list = append(list, p)
		}
	}
	return list
}

// rollUp sums the platforms that stand together in a year.
func (s *stage) rollUp(owned []string, year int) pipeline.Point {
	pt := pipeline.Point{Year: year}
	if len(owned) == 1 {
		if pt.Figures = s.figures(owned[0], year); len(pt.Figures) > 0 {
			pt.Members = owned[:1:1]
			if len(pt.Figures) > 1 {
				pt.Figures = slices.Clone(pt.Figures)
			}
		}
	} else {
		sums := map[string]pipeline.Count{}
		for _, p := range owned {
			list := s.figures(p, year)
			if len(list) == 0 {
				continue
			}
			pt.Members = append(pt.Members, p)
			pt.Figures = append(pt.Figures, list...)
			for _, i := range list {
				sums[p] += s.ds.Figures[i].Reports
			}
		}
		slices.SortStableFunc(pt.Members, func(a, b string) int {
			return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b))
		})
	}
	if len(pt.Figures) > 1 {
		slices.Sort(pt.Figures)
	}
	if len(pt.Figures) > 0 {
		s.sum(&pt)
		return pt
	}
	pt.Missing = pipeline.NotInRollUp
	if s.edition[year] == nil {
		pt.Missing = pipeline.NoEdition
		return pt
	}
	for _, p := range owned {
		why, inside := s.absent(p, year)
		if pt.Missing == pipeline.NotInRollUp || why == pipeline.InsideRow {
			pt.Missing, pt.Inside = why, inside
		}
		if why == pipeline.InsideRow {
			break
		}
	}
	return pt
}

// companyChange compares a company's point with the year before it. The change
// of a roll-up holds where a member's own does not, as long as what its
// combined rows hold stayed in the company and its sum holds more than that
// one member: otherwise the sum is the very row whose scope changed. Members
// bought or sold are named and no break; a partial source may hide members.
func (s *stage) companyChange(series *pipeline.Series, i int, before, now []string) {
	pt := &series.Points[i]
	s.change(series, i, s.companyBreaks(series.ID, before, now, pt.Year), func(b pipeline.Break) bool {
		if b.Forbids == pipeline.ForbidsChange {
			return true
		}
		if b.Forbids != pipeline.ForbidsPlatform {
			return false
		}
		if member := onlyMember(series, i); member != "" {
			if _, isPlatform := s.name[b.Who]; b.Who == member || !isPlatform {
				return true
			}
		}
		return b.Who != pipeline.Everybody && !s.heldTogether(series.ID, pt.Year)
	})
	uncovered, limit := s.uncovered(series, i, before, now)
	if uncovered > 0 && pt.Reports != nil {
		pt.Flags = pt.Flags.With(pipeline.FlagMissing)
		if limit {
			pt.Change, pt.Percent = nil, nil
		}
	}
}

// onlyMember returns the platform that a company's sum is in this year and in
// the year before, "" where either sum holds another.
func onlyMember(series *pipeline.Series, i int) string {
	if i == 0 {
		return ""
	}
	now, before := series.Points[i].Members, series.Points[i-1].Members
	if len(now) != 1 || len(before) != 1 || now[0] != before[0] {
		return ""
	}
	return now[0]
}

// companyBreaks returns the breaks that concern a company, a member of it, or
// a combined row that a member is likely inside.
func (s *stage) companyBreaks(company string, before, now []string, year int) []int {
	if len(s.spanning[year]) == 0 {
		return nil
	}
	_, isPlatform := s.name[company] // then its breaks are those of that platform
	concerned := map[string]bool{company: !isPlatform, pipeline.Everybody: true}
	for _, p := range slices.Concat(before, now) {
		concerned[p] = true
		for _, y := range []int{year - 1, year} {
			if row, ok := s.inside[at{p, y}]; ok {
				concerned[row] = true
			}
		}
	}
	var list []int
	for _, i := range s.spanning[year] {
		if concerned[s.ds.Breaks[i].Who] {
			list = append(list, i)
		}
	}
	return list
}

// heldTogether reports whether everything likely inside the combined rows of a
// step's two years stood on one side: all of it owned by the company on
// 31 December, or none. Then its sum compares although its rows were split or
// joined. Where a row mixes it with others', no sum of rows is the company's.
func (s *stage) heldTogether(company string, year int) bool {
	for row, members := range s.members {
		if row.year != year && row.year != year-1 {
			continue
		}
		for _, y := range []int{year - 1, year} {
			first := s.owner(row.id, y) == company
			for _, m := range members {
				if (s.owner(m, y) == company) != first {
					return false
				}
			}
		}
	}
	return true
}

// uncovered returns the reports that members held when last seen and that a
// partial source of this year or the year before does not list, and whether
// that is too large a part of the company's reports to compare across.
func (s *stage) uncovered(series *pipeline.Series, i int, before, now []string) (hidden pipeline.Count, limit bool) {
	pt := series.Points[i]
	for _, p := range now {
		if why, _ := s.absent(p, pt.Year); len(s.figures(p, pt.Year)) == 0 && why == pipeline.NotCovered {
			hidden += s.lastSeen(p, pt.Year)
		}
	}
	own := hidden
	if i > 0 {
		for _, p := range before {
			if why, _ := s.absent(p, pt.Year-1); len(s.figures(p, pt.Year-1)) == 0 && why == pipeline.NotCovered {
				if list := s.figures(p, pt.Year); len(list) > 0 {
					for _, f := range list {
						hidden += s.ds.Figures[f].Reports
					}
				} else if !slices.Contains(now, p) {
					hidden += s.lastSeen(p, pt.Year-1)
				}
			}
		}
	}
	if pt.Reports == nil || i == 0 || series.Points[i-1].Reports == nil {
		return own, false
	}
	largest := max(*pt.Reports, *series.Points[i-1].Reports)
	return hidden, float64(hidden) >= UncoveredLimit*float64(largest)
}

// lastSeen returns what a platform last reported before the year: 0 where the
// newest complete edition before it has no such row.
func (s *stage) lastSeen(platform string, year int) pipeline.Count {
	for y := year - 1; len(s.years) > 0 && y >= s.years[0]; y-- {
		if list := s.figures(platform, y); len(list) > 0 {
			var sum pipeline.Count
			for _, f := range list {
				sum += s.ds.Figures[f].Reports
			}
			return sum
		}
		if ed := s.edition[y]; ed != nil && !ed.Partial() {
			return 0
		}
	}
	return 0
}
