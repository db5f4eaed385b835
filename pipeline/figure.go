package pipeline

import (
	"slices"
	"strings"
)

// Status says how far a figure can be trusted.
type Status string

const (
	Verified      Status = "verified"  // read from NCMEC's document, whose rows sum to its printed total
	Checked       Status = "checked"   // the same, but the document came by hand and its bytes are not known
	Published     Status = "published" // read from NCMEC's document, which failed a check
	SecondaryHand Status = "secondary" // transcribed by a third party, not read from NCMEC's document
)

// Weaker returns the less trustworthy of two statuses; "" counts as none.
func Weaker(a, b Status) Status {
	rank := []Status{"", Verified, Checked, Published, SecondaryHand}
	return rank[max(slices.Index(rank, a), slices.Index(rank, b))]
}

// Flags are shorthand letters next to a figure, of a closed set.
type Flags string

const (
	FlagBreak     = 'b'
	FlagCombined  = 'c'
	FlagOwner     = 'o'
	FlagPartial   = 'p'
	FlagRevised   = 'r'
	FlagSecondary = 's'
	FlagByHand    = 'u'
	FlagMissing   = 'x'
	FlagNone      = 'z'
)

// FlagMeanings explains each letter, in the order they are written.
var FlagMeanings = []struct {
	Flag    rune
	Meaning string
}{
	{FlagBreak, "break in comparability with the year before"},
	{FlagCombined, "combined row: report totals of related platforms are printed as one"},
	{FlagOwner, "ownership changed: what the company owned differs from the year before by more than 1% of its sum"},
	{FlagPartial, "partial year: the source lists only some rows, so a sum is \"at least\""},
	{FlagRevised, "revised: an earlier version of the edition printed another number"},
	{FlagSecondary, "secondary: transcribed by a third party, not read from NCMEC's document"},
	{FlagByHand, "unknown document: the document came by hand and its bytes are not known"},
	{FlagMissing, "not available"},
	{FlagNone, "not applicable"},
}

// Has reports whether the letter is among the flags.
func (f Flags) Has(r rune) bool { return strings.ContainsRune(string(f), r) }

// With returns the flags with the letters added, in the order of FlagMeanings.
func (f Flags) With(rs ...rune) Flags {
	var b strings.Builder
	for _, m := range FlagMeanings {
		if f.Has(m.Flag) || slices.Contains(rs, m.Flag) {
			b.WriteRune(m.Flag)
		}
	}
	return Flags(b.String())
}

// String returns the letters with spaces between them: "b c".
func (f Flags) String() string {
	return strings.Join(strings.Split(string(f), ""), " ")
}

// Match says how a printed name found its platform.
type Match string

const (
	Exact      Match = "exact"      // the printed name is an alias letter by letter
	Normalised Match = "normalised" // the normalised key of the printed name is that of an alias
	NoMatch    Match = "none"       // nobody knows the name; it stays under its printed form
)

// Figure is one printed row with its meaning. Two printed rows of one platform
// stay two Figures; only comparisons add them.
type Figure struct {
	Year     int
	Name     string // printed name, as in Row.Name
	Reports  Count
	At       Place
	Combined bool

	Platform string // platform id; for an unknown name an id made from it, prefixed "unmatched-"
	Match    Match
	Alias    string // the registry alias that matched; "" for NoMatch
	User     bool   // the user's own registry layer decided on its platform

	Status Status
	Flags  Flags
	SHA256 string // of the document it was read from; "" for SecondaryHand
	URL    string // address of that document, or of the secondary source
	Note   string // Row.Note: what is known of a transcription; "" for a document of NCMEC's
}

// Edition is one year's table as one document published it.
type Edition struct {
	Year     int
	Document Document
	Title    string
	Rows     []Row
	Total    *Total // printed total; for a secondary edition the total the third party gives
	Status   Status
	Readings []string
	Beside   bool // printed for comparison in the document of a later year, not that year's own edition
	// TotalAccepted: the printed total contradicts the ESP total on file, and the
	// user accepted it.
	TotalAccepted bool

	// Secondary editions only.
	Source string // cites it
	Note   string // what a reader must know of it; may be ""
}

// Sum returns the sum of the edition's rows.
func (e Edition) Sum() Count { return Table{Rows: e.Rows}.Sum() }

// Coverage returns the part of the printed total that the rows hold: 1 for a
// verified edition, less for a partial transcription, 0 without a total.
func (e Edition) Coverage() float64 {
	if e.Total == nil || e.Total.Reports == 0 {
		return 0
	}
	return float64(e.Sum()) / float64(e.Total.Reports)
}

// Partial reports whether the edition lists only some of the year's rows, so
// that a platform without a row may still have reported.
func (e Edition) Partial() bool { return e.Status == SecondaryHand }
