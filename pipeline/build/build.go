// Package build makes the model: archive + snapshot + registry in, everything
// a run knows out. It calls the stages in order and chooses the version of each
// year that counts. It opens no network connection, reads no clock and prints
// nothing; the only thing it writes are readings kept in the archive.
package build

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/check"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

// Inputs is all that a Model is made of. Snapshot and Resolver are required.
type Inputs struct {
	Archive  *archive.Archive // nil where there is none
	Reader   *Reader          // reads the documents of Archive; nil without Archive
	Snapshot *snapshot.Snapshot
	Resolver *resolve.Resolver

	Years func(year int) bool // the years to use; nil for all
	Today time.Time           // a table of a year that has not ended by then is refused
	// AsOf leaves out what was not known on that day; zero leaves out nothing.
	// A document of the archive is known from its first sighting, an edition of
	// the snapshot from the date its document gives for itself. What the registry
	// says of names, owners and breaks is of today.
	AsOf time.Time
	// AcceptTotals lists the years whose printed total the user accepts though
	// it contradicts the ESP total on file.
	AcceptTotals []int
	// Addresses gives, by year, the public address of documents saved by hand.
	Addresses map[int]string

	Site  pipeline.Site      // the publisher's
	Found []pipeline.Finding // what fetching has found
}

// ErrNoEdition says that no edition of any of the years is held.
var ErrNoEdition = errors.New("no edition of these years")

// Model reads every version of every document, checks it, chooses one edition
// for each year, resolves its names and compares the years. A document that
// cannot be read is a finding; the error is for a run without an edition
// (ErrNoEdition), or whose ctx has ended.
func Model(ctx context.Context, in Inputs) (*compare.Model, error) {
	found := slices.Clone(in.Found)
	if !in.AsOf.IsZero() {
		in = in.asOf()
	}
	held := slices.Clone(in.Snapshot.Editions)
	var docs []document
	if in.Archive != nil {
		var err error
		if docs, err = readArchive(ctx, in); err != nil {
			return nil, err
		}
		found = append(found, in.Archive.Damaged()...)
		for _, d := range docs {
			held = append(held, d.editions...)
		}
	}
	if in.Years != nil {
		held = slices.DeleteFunc(held, func(e pipeline.Edition) bool { return !in.Years(e.Year) })
	}
	for i := range held {
		found = append(found, check.Gate(&held[i], in.Snapshot.Totals, slices.Contains(in.AcceptTotals, held[i].Year))...)
	}

	ds := &pipeline.Dataset{Totals: in.Snapshot.Totals}
	var chosen []pipeline.Finding
	ds.Editions, ds.Passed, chosen = check.Choose(held)
	if len(ds.Editions) == 0 {
		return nil, fmt.Errorf("%w%s", ErrNoEdition, unread(docs))
	}
	if !in.AsOf.IsZero() {
		newest := ds.Editions[len(ds.Editions)-1].Year
		ds.Totals = slices.DeleteFunc(slices.Clone(ds.Totals), func(t pipeline.YearTotal) bool { return t.Year > newest })
		found = append(found, knownThen(in.AsOf, ds.Editions))
	}
	filled := in.Resolver.Fill(ds)
	changes, revised := check.History(held, func(name string) string { return in.Resolver.Name(name).ID })
	ds.Changes = changes
	check.MarkRevised(ds.Figures, changes)
	m := compare.New(ds)
	filled = append(filled, m.MarkBreaks()...)

	for _, d := range docs {
		found = append(found, d.findings(ds)...)
	}
	ds.Findings = Sort(slices.Concat(found, chosen, check.Years(ds.Editions), filled, revised))
	return m, nil
}

// asOf leaves of the inputs what was known at the end of the day.
func (in Inputs) asOf() Inputs {
	end := in.AsOf.AddDate(0, 0, 1).Add(-time.Nanosecond)
	snap := *in.Snapshot
	snap.Editions = slices.DeleteFunc(slices.Clone(snap.Editions), func(e pipeline.Edition) bool {
		return e.Document.Dated.IsZero() || e.Document.Dated.After(end)
	})
	in.Snapshot = &snap
	if in.Archive != nil {
		in.Archive = in.Archive.AsOf(end)
	}
	return in
}

// knownThen says what was known on a day.
func knownThen(day time.Time, editions []pipeline.Edition) pipeline.Finding {
	var list []string
	for _, e := range editions {
		var since []string
		if at := e.Document.Dated; !at.IsZero() {
			since = append(since, "dated "+at.Format(time.DateOnly))
		}
		if at := e.Document.Retrieved; !at.IsZero() {
			since = append(since, "seen on "+at.UTC().Format(time.DateOnly))
		}
		list = append(list, fmt.Sprintf("%d (%s)", e.Year, strings.Join(since, ", ")))
	}
	return pipeline.Finding{Code: pipeline.AsOf, Severity: pipeline.Note,
		What: fmt.Sprintf("As of %s these editions were known: %s. Names, owners and breaks are as known today.", day.Format(time.DateOnly), strings.Join(list, ", "))}
}

// unread names the documents that could not be read, with the reason: "" if
// there are none.
func unread(docs []document) (list string) {
	for _, d := range docs {
		for _, f := range d.found {
			if f.Severity == pipeline.Fail && len(d.editions) == 0 {
				what := strings.TrimPrefix(f.What, d.Name+": ")
				if !strings.Contains(what, d.Named()) {
					what = d.Named() + ": " + what
				}
				list += "; " + what
			}
		}
	}
	return list
}

// Sort orders findings by severity, year, code and place, and drops those that
// are there twice.
func Sort(found []pipeline.Finding) []pipeline.Finding {
	rank := map[pipeline.Severity]int{pipeline.Fail: 0, pipeline.Warn: 1, pipeline.Note: 2}
	slices.SortStableFunc(found, func(x, y pipeline.Finding) int {
		return cmp.Or(
			cmp.Compare(rank[x.Severity], rank[y.Severity]),
			cmp.Compare(x.Year, y.Year),
			cmp.Compare(x.Code, y.Code),
			cmp.Compare(x.Document, y.Document),
			cmp.Compare(x.At.Page, y.At.Page),
			cmp.Compare(x.At.Row, y.At.Row),
			cmp.Compare(x.What, y.What),
		)
	})
	return slices.CompactFunc(found, func(x, y pipeline.Finding) bool { return x == y })
}
