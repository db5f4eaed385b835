package tables

import (
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// Figures has one row for each printed or transcribed row.
func Figures(m *compare.Model) Table {
	t := define("figures", nil)
	for i := range m.Data.Figures {
		t.Rows = append(t.Rows, figureRow(m, &m.Data.Figures[i]))
	}
	return t
}

func figureRow(m *compare.Model, f *pipeline.Figure) Row {
	name, kind, category := f.Name, "", ""
	marks := f.Flags
	if s := m.Platform(f.Platform); s != nil {
		name, kind, category = s.Name, string(s.Kind), s.Category
		marks = s.At(f.Year).Marks
	}
	company, state := m.Owner(f.Platform, f.Year)
	id, owner := "", ""
	if company != nil {
		id, owner = company.ID, company.Name
	}
	page, row := Positive(f.At.Page), Positive(f.At.Row)
	return Row{f.Year, f.Platform, name, id, owner, string(state), kind, category, f.Name, f.Reports, "reports", string(f.Status), marks.String(),
		page, row, f.URL, f.SHA256, pipeline.Row{Combined: f.Combined}.Mark()}
}

// Editions has the documents behind the figures.
func Editions(m *compare.Model) Table {
	t := define("editions", nil)
	add := func(list []pipeline.Edition, used bool) {
		for i := range list {
			t.Rows = append(t.Rows, append(editionRow(&list[i], used), borneOut(m, list[i].Year, used)...))
		}
	}
	add(m.Data.Editions, true)
	add(m.Data.Passed, false)
	slices.SortStableFunc(t.Rows, func(a, b Row) int { return a[0].(int) - b[0].(int) })
	return t
}

func editionRow(e *pipeline.Edition, used bool) Row {
	combined := 0
	for _, r := range e.Rows {
		if r.Combined {
			combined++
		}
	}
	var total, coverage, size any
	if e.Total != nil {
		total = e.Total.Reports
		if e.Total.Reports != 0 {
			coverage = 100 * e.Coverage()
		}
	}
	if e.Document.Size != 0 {
		size = pipeline.Count(e.Document.Size)
	}
	return Row{e.Year, used, string(e.Status), string(e.Document.Origin), e.Title, e.Document.Address(), e.Document.SHA256, e.Document.Mirror, e.Source,
		e.Document.Retrieved, Day(e.Document.Dated), size, len(e.Rows), combined, total, e.Sum(), coverage, strings.Join(e.Readings, " ")}
}

// borneOut are the cells on what platforms say of themselves.
func borneOut(m *compare.Model, year int, used bool) Row {
	if !used {
		return Row{nil, nil, nil, nil}
	}
	b := m.BorneOut(year)
	return Row{b.Agree, b.Close, b.Differ, 100 * b.Share}
}

// Day is the date of a moment, "" where there is none.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// Breaks has every break in comparability with its source.
func Breaks(m *compare.Model) Table {
	t := define("breaks", nil)
	for _, b := range m.Data.Breaks {
		t.Rows = append(t.Rows, BreakRow(b))
	}
	return t
}

// BreakRow is the row of one break.
func BreakRow(b pipeline.Break) Row {
	var measures []string
	for _, v := range b.Measures {
		measures = append(measures, string(v))
	}
	return Row{b.ID, b.Who, b.From, b.To, b.Kind, string(b.Forbids), strings.Join(measures, ";"), b.Description, b.Source, b.User}
}

// Totals has the CyberTipline's totals.
func Totals(m *compare.Model) Table {
	t := define("totals", nil)
	for i := range m.Data.Totals {
		y := &m.Data.Totals[i]
		t.Rows = append(t.Rows, Row{y.Year, y.CyberTipline, Maybe(y.ESP), Maybe(y.Public), y.Source, string(y.Status()), pipeline.AddressIn(y.Source)})
	}
	return t
}

// OwnCounts has what platforms say of themselves.
func OwnCounts(m *compare.Model) Table {
	t := define("own-counts", nil)
	for _, o := range m.Data.OwnCounts {
		t.Rows = append(t.Rows, Row{strings.Join(o.Platforms, ";"), o.From, o.To, o.Reports, o.Covers, o.Rounded, o.SecondHand, o.Title, o.Published, o.Source})
	}
	return t
}

// OwnYears sets the own counts of each year next to NCMEC's figures.
func OwnYears(m *compare.Model) Table {
	t := define("own-counts-by-year", nil)
	for _, w := range m.Witnesses() {
		var periods []string
		for _, o := range w.Parts {
			periods = append(periods, o.From+"/"+o.To)
		}
		t.Rows = append(t.Rows, Row{strings.Join(w.Parts[0].Platforms, ";"), w.Who, w.Year, w.Own, strings.Join(periods, ";"), Maybe(w.NCMEC), string(w.Status),
			Maybe(w.Difference), Maybe(w.Percent), string(w.Agreement), w.Reason, w.Rounded, w.SecondHand, w.Sources()})
	}
	return t
}

// Findings has what is odd in the data or its sources.
func Findings(m *compare.Model) Table {
	t := define("findings", nil)
	for _, f := range m.Data.Findings {
		t.Rows = append(t.Rows, Row{string(f.Severity), string(f.Code), Positive(f.Year), f.Document, Positive(f.At.Page), Positive(f.At.Row), f.What, f.Mend})
	}
	return t
}

// Changes has the rows that differ between two versions of one year's table.
func Changes(m *compare.Model) Table { return ChangesOf(m.Data.Changes) }

// ChangesOf has rows that differ between two sets of figures.
func ChangesOf(changes []pipeline.Change) Table {
	t := define("changes", nil)
	for _, c := range changes {
		t.Rows = append(t.Rows, Row{c.Year, string(c.Kind), c.Name, c.Platform, Maybe(c.Old), Maybe(c.New), c.Before, c.After})
	}
	return t
}

// Codebook has every column of the tables, as a table: a database holds its own.
func Codebook(all []Table) Table {
	t := define("codebook", nil)
	for _, described := range all {
		for _, f := range described.Fields {
			var list []string
			for _, v := range f.Enum {
				list = append(list, strings.TrimSuffix(v.Value+": "+v.Meaning, ": "))
			}
			t.Rows = append(t.Rows, Row{strings.ReplaceAll(described.Name, "-", "_"), f.Name, string(f.Kind), f.Unit, f.About, strings.Join(list, "; ")})
		}
	}
	return t
}
