package workbook

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"espfigures/pipeline"
)

// maxCellText is the longest text a cell may hold.
const maxCellText = 32767

// cellText makes other people's text fit for a cell: characters that XML does
// not allow become U+FFFD, and a text longer than a cell is cut with "…". A
// leading "=" does no harm, because texts are written as texts.
func cellText(s string) string {
	if plainASCII(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case r < 0x20, r == 0x7f, r == 0xfffe, r == 0xffff:
			return utf8.RuneError
		}
		return r
	}, s)
	if len(s) > maxCellText/2 {
		if rs := []rune(s); len(rs) > maxCellText/2 {
			s = string(rs[:maxCellText/2-1]) + "…"
		}
	}
	return s
}

// plainASCII reports whether a text is short and of characters that stand for
// themselves everywhere, as nearly all are.
func plainASCII(s string) bool {
	if len(s) > 200 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f {
			return false
		}
	}
	return true
}

// inLine makes a name fit to stand inside a longer text: marks that turn the
// direction of what follows are dropped, line breaks become spaces.
func inLine(s string) string {
	if plainASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f:
			return -1
		case r == '\n', r == '\t':
			return ' '
		}
		return r
	}, cellText(s))
}

var plainNumber = regexp.MustCompile(`^[\d\s.,:/%+\-eE]*$`)

var unlike = strings.NewReplacer("*", "∗", "?", "？", "~", "∼", `"`, "″")

const maxLabel = 70 // characters of a label

// label makes a name fit to be chosen from a dropdown and looked up again:
// spreadsheet programs read "=" and digits typed into a cell as formula and
// number, and take "*", "?" and "~" in a lookup for wildcards.
// A name too long for a row or a heading is cut; All_rows holds it whole.
func label(s string) string {
	s = strings.TrimSpace(inLine(s))
	if utf8.RuneCountInString(s) > maxLabel {
		s = strings.TrimSpace(string([]rune(s)[:maxLabel-1])) + "…"
	}
	s = unlike.Replace(s)
	if s == "" || strings.ContainsAny(s[:1], "=+-@'<>") || plainNumber.MatchString(s) {
		s = "“" + s + "”"
	}
	return s
}

// marks writes flags as shorthand: "[b] [s]".
func marks(f pipeline.Flags) string {
	var b strings.Builder
	for _, r := range string(f) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte('[')
		b.WriteRune(r)
		b.WriteByte(']')
	}
	return b.String()
}

// wrapLead breaks a paragraph above a table into lines no wider than the
// sheet, so that nothing is cut on paper.
func wrapLead(s string, width int) []string {
	var lines []string
	line, n := "", 0
	for _, word := range strings.Fields(s) {
		w := utf8.RuneCountInString(word)
		if n > 0 && n+1+w > width {
			lines, line, n = append(lines, line), "", 0
		}
		if n > 0 {
			line, n = line+" ", n+1
		}
		line, n = line+word, n+w
	}
	if n > 0 {
		lines = append(lines, line)
	}
	return lines
}

// yearRanges writes ascending years: "2019–2020, 2022".
func yearRanges(years []int) string {
	var parts []string
	for i := 0; i < len(years); {
		j := i
		for j+1 < len(years) && years[j+1] == years[j]+1 {
			j++
		}
		if i == j {
			parts = append(parts, strconv.Itoa(years[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d–%d", years[i], years[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// byYears groups years that share a text and writes "2019–2020: text; 2021:
// other", in the order of the first year of each.
func byYears(years []int, texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	var order []string
	of := map[string][]int{}
	for i, t := range texts {
		if t == "" {
			continue
		}
		if of[t] == nil {
			order = append(order, t)
		}
		of[t] = append(of[t], years[i])
	}
	for i, t := range order {
		order[i] = yearRanges(of[t]) + ": " + t
	}
	return strings.Join(order, "; ")
}

// kindText names a kind of reporter as the sheets and the page do.
func kindText(k pipeline.Kind) string {
	switch k {
	case pipeline.KindPlatform:
		return "Platforms"
	case pipeline.KindHosting:
		return "Hosting"
	case pipeline.KindRegistrar:
		return "Registrars"
	case pipeline.KindTelecom:
		return "Telecoms"
	case pipeline.KindHotline:
		return "Hotlines and advocacy groups"
	case pipeline.KindSafetyVendor:
		return "Safety vendors"
	case pipeline.KindSchoolSafety:
		return "School safety"
	case pipeline.KindOther:
		return "Other, research groups included"
	}
	return string(k)
}

// rowName is a platform's name where the text around it says that it is a row.
func rowName(s string) string {
	for _, end := range []string{" (combined row)", " (one row)"} {
		s = strings.TrimSuffix(s, end)
	}
	return s
}
