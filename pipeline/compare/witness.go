package compare

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// Agreement says how far a platform's own count bears NCMEC's figure out.
type Agreement string

const (
	Agrees     Agreement = "agrees"     // within AgreesLimit
	Close      Agreement = "close"      // within CloseLimit
	Differs    Agreement = "differs"    // by more
	Unfinished Agreement = "incomplete" // the own counts on file do not make up the year, or NCMEC's side is not whole
)

// AgreesLimit and CloseLimit are parts of NCMEC's figure.
const (
	AgreesLimit = 0.01
	CloseLimit  = 0.05
)

// NotExplained is the reason of a difference that no source explains.
const NotExplained = "not explained"

// Witness sets what a platform says of itself in a year next to NCMEC's figure.
type Witness struct {
	Who       string // whose count it is: the platform, or the company of several
	Platforms *Series
	Year      int
	Parts     []pipeline.OwnCount // the periods of the year, earliest first
	Own       pipeline.Count      // their sum
	NCMEC     *pipeline.Count     // of the same platforms; nil where the year has no figure of them
	Status    pipeline.Status     // of NCMEC's figure
	// Difference is the own count less NCMEC's figure, Percent the same as a
	// part of NCMEC's figure: 0.08 means 0.08% above. Nil where Unfinished.
	Difference *pipeline.Count
	Percent    *float64
	Agreement  Agreement
	Reason     string // why it differs: sourced, or NotExplained; "" where it agrees or is close and nothing is on file
	Rounded    bool   // a part is a rounded number
	SecondHand bool   // a part is known only from a third party's collection
}

// Witnesses returns every year of every platform's own counts, those of one
// set of platforms together, in the order of the registry. Callers share them.
func (m *Model) Witnesses() []Witness { return m.witnesses() }

func (m *Model) allWitnesses() []Witness {
	type year struct {
		platforms string
		year      string
	}
	var order []year
	parts := map[year][]pipeline.OwnCount{}
	for _, o := range m.Data.OwnCounts {
		if !slices.ContainsFunc(o.Platforms, func(id string) bool { return m.Platform(id) != nil }) {
			continue // no edition has a row of it
		}
		k := year{strings.Join(o.Platforms, "+"), o.From[:4]}
		if parts[k] == nil {
			order = append(order, k)
		}
		parts[k] = append(parts[k], o)
	}
	var list []Witness
	for _, k := range order {
		list = append(list, m.witness(parts[k]))
	}
	return list
}

// WitnessesOf returns the own counts that bear on a series in a year.
func (m *Model) WitnessesOf(s *Series, year int) []Witness {
	var list []Witness
	for _, w := range m.Witnesses() {
		if w.Year == year && w.Bears(s) {
			list = append(list, w)
		}
	}
	return list
}

// Bears reports whether the own count covers a platform of a series.
func (w Witness) Bears(s *Series) bool {
	return s.Type != TypeTotal && slices.ContainsFunc(w.Platforms.list, func(id string) bool { return s.Holds(id, w.Year) })
}

// Same reports whether the own count covers just the rows that a series has in
// the year, so that the two can be set side by side.
func (w Witness) Same(s *Series) bool {
	p, q := s.At(w.Year), w.Platforms.At(w.Year)
	return p != nil && q != nil && len(p.Members) > 0 && slices.Equal(p.Members, q.Members)
}

// Words says how the own count compares: "0.08% above", "the same".
func (w Witness) Words() string {
	switch {
	case w.Percent == nil:
		return "not compared"
	case *w.Percent == 0:
		return "the same"
	}
	size, decimals := math.Abs(*w.Percent), pipeline.ChangeDecimals(*w.Percent)
	if size < 1 {
		decimals = max(decimals, 2)
	}
	text := strconv.FormatFloat(size, 'f', decimals, 64) + "% above"
	if *w.Percent < 0 {
		text = strings.TrimSuffix(text, "above") + "below"
	}
	return text
}

// witness adds up the periods of one year.
func (m *Model) witness(parts []pipeline.OwnCount) Witness {
	slices.SortFunc(parts, func(a, b pipeline.OwnCount) int { return cmp.Compare(a.From, b.From) })
	first := parts[0]
	w := Witness{Year: pipeline.YearOf(first.From), Parts: parts}
	w.Platforms, w.Who = m.ownSeries(first.Platforms, w.Year)
	months := 0
	for _, o := range parts {
		w.Own += o.Reports
		w.Rounded, w.SecondHand = w.Rounded || o.Rounded, w.SecondHand || o.SecondHand
		w.Reason = cmp.Or(w.Reason, o.Differs)
		months += o.Months()
	}
	w.Agreement = Unfinished
	p := w.Platforms.At(w.Year)
	if p == nil || p.Reports == nil {
		return w
	}
	w.NCMEC, w.Status = p.Reports, p.Status
	difference := w.Own - *w.NCMEC
	part := float64(difference) / float64(*w.NCMEC)
	percent := 100 * part
	// Where NCMEC's side may lack rows, only a count that is far below what is
	// there already says something: the whole would differ even more.
	if months != 12 || *p.Reports == 0 || p.AtLeast && part >= -CloseLimit {
		return w
	}
	w.Difference, w.Percent = &difference, &percent
	switch part = math.Abs(part); {
	case part <= AgreesLimit:
		w.Agreement = Agrees
	case part <= CloseLimit:
		w.Agreement = Close
	default:
		w.Agreement = Differs
		w.Reason = cmp.Or(w.Reason, NotExplained)
	}
	return w
}

// ownSeries returns the platforms that a count covers together, and whose it is.
func (m *Model) ownSeries(platforms []string, year int) (s *Series, who string) {
	var parts []*Series
	for _, id := range platforms {
		if p := m.Platform(id); p != nil {
			parts = append(parts, p)
		}
	}
	s = parts[0]
	if len(platforms) == 1 {
		return s, s.Name
	}
	if len(parts) > 1 {
		s = m.Union(parts...)
	}
	if c, _ := m.Owner(platforms[0], year); c != nil {
		return s, c.Name
	}
	return s, s.Name
}

// Borne says how far the platforms' own counts bear a year's table out: how
// many of them agree, are close and differ, and the part of all providers'
// reports, 0..1, that those which agree stand for.
type Borne struct {
	Agree, Close, Differ int
	Share                float64
}

// BorneOut sums up the own counts of a year.
func (m *Model) BorneOut(year int) Borne {
	var b Borne
	for _, w := range m.Witnesses() {
		if w.Year != year {
			continue
		}
		switch w.Agreement {
		case Agrees:
			b.Agree++
			if p := w.Platforms.At(year); p.Share != nil {
				b.Share += *p.Share
			}
		case Close:
			b.Close++
		case Differs:
			b.Differ++
		}
	}
	return b
}
