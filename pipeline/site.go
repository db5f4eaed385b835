package pipeline

import (
	"net/url"
	"slices"
)

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
