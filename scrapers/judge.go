package scrapers

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// link is a link as it stands on a page.
type link struct {
	url     *url.URL
	text    string // its words, with the alternative texts of images in it
	title   string // its title or aria-label
	row     string // the words of the table row or list item around it
	heading string // the nearest heading or accordion title before it
	page    string
}

// verdict says what a link leads to, as far as its words tell.
type verdict int

const (
	unrelated verdict = iota
	report            // a table of reports per ESP
	sister            // another document of the same family
	dataPage          // a page that may list the tables
)

// sisters are the documents that stand beside the tables of reports per ESP,
// by a word that only they carry.
var sisters = []struct {
	words []string
	what  string
}{
	{[]string{"country", "countries", "international", "geographic", "geolocation"}, "reports by country"},
	{[]string{"state", "states", "territory", "territories"}, "reports by state"},
	{[]string{"notification", "notifications", "notice", "notices", "notified", "removal"}, "notifications sent to ESPs"},
	{[]string{"transparency", "ojjdp"}, "transparency report to OJJDP"},
	{[]string{"category", "categories", "classification"}, "reports by category"},
}

// esp matches the words for an electronic service provider.
var esp = regexp.MustCompile(`\b(esps?|electronic (communications? )?service providers?)\b`)

var (
	reportWord = regexp.MustCompile(`\breports?\b`)
	tipline    = regexp.MustCompile(`\bcyber ?tip ?line (data|reports?)\b`)
	fourDigits = regexp.MustCompile(`^(19|20)\d\d$`)
)

// words brings a text into the form the judging works on: lower case, words
// parted by single spaces, digits parted from letters, CamelCase and percent
// signs taken apart. "2019%20ReportsByESP_v2.pdf" is "2019 reports by esp v 2 pdf".
func words(s string) string {
	for range 2 { // some addresses are escaped twice
		t, err := url.PathUnescape(s)
		if err != nil {
			break
		}
		s = t
	}
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			b.WriteByte(' ')
			continue
		}
		if i > 0 {
			before := rs[i-1]
			next := rune(0)
			if i+1 < len(rs) {
				next = rs[i+1]
			}
			switch {
			case unicode.IsDigit(before) != unicode.IsDigit(r) && (unicode.IsLetter(before) || unicode.IsDigit(before)),
				unicode.IsLower(before) && unicode.IsUpper(r),
				unicode.IsUpper(before) && unicode.IsUpper(r) && unicode.IsLower(next) && !plural(rs, i):
				b.WriteByte(' ')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// plural reports whether the capital at i ends an abbreviation in the plural,
// as the P of "ESPs".
func plural(rs []rune, i int) bool {
	return rs[i+1] == 's' && (i+2 == len(rs) || !unicode.IsLetter(rs[i+2]))
}

// years returns the distinct years among the words, in order.
func years(words string) []int {
	var found []int
	for w := range strings.FieldsSeq(words) {
		if fourDigits.MatchString(w) {
			if y, err := strconv.Atoi(w); err == nil && !slices.Contains(found, y) {
				found = append(found, y)
			}
		}
	}
	return found
}

// only returns the year if the words name exactly one, else 0.
func only(words string) int {
	if ys := years(words); len(ys) == 1 {
		return ys[0]
	}
	return 0
}

// documentEndings are the endings of files that are no web pages.
var documentEndings = []string{".pdf", ".xlsx", ".xls", ".csv", ".doc", ".docx", ".zip"}

func isDocumentPath(p string) bool {
	return slices.Contains(documentEndings, strings.ToLower(path.Ext(p)))
}

// judge says what a link leads to, judged by the year and the words of its
// text, title and address, and then by what stands around it. The document
// itself has the last word: judging only decides what is fetched.
func judge(l link) (verdict, Candidate) {
	c := Candidate{URL: l.url.String(), LinkText: l.text, Title: l.title, Page: l.page}
	text, title := words(l.text), words(l.title)
	folder, file := path.Split(l.url.EscapedPath())
	// A query can carry the name of the file: "download?file=2023-esp.pdf".
	file, folder = words(file+" "+l.url.RawQuery), words(folder)
	own := text + " | " + title + " | " + file
	around := words(l.row) + " | " + words(l.heading)
	document := isDocumentPath(l.url.Path)

	names := esp.MatchString(own)
	reports := reportWord.MatchString(own) || reportWord.MatchString(folder+" | "+around)
	// The file name is the publisher's own label; words around it are often
	// shared by several links.
	fileIsReport := esp.MatchString(file) && reportWord.MatchString(file) && sisterOf(file) == ""

	c.Year, c.doubtful = linkYear(text, title, file, folder, around)
	if kind := sisterOf(own); kind != "" && !fileIsReport {
		if !document && c.Year == 0 {
			return unrelated, c
		}
		if !names && !reportWord.MatchString(own) && !strings.Contains(own, "tip") {
			return unrelated, c
		}
		c.Why = "sister document: " + kind
		return sister, c
	}
	switch {
	case names && reports && (c.Year != 0 || document):
		c.Why = "the link names " + evidence(text, title, file, c.Year)
		if c.doubtful {
			c.Why += "; its words and its address name different years"
		}
		return report, c
	case names && reports:
		c.Why = "a page on reports by ESP"
		return dataPage, c
	case document && c.Year != 0 && tipline.MatchString(own):
		c.Why = "sister document: CyberTipline report"
		return sister, c
	case !document && (tipline.MatchString(own) || strings.Contains(file, "cybertiplinedata")):
		c.Why = "a page on CyberTipline data"
		return dataPage, c
	}
	return unrelated, c
}

func sisterOf(words string) string {
	fields := strings.Fields(words)
	for _, s := range sisters {
		for _, w := range s.words {
			if slices.Contains(fields, w) {
				return s.what
			}
		}
	}
	return ""
}

// linkYear returns the calendar year that a link is about: the year its words
// name, or else its file name, what stands around it, or the folder. It
// reports whether words and file name disagree.
func linkYear(text, title, file, folder, around string) (year int, doubtful bool) {
	said := only(text)
	if said == 0 {
		said = only(title)
	}
	spelled := only(file)
	if said == 0 && spelled == 0 {
		row, heading, _ := strings.Cut(around, " | ")
		for _, w := range []string{row, heading, folder} {
			if y := only(w); y != 0 {
				return y, false
			}
		}
		return 0, false
	}
	if said == 0 {
		return spelled, false
	}
	return said, spelled != 0 && spelled != said
}

// evidence says in words where a link names the table.
func evidence(text, title, file string, year int) string {
	what := "reports by ESP"
	if year != 0 {
		what += " and the year " + strconv.Itoa(year)
	}
	var where []string
	for _, part := range []struct{ words, name string }{{text, "text"}, {title, "title"}, {file, "address"}} {
		if esp.MatchString(part.words) {
			where = append(where, part.name)
		}
	}
	return what + " (ESP in its " + strings.Join(where, ", ") + ")"
}

// LinkYear returns the calendar year that a link's words, title and address
// name: 0 if they name none, or several. A document that does not say its
// year itself is taken for the year of its link.
func LinkYear(text, title, address string) int {
	file := address
	if u, err := url.Parse(address); err == nil {
		file = path.Base(u.Path + u.Opaque) // Opaque: "file:NAME"
	}
	year, doubtful := linkYear(words(text), words(title), words(file), "", "")
	if doubtful {
		return 0
	}
	return year
}
