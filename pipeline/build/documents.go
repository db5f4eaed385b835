package build

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/check"
	"espfigures/pipeline/extract"
	"espfigures/pipeline/link"
)

// A document is one version held in the archive, and what reading it gave.
type document struct {
	pipeline.Document
	contentType string // that it came under
	linked      int    // the year that its link names; 0 for none
	superseded  bool   // every address it was seen at answers with other bytes by now
	seen        []int
	addresses   []string
	sister      bool // it is a sister document
	versions    []check.Version
	found       []pipeline.Finding
}

// readArchive reads every version in the archive. A document that cannot be
// read is a finding: the other years do not suffer for it.
func readArchive(ctx context.Context, in Inputs) ([]document, error) {
	held, err := in.Archive.All()
	if err != nil {
		return nil, err
	}
	seen := timeline(in.Archive.Timeline())
	docs := make([]document, len(held))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(extract.Parallel)
	for i, h := range held {
		best := h.Best()
		docs[i] = document{
			Document:    in.provenance(h),
			contentType: best.ContentType,
			linked:      link.Year(best.LinkText, best.Title, best.Asked),
			superseded:  superseded(in.Archive, h),
			seen:        seen[h.SHA256],
		}
		for _, s := range h.Sightings {
			docs[i].addresses = append(docs[i].addresses, s.Asked)
		}
		group.Go(func() error { return docs[i].read(ctx, in) })
	}
	err = group.Wait()
	for i := range docs {
		docs[i].warnOfSister(in, docs)
	}
	return docs, err
}

// warnOfSister makes a sister document a warning where it answers at the address
// of a year's table: then the table was looked for and not had.
func (d *document) warnOfSister(in Inputs, docs []document) {
	if !d.sister || d.superseded {
		return
	}
	year := 0
	for _, e := range in.Snapshot.Editions {
		if e.Document.URL != "" && slices.Contains(d.addresses, e.Document.URL) {
			year = e.Year
		}
	}
	for _, other := range docs {
		shared := slices.ContainsFunc(other.addresses, func(a string) bool { return slices.Contains(d.addresses, a) })
		for _, v := range other.versions {
			if shared && !v.Beside {
				year = v.Year
			}
		}
	}
	if year != 0 {
		f := &d.found[0]
		f.Severity, f.Year = pipeline.Warn, year
		f.What += fmt.Sprintf("; it answers where the table of %d was, which is kept", year)
	}
}

// timeline returns, by hash, the moments at which each version came, counted from
// 1. What came in one run came together: in which order its links were followed
// says nothing about which document is newer.
func timeline(sightings []archive.Sighting) map[string][]int {
	seen := map[string][]int{}
	moment := 0
	for i, s := range sightings {
		together := i > 0 && s.Run != 0 && s.Run == sightings[i-1].Run && s.Captured.IsZero() && sightings[i-1].Captured.IsZero()
		if !together {
			moment++
		}
		seen[s.SHA256] = append(seen[s.SHA256], moment)
	}
	return seen
}

// provenance says where a version came from and how sure that is. A host that
// the user named beside NCMEC's own counts as the publisher: the user vouches
// for it.
func (in Inputs) provenance(h archive.Version) pipeline.Document {
	doc := h.Document()
	known := slices.IndexFunc(in.Snapshot.Editions, func(e pipeline.Edition) bool { return e.Document.SHA256 == doc.SHA256 })
	switch {
	case known >= 0 && !in.Site.Publisher(doc.Address()):
		// A copy, by hand or from another host, of the very bytes that NCMEC
		// published: a reader can open its address.
		doc.Mirror, doc.URL, doc.FinalURL = doc.Address(), in.Snapshot.Editions[known].Document.URL, ""
		fallthrough
	case known >= 0 && doc.Mirror != "":
		doc.Origin = pipeline.KnownBytes
	case doc.ByHand():
		doc.Origin = pipeline.FromHand
	case doc.Mirror != "":
		doc.Origin = pipeline.WebArchive
	default:
		doc.Origin = pipeline.FromPublisher
	}
	return doc
}

// superseded reports whether every address a version was seen at answers with
// other bytes by now. A web archive's copy alone says nothing on that.
func superseded(arch *archive.Archive, h archive.Version) bool {
	replaced := false
	for _, s := range h.Sightings {
		now, ok := arch.Latest(s.Asked)
		if ok && now.SHA256 == h.SHA256 {
			return false
		}
		replaced = replaced || ok
	}
	return replaced
}

// read reads the document's tables into versions.
func (d *document) read(ctx context.Context, in Inputs) error {
	res, err := in.Reader.Read(ctx, d.Document, d.contentType)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		d.report(unreadable(err))
		d.sister = errors.Is(err, extract.ErrSister)
		return nil
	}
	d.Dated = res.Dated
	latest := 0
	for _, t := range res.Tables {
		latest = max(latest, t.Year)
	}
	if latest != 0 && d.linked != 0 && latest != d.linked {
		d.report(pipeline.Finding{
			Code: pipeline.SourceFault, Severity: pipeline.Warn, Year: latest,
			What: fmt.Sprintf("the link to %s is labelled %d, but the document covers %d; using %d", d.Named(), d.linked, latest, latest),
		})
	}
	for _, t := range res.Tables {
		if t.Year == 0 && len(res.Tables) == 1 && !namesSeveralYears(res.Findings) {
			t.Year = d.linked
		}
		d.take(in, t, res.Findings, t.Year < latest)
	}
	for _, f := range res.Findings {
		d.report(f)
	}
	return nil
}

// take makes a version of a table of the document, unless its year is unknown
// or has not ended.
func (d *document) take(in Inputs, t pipeline.Table, read []pipeline.Finding, beside bool) {
	switch {
	case t.Year == 0:
		d.report(pipeline.Finding{
			Code: pipeline.YearUnknown, Severity: pipeline.Fail,
			What: fmt.Sprintf("the table at %s is left out: neither the document nor its link says which year it covers", d.Named()),
		})
		return
	case !in.Today.IsZero() && t.Year >= in.Today.Year():
		d.report(pipeline.Finding{
			Code: pipeline.YearAhead, Severity: pipeline.Fail, Year: t.Year,
			What: fmt.Sprintf("the table at %s is left out: it covers %d, which has not ended", d.Named(), t.Year),
			Mend: "check where the document comes from",
		})
		return
	}
	doc := d.Document
	if doc.Origin == pipeline.FromHand {
		// The name of a file on somebody's disk is no address.
		doc.Mirror, doc.URL, doc.FinalURL = "file:"+doc.Name, in.Addresses[t.Year], ""
	}
	status, found := check.Edition(t, doc, read)
	for _, f := range found {
		d.report(f)
	}
	d.versions = append(d.versions, check.Version{
		Edition: pipeline.Edition{
			Year: t.Year, Document: doc, Title: t.Title, Rows: t.Rows, Total: t.Total,
			Status: status, Readings: t.Readings,
		},
		Superseded: d.superseded, Beside: beside, Seen: d.seen,
	})
}

func (d *document) report(f pipeline.Finding) {
	f.Document = d.SHA256
	d.found = append(d.found, f)
}

// findings returns what was found in the document. In a document that was
// replaced at its address it is history, and no fault of this run: where it
// could not be read, and where the year has a sound edition from another one.
func (d *document) findings(ds *pipeline.Dataset) []pipeline.Finding {
	found := slices.Clone(d.found)
	elsewhere := func(year int) bool {
		e := ds.Edition(year)
		return e != nil && (e.Status == pipeline.Verified || e.Status == pipeline.Checked) && e.Document.SHA256 != d.SHA256
	}
	for i, f := range found {
		replaced := len(d.versions) == 0 || elsewhere(f.Year)
		for _, v := range d.versions {
			replaced = replaced || f.Year == 0 && elsewhere(v.Year)
		}
		if d.superseded && replaced {
			found[i].Severity = pipeline.Note
		}
	}
	return found
}

// namesSeveralYears reports whether a document names several years its reports
// may be of: then no link decides between them.
func namesSeveralYears(found []pipeline.Finding) bool {
	return slices.ContainsFunc(found, func(f pipeline.Finding) bool {
		return f.Code == pipeline.YearUnknown && f.Severity == pipeline.Fail
	})
}

// unreadable writes as a finding why a document could not be read. That it is a
// sister document is no fault by itself.
func unreadable(err error) pipeline.Finding {
	f := pipeline.Finding{Code: pipeline.SourceFault, Severity: pipeline.Fail, What: strings.Join(strings.Fields(err.Error()), " ")}
	switch {
	case errors.Is(err, archive.ErrDamaged):
		f.Code = pipeline.Damaged
		f.Mend = "refresh with a network fetches it again"
	case errors.Is(err, extract.ErrSister):
		f.Code, f.Severity = pipeline.SourceSkipped, pipeline.Note
	}
	return f
}
