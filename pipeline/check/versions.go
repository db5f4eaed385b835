package check

import (
	"fmt"
	"slices"
	"sort"

	"espfigures/pipeline"
)

// A Version is one edition held, with what decides whether it is used.
type Version struct {
	pipeline.Edition
	Shipped    bool // from the snapshot shipped with the program
	Superseded bool // its address answers with other bytes by now
	Beside     bool // printed for comparison in the document of a later year, not that year's own edition
	Order      int  // its place among the versions of the archive, the first to come in front; 0 for a shipped one
}

// Choose picks the edition to use for each year. Of several, a verified one
// goes before one that failed a check, and that before a third party's
// transcription; then a year's own edition before a column of it in a later
// year's document, what was fetched before what was shipped, what its
// address still answers with before what was replaced there, the later by the
// date inside the document, and the later to come into the archive. The others
// are returned as passed, oldest first.
func Choose(versions []Version) (used, passed []pipeline.Edition, found []pipeline.Finding) {
	years := map[int][]Version{}
	for _, v := range distinct(versions) {
		years[v.Year] = append(years[v.Year], v)
	}
	var left []Version
	for _, year := range sortedYears(years) {
		vs := years[year]
		sort.SliceStable(vs, func(i, j int) bool { return vs[i].before(vs[j]) })
		best := vs[0]
		used = append(used, best.Edition)
		for _, v := range vs[1:] {
			left = append(left, v)
			if v.Beside {
				continue
			}
			if v.Status == pipeline.Published && !v.Superseded {
				found = append(found, pipeline.Finding{
					Code: pipeline.EditionPassed, Severity: pipeline.Fail, Year: year, Document: v.Document.SHA256,
					What: fmt.Sprintf("the document at %s failed a check, so the figures of %s are kept", v.Document.Address(), describe(best)),
				})
			} else if v.Status == best.Status && !v.Superseded && !v.Shipped && v.Document.Address() != best.Document.Address() {
				found = append(found, pipeline.Finding{
					Code: pipeline.EditionPassed, Severity: pipeline.Warn, Year: year, Document: v.Document.SHA256,
					What: fmt.Sprintf("two documents of one year: the one at %s is used, the other at %s is not", best.Document.Address(), v.Document.Address()),
				})
			}
		}
	}
	sort.SliceStable(left, func(i, j int) bool { return older(left[i], left[j]) })
	for _, v := range left {
		passed = append(passed, v.Edition)
	}
	return used, passed, found
}

// distinct drops shipped editions whose very document was fetched as well.
func distinct(versions []Version) []Version {
	fetched := map[string]bool{}
	for _, v := range versions {
		if !v.Shipped {
			fetched[fmt.Sprint(v.Year, v.Document.SHA256)] = true
		}
	}
	var out []Version
	for _, v := range versions {
		if !v.Shipped || !fetched[fmt.Sprint(v.Year, v.Document.SHA256)] {
			out = append(out, v)
		}
	}
	return out
}

func (v Version) before(w Version) bool {
	if v.Status != w.Status {
		return pipeline.Weaker(v.Status, w.Status) == w.Status
	}
	if v.Beside != w.Beside {
		return w.Beside
	}
	if v.Shipped != w.Shipped {
		return w.Shipped
	}
	if v.Superseded != w.Superseded {
		return w.Superseded
	}
	if v.Status == pipeline.Published && v.sums() != w.sums() {
		return v.sums()
	}
	return older(w, v)
}

// sums reports whether the rows sum to the printed total.
func (v Version) sums() bool { return v.Total != nil && v.Sum() == v.Total.Reports }

// older tells which of two versions came first: by the dates inside the
// documents where both give one, else by the order they came into the archive. The machine's clock
// plays no part, since it may jump.
func older(v, w Version) bool {
	switch {
	case v.Year != w.Year:
		return v.Year < w.Year
	case !v.Document.Dated.IsZero() && !w.Document.Dated.IsZero() && !v.Document.Dated.Equal(w.Document.Dated):
		return v.Document.Dated.Before(w.Document.Dated)
	case v.Order != w.Order:
		return v.Order < w.Order
	case !v.Document.Dated.Equal(w.Document.Dated):
		return v.Document.Dated.Before(w.Document.Dated)
	}
	return v.Document.SHA256 < w.Document.SHA256
}

func describe(v Version) string {
	switch {
	case v.Status == pipeline.SecondaryHand:
		return "the third party's transcription"
	case v.Shipped:
		return "the edition shipped with the program"
	default:
		return "the document at " + v.Document.Address()
	}
}

func sortedYears[T any](m map[int]T) []int {
	var ys []int
	for y := range m {
		ys = append(ys, y)
	}
	sort.Ints(ys)
	return ys
}

// History lists every difference between the versions of each year, from the
// shipped one through those fetched, in the order they came into the archive
// (never by the machine's clock, which may jump), with a finding for each new
// version. platform returns the platform id of a printed name.
func History(versions []Version, platform func(name string) string) (changes []pipeline.Change, found []pipeline.Finding) {
	years := map[int][]Version{}
	for _, v := range distinct(versions) {
		if !v.Beside {
			years[v.Year] = append(years[v.Year], v)
		}
	}
	for _, year := range sortedYears(years) {
		vs := years[year]
		sort.SliceStable(vs, func(i, j int) bool {
			if vs[i].Shipped != vs[j].Shipped {
				return vs[i].Shipped
			}
			return vs[i].Order < vs[j].Order
		})
		for i := 1; i < len(vs); i++ {
			was, is := vs[i-1].Edition, vs[i].Edition
			cs := Changes(was, is, platform)
			changes = append(changes, cs...)
			if was.Status == pipeline.SecondaryHand {
				continue // the publisher changed nothing: its own document was read for the first time
			}
			f := pipeline.Finding{Code: pipeline.Revision, Severity: pipeline.Warn, Year: year, Document: is.Document.SHA256}
			if len(cs) == 0 {
				f.Severity = pipeline.Note
				f.What = "another file with the same rows stands at " + is.Document.Address()
			} else {
				f.What = fmt.Sprintf("the table at %s differs from the version before it (%.12s) in %d rows; changes.csv names them", is.Document.Address(), was.Document.SHA256, len(cs))
			}
			found = append(found, f)
		}
	}
	return changes, found
}

// Changes lists the rows that differ between two versions of one year's
// table, sorted by name. Rows are paired by printed name; what is left on
// both sides is paired by platform, so that a row that was only renamed does
// not look like one lost and one won. platform may be nil. Against a partial
// edition only the rows it lists are compared.
func Changes(was, is pipeline.Edition, platform func(name string) string) []pipeline.Change {
	gone, came := append([]pipeline.Row(nil), was.Rows...), append([]pipeline.Row(nil), is.Rows...)
	var out []pipeline.Change
	add := func(kind pipeline.ChangeKind, name string, before, after *pipeline.Row) {
		c := pipeline.Change{Year: is.Year, Kind: kind, Name: name, Before: versionName(was), After: versionName(is)}
		if platform != nil {
			c.Platform = platform(name)
		}
		if before != nil {
			n := before.Reports
			c.Old = &n
		}
		if after != nil {
			n := after.Reports
			c.New = &n
		}
		out = append(out, c)
	}
	pair := func(key func(string) string, renamed bool) {
		// The rows of a key that wait for their pair, in printed order: the
		// first by key, then each behind the one before it.
		first, next := make(map[string]int, len(gone)), make([]int, len(gone))
		for i, r := range slices.Backward(gone) {
			k := key(r.Name)
			next[i] = -1
			if behind, ok := first[k]; ok {
				next[i] = behind
			}
			first[k] = i
		}
		drop := make([]bool, len(gone))
		var left []pipeline.Row
		for _, r := range came {
			k := key(r.Name)
			i, ok := first[k]
			if !ok || i < 0 {
				left = append(left, r)
				continue
			}
			first[k] = next[i]
			drop[i] = true
			switch before := gone[i]; {
			case before.Reports != r.Reports:
				add(pipeline.RowRevised, r.Name, &before, &r)
			case renamed && !was.Partial() && !is.Partial():
				add(pipeline.RowRenamed, r.Name, &before, &r)
			}
		}
		came = left
		var still []pipeline.Row
		for i, r := range gone {
			if !drop[i] {
				still = append(still, r)
			}
		}
		gone = still
	}
	if sameNames(gone, came) {
		// Most often the same names stand in the same order: each row pairs
		// with the one in its place.
		for i := range came {
			if gone[i].Reports != came[i].Reports {
				add(pipeline.RowRevised, came[i].Name, &gone[i], &came[i])
			}
		}
		gone, came = nil, nil
	} else {
		pair(func(n string) string { return n }, false)
	}
	if platform != nil && len(gone) > 0 && len(came) > 0 {
		pair(func(n string) string {
			if id := platform(n); id != "" {
				return id
			}
			return "\x00" + n // a name nobody knows is paired with itself alone
		}, true)
	}
	if !was.Partial() {
		for i := range came {
			add(pipeline.RowAdded, came[i].Name, nil, &came[i])
		}
	}
	if !is.Partial() {
		for i := range gone {
			add(pipeline.RowRemoved, gone[i].Name, &gone[i], nil)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// sameNames reports whether the rows have the same names in the same order.
func sameNames(a, b []pipeline.Row) bool {
	return slices.EqualFunc(a, b, func(x, y pipeline.Row) bool { return x.Name == y.Name })
}

// versionName names a version: the hash of its document, or "secondary".
func versionName(e pipeline.Edition) string {
	if e.Status == pipeline.SecondaryHand {
		return "secondary"
	}
	return e.Document.SHA256
}

// MarkRevised sets the flag of figures for which an earlier version of the
// edition printed another number.
func MarkRevised(figures []pipeline.Figure, changes []pipeline.Change) {
	type printed struct {
		year    int
		name    string
		reports pipeline.Count
	}
	revised := map[printed]bool{}
	for _, c := range changes {
		if c.Kind == pipeline.RowRevised && c.Before != "secondary" {
			revised[printed{c.Year, c.Name, *c.New}] = true
		}
	}
	if len(revised) == 0 {
		return
	}
	for i := range figures {
		if f := &figures[i]; revised[printed{f.Year, f.Name, f.Reports}] {
			f.Flags = f.Flags.With(pipeline.FlagRevised)
		}
	}
}

// Between lists the rows that differ between two sets of figures, by year and
// name. Years that only one of them has are not compared, except that a year
// new in is adds all its rows.
func Between(was, is []pipeline.Figure) []pipeline.Change {
	ids := map[string]string{}
	split := func(figures []pipeline.Figure) map[int]*pipeline.Edition {
		eds := map[int]*pipeline.Edition{}
		for i := range figures {
			f := &figures[i]
			if _, known := ids[f.Name]; !known {
				ids[f.Name] = f.Platform
			}
			e := eds[f.Year]
			if e == nil {
				e = &pipeline.Edition{Year: f.Year}
				eds[f.Year] = e
			}
			e.Status, e.Document.SHA256 = pipeline.Weaker(e.Status, f.Status), f.SHA256
			e.Rows = append(e.Rows, pipeline.Row{Name: f.Name, Combined: f.Combined, Reports: f.Reports, At: f.At})
		}
		return eds
	}
	// The newer set's platform ids go first: names are paired as they are known now.
	newer, olders := split(is), split(was)
	var out []pipeline.Change
	for _, year := range sortedYears(newer) {
		before, held := olders[year]
		if !held {
			before = &pipeline.Edition{Year: year}
		}
		out = append(out, Changes(*before, *newer[year], func(name string) string { return ids[name] })...)
	}
	return out
}
