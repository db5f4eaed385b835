package explain

import (
	"fmt"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// ownCounts says in one line a series what the platforms' own counts say of the
// shown years, "" where there is none of just these platforms.
func ownCounts(m *compare.Model, s *compare.Series, years []int) string {
	var list []string
	for _, year := range years {
		for _, w := range m.WitnessesOf(s, year) {
			if w.Percent != nil && w.Same(s) {
				list = append(list, fmt.Sprintf("%d %s%s", year, w.Words(), because(w)))
			}
		}
	}
	if list == nil {
		return ""
	}
	return "own count against NCMEC's: " + strings.Join(list, "; ") + "."
}

// because gives the reason of a difference in brackets.
func because(w compare.Witness) string {
	return strings.TrimSuffix(" ("+w.Reason+")", " ()")
}

// witness explains an own count next to the figure of the chain.
func (b *builder) witness(w compare.Witness) {
	text := fmt.Sprintf("%s by %s itself", w.Own, w.Who)
	if n := len(w.Parts); n > 1 {
		text += fmt.Sprintf(" (%d %s together)", n, map[int]string{3: "quarters", 6: "half-years"}[w.Parts[0].Months()])
	}
	if !w.Same(b.chain.Series) {
		text += " for " + b.m.Names(w.Parts[0].Platforms)
	}
	side := "this figure"
	switch {
	case !w.Same(b.chain.Series):
		side = fmt.Sprintf("NCMEC's %s", w.NCMEC)
	case w.Status == pipeline.SecondaryHand:
		side = "the transcription"
	}
	switch {
	case w.Percent != nil && *w.Percent == 0:
		text += ", the same as " + side
	case w.Percent != nil:
		text += fmt.Sprintf(", %s %s%s", w.Words(), side, because(w))
	case w.NCMEC != nil:
		text += fmt.Sprintf(", for %s; not compared: one of the two is not whole", pipeline.PeriodWords(w.Parts[0].From, w.Parts[len(w.Parts)-1].To))
	}
	if w.Rounded {
		text += "; rounded"
	}
	if w.SecondHand {
		text += "; second-hand"
	}
	b.step("Own count", "%s. %s", text, w.Parts[0].Source)
}
