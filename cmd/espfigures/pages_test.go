package main

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/extract"
	"espfigures/scrapers/faultsite"
)

// A page with a table is read once: what looking for the table found serves
// the document, and differs in nothing from a reading of its own.
func TestPageReadOnce(t *testing.T) {
	rows := []faultsite.Row{{Name: "Example One", Reports: 3}, {Name: "Example Two", Reports: 4000}}
	page := []byte("<!DOCTYPE html><html><head><title>2022 CyberTipline Reports by Electronic Service Providers (ESP)</title></head><body>" +
		faultsite.HTMLTable(2022, rows) + "</body></html>")
	a := &app{}
	if !a.hasTable(nil)(page) {
		t.Fatal("the table was not found")
	}
	doc := pipeline.Document{SHA256: archive.Hash(page), Name: "reports.html"}
	got, ok := a.pageRead(doc)
	if !ok {
		t.Fatal("the reading was not kept")
	}
	reader := extract.New()
	defer reader.Close()
	want, err := reader.Read(t.Context(), doc.Name, page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, ok := a.pageRead(doc); ok {
		t.Error("the reading is kept for ever")
	}

	// A page whose reading the archive keeps is not read again.
	arch, err := archive.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer arch.Close()
	data, err := encodeReading(want)
	if err != nil {
		t.Fatal(err)
	}
	if err := arch.CacheReading(doc.SHA256, extract.Version, data); err != nil {
		t.Fatal(err)
	}
	if !a.hasTable(arch)(page) {
		t.Error("the table whose reading is kept was not found")
	}
	if _, ok := a.pageRead(doc); ok {
		t.Error("the page was read although its reading is kept")
	}
}

// No page with a table is passed over, however its tag is written.
func TestMayHoldTable(t *testing.T) {
	wide := make([]byte, 0, 64)
	for _, u := range utf16.Encode([]rune("<html><table>")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for text, want := range map[string]bool{
		"<html><table>": true, "<TABLE class=x>": true, "a < b <Table": true, string(wide): true,
		"": false, "<": false, "<tabl": false, "<p>table</p>": false, "table>": false, strings.Repeat("<p>", 1000): false,
	} {
		if got := mayHoldTable([]byte(text)); got != want {
			t.Errorf("%.40q: %v", text, got)
		}
	}
}
