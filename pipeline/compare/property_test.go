package compare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// world makes up a dataset: platforms of several categories, owners that
// change, combined rows, breaks of every strength and measure, years without
// an edition, and partial years at the end.
func world(seed uint64) *pipeline.Dataset {
	rnd := rand.New(rand.NewPCG(seed, 7))
	ds := &pipeline.Dataset{}
	for _, c := range []string{"social", "dating", pipeline.OtherCategory} {
		ds.Categories = append(ds.Categories, pipeline.Category{ID: c, Name: c})
	}
	np, nc := 2+rnd.IntN(10), rnd.IntN(4)
	who := []string{pipeline.Everybody}
	for i := range nc {
		ds.Companies = append(ds.Companies, pipeline.Company{ID: fmt.Sprintf("c%d", i), Name: fmt.Sprintf("Company %d", i)})
		who = append(who, fmt.Sprintf("c%d", i))
	}
	for i := range np {
		id := fmt.Sprintf("p%d", i)
		who = append(who, id)
		ds.Platforms = append(ds.Platforms, pipeline.Platform{ID: id, Name: "Platform " + id,
			Kind: pipeline.Kinds[rnd.IntN(len(pipeline.Kinds))], Category: []string{"", "social", "dating", pipeline.OtherCategory}[rnd.IntN(4)]})
		if nc > 0 && rnd.IntN(3) > 0 {
			sold := 2019 + rnd.IntN(6)
			ds.Owners = append(ds.Owners, pipeline.Ownership{Platform: id, Company: fmt.Sprintf("c%d", rnd.IntN(nc)), To: fmt.Sprintf("%d-06-30", sold)})
			if rnd.IntN(2) == 0 {
				ds.Owners = append(ds.Owners, pipeline.Ownership{Platform: id, Company: fmt.Sprintf("c%d", rnd.IntN(nc)), From: fmt.Sprintf("%d-07-01", sold)})
			}
		}
	}
	for i := range rnd.IntN(6) {
		from := 2019 + rnd.IntN(6)
		b := pipeline.Break{ID: fmt.Sprintf("b%d", i), Who: who[rnd.IntN(len(who))], From: from, To: from + rnd.IntN(3), Kind: "method",
			Forbids: []pipeline.Forbids{pipeline.ForbidsPlatform, pipeline.ForbidsChange, pipeline.ForbidsNothing}[rnd.IntN(3)]}
		if rnd.IntN(3) == 0 {
			b.Measures = []pipeline.Measure{pipeline.MeasureShare}
		}
		ds.Breaks = append(ds.Breaks, b)
	}
	inside := map[string]bool{}
	for range rnd.IntN(4) {
		y, p, m := 2019+rnd.IntN(3), rnd.IntN(np), rnd.IntN(np)
		if k := fmt.Sprint(y, m); p != m && !inside[k] {
			inside[k] = true
			ds.Combined = append(ds.Combined, pipeline.CombinedRow{Year: y, Platform: fmt.Sprintf("p%d", p), Members: []string{fmt.Sprintf("p%d", m)}})
		}
	}
	for year := 2019; year <= 2025; year++ {
		if rnd.IntN(8) > 0 {
			addEdition(ds, rnd, year)
		}
	}
	return ds
}

func addEdition(ds *pipeline.Dataset, rnd *rand.Rand, year int) {
	ed := pipeline.Edition{Year: year, Status: pipeline.Verified}
	if year >= 2024 {
		ed.Status = pipeline.SecondaryHand
	}
	for _, p := range ds.Platforms {
		for range []int{0, 1, 1, 1, 2}[rnd.IntN(5)] {
			f := pipeline.Figure{Year: year, Name: p.Name, Platform: p.ID, Reports: pipeline.Count(rnd.IntN(5000)), Status: ed.Status, Combined: rnd.IntN(9) == 0}
			if f.Combined || slices.ContainsFunc(ds.Combined, func(c pipeline.CombinedRow) bool { return c.Year == year && c.Platform == p.ID }) {
				f.Flags = "c"
			}
			ds.Figures = append(ds.Figures, f)
			ed.Rows = append(ed.Rows, pipeline.Row{Name: f.Name, Reports: f.Reports})
		}
	}
	total := ed.Sum()
	if year >= 2024 {
		total += pipeline.Count(rnd.IntN(500))
	}
	ed.Total = &pipeline.Total{Reports: total}
	ds.Editions = append(ds.Editions, ed)
	ds.Totals = append(ds.Totals, pipeline.YearTotal{Year: year, CyberTipline: total + 100})
}

// worlds calls f with many worlds and all their series.
func worlds(t *testing.T, f func(t *testing.T, m *compare.Model, all []*compare.Series)) {
	t.Helper()
	for seed := range uint64(100) {
		m := compare.New(world(seed))
		all := slices.Concat(m.Platforms, m.Companies, m.Categories, []*compare.Series{m.ESPTotal, m.Total, m.Top(2)})
		if len(m.Platforms) > 1 {
			all = append(all, m.Union(m.Platforms[0], m.Platforms[1]))
		}
		f(t, m, all)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// In every year the platforms, the companies and the categories each sum to
// what the edition's rows sum to.
func TestConservation(t *testing.T) {
	worlds(t, func(t *testing.T, m *compare.Model, _ []*compare.Series) { conserved(t, m) })
}

func conserved(t *testing.T, m *compare.Model) {
	t.Helper()
	for _, ed := range m.Data.Editions {
		for name, list := range map[string][]*compare.Series{"platforms": m.Platforms, "companies": m.Companies, "categories": m.Categories} {
			var sum pipeline.Count
			for _, s := range list {
				if p := s.At(ed.Year); p.Reports != nil {
					sum += *p.Reports
				}
			}
			if sum != ed.Sum() {
				t.Errorf("%d: %s sum to %s, the rows to %s", ed.Year, name, sum, ed.Sum())
			}
		}
	}
}

// eachPair calls f with every answer of a model.
func eachPair(m *compare.Model, all []*compare.Series, f func(compare.Between)) {
	for _, s := range all {
		for i, y1 := range m.Years {
			for _, y2 := range m.Years[i+1:] {
				for _, measure := range pipeline.Measures {
					f(m.Between(s, y1, y2, measure))
				}
			}
		}
	}
}

// A change is there exactly where the verdict allows one, and every verdict
// but yes has its reasons.
func TestVerdictsAndChanges(t *testing.T) {
	seen := map[compare.Verdict]int{}
	worlds(t, func(t *testing.T, m *compare.Model, all []*compare.Series) {
		eachPair(m, all, func(b compare.Between) {
			seen[b.Verdict]++
			at := fmt.Sprintf("%s %s %d-%d %s: %s %v", b.Series.Type, b.Series.ID, b.From.Year, b.To.Year, b.Measure, b.Verdict, b.Reasons)
			if (b.Change != nil) != (b.Verdict == compare.Yes || b.Verdict == compare.Care) {
				t.Errorf("%s: change %v", at, b.Change)
			}
			if (len(b.Reasons) > 0) != (b.Verdict == compare.Care || b.Verdict == compare.No) {
				t.Errorf("%s: reasons do not go with the verdict", at)
			}
			if b.LikeForLike != nil && b.LikeForLike.Change == nil {
				t.Errorf("%s: like for like without a change", at)
			}
			if b.Change != nil && (b.Change.Percent != nil && b.Measure != pipeline.MeasureReports || (b.Change.Places != nil) != (b.Measure == pipeline.MeasureRank) || (b.Change.Points != nil) != (b.Measure == pipeline.MeasureShare)) {
				t.Errorf("%s: the wrong sort of change", at)
			}
		})
	})
	for _, v := range []compare.Verdict{compare.NoValue, compare.Yes, compare.Care, compare.No} {
		if seen[v] < 500 {
			t.Errorf("verdict %q only %d times", v, seen[v])
		}
	}
}

// A forbidding break of a platform, or of everybody, is never crossed.
func TestBreaksAreNeverCrossed(t *testing.T) {
	crossed := 0
	worlds(t, func(t *testing.T, m *compare.Model, _ []*compare.Series) {
		eachPair(m, m.Platforms, func(b compare.Between) {
			for _, br := range m.Data.Breaks {
				between := br.From < b.To.Year && b.From.Year < br.To || br.From == br.To && b.From.Year <= br.From && br.From <= b.To.Year
				if between && br.Touches(b.Measure) && br.Forbids != pipeline.ForbidsNothing && (br.Who == b.Series.ID || br.Who == pipeline.Everybody) {
					crossed++
					if b.Change != nil {
						t.Errorf("%s %d-%d %s crosses %+v", b.Series.ID, b.From.Year, b.To.Year, b.Measure, br)
					}
				}
			}
		})
	})
	if crossed == 0 {
		t.Error("no break was tried")
	}
}

// A combined row is never compared with one that is not, or with one of other
// likely members; a sum of which part is in a row with others' never at all.
func TestScopeIsNeverCompared(t *testing.T) {
	tried := 0
	worlds(t, func(t *testing.T, m *compare.Model, all []*compare.Series) {
		combined := func(s *compare.Series, year int) string {
			for _, c := range m.Data.Combined {
				if c.Year == year && c.Platform == s.ID && s.At(year).Reports != nil {
					return fmt.Sprint("*", c.Members)
				}
			}
			if p := s.At(year); p.Marks.Has(pipeline.FlagCombined) {
				return "*"
			}
			return ""
		}
		eachPair(m, m.Platforms, func(b compare.Between) {
			x, y := combined(b.Series, b.From.Year), combined(b.Series, b.To.Year)
			if (x == "") != (y == "") || len(x) > 1 && len(y) > 1 && x != y {
				tried++
				if b.Change != nil {
					t.Errorf("%s %d-%d: %q against %q", b.Series.ID, b.From.Year, b.To.Year, x, y)
				}
			}
		})
	})
	if tried == 0 {
		t.Error("no combined row was tried")
	}
}

// A company that owned other platforms, by more than a hundredth of either
// sum, is not compared; the like-for-like change is of what it owned at both ends.
func TestOwnership(t *testing.T) {
	tried, compared := 0, 0
	worlds(t, func(t *testing.T, m *compare.Model, _ []*compare.Series) {
		eachPair(m, m.Companies, func(b compare.Between) {
			if b.Verdict == compare.NoValue {
				return
			}
			var before, after, both1, both2 pipeline.Count
			for _, f := range m.Data.Figures {
				x, y := b.Series.Holds(f.Platform, b.From.Year), b.Series.Holds(f.Platform, b.To.Year)
				switch {
				case f.Year == b.From.Year && x && !y:
					before += f.Reports
				case f.Year == b.To.Year && y && !x:
					after += f.Reports
				case f.Year == b.From.Year && x && y:
					both1 += f.Reports
				case f.Year == b.To.Year && x && y:
					both2 += f.Reports
				}
			}
			if 100*before > *b.From.Reports || 100*after > *b.To.Reports {
				tried++
				if b.Change != nil {
					t.Errorf("%s %d-%d: %d left, %d came, and yet a change", b.Series.ID, b.From.Year, b.To.Year, before, after)
				}
			}
			if l := b.LikeForLike; l != nil && b.Measure == pipeline.MeasureReports {
				compared++
				if *l.From.Reports != both1 || *l.To.Reports != both2 {
					t.Errorf("%s %d-%d: like for like %s to %s, want %s to %s", b.Series.ID, b.From.Year, b.To.Year, l.From.Reports, l.To.Reports, both1, both2)
				}
			}
		})
	})
	if tried == 0 || compared == 0 {
		t.Errorf("%d changes of ownership, %d like for like", tried, compared)
	}
}

// Shares are parts of the year's totals, ranks count the larger values, and in
// a partial year no way to hand out what is not listed changes a rank.
func TestRanksAndShares(t *testing.T) {
	ranked := 0
	worlds(t, func(t *testing.T, m *compare.Model, _ []*compare.Series) {
		for _, list := range [][]*compare.Series{m.Platforms, m.Companies, m.Categories} {
			for i, year := range m.Years {
				ed := m.Data.Edition(year)
				for _, s := range list {
					p := s.Points[i]
					if p.Reports == nil {
						if p.Rank != 0 || p.Share != nil || p.Missing == pipeline.NotMissing {
							t.Errorf("%s %d has no value and %+v", s.ID, year, p)
						}
						continue
					}
					if want := float64(*p.Reports) / float64(ed.Total.Reports); ed.Total.Reports > 0 && math.Abs(*p.Share-want) > 1e-12 {
						t.Errorf("%s %d: share %v, want %v", s.ID, year, *p.Share, want)
					}
					larger := 1
					for _, o := range list {
						if q := o.Points[i].Reports; q != nil && *q > *p.Reports {
							larger++
						}
					}
					if p.Rank != larger && !(p.Rank == 0 && p.NoRank != "" && ed.Partial()) {
						t.Errorf("%s %d: rank %d (%s), %d larger", s.ID, year, p.Rank, p.NoRank, larger-1)
					}
					if p.Rank != 0 && ed.Partial() {
						ranked++
						if hidden := ed.Total.Reports - ed.Sum(); hidden > 0 && *p.Reports <= hidden {
							t.Errorf("%s %d: rank %d although one not listed may be larger", s.ID, year, p.Rank)
						}
					}
				}
			}
		}
	})
	if ranked == 0 {
		t.Error("no rank in a partial year")
	}
}

// A selection shows fewer series and says the same about them.
func TestSelectChangesNoAnswer(t *testing.T) {
	worlds(t, func(t *testing.T, m *compare.Model, _ []*compare.Series) {
		some, err := m.Select([]string{m.Platforms[0].ID}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(some.Platforms) == 0 || len(some.Platforms) > 2 {
			t.Errorf("%d platforms", len(some.Platforms))
		}
		for _, s := range slices.Concat(some.Platforms, some.Companies) {
			whole, err := m.Series(s.ID)
			if s.Type == compare.TypeCompany {
				whole, err = m.Series("company:" + s.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range s.Points {
				if fmt.Sprint(p.Rank, p.Marks, p.Members) != fmt.Sprint(whole.Points[i].Rank, whole.Points[i].Marks, whole.Points[i].Members) {
					t.Errorf("%s %d: %+v, in the whole %+v", s.ID, p.Year, p, whole.Points[i])
				}
			}
		}
	})
}

// Every series is in exactly one part of the movers, and what moved may be compared.
func TestMovers(t *testing.T) {
	worlds(t, func(t *testing.T, m *compare.Model, _ []*compare.Series) {
		if len(m.Years) < 2 {
			return
		}
		for _, by := range []compare.Type{compare.TypePlatform, compare.TypeCompany, compare.TypeCategory} {
			v := m.Movers(m.Years[0], m.Years[len(m.Years)-1], compare.MoversOptions{By: by, MinBase: 500})
			seen := map[*compare.Series]bool{}
			for _, mv := range v.All() {
				if seen[mv.Series] {
					t.Errorf("%s is listed twice", mv.Series.ID)
				}
				seen[mv.Series] = true
				if (mv.Change != nil) != (mv.Movement == compare.Moved) {
					t.Errorf("%s is in %s with change %v", mv.Series.ID, mv.Movement, mv.Change)
				}
				if mv.Movement == compare.Moved && *mv.From.Reports < 500 {
					t.Errorf("%s moved from %s reports", mv.Series.ID, mv.From.Reports)
				}
			}
			for i := 1; i < len(v.Falls); i++ {
				if *v.Falls[i].Change.Reports < *v.Falls[i-1].Change.Reports {
					t.Errorf("falls are not sorted")
				}
			}
		}
	})
}

func TestEmptyDataset(t *testing.T) {
	m := compare.New(&pipeline.Dataset{})
	if len(m.Years) != 0 || m.Complete() != 0 || len(m.Movers(2019, 2020, compare.MoversOptions{}).All()) != 0 {
		t.Errorf("%+v", m)
	}
	if b := m.Between(m.Total, 2019, 2020, pipeline.MeasureReports); b.Verdict != compare.NoValue {
		t.Errorf("%+v", b)
	}
}
