package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"espfigures/scrapers"
)

// printPlan prints what a refresh would fetch, and why, and what it skips.
func printPlan(w io.Writer, res *scrapers.Result) error {
	var would, skipped, asked strings.Builder
	list := func(b *strings.Builder, c *scrapers.Candidate) {
		year := strings.TrimPrefix(strconv.Itoa(c.Year), "0")
		fmt.Fprintf(b, "  %s  %s  %s\n", cmp.Or(year, "    "), c.URL, oneLine(c.Why))
	}
	for _, c := range res.Skipped {
		list(&skipped, c)
	}
	for _, c := range res.Tried {
		if c.Found() {
			list(&would, c)
		}
		if c.Fault != nil {
			fmt.Fprintf(&asked, "  %s\n", oneLine(c.Fault.Error()))
		} else if c.Seen != "" {
			fmt.Fprintf(&asked, "  %s: %s\n", c.URL, oneLine(c.Seen))
		}
	}
	_, err := fmt.Fprintf(w, "Would fetch:\n%sSkipped:\n%sAsked:\n%s", &would, &skipped, &asked)
	return err
}
