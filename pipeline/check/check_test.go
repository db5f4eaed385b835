package check

import (
	"slices"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"
)

func rows(pairs ...any) []pipeline.Row {
	var out []pipeline.Row
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, pipeline.Row{Name: pairs[i].(string), Reports: pipeline.Count(pairs[i+1].(int)), At: pipeline.Place{Page: 1, Row: i/2 + 1}})
	}
	return out
}

func total(n int) *pipeline.Total {
	return &pipeline.Total{Label: "Total", Reports: pipeline.Count(n), At: pipeline.Place{Page: 1}}
}

func codes(found []pipeline.Finding) []pipeline.Code {
	var out []pipeline.Code
	for _, f := range found {
		out = append(out, f.Code)
	}
	return out
}

func TestEditionEarnsItsStatus(t *testing.T) {
	good := rows("Imgur, LLC", 5, "Facebook", 7)
	for _, c := range []struct {
		name  string
		table pipeline.Table
		read  []pipeline.Finding
		want  pipeline.Status
		codes []pipeline.Code
	}{
		{"sums", pipeline.Table{Year: 2022, Rows: good, Total: total(12)}, nil, pipeline.Verified, nil},
		{"one too many", pipeline.Table{Year: 2022, Rows: good, Total: total(11)}, nil, pipeline.Published, []pipeline.Code{pipeline.TotalMismatch}},
		{"one too few", pipeline.Table{Year: 2022, Rows: good, Total: total(13)}, nil, pipeline.Published, []pipeline.Code{pipeline.TotalMismatch}},
		{"no total", pipeline.Table{Year: 2022, Rows: good}, nil, pipeline.Published, []pipeline.Code{pipeline.TotalMissing}},
		{"total of zero and no rows", pipeline.Table{Year: 2022, Total: total(0)}, nil, pipeline.Published, nil},
		{"no year", pipeline.Table{Rows: good, Total: total(12)}, nil, pipeline.Published, nil},
		{"same name twice", pipeline.Table{Year: 2022, Rows: rows("A", 5, "A", 7), Total: total(12)}, nil, pipeline.Verified, []pipeline.Code{pipeline.DuplicateRow}},
		{"the reading failed", pipeline.Table{Year: 2022, Rows: good, Total: total(12)}, []pipeline.Finding{{Code: pipeline.ReadingsDisagree, Severity: pipeline.Fail}}, pipeline.Published, nil},
		{"by hand, unknown bytes", pipeline.Table{Year: 2022, Title: "hand", Rows: good, Total: total(12)}, nil, pipeline.Checked, nil},
		{"the reading has a remark", pipeline.Table{Year: 2022, Rows: good, Total: total(12)}, []pipeline.Finding{{Code: pipeline.OneReading, Severity: pipeline.Note}}, pipeline.Verified, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := pipeline.Document{SHA256: "ab", Origin: pipeline.FromPublisher}
			if c.table.Title == "hand" {
				doc.Origin = pipeline.FromHand
			}
			ed, found := Edition(c.table, doc, c.read)
			difference := map[string]string{"one too many": "a difference of 1", "one too few": "a difference of -1"}[c.name]
			if ed.Status != c.want || !slices.Equal(codes(found), c.codes) {
				t.Errorf("got %s %v, want %s %v", ed.Status, codes(found), c.want, c.codes)
			}
			for _, f := range found {
				if f.Document != "ab" || f.Year != c.table.Year || !strings.HasSuffix(f.What, difference) {
					t.Errorf("finding does not name its document, year and difference: %+v", f)
				}
			}
		})
	}
}

func TestGate(t *testing.T) {
	n := pipeline.Count(12)
	totals := []pipeline.YearTotal{{Year: 1998}, {Year: 2022}, {Year: 2023, ESP: &n, Source: "the OJJDP report"}}
	for _, c := range []struct {
		name     string
		edition  pipeline.Edition
		accepted bool
		status   pipeline.Status
		severity pipeline.Severity
	}{
		{"the same total", pipeline.Edition{Year: 2023, Total: total(12), Status: pipeline.Verified}, false, pipeline.Verified, ""},
		{"no total on file", pipeline.Edition{Year: 2022, Total: total(13), Status: pipeline.Verified}, false, pipeline.Verified, ""},
		{"another total", pipeline.Edition{Year: 2023, Total: total(13), Status: pipeline.Verified}, false, pipeline.Published, pipeline.Fail},
		{"another total, by hand", pipeline.Edition{Year: 2023, Total: total(13), Status: pipeline.Checked}, false, pipeline.Published, pipeline.Fail},
		{"another total, accepted", pipeline.Edition{Year: 2023, Total: total(13), Status: pipeline.Verified}, true, pipeline.Verified, pipeline.Warn},
		{"a third party's", pipeline.Edition{Year: 2023, Total: total(13), Status: pipeline.SecondaryHand}, false, pipeline.SecondaryHand, pipeline.Warn},
		{"a failed check is not accepted away", pipeline.Edition{Year: 2023, Total: total(13), Status: pipeline.Published}, true, pipeline.Published, pipeline.Warn},
	} {
		e := c.edition
		found := Gate(&e, totals, c.accepted)
		if e.Status != c.status || (len(found) == 1) != (c.severity != "") || len(found) == 1 && found[0].Severity != c.severity {
			t.Errorf("%s: status %s, findings %+v", c.name, e.Status, found)
		}
		if e.TotalAccepted != (c.accepted && c.severity != "") {
			t.Errorf("%s: TotalAccepted is %v", c.name, e.TotalAccepted)
		}
		if c.severity == pipeline.Fail && !strings.Contains(found[0].Mend, "--accept-total 2023") {
			t.Errorf("%s: does not say what to do: %+v", c.name, found)
		}
	}
}

func TestYears(t *testing.T) {
	found := Years([]pipeline.Edition{
		{Year: 2019, Status: pipeline.Verified},
		{Year: 2022, Status: pipeline.SecondaryHand, Rows: rows("A", 3), Total: total(4)},
	})
	if want := []pipeline.Code{pipeline.YearMissing, pipeline.YearMissing, pipeline.Secondary}; !slices.Equal(codes(found), want) {
		t.Fatalf("got %v, want %v", codes(found), want)
	}
	if !strings.Contains(found[2].What, "75.0%") {
		t.Errorf("coverage is not said: %s", found[2].What)
	}
}

func version(year int, sha, url string, status pipeline.Status, day int, rs []pipeline.Row) pipeline.Edition {
	e := pipeline.Edition{
		Year: year, Status: status, Rows: rs, Total: total(int(pipeline.Table{Rows: rs}.Sum())),
		Document: pipeline.Document{SHA256: sha, URL: url, Retrieved: time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC)},
	}
	if day > 0 {
		e.Document.Seen = []int{day}
	}
	return e
}

func TestChoose(t *testing.T) {
	old := version(2022, "old", "u", pipeline.Verified, 1, rows("A", 1))
	old.Document.Superseded = true
	newer := version(2022, "new", "u", pipeline.Verified, 2, rows("A", 2))
	shipped := version(2022, "ship", "v", pipeline.Verified, 0, rows("A", 3))
	shipped.Document.Retrieved = time.Time{}
	shipped.Document.Dated = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	broken := version(2022, "broken", "w", pipeline.Published, 9, rows("A", 4))
	third := version(2022, "", "x", pipeline.SecondaryHand, 0, rows("A", 5))
	dated := version(2022, "dated", "y", pipeline.Verified, 1, rows("A", 6))
	dated.Document.Dated = time.Date(2023, 5, 1, 0, 0, 0, 0, time.UTC)

	early := version(2022, "early", "t", pipeline.Verified, 2, rows("A", 8))
	early.Document.Dated = time.Date(2023, 4, 1, 0, 0, 0, 0, time.UTC)
	beside := version(2022, "beside", "z", pipeline.Verified, 8, rows("A", 7))
	beside.Beside = true

	for _, c := range []struct {
		name  string
		in    []pipeline.Edition
		want  string
		codes []pipeline.Code
	}{
		{"a column in a later year's document never replaces the year's own edition", []pipeline.Edition{shipped, beside}, "ship", nil},
		{"it does replace a third party's transcription", []pipeline.Edition{third, beside}, "beside", nil},
		{"new bytes at a known address win", []pipeline.Edition{old, newer}, "new", nil},
		{"fetched goes before shipped, whatever its date", []pipeline.Edition{shipped, newer}, "new", nil},
		{"an edition that failed a check never replaces a verified one", []pipeline.Edition{shipped, broken}, "ship", []pipeline.Code{pipeline.EditionPassed}},
		{"it does replace a third party's", []pipeline.Edition{third, broken}, "broken", nil},
		{"of two addresses the later date inside wins, and both are named", []pipeline.Edition{early, dated}, "dated", []pipeline.Code{pipeline.EditionPassed}},
		{"a document without a date is placed by its order in the archive", []pipeline.Edition{dated, newer}, "new", []pipeline.Code{pipeline.EditionPassed}},
		{"a document that was shipped and fetched is one", []pipeline.Edition{shipped, func() pipeline.Edition { v := shipped; v.Document.Seen = []int{1}; return v }()}, "ship", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, in := range [][]pipeline.Edition{c.in, {c.in[1], c.in[0]}} {
				used, passed, found := Choose(in)
				if len(used) != 1 || used[0].Document.SHA256 != c.want {
					t.Fatalf("used %+v, want %s", used, c.want)
				}
				if !slices.Equal(codes(found), c.codes) {
					t.Errorf("findings %v, want %v", codes(found), c.codes)
				}
				if c.name == "a document that was shipped and fetched is one" && len(passed) != 0 {
					t.Errorf("passed %d editions", len(passed))
				}
			}
		})
	}
}

func TestChanges(t *testing.T) {
	platform := func(n string) string {
		switch n {
		case "Twitter", "X Corp":
			return "x"
		case "Snap", "Snapchat":
			return "snapchat"
		}
		return ""
	}
	edition := func(status pipeline.Status, pairs ...any) pipeline.Edition {
		return pipeline.Edition{Year: 2022, Status: status, Rows: rows(pairs...)}
	}
	for _, c := range []struct {
		name    string
		was, is pipeline.Edition
		want    string
	}{
		{"every kind", edition(pipeline.Verified, "A", 1, "B", 2, "C", 3, "Twitter", 9, "D", 1, "D", 2), edition(pipeline.Verified, "A", 1, "B", 7, "E", 4, "X Corp", 9, "D", 1, "D", 5),
			"2022 revised, B: 2 to 7; 2022 removed, C: 3 to no row; 2022 revised, D: 2 to 5; 2022 added, E: no row to 4; 2022 renamed, X Corp: 9 to 9"},
		{"names nobody knows are never paired with each other", edition(pipeline.Verified, "Aaa", 500, "Zzz", 700), edition(pipeline.Verified, "Bbb", 900),
			"2022 removed, Aaa: 500 to no row; 2022 added, Bbb: no row to 900; 2022 removed, Zzz: 700 to no row"},
		{"against a partial edition only what it lists is compared", edition(pipeline.SecondaryHand, "Snap", 5, "B", 2), edition(pipeline.Verified, "Snapchat", 6, "B", 2, "Other", 8),
			"2022 revised, Snapchat: 5 to 6"},
	} {
		if got := said(Changes(c.was, c.is, platform)); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

func said(changes []pipeline.Change) string {
	var list []string
	for _, c := range changes {
		list = append(list, c.String())
	}
	return strings.Join(list, "; ")
}

// Bytes that came, went and came again are in the history both times, and what
// was taken back is no warning any more; neither is another file with the same rows.
func TestHistory(t *testing.T) {
	seen := func(sha string, a int, moments ...int) pipeline.Edition {
		e := version(2022, sha, "u", pipeline.Verified, 0, rows("A", a, "B", 2))
		e.Document.Seen = moments
		return e
	}
	beside := seen("d", 6, 3)
	beside.Beside = true
	for _, c := range []struct {
		name              string
		held              []pipeline.Edition
		changes           string
		findings, warning int
	}{
		{"shipped, B, C with the same rows, and a column of a later year's", []pipeline.Edition{seen("c", 5, 2), seen("a", 1), seen("b", 5, 1), beside}, "1 to 5", 2, 1},
		{"A, B", []pipeline.Edition{seen("a", 1, 1), seen("b", 5, 2)}, "1 to 5", 1, 1},
		{"A, B, A", []pipeline.Edition{seen("a", 1, 1, 3), seen("b", 5, 2)}, "1 to 5; 5 to 1", 2, 0},
		{"A, B, A, B", []pipeline.Edition{seen("a", 1, 1, 3), seen("b", 5, 2, 4)}, "1 to 5; 5 to 1; 1 to 5", 3, 1},
		{"A, B, C, B", []pipeline.Edition{seen("a", 1, 1), seen("b", 5, 2, 4), seen("c", 7, 3)}, "1 to 5; 5 to 7; 7 to 5", 3, 1},
	} {
		changes, found := History(c.held, nil)
		warnings := 0
		for _, f := range found {
			if f.Severity == pipeline.Warn {
				warnings++
			}
		}
		got := strings.ReplaceAll(said(changes), "2022 revised, A: ", "")
		if got != c.changes || len(found) != c.findings || warnings != c.warning {
			t.Errorf("%s: changes %q, findings %+v; want %+v", c.name, got, found, c)
		}
	}
}

func TestMarkRevised(t *testing.T) {
	figures := []pipeline.Figure{{Year: 2022, Name: "A", Reports: 5, Flags: "c"}, {Year: 2022, Name: "B", Reports: 2}, {Year: 2021, Name: "A", Reports: 5}}
	changes, _ := History([]pipeline.Edition{version(2022, "a", "u", pipeline.Verified, 0, rows("A", 1, "B", 2)), version(2022, "b", "u", pipeline.Verified, 1, rows("A", 5, "B", 2))}, nil)
	MarkRevised(figures, changes)
	if got := figures[0].Flags + "," + figures[1].Flags + "," + figures[2].Flags; got != "cr,," {
		t.Errorf("flags %q", got)
	}
}

func TestByYear(t *testing.T) {
	fig := func(year int, name string, n pipeline.Count) pipeline.Figure {
		return pipeline.Figure{Year: year, Name: name, Platform: name, Reports: n}
	}
	was := []pipeline.Figure{fig(2020, "a", 5), fig(2021, "a", 10), fig(2021, "b", 20), fig(2021, "c", 30), fig(2021, "d", 1)}
	is := []pipeline.Figure{fig(2021, "a", 11), fig(2021, "b", 22), fig(2021, "c", 30), fig(2021, "e", 1), fig(2022, "a", 1500)}
	var got []string
	for _, y := range ByYear(was, is) {
		got = append(got, y.String())
	}
	want := "2021: 2 rows revised, 1 added, 1 removed; 3 reports more in all | 2022: new, 1 row with 1,500 reports"
	if strings.Join(got, " | ") != want {
		t.Errorf("%s", strings.Join(got, " | "))
	}
	if list := ByYear(is, is); len(list) != 0 {
		t.Errorf("the same: %v", list)
	}
}
