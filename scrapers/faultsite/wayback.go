package faultsite

import (
	"crypto/sha1"
	"encoding/base32"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Capture is a copy in the simulated web archive.
type Capture struct {
	Original  string // address it is a copy of
	Timestamp string // such as 20230501120000
	Type      string // content type
	Body      []byte
	// Digest is the SHA-1 the index lists; that of Body if "".
	Digest string
}

// Wayback makes the site answer as the Internet Archive's index of captures
// (/cdx/search/cdx) and the captured bytes (/web/TIMESTAMPid_/ADDRESS) do.
func (s *Site) Wayback(captures ...Capture) {
	for i := range captures {
		if c := &captures[i]; c.Digest == "" {
			sum := sha1.Sum(c.Body)
			c.Digest = base32.StdEncoding.EncodeToString(sum[:])
		}
	}
	s.Handle("/cdx/search/cdx", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		rows := [][]string{}
		for _, c := range captures {
			if bare(c.Original) == bare(q.Get("url")) {
				rows = append(rows, []string{c.Timestamp, c.Original, c.Type, c.Digest})
			}
		}
		slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
		if n, err := strconv.Atoi(q.Get("limit")); err == nil && n < 0 && len(rows) > -n {
			rows = rows[len(rows)+n:]
		}
		if len(rows) > 0 {
			rows = append([][]string{{"timestamp", "original", "mimetype", "digest"}}, rows...)
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(rows)
	}))
	s.Handle("/web/*", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stamp, original, ok := strings.Cut(strings.TrimPrefix(r.URL.RequestURI(), "/web/"), "id_/")
		for _, c := range captures {
			if ok && c.Timestamp == stamp && c.Original == original {
				w.Header().Set("Content-Type", c.Type)
				w.Write(c.Body)
				return
			}
		}
		http.NotFound(w, r)
	}))
}

// bare strips what the index takes no notice of: scheme, port 80, "www.".
func bare(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	rest = strings.TrimPrefix(rest, "www.")
	return strings.ToLower(strings.Replace(rest, ":80/", "/", 1))
}
