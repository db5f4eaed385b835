package extract

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
	"espfigures/pipeline/pdf"
)

// mutate changes recorded pages; it says what it did, "" if it found nothing
// to change.
type mutate func(sh *pdf.Document, random *rand.Rand) string

// printedCounts holds the counts of the edition that is being changed.
var printedCounts map[string]bool

// digitsOf returns the digits of the column of counts of a page: those in the
// right part of it, running heads left out.
func digitsOf(p pdf.Page) []int {
	var list []int
	for i, g := range p.Glyphs {
		if g.R < '0' || g.R > '9' || g.X <= p.W*0.55 {
			continue
		}
		var text []rune
		named := false
		for _, k := range lineOfGlyphs(p, i) {
			named = named || p.Glyphs[k].X < p.W/2
		}
		on := numberAt(p, i)
		slices.SortFunc(on, func(a, b int) int { return cmp.Compare(p.Glyphs[a].X, p.Glyphs[b].X) })
		for _, k := range on {
			text = append(text, p.Glyphs[k].R)
		}
		if named && printedCounts[string(text)] { // not the numbers of running heads and prose
			list = append(list, i)
		}
	}
	return list
}

// atCount changes a page at a digit of one of its counts.
func atCount(change func(p *pdf.Page, i int, random *rand.Rand) string) mutate {
	return func(sh *pdf.Document, random *rand.Rand) string {
		p := &sh.Pages[random.IntN(len(sh.Pages))]
		digits := digitsOf(*p)
		if len(digits) == 0 {
			return ""
		}
		return change(p, digits[random.IntN(len(digits))], random)
	}
}

// atRule changes a page at one of its lines.
func atRule(change func(p *pdf.Page, r pdf.Rule, random *rand.Rand) string) mutate {
	return func(sh *pdf.Document, random *rand.Rand) string {
		p := &sh.Pages[random.IntN(len(sh.Pages))]
		if len(p.Rules) == 0 {
			return ""
		}
		return change(p, p.Rules[random.IntN(len(p.Rules))], random)
	}
}

// numberAt returns the glyphs that stand on one baseline beside the one at i,
// digits and commas only.
func numberAt(p pdf.Page, i int) []int {
	return slices.DeleteFunc(lineOfGlyphs(p, i), func(k int) bool {
		g := p.Glyphs[k]
		return math.Abs(g.Y-p.Glyphs[i].Y) >= 1 || g.X <= p.W*0.55 || g.R != ',' && (g.R < '0' || g.R > '9')
	})
}

// lost takes the glyphs away that which names, from a digit of a count on.
func lost(which func(p pdf.Page, i int) []int) mutate {
	return atCount(func(p *pdf.Page, i int, _ *rand.Rand) string {
		gone := which(*p, i)
		k := -1
		p.Glyphs = slices.DeleteFunc(slices.Clone(p.Glyphs), func(pdf.Glyph) bool {
			k++
			return slices.Contains(gone, k)
		})
		return "lost"
	})
}

// moved moves a number up or down.
func moved(by func(random *rand.Rand) float64) mutate {
	return atCount(func(p *pdf.Page, i int, random *rand.Rand) string {
		up := by(random) * float64(1-2*random.IntN(2))
		for _, k := range numberAt(*p, i) {
			p.Glyphs[k].Y += up
		}
		return fmt.Sprintf("by %.1f", up)
	})
}

// lineOfGlyphs returns all glyphs on the baseline of the one at i.
func lineOfGlyphs(p pdf.Page, i int) []int {
	var list []int
	for k, g := range p.Glyphs {
		if math.Abs(g.Y-p.Glyphs[i].Y) < 2 {
			list = append(list, k)
		}
	}
	return list
}

var mutations = map[string]mutate{
	"digit changed": atCount(func(p *pdf.Page, i int, random *rand.Rand) string {
		was := p.Glyphs[i].R
		p.Glyphs[i].R = '0' + (was-'0'+1+rune(random.IntN(9)))%10
		return fmt.Sprintf("%c to %c", was, p.Glyphs[i].R)
	}),
	"digit lost":                  lost(func(_ pdf.Page, i int) []int { return []int{i} }),
	"number lost":                 lost(numberAt),
	"row lost":                    lost(lineOfGlyphs),
	"number moved to a neighbour": moved(func(*rand.Rand) float64 { return 16.3 }),
	"number moved by half a row":  moved(func(random *rand.Rand) float64 { return 4 + 10*random.Float64() }),
	"row twice": atCount(func(p *pdf.Page, i int, random *rand.Rand) string {
		for _, k := range lineOfGlyphs(*p, i) {
			g := p.Glyphs[k]
			g.Y -= 7
			p.Glyphs = append(p.Glyphs, g)
		}
		return "set again half a row below"
	}),
	"page lost": func(sh *pdf.Document, random *rand.Rand) string {
		i := random.IntN(len(sh.Pages))
		sh.Pages = slices.Delete(sh.Pages, i, i+1)
		return fmt.Sprint("page ", i+1)
	},
	"page twice": func(sh *pdf.Document, random *rand.Rand) string {
		i := random.IntN(len(sh.Pages))
		sh.Pages = slices.Insert(sh.Pages, i, sh.Pages[i])
		return fmt.Sprint("page ", i+1)
	},
	"lines lost": atRule(func(p *pdf.Page, r pdf.Rule, random *rand.Rand) string {
		p.Rules = slices.DeleteFunc(p.Rules, func(o pdf.Rule) bool { return math.Abs(o.Y0-r.Y0) < 1 })
		return fmt.Sprintf("at %.1f", r.Y0)
	}),
	"lines moved": atRule(func(p *pdf.Page, r pdf.Rule, random *rand.Rand) string {
		by := 20 * (random.Float64() - 0.5)
		for i, o := range p.Rules {
			if math.Abs(o.Y0-r.Y0) < 1 {
				p.Rules[i].Y0 += by
				p.Rules[i].Y1 += by
			}
		}
		return fmt.Sprintf("at %.1f by %.1f", r.Y0, by)
	}),
	"all lines lost": func(sh *pdf.Document, _ *rand.Rand) string {
		for i := range sh.Pages {
			sh.Pages[i].Rules = nil
		}
		return "lost"
	},
	"line too many": atRule(func(p *pdf.Page, r pdf.Rule, random *rand.Rand) string {
		r.Y0 -= 3 + 8*random.Float64()
		r.Y1 = r.Y0
		p.Rules = append(p.Rules, r)
		return fmt.Sprintf("at %.1f", r.Y0)
	}),
	"characters shaken": func(sh *pdf.Document, random *rand.Rand) string {
		for i := range sh.Pages {
			by, x := 0.0, math.Inf(1)
			for k, g := range sh.Pages[i].Glyphs {
				if g.X != x { // the letters of a ligature stand on one spot
					by, x = 0.6*(random.Float64()-0.5), g.X
				}
				sh.Pages[i].Glyphs[k].Y += by
			}
		}
		return "by up to 0.3 points"
	},
	"rows squeezed": atCount(func(p *pdf.Page, i int, random *rand.Rand) string {
		at, by := p.Glyphs[i].Y, 3+9*random.Float64()
		for k, g := range p.Glyphs {
			if g.Y > at+2 {
				p.Glyphs[k].Y -= by
			}
		}
		return fmt.Sprintf("above %.1f by %.1f", at, by)
	}),
}

func cloneSheet(sh pdf.Document) pdf.Document {
	sh.Pages = slices.Clone(sh.Pages)
	for i := range sh.Pages {
		sh.Pages[i].Glyphs = slices.Clone(sh.Pages[i].Glyphs)
		sh.Pages[i].Rules = slices.Clone(sh.Pages[i].Rules)
		sh.Pages[i].Walls = slices.Clone(sh.Pages[i].Walls)
	}
	return sh
}

// recordedPages returns documents as PDFium draws them: the editions, and small ones
// that are quick to read.
func recordedPages(t *testing.T) (all []pdf.Document, editionsAmong int) {
	if _, err := os.Stat("../../../shared/ncmec"); err == nil {
		for _, year := range editions[:times(2, len(editions))] {
			_, body := editionFile(t, year)
			all = append(all, pagesOf(t, body))
		}
	}
	editionsAmong = len(all)
	random := rand.New(rand.NewPCG(7, 7))
	for i := range times(2, 8) {
		l := plainLayout()
		l.Columns, l.Size = twoColumns(160+10*float64(i), 200), 9+float64(i%3)
		l.Rules = []string{"rows", "", "boxes", "zebra"}[i%4]
		b := randomBook(random, 12+4*i, 2+i%4, i%2 == 0)
		all = append(all, pagesOf(t, l.pdf(t, b)))
	}
	return all, editionsAmong
}

// TestMutatedPages changes what documents draw and reads them again: the outcome is
// the exact table, or it is not verified. Nothing else. In make check these are over
// 10,000 changes.
func TestMutatedPages(t *testing.T) {
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 0))
	all, editionsAmong := recordedPages(t)
	for i, doc := range all {
		good, err := readPages(t.Context(), "good.pdf", cloneSheet(doc))
		if err != nil || len(good.Tables) != 1 {
			t.Fatalf("document %d: %v", i, err)
		}
		if ed, fs := check.Edition(good.Tables[0], pipeline.Document{}, good.Findings); ed.Status != pipeline.Verified {
			t.Fatalf("document %d: it is not verified itself: %v %v", i, fs, good.Findings)
		}
		printedCounts = map[string]bool{good.Tables[0].Total.Reports.String(): true}
		for _, r := range good.Tables[0].Rows {
			printedCounts[r.Reports.String()] = true
		}
		rounds := times(5, 40)
		if i < editionsAmong {
			rounds = times(1, 4)
		}
		for _, kind := range slices.Sorted(maps.Keys(mutations)) {
			for range rounds {
				other := cloneSheet(doc)
				did := mutations[kind](&other, random)
				if did == "" {
					continue
				}
				res, err := readPages(t.Context(), "other.pdf", other)
				if err != nil {
					continue
				}
				verified := true
				var read []string
				for _, table := range res.Tables {
					ed, _ := check.Edition(table, pipeline.Document{}, res.Findings)
					verified = verified && ed.Status == pipeline.Verified
					read = append(read, figures(table))
				}
				switch {
				case !verified:
				case !slices.Equal(read, []string{figures(good.Tables[0])}):
					t.Errorf("document %d: %s (%s): verified, but read %v (seed %d)", i, kind, did, read, seed)
				case never(kind):
					t.Errorf("document %d: %s (%s): read as if nothing were wrong (seed %d)", i, kind, did, seed)
				}
			}
		}
	}
}

// never tells which changes no reading may pass over. The others may leave the
// table as it is: a number that moved into the empty row above the total is
// still its own name's.
func never(kind string) bool {
	return !strings.Contains(kind, "line") && !slices.Contains([]string{"characters shaken", "rows squeezed", "number moved by half a row", "number moved to a neighbour", "row twice"}, kind)
}

// figures are the names and numbers of a table, without spaces.
func figures(t pipeline.Table) string { return squeeze(print(pipeline.Table{Rows: t.Rows})) }
