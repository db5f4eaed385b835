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
)

// capture is a copy that the Internet Archive took of an address.
type capture struct {
	at       time.Time
	mirror   string // address of the bytes as they were captured
	digest   string // SHA-1 of the bytes in base 32
	mimetype string
}

// wayback looks the documents up in the Internet Archive: older versions of
// those that were found, and those that the publisher no longer names. Where
// no page named any document it looks for captures of the start pages first.
func (r *run) wayback(ctx context.Context) error {
	if len(r.res.Found) == 0 {
		if err := r.oldPages(ctx); err != nil {
			return err
		}
	}
	if r.opts.DryRun {
		return nil
	}
	held, err := r.digests()
	if err != nil {
		return err
	}
	for _, c := range r.archived() {
		captures, err := r.captures(ctx, c.URL, r.opts.Limits.MaxCaptures)
		if err != nil {
			if err = r.weigh(c.URL, err, c.Year); err != nil {
				return err
			}
			continue
		}
		newest := true
		for _, cap := range captures {
			if sha, ok := held[cap.digest]; ok {
				r.tried(Attempt{URL: cap.mirror, Seen: "not asked: its bytes are held already, as " + sha[:12]})
				newest = false
				continue
			}
			if u, err := url.Parse(c.URL); err == nil && isDocumentPath(u.Path) && cap.mimetype == "text/html" {
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

// archived returns the candidates to look up: those found, those the archive
// holds, and the known patterns for years without any.
func (r *run) archived() []Candidate {
	list := slices.Clone(r.res.Found)
	add := func(c Candidate) {
		if (c.Year == 0 || c.Year >= r.from && (r.opts.To == 0 || c.Year <= r.opts.To)) &&
			!slices.ContainsFunc(list, func(h Candidate) bool { return h.URL == c.URL }) {
			list = append(list, c)
		}
	}
	all, _ := r.archive.All()
	for _, h := range all {
		for _, s := range h.Sightings {
			u, err := r.wire.hosts.parse(s.Asked)
			if err != nil {
				continue
			}
			_, c := judge(link{url: u, text: s.LinkText, title: s.Title})
			c.URL, c.Why = u.String(), "the archive holds a version of it"
			add(c)
		}
	}
	bases := []Candidate{}
	for _, s := range r.starts() {
		if u, err := r.wire.hosts.parse(s); err == nil {
			bases = append(bases, Candidate{URL: u.String()})
		}
	}
	for year := r.from; year <= r.to; year++ {
		if slices.ContainsFunc(list, func(c Candidate) bool { return c.Year == year && !c.doubtful }) {
			continue
		}
		for _, c := range r.guessed(year, append(slices.Clone(r.res.Found), bases...)) {
			add(c)
		}
	}
	return list
}

func (r *run) starts() []string {
	if len(r.opts.Start) > 0 {
		return r.opts.Start
	}
	return DefaultStart
}

// oldPages judges the links of the newest captures of the start pages, until
// one names a table.
func (r *run) oldPages(ctx context.Context) error {
	for _, s := range r.starts() {
		u, err := r.wire.hosts.parse(s)
		if err != nil {
			continue
		}
		captures, err := r.captures(ctx, u.String(), 1)
		if err != nil {
			if err = r.weigh(u.String(), err, 0); err != nil {
				return err
			}
			continue
		}
		for _, cap := range captures {
			at, err := url.Parse(cap.mirror)
			if err != nil {
				continue
			}
			ans, links, err := r.get(ctx, at, asks{page: true, original: u.String(), captured: cap.at})
			if err != nil {
				if err = r.weigh(cap.mirror, err, 0); err != nil {
					return err
				}
				continue
			}
			before := len(r.res.Found)
			if ans.held != nil {
				_, year := judgeAddress(u.String())
				r.found(Candidate{URL: u.String(), Year: year, Why: "a capture of the start address is a document"})
				r.document(ans)
			}
			r.judgeLinks(links)
			r.tried(Attempt{URL: cap.mirror, Status: ans.status, Seen: fmt.Sprintf("a capture of %s%s with %d links, %s to a table of reports per ESP",
				cap.at.Format(time.DateOnly), titled(ans.body), len(links), numberOr(len(r.res.Found)-before, "none"))})
			if len(r.res.Found) > before {
				r.faults = slices.DeleteFunc(r.faults, func(f fault) bool { return f.url == u.String() })
				return nil
			}
		}
	}
	return nil
}

// capture fetches one capture. It stands in for the publisher's version only
// where the archive has none of that.
func (r *run) capture(ctx context.Context, c Candidate, cap capture, newest bool) (bool, error) {
	_, published := r.archive.Latest(c.URL)
	use := func() {
		if newest && !published {
			r.faults = slices.DeleteFunc(r.faults, func(f fault) bool { return f.url == c.URL })
			r.found(c)
		}
	}
	if h, ok := r.archive.Mirrored(cap.mirror); ok {
		if newest && !published {
			r.hold(h)
		}
		use()
		return true, nil
	}
	at, err := url.Parse(cap.mirror)
	if err != nil {
		return false, nil
	}
	c.Why = fmt.Sprintf("captured by the Internet Archive on %s; %s", cap.at.Format(time.DateOnly), c.Why)
	ans, _, err := r.get(ctx, at, asks{candidate: c, original: c.URL, captured: cap.at})
	if err != nil {
		return false, r.weigh(cap.mirror, err, c.Year)
	}
	r.tried(Attempt{URL: cap.mirror, Hops: ans.hops, Status: ans.status, Seen: "a copy of " + size(len(ans.body))})
	if ans.held == nil {
		return false, nil
	}
	if got := digest(ans.body); got != cap.digest {
		r.find(pipeline.Finding{
			Code: pipeline.SourceFault, Severity: pipeline.Note, Year: c.Year, Document: cap.mirror,
			What: fmt.Sprintf("the bytes of %s are not those the web archive lists for it (SHA-1 %s, listed %s)", cap.mirror, got, cap.digest),
		})
	}
	if newest && !published {
		r.document(ans)
	}
	use()
	return true, nil
}

// weigh records a failure at the web archive, which is never the only source
// and so never makes a run incomplete.
func (r *run) weigh(address string, err error, year int) error {
	var f *Fault
	if err = r.failed(address, err, pipeline.Warn, year); errors.As(err, &f) {
		return nil
	}
	return err
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
	ans, err := r.wire.fetch(ctx, at, asks{raw: true})
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

// digests returns the SHA-256 of every version held that can be read, by the
// digest the Internet Archive would list for it.
func (r *run) digests() (map[string]string, error) {
	all, err := r.archive.All()
	if err != nil && len(all) == 0 {
		return nil, err
	}
	held := map[string]string{}
	for _, h := range all {
		if slices.ContainsFunc(h.Sightings, func(s archive.Sighting) bool { return s.Mirror == "" }) {
			if body, err := r.archive.Body(h.SHA256); err == nil {
				held[digest(body)] = h.SHA256
			}
		}
	}
	return held, nil
}
