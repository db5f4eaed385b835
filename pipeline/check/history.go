package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"espfigures/pipeline"
)

// History lists every difference between the versions of each year, from the
// shipped one through those fetched, in the order in which they came (never by
// the machine's clock, which may jump): a version that went and came back is
// there both times. It reports each new version; what has been taken back since
// is only a note. platform returns the platform id of a printed name.
func History(held []pipeline.Edition, platform func(name string) string) (changes []pipeline.Change, found []pipeline.Finding) {
	years := byYear(slices.DeleteFunc(slices.Clone(held), func(e pipeline.Edition) bool { return e.Beside }))
	for _, year := range slices.Sorted(maps.Keys(years)) {
		steps := sequence(years[year])
		lasting := lasting(steps)
		for i := 1; i < len(steps); i++ {
			was, is := steps[i-1], steps[i]
			cs := Changes(was, is, platform)
			changes = append(changes, cs...)
			if was.Status == pipeline.SecondaryHand {
				continue // the publisher changed nothing: its own document was read for the first time
			}
			f := pipeline.Finding{
				Code: pipeline.Revision, Severity: pipeline.Warn, Year: year, Document: is.Document.SHA256,
				What: fmt.Sprintf("the table at %s differs from the version before it (%.12s) in %d rows; changes.csv names them", is.Document.Named(), was.Document.SHA256, len(cs)),
			}
			switch {
			case len(cs) == 0:
				f.Severity, f.What = pipeline.Note, "another file with the same rows: "+is.Document.Named()
			case !slices.Contains(lasting, i):
				f.Severity, f.What = pipeline.Note, f.What+"; the change has been taken back"
			}
			found = append(found, f)
		}
	}
	return changes, found
}

// sequence returns the versions of a year in the order in which they came: the
// shipped one, then each as often as it came.
func sequence(versions []pipeline.Edition) (list []pipeline.Edition) {
	for _, e := range versions {
		if shipped(e) {
			list = append(list, e)
		}
		for _, moment := range e.Document.Seen {
			e.Document.Seen = []int{moment}
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(v, w pipeline.Edition) int { return slices.Compare(v.Document.Seen, w.Document.Seen) })
	return slices.CompactFunc(list, sameBytes)
}

// lasting returns the steps whose change still holds: after A, B, A the table is
// what it was, and neither step counts.
func lasting(steps []pipeline.Edition) (path []int) {
	for i, s := range steps {
		back := slices.IndexFunc(path, func(k int) bool { return sameBytes(steps[k], s) })
		if back >= 0 {
			path = path[:back+1]
		} else {
			path = append(path, i)
		}
	}
	return path
}

func sameBytes(a, b pipeline.Edition) bool {
	return a.Document.SHA256 != "" && a.Document.SHA256 == b.Document.SHA256
}

// Changes lists the rows that differ between two versions of one year's table,
// sorted by name. Rows are paired by printed name; what is left on both sides is
// paired by platform, so that a row that was only renamed does not look like one
// lost and one won. platform may be nil. Against a partial edition only the rows
// it lists are compared.
func Changes(was, is pipeline.Edition, platform func(name string) string) (out []pipeline.Change) {
	if platform == nil {
		platform = func(string) string { return "" }
	}
	var pairs []pair
	for _, r := range was.Rows {
		pairs = append(pairs, pair{old: &r})
	}
	for _, r := range is.Rows {
		pairs = append(pairs, pair{now: &r})
	}
	pairs = join(pairs, func(name string) string { return name })
	pairs = join(pairs, func(name string) string {
		return cmp.Or(platform(name), "\x00"+name) // a name nobody knows is paired with itself alone
	})
	for _, p := range pairs {
		c := pipeline.Change{Year: is.Year, Before: versionName(was), After: versionName(is)}
		switch {
		case p.old == nil && !was.Partial():
			c.Kind, c.Name, c.New = pipeline.RowAdded, p.now.Name, &p.now.Reports
		case p.now == nil && !is.Partial():
			c.Kind, c.Name, c.Old = pipeline.RowRemoved, p.old.Name, &p.old.Reports
		case p.old == nil || p.now == nil:
			continue
		case p.old.Reports != p.now.Reports:
			c.Kind, c.Name, c.Old, c.New = pipeline.RowRevised, p.now.Name, &p.old.Reports, &p.now.Reports
		case p.old.Name != p.now.Name && !was.Partial() && !is.Partial():
			c.Kind, c.Name, c.Old, c.New = pipeline.RowRenamed, p.now.Name, &p.old.Reports, &p.now.Reports
		default:
			continue
		}
		c.Platform = platform(c.Name)
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b pipeline.Change) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// A pair is a row in two versions; nil where the version has none.
type pair struct{ old, now *pipeline.Row }

// join joins rows that are in one version only and have the same key, the first
// with the first.
func join(pairs []pair, key func(name string) string) []pair {
	waiting := map[string][]int{}
	for i, p := range pairs {
		if p.now == nil {
			waiting[key(p.old.Name)] = append(waiting[key(p.old.Name)], i)
		}
	}
	for i, p := range pairs {
		if p.old != nil {
			continue
		}
		if k := key(p.now.Name); len(waiting[k]) > 0 {
			pairs[waiting[k][0]].now, pairs[i].now = p.now, nil
			waiting[k] = waiting[k][1:]
		}
	}
	return slices.DeleteFunc(pairs, func(p pair) bool { return p.old == nil && p.now == nil })
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
	for _, c := range changes {
		if c.Kind != pipeline.RowRevised || c.Before == "secondary" {
			continue
		}
		for i := range figures {
			if f := &figures[i]; f.Year == c.Year && f.Name == c.Name && f.Reports == *c.New {
				f.Flags = f.Flags.With(pipeline.FlagRevised)
			}
		}
	}
}
