package text

import (
	"fmt"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/explain"
)

// Movers sets the lists of movers one below the other. by says who is listed,
// minBase from how many reports on.
func Movers(style Style, v compare.Movers, by string, minBase pipeline.Count) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Reports to NCMEC's CyberTipline, %d to %d, by %s. Unit: reports, not images, not children.\n", v.From, v.To, by)
	for _, list := range []struct {
		title string
		of    []*compare.Mover
	}{
		{"Falls", v.Falls},
		{"Rises", v.Rises},
		{fmt.Sprintf("Entered: a row in %d, none in %d", v.To, v.From), v.Entered},
		{fmt.Sprintf("Left: a row in %d, none in %d; not zero", v.From, v.To), v.Left},
		{"Not comparable", v.NotComparable},
	} {
		if len(list.of) == 0 {
			continue
		}
		rows := [][]string{{list.title, fmt.Sprint(v.From), fmt.Sprint(v.To), "change", "percent", ""}}
		for _, mv := range list.of {
			rows = append(rows, moverCells(mv))
		}
		b.WriteString("\n" + aligned(rows, func(i int) bool { return i > 0 && i < 5 }))
	}
	b.WriteString("\n" + style.list(moverNotes(v, minBase)))
	return b.String()
}

func moverCells(mv *compare.Mover) []string {
	cells := []string{mv.Series.Name, "", "", "", "", ""}
	for i, p := range []*compare.Point{mv.From, mv.To} {
		if cells[1+i] = blankWords[p.Missing]; p.Reports != nil {
			cells[1+i] = p.Reports.String()
		}
	}
	switch c := mv.Change; {
	case mv.Movement == compare.NotComparable:
		cells[5] = strings.TrimSpace(marksOf(mv.Between) + " " + mv.Why)
	case mv.Movement == compare.Moved:
		cells[3] = signed(*c.Reports)
		if c.Percent != nil && !mv.OnSmallBase() {
			cells[4] = pipeline.ChangeText(*c.Percent)
		}
	}
	return cells
}

// moverNotes says each reason once, with whom it concerns.
func moverNotes(v compare.Movers, minBase pipeline.Count) []string {
	all := v.All()
	c := explain.Collector{Shown: len(all), Most: 3}
	for _, mv := range all {
		for _, r := range mv.Reasons {
			if r.Code != compare.BecauseSmallBase && (mv.Verdict != compare.No || r.Verdict == compare.No) {
				c.Add(mv.Series.Name, "", r.Text+map[bool]string{true: " [user]"}[r.User])
			}
		}
	}
	notes := c.List()
	if v.LeftOut > 0 {
		notes = append(notes, fmt.Sprintf("Left out: %d with fewer than %s reports to start from, or in both years (--min-base).", v.LeftOut, minBase))
	}
	if v.Hotlines {
		notes = append(notes, "Left out: hotlines and NCMEC's own services (--kind hotline shows them).")
	}
	return notes
}
