package extract

import (
	_ "embed" // for sisters.csv
	"encoding/csv"
	"math"
	"strings"
)

// A heading is a printed title or running head: short, and not a sentence.
type heading struct {
	Text string
	Page int // from 0
	Size float64
}

// headingsOf returns the short runs of lines on a page that are not table rows:
// titles, running heads, captions. Lines of one size that follow each other
// closely are one heading.
func headingsOf(n int, ls []line) []heading {
	var out []heading
	for i := 0; i < len(ls); {
		j := i + 1
		for j < len(ls) && near(ls[j-1], ls[j]) && math.Abs(ls[j].size()-ls[j-1].size()) < 0.08*ls[j].size() {
			j++
		}
		if j-i <= 3 {
			var t []string
			for _, l := range ls[i:j] {
				t = append(t, l.String())
			}
			out = append(out, heading{strings.Join(t, " "), n, ls[i].size()})
		}
		if j-i > 1 && j-i <= 3 {
			for _, l := range ls[i:j] {
				out = append(out, heading{l.String(), n, l.size()})
			}
		}
		i = j
	}
	keep := out[:0]
	for _, h := range out {
		if isHeading(h.Text) {
			keep = append(keep, h)
		}
	}
	return keep
}

var imprint = set("copyright rights reserved revised updated published released issued printed")

// isHeading reports whether a text may be a title: a few words that make no
// sentence and are no imprint.
func isHeading(s string) bool {
	ws := headWords(s)
	if len(ws) == 0 || len(ws) > 18 || strings.Contains(s, "©") {
		return false
	}
	if ws[0] == "copyright" || strings.HasSuffix(strings.TrimSpace(s), ".") || strings.Contains(s, ". ") {
		return false
	}
	return true
}

// titleYear returns the years a title says its figures are of. A year that
// says when something was printed or revised does not count.
func titleYear(s string) []int {
	var years []int
	ws := headWords(s)
	for i, w := range ws {
		y := yearOf(w)
		if y == 0 {
			continue
		}
		late := false
		for j := max(0, i-4); j < i; j++ {
			late = late || imprint[ws[j]] || ws[j] == "of" && j > 0 && ws[j-1] == "as" || ws[j] == "since"
		}
		seen := false
		for _, o := range years {
			seen = seen || o == y
		}
		if !late && !seen {
			years = append(years, y)
		}
	}
	return years
}

// findYear returns the year that the headings agree on and the title it was
// read from; 0 where none names one. conflict is true where they differ.
func findYear(hs []heading) (year int, title string, conflict bool) {
	for _, h := range hs {
		if !titleLike(h.Text) {
			continue
		}
		ys := titleYear(h.Text)
		if len(ys) > 1 {
			return 0, h.Text, true
		}
		if len(ys) == 0 {
			continue
		}
		if year != 0 && ys[0] != year {
			return 0, title, true
		}
		if year == 0 || len(h.Text) > len(title) && h.Page == 0 {
			year, title = ys[0], h.Text
		}
	}
	return year, title, false
}

var seriesWords = set("cybertipline cybertip report reports data ncmec annual calendar cy year statistics the for of")

// seriesYear returns the year that the headings of the first page give to the
// publication as a whole, such as "CyberTipline 2024" set in larger type above
// the title; 0 where there is none or they differ.
func seriesYear(hs []heading) (year int, title string) {
	for _, h := range hs {
		if h.Page != 0 {
			continue
		}
		ys := titleYear(h.Text)
		if len(ys) != 1 {
			continue
		}
		named := false
		other := false
		for _, w := range headWords(h.Text) {
			named = named || strings.HasPrefix(w, "cybertip") || reportCore[w]
			other = other || !seriesWords[w] && yearOf(w) == 0
		}
		if !named || other {
			continue
		}
		if year != 0 && year != ys[0] {
			return 0, ""
		}
		year, title = ys[0], h.Text
	}
	return year, title
}

// sisters.csv holds the words by which NCMEC's other publications are known: in
// a title, anywhere, or as the whole header of a column.
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

// sisterHead names the sister publication a column header belongs to.
func sisterHead(text string) string {
	return sisters[[2]string{"header", strings.Join(headWords(text), " ")}]
}
