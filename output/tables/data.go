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
	t := Table{
		Name: "figures", Title: "Figures: one row for each printed or transcribed row",
		About: "Every row of NCMEC's yearly tables of CyberTipline reports per electronic service provider, with the platform and company it belongs to and where it is printed; rows of status secondary were transcribed by a third party. Two printed rows of one platform are two rows.",
		Fields: []Field{
			{Name: "year", Kind: Year, Required: true, About: "Calendar year the reports were made in."},
			{Name: "platform_id", Kind: Text, Required: true, About: "Stable identifier of the platform that the name in esp_name means; begins with unmatched- where nobody knows the name."},
			{Name: "platform", Kind: Text, Required: true, About: "The platform's name as people know it; the name in esp_name where nobody knows it."},
			{Name: "company_id", Kind: Text, About: "Stable identifier of the company that owned the platform on 31 December of the year."},
			{Name: "company", Kind: Text, About: "Name of that company."},
			{Name: "ownership", Kind: Text, Required: true, Enum: []Value{
				{string(compare.Owned), "a source names the owner"}, {string(compare.Independent), "a source says it has none above it"}, {string(compare.NotEstablished), "no source was found"}},
				About: "Whether the platform has an owner, has none, or nobody has established it."},
			kindField, categoryField,
			{Name: "esp_name", Kind: Text, Required: true, About: "The provider's name as printed in NCMEC's document, without the star of a combined row; for secondary figures the label of the transcription."},
			{Name: "reports", Kind: Integer, Unit: "reports", Required: true, About: "Number of CyberTipline reports. Not files, not images, not children: one report can hold many files."},
			{Name: "unit", Kind: Text, Required: true, Enum: []Value{{"reports", "CyberTipline reports"}}, About: "Unit of the number, always reports."},
			{Name: "status", Kind: Text, Required: true, Enum: statuses, About: "How far the figure can be trusted."},
			marksField,
			{Name: "page", Kind: Integer, About: "Page of the document, from 1. Blank for a third party's transcription."},
			{Name: "row", Kind: Integer, About: "Data row on that page in reading order, from 1."},
			{Name: "source_url", Kind: Text, About: "Address of the document, or of the third party's transcription."},
			{Name: "source_sha256", Kind: Text, Pattern: `[0-9a-f]{64}`, About: "SHA-256 of the document's bytes. Blank for a third party's transcription."},
			{Name: "printed_mark", Kind: Text, Enum: []Value{{"*", "combines related platforms"}}, About: "* where NCMEC printed a star with the name: the row combines the totals of related platforms. A few rows that combine platforms without a star have the mark c and no printed mark."},
		},
		Key:  []string{"year", "esp_name"},
		Refs: []Reference{{"year", "editions", "year"}, {"platform_id", "platforms-by-year", "id"}, {"company_id", "companies-by-year", "id"}},
	}
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
	page, row := positive(f.At.Page), positive(f.At.Row)
	return Row{f.Year, f.Platform, name, id, owner, string(state), kind, category, f.Name, f.Reports, "reports", string(f.Status), marks.String(),
		page, row, f.URL, f.SHA256, pipeline.Row{Combined: f.Combined}.Mark()}
}

// Editions has the documents behind the figures.
func Editions(m *compare.Model) Table {
	t := Table{
		Name: "editions", Title: "Editions: the documents behind the figures",
		About: "One row for each version of each year's table: those used, and those skipped for a better one.",
		Fields: []Field{
			{Name: "year", Kind: Year, Required: true, About: "Calendar year the table reports on."},
			{Name: "used", Kind: Boolean, Required: true, About: "true where the figures of the year come from this version."},
			statusField,
			{Name: "origin", Kind: Text, Enum: []Value{{string(pipeline.FromPublisher), "fetched from NCMEC over https"}, {string(pipeline.KnownBytes), "bytes whose hash the registry lists"}, {string(pipeline.WebArchive), "a web archive's copy of NCMEC's address"}, {string(pipeline.FromHand), "a file somebody saved"}}, About: "How sure it is that the bytes are NCMEC's."},
			{Name: "title", Kind: Text, About: "Printed title."},
			{Name: "source_url", Kind: Text, About: "Address of the document."},
			{Name: "source_sha256", Kind: Text, Pattern: `[0-9a-f]{64}`, About: "SHA-256 of the document's bytes, which names the version."},
			{Name: "mirror", Kind: Text, About: "Address of the copy the bytes came from where that is not the publisher."},
			{Name: "cited", Kind: Text, About: "The third party's transcription the rows come from. Blank for NCMEC's own document."},
			{Name: "retrieved", Kind: Moment, About: "When these bytes were first fetched."},
			{Name: "dated", Kind: Date, About: "Date the document gives for itself."},
			{Name: "document_bytes", Kind: Integer, Unit: "bytes", About: "Size of the document."},
			{Name: "row_count", Kind: Integer, Required: true, About: "Number of rows read."},
			{Name: "combined_rows", Kind: Integer, Required: true, About: "How many of them combine related platforms."},
			{Name: "printed_total", Kind: Integer, Unit: "reports", About: "Total the table prints for itself. Blank where it prints none."},
			{Name: "row_sum", Kind: Integer, Unit: "reports", Required: true, About: "Sum of the rows."},
			{Name: "coverage_percent", Kind: Number, Unit: "percent", About: "Sum of the rows as part of the printed total: 100 where they agree."},
			{Name: "readings", Kind: Text, About: "Independent readings of the document that agree on every row, separated by spaces."},
			{Name: "own_counts_agree", Kind: Integer, About: "Own counts of platforms that are within 1% of the figures of the year. Blank for a version that is not used."},
			{Name: "own_counts_close", Kind: Integer, About: "Own counts that are within 5%."},
			{Name: "own_counts_differ", Kind: Integer, About: "Own counts that differ by more; own-counts-by-year says why where that is known."},
			{Name: "own_counts_agree_percent", Kind: Number, Unit: "percent", About: "Part of all providers' reports of the year that the agreeing own counts bear out."},
		},
		Key: []string{"year", "source_sha256", "cited"},
	}
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
		e.Document.Retrieved, day(e.Document.Dated), size, len(e.Rows), combined, total, e.Sum(), coverage, strings.Join(e.Readings, " ")}
}

// borneOut are the cells on what platforms say of themselves.
func borneOut(m *compare.Model, year int, used bool) Row {
	if !used {
		return Row{nil, nil, nil, nil}
	}
	b := m.BorneOut(year)
	return Row{b.Agree, b.Close, b.Differ, 100 * b.Share}
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// Breaks has every break in comparability with its source.
func Breaks(m *compare.Model) Table {
	t := Table{
		Name: "breaks", Title: "Breaks in comparability", About: "Why two years of a series cannot be compared, or only with care.",
		Fields: []Field{
			{Name: "id", Kind: Text, Required: true, About: "Identifier, as in the column reasons of the series tables."},
			{Name: "who", Kind: Text, Required: true, About: "Id of the platform or company concerned, or all."},
			{Name: "from_year", Kind: Year, Required: true, About: "The break comes after this year."},
			{Name: "to_year", Kind: Year, Required: true, About: "The break comes before this year; the same as from_year where it concerns that one year."},
			{Name: "break_kind", Kind: Text, About: "Sort of break, such as scope-split, method, unit, law, shutdown."},
			{Name: "forbids", Kind: Text, Required: true, Enum: []Value{
				{string(pipeline.ForbidsPlatform), "the platform's own change; its company compares"},
				{string(pipeline.ForbidsChange), "any change"},
				{string(pipeline.ForbidsNothing), "nothing: the change is shown with care"}}, About: "What may not be shown."},
			{Name: "measures", Kind: Text, About: "Measures the break touches, separated by \";\": reports, share, rank. Blank for all of them."},
			{Name: "description", Kind: Text, About: "What changed."},
			{Name: "source", Kind: Text, About: "Where that is documented."},
			{Name: "from_user", Kind: Boolean, Required: true, About: "true for a break of the user's own registry layer."},
		},
		Key: []string{"id"},
	}
	for _, b := range m.Data.Breaks {
		var measures []string
		for _, v := range b.Measures {
			measures = append(measures, string(v))
		}
		t.Rows = append(t.Rows, Row{b.ID, b.Who, b.From, b.To, b.Kind, string(b.Forbids), strings.Join(measures, ";"), b.Description, b.Source, b.User})
	}
	return t
}

// Totals has the CyberTipline's totals.
func Totals(m *compare.Model) Table {
	t := Table{
		Name: "totals", Title: "Totals by year",
		About: "Totals of the CyberTipline from NCMEC's other publications. Reports from the public are additional to those of electronic service providers.",
		Fields: []Field{
			{Name: "year", Kind: Year, Required: true, About: "Calendar year."},
			{Name: "cybertipline", Kind: Integer, Unit: "reports", Required: true, About: "All reports to the CyberTipline."},
			{Name: "esp", Kind: Integer, Unit: "reports", About: "Reports by electronic service providers. Blank where not given."},
			{Name: "from_public", Kind: Integer, Unit: "reports", About: "Reports from the public. Blank where not given."},
			{Name: "source", Kind: Text, About: "Where the totals are published."},
			{Name: "status", Kind: Text, Required: true, Enum: statuses, About: "published: given by NCMEC in another publication. secondary: given by a third party. Never verified: no rows prove it."},
			{Name: "source_url", Kind: Text, About: "Address in the source. Blank where it names none."},
		},
		Key: []string{"year"},
	}
	for i := range m.Data.Totals {
		y := &m.Data.Totals[i]
		t.Rows = append(t.Rows, Row{y.Year, y.CyberTipline, count(y.ESP), count(y.Public), y.Source, string(m.Data.TotalStatus(y)), pipeline.AddressIn(y.Source)})
	}
	return t
}

// OwnCounts has what platforms say of themselves.
func OwnCounts(m *compare.Model) Table {
	t := Table{
		Name: "own-counts", Title: "Own counts: what platforms say they reported",
		About: "How many reports to NCMEC platforms publish for themselves, by period, with the source of each.",
		Fields: []Field{
			{Name: "platform_ids", Kind: Text, Required: true, About: "Ids of the platforms that the count covers together, separated by \";\"."},
			{Name: "from_day", Kind: Date, Required: true, About: "First day of the period."},
			{Name: "to_day", Kind: Date, Required: true, About: "Last day of the period."},
			{Name: "reports", Kind: Integer, Unit: "reports", Required: true, About: "Reports to NCMEC, by the platform's own count."},
			{Name: "covers", Kind: Text, About: "What the count includes or leaves out."},
			{Name: "rounded", Kind: Boolean, Required: true, About: "true where the platform gives a rounded number."},
			{Name: "second_hand", Kind: Boolean, Required: true, About: "true where it is known only from a third party's collection."},
			{Name: "title", Kind: Text, About: "Title of the platform's report."},
			{Name: "published_on", Kind: Text, About: "Date of that report."},
			{Name: "source", Kind: Text, Required: true, About: "Where it is published."},
		},
		Key: []string{"platform_ids", "from_day", "to_day", "covers", "source"},
	}
	for _, o := range m.Data.OwnCounts {
		t.Rows = append(t.Rows, Row{strings.Join(o.Platforms, ";"), o.From, o.To, o.Reports, o.Covers, o.Rounded, o.SecondHand, o.Title, o.Published, o.Source})
	}
	return t
}

// OwnYears sets the own counts of each year next to NCMEC's figures.
func OwnYears(m *compare.Model) Table {
	t := Table{
		Name: "own-counts-by-year", Title: "Own counts next to NCMEC's figures, by year",
		About: "What platforms say they reported in each year, next to what NCMEC counts for the same platforms: whether the two agree, and why not where that is known.",
		Fields: []Field{
			{Name: "platform_ids", Kind: Text, Required: true, About: "Ids of the platforms that the own count covers together, separated by \";\"."},
			{Name: "counted_by", Kind: Text, Required: true, About: "Whose count it is: the platform, or the company of several."},
			{Name: "year", Kind: Year, Required: true, About: "Calendar year."},
			{Name: "own_reports", Kind: Integer, Unit: "reports", Required: true, About: "Reports to NCMEC by the platforms' own count: the sum of the periods on file."},
			{Name: "periods", Kind: Text, Required: true, About: "Periods added up, as first and last day, separated by \";\"."},
			{Name: "reports", Kind: Integer, Unit: "reports", About: "NCMEC's figure for the same platforms. Blank where the year has none of them."},
			statusField,
			{Name: "difference", Kind: Integer, Unit: "reports", About: "Own count less NCMEC's figure. Blank where the two cannot be compared."},
			{Name: "difference_percent", Kind: Number, Unit: "percent", About: "The same as a percentage of NCMEC's figure."},
			{Name: "agreement", Kind: Text, Required: true, Enum: []Value{
				{string(compare.Agrees), "within 1%"}, {string(compare.Close), "within 5%"}, {string(compare.Differs), "by more than 5%"},
				{string(compare.Unfinished), "the periods on file do not make up the year, or NCMEC's side may lack rows"}}, About: "How far the two agree."},
			{Name: "reason", Kind: Text, About: "Why they differ, or \"not explained\"."},
			{Name: "rounded", Kind: Boolean, Required: true, About: "true where the platform gives a rounded number."},
			{Name: "second_hand", Kind: Boolean, Required: true, About: "true where it is known only from a third party's collection."},
			{Name: "source", Kind: Text, Required: true, About: "Where the own counts are published."},
		},
		Key: []string{"platform_ids", "year"},
	}
	for _, w := range m.Witnesses() {
		var periods, sources []string
		for _, o := range w.Parts {
			periods = append(periods, o.From+"/"+o.To)
			if !slices.Contains(sources, o.Source) {
				sources = append(sources, o.Source)
			}
		}
		var percent any
		if w.Percent != nil {
			percent = *w.Percent
		}
		t.Rows = append(t.Rows, Row{strings.Join(w.Parts[0].Platforms, ";"), w.Who, w.Year, w.Own, strings.Join(periods, ";"), count(w.NCMEC), string(w.Status),
			count(w.Difference), percent, string(w.Agreement), w.Reason, w.Rounded, w.SecondHand, strings.Join(sources, " ; ")})
	}
	return t
}

// Findings has what is odd in the data or its sources.
func Findings(m *compare.Model) Table {
	t := Table{
		Name: "findings", Title: "Findings: what is odd in the data or its sources", About: "Everything the checks found, most serious first.",
		Fields: []Field{
			{Name: "severity", Kind: Text, Required: true, Enum: []Value{
				{string(pipeline.Fail), "figures may not be published as verified"}, {string(pipeline.Warn), "look before publishing"}, {string(pipeline.Note), "good to know"}}, About: "How serious it is."},
			{Name: "code", Kind: Text, Required: true, About: "Sort of finding, a fixed word to filter by."},
			{Name: "year", Kind: Year, About: "Year concerned. Blank where it concerns no one year."},
			{Name: "document", Kind: Text, About: "SHA-256, address or name of the document concerned."},
			{Name: "page", Kind: Integer, About: "Page of the document, from 1."},
			{Name: "row", Kind: Integer, About: "Row on that page, from 1."},
			{Name: "what", Kind: Text, Required: true, About: "What was found."},
			{Name: "suggested_fix", Kind: Text, About: "What would fix it, such as a line to add to a registry file."},
		},
		Key: []string{"code", "year", "document", "page", "row", "what"},
	}
	for _, f := range m.Data.Findings {
		t.Rows = append(t.Rows, Row{string(f.Severity), string(f.Code), positive(f.Year), f.Document, positive(f.At.Page), positive(f.At.Row), f.What, f.Mend})
	}
	return t
}

// Changes has the rows that differ between two versions of one year's table.
func Changes(m *compare.Model) Table { return ChangesOf(m.Data.Changes) }

// ChangesOf has rows that differ between two sets of figures.
func ChangesOf(changes []pipeline.Change) Table {
	t := Table{
		Name: "changes", Title: "Changes: rows that differ between two versions of one year's table",
		About: "NCMEC revises documents at the same address. One row for each printed row that was added, removed, renamed or given another number.",
		Fields: []Field{
			{Name: "year", Kind: Year, Required: true, About: "Calendar year the table reports on."},
			{Name: "change_kind", Kind: Text, Required: true, Enum: []Value{
				{string(pipeline.RowAdded), "the row is new"}, {string(pipeline.RowRemoved), "the row is gone"},
				{string(pipeline.RowRevised), "another number"}, {string(pipeline.RowRenamed), "the same platform and number under another printed name"}}, About: "What happened to the row."},
			{Name: "esp_name", Kind: Text, Required: true, About: "Name as printed; for secondary figures the label of the transcription."},
			{Name: "platform_id", Kind: Text, About: "Platform the name belongs to."},
			{Name: "old_reports", Kind: Integer, Unit: "reports", About: "Number before. Blank for an added row."},
			{Name: "new_reports", Kind: Integer, Unit: "reports", About: "Number after. Blank for a removed row."},
			{Name: "before_version", Kind: Text, About: "Earlier version: SHA-256 of its document, snapshot: and a hash, or secondary."},
			{Name: "after_version", Kind: Text, About: "Later version."},
		},
		Key: []string{"year", "change_kind", "esp_name", "before_version", "after_version"},
	}
	for _, c := range changes {
		t.Rows = append(t.Rows, Row{c.Year, string(c.Kind), c.Name, c.Platform, count(c.Old), count(c.New), c.Before, c.After})
	}
	return t
}

// Codebook has every column of the tables, as a table: a database holds its own.
func Codebook(all []Table) Table {
	t := Table{
		Name: "codebook", Title: "Codebook: every column of every table", About: "What each column means, with its type, unit and closed set of values.",
		Fields: []Field{
			{Name: "table_name", Kind: Text, Required: true, About: "Name of the table."},
			{Name: "column_name", Kind: Text, Required: true, About: "Name of the column."},
			{Name: "column_type", Kind: Text, Required: true, About: "Type of its values."},
			{Name: "unit", Kind: Text, About: "Unit of its numbers."},
			{Name: "meaning", Kind: Text, Required: true, About: "What it says."},
			{Name: "allowed_values", Kind: Text, About: "The closed set of its values with their meanings, separated by \"; \"."},
		},
		Key: []string{"table_name", "column_name"},
	}
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
