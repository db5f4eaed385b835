package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"espfigures/pipeline"
)

// YearChange is what happened to one year's table between two sets of figures.
type YearChange struct {
	Year       int
	New        bool           // the older set has no table of the year
	Rows       int            // of the newer table
	Reports    pipeline.Count // their sum
	Difference pipeline.Count // of the sums, newer less older
	Changes    []pipeline.Change
}

// ByYear lists the rows that differ between two sets of figures, by year and
// name. Years in which nothing changed, and those that only the older set has,
// are left out; a year new in is adds all its rows.
func ByYear(was, is []pipeline.Figure) (list []YearChange) {
	ids := map[string]string{}
	// The newer set's platform ids go first: names are paired as they are known now.
	newer, older := editionsOf(is, ids), editionsOf(was, ids)
	for _, year := range slices.Sorted(maps.Keys(newer)) {
		now := newer[year]
		before, had := older[year]
		changes := Changes(before, now, func(name string) string { return ids[name] })
		if len(changes) > 0 {
			list = append(list, YearChange{year, !had, len(now.Rows), now.Sum(), now.Sum() - before.Sum(), changes})
		}
	}
	return list
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

// String says what happened in one line: "2022: 2 rows revised, 1 added; 1,234
// reports more in all".
func (y YearChange) String() string {
	if y.New {
		return fmt.Sprintf("%d: new, %s with %s reports", y.Year, rowWords(y.Rows), y.Reports)
	}
	rows := map[pipeline.ChangeKind]int{}
	for _, c := range y.Changes {
		rows[c.Kind]++
	}
	var parts []string
	for _, kind := range []pipeline.ChangeKind{pipeline.RowRevised, pipeline.RowRenamed, pipeline.RowAdded, pipeline.RowRemoved} {
		switch n := rows[kind]; {
		case n == 0:
		case len(parts) == 0:
			parts = append(parts, rowWords(n)+" "+string(kind))
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	sum := "the same number of reports in all"
	if d := y.Difference; d != 0 {
		sum = fmt.Sprintf("%s reports %s in all", max(d, -d), map[bool]string{true: "more", false: "fewer"}[d > 0])
	}
	return fmt.Sprintf("%d: %s; %s", y.Year, strings.Join(parts, ", "), sum)
}

func rowWords(n int) string {
	if n == 1 {
		return "1 row"
	}
	return pipeline.Count(n).String() + " rows"
}
