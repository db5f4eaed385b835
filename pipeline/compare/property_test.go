package compare_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
)

const src = "https://example.org/source"

// world generates a registry and the editions of a few years: platforms with
// one or two printed names, owners that change, combined rows, breaks, names
// nobody knows, a partial year at the end.
func world(t *testing.T, seed uint64) *pipeline.Dataset {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 7))
	var platforms, aliases, companies, owners, breaks, combined strings.Builder
	platforms.WriteString("id,name,kind,note,source\n")
	aliases.WriteString("printed_name,platform_id,note,source\n")
	companies.WriteString("id,name,source\n")
	owners.WriteString("platform_id,company_id,from,to,source\n")
	breaks.WriteString("id,who,from,to,kind,description,source,forbids\n")
	combined.WriteString("year,platform_id,member_id,source\n")

	nc := rnd.IntN(4)
	for i := range nc {
		fmt.Fprintf(&companies, "company-%d,Company %d,%s\n", i, i, src)
	}
	np := 2 + rnd.IntN(10)
	for i := range np {
		kind := pipeline.Kinds[rnd.IntN(len(pipeline.Kinds))]
		fmt.Fprintf(&platforms, "p%d,Platform %d,%s,,%s\n", i, i, kind, src)
		fmt.Fprintf(&aliases, "Service %d,p%d,,%s\nFormer %d Ltd,p%d,,%s\n", i, i, src, i, i, src)
		if nc > 0 && rnd.IntN(3) > 0 {
			y := 2019 + rnd.IntN(5)
			fmt.Fprintf(&owners, "p%d,company-%d,,%d-06-30,%s\n", i, rnd.IntN(nc), y, src)
			if rnd.IntN(2) == 0 {
				fmt.Fprintf(&owners, "p%d,company-%d,%d-%s,,%s\n", i, rnd.IntN(nc), y, []string{"07-01", "12-31"}[rnd.IntN(2)], src)
			}
		}
	}
	who := []string{"all"}
	for i := range np {
		who = append(who, fmt.Sprintf("p%d", i))
	}
	for i := range nc {
		who = append(who, fmt.Sprintf("company-%d", i))
	}
	for i := range rnd.IntN(5) {
		from := 2019 + rnd.IntN(6)
		fmt.Fprintf(&breaks, "b%d,%s,%d,%d,method,Something changed.,%s,%s\n", i, who[rnd.IntN(len(who))], from, from+rnd.IntN(3), src,
			[]pipeline.Forbids{pipeline.ForbidsPlatform, pipeline.ForbidsChange, pipeline.ForbidsNothing}[rnd.IntN(3)])
	}
	inside := map[string]bool{}
	for range rnd.IntN(4) {
		y, p, m := 2019+rnd.IntN(3), rnd.IntN(np), rnd.IntN(np)
		k := fmt.Sprint(y, m)
		if p == m || inside[k] {
			continue
		}
		inside[k] = true
		fmt.Fprintf(&combined, "%d,p%d,p%d,%s\n", y, p, m, src)
	}
	reg, err := registry.Load(fstest.MapFS{
		"platforms.csv": {Data: []byte(platforms.String())},
		"aliases.csv":   {Data: []byte(aliases.String())},
		"companies.csv": {Data: []byte(companies.String())},
		"owners.csv":    {Data: []byte(owners.String())},
		"breaks.csv":    {Data: []byte(breaks.String())},
		"combined.csv":  {Data: []byte(combined.String())},
	})
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}

	ds := &pipeline.Dataset{}
	for year := 2019; year <= 2025; year++ {
		if rnd.IntN(8) == 0 {
			continue // a year nobody holds
		}
		ed := pipeline.Edition{Year: year, Status: pipeline.Verified}
		ed.Document.SHA256 = fmt.Sprintf("%064d", year)
		row := func(name string) {
			ed.Rows = append(ed.Rows, pipeline.Row{Name: name, Combined: rnd.IntN(9) == 0, Reports: pipeline.Count(rnd.IntN(5000)), At: pipeline.Place{Page: 1, Row: len(ed.Rows) + 1}})
		}
		for i := range np {
			if rnd.IntN(4) > 0 {
				row([]string{"Service %d", "SERVICE %d, LLC", "service-%d"}[rnd.IntN(3)])
				ed.Rows[len(ed.Rows)-1].Name = fmt.Sprintf(ed.Rows[len(ed.Rows)-1].Name, i)
			}
			if rnd.IntN(5) == 0 {
				row(fmt.Sprintf("Former %d", i))
			}
		}
		for i := range rnd.IntN(3) {
			row(fmt.Sprintf("Nobody Knows %c", 'A'+i))
		}
		total := ed.Sum()
		if year >= 2024 {
			ed.Status = pipeline.SecondaryHand
			ed.Source = src
			total += pipeline.Count(rnd.IntN(500))
		}
		ed.Total = &pipeline.Total{Label: "Total", Reports: total}
		ds.Editions = append(ds.Editions, ed)
	}
	resolve.New(reg).Fill(ds)
	compare.Fill(ds)
	return ds
}

// Every year's comparison, summed over all its series, is the sum of the
// year's rows again: nothing is lost, nothing counts twice.
func TestComparisonsSumToTheirYears(t *testing.T) {
	for seed := range uint64(150) {
		ds := world(t, seed)
		for name, c := range map[string]pipeline.Comparison{"platforms": ds.ByPlatform, "companies": ds.ByCompany} {
			used := map[int]int{}
			for i, year := range c.Years {
				var sum, want pipeline.Count
				for _, s := range c.Series {
					pt := s.Points[i]
					if pt.Year != year {
						t.Fatalf("seed %d, %s: point %d of %s is of %d", seed, name, i, s.ID, pt.Year)
					}
					if (pt.Reports == nil) != (pt.Missing != pipeline.NotMissing) {
						t.Fatalf("seed %d, %s %s %d: value %v, missing %q", seed, name, s.ID, year, pt.Reports, pt.Missing)
					}
					if pt.Reports == nil {
						if len(pt.Figures) > 0 {
							t.Fatalf("seed %d, %s %s %d: figures without a value", seed, name, s.ID, year)
						}
						continue
					}
					var own pipeline.Count
					for _, f := range pt.Figures {
						own += ds.Figures[f].Reports
						used[f]++
						if ds.Figures[f].Year != year {
							t.Fatalf("seed %d, %s %s %d: a figure of %d", seed, name, s.ID, year, ds.Figures[f].Year)
						}
					}
					if own != *pt.Reports {
						t.Fatalf("seed %d, %s %s %d: %v, its figures sum to %v", seed, name, s.ID, year, *pt.Reports, own)
					}
					sum += own
				}
				ed := ds.Edition(year)
				if ed != nil {
					want = ed.Sum()
					if !ed.Partial() && want != ed.Total.Reports {
						t.Fatal("the generator is wrong")
					}
				}
				if sum != want {
					t.Fatalf("seed %d, %s of %d sum to %v, its rows to %v", seed, name, year, sum, want)
				}
			}
			for i := range ds.Figures {
				if used[i] != 1 {
					t.Fatalf("seed %d, %s: figure %d (%s %d) counts %d times", seed, name, i, ds.Figures[i].Name, ds.Figures[i].Year, used[i])
				}
			}
		}
	}
}

// A change is the difference of two values that may be compared, or absent.
func TestChangesOnlyWhereTheyHold(t *testing.T) {
	changes, broken, withheld := 0, 0, 0
	for seed := range uint64(150) {
		ds := world(t, seed)
		for name, c := range map[string]pipeline.Comparison{"platforms": ds.ByPlatform, "companies": ds.ByCompany} {
			for _, s := range c.Series {
				for i, pt := range s.Points {
					if pt.Change == nil {
						if pt.Percent != nil {
							t.Fatalf("seed %d, %s %s %d: a percentage without a change", seed, name, s.ID, pt.Year)
						}
						if pt.Broken {
							broken++
							if !pt.Flags.Has(pipeline.FlagBreak) || len(pt.Breaks) == 0 {
								t.Fatalf("seed %d, %s %s %d: a break without flag or reason", seed, name, s.ID, pt.Year)
							}
						} else if i > 0 && pt.Reports != nil && s.Points[i-1].Reports != nil {
							withheld++
							if !pt.Flags.Has(pipeline.FlagMissing) {
								t.Fatalf("seed %d, %s %s %d: a change is withheld without a reason", seed, name, s.ID, pt.Year)
							}
						}
						continue
					}
					changes++
					if i == 0 || s.Points[i-1].Reports == nil || pt.Broken || *pt.Change != *pt.Reports-*s.Points[i-1].Reports {
						t.Fatalf("seed %d, %s %s %d: change %v", seed, name, s.ID, pt.Year, *pt.Change)
					}
					for _, b := range pt.Breaks {
						br := ds.Breaks[b]
						if !br.Spans(pt.Year) {
							t.Fatalf("seed %d, %s %s %d: break %+v does not span it", seed, name, s.ID, pt.Year, br)
						}
						if br.Forbids == pipeline.ForbidsChange || name == "platforms" && br.Forbids == pipeline.ForbidsPlatform {
							t.Fatalf("seed %d, %s %s %d: a change across %+v", seed, name, s.ID, pt.Year, br)
						}
					}
				}
			}
		}
	}
	// The property says nothing if the generator never makes the case.
	if changes == 0 || broken == 0 || withheld == 0 {
		t.Fatalf("%d changes, %d breaks, %d withheld", changes, broken, withheld)
	}
}

// A platform's row that is combined in one of two years is never compared
// with the plain one, whether or not a break was curated.
func TestScopeIsNeverCompared(t *testing.T) {
	seen := 0
	for seed := range uint64(150) {
		ds := world(t, seed)
		for _, s := range ds.ByPlatform.Series {
			for i, pt := range s.Points {
				if i == 0 || pt.Reports == nil || s.Points[i-1].Reports == nil {
					continue
				}
				if pt.Flags.Has(pipeline.FlagCombined) != s.Points[i-1].Flags.Has(pipeline.FlagCombined) {
					seen++
					if !pt.Broken {
						t.Fatalf("seed %d, %s %d: flags %q after %q, change %v", seed, s.ID, pt.Year, pt.Flags, s.Points[i-1].Flags, pt.Change)
					}
				}
			}
		}
	}
	if seen == 0 {
		t.Fatal("no combined row was generated")
	}
}

func TestRanksAndShares(t *testing.T) {
	for seed := range uint64(150) {
		ds := world(t, seed)
		for i, year := range ds.ByPlatform.Years {
			ed := ds.Edition(year)
			if ed == nil {
				continue
			}
			share := 0.0
			for _, s := range ds.ByPlatform.Series {
				pt := s.Points[i]
				if pt.Reports == nil {
					if pt.Rank != 0 || pt.Share != nil {
						t.Fatalf("seed %d, %s %d: rank or share without a value", seed, s.ID, year)
					}
					continue
				}
				larger := 0
				for _, o := range ds.ByPlatform.Series {
					if n := o.Points[i].Reports; n != nil && *n > *pt.Reports {
						larger++
					}
				}
				hidden := ed.Total.Reports - ed.Sum()
				switch {
				case ed.Partial() && *pt.Reports <= hidden && pt.Rank != 0:
					t.Fatalf("seed %d, %s %d: %v has rank %d though %v are not listed", seed, s.ID, year, *pt.Reports, pt.Rank, hidden)
				case (!ed.Partial() || *pt.Reports > hidden) && pt.Rank != larger+1:
					t.Fatalf("seed %d, %s %d: rank %d, %d are larger", seed, s.ID, year, pt.Rank, larger)
				}
				if pt.Share != nil {
					share += *pt.Share
				}
			}
			if ed.Total.Reports > 0 && (share < ed.Coverage()-1e-9 || share > ed.Coverage()+1e-9) {
				t.Fatalf("seed %d, %d: shares sum to %v, coverage is %v", seed, year, share, ed.Coverage())
			}
		}
	}
}

// keepsRanks checks that what is left has the ranks and shares of the full
// table, and no rank where a part of its sum is left out.
func keepsRanks(t *testing.T, seed uint64, full, left pipeline.Comparison) {
	t.Helper()
	for _, s := range left.Series {
		for _, f := range full.Series {
			if f.ID != s.ID || f.Alone != s.Alone {
				continue
			}
			for i, pt := range s.Points {
				want := f.Points[i].Rank
				if pt.Reports == nil || *pt.Reports != *f.Points[i].Reports {
					want = 0
				}
				if pt.Rank != want {
					t.Fatalf("seed %d, %s %d: rank %d, want %d", seed, s.ID, pt.Year, pt.Rank, want)
				}
			}
		}
	}
}

func TestExcludeKinds(t *testing.T) {
	for seed := range uint64(100) {
		ds := world(t, seed)
		kinds := []pipeline.Kind{pipeline.KindHotline, pipeline.KindOther}
		opt := compare.Options{ExcludeKinds: kinds}
		byPlatform, byCompany := compare.Platforms(ds, opt), compare.Companies(ds, opt)
		keepsRanks(t, seed, ds.ByPlatform, byPlatform)
		keepsRanks(t, seed, ds.ByCompany, byCompany)
		for i, year := range byPlatform.Years {
			var want, platforms, companies pipeline.Count
			for _, f := range ds.Figures {
				if f.Year == year && !slices.Contains(kinds, ds.Platform(f.Platform).Kind) {
					want += f.Reports
				}
			}
			for _, s := range byPlatform.Series {
				if slices.Contains(kinds, s.Kind) {
					t.Fatalf("seed %d: %s is a %s", seed, s.ID, s.Kind)
				}
				if n := s.Points[i].Reports; n != nil {
					platforms += *n
				}
			}
			for _, s := range byCompany.Series {
				if n := s.Points[i].Reports; n != nil {
					companies += *n
				}
			}
			if platforms != want || companies != want {
				t.Fatalf("seed %d, %d: %v and %v, want %v", seed, year, platforms, companies, want)
			}
		}
	}
}
