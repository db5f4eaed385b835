package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"espfigures/pipeline"
)

// A Version is one edition held, with what decides whether it is used.
type Version struct {
	pipeline.Edition
	Shipped    bool  // from the snapshot shipped with the program
	Superseded bool  // its address answers with other bytes by now
	Beside     bool  // printed for comparison in the document of a later year, not that year's own edition
	Seen       []int // the moments at which its bytes came, or came back, ascending; none for a shipped one
}

// Choose picks the edition to use for each year. The others are returned as
// passed, oldest first. See better for the rule.
func Choose(versions []Version) (used, passed []pipeline.Edition, found []pipeline.Finding) {
	var left []Version
	years := byYear(versions)
	for _, year := range slices.Sorted(maps.Keys(years)) {
		vs := years[year]
		slices.SortStableFunc(vs, better)
		used = append(used, vs[0].Edition)
		left = append(left, vs[1:]...)
		for _, v := range vs[1:] {
			found = append(found, notUsed(v, vs[0])...)
		}
	}
	slices.SortStableFunc(left, older)
	for _, v := range left {
		passed = append(passed, v.Edition)
	}
	return used, passed, found
}

// better sorts the version to use first: the more trustworthy status; a year's
// own edition before a column of it in a later year's document; what was
// fetched before what was shipped; what its address still answers with before
// what was replaced there; of two that failed a check the one whose rows sum to
// its total; then the newer.
func better(v, w Version) int {
	weaker := pipeline.Weaker(v.Status, w.Status)
	worse := func(v Version) (n int) {
		for _, is := range []bool{v.Status == weaker, v.Beside, v.Shipped, v.Superseded, v.Total == nil || v.Total.Reports != v.Sum()} {
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
func older(v, w Version) int {
	dated := 0
	if !v.Document.Dated.IsZero() && !w.Document.Dated.IsZero() {
		dated = v.Document.Dated.Compare(w.Document.Dated)
	}
	return cmp.Or(
		cmp.Compare(v.Year, w.Year),
		dated,
		slices.Compare(v.Seen, w.Seen), // a shipped one was seen before any
		v.Document.Dated.Compare(w.Document.Dated),
		cmp.Compare(v.Document.SHA256, w.Document.SHA256),
	)
}

// notUsed reports a version in the archive that is not used, where a reader must know.
func notUsed(v, best Version) []pipeline.Finding {
	f := pipeline.Finding{Code: pipeline.EditionPassed, Year: v.Year, Document: v.Document.SHA256}
	switch {
	case v.Beside || v.Superseded:
		return nil
	case v.Status == pipeline.Published:
		f.Severity = pipeline.Fail
		f.What = fmt.Sprintf("the document at %s failed a check and is not used", v.Document.Named())
	case v.Status == pipeline.SecondaryHand || v.Shipped || v.Document.Named() == best.Document.Named(),
		len(Changes(v.Edition, best.Edition, nil)) == 0:
		return nil
	default:
		f.Severity = pipeline.Warn
		f.What = fmt.Sprintf("two documents of one year with different rows: the one at %s is used, the other at %s is not", best.Document.Named(), v.Document.Named())
		f.Mend = "compare the two with espfigures diff"
	}
	return []pipeline.Finding{f}
}

// byYear groups versions, without shipped editions whose very document was fetched
// as well.
func byYear(versions []Version) map[int][]Version {
	years := map[int][]Version{}
	for _, v := range versions {
		fetched := func(o Version) bool { return !o.Shipped && o.Year == v.Year && o.Document.SHA256 == v.Document.SHA256 }
		if !v.Shipped || !slices.ContainsFunc(versions, fetched) {
			years[v.Year] = append(years[v.Year], v)
		}
	}
	return years
}
