package check_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
	"espfigures/pipeline/snapshot"
)

// The editions NCMEC printed, as they were read.
func printedEditions(t *testing.T) []pipeline.Edition {
	t.Helper()
	snap, err := snapshot.Default()
	if err != nil {
		t.Fatal(err)
	}
	var list []pipeline.Edition
	for _, e := range snap.Editions {
		if e.Status == pipeline.Verified {
			list = append(list, e)
		}
	}
	if len(list) != 5 {
		t.Fatalf("%d verified editions, want those of 2019-2023", len(list))
	}
	return list
}

// tableWith returns an edition's table with other rows.
func tableWith(e pipeline.Edition, rows []pipeline.Row) pipeline.Table {
	return pipeline.Table{Year: e.Year, Title: e.Title, Rows: rows, Total: e.Total}
}

// caught reports whether a table has lost its status.
func caught(t pipeline.Table) bool {
	ed, _ := check.Edition(t, pipeline.Document{}, nil)
	return ed.Status != pipeline.Verified
}

// TestEveryErrorInOneRowIsCaught makes every error of these kinds, in every
// row of every edition: none may stay verified.
func TestEveryErrorInOneRowIsCaught(t *testing.T) {
	for _, e := range printedEditions(t) {
		if caught(tableWith(e, e.Rows)) {
			t.Fatalf("%d: the edition itself is not verified", e.Year)
		}
		try := func(kind string, i int, rows []pipeline.Row) {
			if !caught(tableWith(e, rows)) {
				t.Errorf("%d: not caught: %s, row %d (%q)", e.Year, kind, i+1, e.Rows[i].Name)
			}
		}
		with := func(i int, digits string) []pipeline.Row {
			n, err := strconv.ParseInt(digits, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			rows := slices.Clone(e.Rows)
			rows[i].Reports = pipeline.Count(n)
			return rows
		}
		for i, r := range e.Rows {
			digits := fmt.Sprint(int64(r.Reports))
			for at := range digits {
				for d := '0'; d <= '9'; d++ {
					if byte(d) != digits[at] {
						try("one digit changed", i, with(i, digits[:at]+string(d)+digits[at+1:]))
					}
				}
				if digits != "0" {
					try("one digit lost", i, with(i, "0"+digits[:at]+digits[at+1:]))
				}
			}
			try("one digit twice", i, with(i, digits+digits[len(digits)-1:]))
			try("row lost", i, slices.Delete(slices.Clone(e.Rows), i, i+1))
			try("row twice", i, slices.Insert(slices.Clone(e.Rows), i, r))
			if i+1 == len(e.Rows) {
				continue
			}
			next := e.Rows[i+1].Reports
			if next != r.Reports {
				try("number of the next row taken", i, with(i, fmt.Sprint(int64(next))))
			}
			if joined := digits + fmt.Sprint(int64(next)); len(joined) < 19 {
				try("number joined to the next row's", i, slices.Delete(with(i+1, joined), i, i+1))
			}
			if shifted := slices.Clone(e.Rows[:i+1]); i > 0 && next != e.Rows[0].Reports {
				for k := range i {
					shifted[k+1].Reports = e.Rows[k].Reports
				}
				try("numbers moved down one row", i, slices.Concat(shifted[1:], e.Rows[i+1:]))
			}
		}
		for page := range e.Rows[len(e.Rows)-1].At.Page {
			try("page lost", 0, slices.DeleteFunc(slices.Clone(e.Rows), func(r pipeline.Row) bool { return r.At.Page == page+1 }))
		}
		for kind, total := range map[string]*pipeline.Total{"total lost": nil, "total misread": {Reports: e.Total.Reports + 1}} {
			table := tableWith(e, e.Rows)
			if table.Total = total; !caught(table) {
				t.Errorf("%d: not caught: %s", e.Year, kind)
			}
		}
	}
}
