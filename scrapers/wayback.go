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

	"espfigures/pipeline/archive"
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
	for _, s := range r.start() {
		if u, err := r.wire.hosts.parse(s); err == nil && len(r.res.found()) == 0 {
			page := &Candidate{URL: u.String(), Year: link.Year("", "", s), Why: "start address", class: startPage}
			if err := r.askCaptures(ctx, page, nil, 1); err != nil {
				return err
			}
		}
	}
	if r.opts.DryRun {
		return nil
	}
	stored, err := r.digests()
	for _, c := range r.lookUp() {
		if err == nil {
			err = r.askCaptures(ctx, c, stored, maxCaptures)
		}
	}
	return err
}

// askCaptures asks for the captures of an address, the newest first, but not for
// bytes that are stored.
func (r *run) askCaptures(ctx context.Context, of *Candidate, stored map[string]string, most int) error {
	captures, err := r.captures(ctx, of, most)
	for _, c := range captures {
		u, _ := url.Parse(of.URL)
		v, mirrored := r.known.Mirrored(c.URL)
		switch {
		case err != nil:
			return err
		case stored[c.digest] != "":
			c.Seen, c.useful = "not asked: the archive has its bytes already, as "+stored[c.digest][:12], true
			r.res.Tried = append(r.res.Tried, &c.Candidate)
		case u != nil && link.IsDocument(u.Path) && c.mimetype == "text/html": // a page that says that it is gone
		case mirrored && of.class != startPage:
			c.useful = true
			r.res.Tried = append(r.res.Tried, &c.Candidate)
			r.standIn(&c.Candidate, v.SHA256)
		default:
			err = r.ask(ctx, &c.Candidate)
		}
	}
	if err != nil || of.class != startPage {
		return err
	}
	return r.askAll(ctx)
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

// A copied is a capture that the index lists.
type copied struct {
	Candidate
	digest   string // SHA-1 of the bytes in base 32
	mimetype string
}

// captures asks the Internet Archive's index (CDX) for the copies of an address
// that answered 200, one for each version, the newest first.
func (r *run) captures(ctx context.Context, of *Candidate, most int) (list []*copied, err error) {
	base := strings.TrimSuffix(r.opts.WaybackBase, "/")
	query := url.Values{
		"url": {of.URL}, "output": {"json"}, "fl": {"timestamp,original,mimetype,digest"},
		"filter": {"statuscode:200"}, "collapse": {"digest"}, "limit": {fmt.Sprint(-most)},
	}
	at, err := url.Parse(base + "/cdx/search/cdx?" + query.Encode())
	if err != nil {
		return nil, err
	}
	index := &Candidate{URL: at.String(), class: capture}
	r.res.Tried = append(r.res.Tried, index)
	ans, err := r.wire.fetch(ctx, at)
	if err == nil {
		if list, err = parseCDX(ans.body, base, *of); err != nil {
			err = &Fault{URL: at.String(), Err: fmt.Errorf("%w: %w", errNotTable, err)}
		}
		index.Seen = fmt.Sprintf("%d captures of %s", len(list), of.URL)
	}
	if err != nil && !errors.As(err, &index.Fault) {
		return nil, err
	}
	return list[:min(len(list), most)], nil
}

// parseCDX reads the index's answer: a JSON array of rows, the first of which
// names the columns; an empty answer where there is no capture.
func parseCDX(body []byte, base string, of Candidate) (list []*copied, err error) {
	if strings.TrimSpace(string(body)) == "" {
		return nil, nil
	}
	var rows [][]string
	if err := json.Unmarshal(body, &rows); err != nil {
		return nil, errors.New("the index of captures cannot be read: it is not the JSON that was asked for")
	}
	for i := 1; i < len(rows); i++ {
		field := func(name string) string {
			if column := slices.Index(rows[0], name); column >= 0 && column < len(rows[i]) {
				return rows[i][column]
			}
			return ""
		}
		at, err := time.Parse("20060102150405", field("timestamp"))
		mirror, uerr := url.Parse(base + "/web/" + field("timestamp") + "id_/" + field("original"))
		digest := field("digest")
		listed := func(h *copied) bool { return h.digest == digest && digest != "" }
		if err != nil || uerr != nil || field("original") == "" || slices.ContainsFunc(list, listed) {
			continue
		}
		c := &copied{digest: digest, mimetype: field("mimetype"), Candidate: Candidate{
			URL: mirror.String(), Year: of.Year, LinkText: of.LinkText, Title: of.Title, Page: of.Page, class: capture,
			yearDoubtful: of.yearDoubtful, copyOf: of.URL, captured: at,
			Why: fmt.Sprintf("captured by the Internet Archive on %s; %s", at.Format(time.DateOnly), of.Why),
		}}
		if of.class == startPage {
			c.class = startPage
		}
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(a, b *copied) int { return b.captured.Compare(a.captured) })
	return list, nil
}

func digest(body []byte) string {
	sum := sha1.Sum(body)
	return base32.StdEncoding.EncodeToString(sum[:])
}

// digests returns the SHA-256 of every version stored that can be read, by the
// digest the Internet Archive would list for it.
func (r *run) digests() (map[string]string, error) {
	all, err := r.known.All()
	if err != nil && len(all) == 0 {
		return nil, err
	}
	stored := map[string]string{}
	for _, v := range all {
		if slices.ContainsFunc(v.Sightings, func(s archive.Sighting) bool { return s.Mirror == "" }) {
			if body, err := r.known.Body(v.SHA256); err == nil {
				stored[digest(body)] = v.SHA256
			}
		}
	}
	return stored, nil
}
