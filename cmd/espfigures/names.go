package main

import (
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
		var leftOut error
		if at := slices.Index(args, "-"); at >= 0 {
			list, err := a.readBody("-")
			if err != nil {
				return err
			}
			var lines []string
			lines, leftOut = resolve.Lines(list)
			args = slices.Replace(args, at, at+1, lines...)
		} else if len(args) == 0 {
			for _, f := range all.Figures {
				if !slices.Contains(args, f.Name) {
					args = append(args, f.Name)
				}
			}
		}
		table := text.List("esp_name platform_id platform company kind match suggestion category ownership counted_in")
		found, pastes := map[pipeline.Match]int{}, ""
		for _, name := range args {
			if strings.TrimSpace(name) == "" {
				continue
			}
			row, kind, paste := all.name(name)
			table.Rows = append(table.Rows, row)
			found[kind]++
			pastes += paste
		}
		write := a.writeTable
		if format == "text" {
			write = func(t tables.Table, _ string) error { return text.Table(a.stdout, t) }
		}
		if err := write(table, format); err != nil {
			return err
		}
		a.say("%d exact, %d normalised, %d unmatched. Similar names are suggested, never used.",
			found[pipeline.Exact], found[pipeline.Normalised], found[pipeline.NoMatch])
		if pastes != "" {
			a.say("To accept a suggestion, add its line to pipeline/registry/data/aliases.csv with where the name is printed in place of SOURCE:%s", pastes)
		}
		return leftOut
	})
	cmd.ValidArgsFunction = cobra.NoFileCompletions
	formatFlag(cmd, &format, "csv", "text", "json")
	return cmd
}

// name returns the row of a name, and the line of aliases.csv that accepts the
// first suggestion, "" where there is no more than likeness. The registry refuses
// the line until its source is put in.
func (f facts) name(given string) (row tables.Row, kind pipeline.Match, paste string) {
	m := f.resolver.Name(given)
	row = tables.Row{given, m.Platform, "", "", "", string(m.Kind), "", "", "", ""}
	if p := f.registry.Platform(m.Platform); p != nil {
		year := f.Editions[len(f.Editions)-1].Year
		if s := f.model.Platform(p.ID); s != nil && s.Last != 0 {
			year = s.Last
		}
		owner, state := f.model.Owner(p.ID, year)
		if owner != nil {
			row[3] = owner.Name
		}
		row[2], row[4], row[7], row[8] = p.Name, string(p.Kind), p.Category, string(state)
	}
	var suggestions []string
	for i, s := range m.Suggestions {
		suggestions = append(suggestions, fmt.Sprintf("%s (%s)", s.Platform, s.Reason))
		if i == 0 && !s.Likeness {
			paste = "\n  " + resolve.AliasLine(m.Printed, s.Platform, "SOURCE")
		}
	}
	row[6] = strings.Join(suggestions, "; ")
	if m.Kind == pipeline.NoMatch && len(suggestions) == 0 {
		row[6] = f.resolver.Meaning(m)
	}
	if c := f.registry.CountedService(m.Counted); c != nil {
		row[9] = c.Platform
	}
	return row, m.Kind, paste
}
