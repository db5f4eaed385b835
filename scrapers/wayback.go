package scrapers

import (
	"cmp"
	"context"
	"crypto/sha1"
	"encoding/base32"
	"encoding/json"
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
	mirror   string // address of the bytes as they were captured
	digest   string // SHA-1 of the bytes in base 32
	mimetype string
}

// wayback looks the documents up in the Internet Archive: older versions of
// those that were found, and those that the publisher no longer names. If no
// page named any document it looks for captures of the start pages first.
func (r *run) wayback(ctx context.Context) error {
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
			if err = r.mirrorFailed(c.URL, c.Year, err); err != nil {
				return err
			}
			continue
		}
		newest := true
		for _, cap := range captures {
			switch {
			case stored[cap.digest] != "":
				r.tried(Attempt{URL: cap.mirror, Seen: "not asked: the archive has its bytes already, as " + stored[cap.digest][:12]})
				newest = false
				continue
			case isDocumentURL(c.URL) && cap.mimetype == "text/html":
				r.tried(Attempt{URL: cap.mirror, Seen: "not asked: the index lists a web page"})
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
	for _, c := range r.byURL {
		if c.class == likely {
			list = append(list, *c)
		}
	}
	slices.SortFunc(list, func(a, b Candidate) int { return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(a.URL, b.URL)) })
	list = slices.CompactFunc(list, func(a, b Candidate) bool { return a.URL == b.URL })
	add := func(c Candidate) {
		if r.wanted(c.Year) && !slices.ContainsFunc(list, func(h Candidate) bool { return h.URL == c.URL }) {
			list = append(list, c)
		}
	}
	all, _ := r.known.All()
	for _, v := range all {
		for _, s := range v.Sightings {
			if u, err := r.wire.hosts.parse(s.Asked); err == nil {
				add(Candidate{URL: u.String(), Year: link.Year(s.LinkText, s.Title, s.Asked), LinkText: s.LinkText, Title: s.Title, Why: "the archive has a version of it"})
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
// one names a table.
func (r *run) oldPages(ctx context.Context) error {
	for _, s := range r.start {
		u, err := r.wire.hosts.parse(s)
		if err != nil {
			continue
		}
		captures, err := r.captures(ctx, u.String(), 1)
		if err != nil {
			if err = r.mirrorFailed(u.String(), 0, err); err != nil {
				return err
			}
			continue
		}
		for _, cap := range captures {
			found, err := r.oldPage(ctx, u.String(), cap)
			if err != nil {
				return err
			}
			if found {
				r.faults = slices.DeleteFunc(r.faults, func(f fault) bool { return f.url == u.String() })
				return nil
			}
		}
	}
	return nil
}

// oldPage judges the links of a capture of a start page. It reports whether one
// names a table, or the capture is a document.
func (r *run) oldPage(ctx context.Context, original string, cap capture) (bool, error) {
	at, err := url.Parse(cap.mirror)
	if err != nil {
		return false, nil
	}
	ans, links, err := r.get(ctx, at, original)
	if err != nil {
		return false, r.mirrorFailed(cap.mirror, 0, err)
	}
	tables := r.judgeLinks(links)
	r.tried(Attempt{URL: cap.mirror, Status: ans.status, Seen: pageSeen("a capture of "+cap.at.Format(time.DateOnly), ans.body, r.count, tables)})
	if isPDF(ans.body) || r.opts.HasTable != nil && r.opts.HasTable(ans.body) {
		c := Candidate{URL: original, Year: r.yearOf(original), Why: "a capture of the start address is a document"}
		r.found(c)
		return true, r.mirrored(c, cap, ans, true)
	}
	return tables > 0, nil
}

// capture fetches one capture. It stands in for the publisher's version only if
// the archive has none of that.
func (r *run) capture(ctx context.Context, c Candidate, cap capture, newest bool) (bool, error) {
	_, published := r.known.Latest(c.URL)
	standsIn := newest && !published
	if v, ok := r.known.Mirrored(cap.mirror); ok {
		if standsIn {
			r.current(c, v.SHA256)
			r.standsIn(c)
		}
		return true, nil
	}
	at, err := url.Parse(cap.mirror)
	if err != nil {
		return false, nil
	}
	ans, _, err := r.get(ctx, at, c.URL)
	if err == nil && !isPDF(ans.body) && (isDocumentURL(c.URL) || r.opts.HasTable == nil || !r.opts.HasTable(ans.body)) {
		err = &Fault{URL: cap.mirror, Status: ans.status, Err: fmt.Errorf("%w: a web page of %s is where a document should be%s", errNotTable, size(len(ans.body)), titled(ans.body))}
	}
	if err != nil {
		return false, r.mirrorFailed(cap.mirror, c.Year, err)
	}
	r.tried(Attempt{URL: cap.mirror, Hops: ans.hops, Status: ans.status, Seen: "a copy of " + size(len(ans.body))})
	if got := digest(ans.body); got != cap.digest {
		r.find(pipeline.Finding{
			Code: pipeline.SourceFault, Severity: pipeline.Note, Year: c.Year, Document: cap.mirror,
			What: fmt.Sprintf("the bytes of %s are not those the web archive lists for it (SHA-1 %s, listed %s)", cap.mirror, got, cap.digest),
		})
	}
	if standsIn {
		r.standsIn(c)
	}
	c.Why = fmt.Sprintf("captured by the Internet Archive on %s; %s", cap.at.Format(time.DateOnly), c.Why)
	return true, r.mirrored(c, cap, ans, standsIn)
}

// standsIn records that a capture is used for a document that the publisher
// does not deliver.
func (r *run) standsIn(c Candidate) {
	r.faults = slices.DeleteFunc(r.faults, func(f fault) bool { return f.url == c.URL })
	if !slices.ContainsFunc(r.res.Found, func(f Candidate) bool { return f.URL == c.URL }) {
		r.found(c)
	}
}

// mirrored hands a copy of a document to the caller, as seen at the publisher's
// address when it was captured.
func (r *run) mirrored(c Candidate, cap capture, ans *answer, current bool) error {
	r.res.Downloads++
	s := archive.Sighting{
		Asked: c.URL, Mirror: ans.final, Captured: cap.at, Retrieved: r.opts.Hooks.Now(), ContentType: ans.header.Get("Content-Type"),
		Page: c.Page, LinkText: c.LinkText, Title: c.Title, Why: c.Why,
	}
	if isPDF(ans.body) {
		s.Dated = innerDate(ans.body)
	}
	if r.opts.DryRun {
		return nil
	}
	if current {
		r.current(c, archive.Hash(ans.body))
	}
	return r.take(Fetched{Body: ans.body, Sighting: s})
}

// mirrorFailed records a failure at the web archive, which is never the only
// source and so never makes a run incomplete.
func (r *run) mirrorFailed(address string, year int, err error) error {
	return r.failed(Candidate{URL: address, Year: year, class: mirror}, err)
}

// captures asks the Internet Archive's index (CDX) for the copies of an
// address that answered 200, one for each version, the newest first.
func (r *run) captures(ctx context.Context, address string, most int) ([]capture, error) {
	base := strings.TrimSuffix(r.opts.WaybackBase, "/")
	query := url.Values{
		"url": {address}, "output": {"json"}, "fl": {"timestamp,original,mimetype,digest"},
		"filter": {"statuscode:200"}, "collapse": {"digest"}, "limit": {fmt.Sprint(-most)},
	}
	at, err := url.Parse(base + "/cdx/search/cdx?" + query.Encode())
	if err != nil {
		return nil, &Fault{URL: base, Err: fmt.Errorf("%w: %w", errRefused, err)}
	}
	ans, err := r.wire.fetch(ctx, at, forIndex)
	if err != nil {
		return nil, err
	}
	list, err := parseCDX(ans.body, base)
	if err != nil {
		return nil, &Fault{URL: at.String(), Status: ans.status, Err: fmt.Errorf("%w: %w", errNotTable, err)}
	}
	r.tried(Attempt{URL: at.String(), Status: ans.status, Seen: fmt.Sprintf("%d captures of %s", len(list), address)})
	return list[:min(len(list), most)], nil
}

// parseCDX reads the index's answer: a JSON array of rows, the first of which
// names the columns; an empty answer where there is no capture.
func parseCDX(body []byte, base string) ([]capture, error) {
	if strings.TrimSpace(string(body)) == "" {
		return nil, nil
	}
	var rows [][]string
	if err := json.Unmarshal(body, &rows); err != nil {
		return nil, fmt.Errorf("the index of captures cannot be read: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var list []capture
	for _, row := range rows[1:] {
		field := func(name string) string {
			if i, ok := column[name]; ok && i < len(row) {
				return row[i]
			}
			return ""
		}
		at, err := time.Parse("20060102150405", field("timestamp"))
		if err != nil || field("original") == "" {
			continue
		}
		c := capture{at: at, digest: field("digest"), mimetype: field("mimetype"), mirror: base + "/web/" + field("timestamp") + "id_/" + field("original")}
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
