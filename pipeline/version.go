package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Version names the data, apart from the schema and from the program: the newest
// year, and a hash of the editions and of what the registry says of them. The
// same documents and registry give the same version.
func (d *Dataset) Version() string {
	h := sha256.New()
	newest := 0
	for _, e := range d.Editions {
		newest = max(newest, e.Year)
		fmt.Fprintln(h, e.Year, e.Status, e.Document.SHA256, len(e.Rows), e.Sum())
	}
	for _, f := range d.Figures {
		fmt.Fprintln(h, f.Year, f.Platform, f.Reports)
	}
	fmt.Fprintln(h, d.Platforms, d.Companies, d.Owners, d.Breaks, d.Combined, d.OwnCounts)
	return fmt.Sprintf("%d-%s", newest, hex.EncodeToString(h.Sum(nil))[:10])
}
