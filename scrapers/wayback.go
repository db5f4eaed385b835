package scrapers

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"espfigures/pipeline/link"
)

// The web archive is a source like the others: its index of captures is asked
// for an address and names copies, which are asked. It is never the only source,
// so what fails there makes no run incomplete.

// offerPageCaptures looks up the start pages if no page named any document.
func (r *run) offerPageCaptures() {
	if len(r.res.found()) == 0 {
		for _, s := range r.opts.Start {
			r.lookUp(&Candidate{URL: s, Year: link.Year("", "", s), Why: "start address", class: startPage}, 1)
		}
	}
}

// offerCaptures looks up the documents that were found, for older versions of
// them, and what may be the documents of the years without one.
func (r *run) offerCaptures() {
	if r.opts.DryRun {
		return
	}
	list := r.res.found()
	for year := r.from; year <= r.to; year++ {
		if !slices.ContainsFunc(list, func(c *Candidate) bool { return c.Year == year && !c.yearDoubtful }) {
			list = append(list, r.guesses(year)...)
		}
	}
	for _, c := range list {
		r.lookUp(c, maxCaptures)
	}
}

// lookUp offers the index (CDX) of the newest captures of an address that
// answered 200, one for each version.
func (r *run) lookUp(c *Candidate, most int) {
	of := *c
	u, err := r.wire.hosts.parse(cmp.Or(c.copied(), c.URL))
	if r.opts.Wayback == "" || err != nil {
		return
	}
	of.URL = u.String()
	query := url.Values{
		"url": {of.URL}, "output": {"json"}, "fl": {"timestamp,original,mimetype"},
		"filter": {"statuscode:200"}, "collapse": {"digest"}, "limit": {fmt.Sprint(-most)},
	}
	r.offer(&Candidate{URL: r.opts.Wayback + "/cdx/search/cdx?" + query.Encode(), class: index, of: &of})
}

// readIndex offers the captures that an index names, the newest first: a JSON
// array of rows, oldest first, the first of which names the columns; an empty
// answer where there is none. A web page in place of a document is left out.
func (r *run) readIndex(c *Candidate, p *answer) error {
	var rows [][]string
	if len(bytes.TrimSpace(p.body)) > 0 && json.Unmarshal(p.body, &rows) != nil {
		return &Fault{URL: c.URL, Err: errors.New("the index of captures cannot be read: it is not the JSON that was asked for")}
	}
	c.Seen = fmt.Sprintf("%d captures of %s", max(0, len(rows)-1), c.of.URL)
	for _, row := range slices.Backward(rows) {
		if len(row) != 3 || link.IsDocument(parsed(c.of.URL).Path) && row[2] == "text/html" {
			continue
		}
		if at, err := time.Parse("20060102150405", row[0]); err == nil {
			r.offer(&Candidate{
				URL: r.opts.Wayback + "/web/" + row[0] + "id_/" + row[1], class: capture, order: len(r.links), of: c.of, captured: at,
				Year: c.of.Year, yearDoubtful: c.of.yearDoubtful, LinkText: c.of.LinkText, Title: c.of.Title, Page: c.of.Page,
				Why: fmt.Sprintf("captured by the Internet Archive on %s; %s", at.Format(time.DateOnly), c.of.Why),
			})
		}
	}
	return nil
}

// stored reports whether the archive has the bytes of a capture.
func (r *run) stored(c *Candidate) bool {
	if c.class != capture {
		return false
	}
	s, _ := r.known.Latest(c.of.URL, c.URL)
	if _, err := r.known.Body(s.SHA256); err != nil {
		return false
	}
	c.Seen, c.useful = "not asked: the archive has its bytes already, as "+s.SHA256[:12], true
	r.current(c, s.SHA256)
	return true
}
