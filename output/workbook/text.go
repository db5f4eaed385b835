package workbook

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// inLine makes a name fit to be part of a longer text: characters that turn
// the direction of what follows are dropped, line ends become spaces.
func inLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f:
			return -1
		case r == '\n', r == '\t':
			return ' '
		}
		return r
	}, tables.Clean(s))
}

var (
	plainNumber = regexp.MustCompile(`^[\d\s.,:/%+\-eE]*$`)
	logical     = regexp.MustCompile(`(?i)^(true|false)$`)
	lookAlikes  = strings.NewReplacer("*", "∗", "?", "？", "~", "∼", `"`, "″")
)

// maxLabel is the most characters of a label; All_rows has the whole name.
const maxLabel = 70

// label makes a name fit to be chosen from a dropdown and looked up again.
// Spreadsheet programs take "=", "#N/A", "TRUE" and digits that somebody
// chooses for a formula, an error, a logical value and a number, and take "*",
// "?" and "~" in a lookup for wildcards.
func label(s string) string {
	s = strings.TrimSpace(inLine(s))
	if utf8.RuneCountInString(s) > maxLabel {
		s = strings.TrimSpace(string([]rune(s)[:maxLabel-1])) + "…"
	}
	s = lookAlikes.Replace(s)
	if s == "" || strings.ContainsAny(s[:1], "=+-@'<>#") || plainNumber.MatchString(s) || logical.MatchString(s) {
		s = "“" + s + "”"
	}
	return s
}

// marks writes marks as shorthand: "[b] [s]".
func marks(f pipeline.Flags) string { return markLetter.ReplaceAllString(f.String(), "[$0]") }

// yearMarks lists the marks of each year that has any besides "not available"
// and "not applicable", which a blank says itself: "2021: [b]; 2024: [p] [s]".
func yearMarks(s *compare.Series) string {
	var list []string
	for _, p := range s.Points {
		if p.Reports != nil && p.Marks != "" {
			list = append(list, fmt.Sprintf("%d: %s", p.Year, marks(p.Marks)))
		}
	}
	return strings.Join(list, "; ")
}

// yearRanges writes ascending years: "2019–2020, 2022".
func yearRanges(years []int) string {
	var list []string
	for i := 0; i < len(years); {
		j := i
		for j+1 < len(years) && years[j+1] == years[j]+1 {
			j++
		}
		if i == j {
			list = append(list, strconv.Itoa(years[i]))
		} else {
			list = append(list, fmt.Sprintf("%d–%d", years[i], years[j]))
		}
		i = j + 1
	}
	return strings.Join(list, ", ")
}

// reasonTexts joins the sentences of the reasons, each once.
func reasonTexts(b compare.Between) string {
	var list []string
	for _, r := range b.Reasons {
		if !slices.Contains(list, r.Text) {
			list = append(list, r.Text)
		}
	}
	return strings.Join(list, " ")
}
