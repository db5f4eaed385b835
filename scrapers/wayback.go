package scrapers

import (
	"context"
	"crypto/sha1"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline/link"
)

// wayback looks the documents up in the Internet Archive: older versions of
// those that were found, and those that the publisher no longer names. If no
// page named any document it looks for captures of the start pages first. It is
// never the only source, so what fails there makes no run incomplete.
func (r *run) wayback(ctx context.Context) error {
	if !r.opts.Wayback {
		return nil
	}
	r.stored = r.digests()
	for _, s := range r.opts.Start {
		if u, err := r.wire.hosts.parse(s); err == nil && len(r.res.found()) == 0 {
			page := &Candidate{URL: u.String(), Year: link.Year("", "", s), Why: "start address", class: startPage}
			if err = r.askCaptures(ctx, page, 1); err == nil {
				err = r.askAll(ctx)
			}
			if err != nil {
				return err
			}
		}
	}
	if r.opts.DryRun {
		return nil
	}
	for _, c := range r.lookUp() {
		if err := r.askCaptures(ctx, c, maxCaptures); err != nil {
			return err
		}
	}
	return nil
}

// lookUp returns the addresses to look up: those found, those the archive has,
// and those that may be for years without any.
func (r *run) lookUp() []*Candidate {
	list := r.res.found()
	add := func(c *Candidate) {
		if r.wanted(c.Year) && !slices.ContainsFunc(list, func(h *Candidate) bool { return h.URL == c.URL }) {
			list = append(list, c)
		}
	}
	all, _ := r.known.All()
	for _, v := range all {
		for _, s := range v.Sightings {
			if u, err := r.wire.hosts.parse(s.Asked); err == nil {
				year := link.Year(s.LinkText, s.Title, s.Asked)
				add(&Candidate{URL: u.String(), Year: year, LinkText: s.LinkText, Title: s.Title, Why: "the archive has a version of it"})
			}
		}
	}
	for year := r.from; year <= r.to; year++ {
		if !slices.ContainsFunc(list, func(c *Candidate) bool { return c.Year == year && !c.yearDoubtful }) {
			for _, c := range r.guesses(year) {
				add(c)
			}
		}
	}
	return list
}

// askCaptures asks the Internet Archive's index (CDX) for the copies of an
// address that answered 200, one for each version, and then for those copies, the
// newest first, but not for bytes that are stored, nor for a web page in place of
// a document.
func (r *run) askCaptures(ctx context.Context, of *Candidate, most int) error {
	base := strings.TrimSuffix(r.opts.WaybackBase, "/")
	query := url.Values{
		"url": {of.URL}, "output": {"json"}, "fl": {"timestamp,original,mimetype,digest"},
		"filter": {"statuscode:200"}, "collapse": {"digest"}, "limit": {fmt.Sprint(-most)},
	}
	index := &Candidate{URL: base + "/cdx/search/cdx?" + query.Encode(), class: capture}
	r.res.Tried = append(r.res.Tried, index)
	var rows []row
	ans, err := r.wire.fetch(ctx, parsed(index.URL))
	if err == nil {
		if rows, err = parseCDX(ans.body); err != nil {
			err = &Fault{URL: index.URL, Err: err}
		}
		index.Seen = fmt.Sprintf("%d captures of %s", len(rows), of.URL)
	}
	if err != nil && !errors.As(err, &index.Fault) {
		return err
	}
	for _, row := range rows[:min(len(rows), most)] {
		c := &Candidate{
			URL: base + "/web/" + row.timestamp + "id_/" + row.original, copyOf: of.URL, captured: row.at, class: capture,
			Year: of.Year, yearDoubtful: of.yearDoubtful, LinkText: of.LinkText, Title: of.Title, Page: of.Page,
			Why: fmt.Sprintf("captured by the Internet Archive on %s; %s", row.at.Format(time.DateOnly), of.Why),
		}
		if of.class == startPage {
			c.class = startPage
		}
		switch sha := r.stored[row.digest]; {
		case sha != "":
			c.Seen, c.useful = "not asked: the archive has its bytes already, as "+sha[:12], true
			r.standIn(c, sha)
		case link.IsDocument(parsed(of.URL).Path) && row.mimetype == "text/html":
			c.Seen = "not asked: the index lists a web page"
		default:
			if err := r.ask(ctx, c); err != nil {
				return err
			}
			continue
		}
		r.res.Tried = append(r.res.Tried, c)
	}
	return nil
}

// standIn lets the newest capture stand in for a document of which the archive
// has no version from the publisher.
func (r *run) standIn(c *Candidate, sha string) {
	_, published := r.known.Latest(c.copyOf)
	newer := func(o *Candidate) bool { return o != c && o.copyOf == c.copyOf && o.useful }
	if !published && !slices.ContainsFunc(r.res.Tried, newer) {
		r.current(c, sha)
	}
}

// A row of the index of captures.
type row struct {
	timestamp, original, mimetype string
	digest                        string // SHA-1 of the bytes in base 32
	at                            time.Time
}

// parseCDX reads the index's answer, the newest capture first: a JSON array of
// rows, the first of which names the columns; an empty answer where there is no
// capture.
func parseCDX(body []byte) (list []row, err error) {
	var table [][]string
	if len(strings.TrimSpace(string(body))) > 0 && json.Unmarshal(body, &table) != nil {
		return nil, errors.New("the index of captures cannot be read: it is not the JSON that was asked for")
	}
	for _, f := range table {
		if len(f) != 4 {
			continue
		}
		r := row{timestamp: f[0], original: f[1], mimetype: f[2], digest: f[3]}
		listed := func(h row) bool { return h.digest == r.digest }
		if r.at, err = time.Parse("20060102150405", r.timestamp); err == nil && !slices.ContainsFunc(list, listed) {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b row) int { return b.at.Compare(a.at) })
	return list, nil
}

// digests returns the SHA-256 of every version stored that can be read, by the
// digest the Internet Archive would list for it.
func (r *run) digests() map[string]string {
	stored := map[string]string{}
	all, _ := r.known.All()
	for _, v := range all {
		if body, err := r.known.Body(v.SHA256); err == nil {
			sum := sha1.Sum(body)
			stored[base32.StdEncoding.EncodeToString(sum[:])] = v.SHA256
		}
	}
	return stored
}
