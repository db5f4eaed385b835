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

// The editions NCMEC printed, as they were read. A check that is blind to an
// error in one of them would have been blind on the day.
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
	status, _ := check.Edition(t, pipeline.Document{}, nil)
	return status != pipeline.Verified
}

// TestEveryErrorInOneRowIsCaught makes every error of these kinds, in every
// row of every edition: none may stay verified.
func TestEveryErrorInOneRowIsCaught(t *testing.T) {
	made := map[string]int{}
	for _, e := range printedEditions(t) {
		if caught(tableWith(e, e.Rows)) {
			t.Fatalf("%d: the edition itself is not verified", e.Year)
		}
		try := func(kind string, i int, rows []pipeline.Row) {
			made[kind]++
			if !caught(tableWith(e, rows)) {
				t.Errorf("%d: not caught: %s, row %d (%q)", e.Year, kind, i+1, e.Rows[i].Name)
			}
		}
		with := func(i int, n pipeline.Count) []pipeline.Row {
			rows := slices.Clone(e.Rows)
			rows[i].Reports = n
			return rows
		}
		for i, r := range e.Rows {
			digits := strconv.FormatInt(int64(r.Reports), 10)
			for at := range digits {
				for d := byte('0'); d <= '9'; d++ {
					if d != digits[at] {
						b := []byte(digits)
						b[at] = d
						n, err := strconv.ParseInt(string(b), 10, 64)
						if err != nil {
							t.Fatal(err)
						}
						try("one digit changed", i, with(i, pipeline.Count(n)))
					}
				}
				if n, err := strconv.ParseInt("0"+digits[:at]+digits[at+1:], 10, 64); err == nil && n != int64(r.Reports) {
					try("one digit lost", i, with(i, pipeline.Count(n)))
				}
			}
			try("one digit twice", i, with(i, r.Reports*10+r.Reports%10))
			try("row lost", i, slices.Delete(slices.Clone(e.Rows), i, i+1))
			try("row twice", i, slices.Insert(slices.Clone(e.Rows), i, r))
			if i+1 < len(e.Rows) {
				next := e.Rows[i+1]
				if next.Reports != r.Reports {
					try("number of the next row taken", i, with(i, next.Reports))
				}
				try("number joined to the next row's", i, slices.Delete(with(i+1, join(r.Reports, next.Reports)), i, i+1))
				if next.Reports != e.Rows[0].Reports {
					shifted := slices.Clone(e.Rows)
					for k := i; k > 0; k-- {
						shifted[k].Reports = shifted[k-1].Reports
					}
					if shifted[0].Reports = 0; i > 0 {
						try("numbers moved down one row", i, shifted[1:])
					}
				}
			}
		}
		pages := map[int]bool{}
		for _, r := range e.Rows {
			pages[r.At.Page] = true
		}
		for page := range pages {
			rows := slices.DeleteFunc(slices.Clone(e.Rows), func(r pipeline.Row) bool { return r.At.Page == page })
			try("page lost", 0, rows)
			if page == e.Total.At.Page {
				made["last page lost, total with it"]++
				table := tableWith(e, rows)
				table.Total = nil
				if !caught(table) {
					t.Errorf("%d: the last page and its total are gone and it stays verified", e.Year)
				}
			}
		}
		made["total itself misread"]++
		table := tableWith(e, e.Rows)
		table.Total = &pipeline.Total{Reports: e.Total.Reports + 1}
		if !caught(table) {
			t.Errorf("%d: a misread total is not caught", e.Year)
		}
	}
	for kind, n := range made {
		t.Logf("%6d times %s", n, kind)
	}
}

// join writes one number behind the other, as when two cells run together.
func join(a, b pipeline.Count) pipeline.Count {
	n, err := strconv.ParseInt(fmt.Sprintf("%d%d", a, b), 10, 64)
	if err != nil {
		return a + b + 1
	}
	return pipeline.Count(n)
}

// TestErrorsThatCancel makes the errors a sum cannot see. They stay verified
// by it (README.md says what else guards each), and the comparison with the
// version held before names every row concerned.
func TestErrorsThatCancel(t *testing.T) {
	for _, e := range printedEditions(t) {
		differ := func(i, j int) bool { return e.Rows[i].Reports != e.Rows[j].Reports }
		for i := 0; i+1 < len(e.Rows); i++ {
			for kind, change := range map[string]func(rows []pipeline.Row){
				"numbers of two rows exchanged": func(rows []pipeline.Row) {
					rows[i].Reports, rows[i+1].Reports = rows[i+1].Reports, rows[i].Reports
				},
				"two errors of one size": func(rows []pipeline.Row) {
					rows[i].Reports += 10
					rows[i+1].Reports -= 10
				},
			} {
				if !differ(i, i+1) && kind != "two errors of one size" {
					continue
				}
				rows := slices.Clone(e.Rows)
				change(rows)
				if caught(tableWith(e, rows)) {
					t.Fatalf("%d: %s is caught by the sum: README.md says it cannot be", e.Year, kind)
				}
				now := e
				now.Rows = rows
				named := map[string]bool{}
				for _, c := range check.Changes(e, now, nil) {
					named[c.Name] = true
				}
				if !named[e.Rows[i].Name] || !named[e.Rows[i+1].Name] {
					t.Errorf("%d, rows %d and %d: %s is not named among the changes", e.Year, i+1, i+2, kind)
				}
			}
		}
		// A total that is missing rows twice over: misread rows and total by
		// the same amount. The total given elsewhere tells.
		rows := slices.Clone(e.Rows)
		rows[0].Reports += 100
		now := tableWith(e, rows)
		now.Total = &pipeline.Total{Reports: e.Total.Reports + 100}
		if caught(now) {
			t.Fatalf("%d: rows and total misread alike are caught by the sum: README.md says they cannot be", e.Year)
		}
		snap, err := snapshot.Default()
		if err != nil {
			t.Fatal(err)
		}
		misread := pipeline.Edition{Year: e.Year, Rows: rows, Total: now.Total, Status: pipeline.Verified}
		if check.Gate(&misread, snap.Totals, false); misread.Status == pipeline.Verified {
			t.Errorf("%d: a total misread with its rows is not compared with the total given elsewhere", e.Year)
		}
	}
}
