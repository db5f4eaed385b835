package extract

import (
	_ "embed" // for sisters.csv
	"encoding/csv"
	"math"
	"regexp"
	"slices"
	"strings"

	"espfigures/pipeline"
)

// A heading is a printed title or running head: short, and not a sentence.
type heading struct {
	Text string
	Page int // from 0
}

// headingsOf returns the short runs of lines on a page that are not table rows:
// titles, running heads, captions. Lines of one size that follow each other
// closely are one heading, and each of them is one.
func headingsOf(n int, ls []line) (out []heading) {
	add := func(ls []line) {
		var t []string
		for _, l := range ls {
			t = append(t, l.String())
		}
		if h := (heading{strings.Join(t, " "), n}); isHeading(h.Text) {
			out = append(out, h)
		}
	}
	for i := 0; i < len(ls); {
		j := i + 1
		for j < len(ls) && near(ls[j-1], ls[j]) && math.Abs(ls[j].size()-ls[j-1].size()) < 0.08*ls[j].size() {
			j++
		}
		if run := ls[i:j]; len(run) <= 3 {
			add(run)
			for k := range run {
				if len(run) > 1 {
					add(run[k : k+1])
				}
			}
		}
		i = j
	}
	return out
}

var imprint = set("copyright rights reserved revised updated published released issued printed since")

// isHeading reports whether a text may be a title: a few words that make no
// sentence and are no imprint.
func isHeading(s string) bool {
	ws := headWords(s)
	return len(ws) > 0 && len(ws) <= 18 && ws[0] != "copyright" && !strings.Contains(s, "©") &&
		!strings.HasSuffix(strings.TrimSpace(s), ".") && !strings.Contains(s, ". ")
}

// titleYear returns the years a title says its figures are of. A year that
// says when something was printed or revised does not count.
func titleYear(s string) (years []int) {
	ws := headWords(s)
	for i, w := range ws {
		before := ws[max(0, i-4):i]
		late := hasAny(before, imprint) || strings.Contains(strings.Join(ws[max(0, i-5):i], " ")+" ", "as of ")
		if y := yearOf(w); y != 0 && !late && !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	return years
}

// date takes the year from the first of the groups of titles that name one. It is a
// conflict where those of one group differ.
func (src *source) date(groups ...[]heading) {
	for _, titles := range groups {
		if src.dated() {
			return
		}
		for _, h := range titles {
			for _, y := range titleYear(h.Text) {
				if src.Year != 0 && y != src.Year {
					src.Year, src.Conflict = 0, true
					return
				}
				if src.Year == 0 || len(h.Text) > len(src.Title) && h.Page == 0 {
					src.Year, src.Title = y, h.Text
				}
			}
		}
	}
}

const monthRE = `(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`

var partRE = regexp.MustCompile(`\b(?:h[12]|q[1-4]|quarter|(?:first|second|1st|2nd|last) (?:half|six months)|half year|ytd|year to date|fiscal|` +
	monthRE + `(?: \d{1,2})?(?: \d{4})?(?: to| through| thru)? ` + monthRE + `)\b`)

// ofPart reports whether a title says that its figures are not of a calendar year.
func ofPart(title string) bool {
	return isHeading(title) && partRE.MatchString(strings.Join(withoutAsides(headWords(title)), " "))
}

// dated reports whether a title named a year, or several.
func (src *source) dated() bool { return src.Year != 0 || src.Conflict }

var seriesWords = set("cybertipline cybertip report reports data ncmec annual calendar cy year statistics the for of")

// namesSeries reports whether a heading names the publication as
// a whole, such as "CyberTipline 2024" set in larger type above the title.
func namesSeries(text string) bool {
	ws := headWords(text)
	return allIn(ws, seriesWords) && slices.ContainsFunc(ws, func(w string) bool {
		return strings.HasPrefix(w, "cybertip") || reportCore[w]
	})
}

// sourceOf finds out which year a document is of: from its headings, from the
// publication's name above them, or from the title of the file.
func sourceOf(name string, hs []heading, title string) source {
	those := func(hs []heading, is func(string) bool) []heading {
		return slices.DeleteFunc(slices.Clone(hs), func(h heading) bool { return !is(h.Text) })
	}
	first := slices.DeleteFunc(slices.Clone(hs), func(h heading) bool { return h.Page > 0 })
	titles, file := those(hs, titleLike), those([]heading{{Text: title}}, titleLike)
	src := source{Name: name, Titled: len(titles)+len(file) > 0, Part: len(those(first, ofPart)) > 0}
	src.date(titles, those(first, namesSeries), file)
	return src
}

// sisters.csv holds the words by which NCMEC's other publications are known: in
// a title, anywhere, as the whole header of a column, or as the name of a row.
//
//go:embed data/sisters.csv
var sistersCSV string

// sisters maps where words are found, and the words, to the kind of publication.
var sisters = func() map[[2]string]string {
	records, err := csv.NewReader(strings.NewReader(sistersCSV)).ReadAll()
	if err != nil {
		panic(err) // the file is part of the program
	}
	m := map[[2]string]string{}
	for _, r := range records[1:] {
		m[[2]string{r[0], r[1]}] = r[2]
	}
	return m
}()

// sisterOf names the sister publication a title belongs to, "" for none.
func sisterOf(title string) string {
	const longest = 4 // words of an entry
	ws := headWords(title)
	for i := range ws {
		for n := min(longest, len(ws)-i); n > 0; n-- {
			if kind := sisters[[2]string{"title", strings.Join(ws[i:i+n], " ")}]; kind != "" {
				return kind
			}
		}
	}
	return ""
}

// sisterWhole names the sister publication that a column header or the name of a
// row belongs to.
func sisterWhole(where, text string) string {
	return sisters[[2]string{where, strings.Join(headWords(text), " ")}]
}

// provides refuses tables of which a row is a kind of reporter: they are of
// categories and not of providers.
func provides(ts []pipeline.Table) error {
	for _, t := range ts {
		for _, r := range t.Rows {
			if sisterWhole("row", r.Name) != "" {
				return fail(ErrNoTable, "the row %q is a kind of reporter, not a provider", r.Name)
			}
		}
	}
	return nil
}
