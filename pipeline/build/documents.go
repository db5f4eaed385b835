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
	held     archive.Version
	editions []pipeline.Edition
	found    []pipeline.Finding
}

// readArchive reads every version in the archive. A document that cannot be
// read is a finding: the other years do not suffer for it.
func readArchive(ctx context.Context, in Inputs) ([]document, error) {
	held := in.Archive.All()
	docs := make([]document, len(held))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(extract.Parallel)
	for i, h := range held {
		docs[i] = document{Document: in.provenance(h), held: h}
		group.Go(func() error { return docs[i].read(ctx, in) })
	}
	return docs, group.Wait()
}

// provenance says where a version came from and how sure that is. A host that
// the user named beside NCMEC's own counts as the publisher: the user vouches
// for it.
func (in Inputs) provenance(h archive.Version) pipeline.Document {
	doc := h.Document()
	known := pipeline.Find(in.Snapshot.Editions, func(e *pipeline.Edition) bool { return e.Document.SHA256 == doc.SHA256 })
	elsewhere := !in.Site.Publisher(doc.Address())
	switch {
	case known != nil && (elsewhere || doc.Mirror != ""):
		doc.Origin = pipeline.KnownBytes
	case doc.ByHand():
		doc.Origin = pipeline.FromHand
	case doc.Mirror != "":
		doc.Origin = pipeline.WebArchive
	default:
		doc.Origin = pipeline.FromPublisher
	}
	if known != nil && elsewhere {
		// A copy, by hand or from another host, of the very bytes that NCMEC
		// published: a reader can open its address.
		doc.Mirror, doc.URL, doc.FinalURL = doc.Address(), known.Document.URL, ""
	}
	return doc
}

// read reads the document's tables into editions.
func (d *document) read(ctx context.Context, in Inputs) error {
	best := d.held.Best()
	res, err := in.Reader.Read(ctx, d.Document, best.ContentType)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		// That it is a sister document is no fault by itself.
		f := pipeline.Finding{Code: pipeline.SourceFault, Severity: pipeline.Fail, What: strings.Join(strings.Fields(err.Error()), " ")}
		switch {
		case errors.Is(err, archive.ErrDamaged):
			f.Code, f.Mend = pipeline.Damaged, "refresh with a network fetches it again"
		case errors.Is(err, extract.ErrSister):
			f.Code, f.Severity = pipeline.SourceSkipped, pipeline.Note
		}
		d.report(f)
		return nil
	}
	d.Dated = res.Dated
	latest := 0
	for _, t := range res.Tables {
		latest = max(latest, t.Year)
	}
	linked := link.Year(best.LinkText, best.Title, best.Asked)
	if latest != 0 && linked != 0 && latest != linked {
		d.report(pipeline.Finding{
			Code: pipeline.SourceFault, Severity: pipeline.Warn, Year: latest,
			What: fmt.Sprintf("the link to %s is labelled %d, but the document covers %d; using %d", d.Named(), linked, latest, latest),
		})
	}
	// Where a document names several years its reports may be of, no link decides
	// between them.
	several := slices.ContainsFunc(res.Findings, func(f pipeline.Finding) bool {
		return f.Code == pipeline.YearUnknown && f.Severity == pipeline.Fail
	})
	for _, t := range res.Tables {
		if t.Year == 0 && len(res.Tables) == 1 && !several {
			t.Year = linked
		}
		d.take(in, t, res.Findings, t.Year < latest)
	}
	for _, f := range res.Findings {
		d.report(f)
	}
	return nil
}

// take makes an edition of a table of the document, unless its year is unknown
// or has not ended.
func (d *document) take(in Inputs, t pipeline.Table, read []pipeline.Finding, beside bool) {
	left, why := pipeline.Finding{Code: pipeline.YearUnknown, Severity: pipeline.Fail, Year: t.Year}, "neither the document nor its link says which year it covers"
	if t.Year != 0 {
		left.Code, left.Mend = pipeline.YearAhead, "check where the document comes from"
		why = fmt.Sprintf("it covers %d, which has not ended", t.Year)
	}
	if t.Year == 0 || t.Year >= in.Today.Year() {
		left.What = fmt.Sprintf("the table at %s is left out: %s", d.Named(), why)
		d.report(left)
		return
	}
	doc := d.Document
	if doc.Origin == pipeline.FromHand {
		// The name of a file on somebody's disk is no address.
		doc.Mirror, doc.URL, doc.FinalURL = "file:"+doc.Name, in.Addresses[t.Year], ""
	}
	ed, found := check.Edition(t, doc, read)
	d.found = append(d.found, found...)
	ed.Beside = beside
	d.editions = append(d.editions, ed)
}

func (d *document) report(f pipeline.Finding) {
	f.Document = d.SHA256
	d.found = append(d.found, f)
}

// findings returns what was found in the document. In a document that was
// replaced at its address it is history, and no fault of this run: where it
// could not be read, and where the year has a sound edition from another one. A
// sister document that answers at the address of a year's table is a warning:
// the table was looked for and not had.
func (d *document) findings(ds *pipeline.Dataset) []pipeline.Finding {
	elsewhere := func(year int) bool {
		e := ds.Edition(year)
		return e != nil && (e.Status == pipeline.Verified || e.Status == pipeline.Checked) && e.Document.SHA256 != d.SHA256
	}
	place := 0 // the year whose table was at one of its addresses
	for _, e := range slices.Concat(ds.Editions, ds.Passed) {
		if slices.ContainsFunc(d.held.Sightings, func(s archive.Sighting) bool { return s.Asked == e.Document.URL }) {
			place = max(place, e.Year)
		}
	}
	for i := range d.found {
		f := &d.found[i]
		ofDocument := func(e pipeline.Edition) bool { return f.Year == 0 && elsewhere(e.Year) }
		switch {
		case d.Superseded && (len(d.editions) == 0 || elsewhere(f.Year) || slices.ContainsFunc(d.editions, ofDocument)):
			f.Severity = pipeline.Note
		case f.Code == pipeline.SourceSkipped && place != 0:
			f.Severity, f.Year = pipeline.Warn, place
			f.What += fmt.Sprintf("; it answers where the table of %d was, which is kept", place)
		}
	}
	return d.found
}
