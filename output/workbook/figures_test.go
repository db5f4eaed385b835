package workbook

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline"
)

// A workbook whose rows are not the figures is refused, whatever differs.
func TestCheckHoldsRowsAgainstFigures(t *testing.T) {
	ds := testset.New()
	ds.Figures[3].Name = "=named _x0041_ <&> \"–\""
	b := workbook(t, ds)
	check := func(ds *pipeline.Dataset) error { return Check(bytes.NewReader(b), int64(len(b)), ds) }
	if err := check(ds); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*pipeline.Dataset, *pipeline.Figure){
		"Year is":        func(_ *pipeline.Dataset, f *pipeline.Figure) { f.Year++ },
		"Name as":        func(_ *pipeline.Dataset, f *pipeline.Figure) { f.Name += "x" },
		"Reports is":     func(_ *pipeline.Dataset, f *pipeline.Figure) { f.Reports++ },
		"Status is":      func(_ *pipeline.Dataset, f *pipeline.Figure) { f.Status = "other" },
		"Platform id is": func(_ *pipeline.Dataset, f *pipeline.Figure) { f.Platform = "other" },
		"Page is":        func(_ *pipeline.Dataset, f *pipeline.Figure) { f.At.Page += 7 },
		"Row is":         func(_ *pipeline.Dataset, f *pipeline.Figure) { f.At.Row += 7 },
		"mark is":        func(_ *pipeline.Dataset, f *pipeline.Figure) { f.Combined = !f.Combined },
		"more rows": func(ds *pipeline.Dataset, f *pipeline.Figure) {
			if f == &ds.Figures[0] {
				ds.Figures = ds.Figures[:len(ds.Figures)-1]
			} else {
				ds.Figures = ds.Figures[:len(ds.Figures)-2]
			}
		},
		"rows for": func(ds *pipeline.Dataset, f *pipeline.Figure) { ds.Figures = append(ds.Figures, *f) },
	} {
		for _, i := range []int{0, len(ds.Figures) - 1} {
			other := *ds
			other.Figures = append([]pipeline.Figure(nil), ds.Figures...)
			change(&other, &other.Figures[i])
			if err := check(&other); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("figure %d, %s: %v", i, want, err)
			}
		}
	}
}

func TestNewFormula(t *testing.T) {
	want := regexp.MustCompile(`(?i)_xl|\b(FILTER|XLOOKUP|LET|LAMBDA|SORT|UNIQUE|SEQUENCE)\s*\(`)
	for _, f := range []string{"", "FILTER(A1)", "filter (A1)", "MYFILTER(A1)", "IF(LET(a,1,a)=1,2)", "SUM(A1)+sort\t(B1)", "_xlfn.X(1)", "a_XL", "_x", "FILTER", "FILTERS(1)", "Sheet.UNIQUE(1)", "INDEX(A1,MATCH(1,B1,0))", "(1)", "é(1)", "éLET(1)", "1SEQUENCE(2)", "LAMBDA\n(x)"} {
		if got := newFormula([]byte(f)); got != want.MatchString(f) {
			t.Errorf("%q: %v", f, got)
		}
	}
}
