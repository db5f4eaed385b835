package check

import (
	"fmt"
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

// ByYear groups what Between lists, with the size of each table. Years in which
// nothing changed are left out.
func ByYear(was, is []pipeline.Figure) []YearChange {
	var list []YearChange
	for _, c := range Between(was, is) {
		if n := len(list); n == 0 || list[n-1].Year != c.Year {
			list = append(list, YearChange{Year: c.Year})
		}
		y := &list[len(list)-1]
		y.Changes = append(y.Changes, c)
	}
	for i := range list {
		y := &list[i]
		before, _ := size(was, y.Year)
		y.Reports, y.Rows = size(is, y.Year)
		y.Difference = y.Reports - before
		y.New = !slices.ContainsFunc(was, func(f pipeline.Figure) bool { return f.Year == y.Year })
	}
	return list
}

func size(figures []pipeline.Figure, year int) (sum pipeline.Count, rows int) {
	for _, f := range figures {
		if f.Year == year {
			sum += f.Reports
			rows++
		}
	}
	return sum, rows
}

// String says what happened in one line: "2022: 2 rows revised, 1 added; 1,234
// reports more in all".
func (y YearChange) String() string {
	if y.New {
		return fmt.Sprintf("%d: new, %s with %s reports", y.Year, rowWords(y.Rows), y.Reports)
	}
	var parts []string
	for _, kind := range []pipeline.ChangeKind{pipeline.RowRevised, pipeline.RowRenamed, pipeline.RowAdded, pipeline.RowRemoved} {
		n := 0
		for _, c := range y.Changes {
			if c.Kind == kind {
				n++
			}
		}
		switch {
		case n == 0:
		case len(parts) == 0:
			parts = append(parts, rowWords(n)+" "+string(kind))
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	sum := "the same number of reports in all"
	switch {
	case y.Difference > 0:
		sum = y.Difference.String() + " reports more in all"
	case y.Difference < 0:
		sum = (-y.Difference).String() + " reports fewer in all"
	}
	return fmt.Sprintf("%d: %s; %s", y.Year, strings.Join(parts, ", "), sum)
}

func rowWords(n int) string {
	if n == 1 {
		return "1 row"
	}
	return pipeline.Count(n).String() + " rows"
}
