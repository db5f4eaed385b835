package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/output/tables"
	"espfigures/output/text"
	"espfigures/pipeline"
	"espfigures/pipeline/resolve"
)

func newNames(a *app) *cobra.Command {
	var format string
	cmd := a.answering("names", 0, -1, func(all facts, args []string) error {
		n := namer{facts: all, found: map[pipeline.Match]int{}, table: text.List("esp_name platform_id platform company kind match suggestion category ownership counted_in")}
		if len(args) == 0 {
			for _, f := range all.Figures {
				if !slices.Contains(args, f.Name) {
					args = append(args, f.Name)
				}
			}
		}
		var leftOut error
		for _, name := range args {
			if name != "-" {
				n.add(name)
				continue
			}
			notNames, err := resolve.EachLine(a.stdin, n.add)
			if err != nil {
				return fmt.Errorf("standard input: %w", err)
			}
			leftOut = errors.Join(leftOut, notNames)
		}
		write := a.writeTable
		if format == "text" {
			write = func(t tables.Table, _ string) error { return text.Table(a.stdout, t) }
		}
		if err := write(n.table, format); err != nil {
			return err
		}
		n.report(a)
		return leftOut
	})
	cmd.ValidArgsFunction = cobra.NoFileCompletions
	formatFlag(cmd, &format, "csv", "text", "json")
	return cmd
}

// namer resolves names.
type namer struct {
	facts
	table tables.Table
	found map[pipeline.Match]int
	lines []string // for aliases.csv, to accept the first suggestions
}

// add resolves a name and adds its row.
func (n *namer) add(given string) {
	if strings.TrimSpace(given) == "" {
		return
	}
	m := n.resolver.Name(given)
	n.found[m.Kind]++
	row := tables.Row{given, m.Platform, "", "", "", string(m.Kind), "", "", "", ""}
	if p := n.registry.Platform(m.Platform); p != nil {
		year := n.Editions[len(n.Editions)-1].Year
		if s := n.model.Platform(p.ID); s != nil && s.Last != 0 {
			year = s.Last
		}
		owner, state := n.model.Owner(p.ID, year)
		if owner != nil {
			row[3] = owner.Name
		}
		row[2], row[4], row[7], row[8] = p.Name, string(p.Kind), p.Category, string(state)
	}
	var suggestions []string
	for i, s := range m.Suggestions {
		suggestions = append(suggestions, fmt.Sprintf("%s (%s)", s.Platform, s.Reason))
		if i == 0 && !s.Likeness { // the registry refuses the line until its source is put in
			n.lines = append(n.lines, resolve.AliasLine(m.Printed, s.Platform, "SOURCE"))
		}
	}
	row[6] = strings.Join(suggestions, "; ")
	if m.Kind == pipeline.NoMatch && len(suggestions) == 0 {
		row[6] = n.resolver.Meaning(m)
	}
	if c := n.registry.CountedService(m.Counted); c != nil {
		row[9] = c.Platform
	}
	n.table.Rows = append(n.table.Rows, row)
}

func (n *namer) report(a *app) {
	a.say("%d exact, %d normalised, %d unmatched. Similar names are suggested, never used.",
		n.found[pipeline.Exact], n.found[pipeline.Normalised], n.found[pipeline.NoMatch])
	if len(n.lines) > 0 {
		a.say("To accept a suggestion, add its line to pipeline/registry/data/aliases.csv with where the name is printed in place of SOURCE:")
	}
	for _, l := range n.lines {
		a.say("  %s", l)
	}
}
