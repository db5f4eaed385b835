package main

import (
	"fmt"
	"io"
	"strings"

	"espfigures/scrapers"
)

// printPlan prints what a refresh would fetch, and why, and what it skips.
func printPlan(w io.Writer, res *scrapers.Result) error {
	var b strings.Builder
	b.WriteString("Would fetch:\n")
	for _, c := range res.Tried {
		if c.Found() {
			writeCandidate(&b, c)
		}
	}
	if len(res.Skipped) > 0 {
		b.WriteString("Skipped:\n")
		for _, c := range res.Skipped {
			writeCandidate(&b, c)
		}
	}
	b.WriteString("Asked:\n")
	for _, c := range res.Tried {
		if c.Fault != nil {
			fmt.Fprintf(&b, "  %s\n", oneLine(c.Fault.Error()))
		} else if c.Seen != "" {
			fmt.Fprintf(&b, "  %s: %s\n", c.URL, oneLine(c.Seen))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeCandidate(b *strings.Builder, c *scrapers.Candidate) {
	year := "    "
	if c.Year != 0 {
		year = fmt.Sprint(c.Year)
	}
	fmt.Fprintf(b, "  %s  %s  %s\n", year, c.URL, oneLine(c.Why))
}
