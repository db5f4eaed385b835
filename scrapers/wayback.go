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

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/link"
)

// capture is a copy that the Internet Archive took of an address.
type capture struct {
	at       time.Time
	mirror   *url.URL // of the bytes as they were captured
	digest   string   // SHA-1 of the bytes in base 32
	mimetype string
}

// wayback looks the documents up in the Internet Archive: older versions of
// those that were found, and those that the publisher no longer names. If no
// page named any document it looks for captures of the start pages first. It is
// never the only source, so what fails there makes no run incomplete.
func (r *run) wayback(ctx context.Context) error {
	if !r.opts.Wayback {
		return nil
	}
	if len(r.res.Found) == 0 {
		if err := r.oldPages(ctx); err != nil {
			return err
		}
	}
	if r.opts.DryRun {
		return nil
	}
	stored, err := r.digests()
	if err != nil {
		return err
	}
	for _, c := range r.lookUp() {
		captures, err := r.captures(ctx, c.URL, r.opts.Limits.MaxCaptures)
		if err != nil {
			return err
		}
		newest := true
		for _, cap := range captures {
			switch {
			case stored[cap.digest] != "":
				r.tried(cap.mirror.String(), 0, "not asked: the archive has its bytes already, as "+stored[cap.digest][:12], nil)
				newest = false
				continue
			case isDocumentURL(c.URL) && cap.mimetype == "text/html":
				r.tried(cap.mirror.String(), 0, "not asked: the index lists a web page", nil)
				continue
			}
			ok, err := r.capture(ctx, c, cap, newest)
			if err != nil {
				return err
			}
			newest = newest && !ok
		}
	}
	return nil
}

// lookUp returns the candidates to look up: those found, those the archive has,
// and the known patterns for years without any.
func (r *run) lookUp() []Candidate {
	list := slices.Clone(r.res.Found)
	add := func(c Candidate) {
		if r.wanted(c.Year) && !slices.ContainsFunc(list, func(h Candidate) bool { return h.URL == c.URL }) {
			list = append(list, c)
		}
	}
	all, _ := r.known.All()
	for _, v := range all {
		for _, s := range v.Sightings {
			if u, err := r.wire.hosts.parse(s.Asked); err == nil {
				add(Candidate{
					URL: u.String(), Year: link.Year(s.LinkText, s.Title, s.Asked), LinkText: s.LinkText, Title: s.Title,
					Why: "the archive has a version of it",
				})
			}
		}
	}
	bases := slices.Clone(r.res.Found)
	for _, s := range r.start {
		if u, err := r.wire.hosts.parse(s); err == nil {
			bases = append(bases, Candidate{URL: u.String()})
		}
	}
	for year := r.from; year <= r.to; year++ {
		if !slices.ContainsFunc(list, func(c Candidate) bool { return c.Year == year && !c.yearDoubtful }) {
			for _, c := range r.guesses(year, bases) {
				add(c)
			}
		}
	}
	return list
}

// oldPages judges the links of the newest captures of the start pages, until
// one names a table or is itself a document.
func (r *run) oldPages(ctx context.Context) error {
	for _, s := range r.start {
		u, err := r.wire.hosts.parse(s)
		if err != nil {
			continue
		}
		captures, err := r.captures(ctx, u.String(), 1)
		if err != nil {
			return err
		}
		for _, cap := range captures {
			p, err := r.get(ctx, cap.mirror, u.String())
			if err != nil {
				if err = r.mirrorFailed(cap.mirror, 0, err); err != nil {
					return err
				}
				continue
			}
			tables := r.judgeLinks(p.links)
			r.tried(cap.mirror.String(), p.status, p.seen("a capture of "+cap.at.Format(time.DateOnly), tables), nil)
			document := isPDF(p.body) || r.hasTable(p)
			if document {
				c := Candidate{URL: u.String(), Year: link.Year("", "", u.String()), Why: "a capture of the start address is a document"}
				if err := r.copied(c, cap, p, true); err != nil {
					return err
				}
			}
			if document || tables > 0 {
				r.unblock(u.String())
				return nil
			}
		}
	}
	return nil
}

// capture fetches one capture. It stands in for the publisher's version only if
// the archive has none of that.
func (r *run) capture(ctx context.Context, c Candidate, cap capture, newest bool) (bool, error) {
	_, published := r.known.Latest(c.URL)
	standsIn := newest && !published
	if v, ok := r.known.Mirrored(cap.mirror.String()); ok {
		if standsIn {
			r.standsIn(c, v.SHA256)
		}
		return true, nil
	}
	p, err := r.get(ctx, cap.mirror, c.URL)
	if err == nil && !isPDF(p.body) && (isDocumentURL(c.URL) || !r.hasTable(p)) {
		err = &Fault{
			URL: cap.mirror.String(), Status: p.status,
			Err: fmt.Errorf("%w: a web page of %s is where a document should be%s", errNotTable, size(len(p.body)), titled(p.body)),
		}
	}
	if err != nil {
		return false, r.mirrorFailed(cap.mirror, c.Year, err)
	}
	r.tried(chain(cap.mirror.String(), p.hops), p.status, "a copy of "+size(len(p.body)), nil)
	if got := digest(p.body); got != cap.digest {
		r.note(pipeline.Note, c.Year, cap.mirror.String(), "the bytes of %s are not those the web archive lists for it (SHA-1 %s, listed %s)", cap.mirror, got, cap.digest)
	}
	c.Why = fmt.Sprintf("captured by the Internet Archive on %s; %s", cap.at.Format(time.DateOnly), c.Why)
	return true, r.copied(c, cap, p, standsIn)
}

// copied hands a capture to the caller. standsIn says that it is used for a
// document that the publisher does not deliver.
func (r *run) copied(c Candidate, cap capture, p page, standsIn bool) error {
	r.res.Downloads++
	if standsIn {
		r.standsIn(c, archive.Hash(p.body))
	}
	return r.deliver(c, p, false, &cap)
}

func (r *run) standsIn(c Candidate, sha string) {
	r.unblock(c.URL)
	if !slices.ContainsFunc(r.res.Found, func(f Candidate) bool { return f.URL == c.URL }) {
		r.found(c)
	}
	if !r.opts.DryRun {
		r.current(c, sha)
	}
}

// unblock lets a run be complete although an address failed.
func (r *run) unblock(address string) {
	for i, f := range r.failures {
		r.failures[i].blocks = f.blocks && f.candidate.URL != address
	}
}

// mirrorFailed records a failure at the web archive.
func (r *run) mirrorFailed(at *url.URL, year int, err error) error {
	_, err = r.failed(Candidate{URL: at.String(), Year: year, class: mirror}, err)
	return err
}

// captures asks the Internet Archive's index (CDX) for the copies of an
// address that answered 200, one for each version, the newest first.
func (r *run) captures(ctx context.Context, address string, most int) (list []capture, err error) {
	base := strings.TrimSuffix(r.opts.WaybackBase, "/")
	query := url.Values{
		"url": {address}, "output": {"json"}, "fl": {"timestamp,original,mimetype,digest"},
		"filter": {"statuscode:200"}, "collapse": {"digest"}, "limit": {fmt.Sprint(-most)},
	}
	at, err := url.Parse(base + "/cdx/search/cdx?" + query.Encode())
	if err != nil {
		return nil, err
	}
	ans, err := r.wire.fetch(ctx, at)
	if err == nil {
		if list, err = parseCDX(ans.body, base); err != nil {
			err = &Fault{URL: at.String(), Status: ans.status, Err: fmt.Errorf("%w: %w", errNotTable, err)}
		}
	}
	if err != nil {
		return nil, r.mirrorFailed(at, 0, err)
	}
	r.tried(at.String(), ans.status, fmt.Sprintf("%d captures of %s", len(list), address), nil)
	return list[:min(len(list), most)], nil
}

// parseCDX reads the index's answer: a JSON array of rows, the first of which
// names the columns; an empty answer where there is no capture.
func parseCDX(body []byte, base string) (list []capture, err error) {
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
		if err != nil || uerr != nil || field("original") == "" {
			continue
		}
		c := capture{at, mirror, field("digest"), field("mimetype")}
		if !slices.ContainsFunc(list, func(h capture) bool { return h.digest == c.digest && c.digest != "" }) {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b capture) int { return b.at.Compare(a.at) })
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
