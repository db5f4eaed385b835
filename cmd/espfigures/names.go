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
	format := "csv"
	cmd := &cobra.Command{
		Use:   "names [NAME...]",
		Short: "What each name resolves to, and why; where a service without a row is counted",
		Long: `Prints esp_name,platform_id,platform,company,kind,match,suggestion,category,
ownership,counted_in for each name: match is exact (an alias letter by letter),
normalised (an alias once case, punctuation and legal forms are gone) or none.
company is the owner on 31 December of the newest year in which the platform has
a figure, ownership is owned, independent or not-established. A service without a
row of its own has none as match: suggestion says where its reports are counted,
counted_in is that platform. A name nobody knows gets similar ones as suggestions,
with the reason; they are never used. "-" reads names from standard input, one a
line; without a name, every name printed in the tables.

A line of standard input that is no text in UTF-8 (or in UTF-16 with its byte
order mark) is left out; the others are answered, a message says how many were
left out, and the exit code is 1.`,
		Example: `  espfigures names 'MediaLabKik' 'Snap Inc. (Snapchat)' YouTube
  espfigures names - < names.txt
  espfigures names | grep ',none,'                 # printed names nobody knows`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			all, err := a.dataset(cmd.Context())
			if err != nil {
				return err
			}
			n := namer{facts: all, found: map[pipeline.Match]int{}}
			for _, column := range strings.Split("esp_name platform_id platform company kind match suggestion category ownership counted_in", " ") {
				n.table.Fields = append(n.table.Fields, tables.Field{Name: column, Kind: tables.Text})
			}
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
			if format == "text" {
				err = text.Table(a.stdout, n.table)
			} else {
				err = a.writeTable(n.table, format)
			}
			if err != nil {
				return err
			}
			n.report(a)
			return leftOut
		},
	}
	a.dataFlags(cmd)
	chooseOne(cmd, &format, "format", "", "csv", "text", "json")
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
