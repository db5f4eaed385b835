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
	if len(list) == 0 {
		return ""
	}
	return "own count against NCMEC's: " + strings.Join(list, "; ") + "."
}

// because gives the reason of a difference in brackets.
func because(w compare.Witness) string {
	if w.Reason == "" {
		return ""
	}
	return " (" + w.Reason + ")"
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
	switch {
	case w.Percent != nil && *w.Percent == 0:
		text += ", the same as " + b.side(w)
	case w.Percent != nil:
		text += fmt.Sprintf(", %s %s%s", w.Words(), b.side(w), because(w))
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

// side names NCMEC's figure that an own count is set against.
func (b *builder) side(w compare.Witness) string {
	switch {
	case !w.Same(b.chain.Series):
		return "NCMEC's " + w.NCMEC.String()
	case w.Status == pipeline.SecondaryHand:
		return "the transcription"
	}
	return "this figure"
}
