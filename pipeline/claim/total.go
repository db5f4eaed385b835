package claim

import (
	"fmt"
	"strings"

	"espfigures/pipeline"
)

// Total returns the CyberTipline's totals of a year, as NCMEC gives them beside
// its tables, or nil where none is held.
func Total(ds *pipeline.Dataset, year int) *pipeline.YearTotal {
	for i := range ds.Totals {
		if ds.Totals[i].Year == year {
			return &ds.Totals[i]
		}
	}
	return nil
}

// CheckTotal holds the number against all reports the CyberTipline received in
// a year, of providers and of the public. The Series of the result has a name
// and no points.
func CheckTotal(ds *pipeline.Dataset, year int, n Number) (Result, error) {
	t := Total(ds, year)
	if t == nil || t.CyberTipline == 0 {
		return Result{}, fmt.Errorf("no total of %d is held", year)
	}
	total := t.CyberTipline
	r := Result{
		Number: n, Series: &pipeline.Series{Name: "All of the CyberTipline"}, Published: total,
		Point:   pipeline.Point{Year: year, Reports: &total},
		Verdict: hold(n, total), Caveats: []string{Unit},
	}
	if strings.Contains(t.Source, "(secondary)") { // as totals.csv marks what NCMEC does not say itself
		r.Point.Status = pipeline.SecondaryHand
	}
	r.Loose = r.Verdict == Bound && n.loose(total)
	for _, part := range []struct {
		of    string
		count *pipeline.Count
	}{{"electronic service providers", t.ESP}, {"the public", t.Public}} {
		if part.count == nil {
			continue
		}
		r.Caveats = append(r.Caveats, fmt.Sprintf("The reports by %s among them: %s.", part.of, part.count))
		if (r.Verdict == Wrong || r.Loose) && close(n, *part.count) {
			r.Instead = append(r.Instead, fmt.Sprintf("%s is the number of reports by %s", part.count, part.of))
		}
	}
	for _, other := range ds.Totals {
		if (r.Verdict == Wrong || r.Loose) && other.Year != year && close(n, other.CyberTipline) {
			r.Instead = append(r.Instead, fmt.Sprintf("%s is the total of %d", other.CyberTipline, other.Year))
		}
	}
	r.Caveats = append(r.Caveats, "Source: "+t.Source)
	return r.withUnit(), nil
}
