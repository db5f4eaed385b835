// Package build makes the Dataset: archive + snapshot + registry in, everything
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
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

// Inputs is all that a Dataset is made of. Snapshot and Registry are required.
type Inputs struct {
	Archive  *archive.Archive // nil where there is none
	Reader   *Reader          // reads the documents of Archive; nil without Archive
	Snapshot *snapshot.Snapshot
	Registry *registry.Registry

	Years func(year int) bool // the years to use; nil for all
	Today time.Time           // a table of a year that has not ended by then is refused; zero refuses none
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

// Dataset reads every version of every document, checks it, chooses one edition
// for each year, resolves its names and compares the years. A document that
// cannot be read is a finding; the error is for a run without an edition
// (ErrNoEdition), or whose ctx has ended.
func Dataset(ctx context.Context, in Inputs) (*pipeline.Dataset, error) {
	var versions []check.Version
	for _, e := range in.Snapshot.Editions {
		versions = append(versions, check.Version{Edition: e, Shipped: true})
	}
	found := slices.Clone(in.Found)
	var docs []document
	if in.Archive != nil {
		var err error
		if docs, err = readArchive(ctx, in); err != nil {
			return nil, err
		}
		for _, d := range docs {
			versions = append(versions, d.versions...)
		}
	}
	if in.Years != nil {
		versions = slices.DeleteFunc(versions, func(v check.Version) bool { return !in.Years(v.Year) })
	}
	for i := range versions {
		found = append(found, check.Gate(&versions[i].Edition, in.Snapshot.Totals, slices.Contains(in.AcceptTotals, versions[i].Year))...)
	}

	ds := &pipeline.Dataset{Totals: in.Snapshot.Totals}
	var chosen []pipeline.Finding
	ds.Editions, ds.Passed, chosen = check.Choose(versions)
	if len(ds.Editions) == 0 {
		return nil, fmt.Errorf("%w%s", ErrNoEdition, unread(docs))
	}
	resolver := resolve.New(in.Registry)
	filled := resolver.Fill(ds)
	changes, revised := check.History(versions, platformID(resolver))
	ds.Changes = changes
	check.MarkRevised(ds.Figures, changes)
	filled = append(filled, compare.New(ds).MarkBreaks()...)

	for _, d := range docs {
		found = append(found, d.findings(ds)...)
	}
	ds.Findings = Sort(slices.Concat(found, chosen, check.Years(ds.Editions), filled, revised))
	return ds, nil
}

// unread names the documents that could not be read, with the reason: "" if
// there are none.
func unread(docs []document) string {
	var b strings.Builder
	for _, d := range docs {
		for _, f := range d.found {
			if f.Severity == pipeline.Fail && len(d.versions) == 0 {
				what := strings.TrimPrefix(f.What, d.Name+": ")
				if !strings.Contains(what, d.Named()) {
					what = d.Named() + ": " + what
				}
				b.WriteString("; " + what)
			}
		}
	}
	return b.String()
}

// platformID returns what gives the platform id of a printed name.
func platformID(resolver *resolve.Resolver) func(name string) string {
	ids := map[string]string{}
	return func(name string) string {
		id, ok := ids[name]
		if !ok {
			if id = resolver.Name(name).Platform; id == "" {
				id = resolve.UnmatchedID(name)
			}
			ids[name] = id
		}
		return id
	}
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
