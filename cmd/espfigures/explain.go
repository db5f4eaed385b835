package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/output/text"
	"espfigures/pipeline/explain"
)

func newExplain(a *app) *cobra.Command {
	var format, cite string
	cmd := a.answering("explain", 2, -1, func(all facts, args []string) error {
		last := len(args) - 1
		year, err := parseYear(args[last])
		if err != nil {
			return usage("no year (four digits) at the end: %w", err)
		}
		c, instead, err := a.explain(all, strings.Join(args[:last], " "), year)
		if err != nil {
			return err
		}
		if slices.Contains(explain.Formats[1:], format) {
			cite = format
		}
		if cite != "" {
			return a.put(explain.Write(c.Citations, cite))
		}
		return text.Chain(a.stdout, a.style, c, instead, format)
	})
	cmd.ValidArgsFunction = a.offer(nameThenYear)
	formatFlag(cmd, &format, append([]string{"text", "csv", "json"}, explain.Formats[1:]...)...)
	citeFlag(cmd, &cite)
	return cmd
}

// explain returns the chain of what a name means in a year, and what is
// explained in place of what was named, "" mostly.
func (a *app) explain(all facts, name string, year int) (c explain.Chain, instead string, err error) {
	found, err := all.finder().Series(name)
	if err != nil {
		return c, "", err
	}
	s, err := a.series(all, name, found)
	if err != nil {
		return c, "", err
	}
	if s.At(year) == nil {
		return c, "", all.noData(year)
	}
	c, err = explain.Figure(all.model, all.registry, s, year)
	// "automattic 2023" asks for the company: the row of that name was printed
	// until 2020 alone.
	company := all.model.Company(s.ID)
	if none := (*explain.NoFigure)(nil); errors.As(err, &none) && company != nil && !company.Alone && company != s {
		if of, err := explain.Figure(all.model, all.registry, company, year); err == nil {
			return of, fmt.Sprintf("the company %s; the platform %s has no figure of its own in %d", company.Name, s.Name, year), nil
		}
	}
	return c, "", err
}
