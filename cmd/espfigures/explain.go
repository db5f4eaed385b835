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
		name := strings.Join(args[:last], " ")
		meant, err := all.finder().Series(name)
		if err != nil {
			return err
		}
		s, err := a.series(all, name, meant)
		if err != nil {
			return err
		}
		if s.At(year) == nil {
			return all.noData(year)
		}
		c, err := explain.Figure(all.model, all.registry, s, year)
		instead := "" // "automattic 2023" asks for the company: the row of that name was printed until 2020 alone
		company := all.model.Company(s.ID)
		if none := (*explain.NoFigure)(nil); errors.As(err, &none) && company != nil && !company.Alone && company != s {
			if of, fault := explain.Figure(all.model, all.registry, company, year); fault == nil {
				c, err = of, nil
				instead = fmt.Sprintf("the company %s; the platform %s has no figure of its own in %d", company.Name, s.Name, year)
			}
		}
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
