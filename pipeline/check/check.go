// Package check holds figures against what their edition prints about itself,
// and versions of an edition against each other. In: tables, editions. Out:
// findings, changes, and the status an edition has earned. It decides nothing
// about names, and never changes a figure.
package check

import (
	"fmt"
	"slices"

	"espfigures/pipeline"
)

// Edition makes a table of a document an edition, with the status it has earned.
// It is verified only if a total is printed, the rows sum to it, and no finding
// of the reading (given in read) forbids it; checked where all that holds of a
// document that came by hand and whose bytes nobody knows. The printed total is
// a claim to test, never a value to fill in. A name that is printed twice is
// kept: the total tells whether both count.
func Edition(t pipeline.Table, doc pipeline.Document, read []pipeline.Finding) (pipeline.Edition, []pipeline.Finding) {
	var found []pipeline.Finding
	report := func(f pipeline.Finding) {
		f.Year, f.Document = t.Year, doc.SHA256
		found = append(found, f)
	}
	switch sum := t.Sum(); {
	case t.Total == nil:
		report(pipeline.Finding{
			Code: pipeline.TotalMissing, Severity: pipeline.Fail,
			What: fmt.Sprintf("no total is printed that the %d rows could be tested against", len(t.Rows)),
		})
	case sum != t.Total.Reports:
		report(pipeline.Finding{
			Code: pipeline.TotalMismatch, Severity: pipeline.Fail, At: t.Total.At,
			What: fmt.Sprintf("the %d rows sum to %s, the printed total is %s: a difference of %s", len(t.Rows), sum, t.Total.Reports, sum-t.Total.Reports),
		})
	}
	first := map[string]pipeline.Place{}
	for _, r := range t.Rows {
		at, again := first[r.Name]
		if !again {
			first[r.Name] = r.At
			continue
		}
		report(pipeline.Finding{
			Code: pipeline.DuplicateRow, Severity: pipeline.Warn, At: r.At,
			What: fmt.Sprintf("%q is printed again; its first row is on page %d, row %d", r.Name, at.Page, at.Row),
		})
	}
	e := pipeline.Edition{Year: t.Year, Document: doc, Title: t.Title, Rows: t.Rows, Total: t.Total, Status: pipeline.Verified, Readings: t.Readings}
	fails := func(f pipeline.Finding) bool { return f.Severity == pipeline.Fail }
	switch {
	case len(t.Rows) == 0 || t.Year == 0 || slices.ContainsFunc(slices.Concat(found, read), fails):
		e.Status = pipeline.Published
	case doc.Origin == pipeline.FromHand:
		e.Status = pipeline.Checked
	}
	return e, found
}

// Gate holds an edition's printed total against the ESP total that NCMEC gives
// elsewhere. An edition that contradicts it is not verified, unless the user has
// accepted its total; the finding says which of the two. A third party's
// transcription has no status to lose.
func Gate(e *pipeline.Edition, totals []pipeline.YearTotal, accepted bool) []pipeline.Finding {
	i := slices.IndexFunc(totals, func(t pipeline.YearTotal) bool { return t.Year == e.Year && t.ESP != nil })
	if i < 0 || e.Total == nil || e.Total.Reports == *totals[i].ESP {
		return nil
	}
	f := pipeline.Finding{
		Code: pipeline.TotalsDisagree, Severity: pipeline.Fail, Year: e.Year, Document: e.Document.SHA256, At: e.Total.At,
		What: fmt.Sprintf("the table prints a total of %s; %s gives %s reports by ESPs", e.Total.Reports, totals[i].Source, *totals[i].ESP),
		Mend: fmt.Sprintf("if the table is right, accept its total with --accept-total %d", e.Year),
	}
	switch {
	case e.Status == pipeline.SecondaryHand:
		f.Severity, f.Mend = pipeline.Warn, ""
	case accepted:
		f.Severity, f.Mend = pipeline.Warn, ""
		f.What += "; the user accepted the table's total (--accept-total)"
		e.TotalAccepted = true
	case e.Status == pipeline.Verified || e.Status == pipeline.Checked:
		e.Status = pipeline.Published
	}
	return []pipeline.Finding{f}
}

// Years reports the years between the first and last edition that no edition
// covers, and the editions that are a third party's.
func Years(eds []pipeline.Edition) []pipeline.Finding {
	var found []pipeline.Finding
	for i, e := range eds {
		if i > 0 {
			for y := eds[i-1].Year + 1; y < e.Year; y++ {
				found = append(found, pipeline.Finding{Code: pipeline.YearMissing, Severity: pipeline.Warn, Year: y, What: fmt.Sprintf("no edition of %d is held", y)})
			}
		}
		if e.Status == pipeline.SecondaryHand {
			found = append(found, pipeline.Finding{
				Code: pipeline.Secondary, Severity: pipeline.Note, Year: e.Year, Document: e.Document.Address(),
				What: fmt.Sprintf("%d rows transcribed by a third party, %.1f%% of the total of %s reports by ESPs; a platform that is not listed may still have reported", len(e.Rows), 100*e.Coverage(), e.Total.Reports),
				Mend: fmt.Sprintf("refresh with a network, or save NCMEC's %d document and use refresh --from", e.Year),
			})
		}
	}
	return found
}
