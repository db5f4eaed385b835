package archive

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"
)

// Sighting records that bytes were seen at an address. Put fills Seq, Run,
// SHA256 and Size.
type Sighting struct {
	Seq    int    `json:"seq"`           // counts the sightings of the archive from 1
	Run    int    `json:"run,omitempty"` // counts the runs that recorded sightings from 1; 0 where an earlier program recorded it
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`

	Asked  string `json:"asked"`            // address asked; "file:NAME" for a document saved by hand
	Final  string `json:"final,omitempty"`  // address that answered; "" if the same
	Mirror string `json:"mirror,omitempty"` // address of the web archive's copy the bytes came from; "" otherwise

	Retrieved time.Time `json:"retrieved"`         // when they were fetched
	Captured  time.Time `json:"captured,omitzero"` // when the web archive took its copy; zero without Mirror

	ETag         string `json:"etag,omitempty"` // headers as sent with the bytes
	LastModified string `json:"last_modified,omitempty"`
	ContentType  string `json:"content_type,omitempty"`

	Page     string `json:"page,omitempty"`      // address of the page that named the document
	LinkText string `json:"link_text,omitempty"` // the words of the link
	Title    string `json:"title,omitempty"`     // the link's title attribute
	Why      string `json:"why,omitempty"`       // why it was taken for a table of reports per ESP
}

// At returns when the bytes were at the address: when the web archive took
// its copy, or when they were fetched.
func (s Sighting) At() time.Time {
	if !s.Captured.IsZero() {
		return s.Captured
	}
	return s.Retrieved
}

// answered returns the address that answered.
func (s Sighting) answered() string { return cmp.Or(s.Final, s.Asked) }

// Version is one version of a document with all its sightings, in the order of
// All.
type Version struct {
	SHA256     string
	Sightings  []Sighting
	Seen       []int // as in pipeline.Document
	Superseded bool
}

// Best returns the sighting that is of most use to a reader: at the publisher's
// address before a web archive's copy, before a file saved by hand; the first
// recorded among equals, so that it does not change when the document is seen
// again.
func (h Version) Best() Sighting {
	rank := func(s Sighting) int {
		switch {
		case strings.HasPrefix(s.Asked, "file:"):
			return 2
		case s.Mirror != "":
			return 1
		}
		return 0
	}
	return slices.MinFunc(h.Sightings, func(s, t Sighting) int { return rank(s) - rank(t) })
}

// Document returns the version in the words of the pipeline.
func (h Version) Document() pipeline.Document {
	best := h.Best()
	first := slices.MinFunc(h.Sightings, func(s, t Sighting) int { return s.Retrieved.Compare(t.Retrieved) })
	return pipeline.Document{
		SHA256: h.SHA256, Size: best.Size, Name: best.name(),
		URL: best.Asked, FinalURL: best.Final, Mirror: best.Mirror, Retrieved: first.Retrieved,
		Seen: h.Seen, Superseded: h.Superseded,
	}
}

// name returns the last part of the address that answered.
func (s Sighting) name() string {
	u, err := url.Parse(s.answered())
	if err != nil {
		return s.answered()
	}
	name, err := url.PathUnescape(path.Base(cmp.Or(u.Opaque, u.EscapedPath()))) // Opaque: file:NAME
	if err != nil || name == "." || name == "/" {
		return u.Host
	}
	return name
}

// fileName returns the sighting's own file name: its number, then the start
// of the hash.
func (s Sighting) fileName() string { return fmt.Sprintf("%06d-%s.json", s.Seq, s.SHA256[:12]) }

var sha256Hex = regexp.MustCompile("^[0-9a-f]{64}$")

// parseSighting reads a sighting and refuses one that says too little, or is not
// the one that the file's name says.
func parseSighting(name string, data []byte) (s Sighting, err error) {
	if json.Unmarshal(data, &s) != nil || !sha256Hex.MatchString(s.SHA256) || s.Asked == "" || s.Seq < 1 || s.Size < 0 || s.fileName() != name {
		return s, errors.New("it is not a sighting as this program writes it under that name")
	}
	return s, nil
}
