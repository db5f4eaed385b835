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
	format, cite := "text", ""
	cmd := &cobra.Command{
		Use:   "explain NAME YEAR",
		Short: "Where a figure comes from: document, page, row, checks, and a citation",
		Long: `Prints the chain from a figure to the place where anyone can look it up: the
printed row, its page, the document with address and hash, the alias that
matched, the owner, the checks the table passed, the caveats, and a citation to
paste. For a company or a sum, the chain of every member.

--cite, or --format apa, bibtex, ris or csl-json, prints the citation alone, for
a text or for a reference manager.

Exits 1 where the name is not known or has no figure in the year; then it says
why there is none.`,
		Example: `  espfigures explain imgur 2022
  espfigures explain x 2023           # two rows of one service
  espfigures explain meta 2021        # a company and its members
  espfigures explain imgur 2022 --cite bibtex >> sources.bib`,
		Args:              wants(2, -1),
		ValidArgsFunction: a.offer(nameThenYear),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, year, rest, err := nameYear(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return usage("unexpected %q after the year", strings.Join(rest, " "))
			}
			c, instead, err := a.explain(cmd, name, year)
			if err != nil {
				return err
			}
			if slices.Contains(explain.Formats[1:], format) {
				cite = format
			}
			if cite != "" {
				fmt.Fprint(a.stdout, explain.Write(c.Citations, cite))
				return nil
			}
			return text.Chain(a.stdout, a.style, c, instead, format)
		},
	}
	a.dataFlags(cmd)
	chooseOne(cmd, &format, "format", "", append([]string{"text", "csv", "json"}, explain.Formats[1:]...)...)
	citeFlag(cmd, &cite)
	return cmd
}

// explain returns the chain of what a name means in a year, and what is
// explained in place of what was named, "" mostly.
func (a *app) explain(cmd *cobra.Command, name string, year int) (c explain.Chain, instead string, err error) {
	all, err := a.dataset(cmd.Context())
	if err != nil {
		return c, "", err
	}
	found, err := all.finder().Series(name)
	if err != nil {
		return c, "", err
	}
	s, err := a.series(all, name, found)
	if err != nil {
		return c, "", err
	}
	if s.At(year) == nil {
		return c, "", fmt.Errorf("no data for %d; years available: %s", year, yearsHeld(all.Dataset))
	}
	c, err = explain.Figure(all.model, all.registry, s, year)
	var none *explain.NoFigure
	if errors.As(err, &none) {
		// "automattic 2023" asks for the company: the row of that name was
		// printed until 2020 alone.
		if company := all.model.Company(s.ID); company != nil && !company.Alone && company != s {
			if of, err := explain.Figure(all.model, all.registry, company, year); err == nil {
				return of, fmt.Sprintf("the company %s; the platform %s has no figure of its own in %d", company.Name, s.Name, year), nil
			}
		}
	}
	return c, "", err
}
