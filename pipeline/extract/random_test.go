package extract

import (
	"flag"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
)

var (
	randomSeed  = flag.Uint64("layout.seed", 1, "first seed of the random layouts")
	randomCount = flag.Int("layout.count", times(15, 60), "number of random layouts")
)

func pick[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

// randomLayout makes a layout nobody has seen, that fits its page.
func randomLayout(rng *rand.Rand) layout {
	l := layout{
		Orientation:  pick(rng, "P", "L"),
		Paper:        pick(rng, "Letter", "A4", "Legal", "A3"),
		Font:         pick(rng, "Helvetica", "Times", "Courier", "go"),
		Size:         5.5 + rng.Float64()*7,
		Leading:      1.05 + rng.Float64()*0.4,
		Gap:          pick(rng, 0.0, 1, 2, 4, 6, 9),
		Rules:        pick(rng, "", "", "rows", "segments", "boxes", "thinrects", "zebra", "books"),
		NumberAt:     pick(rng, wrapTop, wrapMiddle, wrapBottom),
		HeadOnce:     rng.IntN(4) == 0,
		TotalFirst:   rng.IntN(4) == 0,
		TotalApart:   rng.IntN(6) == 0,
		TotalLabel:   pick(rng, "Total", "Totals:", "Grand Total", "Total Reports", "All ESPs", "TOTAL"),
		Prose:        rng.IntN(2) == 0,
		Running:      rng.IntN(2) == 0,
		Footnote:     rng.IntN(3) == 0,
		NumbersFirst: rng.IntN(3) == 0,
		Glyphs:       pick(rng, "", "", "words", "glyphs"),
		Left:         20 + rng.Float64()*50,
		BoldTotal:    rng.IntN(2) == 0,
		HeadAlign:    pick(rng, "", "", "L", "C", "R"),
		BandHead:     rng.IntN(4) == 0,
		Blocks:       pick(rng, 1, 1, 1, 2),
	}
	em := l.Size * 0.62
	name := layoutColumn{"name", pick(rng, "ESP", "Electronic Service Provider", "Company", "Provider", "ESP Name", "Electronic Service\nProvider (ESP)"), em * (16 + rng.Float64()*20), pick(rng, "L", "L", "L", "C")}
	count := layoutColumn{"reports", pick(rng, "Reports", "Number of\nReports", "Total\nReports", "CyberTipline\nReports", "# of Reports"), em * (14 + rng.Float64()*5), pick(rng, "R", "R", "L", "C")}
	extra := []layoutColumn{
		{"0", pick(rng, "Referrals", "Informational\nReports", "Files", "Notices"), em * (14 + rng.Float64()*5), "R"},
		{"1", pick(rng, "Percent", "% of total", "Change"), em * (12 + rng.Float64()*3), pick(rng, "R", "L")},
		{"2", pick(rng, "Hash\nmatches", "Previous\nYear", "Urgent\nReports"), em * (12 + rng.Float64()*3), "R"},
	}
	l.Columns = []layoutColumn{name, count}
	if l.Blocks == 1 {
		for _, e := range extra {
			if rng.IntN(4) == 0 {
				l.Columns = append(l.Columns, e)
			}
		}
		if rng.IntN(3) == 0 {
			l.Columns = append(l.Columns, layoutColumn{"no", pick(rng, "#", "No.", "Rank"), em * 6, "R"})
		}
		rng.Shuffle(len(l.Columns), func(i, j int) { l.Columns[i], l.Columns[j] = l.Columns[j], l.Columns[i] })
	}
	// A header fits its column.
	for i, c := range l.Columns {
		for _, h := range strings.Split(c.Head, "\n") {
			l.Columns[i].Width = math.Max(l.Columns[i].Width, float64(len(h))*l.Size*0.68+10)
		}
	}
	// Fit the page.
	w, _ := fpdf.New(l.Orientation, "pt", l.Paper, "").GetPageSize()
	sum := 0.0
	for _, c := range l.Columns {
		sum += c.Width
	}
	room := (w - l.Left - 20 - float64(l.Blocks-1)*24) / float64(l.Blocks)
	if sum > room {
		f := room / sum
		l.Size *= f
		for i := range l.Columns {
			l.Columns[i].Width *= f
		}
	}
	return l
}

// No random layout may be read wrong without a failing finding or a sum that
// tells; nearly all must be read exactly.
func TestRandomLayouts(t *testing.T) {
	tally := map[verdict]int{}
	for i := range *randomCount {
		seed := *randomSeed + uint64(i)
		rng := rand.New(rand.NewPCG(seed, 77))
		b := randomBook(rng, 5+rng.IntN(90), 2+rng.IntN(7), rng.IntN(2) == 0)
		l := randomLayout(rng)
		v, what := judge(t, b, l.pdf(t, b))
		tally[v]++
		switch v {
		case wrong:
			t.Errorf("seed %d: WRONG: %s\n%+v", seed, what, l)
		case refused:
			t.Logf("seed %d: refused: %s\n%+v", seed, what, l)
		}
	}
	t.Logf("%d exactly, %d refused, %d wrong", tally[exactly], tally[refused], tally[wrong])
	if tally[exactly]*100 < *randomCount*90 {
		t.Errorf("only %d of %d layouts were read", tally[exactly], *randomCount)
	}
}
