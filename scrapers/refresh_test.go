package scrapers_test

import (
	"context"
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
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

// start is the path of the start page on the fault site.
const start = "/esp/reports"

// quick bounds a test run: nothing waits longer than some milliseconds.
var quick = scrapers.Limits{
	Delay: time.Millisecond, RetryMax: 8 * time.Millisecond, RetryAfterMax: 30 * time.Millisecond, StallBytes: 512,
	Stall: time.Second, Deadline: 2 * time.Second, Connect: time.Second,
	MaxBytes: 4 << 20, MaxDecoded: 8 << 20,
}

// newSite starts a fault site with a landing page that links the tables of
// some years, and the tables themselves.
func newSite(t *testing.T, years ...int) *faultsite.Site {
	t.Helper()
	s := faultsite.New(t)
	s.Handle(start, faultsite.Page(faultsite.Landing(faultsite.Reports(years...), years...)))
	for _, y := range years {
		s.Handle(faultsite.ReportPath(y), faultsite.File(table(y)))
	}
	return s
}

// TestMain leaves no proxy of the environment between the tests and their sites.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY"} {
		os.Unsetenv(name)
		os.Unsetenv(strings.ToLower(name))
	}
	os.Exit(m.Run())
}

func table(year int) []byte { return faultsite.PDF(year, faultsite.Rows(40, year)) }

func newArchive(t *testing.T) *archive.Archive {
	t.Helper()
	a, err := archive.Open(t.Context(), filepath.Join(t.TempDir(), "archive"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// options are those of a run against the site for some years, 2019-2023 if none are given.
func options(s *faultsite.Site, years ...int) scrapers.Options {
	years = append(years, 2019, 2023)[:2]
	return scrapers.Options{
		Site: site(), Start: []string{s.URL + start}, AllowHosts: []string{s.Host}, From: years[0], To: years[1],
		Version: "1.2", Contact: "someone@example.org", Limits: quick,
		HasTable: func(_ string, body []byte) bool { return strings.Contains(string(body), "<th>ESP</th>") },
	}
}

// site is what the registry knows of the publisher's site.
func site() pipeline.Site {
	s, err := registry.Site()
	if err != nil {
		panic(err)
	}
	return s
}

// store puts what is fetched into the archive, as the program does.
func store(a *archive.Archive) func(scrapers.Fetched) error {
	return func(f scrapers.Fetched) error {
		if f.Landing {
			return a.PutPage(f.Body, f.Sighting)
		}
		return a.Put(f.Body, f.Sighting)
	}
}

// stored returns the document with these bytes.
func stored(t *testing.T, a *archive.Archive, body []byte) pipeline.Document {
	t.Helper()
	all := a.All()
	i := slices.IndexFunc(all, func(v archive.Version) bool { return v.SHA256 == archive.Hash(body) })
	if i < 0 {
		t.Fatal("not in the archive")
	}
	return all[i].Document()
}

func refresh(t *testing.T, o scrapers.Options, a *archive.Archive) (*scrapers.Result, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return scrapers.Refresh(ctx, o, a, store(a))
}

// mustRefresh is refresh for runs that must succeed.
func mustRefresh(t *testing.T, o scrapers.Options, a *archive.Archive) *scrapers.Result {
	t.Helper()
	res, err := refresh(t, o, a)
	if err != nil {
		t.Fatalf("refresh: %v", err)
	}
	whole(t, a)
	return res
}

// whole checks that every file of the archive is what it was stored as.
func whole(t *testing.T, a *archive.Archive) {
	t.Helper()
	for _, f := range a.Verify() {
		t.Errorf("archive: %s %s: %s", f.Severity, f.Document, f.What)
	}
}

func hashesOf(bodies ...[]byte) []string {
	var list []string
	for _, b := range bodies {
		list = append(list, archive.Hash(b))
	}
	slices.Sort(list)
	return list
}

// found returns what was taken for a table, in the order in which it was asked.
func found(res *scrapers.Result) []*scrapers.Candidate {
	return slices.DeleteFunc(slices.Clone(res.Tried), func(c *scrapers.Candidate) bool { return !c.Found() })
}

func wantDocuments(t *testing.T, res *scrapers.Result, bodies ...[]byte) {
	t.Helper()
	if got, want := slices.Sorted(slices.Values(res.Documents)), hashesOf(bodies...); !slices.Equal(got, want) {
		t.Errorf("documents:\n got %v\nwant %v\nfindings %+v", got, want, res.Findings)
	}
}

// wantFinding checks that a finding with the code speaks of all the words.
func wantFinding(t *testing.T, res *scrapers.Result, code pipeline.Code, severity pipeline.Severity, words ...string) {
	t.Helper()
	for _, f := range res.Findings {
		if f.Code == code && f.Severity == severity && !slices.ContainsFunc(words, func(w string) bool {
			return !strings.Contains(f.What+" "+f.Mend+" "+f.Document, w)
		}) {
			return
		}
	}
	t.Errorf("no finding %s %s with %q among %+v", severity, code, words, res.Findings)
}

// files returns the names and hashes of the files in the archive that outputs
// are made from.
func files(t *testing.T, a *archive.Archive) string {
	t.Helper()
	var b strings.Builder
	for _, dir := range []string{"documents", "sightings", "incoming"} {
		list, err := os.ReadDir(filepath.Join(a.Dir(), dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			body, err := os.ReadFile(filepath.Join(a.Dir(), dir, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s/%s %s\n", dir, f.Name(), archive.Hash(body)[:12])
		}
	}
	return b.String()
}

// All tables are found and no sister document is asked for; a second run costs one
// conditional request a document, and changes nothing.
func TestRefreshFindsTheTables(t *testing.T) {
	s := newSite(t, editions...)
	a := newArchive(t)
	res := mustRefresh(t, options(s), a)
	wantDocuments(t, res, table(2019), table(2020), table(2021), table(2022), table(2023))
	for i, want := range []int{2023, 2022, 2021, 2020, 2019} {
		if c := found(res)[i]; c.Year != want || c.Page == "" {
			t.Errorf("found[%d] = %+v, want the year %d", i, c, want)
		}
	}
	if len(res.Skipped) != 25 {
		t.Errorf("%d sister documents skipped, want 25: %+v", len(res.Skipped), res.Skipped)
	}
	for _, p := range res.Skipped {
		if p.Why == "" || len(s.To(strings.TrimPrefix(p.URL, s.URL))) != 0 {
			t.Errorf("skipped without a reason, or asked: %+v", p)
		}
	}
	if res.Downloads != 5 || res.NotModified != 0 {
		t.Errorf("downloads %d, not modified %d", res.Downloads, res.NotModified)
	}
	d := stored(t, a, table(2023))
	if d.URL != s.URL+faultsite.ReportPath(2023) || d.Name != "2023-reports-by-esp.pdf" || d.Retrieved.IsZero() || d.Size != int64(len(table(2023))) {
		t.Errorf("document %+v", d)
	}

	before := files(t, a)
	s.Forget()
	second := mustRefresh(t, options(s), a)
	for _, y := range editions {
		asked := s.To(faultsite.ReportPath(y))
		if len(asked) != 1 || asked[0].Header.Get("If-None-Match") == "" {
			t.Errorf("%d was asked %+v, want one conditional request", y, asked)
		}
	}
	if second.Downloads != 0 || second.NotModified != 5 || files(t, a) != before || !slices.Equal(second.Documents, res.Documents) {
		t.Errorf("downloads %d, not modified %d, documents %v", second.Downloads, second.NotModified, second.Documents)
	}
}
