// Package link says what a link leads to, from its words, its address and the
// text around it: which year it names, and whether it leads to a table of
// reports by ESP, to a sister document, or to a page that may list tables.
//
// In: a Link. Out: a Judgement. It fetches nothing. The document itself has the
// last word: judging only decides what is fetched, and in which order.
package link

import (
	"cmp"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"espfigures/pipeline"
)

// A Link is a link as it is on a page.
type Link struct {
	URL    *url.URL
	Text   string   // its words, with the alternative texts of images in it
	Title  string   // its title or aria-label
	Around []string // the block it is in, then the labels and headings before it, nearest first
}

// A Verdict says what a link leads to.
type Verdict int

const (
	Unrelated Verdict = iota
	Report            // a table of reports by ESP
	Sister            // another document of the same family
	DataPage          // a page that may list the tables
)

// A Judgement is what the words of a link say.
type Judgement struct {
	Verdict Verdict
	Year    int    // calendar year that the link names; 0 if it names none
	Why     string // the reason, in words; "" if Unrelated
	// Likely is true if the link speaks of reports *by* ESP, and not just of
	// reports and ESPs. Likely links are fetched first.
	Likely bool
	// YearDoubtful is true if the link's words and its address name different
	// years. Such a link does not show that either year was found.
	YearDoubtful bool
}

const provider = `(esps?|electronic (communications? )?service providers?)`

var (
	esp        = regexp.MustCompile(`\b` + provider + `\b`)
	byESP      = regexp.MustCompile(`\b(by|per|from) (the |all |each )?` + provider + `\b|\b` + provider + ` reports?\b`)
	reportWord = regexp.MustCompile(`\breports?\b`)
	tipline    = regexp.MustCompile(`\bcyber ?tip ?line (data|reports?)\b`)
	fourDigits = regexp.MustCompile(`^(19|20)\d\d$`)
	// generic matches the words of a link that names nothing, such as
	// "Download PDF" or "click here": what it leads to, the text around it says.
	generic = regexp.MustCompile(`^(download|pdf|click|here|view|open|read|see|get|the|full|this|report|reports|table|file|data|more|learn|\d+|kb|mb| )*$`)
)

// Judge says what a link leads to. sisters are the words of sister documents.
func Judge(l Link, sisters []pipeline.SisterWord) Judgement {
	text, title := Words(l.Text), Words(l.Title)
	folder, file := path.Split(l.URL.EscapedPath())
	// A query can carry the name of the file: "download?file=2023-esp.pdf".
	file, folder = Words(file+" "+l.URL.RawQuery), Words(folder)
	own := text + " | " + title + " | " + file
	document := IsDocument(l.URL.Path)

	var around []string
	for _, a := range l.Around {
		around = append(around, Words(a))
	}

	var j Judgement
	j.Year, j.YearDoubtful = year(text, title, file, folder, around)
	names, by := esp.MatchString(own), byESP.MatchString(own)
	// The file name is the publisher's own label; words around it are often
	// shared by several links.
	fileIsReport := esp.MatchString(file) && reportWord.MatchString(file) && sisterOf(file, sisters) == ""
	kind := sisterOf(own, sisters)
	subject := ""
	if !names && kind == "" && generic.MatchString(text) && generic.MatchString(title) {
		// The nearest text around it that names ESPs or a sister document.
		if i := slices.IndexFunc(around, func(a string) bool { return esp.MatchString(a) || sisterOf(a, sisters) != "" }); i >= 0 {
			subject = around[i]
		}
		names, by, kind = esp.MatchString(subject), byESP.MatchString(subject), sisterOf(subject, sisters)
	}
	reports := names && (reportWord.MatchString(own+" | "+folder) || slices.ContainsFunc(around, reportWord.MatchString))

	if kind != "" && !fileIsReport {
		if document && (names || subject != "" || reportWord.MatchString(own) || strings.Contains(own, "tip")) || j.Year != 0 && (names || reportWord.MatchString(own)) {
			j.Verdict, j.Why = Sister, "sister document: "+kind
		}
		return j
	}
	switch {
	case names && reports && (j.Year != 0 || document):
		j.Verdict, j.Likely = Report, by
		j.Why = "the link names reports by ESP"
		if j.YearDoubtful {
			j.Why += "; its words and its address name different years"
		}
	case names && reports:
		j.Verdict, j.Likely, j.Why = DataPage, by, "a page on reports by ESP"
	case document && j.Year != 0 && tipline.MatchString(own):
		j.Verdict, j.Why = Sister, "sister document: CyberTipline report"
	case !document && (tipline.MatchString(own) || strings.Contains(file, "cybertiplinedata")):
		j.Verdict, j.Why = DataPage, "a page on CyberTipline data"
	}
	return j
}

// Year returns the calendar year that a link's words, title and address name: 0
// if they name none, or several. A document that does not say its year itself
// is taken for the year of its link.
func Year(text, title, address string) int {
	file := address
	if u, err := url.Parse(address); err == nil {
		file = path.Base(u.Path + u.Opaque) // Opaque: "file:NAME"
	}
	y, doubtful := year(Words(text), Words(title), Words(file), "", nil)
	if doubtful {
		return 0
	}
	return y
}

// year returns the year that a link's words name, or else its file name, the
// text around it, or the folder. It reports whether words and file name
// disagree.
func year(text, title, file, folder string, around []string) (y int, doubtful bool) {
	said, spelled := cmp.Or(only(text), only(title)), only(file)
	if y := cmp.Or(said, spelled); y != 0 {
		return y, spelled != 0 && spelled != y
	}
	for _, a := range around {
		if y := only(a); y != 0 {
			return y, false
		}
	}
	return only(folder), false
}

// only returns the year if the words name exactly one, else 0.
func only(words string) int {
	found := 0
	for w := range strings.FieldsSeq(words) {
		if !fourDigits.MatchString(w) {
			continue
		}
		y, _ := strconv.Atoi(w)
		if found != 0 && found != y {
			return 0
		}
		found = y
	}
	return found
}

// IsDocument reports whether a path ends like a file that is not a web page.
func IsDocument(p string) bool {
	return slices.Contains([]string{".pdf", ".xlsx", ".xls", ".csv", ".doc", ".docx", ".zip"}, strings.ToLower(path.Ext(p)))
}

func sisterOf(words string, sisters []pipeline.SisterWord) string {
	for w := range strings.FieldsSeq(words) {
		for _, s := range sisters {
			if s.Word == w {
				return s.Kind
			}
		}
	}
	return ""
}

// edges are where a word ends though no separator is there: before and after
// digits, in camelCase, and before the capital that begins a word after an
// abbreviation, but not before the last one of a plural, as the P of "ESPs".
var edges = []*regexp.Regexp{
	regexp.MustCompile(`(\p{Nd})(\p{L})`),
	regexp.MustCompile(`(\p{L})(\p{Nd})`),
	regexp.MustCompile(`(\p{Ll})(\p{Lu})`),
	regexp.MustCompile(`(\p{Lu})(\p{Lu}(?:[^\P{Ll}s]|s\p{L}))`),
}

// Words brings a text into the form the judging works on: lower case, words
// separated by single spaces, digits split from letters, CamelCase and percent
// signs resolved. "2019%20ReportsByESP_v2.pdf" is "2019 reports by esp v 2 pdf".
func Words(s string) string {
	for range 2 { // some addresses are escaped twice
		if t, err := url.PathUnescape(s); err == nil {
			s = t
		}
	}
	for _, e := range edges {
		s = e.ReplaceAllString(s, "$1 $2")
	}
	separates := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	return strings.ToLower(strings.Join(strings.FieldsFunc(s, separates), " "))
}
