// Package explain leads a figure back to where anyone can look it up.
//
// In: the model of comparison, the registry, a series and a year. Out: a Chain,
// as data: the steps from the figure to its document, the notes a reader must
// know, and citations. Notes also says what must be known about several series
// shown together. It reads every value and verdict from the model.
package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/registry"
)

// Chain is the way from one figure back to its documents.
type Chain struct {
	Series    *compare.Series
	Point     *compare.Point
	Steps     []Step
	Notes     []string   // what a reader must know along with the figure
	Citations []Citation // one for each document that the figure rests on
}

// Step is one step of a chain. A step without a label belongs to the one before.
type Step struct {
	Part  Part
	Label string
	Text  string
}

// Part says which part of a chain a step belongs to.
type Part string

const (
	PartFigure   Part = "figure"
	PartRow      Part = "row"
	PartOwnCount Part = "own-count"
	PartDocument Part = "document"
)

// NoFigure says why a series has no figure in a year.
type NoFigure struct{ Text string }

func (e *NoFigure) Error() string { return e.Text }

// Figure explains the figure of a series in a year. The error is a *NoFigure.
func Figure(m *compare.Model, reg *registry.Registry, s *compare.Series, year int) (Chain, error) {
	p := s.At(year)
	if p == nil {
		return Chain{}, &NoFigure{fmt.Sprintf("no data for %d", year)}
	}
	if p.Reports == nil {
		return Chain{}, &NoFigure{Absence(m, s, p)}
	}
	b := builder{m: m, ds: m.Data, reg: reg, part: PartFigure, chain: Chain{Series: s, Point: p}}
	b.figure()
	b.part = PartRow
	for _, f := range p.Figures {
		b.row(f)
	}
	b.part = PartOwnCount
	for _, w := range m.WitnessesOf(s, year) {
		b.witness(w)
	}
	b.part = PartDocument
	b.total()
	if ed := b.ds.Edition(year); ed != nil && s.ID != compare.TotalID {
		b.edition(*ed)
	}
	b.chain.Notes = Caveats(m, s, p)
	b.chain.Citations = citations(m, s, p)
	return b.chain, nil
}

// builder writes the steps of one chain.
type builder struct {
	m     *compare.Model
	ds    *pipeline.Dataset
	reg   *registry.Registry
	part  Part
	chain Chain
}

func (b *builder) step(label, format string, args ...any) {
	b.chain.Steps = append(b.chain.Steps, Step{b.part, label, fmt.Sprintf(format, args...)})
}

// figure says what is counted, who owns it and how large it is.
func (b *builder) figure() {
	s, p := b.chain.Series, b.chain.Point
	if n := len(p.Figures); n > 1 {
		members := " of " + b.m.Names(p.Members)
		switch s.Type {
		case compare.TypePlatform:
			members = ", named below"
		case compare.TypeCompany:
			members = fmt.Sprintf(" of what it owned on 31 December %d: %s", p.Year, b.m.Names(p.Members))
		}
		b.step("Sum", "of %d %s rows%s", n, RowKind(p.Status), members)
	}
	if s.Type == compare.TypePlatform {
		b.platform(s, p)
	}
	if p.Share != nil && s.Type != compare.TypeTotal {
		text := pipeline.PercentText(*p.Share) + " of the reports of all providers"
		if p.Rank > 0 {
			text += fmt.Sprintf("; number %d of the year", p.Rank)
		}
		b.step("Share", "%s", text)
	}
}

func (b *builder) platform(s *compare.Series, p *compare.Point) {
	if pl := b.ds.Platform(s.ID); pl != nil {
		text := fmt.Sprintf("%s (%s), %s%s. %s", pl.Name, pl.ID, pl.Kind, userWords(pl.User), pl.Note)
		b.step("Platform", "%s", strings.TrimSuffix(text, ". "))
	}
	day := pipeline.LastDay(p.Year)
	i := slices.IndexFunc(b.ds.Owners, func(o pipeline.Ownership) bool { return o.Platform == s.ID && o.On(day) })
	if i < 0 {
		b.step("Owner", "not established: no source names one")
		return
	}
	o := b.ds.Owners[i]
	if o.Company == pipeline.Independent {
		b.step("Owner", "independent: no owner above it (%s)%s", o.Source, userWords(o.User))
		return
	}
	name, text := o.Company, ""
	if c := b.m.Company(o.Company); c != nil {
		name = c.Name
		if sum := c.At(p.Year).Reports; sum != nil && *sum != *p.Reports {
			text = fmt.Sprintf("; its platforms together have %s", sum)
		}
	}
	b.step("Owner", "%s on 31 December %d (%s)%s%s", name, p.Year, o.Source, userWords(o.User), text)
}

// row explains one printed row, or one row of a third party's transcription.
func (b *builder) row(f pipeline.Figure) {
	if f.Status == pipeline.SecondaryHand {
		b.step("Transcribed as", "%s | %s (the third party's label)", f.Name, f.Reports)
	} else {
		b.step("Printed row", "%s | %s", Printed(f), f.Reports)
	}
	if f.At.Page > 0 {
		b.step("Place", "page %d, row %d of the page", f.At.Page, f.At.Row)
	}
	if p := b.ds.Platform(f.Platform); p != nil && b.chain.Series.Type != compare.TypePlatform {
		b.step("Platform", "%s (%s)", p.Name, p.ID)
	}
	if f.Match == pipeline.NoMatch {
		b.step("Name", "no alias matches; shown as %s", RowKind(f.Status))
	} else {
		text := fmt.Sprintf("%s match with the alias %q", f.Match, f.Alias)
		for _, a := range b.reg.Aliases {
			if a.Printed == f.Alias && a.Platform == f.Platform {
				text += strings.TrimSuffix(": "+a.Note, ": ") + " (" + a.Source + ")"
			}
		}
		b.step("Name", "%s", text)
	}
	var meanings []string
	for _, m := range pipeline.FlagMeanings {
		if f.Flags.Has(m.Flag) {
			meanings = append(meanings, fmt.Sprintf("%c: %s", m.Flag, m.Meaning))
		}
	}
	if len(meanings) > 0 {
		b.step("Flags", "%s", strings.Join(meanings, "; "))
	}
}

// total says where the CyberTipline's total comes from.
func (b *builder) total() {
	for _, t := range b.ds.Totals {
		if t.Year == b.chain.Point.Year && b.chain.Series.ID == compare.TotalID {
			b.step("Source", "%s", t.Source)
			if t.ESP != nil && t.Public != nil {
				b.step("Of these", "%s by providers, %s by the public", t.ESP, t.Public)
			}
		}
	}
}

// edition explains the document of a year and which checks it passed.
func (b *builder) edition(ed pipeline.Edition) {
	if ed.Source != "" {
		b.step("Source", "%s", ed.Source)
		if a := ed.Document.Address(); a != "" {
			b.step("Address", "%s", a)
		}
	} else {
		b.document(ed)
	}
	b.checks(ed)
	for _, f := range b.ds.Findings {
		if f.Year == ed.Year && f.Severity != pipeline.Note && f.Code != pipeline.UnmatchedName {
			b.step("Finding", "%s: %s", f.Code, f.What)
		}
	}
}

func (b *builder) document(ed pipeline.Edition) {
	d := ed.Document
	b.step("Document", "%s", cmp.Or(ed.Title, d.Name))
	unknown := fmt.Sprintf("not known: saved by hand as %s; --address %d=URL gives it", d.Name, ed.Year)
	b.step("Address", "%s", cmp.Or(d.Address(), unknown))
	retrieved := d.Retrieved.UTC().Format(longDate + " 15:04 UTC")
	if d.ByHand() {
		text := "saved by hand"
		if !d.Retrieved.IsZero() {
			text += ", taken in on " + retrieved
		}
		if d.Origin == pipeline.FromHand {
			text += "; nobody has compared it with the publisher's"
		}
		b.step("Copy", "%s", text)
	} else if d.Mirror != "" {
		b.step("Copy", "the bytes came from %s", d.Mirror)
	}
	b.step("SHA-256", "%s", d.SHA256)
	if !d.Dated.IsZero() {
		b.step("Dated", "%s, from the document's own date", d.Dated.Format(longDate))
	}
	if d.Retrieved.IsZero() {
		retrieved = "not by this archive: read from the snapshot shipped with the program"
	}
	if !d.ByHand() {
		b.step("Retrieved", "%s", retrieved)
	}
}

func (b *builder) checks(ed pipeline.Edition) {
	sum := ed.Sum()
	switch {
	case ed.Total == nil:
		b.step("Checks", "%d rows sum to %s; the document prints no total", len(ed.Rows), sum)
	case sum == ed.Total.Reports:
		b.step("Checks", "the %d rows sum exactly to the printed total, %s", len(ed.Rows), ed.Total.Reports)
	case ed.Partial():
		b.step("Checks", "none against the document: the %d rows transcribed are %s of the given total, %s", len(ed.Rows), pipeline.PercentText(ed.Coverage()), ed.Total.Reports)
	default:
		b.step("Checks", "FAILED: the %d rows sum to %s, the printed total is %s", len(ed.Rows), sum, ed.Total.Reports)
	}
	for _, t := range b.ds.Totals {
		if t.Year != ed.Year || t.ESP == nil || ed.Total == nil || ed.Partial() {
			continue
		}
		switch {
		case *t.ESP != ed.Total.Reports && ed.TotalAccepted:
			b.step("", "contradicts the total on file, %s (%s); the user accepted it", t.ESP, t.Source)
		case *t.ESP != ed.Total.Reports:
			b.step("", "contradicts the total on file, %s (%s)", t.ESP, t.Source)
		case t.Status() == pipeline.SecondaryHand:
			b.step("", "a third party's transcription gives the same total: %s", t.Source)
		default:
			b.step("", "NCMEC gives the same total elsewhere: %s", t.Source)
		}
	}
	if len(ed.Readings) > 1 {
		b.step("", "independent readings of the file agree: %s", strings.Join(ed.Readings, ", "))
	}
}

const longDate = "2 January 2006"

// userWords marks a fact of the user's own registry layer.
func userWords(user bool) string {
	if user {
		return " [user]"
	}
	return ""
}
