package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/sync/errgroup"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/check"
	"espfigures/pipeline/compare/legacy"
	"espfigures/pipeline/extract"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
	"espfigures/scrapers"
)

// dataset builds the Dataset from the archive, if there is one, and the
// snapshot, without any network. It is what every command but refresh uses.
func (a *app) dataset(ctx context.Context) (*pipeline.Dataset, error) {
	if err := isFolder("--archive", a.archive); err != nil {
		return nil, err
	}
	arch, err := archive.OpenReadOnly(a.archive)
	if errors.Is(err, fs.ErrNotExist) {
		if a.archiveGiven {
			a.say("%s: no archive there; the figures are those shipped with the program.", a.archive)
		}
		return a.assemble(ctx, nil, nil)
	}
	if err != nil {
		return nil, err
	}
	defer arch.Close()
	return a.assemble(ctx, arch, nil)
}

// assemble walks every held version the whole way: read, check, choose,
// resolve, compare. arch may be nil. found are findings made before, while
// fetching.
func (a *app) assemble(ctx context.Context, arch *archive.Archive, found []pipeline.Finding) (*pipeline.Dataset, error) {
	snap, err := snapshot.Default()
	if err != nil {
		return nil, fmt.Errorf("the snapshot shipped with the program: %w", err)
	}
	reg, err := registry.Default()
	if err != nil {
		return nil, fmt.Errorf("the registry shipped with the program: %w", err)
	}
	var versions []check.Version
	for _, e := range snap.Editions {
		versions = append(versions, check.Version{Edition: e, Shipped: true})
	}
	if arch != nil {
		held, faults, err := a.readArchive(ctx, arch, snap)
		if err != nil {
			return nil, err
		}
		versions = append(versions, held...)
		found = append(found, faults...)
	}
	shortRun()
	versions = slices.DeleteFunc(versions, func(v check.Version) bool { return !a.years.has(v.Year) })

	ds := &pipeline.Dataset{Totals: snap.Totals}
	var chosen []pipeline.Finding
	ds.Editions, ds.Passed, chosen = check.Choose(versions)
	if len(ds.Editions) == 0 {
		return nil, fmt.Errorf("no edition of the years %s is held", a.years.String())
	}
	resolver := resolve.New(reg)
	filled := resolver.Fill(ds)
	ids := map[string]string{} // by printed name
	changes, revised := check.History(versions, func(name string) string {
		id, ok := ids[name]
		if !ok {
			if id = resolver.Name(name).Platform; id == "" {
				id = resolve.UnmatchedID(name)
			}
			ids[name] = id
		}
		return id
	})
	ds.Changes = changes
	// One list, made once: there may be a finding for each of many thousand rows.
	found = slices.Concat(found, chosen, check.Totals(ds.Editions, ds.Totals), check.Years(ds.Editions), filled, revised)
	check.MarkRevised(ds.Figures, changes)
	legacy.Fill(ds)

	ds.Findings = sortFindings(settled(found, versions, ds))
	return ds, nil
}

// settled lowers to notes what was found in documents that are replaced: their
// address answers with other bytes by now, and the year has a verified edition.
// What was wrong then is no fault of this run.
func settled(found []pipeline.Finding, versions []check.Version, ds *pipeline.Dataset) []pipeline.Finding {
	old := map[string]bool{}
	for _, v := range versions {
		if used := ds.Edition(v.Year); v.Superseded && used != nil && used.Status == pipeline.Verified && used.Document.SHA256 != v.Document.SHA256 {
			old[v.Document.SHA256] = true
		}
	}
	for i, f := range found {
		if f.Document != "" && old[f.Document] && f.Code != pipeline.Revision {
			found[i].Severity = pipeline.Note
		}
	}
	return found
}

// readArchive reads every version in the archive into editions. A document
// that cannot be read is a finding: the other years do not suffer for it.
func (a *app) readArchive(ctx context.Context, arch *archive.Archive, snap *snapshot.Snapshot) ([]check.Version, []pipeline.Finding, error) {
	held, err := arch.All()
	if err != nil {
		return nil, nil, err
	}
	defer boundMemory()()
	reader := extract.New()
	defer reader.Close()
	type outcome struct {
		versions []check.Version
		found    []pipeline.Finding
	}
	outcomes := make([]outcome, len(held))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2) // more instances of PDFium cost memory and gain little on two cores
	for i, h := range held {
		group.Go(func() error {
			o := &outcomes[i]
			doc := h.Document()
			for _, e := range snap.Editions {
				if e.Document.SHA256 == doc.SHA256 && !scrapers.Publisher(doc.Address()) {
					// A copy, by hand or from another host, of the very bytes
					// that stood at the publisher's address: that is what a
					// reader can open.
					doc.Mirror, doc.URL, doc.FinalURL = doc.Address(), e.Document.URL, ""
				}
			}
			res, err := a.reading(ctx, arch, reader, doc)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				o.found = append(o.found, unreadable(doc, err))
				return nil
			}
			doc.Dated = res.Dated
			linked := yearOfLink(h)
			latest := 0
			for _, t := range res.Tables {
				latest = max(latest, t.Year)
			}
			for _, t := range res.Tables {
				if t.Year != 0 && linked != 0 && latest != linked {
					o.found = append(o.found, pipeline.Finding{
						Code: pipeline.SourceFault, Severity: pipeline.Warn, Year: t.Year, Document: doc.SHA256,
						What: fmt.Sprintf("the link to %s names %d, the document reports on %d; its own year is used", doc.Address(), linked, latest),
					})
				}
				if t.Year == 0 && len(res.Tables) == 1 && !conflicting(res.Findings) {
					t.Year = linked
				}
				if t.Year == 0 {
					o.found = append(o.found, pipeline.Finding{
						Code: pipeline.YearUnknown, Severity: pipeline.Fail, Document: doc.SHA256,
						What: fmt.Sprintf("the table at %s is left out: neither the document nor its link says which year it reports on", doc.Address()),
					})
					continue
				}
				status, found := check.Edition(t, doc, res.Findings)
				o.found = append(o.found, found...)
				o.versions = append(o.versions, check.Version{
					Edition: pipeline.Edition{
						Year: t.Year, Document: doc, Title: t.Title, Rows: t.Rows, Total: t.Total,
						Status: status, Readings: t.Readings,
					},
					Superseded: superseded(arch, h),
					Beside:     t.Year < latest,
					Order:      i + 1,
				})
			}
			for _, f := range res.Findings {
				f.Document = doc.SHA256
				o.found = append(o.found, f)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	var versions []check.Version
	var found []pipeline.Finding
	var tables [][]pipeline.Row
	for _, o := range outcomes {
		for _, v := range o.versions {
			tables = append(tables, v.Rows)
		}
		versions = append(versions, o.versions...)
		found = append(found, o.found...)
	}
	shareNames(tables)
	return versions, found, nil
}

// conflicting reports whether a document names several years its reports may
// be of: then no link decides between them.
func conflicting(found []pipeline.Finding) bool {
	return slices.ContainsFunc(found, func(f pipeline.Finding) bool {
		return f.Code == pipeline.YearUnknown && f.Severity == pipeline.Fail
	})
}

// yearOfLink returns the year named by the link a document was found under, 0
// if it names none.
func yearOfLink(h archive.Held) int {
	best := h.Best()
	return scrapers.LinkYear(best.LinkText, best.Title, best.Asked)
}

// superseded reports whether every address a version was seen at answers with
// other bytes by now.
func superseded(arch *archive.Archive, h archive.Held) bool {
	for _, s := range h.Sightings {
		if now, ok := arch.Latest(s.Asked); ok && now.SHA256 == h.SHA256 {
			return false
		}
	}
	return true
}

// reading returns what a document says, from what an earlier run kept where
// the same reader read the same bytes.
func (a *app) reading(ctx context.Context, arch *archive.Archive, reader *extract.Reader, doc pipeline.Document) (extract.Result, error) {
	if data, ok := arch.Kept(doc.SHA256, extract.Version); ok {
		if res, err := decodeReading(data); err == nil {
			return res, nil
		}
	}
	res, ok := a.pageRead(doc)
	if !ok {
		body, err := arch.Body(doc.SHA256)
		if err != nil {
			return res, err
		}
		if res, err = reader.Read(ctx, doc.Name, body); err != nil {
			return res, err
		}
	}
	data, err := encodeReading(res)
	if err != nil {
		return res, err
	}
	// Keeping a reading only saves time: an archive that cannot be written
	// (read-only, full) must not stop a run that has what it needs.
	_ = arch.Keep(doc.SHA256, extract.Version, data)
	return res, nil
}

// unreadable words a document that could not be read as a finding.
func unreadable(doc pipeline.Document, err error) pipeline.Finding {
	f := pipeline.Finding{Code: pipeline.SourceFault, Severity: pipeline.Fail, Document: doc.SHA256, What: oneLine(err.Error())}
	switch {
	case errors.Is(err, archive.ErrDamaged):
		f.Code = pipeline.Damaged
		f.Mend = "refresh with a network fetches it again"
	case errors.Is(err, extract.ErrSister):
		f.Code, f.Severity = pipeline.SourceSkipped, pipeline.Note
	}
	return f
}

// sortFindings orders findings by severity, year, code and place.
func sortFindings(found []pipeline.Finding) []pipeline.Finding {
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
