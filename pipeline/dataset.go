package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind says what sort of reporter a platform is: NCMEC's tables list hotlines
// and researchers too.
type Kind string

const (
	KindPlatform     Kind = "platform"
	KindHosting      Kind = "hosting"
	KindRegistrar    Kind = "registrar"
	KindTelecom      Kind = "telecom"
	KindHotline      Kind = "hotline"
	KindSafetyVendor Kind = "safety-vendor"
	KindSchoolSafety Kind = "school-safety"
	KindOther        Kind = "other"
)

// Kinds lists every kind in the order outputs show them.
var Kinds = []Kind{KindPlatform, KindHosting, KindRegistrar, KindTelecom, KindHotline, KindSafetyVendor, KindSchoolSafety, KindOther}

// Platform is a service as people know it.
type Platform struct {
	ID       string // stable, lower-case letters, digits and dashes: "facebook"
	Name     string
	Kind     Kind
	Category string // id of a Category; "" counts as OtherCategory
	Note     string // what a reader must know about its scope; may be ""
	Source   string
	User     bool // from the user's own registry layer
}

// OtherCategory is the id of the category of everything that no other one covers.
const OtherCategory = "other"

// Category is a sort of service. Every platform belongs to exactly one, so that
// the categories of a year sum to its total.
type Category struct {
	ID         string
	Name       string
	Definition string // which services belong to it
	User       bool   // from the user's own registry layer
}

// Group is a named set of platforms, from the user's own registry layer.
type Group struct {
	ID      string
	Name    string
	Members []string // platform ids
	Source  string
	User    bool
}

// Counted says where the reports of a service without a row of its own are
// counted, such as YouTube in Google's row.
type Counted struct {
	ID       string // never the id of a platform, company or category
	Name     string
	Aliases  []string // other names people use
	Platform string   // id of the platform whose row holds its reports; "" where it has no row at all
	From, To int      // years the statement covers
	Note     string   // what is known beyond that; may be ""
	Source   string
	User     bool
}

// ShortName is what people type for a platform ("fb"). No table prints it.
type ShortName struct {
	Name     string
	Platform string // platform id
	Source   string
	User     bool // from the user's own registry layer
}

// Remark is a note of the user's own layer on a platform, company or category.
type Remark struct {
	Who    string // id
	Year   int    // 0 where it concerns every year
	Text   string
	Source string
}

// OwnCount is what a platform itself says it reported to NCMEC.
type OwnCount struct {
	Platforms  []string // platform ids that the count covers together
	From, To   string   // first and last day of the period, YYYY-MM-DD
	Reports    Count
	Covers     string // what the count includes or leaves out; may be ""
	Differs    string // why it differs from NCMEC's figure, with its source; may be ""
	Rounded    bool   // the platform gives a rounded number
	SecondHand bool   // known only from a third party's collection
	Title      string // of the platform's report
	Published  string // date of that report, YYYY-MM-DD or YYYY-MM; "" where unknown
	Source     string // with an address
}

// Months is the length of the period, which is a quarter, half-year or year.
func (o OwnCount) Months() int {
	from, to := dayOf(o.From), dayOf(o.To)
	return 12*(to.Year()-from.Year()) + int(to.Month()-from.Month()) + 1
}

// PeriodWords says the months from one day to another, YYYY-MM-DD, of one year:
// "2024", "July to December 2024".
func PeriodWords(from, to string) string {
	first, last := dayOf(from), dayOf(to)
	if first.Month() == time.January && last.Month() == time.December {
		return fmt.Sprint(first.Year())
	}
	return fmt.Sprintf("%s to %s %d", first.Month(), last.Month(), last.Year())
}

// YearOf returns the year of a day YYYY-MM-DD.
func YearOf(day string) int { return dayOf(day).Year() }

func dayOf(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day) // the registry checks its days
	return t
}

// Company owns platforms.
type Company struct {
	ID     string
	Name   string
	Source string
	User   bool // from the user's own registry layer
}

// Independent is the Ownership.Company of a platform that has no owner, as a
// source says: not the same as an owner nobody has established.
const Independent = "independent"

// Ownership says who owned a platform when.
type Ownership struct {
	Platform string // platform id
	Company  string // company id, or Independent
	From     string // first day, YYYY-MM-DD; "" where it began before the first edition
	To       string // last day, YYYY-MM-DD; "" where it still holds
	Source   string
	User     bool // from the user's own registry layer
}

// On reports whether the ownership held on a day, as YYYY-MM-DD.
func (o Ownership) On(day string) bool { return o.From <= day && (o.To == "" || o.To >= day) }

// LastDay returns 31 December of a year, as YYYY-MM-DD.
func LastDay(year int) string { return fmt.Sprintf("%04d-12-31", year) }

// Measure is what a comparison is about.
type Measure string

const (
	MeasureReports Measure = "reports" // number of reports
	MeasureShare   Measure = "share"   // part of all providers' reports
	MeasureRank    Measure = "rank"    // place among the reporters of the year
	MeasureIndex   Measure = "index"   // reports as a percentage of those of a base year
)

// Measures lists every measure in the order outputs show them.
var Measures = []Measure{MeasureReports, MeasureShare, MeasureRank, MeasureIndex}

// Forbids says what a break forbids.
type Forbids string

const (
	ForbidsPlatform Forbids = "platform" // a change of the platform's own series; the company's holds
	ForbidsChange   Forbids = "change"   // any change, of platform and company
	ForbidsNothing  Forbids = "nothing"  // a caveat: the change is shown with it
)

// Everybody is the Who of a break that concerns every series.
const Everybody = "all"

// Break is a reason why two years of a series cannot be compared, or only with
// a caveat. It is between the years From and To, or in the one year that both are.
type Break struct {
	ID          string
	Who         string // platform id, company id, or "all"
	From, To    int
	Kind        string // such as scope-split, method, unit, law, shutdown
	Description string
	Source      string
	Forbids     Forbids
	Measures    []Measure // those it touches; none means all
	User        bool      // from the user's own registry layer
}

// Touches reports whether the break bears on a measure.
func (b Break) Touches(m Measure) bool {
	if m == MeasureIndex {
		m = MeasureReports
	}
	return len(b.Measures) == 0 || slices.Contains(b.Measures, m)
}

// CombinedRow names the likely members of a row printed for several platforms.
type CombinedRow struct {
	Year     int
	Platform string   // platform id the printed row resolves to
	Members  []string // platform ids likely inside; never printed by NCMEC
	Source   string
}

// YearTotal holds the CyberTipline's totals of one year, from NCMEC's other publications.
type YearTotal struct {
	Year         int
	CyberTipline Count
	ESP          *Count // reports by ESPs; nil where not given (before 2019)
	Public       *Count // reports by the public; nil where not given
	Source       string
}

// Status says who gives the totals: secondary where their source is marked so.
func (t YearTotal) Status() Status {
	if strings.Contains(t.Source, "(secondary)") {
		return SecondaryHand
	}
	return Published
}

// ChangeKind says what happened to a row between two versions of an edition.
type ChangeKind string

const (
	RowAdded   ChangeKind = "added"
	RowRemoved ChangeKind = "removed"
	RowRevised ChangeKind = "revised"
	RowRenamed ChangeKind = "renamed" // the same platform and number under another printed name
)

// Change is one row that differs between two versions of one year's table.
type Change struct {
	Year          int
	Kind          ChangeKind
	Name          string // printed name
	Platform      string // platform id
	Old, New      *Count // nil where the row was not there
	Before, After string // the versions: the SHA-256 of a document, or "secondary"
}

// String says the change in a line: "2022 revised, Imgur: 64,211 to 64,212".
func (c Change) String() string {
	count := func(n *Count) string {
		if n == nil {
			return "no row"
		}
		return n.String()
	}
	return fmt.Sprintf("%d %s, %s: %s to %s", c.Year, c.Kind, c.Name, count(c.Old), count(c.New))
}

// Missing says why a Point has no value.
type Missing string

const (
	NotMissing  Missing = ""            // there is a value
	NoRow       Missing = "no-row"      // the edition has no such row: nothing reported, or inside another row. Not zero
	InsideRow   Missing = "inside-row"  // likely inside a combined row; Point.Inside names it
	NotCovered  Missing = "not-covered" // the year's only source is partial and does not list it
	NoEdition   Missing = "no-edition"  // no edition of the year is held
	NotInRollUp Missing = "not-owned"   // companies: it owned no listed platform that year
)

// Dataset is everything a run knows: what outputs are made of. The same
// documents and registry give the same Dataset.
type Dataset struct {
	Editions []Edition // the edition used for each year, by year
	Passed   []Edition // editions held but not used: older versions, failed copies
	Figures  []Figure  // of Editions, by year, then in printed order

	Platforms  []Platform // those with a figure, by id; unknown names included
	Companies  []Company  // those owning one of Platforms, by id
	Owners     []Ownership
	Breaks     []Break
	Combined   []CombinedRow
	Categories []Category  // in the order outputs show them
	Groups     []Group     // of the user's own layer
	Counted    []Counted   // services without a row of their own
	ShortNames []ShortName // what people type for a platform
	Remarks    []Remark    // of the user's own layer
	OwnCounts  []OwnCount  // what platforms say of themselves
	Totals     []YearTotal // by year

	Findings []Finding // sorted: severity, year, code, place
	Changes  []Change  // every difference between versions held, oldest first
}

// Find returns the first of a list that is what is looked for, or nil.
func Find[T any](list []T, is func(*T) bool) *T {
	for i := range list {
		if is(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

// Edition returns the edition used for the year, or nil.
func (d *Dataset) Edition(year int) *Edition {
	return Find(d.Editions, func(e *Edition) bool { return e.Year == year })
}

// Total returns the totals of the year, or nil.
func (d *Dataset) Total(year int) *YearTotal {
	return Find(d.Totals, func(t *YearTotal) bool { return t.Year == year })
}

// Platform returns the platform with the id, or nil.
func (d *Dataset) Platform(id string) *Platform {
	return Find(d.Platforms, func(p *Platform) bool { return p.ID == id })
}

// Owner returns the company that owned the platform on 31 December of the
// year, or nil where no source names one.
func (d *Dataset) Owner(platform string, year int) *Company {
	for _, o := range d.Owners {
		if o.Platform == platform && o.On(LastDay(year)) && o.Company != Independent {
			return Find(d.Companies, func(c *Company) bool { return c.ID == o.Company })
		}
	}
	return nil
}

// Worst returns the most serious severity among the findings, "" if there are none.
func (d *Dataset) Worst() Severity {
	if len(d.Findings) == 0 {
		return ""
	}
	return d.Findings[0].Severity
}

// Version names the data, apart from the schema and from the program: the newest
// year, and a hash of the editions and of what the registry says of them. The
// same documents and registry give the same version.
func (d *Dataset) Version() string {
	h := sha256.New()
	newest := 0
	for _, e := range d.Editions {
		newest = max(newest, e.Year)
		fmt.Fprintln(h, e.Year, e.Status, e.Document.SHA256, len(e.Rows), e.Sum())
	}
	for _, f := range d.Figures {
		fmt.Fprintln(h, f.Year, f.Platform, f.Reports)
	}
	fmt.Fprintln(h, d.Platforms, d.Companies, d.Owners, d.Breaks, d.Combined, d.OwnCounts)
	return fmt.Sprintf("%d-%s", newest, hex.EncodeToString(h.Sum(nil))[:10])
}
