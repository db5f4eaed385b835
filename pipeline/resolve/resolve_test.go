package resolve

import (
	"testing"

	"espfigures/pipeline/registry"
)

func shipped(t testing.TB) *Resolver {
	t.Helper()
	reg, err := registry.Default()
	if err != nil {
		t.Fatal(err)
	}
	return New(reg)
}

func TestX(t *testing.T) {
	r := shipped(t)
	for _, n := range []string{"MediaLabKik", "Snap Inc. (Snapchat)", "ANTI CORPORATION", "Taggedcom", "Aylo Freesites Ltd dba Pornhub", "Imgur L.L.C.", "Ｉｍｇｕｒ", "IMGUR S.à r.l.", "Imgur Pte. Ltd.", "Howlogic Kft.", "HOWLOGICKFT", "Facebook*", "Amazon Prime", "Instagramm", "Meta", "Name", "Boxdrop", "Verizon", "Microsoft (LinkedIn)", "Mega Ltd (Megapersonals)", "Google+", "MG Freesites (dba SpankWire)", "Aylo Freesites (Redtube)", "Discord Media Group", "anti corp", "Snap Inc. (Spectacles)", "X", "XX", "Voice LLC"} {
		m := r.Name(n)
		t.Logf("%-32q %-10s %-20s %q %v", n, m.Kind, m.Platform, m.Alias, m.Suggestions)
	}
}
func BenchmarkUnknown(b *testing.B) {
	r := shipped(b)
	names := []string{"ANTI CORPORATION", "Some Unknown Media Group LLC", "Instagramm", "Foo Bar Baz", "Zebra Networks, Inc."}
	for b.Loop() {
		for _, n := range names {
			r.Name(n)
		}
	}
}
func BenchmarkKnown(b *testing.B) {
	r := shipped(b)
	names := []string{"imgur llc", "Ｉｍｇｕｒ", "MediaLabKik", "Aylo Freesites Ltd dba Pornhub", "Snap Inc. (Snapchat)"}
	for b.Loop() {
		for _, n := range names {
			r.Name(n)
		}
	}
}
