package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"espfigures/pipeline"
)

// Choose picks the edition to use for each year among those held. The others are
// returned as passed, oldest first. See better for the rule.
func Choose(held []pipeline.Edition) (used, passed []pipeline.Edition, found []pipeline.Finding) {
	years := byYear(held)
	for _, year := range slices.Sorted(maps.Keys(years)) {
		list := years[year]
		slices.SortStableFunc(list, better)
		used, passed = append(used, list[0]), append(passed, list[1:]...)
		for _, e := range list[1:] {
			best := list[0]
			f := pipeline.Finding{Code: pipeline.EditionPassed, Severity: pipeline.Fail, Year: year, Document: e.Document.SHA256}
			switch {
			case e.Beside || e.Document.Superseded:
				continue
			case e.Status == pipeline.Published:
				f.What = fmt.Sprintf("the document at %s failed a check and is not used", e.Document.Named())
			case e.Status == pipeline.SecondaryHand || shipped(e) || e.Document.Named() == best.Document.Named(),
				len(Changes(e, best, nil)) == 0:
				continue
			default:
				f.Severity, f.Mend = pipeline.Warn, "compare the two with espfigures diff"
				f.What = fmt.Sprintf("two documents of one year with different rows: the one at %s is used, the other at %s is not", best.Document.Named(), e.Document.Named())
			}
			found = append(found, f)
		}
	}
	slices.SortStableFunc(passed, older)
	return used, passed, found
}

// shipped reports whether an edition is from the snapshot shipped with the program.
func shipped(e pipeline.Edition) bool { return len(e.Document.Seen) == 0 }

// better sorts the edition to use first: the more trustworthy status; a year's
// own edition before a column of it in a later year's document; what was
// fetched before what was shipped; what its address still answers with before
// what was replaced there; of two that failed a check the one whose rows sum to
// its total; then the newer.
func better(v, w pipeline.Edition) int {
	weaker := pipeline.Weaker(v.Status, w.Status)
	worse := func(v pipeline.Edition) (n int) {
		for _, is := range []bool{v.Status == weaker, v.Beside, shipped(v), v.Document.Superseded, v.Total == nil || v.Total.Reports != v.Sum()} {
			n *= 2
			if is {
				n++
			}
		}
		return n
	}
	return cmp.Or(worse(v)-worse(w), older(w, v))
}

// older sorts by year, then by the date inside the documents where both give
// one, then by when they were first seen. The machine's clock plays no part,
// since it may jump, and the hash decides only where nothing else does.
func older(v, w pipeline.Edition) int {
	dated := 0
	if !v.Document.Dated.IsZero() && !w.Document.Dated.IsZero() {
		dated = v.Document.Dated.Compare(w.Document.Dated)
	}
	return cmp.Or(
		cmp.Compare(v.Year, w.Year),
		dated,
		slices.Compare(v.Document.Seen, w.Document.Seen), // a shipped one was seen before any
		v.Document.Dated.Compare(w.Document.Dated),
		cmp.Compare(v.Document.SHA256, w.Document.SHA256),
	)
}

// byYear groups editions, without shipped ones whose very document was fetched
// as well.
func byYear(held []pipeline.Edition) map[int][]pipeline.Edition {
	years := map[int][]pipeline.Edition{}
	for _, e := range held {
		fetched := func(o pipeline.Edition) bool {
			return !shipped(o) && o.Year == e.Year && o.Document.SHA256 == e.Document.SHA256
		}
		if !shipped(e) || !slices.ContainsFunc(held, fetched) {
			years[e.Year] = append(years[e.Year], e)
		}
	}
	return years
}
