package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/explain"
)

func newExplain(a *app) *cobra.Command {
	var format, cite string
	cmd := &cobra.Command{
		Use:   "explain NAME YEAR",
		Short: "Where a figure comes from: document, page, row, checks, and a citation",
		Long: `Prints the chain from a figure to the place where anyone can look it up: the
printed row, its page, the document with address and hash, the alias that
matched, the owner, the checks the table passed, the caveats, and a citation to
paste. For a company or a sum, the chain of every member.

--cite prints the citation alone, as text or for a reference manager.

Exits 1 where the name is not known or has no figure in the year; then it says
why there is none.`,
		Example: `  espfigures explain imgur 2022
  espfigures explain x 2023           # two rows of one service
  espfigures explain meta 2021        # a company and its members
  espfigures explain imgur 2022 --cite bibtex >> sources.bib`,
		Args:              wants(2, -1),
		ValidArgsFunction: a.completeNameYear,
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
			switch {
			case cite != "":
				_, err = io.WriteString(a.stdout, explain.Write(c.Citations, cite))
				return err
			case format == "csv":
				return writeChainCSV(a.stdout, c)
			case format == "json":
				return writeChainJSON(a.stdout, c)
			}
			_, err = io.WriteString(a.stdout, chainText(c, instead))
			return err
		},
	}
	a.dataFlags(cmd)
	formatFlag(cmd, &format)
	cmd.Flags().Var(choice{&cite, explain.Formats}, "cite", "print the citation alone: "+or(explain.Formats))
	complete(cmd, "cite", cobra.FixedCompletions(explain.Formats, cobra.ShellCompDirectiveNoFileComp))
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
	if found.Via != "" {
		a.say("%s: %s, %s", name, found.Name, found.Via)
	}
	if found.ID == "" {
		return c, "", fmt.Errorf("%s %s", found.Name, found.Via)
	}
	s, err := all.model.Series(found.ID)
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

// chainText sets a chain for a terminal.
func chainText(c explain.Chain, instead string) string {
	var b strings.Builder
	line := func(label, text string) {
		if len(label) < 12 {
			label = fmt.Sprintf("%-12s", label)
		} else {
			label += " "
		}
		b.WriteString(wrapped(text, label, strings.Repeat(" ", 12)))
	}
	fmt.Fprintf(&b, "%s, %d: %s reports to NCMEC's CyberTipline [%s]\n\n", c.Series.Name, c.Point.Year, c.Point.Reports, c.Point.Status)
	if instead != "" {
		line("Explained", instead)
	}
	for i, s := range c.Steps {
		newRow := s.Part == explain.PartRow && (s.Label == "Printed row" || s.Label == "Transcribed as")
		if i > 0 && (newRow || s.Part != c.Steps[i-1].Part) {
			b.WriteString("\n")
		}
		line(s.Label, s.Text)
	}
	b.WriteString("\n")
	for _, n := range c.Notes {
		b.WriteString(wrapped(n, "- ", "  "))
	}
	b.WriteString("\nTo cite:\n" + explain.Write(c.Citations, "text"))
	return b.String()
}

// writeChainCSV writes the steps, notes and citation as rows.
func writeChainCSV(w io.Writer, c explain.Chain) error {
	rows := [][]string{{"part", "label", "text"}}
	for _, s := range c.Steps {
		rows = append(rows, []string{string(s.Part), s.Label, s.Text})
	}
	for _, n := range c.Notes {
		rows = append(rows, []string{"note", "", n})
	}
	rows = append(rows, []string{"citation", "text", explain.Write(c.Citations, "text")})
	return csv.NewWriter(w).WriteAll(rows)
}

func writeChainJSON(w io.Writer, c explain.Chain) error {
	type step struct {
		Part  explain.Part `json:"part"`
		Label string       `json:"label"`
		Text  string       `json:"text"`
	}
	type row struct {
		Name     string         `json:"esp_name"`
		Reports  pipeline.Count `json:"reports"`
		Platform string         `json:"platform_id"`
		Page     int            `json:"page,omitempty"`
		Row      int            `json:"row,omitempty"`
		SHA256   string         `json:"source_sha256,omitempty"`
		URL      string         `json:"source_url,omitempty"`
	}
	out := struct {
		ID        string            `json:"id"`
		Name      string            `json:"name"`
		Year      int               `json:"year"`
		Reports   *pipeline.Count   `json:"reports"`
		Share     *float64          `json:"share_percent"`
		Rank      *int              `json:"rank"`
		Status    pipeline.Status   `json:"status"`
		Marks     string            `json:"marks"`
		Members   []string          `json:"members,omitempty"`
		Rows      []row             `json:"rows"`
		Steps     []step            `json:"steps"`
		Notes     []string          `json:"notes"`
		Citations map[string]string `json:"citations"`
	}{
		ID: c.Series.ID, Name: c.Series.Name, Year: c.Point.Year, Reports: c.Point.Reports,
		Status: c.Point.Status, Marks: c.Point.Marks.String(), Rows: []row{}, Notes: c.Notes, Citations: map[string]string{},
	}
	if c.Point.Share != nil {
		percent := 100 * *c.Point.Share
		out.Share = &percent
	}
	if c.Point.Rank > 0 {
		out.Rank = &c.Point.Rank
	}
	if c.Series.Type != compare.TypePlatform {
		out.Members = c.Point.Members
	}
	for _, f := range c.Point.Figures {
		out.Rows = append(out.Rows, row{f.Name, f.Reports, f.Platform, f.At.Page, f.At.Row, f.SHA256, f.URL})
	}
	for _, s := range c.Steps {
		out.Steps = append(out.Steps, step(s))
	}
	for _, f := range explain.Formats {
		out.Citations[f] = explain.Write(c.Citations, f)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
