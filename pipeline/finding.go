package pipeline

// Severity says what a Finding means for the run.
type Severity string

const (
	Fail Severity = "fail" // figures may not be published as verified; exit code 3
	Warn Severity = "warn" // look before publishing; exit code 3 with --strict
	Note Severity = "note" // good to know
)

// Code names a kind of Finding. Codes are a contract: they stand in
// findings.csv and people filter by them.
type Code string

const (
	UnmatchedName    Code = "unmatched-name"    // no platform is known under the printed name
	BadCount         Code = "bad-count"         // a count is not digits in groups of three
	TotalMismatch    Code = "total-mismatch"    // the rows do not sum to the printed total
	TotalMissing     Code = "total-missing"     // the edition prints no total
	DuplicateRow     Code = "duplicate-row"     // the same name is printed twice in one edition
	SeveralRows      Code = "several-rows"      // two differently named rows belong to one platform
	ReadingsDisagree Code = "readings-disagree" // two independent readings of one file differ
	OneReading       Code = "one-reading"       // only one reading of the file was possible
	BreakCode        Code = "break"             // the series cannot be compared across these years
	Revision         Code = "revision"          // the publisher changed an edition
	SeveralTotals    Code = "several-totals"    // an edition prints totals that differ, or totals of parts
	FootnoteMark     Code = "footnote-mark"     // a name is printed with a mark other than "*"
	UnreadableText   Code = "unreadable-text"   // a document does not say which characters it prints
	YearMissing      Code = "year-missing"      // no edition of this year was found
	YearUnknown      Code = "year-unknown"      // a document does not say which year it reports on
	YearAhead        Code = "year-ahead"        // a document covers a year that has not ended; its table is left out
	Secondary        Code = "secondary"         // a year's figures are a third party's transcription
	EditionPassed    Code = "edition-passed"    // an edition was held but another one is used
	TotalsDisagree   Code = "totals-disagree"   // an edition's total differs from the total NCMEC gives elsewhere
	SourceFault      Code = "source-fault"      // an address could not be fetched or answered with something else
	SourceSkipped    Code = "source-skipped"    // an address was skipped: robots.txt, host list, sister document
	FormulaGuard     Code = "formula-guard"     // a text was prefixed so that no spreadsheet runs it as a formula
	Selection        Code = "selection"         // the outputs hold only some of the platforms, as asked
	AsOf             Code = "as-of"             // the outputs have what was known on an earlier day, as asked
	Damaged          Code = "damaged"           // an archived file no longer has the hash it was stored under
)

// Finding is something odd in the data or its sources, as data. It never
// stops a run by itself; an error does that.
type Finding struct {
	Code     Code
	Severity Severity
	Year     int    // 0 where it concerns no one year
	Document string // SHA-256, address or file name; "" where it concerns none
	At       Place  // zero where it concerns no one place
	What     string // one sentence: what was found
	Mend     string // what would mend it, such as the line to add to a registry file; "" if nothing
}
