package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
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

func (m *Model) allWitnesses() (list []Witness) {
	for _, o := range m.Data.OwnCounts {
		year := pipeline.YearOf(o.From)
		i := slices.IndexFunc(list, func(w Witness) bool { return w.Year == year && slices.Equal(w.Parts[0].Platforms, o.Platforms) })
		if i < 0 {
			listed := filter(o.Platforms, func(id string) bool { return m.Platform(id) != nil })
			s, err := m.Series(strings.Join(listed, "+"))
			if err != nil {
				continue // no edition has a row of it
			}
			i = len(list)
			list = append(list, Witness{Who: s.Name, Platforms: s, Year: year})
			if c, _ := m.Owner(o.Platforms[0], year); c != nil && len(o.Platforms) > 1 {
				list[i].Who = c.Name
			}
		}
		list[i].Parts = append(list[i].Parts, o)
	}
	for i := range list {
		list[i].compare()
	}
	return list
}

// WitnessesOf returns the own counts that bear on a series in a year.
func (m *Model) WitnessesOf(s *Series, year int) []Witness {
	return filter(m.Witnesses(), func(w Witness) bool { return w.Year == year && w.Bears(s) })
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
	size, decimals, side := math.Abs(*w.Percent), pipeline.ChangeDecimals(*w.Percent), "above"
	if size < 1 {
		decimals = max(decimals, 2)
	}
	if *w.Percent < 0 {
		side = "below"
	}
	return fmt.Sprintf("%.*f%% %s", decimals, size, side)
}

// Sources joins the sources of its periods, each once.
func (w Witness) Sources() string {
	var list []string
	for _, o := range w.Parts {
		if !slices.Contains(list, o.Source) {
			list = append(list, o.Source)
		}
	}
	return strings.Join(list, " ; ")
}

// compare adds up the periods of the year, and sets the sum next to NCMEC's figure.
func (w *Witness) compare() {
	slices.SortFunc(w.Parts, func(a, b pipeline.OwnCount) int { return cmp.Compare(a.From, b.From) })
	months := 0
	for _, o := range w.Parts {
		w.Own += o.Reports
		w.Rounded, w.SecondHand = w.Rounded || o.Rounded, w.SecondHand || o.SecondHand
		w.Reason = cmp.Or(w.Reason, o.Differs)
		months += o.Months()
	}
	w.Agreement = Unfinished
	p := w.Platforms.At(w.Year)
	if p == nil || p.Reports == nil {
		return
	}
	w.NCMEC, w.Status = p.Reports, p.Status
	part := float64(w.Own-*w.NCMEC) / float64(*w.NCMEC)
	// Where NCMEC's side may lack rows, only a count that is far below what is
	// there already says something: the whole would differ even more.
	if months != 12 || *p.Reports == 0 || p.AtLeast && part >= -CloseLimit {
		return
	}
	w.Difference, w.Percent = new(w.Own-*w.NCMEC), new(100*part)
	switch part = math.Abs(part); {
	case part <= AgreesLimit:
		w.Agreement = Agrees
	case part <= CloseLimit:
		w.Agreement = Close
	default:
		w.Agreement = Differs
		w.Reason = cmp.Or(w.Reason, NotExplained)
	}
}

// Borne says how far the platforms' own counts bear a year's table out: how
// many of them agree, are close and differ, and the part of all providers'
// reports, 0..1, that those which agree stand for.
type Borne struct {
	Agree, Close, Differ int
	Share                float64
}

// BorneOut sums up the own counts of a year.
func (m *Model) BorneOut(year int) (b Borne) {
	for _, w := range m.Witnesses() {
		switch {
		case w.Year != year:
		case w.Agreement == Close:
			b.Close++
		case w.Agreement == Differs:
			b.Differ++
		case w.Agreement == Agrees:
			b.Agree++
			if p := w.Platforms.At(year); p.Share != nil {
				b.Share += *p.Share
			}
		}
	}
	return b
}
