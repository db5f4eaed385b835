package build

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
	"espfigures/scrapers/faultsite"
)

// bench is an archive, and what a Dataset is made of beside it.
type bench struct {
	t    *testing.T
	dir  string
	arch *archive.Archive
	in   Inputs
	now  time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	reg, err := registry.Default()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, dir: t.TempDir(), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	b.in = Inputs{
		Snapshot: &snapshot.Snapshot{}, Resolver: resolve.New(reg), Today: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		Site: pipeline.Site{Hosts: []string{"publisher.example"}},
	}
	b.reopen()
	return b
}

// reopen begins another run.
func (b *bench) reopen() {
	b.t.Helper()
	if b.arch != nil {
		b.arch.Close()
	}
	arch, err := archive.Open(b.t.Context(), b.dir, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	b.arch = arch
	b.t.Cleanup(func() { arch.Close() })
}

func (b *bench) put(body []byte, s archive.Sighting) {
	b.t.Helper()
	b.now = b.now.Add(2 * time.Second)
	s.Retrieved = b.now
	if err := b.arch.Put(body, s); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) dataset() *pipeline.Dataset {
	b.t.Helper()
	b.in.Archive, b.in.Reader = b.arch, NewReader(b.arch)
	defer b.in.Reader.Close()
	m, err := Model(b.t.Context(), b.in)
	if err != nil {
		b.t.Fatal(err)
	}
	return m.Data
}

// table typesets a table of a year; each version has other numbers.
func table(year, version int) []byte {
	return faultsite.PDF(year, []faultsite.Row{{Name: "Facebook", Reports: 1000 + version}, {Name: "Imgur, LLC", Reports: 20}})
}

func total(year, n int) pipeline.YearTotal {
	c := pipeline.Count(n)
	return pipeline.YearTotal{Year: year, CyberTipline: c + 5, ESP: &c, Source: "another publication"}
}

// found returns the findings of a code, as "severity: text".
func found(ds *pipeline.Dataset, code pipeline.Code) (list []string) {
	for _, f := range ds.Findings {
		if f.Code == code {
			list = append(list, string(f.Severity)+": "+f.What)
		}
	}
	return list
}

func TestOriginAndStatus(t *testing.T) {
	const home = "https://publisher.example/2022.pdf"
	for _, c := range []struct {
		name    string
		seen    archive.Sighting
		known   bool
		origin  pipeline.Origin
		status  pipeline.Status
		address string
	}{
		{"the publisher's address", archive.Sighting{Asked: home}, false, pipeline.FromPublisher, pipeline.Verified, home},
		{"a file, unknown bytes", archive.Sighting{Asked: "file:saved.pdf"}, false, pipeline.FromHand, pipeline.Checked, ""},
		{"a file, known bytes", archive.Sighting{Asked: "file:saved.pdf"}, true, pipeline.KnownBytes, pipeline.Verified, home},
		{"a web archive's copy", archive.Sighting{Asked: home, Mirror: "https://archive.example/x"}, false, pipeline.WebArchive, pipeline.Verified, home},
		{"another host, known bytes", archive.Sighting{Asked: "http://mirror.example/x.pdf"}, true, pipeline.KnownBytes, pipeline.Verified, home},
	} {
		b := newBench(t)
		if c.known {
			b.in.Snapshot.Editions = []pipeline.Edition{{Year: 2022, Status: pipeline.Verified, Document: pipeline.Document{SHA256: archive.Hash(table(2022, 0)), URL: home}}}
		}
		b.put(table(2022, 0), c.seen)
		ds := b.dataset()
		e := ds.Editions[0]
		if e.Document.Origin != c.origin || e.Status != c.status || e.Document.Address() != c.address {
			t.Errorf("%s: origin %s, status %s, address %q", c.name, e.Document.Origin, e.Status, e.Document.Address())
		}
		for _, f := range ds.Figures {
			if strings.HasPrefix(f.URL, "file:") {
				t.Errorf("%s: a figure has the address %s", c.name, f.URL)
			}
		}
	}
	// The user says where the saved file is published.
	b := newBench(t)
	b.in.Addresses = map[int]string{2022: home}
	b.put(table(2022, 0), archive.Sighting{Asked: "file:saved.pdf"})
	if d := b.dataset().Editions[0].Document; d.Address() != home || !d.ByHand() {
		t.Errorf("--address: %+v", d)
	}
}

// A table of a year that has not ended is left out, and one whose total
// contradicts the total on file is not verified unless somebody accepts it.
func TestTablesThatCannotBe(t *testing.T) {
	b := newBench(t)
	b.in.Snapshot.Totals = []pipeline.YearTotal{total(2022, 9999)}
	b.put(table(2026, 0), archive.Sighting{Asked: "https://publisher.example/2026.pdf"})
	b.put(table(2022, 0), archive.Sighting{Asked: "https://publisher.example/2022.pdf"})
	ds := b.dataset()
	if len(ds.Editions) != 1 || ds.Editions[0].Status != pipeline.Published {
		t.Fatalf("editions %+v", ds.Editions)
	}
	if got := found(ds, pipeline.YearAhead); len(got) != 1 || !strings.Contains(got[0], "fail: ") || !strings.Contains(got[0], "2026, which has not ended") {
		t.Errorf("the year ahead: %q", got)
	}
	if got := found(ds, pipeline.TotalsDisagree); len(got) != 1 || !strings.HasPrefix(got[0], "fail: ") {
		t.Errorf("the total: %q", got)
	}
	b.in.AcceptTotals = []int{2022}
	ds = b.dataset()
	if e := ds.Editions[0]; e.Status != pipeline.Verified || !e.TotalAccepted {
		t.Errorf("accepted: %+v", e)
	}
	if got := found(ds, pipeline.TotalsDisagree); len(got) != 1 || !strings.Contains(got[0], "warn: ") || !strings.Contains(got[0], "accepted") {
		t.Errorf("the accepted total: %q", got)
	}
}

// Which of two documents of one year counts does not depend on the order of
// their links. Different rows are a warning that names both.
func TestTwoDocumentsOfOneYear(t *testing.T) {
	one, two := archive.Sighting{Asked: "https://publisher.example/a.pdf"}, archive.Sighting{Asked: "https://publisher.example/b.pdf"}
	var used []string
	for _, swapped := range []bool{false, true} {
		b := newBench(t)
		if swapped {
			b.put(table(2022, 2), two)
			b.put(table(2022, 1), one)
		} else {
			b.put(table(2022, 1), one)
			b.put(table(2022, 2), two)
		}
		ds := b.dataset()
		used = append(used, ds.Editions[0].Document.SHA256)
		got := found(ds, pipeline.EditionPassed)
		if len(got) != 1 || !strings.HasPrefix(got[0], "warn: ") || !strings.Contains(got[0], "a.pdf") || !strings.Contains(got[0], "b.pdf") {
			t.Errorf("swapped %v: %q", swapped, got)
		}
	}
	if used[0] != used[1] {
		t.Errorf("the order of the links decides: %v", used)
	}
	// What another run brings later is newer.
	for _, later := range []int{1, 2} {
		b := newBench(t)
		b.put(table(2022, 3-later), one)
		b.reopen()
		b.put(table(2022, later), two)
		if got := b.dataset().Figures[0].Reports; got != pipeline.Count(1000+later) {
			t.Errorf("the later document has %d, %v is used", 1000+later, got)
		}
	}
}

// A sighting that cannot be read and a document that is not what was stored are
// findings, and the other documents are read.
func TestDamage(t *testing.T) {
	for _, file := range []string{"sightings/000001-*", "documents/" + archive.Hash(table(2021, 0)) + ".pdf"} {
		b := newBench(t)
		b.put(table(2021, 0), archive.Sighting{Asked: "https://publisher.example/2021.pdf"})
		b.put(table(2022, 0), archive.Sighting{Asked: "https://publisher.example/2022.pdf"})
		files, _ := filepath.Glob(filepath.Join(b.dir, file))
		if err := os.Truncate(files[0], 9); err != nil {
			t.Fatal(err)
		}
		b.reopen()
		ds := b.dataset()
		got := found(ds, pipeline.Damaged)
		if len(got) != 1 || !strings.HasPrefix(got[0], "fail: ") || !strings.Contains(got[0], strings.TrimSuffix(file, "*")) || len(ds.Editions) != 1 || ds.Editions[0].Year != 2022 {
			t.Errorf("%s: %q, editions %+v", file, got, ds.Editions)
		}
	}
}

// A sister document is a note by itself, and a warning where it answers at the
// address of a year's table.
func TestSisterDocument(t *testing.T) {
	sister := faultsite.CountryPDF(2022, []faultsite.Row{{Name: "France", Reports: 3}})
	b := newBench(t)
	b.put(table(2022, 0), archive.Sighting{Asked: "https://publisher.example/2022.pdf"})
	b.put(sister, archive.Sighting{Asked: "https://publisher.example/countries.pdf"})
	if got := found(b.dataset(), pipeline.SourceSkipped); len(got) != 1 || !strings.HasPrefix(got[0], "note: ") {
		t.Errorf("apart: %q", got)
	}
	b.put(sister, archive.Sighting{Asked: "https://publisher.example/2022.pdf"})
	ds := b.dataset()
	if got := found(ds, pipeline.SourceSkipped); len(got) != 1 || !strings.HasPrefix(got[0], "warn: ") || !strings.Contains(got[0], "the table of 2022") {
		t.Errorf("in the table's place: %q", got)
	}
	if e := ds.Edition(2022); e == nil || e.Status != pipeline.Verified {
		t.Errorf("the table is not kept: %+v", e)
	}
}

// A document that could not be read is not read again by commands that only
// answer; a refresh tries again. It is history once its address answers with a good
// one.
func TestFailureIsRemembered(t *testing.T) {
	b := newBench(t)
	b.put(table(2021, 0), archive.Sighting{Asked: "https://publisher.example/2021.pdf"})
	broken := append([]byte("%PDF-1.7\nnothing\n"), "%%EOF\n"...)
	b.put(broken, archive.Sighting{Asked: "https://publisher.example/2022.pdf"})
	before := found(b.dataset(), pipeline.SourceFault)
	if len(before) != 1 {
		t.Fatalf("%q", before)
	}
	if err := os.Remove(filepath.Join(b.dir, "documents", archive.Hash(broken)+".pdf")); err != nil {
		t.Fatal(err)
	}
	if ds := b.dataset(); len(found(ds, pipeline.SourceFault)) != 1 || found(ds, pipeline.SourceFault)[0] != before[0] {
		t.Errorf("the second time: %+v", ds.Findings)
	}
	reader := NewReader(b.arch)
	defer reader.Close()
	reader.Retry = true
	if _, err := reader.Read(t.Context(), pipeline.Document{SHA256: archive.Hash(broken)}, ""); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("a retry does not read again: %v", err)
	}
	b.put(table(2022, 0), archive.Sighting{Asked: "https://publisher.example/2022.pdf"})
	if ds := b.dataset(); ds.Worst() != pipeline.Note {
		t.Errorf("after it was replaced: %+v", ds.Findings)
	}
}

// A page with a table is read once: what looking for the table found serves the
// document.
func TestPageIsReadOnce(t *testing.T) {
	b := newBench(t)
	page := []byte("<!DOCTYPE html><html><head><title>2022 CyberTipline Reports by Electronic Service Providers (ESP)</title></head><body>" +
		faultsite.HTMLTable(2022, []faultsite.Row{{Name: "Example One", Reports: 3}, {Name: "Example Two", Reports: 4000}}) + "</body></html>")
	reader := NewReader(b.arch)
	defer reader.Close()
	if !reader.HasTable(t.Context(), "", page) || reader.HasTable(t.Context(), "", []byte("<html><p>table</p>")) {
		t.Fatal("a page with a table is not told from one without")
	}
	// The bytes were never stored, so only what was kept can answer.
	res, err := reader.Read(t.Context(), pipeline.Document{SHA256: archive.Hash(page)}, "")
	if err != nil || len(res.Tables) != 1 || len(res.Tables[0].Rows) != 2 {
		t.Errorf("%+v, %v", res, err)
	}
}

// What was known on a day: documents by their first sighting, editions of the
// snapshot by their own date, and no total of a later year.
func TestAsOf(t *testing.T) {
	b := newBench(t)
	b.in.Snapshot.Editions = []pipeline.Edition{
		{Year: 2020, Status: pipeline.Verified, Document: pipeline.Document{Dated: time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)}},
		{Year: 2023, Status: pipeline.SecondaryHand, Source: "a third party, undated"},
	}
	b.in.Snapshot.Totals = []pipeline.YearTotal{total(2021, 5), total(2023, 9)}
	at := archive.Sighting{Asked: "https://publisher.example/2022.pdf"}
	b.put(table(2022, 1), at)
	b.now = b.now.AddDate(0, 1, 0)
	b.reopen()
	b.put(table(2022, 2), at)
	for _, c := range []struct {
		day, years string
		reports    pipeline.Count
		said       string
	}{
		{"2021-03-01", "[2020]", 0, "2020 (dated 2021-03-01)"},
		{"2026-01-01", "[2020 2022]", 1001, "2022 (dated 2023-04-28, seen on 2026-01-01)"},
		{"2026-03-01", "[2020 2022]", 1002, "2022 (dated 2023-04-28, seen on 2026-02-01)"},
	} {
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		b.in.AsOf = day
		ds := b.dataset()
		var years []int
		for _, e := range ds.Editions {
			years = append(years, e.Year)
		}
		reports := pipeline.Count(0)
		for _, f := range ds.Figures {
			reports = max(reports, f.Reports)
		}
		later := slices.ContainsFunc(ds.Totals, func(y pipeline.YearTotal) bool { return y.Year > years[len(years)-1] })
		if fmt.Sprint(years) != c.years || reports != c.reports || later {
			t.Errorf("%s: years %v, %d reports, totals %+v", c.day, years, reports, ds.Totals)
		}
		if got := found(ds, pipeline.AsOf); len(got) != 1 || !strings.Contains(got[0], c.said) {
			t.Errorf("%s: %q", c.day, got)
		}
	}
	b.in.Archive, b.in.Reader = b.arch, NewReader(b.arch)
	defer b.in.Reader.Close()
	b.in.AsOf = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := Model(t.Context(), b.in); !errors.Is(err, ErrNoEdition) {
		t.Errorf("before anything was known: %v", err)
	}
}

// The charset that a page came under counts, in the archive too: these bytes are
// another name in another charset.
func TestCharsetOfTheServer(t *testing.T) {
	page := []byte("<!DOCTYPE html><html><head><title>2022 CyberTipline Reports by Electronic Service Providers (ESP)</title></head><body>" +
		faultsite.HTMLTable(2022, []faultsite.Row{{Name: "\xc5ngstr\xf6m", Reports: 3}, {Name: "Example", Reports: 4}}) + "</body></html>")
	for contentType, want := range map[string]string{"text/html; charset=windows-1252": "Ångström", "text/html; charset=Windows-1251": "Еngstrцm"} {
		b := newBench(t)
		b.put(page, archive.Sighting{Asked: "https://publisher.example/2022", ContentType: contentType})
		for range 2 { // read, and as it was kept
			if got := b.dataset().Figures[0].Name; got != want {
				t.Errorf("%s: %q, want %q", contentType, got, want)
			}
		}
	}
}
