package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/pipeline"
	"espfigures/pipeline/claim"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
)

func newExplain(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "explain NAME YEAR",
		Short: "Where a figure comes from: document, page, row, checks, and a citation",
		Long: `Prints the chain from a figure to the place where anyone can look it up: the
printed row, its page, the document with address and hash, the alias that
matched, the owner, the checks the table passed, the caveats, and a citation to
paste. For a company, the chain of every member.

Exits 1 where the name is not known or has no figure in the year; then it says
why there is none.`,
		Example: `  espfigures explain imgur 2022
  espfigures explain x 2023           # two rows of one service
  espfigures explain meta 2021        # a company and its members`,
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
			ds, finder, found, err := a.find(cmd, name)
			if err != nil {
				return err
			}
			c := &ds.ByPlatform
			if found.Company {
				c = &ds.ByCompany
			}
			s := c.Find(found.ID)
			i := slices.Index(c.Years, year)
			if s == nil || i < 0 {
				return fmt.Errorf("no data for %d; years available: %s", year, yearsHeld(ds.Dataset))
			}
			pt := s.Points[i]
			e := explainer{ds: ds.Dataset, reg: ds.registry}
			if pt.Reports == nil && !found.Company {
				// A row that was printed until 2020 alone is not what is asked
				// for with "automattic 2023": the company of that name is.
				if c := sameName(ds.Dataset, finder, name, found); c != nil && c.Points[i].Reports != nil {
					e.instead = fmt.Sprintf("the company %s; the platform %s has no figure of its own in %d", c.Name, s.Name, year)
					s, pt, found.Company = c, c.Points[i], true
				}
			}
			if pt.Reports == nil {
				return fmt.Errorf("%s", claim.Absence(ds.Dataset, s, pt))
			}
			_, err = io.WriteString(a.stdout, e.explain(s, pt, found.Company))
			return err
		},
	}
}

// sameName returns the series of the company that has the name or the id of a
// platform, or nil.
func sameName(ds *pipeline.Dataset, finder *resolve.Finder, name string, platform resolve.Found) *pipeline.Series {
	c, ok := finder.SameName(name)
	if !ok {
		c, ok = finder.SameID(platform.ID)
	}
	if !ok {
		return nil
	}
	return ds.ByCompany.Find(c.ID)
}

// explainer writes the chain of one figure.
type explainer struct {
	ds  *pipeline.Dataset
	reg *registry.Registry
	b   strings.Builder
	// instead says what is explained in place of what was named; "" mostly.
	instead string
}

func (e *explainer) line(label, format string, args ...any) {
	e.b.WriteString(wrapped(fmt.Sprintf(format, args...), fmt.Sprintf("%-12s", label), strings.Repeat(" ", 12)))
}

func (e *explainer) explain(s *pipeline.Series, pt pipeline.Point, company bool) string {
	fmt.Fprintf(&e.b, "%s, %d: %s reports to NCMEC's CyberTipline [%s]\n\n", s.Name, pt.Year, pt.Reports, pt.Status)
	if e.instead != "" {
		e.line("Explained", "%s", e.instead)
	}
	if n := len(pt.Figures); n > 1 {
		e.line("Sum", "of %d %s rows%s", n, claim.RowKind(pt.Status), e.memberWords(pt))
	}
	if !company {
		e.platform(s, pt)
	}
	if pt.Share != nil {
		text := share(*pt.Share) + " of the reports of all providers"
		if pt.Rank > 0 {
			text += fmt.Sprintf("; number %d of the year", pt.Rank)
		}
		e.line("Share", "%s", text)
	}
	for _, i := range pt.Figures {
		e.b.WriteString("\n")
		e.row(e.ds.Figures[i], company)
	}
	if ed := e.ds.Edition(pt.Year); ed != nil {
		e.b.WriteString("\n")
		e.edition(*ed)
	}
	e.b.WriteString("\n")
	for _, c := range claim.Caveats(e.ds, s, pt) {
		e.b.WriteString(wrapped(c, "- ", "  "))
	}
	e.b.WriteString("\n")
	e.b.WriteString("To cite:\n")
	if company || len(pt.Figures) > 1 {
		fmt.Fprintf(&e.b, "Sum of the rows below, by espfigures: %s, %d: %s reports.\n", s.Name, pt.Year, pt.Reports)
	}
	for _, i := range pt.Figures {
		e.b.WriteString(e.citation(e.ds.Figures[i]) + "\n")
	}
	return e.b.String()
}

func (e *explainer) memberWords(pt pipeline.Point) string {
	if len(pt.Members) == 0 {
		return ", named below"
	}
	var names []string
	for _, m := range pt.Members {
		if p := e.ds.Platform(m); p != nil {
			names = append(names, p.Name)
		}
	}
	return fmt.Sprintf(" of what it owned on 31 December %d: %s", pt.Year, strings.Join(names, ", "))
}

func (e *explainer) platform(s *pipeline.Series, pt pipeline.Point) {
	if p := e.ds.Platform(s.ID); p != nil {
		text := fmt.Sprintf("%s (%s), %s", p.Name, p.ID, p.Kind)
		if p.Note != "" {
			text += ". " + p.Note
		}
		e.line("Platform", "%s", text)
	}
	c := e.ds.Owner(s.ID, pt.Year)
	if c == nil {
		e.line("Owner", "none is named by a source; it stands alone")
		return
	}
	source := ""
	day := fmt.Sprintf("%d-12-31", pt.Year)
	for _, o := range e.ds.Owners {
		if o.Platform == s.ID && o.Company == c.ID && o.From <= day && (o.To == "" || o.To >= day) {
			source = o.Source
		}
	}
	text := fmt.Sprintf("%s on 31 December %d (%s)", c.Name, pt.Year, source)
	if sum := e.ds.ByCompany.Find(c.ID); sum != nil {
		if i := slices.Index(e.ds.ByCompany.Years, pt.Year); i >= 0 && sum.Points[i].Reports != nil && *sum.Points[i].Reports != *pt.Reports {
			text += fmt.Sprintf("; its platforms together have %s", sum.Points[i].Reports)
		}
	}
	e.line("Owner", "%s", text)
}

// row explains one printed row, or one row of a third party's transcription.
func (e *explainer) row(f pipeline.Figure, company bool) {
	if f.Status == pipeline.SecondaryHand {
		e.line("Transcribed as ", "%s | %s (the third party's label)", f.Name, f.Reports)
	} else {
		e.line("Printed row", "%s | %s", claim.Printed(f), f.Reports)
	}
	if f.At.Page > 0 {
		e.line("Place", "page %d, row %d of the page", f.At.Page, f.At.Row)
	}
	if company {
		if p := e.ds.Platform(f.Platform); p != nil {
			e.line("Platform", "%s (%s)", p.Name, p.ID)
		}
	}
	switch f.Match {
	case pipeline.NoMatch:
		e.line("Name", "known under no alias; shown as %s", claim.RowKind(f.Status))
	default:
		text := fmt.Sprintf("%s match with the alias %q", f.Match, f.Alias)
		for _, a := range e.reg.Aliases {
			if a.Printed == f.Alias && a.Platform == f.Platform {
				if a.Note != "" {
					text += ": " + a.Note
				}
				text += " (" + a.Source + ")"
			}
		}
		e.line("Name", "%s", text)
	}
	if f.Flags != "" {
		var meanings []string
		for _, m := range pipeline.FlagMeanings {
			if f.Flags.Has(m.Flag) {
				meanings = append(meanings, fmt.Sprintf("%c: %s", m.Flag, m.Meaning))
			}
		}
		e.line("Flags", "%s", strings.Join(meanings, "; "))
	}
}

// edition explains the document of a year and what it passed.
func (e *explainer) edition(ed pipeline.Edition) {
	d := ed.Document
	if ed.Source != "" {
		e.line("Source", "%s", ed.Source)
		if d.Address() != "" {
			e.line("Address", "%s", d.Address())
		}
	} else {
		title := ed.Title
		if title == "" {
			title = d.Name
		}
		e.line("Document", "%s", title)
		e.line("Address", "%s", d.Address())
		if d.ByHand() {
			e.line("Copy", "%s", copyByHand(d))
		} else if d.Mirror != "" {
			e.line("Copy", "the bytes came from %s", d.Mirror)
		}
		e.line("SHA-256", "%s", d.SHA256)
		if !d.Dated.IsZero() {
			e.line("Dated", "%s, from the document's own date", d.Dated.Format("2 January 2006"))
		}
		switch {
		case d.ByHand(): // said already
		case d.Retrieved.IsZero():
			e.line("Retrieved", "not by this archive: read from the snapshot shipped with the program")
		default:
			e.line("Retrieved", "%s", d.Retrieved.UTC().Format("2 January 2006 15:04 UTC"))
		}
	}
	sum := ed.Sum()
	switch {
	case ed.Total == nil:
		e.line("Checks", "%d rows sum to %s; the document prints no total", len(ed.Rows), sum)
	case sum == ed.Total.Reports:
		e.line("Checks", "the %d rows sum exactly to the printed total, %s", len(ed.Rows), ed.Total.Reports)
	case ed.Partial():
		e.line("Checks", "none against the document: the %d rows transcribed are %.1f%% of the given total, %s", len(ed.Rows), 100*ed.Coverage(), ed.Total.Reports)
	default:
		e.line("Checks", "FAILED: the %d rows sum to %s, the printed total is %s", len(ed.Rows), sum, ed.Total.Reports)
	}
	for _, t := range e.ds.Totals {
		if t.Year != ed.Year || t.ESP == nil || ed.Total == nil || *t.ESP != ed.Total.Reports || ed.Partial() {
			continue
		}
		if strings.Contains(t.Source, "(secondary)") {
			e.line("", "a third party's transcription gives the same total: %s", t.Source)
		} else {
			e.line("", "NCMEC gives the same total elsewhere: %s", t.Source)
		}
	}
	if len(ed.Readings) > 1 {
		e.line("", "independent readings of the file agree: %s", strings.Join(ed.Readings, ", "))
	}
	for _, f := range e.ds.Findings {
		if f.Year == ed.Year && f.Severity != pipeline.Note && f.Code != pipeline.UnmatchedName {
			e.line("Finding", "%s: %s", f.Code, f.What)
		}
	}
}

// citation is one sentence to paste below a figure.
func (e *explainer) citation(f pipeline.Figure) string {
	ed := e.ds.Edition(f.Year)
	if ed == nil || ed.Source != "" {
		return fmt.Sprintf("%q, %d: %s reports. Transcription of part of NCMEC's table of CyberTipline reports by ESP, not read from the document: %s", f.Name, f.Year, f.Reports, f.URL)
	}
	d := ed.Document
	dated, where, when := "", "", ""
	if !d.Dated.IsZero() {
		dated = "dated " + d.Dated.Format("2 January 2006") + ", "
	}
	if f.At.Page > 0 {
		where = fmt.Sprintf("p. %d, row %d of the page, ", f.At.Page, f.At.Row)
	}
	if !d.Retrieved.IsZero() && !d.ByHand() { // else nobody asked the address that day
		when = ", retrieved " + d.Retrieved.UTC().Format("2 January 2006")
	}
	return fmt.Sprintf("National Center for Missing & Exploited Children, %d CyberTipline Reports by Electronic Service Providers (ESP), %s%s%q: %s reports. %s%s (SHA-256 %s)",
		f.Year, dated, where, claim.Printed(f), f.Reports, f.URL, when, f.SHA256)
}

// copyByHand says of a file that a person saved when it was taken in.
func copyByHand(d pipeline.Document) string {
	text := "saved by hand"
	if !d.Retrieved.IsZero() {
		text += ", taken in on " + d.Retrieved.UTC().Format("2 January 2006 15:04 UTC")
	}
	return text
}
