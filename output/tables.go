package output

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"espfigures/output/words"
	"espfigures/pipeline"
)

// A table is one set of rows with its codebook. CSV files, datapackage.json
// and the Parquet schema are all made from it, so they cannot disagree.
type csvTable struct {
	name, title, about string

	fields  []field
	key     []string
	foreign []foreignKey

	// rows gives every row in its stable order, with at least the columns that
	// are wanted. The slice is used again for the next row. Texts are as they
	// are; who writes CSV guards them.
	rows func(ds *pipeline.Dataset, want columnSet, emit func(row []string) error) error
	// comparison gives the years of a wide table.
	comparison func(ds *pipeline.Dataset) *pipeline.Comparison
}

// A columnSet holds the columns of a table that somebody asks for, so that
// numbers nobody looks at are not put into words. Columns from the 64th on (years
// of a wide table) are in every set.
type columnSet uint64

const allColumns columnSet = 1<<64 - 1

func (s columnSet) has(i int) bool { return i >= 64 || s&(1<<i) != 0 }

func (s columnSet) any(columns ...int) bool { return slices.ContainsFunc(columns, s.has) }

// columnsThat returns the set of the columns that f holds for.
func columnsThat(columns []field, f func(field) bool) columnSet {
	var s columnSet
	for i := range min(len(columns), 64) {
		if f(columns[i]) {
			s |= 1 << i
		}
	}
	return s
}

// field is one column: its name, its type in Table Schema's words, and its
// codebook text.
type field struct {
	name, kind, about string

	enum     []string
	pattern  string
	required bool
	count    bool // a number of things: never negative
}

type foreignKey struct{ field, csvTable, to string }

// columns returns the columns of the table for the Dataset, years included.
func (t *csvTable) columns(ds *pipeline.Dataset) []field {
	fields := t.fields
	if t.comparison != nil {
		for _, y := range t.comparison(ds).Years {
			fields = append(fields[:len(fields):len(fields)], field{name: strconv.Itoa(y), kind: "integer", count: true,
				about: "CyberTipline reports in " + strconv.Itoa(y) + ". Blank: no row of its own, or no edition; never zero. series.csv says why."})
		}
	}
	return fields
}

var (
	kinds    = names(pipeline.Kinds)
	statuses = names([]pipeline.Status{pipeline.Verified, pipeline.Published, pipeline.SecondaryHand})

	flagsField = field{name: "flags", kind: "string", pattern: `[bcrsxz]( [bcrsxz])*`, about: "Shorthand letters separated by spaces. " + flagCodebook()}
	statusText = "verified: read from NCMEC's document, whose rows sum to its printed total. published: read from NCMEC's document, which failed a check. secondary: transcribed by a third party."
)

var figuresTable = csvTable{
	name:  "figures",
	title: "Figures: one row for each printed or transcribed row",
	about: "Every row held of NCMEC's yearly tables of CyberTipline reports per electronic service provider, with the platform and company it belongs to and where it is printed; rows of status secondary were transcribed by a third party. Two printed rows of one platform stay two rows.",
	fields: []field{
		{name: "year", kind: "year", required: true, about: "Calendar year the reports were made in."},
		{name: "platform_id", kind: "string", required: true, about: "Stable identifier of the platform the name in esp_name belongs to; begins with unmatched- where nobody knows the name."},
		{name: "platform", kind: "string", required: true, about: "The platform's name as people know it; the name in esp_name where nobody knows it."},
		{name: "company_id", kind: "string", about: "Stable identifier of the company that owned the platform on 31 December of the year. Blank where no source names an owner."},
		{name: "company", kind: "string", about: "Name of that company."},
		{name: "kind", kind: "string", enum: kinds, about: "What sort of reporter this is. NCMEC lists hotlines and its own services beside the platforms people use."},
		{name: "esp_name", kind: "string", required: true, about: "The provider's name as printed in NCMEC's document, without the star of a combined row; for secondary figures the label of the transcription."},
		{name: "reports", kind: "integer", required: true, count: true, about: "Number of CyberTipline reports. Not files, not images, not children: one report can hold many files."},
		{name: "unit", kind: "string", required: true, enum: []string{"reports"}, about: "Unit of the number, always reports."},
		{name: "status", kind: "string", required: true, enum: statuses, about: statusText},
		flagsField,
		{name: "page", kind: "integer", about: "Page of the document the row stands on, from 1. Blank for a third party's transcription."},
		{name: "source_url", kind: "string", about: "Address of the document, or of the third party's transcription."},
		{name: "source_sha256", kind: "string", pattern: `[0-9a-f]{64}`, about: "SHA-256 of the document's bytes. Blank for a third party's transcription."},
		{name: "mark", kind: "string", enum: []string{"*"}, about: "* where NCMEC printed a star beside the name: the row combines the totals of related platforms. Blank where none is printed; a few rows that combine platforms without a star carry the flag c and no mark. Added in version 1.1.0."},
	},
	key: []string{"year", "esp_name"},
	foreign: []foreignKey{
		{"year", "editions", "year"},
		{"platform_id", "platforms-by-year", "id"},
		{"company_id", "companies-by-year", "id"},
	},
	rows: func(ds *pipeline.Dataset, _ columnSet, emit func([]string) error) error {
		row := make([]string, 15)
		return figureRows(ds, pipeline.NewIndex(ds), 0, func(f *figureRow) error {
			row[0], row[1], row[2], row[3], row[4], row[5], row[6] = strconv.Itoa(int(f.Year)), f.PlatformID, f.Platform, f.CompanyID, f.Company, f.Kind, f.Name
			row[7], row[8], row[9], row[10] = strconv.FormatInt(f.Reports, 10), f.Unit, f.Status, f.Flags
			row[11], row[12], row[13], row[14] = number(int(f.Page)), f.URL, f.SHA256, f.Mark
			return emit(row)
		})
	},
}

var platformsTable = csvTable{
	name:  "platforms-by-year",
	title: "Platforms by year",
	about: "Reports of each platform in each year, one row a platform, largest in the newest complete year first. Rows of one platform printed under several names are added up. A blank is not zero: the platform may have reported nothing, or stand inside another platform's combined row; series.csv says which.",
	fields: []field{
		{name: "id", kind: "string", required: true, about: "Stable identifier of the platform, as platform_id in figures.csv."},
		{name: "name", kind: "string", required: true, about: "The platform's name."},
		{name: "kind", kind: "string", enum: kinds, about: "What sort of reporter this is."},
	},
	key:        []string{"id"},
	comparison: func(ds *pipeline.Dataset) *pipeline.Comparison { return &ds.ByPlatform },
	rows: func(ds *pipeline.Dataset, want columnSet, emit func([]string) error) error {
		return wideRows(&ds.ByPlatform, func(s *pipeline.Series) string { return string(s.Kind) }, want, emit)
	},
}

var companiesTable = csvTable{
	name:  "companies-by-year",
	title: "Companies by year",
	about: "Reports of each company in each year: the sum over the platforms it owned on 31 December of that year. The members of every sum stand in the column members of series.csv, and figures.csv names the owner in each row. A platform whose owner no source names stands for itself.",
	fields: []field{
		{name: "id", kind: "string", required: true, about: "Stable identifier of the company, as company_id in figures.csv; for kind alone the platform_id."},
		{name: "name", kind: "string", required: true, about: "The company's name."},
		{name: "kind", kind: "string", required: true, enum: []string{"company", "alone"}, about: "company, or alone: a platform whose owner no source names, standing for itself."},
	},
	key:        []string{"id"},
	comparison: func(ds *pipeline.Dataset) *pipeline.Comparison { return &ds.ByCompany },
	rows: func(ds *pipeline.Dataset, want columnSet, emit func([]string) error) error {
		return wideRows(&ds.ByCompany, companyKind, want, emit)
	},
}

var pointsTable = csvTable{
	name:  "series",
	title: "Series: every platform and company in every year, with shares, ranks and changes",
	about: "The wide tables in long form, with what they cannot hold: why a value is missing, share, rank, change from the year before, breaks, and the members of a company's sum.",
	fields: []field{
		{name: "by", kind: "string", required: true, enum: []string{"platform", "company"}, about: "Whether the row is about a platform or a company."},
		{name: "id", kind: "string", required: true, about: "Identifier, as in platforms-by-year.csv or companies-by-year.csv."},
		{name: "name", kind: "string", required: true, about: "Name of the platform or company."},
		{name: "year", kind: "year", required: true, about: "Calendar year."},
		{name: "reports", kind: "integer", count: true, about: "Number of CyberTipline reports; blank where missing says why."},
		{name: "missing", kind: "string", enum: names([]pipeline.Missing{pipeline.NoRow, pipeline.InsideRow, pipeline.NotCovered, pipeline.NoEdition, pipeline.NotInRollUp}),
			about: "Why there is no number. no-row: the edition has no such row, so it reported nothing or stands inside another row; not zero. inside-row: likely inside the combined row named by inside. not-covered: the year's only source is partial. no-edition: no edition of the year is held. not-owned: a company that owned no listed platform."},
		{name: "inside", kind: "string", about: "platform_id of the combined row that likely holds the reports."},
		{name: "share", kind: "number", about: "Part of all reports by electronic service providers in the year, from 0 to 1, by the printed total."},
		{name: "rank", kind: "integer", about: "1 is the largest reporter of the year among platforms, or among companies; equal numbers share a rank."},
		{name: "change", kind: "integer", about: "Reports more than in the year before. Blank where either year has no number, or a break forbids the comparison."},
		{name: "percent", kind: "number", about: "The same in percent: 32.4 means 32.4% more. Where the year before (reports less change) has fewer than " + pipeline.SmallBase.String() + " reports, a percentage says little."},
		{name: "broken", kind: "boolean", required: true, about: "true where a break forbids comparing with the year before."},
		{name: "breaks", kind: "string", about: "Identifiers of the breaks between the year before and this year, separated by spaces; breaks.csv describes them."},
		{name: "status", kind: "string", enum: statuses, about: "Weakest status of the figures added up. " + statusText},
		flagsField,
		{name: "members", kind: "string", about: "For companies: platform_ids added up, largest first, separated by spaces."},
		{name: "joined", kind: "string", about: "For companies: platform_ids that joined since the year before, separated by spaces. They were owned on 31 December of this year, not of the year before, and have a figure in one of the two: the change holds what they brought. Added in version 1.1.0."},
		{name: "left", kind: "string", about: "For companies: platform_ids that left since the year before, separated by spaces. They were owned on 31 December of the year before, not of this year, and have a figure in one of the two: the change holds what they took away. Added in version 1.1.0."},
	},
	key:  []string{"by", "id", "year"},
	rows: seriesRows,
}

var editionsTable = csvTable{
	name:  "editions",
	title: "Editions: the documents behind the figures",
	about: "One row for each version of each year's table that is held: those used, and those passed over for a better one.",
	fields: []field{
		{name: "year", kind: "year", required: true, about: "Calendar year the table reports on."},
		{name: "used", kind: "boolean", required: true, about: "true where the figures of the year come from this version."},
		{name: "status", kind: "string", enum: statuses, about: statusText},
		{name: "title", kind: "string", about: "Printed title."},
		{name: "source_url", kind: "string", about: "Address of the document."},
		{name: "source_sha256", kind: "string", pattern: `[0-9a-f]{64}`, about: "SHA-256 of the document's bytes, which names the version."},
		{name: "mirror", kind: "string", about: "Address of the copy the bytes came from where that is not the publisher."},
		{name: "cited", kind: "string", about: "The third party's transcription the rows come from. Blank for NCMEC's own document."},
		{name: "retrieved", kind: "datetime", about: "When these bytes were first fetched."},
		{name: "dated", kind: "datetime", about: "Date the document gives for itself."},
		{name: "bytes", kind: "integer", count: true, about: "Size of the document."},
		{name: "rows", kind: "integer", required: true, count: true, about: "Number of rows read."},
		{name: "combined_rows", kind: "integer", required: true, count: true, about: "How many of them combine related platforms."},
		{name: "printed_total", kind: "integer", count: true, about: "Total the table prints for itself. Blank where it prints none."},
		{name: "sum", kind: "integer", required: true, count: true, about: "Sum of the rows."},
		{name: "coverage", kind: "number", about: "Sum of the rows as part of the printed total: 1 where they agree."},
		{name: "readings", kind: "string", about: "Independent readings of the document that agree on every row, separated by spaces."},
	},
	rows: editionRows,
}

var breaksTable = csvTable{
	name:  "breaks",
	title: "Breaks in comparability",
	about: "Why two years of a series cannot be compared, or only with a caveat.",
	fields: []field{
		{name: "id", kind: "string", required: true, about: "Identifier, as in the column breaks of series.csv."},
		{name: "who", kind: "string", required: true, about: "platform_id or company_id concerned, or all."},
		{name: "from_year", kind: "year", required: true, about: "The break lies after this year."},
		{name: "to_year", kind: "year", required: true, about: "The break lies before this year; the same as from_year where it concerns that one year."},
		{name: "kind", kind: "string", about: "Sort of break, such as scope-split, method, unit, law, shutdown."},
		{name: "forbids", kind: "string", required: true, enum: names([]pipeline.Forbids{pipeline.ForbidsPlatform, pipeline.ForbidsChange, pipeline.ForbidsNothing}),
			about: "platform: the platform's own change; its company's holds. change: any change. nothing: the change is shown with the caveat."},
		{name: "description", kind: "string", about: "What changed."},
		{name: "source", kind: "string", about: "Where that is documented."},
	},
	key: []string{"id"},
	rows: func(ds *pipeline.Dataset, _ columnSet, emit func([]string) error) error {
		return each(ds.Breaks, func(b pipeline.Break) error {
			return emit([]string{b.ID, b.Who, strconv.Itoa(b.From), strconv.Itoa(b.To), b.Kind, string(b.Forbids), b.Description, b.Source})
		})
	},
}

var totalsTable = csvTable{
	name:  "totals",
	title: "Totals by year",
	about: "Totals of the CyberTipline from NCMEC's other publications. Reports by the public come on top of those by electronic service providers.",
	fields: []field{
		{name: "year", kind: "year", required: true, about: "Calendar year."},
		{name: "cybertipline", kind: "integer", required: true, count: true, about: "All reports to the CyberTipline."},
		{name: "esp", kind: "integer", count: true, about: "Reports by electronic service providers. Blank where not given."},
		{name: "public", kind: "integer", count: true, about: "Reports by the public. Blank where not given."},
		{name: "source", kind: "string", about: "Where the totals are published."},
		{name: "status", kind: "string", required: true, enum: names([]pipeline.Status{pipeline.Published, pipeline.SecondaryHand}), about: "published: given by NCMEC in another publication. secondary: given by a third party. Never verified: no rows stand behind it here; for that see editions.csv. Added in version 1.1.0."},
		{name: "source_url", kind: "string", about: "Address in the source. Blank where it names none. Added in version 1.1.0."},
	},
	key: []string{"year"},
	rows: func(ds *pipeline.Dataset, _ columnSet, emit func([]string) error) error {
		return each(ds.Totals, func(t pipeline.YearTotal) error {
			return emit([]string{strconv.Itoa(t.Year), digits(&t.CyberTipline), digits(t.ESP), digits(t.Public), t.Source, string(words.TotalStatus(ds, &t)), words.AddressIn(t.Source)})
		})
	},
}

var findingsTable = csvTable{
	name:  "findings",
	title: "Findings: what is odd in the data or its sources",
	about: "Everything the checks found, gravest first.",
	fields: []field{
		{name: "severity", kind: "string", required: true, enum: names([]pipeline.Severity{pipeline.Fail, pipeline.Warn, pipeline.Note}),
			about: "fail: figures may not be published as verified. warn: look before publishing. note: good to know."},
		{name: "code", kind: "string", required: true, about: "Sort of finding, a fixed word to filter by."},
		{name: "year", kind: "year", about: "Year concerned. Blank where it concerns no one year."},
		{name: "document", kind: "string", about: "SHA-256, address or name of the document concerned."},
		{name: "page", kind: "integer", about: "Page of the document, from 1."},
		{name: "row", kind: "integer", about: "Row on that page, from 1."},
		{name: "what", kind: "string", required: true, about: "What was found."},
		{name: "mend", kind: "string", about: "What would mend it."},
	},
	rows: func(ds *pipeline.Dataset, _ columnSet, emit func([]string) error) error {
		return each(ds.Findings, func(f pipeline.Finding) error {
			return emit([]string{string(f.Severity), string(f.Code), number(f.Year), f.Document, number(f.At.Page), number(f.At.Row), f.What, f.Mend})
		})
	},
}

var changesTable = csvTable{
	name:  "changes",
	title: "Changes: rows that differ between two versions of one year's table",
	about: "NCMEC revises documents at the same address. One row for each printed row that was added, removed or given another number.",
	fields: []field{
		{name: "year", kind: "year", required: true, about: "Calendar year the table reports on."},
		{name: "kind", kind: "string", required: true, enum: names([]pipeline.ChangeKind{pipeline.RowAdded, pipeline.RowRemoved, pipeline.RowRevised}), about: "What happened to the row."},
		{name: "esp_name", kind: "string", required: true, about: "Name as printed; for secondary figures the label of the transcription."},
		{name: "platform_id", kind: "string", about: "Platform the name belongs to."},
		{name: "old_reports", kind: "integer", count: true, about: "Number before. Blank for an added row."},
		{name: "new_reports", kind: "integer", count: true, about: "Number after. Blank for a removed row."},
		{name: "before", kind: "string", about: "Earlier version: SHA-256 of its document, snapshot: and a hash, or secondary."},
		{name: "after", kind: "string", about: "Later version."},
	},
	rows: func(ds *pipeline.Dataset, _ columnSet, emit func([]string) error) error {
		return each(ds.Changes, func(c pipeline.Change) error {
			return emit([]string{strconv.Itoa(c.Year), string(c.Kind), c.Name, c.Platform, digits(c.Old), digits(c.New), c.Before, c.After})
		})
	},
}

// tables lists every table, in the order of Outputs.
var tables = []*csvTable{&figuresTable, &platformsTable, &companiesTable, &pointsTable, &editionsTable, &breaksTable, &totalsTable, &findingsTable, &changesTable}

func flagCodebook() string {
	var b strings.Builder
	for i, m := range pipeline.FlagMeanings {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(m.Flag) + ": " + m.Meaning + ".")
	}
	return b.String()
}

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func each[T any](list []T, f func(T) error) error {
	for _, v := range list {
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

// number writes a number that is 0 where there is none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func digits(c *pipeline.Count) string {
	if c == nil {
		return ""
	}
	return strconv.FormatInt(int64(*c), 10)
}

// decimal writes a fraction with fixed digits, so that machines that round the
// last bit differently write the same bytes.
func decimal(v *float64, places int) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', places, 64)
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
