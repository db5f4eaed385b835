package extract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A role is what a column holds, judged by the words of its header.
type role int

const (
	roleUnknown role = iota
	roleName         // the provider's name
	roleReports      // numbers of reports
	roleWeak         // a number that may be reports, such as "Total"
	roleYear         // numbers of the year that stands in the header
	roleOther        // another thing: files, percent, rank, country
)

// counts reports whether a column of the role may hold numbers of reports.
func (r role) counts() bool { return r == roleReports || r == roleWeak || r == roleYear }

// A head is the header of one column.
type head struct {
	Text string
	Role role
	Year int // the year named in the header; 0 for none
}

// headWords returns the words of a text in lower case: letters, digits, "%" and
// "#".
func headWords(s string) []string {
	ws := strings.FieldsFunc(strings.ToLower(fold(s)), func(r rune) bool {
		return !(unicode.IsLetter(r) || unicode.IsDigit(r) || r == '%' || r == '#')
	})
	for i := 0; i < len(ws); i++ {
		if year, ok := strings.CutPrefix(ws[i], "cy"); ok && yearOf(year) != 0 { // a calendar year
			ws = slices.Replace(ws, i, i+1, "cy", year)
		}
	}
	return ws
}

var folding = strings.NewReplacer(
	"’", "'", "‘", "'", "“", `"`, "”", `"`, "‐", "-", "‑", "-", "–", "-", "—", "-",
	"ﬁ", "fi", "ﬂ", "fl", "ﬀ", "ff", "ﬃ", "ffi", "ﬄ", "ffl", "\u00a0", " ", "№", "no",
)

// fold replaces typographic forms by plain ones, for comparing words only.
func fold(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return s
	}
	return folding.Replace(s)
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

var (
	// A name header has one of the first and nothing beyond the second.
	nameCore  = set("esp esps provider providers company companies platform platforms")
	nameWords = set("esp esps provider providers company companies platform platforms registered name names of the electronic communication communications online internet service services reporting or and by submitting entity organization organisation s")
	// A header of this one word names the column too.
	nameAlone = set("name names organization organizations organisation entity")

	// A reports header has one of the first and nothing beyond the second.
	reportCore  = set("report reports")
	reportWords = set("report reports number numbers no num nr of the # total totals count counts volume sum grand cybertipline cybertip tipline ncmec to by from in for during esp esps provider providers submitted made received filed sent all year calendar cy n electronic service annual and")
	weakWords   = set("total totals number numbers count counts # n sum volume of the no all submitted received filed made cy calendar year")

	// Words that make a column another thing than a provider's reports.
	otherWords = set("percent percentage % pct share rank ranking change growth difference variance file files image images video videos media url urls hash hashes notification notifications notice notices takedown takedowns referral referrals referred informational information actionable country countries state states territory region jurisdiction nation average mean median cumulative previous prior last unique incident incidents children victims users accounts days hours time urgent priority escalated parent owner category type kind industry address website page rate ratio per public non not without unbundled bundled duplicate duplicates combined adjusted estimated cases case agency agencies law quarter q1 q2 q3 q4 january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec month monthly ytd date")
)

// yearOf returns the calendar year a word is, 0 if none. Tables of reports per
// provider begin with 2019; some totals go back to 1998.
func yearOf(w string) int {
	if len(w) != 4 {
		return 0
	}
	y, err := strconv.Atoi(w)
	if err != nil || y < 1998 || y > 2079 {
		return 0
	}
	return y
}

// classify judges a column header by its words.
func classify(text string) head {
	h := head{Text: strings.Join(strings.Fields(text), " ")}
	ws := withoutAsides(headWords(text))
	if len(ws) == 0 {
		if strings.ContainsAny(text, "#%") {
			h.Role = roleOther
		}
		return h
	}
	years := 0
	for _, w := range ws {
		if y := yearOf(w); y != 0 && y != h.Year {
			years++
			h.Year = y
		}
	}
	switch {
	case years > 1:
		h.Role, h.Year = roleOther, 0
	case hasAny(ws, reportCore) && allIn(ws, reportWords):
		h.Role = roleReports
	case years == 0 && headsNames(ws):
		h.Role = roleName
	case hasAny(ws, otherWords):
		h.Role = roleOther
	case years == 1 && (len(ws) == 1 || len(ws) == 2 && (ws[0] == "cy" || ws[0] == "year")):
		h.Role = roleYear
	case len(ws) == 1 && (ws[0] == "#" || ws[0] == "no"):
		h.Role = roleOther // a row's number, or nobody knows
	case allIn(ws, weakWords):
		h.Role = roleWeak
	}
	return h
}

// headed returns the columns if they are those of a table of reports: one of names
// and one that may hold numbers of reports are among them. Otherwise it returns nil.
func headed(cols []column) []column {
	if nameOf(cols) < 0 || !slices.ContainsFunc(cols, func(c column) bool { return c.Role.counts() }) {
		return nil
	}
	return cols
}

// headRows finds the header of a table whose cells are known: the first rows that
// together name its columns. It returns the columns and the index of the first row
// below.
func headRows(grid [][]string) ([]column, int) {
	for from := 0; from < len(grid) && from < 6; from++ {
		for n := min(3, len(grid)-from); n >= 1; n-- {
			if cols := headerCells(grid[from : from+n]); cols != nil {
				return cols, from + n
			}
		}
	}
	return nil, 0
}

// headerCells returns the columns that rows name together; nil where they are
// not a header.
func headerCells(rows [][]string) []column {
	var parts [][]string
	for _, r := range rows {
		if len(r) > maxColumns || slices.ContainsFunc(r, countNoYear) {
			return nil
		}
		for i, text := range r {
			if i == len(parts) {
				parts = append(parts, nil)
			}
			// A cell that spans several rows is in each of them.
			if n := len(parts[i]); text != "" && (n == 0 || parts[i][n-1] != text) {
				parts[i] = append(parts[i], text)
			}
		}
	}
	cols := make([]column, len(parts))
	for i, p := range parts {
		cols[i].head = classify(strings.Join(p, " "))
	}
	return headed(cols)
}

// maxColumns is how many columns a table of reports may have.
const maxColumns = 100

var months = set("jan january dec december")

var asidesRE = regexp.MustCompile(`\b(?:continued|cont|contd|12 months|q1(?: to| through)? q4|` +
	`jan(?:uary)?(?: 0?1(?:st)?)?(?: (\d{4}))?(?: to| through| thru)? dec(?:ember)?(?: 31(?:st)?)?|` +
	`0?1 0?1 (\d{4})(?: to| through| thru)? (?:12 31|31 12))\b`)

// withoutAsides drops the words of a header that change nothing: that the table
// goes on, and that the year is a whole one.
func withoutAsides(ws []string) []string {
	return strings.Fields(asidesRE.ReplaceAllString(strings.Join(ws, " "), "$1$2"))
}

// headsNames reports whether words head a column of providers' names.
func headsNames(ws []string) bool {
	return hasAny(ws, nameCore) && allIn(ws, nameWords) ||
		strings.Join(ws, " ") == "submitted by" || strings.Join(ws, " ") == "reported by" ||
		nameAlone[ws[0]] && (len(ws) == 1 || len(ws) == 2 && nameCore[ws[1]])
}

// allIn reports whether every word is a year or in the set.
func allIn(ws []string, set map[string]bool) bool {
	return !slices.ContainsFunc(ws, func(w string) bool { return yearOf(w) == 0 && !set[w] })
}

// hasAny reports whether a word is in one of the sets.
func hasAny(ws []string, sets ...map[string]bool) bool {
	return slices.ContainsFunc(ws, func(w string) bool {
		return slices.ContainsFunc(sets, func(s map[string]bool) bool { return s[w] })
	})
}

var providers = set("esp esps provider providers")

// titleLike reports whether a text speaks of reports per provider.
func titleLike(s string) bool {
	ws := headWords(s)
	return hasAny(ws, reportCore) && hasAny(ws, providers)
}
