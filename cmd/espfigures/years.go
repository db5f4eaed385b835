package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// yearList is the flag --years: years and spans of years, separated by commas,
// such as "2019-2025", "2022", "2022-", "-2021" or "2019,2023". Empty means all
// years.
type yearList []yearSpan

// A yearSpan is a span of years; 0 leaves an end open.
type yearSpan struct{ from, to int }

func (y *yearList) Set(s string) error {
	*y = nil
	for part := range strings.SplitSeq(s, ",") {
		span, err := parseSpan(strings.TrimSpace(part))
		if err != nil {
			return err
		}
		*y = append(*y, span)
	}
	return nil
}

func parseSpan(s string) (span yearSpan, err error) {
	first, last, isSpan := strings.Cut(s, "-")
	if first == "" && last == "" {
		return span, fmt.Errorf("%q names no year", s)
	}
	if !isSpan {
		last = first
	}
	year := func(text string) int {
		n, fault := strconv.Atoi(text)
		if text == "" {
			return 0
		}
		if fault != nil || n < 1998 || n > 2200 {
			err = fmt.Errorf("%q is not a year", text)
		}
		return n
	}
	span.from, span.to = year(first), year(last)
	if err != nil {
		return span, err
	}
	if !isSpan {
		span.to = span.from
	}
	if span.to != 0 && span.from > span.to {
		return span, fmt.Errorf("%d comes after %d", span.from, span.to)
	}
	return span, nil
}

func (y *yearList) String() string {
	if y == nil {
		return ""
	}
	var parts []string
	for _, s := range *y {
		part := strconv.Itoa(s.from)
		if s.from != s.to {
			part = strings.TrimPrefix(part, "0") + "-"
			if s.to != 0 {
				part += strconv.Itoa(s.to)
			}
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}

func (y *yearList) Type() string { return "years" }

// has reports whether the user wants the year.
func (y yearList) has(year int) bool {
	return len(y) == 0 || slices.ContainsFunc(y, func(s yearSpan) bool {
		return (s.from == 0 || year >= s.from) && (s.to == 0 || year <= s.to)
	})
}

// bounds returns the first and last year of all; 0 leaves an end open.
func (y yearList) bounds() (from, to int) {
	for i, s := range y {
		if i == 0 || s.from < from {
			from = s.from
		}
		if i == 0 || to != 0 && (s.to == 0 || s.to > to) {
			to = s.to
		}
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
		span := &yearList{{ds.Editions[i].Year, ds.Editions[k].Year}}
		spans = append(spans, span.String())
		i = k + 1
	}
	return strings.Join(spans, ", ")
}
