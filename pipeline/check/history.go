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
func History(versions []Version, platform func(name string) string) (changes []pipeline.Change, found []pipeline.Finding) {
	own := slices.DeleteFunc(distinct(versions), func(v Version) bool { return v.Beside })
	years := byYear(own)
	for _, year := range slices.Sorted(maps.Keys(years)) {
		steps := sequence(years[year])
		lasting := notTakenBack(steps)
		for i := 1; i < len(steps); i++ {
			was, is := steps[i-1].Edition, steps[i].Edition
			cs := Changes(was, is, platform)
			changes = append(changes, cs...)
			if was.Status == pipeline.SecondaryHand {
				continue // the publisher changed nothing: its own document was read for the first time
			}
			found = append(found, revision(was, is, len(cs), lasting[i]))
		}
	}
	return changes, found
}

// sequence returns the versions of a year in the order in which they came: the
// shipped one, then each as often as it came.
func sequence(versions []Version) []Version {
	type step struct {
		Version
		at int
	}
	var steps []step
	for _, v := range versions {
		if len(v.Seen) == 0 {
			steps = append(steps, step{v, 0})
		}
		for _, at := range v.Seen {
			steps = append(steps, step{v, at})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int {
		return cmp.Or(falseFirst(!a.Shipped, !b.Shipped), cmp.Compare(a.at, b.at))
	})
	var list []Version
	for _, s := range steps {
		if n := len(list); n == 0 || list[n-1].Document.SHA256 != s.Document.SHA256 || s.Document.SHA256 == "" {
			list = append(list, s.Version)
		}
	}
	return list
}

// notTakenBack reports for each step whether its change still holds: after A, B,
// A the table is what it was, and neither step counts.
func notTakenBack(steps []Version) []bool {
	lasting := make([]bool, len(steps))
	var path []int // the steps that lead to the present version
	for i, s := range steps {
		back := slices.IndexFunc(path, func(k int) bool {
			return s.Document.SHA256 != "" && steps[k].Document.SHA256 == s.Document.SHA256
		})
		if back >= 0 {
			path = path[:back+1]
			continue
		}
		path = append(path, i)
	}
	for _, i := range path {
		lasting[i] = true
	}
	return lasting
}

// revision words a new version of a year's table as a finding.
func revision(was, is pipeline.Edition, rows int, lasting bool) pipeline.Finding {
	f := pipeline.Finding{Code: pipeline.Revision, Severity: pipeline.Warn, Year: is.Year, Document: is.Document.SHA256}
	switch {
	case rows == 0:
		f.Severity = pipeline.Note
		f.What = "another file with the same rows: " + is.Document.Named()
	default:
		f.What = fmt.Sprintf("the table at %s differs from the version before it (%.12s) in %d rows; changes.csv names them", is.Document.Named(), was.Document.SHA256, rows)
	}
	if !lasting && rows > 0 {
		f.Severity = pipeline.Note
		f.What += "; the change has been taken back"
	}
	return f
}

// Changes lists the rows that differ between two versions of one year's table,
// sorted by name. Rows are paired by printed name; what is left on both sides is
// paired by platform, so that a row that was only renamed does not look like one
// lost and one won. platform may be nil. Against a partial edition only the rows
// it lists are compared.
func Changes(was, is pipeline.Edition, platform func(name string) string) []pipeline.Change {
	var out []pipeline.Change
	add := func(kind pipeline.ChangeKind, name string, before, after *pipeline.Row) {
		c := pipeline.Change{Year: is.Year, Kind: kind, Name: name, Before: versionName(was), After: versionName(is)}
		if platform != nil {
			c.Platform = platform(name)
		}
		if before != nil {
			c.Old = &before.Reports
		}
		if after != nil {
			c.New = &after.Reports
		}
		out = append(out, c)
	}
	same, gone, came := pair(was.Rows, is.Rows, func(name string) string { return name })
	var renamed [][2]pipeline.Row
	if platform != nil {
		renamed, gone, came = pair(gone, came, func(name string) string {
			if id := platform(name); id != "" {
				return id
			}
			return "\x00" + name // a name nobody knows is paired with itself alone
		})
	}
	for i, p := range append(same, renamed...) {
		switch {
		case p[0].Reports != p[1].Reports:
			add(pipeline.RowRevised, p[1].Name, &p[0], &p[1])
		case i >= len(same) && !was.Partial() && !is.Partial():
			add(pipeline.RowRenamed, p[1].Name, &p[0], &p[1])
		}
	}
	if !was.Partial() {
		for _, r := range came {
			add(pipeline.RowAdded, r.Name, nil, &r)
		}
	}
	if !is.Partial() {
		for _, r := range gone {
			add(pipeline.RowRemoved, r.Name, &r, nil)
		}
	}
	slices.SortStableFunc(out, func(a, b pipeline.Change) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// pair joins rows of two versions that have the same key, the first with the
// first, and returns the rows of either that found no other.
func pair(was, is []pipeline.Row, key func(name string) string) (pairs [][2]pipeline.Row, gone, came []pipeline.Row) {
	waiting := map[string][]int{}
	for i, r := range was {
		waiting[key(r.Name)] = append(waiting[key(r.Name)], i)
	}
	taken := make([]bool, len(was))
	for _, r := range is {
		k := key(r.Name)
		if len(waiting[k]) == 0 {
			came = append(came, r)
			continue
		}
		i := waiting[k][0]
		waiting[k], taken[i] = waiting[k][1:], true
		pairs = append(pairs, [2]pipeline.Row{was[i], r})
	}
	for i, r := range was {
		if !taken[i] {
			gone = append(gone, r)
		}
	}
	return pairs, gone, came
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
	// The newer set's platform ids go first: names are paired as they are known now.
	newer, olders := editionsOf(is, ids), editionsOf(was, ids)
	var out []pipeline.Change
	for _, year := range slices.Sorted(maps.Keys(newer)) {
		before := olders[year]
		before.Year = year
		out = append(out, Changes(before, newer[year], func(name string) string { return ids[name] })...)
	}
	return out
}

// editionsOf turns figures back into editions by year, and adds the platform of
// each name to ids.
func editionsOf(figures []pipeline.Figure, ids map[string]string) map[int]pipeline.Edition {
	eds := map[int]pipeline.Edition{}
	for _, f := range figures {
		if _, known := ids[f.Name]; !known {
			ids[f.Name] = f.Platform
		}
		e := eds[f.Year]
		e.Year, e.Status, e.Document.SHA256 = f.Year, pipeline.Weaker(e.Status, f.Status), f.SHA256
		e.Rows = append(e.Rows, pipeline.Row{Name: f.Name, Combined: f.Combined, Reports: f.Reports, At: f.At})
		eds[f.Year] = e
	}
	return eds
}
