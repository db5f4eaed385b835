// Package pipeline holds the words every part of espfigures speaks: Document,
// Table, Figure, Finding, Dataset. It uses the standard library only, does no
// input or output, and reads no clock.
//
// One figure's way: a Document's bytes become Tables (package extract), a
// Table's rows become Figures (package resolve), Figures are checked against
// what their edition prints about itself (package check), compared (package
// compare) and written (package output) as part of one Dataset.
package pipeline

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Origin says how sure it is that a document's bytes are the publisher's.
type Origin string

const (
	FromPublisher Origin = "publisher"   // fetched from NCMEC over https
	KnownBytes    Origin = "known"       // the registry lists the hash of these bytes
	WebArchive    Origin = "web-archive" // fetched from a web archive's copy of NCMEC's address
	FromHand      Origin = "by-hand"     // a file somebody saved; nobody asked the publisher
)

// Document is one version of one published file. Other bytes at the same
// address are another Document.
type Document struct {
	SHA256 string // lower-case hex of the bytes; identifies the version
	Name   string // file name or last part of the address; for messages only
	Size   int64  // bytes

	URL      string // address asked
	FinalURL string // address that answered, after redirects; "" if the same
	Mirror   string // address of the copy the bytes came from where that is not the publisher (a web archive); "" otherwise

	Origin    Origin
	Retrieved time.Time // when these bytes were first fetched, from the archive; zero for the snapshot
	Dated     time.Time // the date the file gives for itself (PDF ModDate or CreationDate); zero if none

	// Seen are the moments at which it came, or came back, counted through the
	// archive from 1; none for the snapshot. What came in one run came together:
	// in which order its links were followed says nothing about which is newer.
	Seen []int
	// Superseded: every address it was seen at answers with other bytes by now. A
	// web archive's copy alone says nothing on that.
	Superseded bool
}

// Address returns the address a reader should open to see the document.
func (d Document) Address() string { return cmp.Or(d.FinalURL, d.URL) }

// Named returns what a message calls the document: its address, or the name of
// a file that somebody saved. It is no citation.
func (d Document) Named() string {
	if a := d.Address(); a != "" && !strings.HasPrefix(a, "file:") {
		return a
	}
	return d.Name
}

// ByHand reports whether the bytes came from a file that a person saved, so
// that nobody asked the publisher's address when they were taken in: Retrieved
// is that moment alone.
func (d Document) ByHand() bool { return strings.HasPrefix(cmp.Or(d.Mirror, d.Address()), "file:") }

// Site is what is known of the publisher's web site: where its documents are
// looked for, and what is published next to them.
type Site struct {
	Hosts    []string     // the publisher's own hosts; no other is asked unless the user allows it
	Start    []string     // addresses of the pages that name the documents, in the order they are tried
	Patterns []string     // paths that documents have had; YEAR is replaced by the year
	Sisters  []SisterWord // words that tell the other documents of the same family
}

// SisterWord is a word that only a sister document carries: one that is
// published next to the tables of reports by ESP and is not one of them.
type SisterWord struct {
	Word string // in lower case
	Kind string // what the document is, such as "reports by country"
}

// Publisher reports whether an address is at one of the publisher's hosts.
func (s Site) Publisher(address string) bool {
	u, err := url.Parse(address)
	return err == nil && slices.Contains(s.Hosts, u.Hostname())
}
