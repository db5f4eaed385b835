package main

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

var yearForm = regexp.MustCompile(`^(19|20)\d\d$`)

// yearList is the flag --years: years and spans of years, separated by commas,
// such as "2019-2025", "2022", "2022-", "-2021" or "2019,2023". Empty means all
// years.
type yearList struct {
	text  string
	spans [][2]int // first and last year
}

func (y *yearList) Set(s string) error {
	*y = yearList{text: s}
	for part := range strings.SplitSeq(s, ",") {
		first, last, isSpan := strings.Cut(strings.TrimSpace(part), "-")
		if !isSpan {
			last = first
		}
		span := [2]int{0, math.MaxInt}
		for i, text := range []string{first, last} {
			if text == "" && first != last {
				continue // an open end
			}
			year, err := parseYear(text)
			if err != nil {
				return fmt.Errorf("%q is not a year or a span of years", part)
			}
			span[i] = year
		}
		if span[0] > span[1] {
			return fmt.Errorf("%d comes after %d", span[0], span[1])
		}
		y.spans = append(y.spans, span)
	}
	return nil
}

func (y *yearList) String() string { return y.text }
func (y *yearList) Type() string   { return "years" }

// has reports whether the user wants the year.
func (y *yearList) has(year int) bool {
	return len(y.spans) == 0 || slices.ContainsFunc(y.spans, func(s [2]int) bool { return s[0] <= year && year <= s[1] })
}

// bounds returns the first and last year of all; 0 leaves an end open.
func (y *yearList) bounds() (from, to int) {
	if len(y.spans) == 0 {
		return 0, 0
	}
	from = math.MaxInt
	for _, s := range y.spans {
		from, to = min(from, s[0]), max(to, s[1])
	}
	if to == math.MaxInt {
		to = 0
	}
	return from, to
}

// yearsHeld writes the years that have data: "2019-2025", "2019-2022, 2024".
func yearsHeld(ds *pipeline.Dataset) string {
	var spans []string
	for i := 0; i < len(ds.Editions); {
		k := i
		for k+1 < len(ds.Editions) && ds.Editions[k+1].Year == ds.Editions[k].Year+1 {
			k++
		}
		span := strconv.Itoa(ds.Editions[i].Year)
		if k > i {
			span += "-" + strconv.Itoa(ds.Editions[k].Year)
		}
		spans = append(spans, span)
		i = k + 1
	}
	return strings.Join(spans, ", ")
}

// nameYear splits arguments at the year, so that a name or a number of several
// words needs no quotes.
func nameYear(args []string) (name string, year int, rest []string, err error) {
	at := 1 + slices.IndexFunc(args[min(1, len(args)):], yearForm.MatchString)
	if at == 0 {
		return "", 0, nil, usage("no year (four digits) after the name")
	}
	year, err = parseYear(args[at])
	return strings.Join(args[:at], " "), year, args[at+1:], err
}
