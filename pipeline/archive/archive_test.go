package archive

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"

	"github.com/google/go-cmp/cmp"
)

var (
	pdf1 = []byte("%PDF-1.7\nfirst\n%%EOF\n")
	pdf2 = []byte("%PDF-1.7\nsecond\n%%EOF\n")
	page = []byte("<!DOCTYPE html><html><body>table</body></html>")
	day  = time.Date(2023, 5, 1, 8, 30, 0, 0, time.UTC)
)

const address = "https://www.missingkids.org/content/dam/missingkids/pdfs/2022-reports-by-esp.pdf"

func newArchive(t *testing.T) *Archive {
	t.Helper()
	a, err := Open(t.Context(), filepath.Join(t.TempDir(), "deep", "archive"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func put(t *testing.T, a *Archive, body []byte, s Sighting) Version {
	t.Helper()
	if err := a.Put(body, s); err != nil {
		t.Fatal(err)
	}
	all := a.All()
	return all[slices.IndexFunc(all, func(v Version) bool { return v.SHA256 == Hash(body) })]
}

func (a *Archive) file(body []byte) string {
	return filepath.Join(a.Dir(), documentsDir, Hash(body)+".pdf")
}

// reopen reads the archive again from its files.
func reopen(t *testing.T, a *Archive) *Archive {
	t.Helper()
	b, err := OpenReadOnly(a.Dir())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tree returns every file of the archive with its content.
func tree(t *testing.T, a *Archive) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(a.Dir(), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(a.Dir(), p)
		files[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestPutAndReadBack(t *testing.T) {
	a := newArchive(t)
	s := Sighting{
		Asked: "https://www.missingkids.org/esp/reports", Final: address, Retrieved: day.In(time.FixedZone("", 7200)).Add(500 * time.Millisecond),
		ETag: `"abc"`, LastModified: "Fri, 28 Apr 2023 14:59:42 GMT", ContentType: "application/pdf",
		Page: "https://www.missingkids.org/cybertiplinedata", LinkText: "2022 Reports <by> ESP & \"more\"", Title: "t", Why: "w",
	}
	h := put(t, a, pdf1, s)
	want := pipeline.Document{
		SHA256: Hash(pdf1), Name: "2022-reports-by-esp.pdf", Size: int64(len(pdf1)),
		URL: s.Asked, FinalURL: address, Retrieved: day, Seen: []int{1},
	}
	if diff := cmp.Diff(want, h.Document()); diff != "" {
		t.Error(diff)
	}
	b := reopen(t, a)
	all := b.All()
	if len(all) != 1 {
		t.Fatalf("%v", all)
	}
	// What this run sees is what the next one reads.
	if diff := cmp.Diff(h, all[0]); diff != "" {
		t.Error(diff)
	}
	body, err := b.Body(h.SHA256)
	if err != nil || !bytes.Equal(body, pdf1) {
		t.Errorf("%q, %v", body, err)
	}
	if latest, ok := b.Latest(s.Asked, ""); !ok || latest.SHA256 != h.SHA256 {
		t.Errorf("latest %+v", latest)
	}
	if _, err := os.Stat(a.file(pdf1)); err != nil || len(b.Verify()) != 0 {
		t.Errorf("%v, %v", err, b.Verify())
	}
	// The same again writes nothing.
	before := tree(t, a)
	s.Retrieved, s.LinkText = day.AddDate(1, 0, 0), "new words"
	put(t, a, pdf1, s)
	if diff := cmp.Diff(before, tree(t, a)); diff != "" {
		t.Error(diff)
	}
}

func TestVersionsAtOneAddress(t *testing.T) {
	a := newArchive(t)
	// There, away, back, and away again on a clock that was set back: that does
	// not reorder what was seen.
	for i, when := range []time.Time{day, day.AddDate(0, 1, 0), day.AddDate(0, 2, 0), day.AddDate(-5, 0, 0)} {
		body := [][]byte{pdf1, pdf2}[i%2]
		before := tree(t, a)
		put(t, a, body, Sighting{Asked: address, Retrieved: when})
		if l, _ := reopen(t, a).Latest(address, ""); l.SHA256 != Hash(body) {
			t.Errorf("step %d: latest is %+v", i, l)
		}
		for name, content := range before {
			if tree(t, a)[name] != content {
				t.Errorf("%s was overwritten", name)
			}
		}
		a.run++
	}
	all := reopen(t, a).All()
	if len(all) != 2 || len(all[0].Sightings) != 2 || !all[0].Document().Retrieved.Equal(day) {
		t.Fatalf("%v", all)
	}
	for i, v := range all {
		want := []Version{{SHA256: Hash(pdf1), Seen: []int{1, 3}, Superseded: true}, {SHA256: Hash(pdf2), Seen: []int{2, 4}}}[i]
		want.Sightings = v.Sightings
		if diff := cmp.Diff(want, v); diff != "" {
			t.Error(diff)
		}
	}
}

func TestOrderAndBestSighting(t *testing.T) {
	a := newArchive(t)
	put(t, a, pdf2, Sighting{Asked: "file:my%20copy.pdf", Retrieved: day})
	put(t, a, page, Sighting{Asked: "https://www.missingkids.org/esp", Retrieved: day})
	put(t, a, pdf1, Sighting{Asked: address, Mirror: "https://web.archive.org/web/20230101000000id_/" + address, Captured: day.AddDate(-1, 0, 0), Retrieved: day.AddDate(0, 0, 1)})
	if _, ok := a.Latest(address, ""); ok {
		t.Error("a web archive's copy counts as published")
	}
	var got []string
	for _, h := range a.All() {
		d := h.Document()
		got = append(got, d.Name+" "+d.URL+" "+d.Mirror)
	}
	want := []string{
		"2022-reports-by-esp.pdf " + address + " https://web.archive.org/web/20230101000000id_/" + address, // captured first
		"my copy.pdf file:my%20copy.pdf ",
		"esp https://www.missingkids.org/esp ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// A copy shows that bytes are older than their first sighting.
	put(t, a, page, Sighting{Asked: "https://www.missingkids.org/esp", Mirror: "https://web.archive.org/x", Captured: day.AddDate(-2, 0, 0), Retrieved: day})
	if all := a.All(); all[0].SHA256 != Hash(page) || all[0].Document().Mirror != "" || all[0].Seen[0] != 1 {
		t.Errorf("%+v", all[0])
	}
	// The publisher's own address names a document once it is known.
	h := put(t, a, pdf2, Sighting{Asked: address, Retrieved: day.AddDate(0, 0, 2)})
	if d := h.Document(); d.URL != address || !d.Retrieved.Equal(day) {
		t.Errorf("%+v", d)
	}
}

func TestDamage(t *testing.T) {
	a := newArchive(t)
	put(t, a, pdf1, Sighting{Asked: address, Retrieved: day, ETag: "1"})
	put(t, a, pdf2, Sighting{Asked: address + "2", Retrieved: day})
	if _, _, ok := a.Condition(address); !ok {
		t.Fatal("no validators")
	}
	if err := os.WriteFile(a.file(pdf1), []byte("%PDF-1.7\nfirsT\n%%EOF\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := a.Body(Hash(pdf1))
	if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), Hash(pdf1)+".pdf") {
		t.Errorf("error %v", err)
	}
	if f := a.Verify(); len(f) != 1 || f[0].Code != pipeline.Damaged || f[0].Severity != pipeline.Fail || f[0].Document != Hash(pdf1) {
		t.Errorf("findings %+v", f)
	}
	if _, _, ok := a.Condition(address); ok {
		t.Error("a damaged file would be asked for with a condition")
	}
	os.Remove(a.file(pdf2))
	if _, err := a.Body(Hash(pdf2)); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), Hash(pdf2)) {
		t.Errorf("error %v", err)
	}
	if f := a.Verify(); len(f) != 2 {
		t.Errorf("findings %+v", f)
	}
	for _, bad := range []string{"", "../../etc/passwd", strings.ToUpper(Hash(pdf1)), Hash(pdf1)[:10]} {
		if _, err := a.Body(bad); !errors.Is(err, ErrDamaged) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	// The same bytes, seen again, mend the archive.
	put(t, a, pdf1, Sighting{Asked: address, Retrieved: day, ETag: "1"})
	put(t, a, pdf2, Sighting{Asked: address + "2", Retrieved: day})
	if f := a.Verify(); len(f) != 0 {
		t.Errorf("findings %+v", f)
	}
}

func TestDamagedSighting(t *testing.T) {
	a := newArchive(t)
	put(t, a, pdf1, Sighting{Asked: address, Retrieved: day, ETag: "1"})
	put(t, a, pdf2, Sighting{Asked: address + "2", Retrieved: day})
	name := filepath.Join(a.Dir(), sightingsDir, "000001-"+Hash(pdf1)[:12]+".json")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for what, data := range map[string][]byte{
		"cut short": whole[:len(whole)/2], "empty": nil, "another's": bytes.ReplaceAll(whole, []byte(Hash(pdf1)), []byte(Hash(pdf2))),
		"another number": bytes.Replace(whole, []byte(`"seq": 1`), []byte(`"seq": 7`), 1), "no address": bytes.Replace(whole, []byte("asked"), []byte("osked"), 1),
	} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
		b := reopen(t, a)
		if all := b.All(); len(all) != 1 || all[0].SHA256 != Hash(pdf2) {
			t.Errorf("%s: %v", what, all)
		}
		f := b.Damaged()
		if diff := cmp.Diff(f, b.Verify()); diff != "" || len(f) != 1 || f[0].Severity != pipeline.Fail || !strings.Contains(f[0].What, "000001-") {
			t.Errorf("%s: findings %+v %s", what, f, diff)
		}
	}
	// The document is taken up again when it is seen again, under a new number.
	a.Close()
	c, err := Open(t.Context(), a.Dir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	put(t, c, pdf1, Sighting{Asked: address, Retrieved: day})
	if l, _ := c.Latest(address, ""); l.SHA256 != Hash(pdf1) || l.Seq != 3 {
		t.Errorf("%+v", l)
	}
}

func TestLock(t *testing.T) {
	a := newArchive(t)
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
	defer cancel()
	told := 0
	if _, err := Open(ctx, a.Dir(), func() { told++ }); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), a.Dir()) || told != 1 {
		t.Errorf("error %v, told %d times", err, told)
	}
	got := make(chan error, 1)
	waiting := make(chan struct{})
	go func() {
		b, err := Open(t.Context(), a.Dir(), func() { close(waiting) })
		if err == nil {
			if _, ok := b.Latest(address, ""); !ok {
				err = errors.New("what the first run wrote while the second waited is not seen")
			}
			b.Close()
		}
		got <- err
	}()
	<-waiting
	put(t, a, page, Sighting{Asked: address, Retrieved: day})
	if all := reopen(t, a).All(); len(all) != 1 { // reading needs no lock
		t.Errorf("%v", all)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-got:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the second run never got its turn")
	}
}

func TestReadOnly(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := OpenReadOnly("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	a := newArchive(t)
	put(t, a, pdf1, Sighting{Asked: address, Retrieved: day})
	before := tree(t, a)
	for _, b := range []*Archive{reopen(t, a), Empty()} {
		put, cache := b.Put(pdf2, Sighting{Asked: address}), b.CacheReading(Hash(pdf1), "1", nil)
		if !errors.Is(put, errReadOnly) || !errors.Is(cache, errReadOnly) || b.Close() != nil {
			t.Errorf("errors %v, %v", put, cache)
		}
	}
	if left, _ := os.ReadDir("."); len(left) != 0 {
		t.Errorf("written: %v", left)
	}
	if diff := cmp.Diff(before, tree(t, a)); diff != "" {
		t.Error(diff)
	}
}

func TestLeftoversOfAKilledRunAreCleared(t *testing.T) {
	a := newArchive(t)
	put(t, a, pdf1, Sighting{Asked: address, Retrieved: day})
	// Killed while writing, and killed between the bytes and the sighting.
	os.WriteFile(filepath.Join(a.Dir(), incomingDir, "123"), pdf2[:5], 0o644)
	os.WriteFile(filepath.Join(a.Dir(), documentsDir, Hash(pdf2)+".pdf"), pdf2, 0o644)
	a.Close()
	b, err := Open(t.Context(), a.Dir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if left, _ := os.ReadDir(filepath.Join(a.Dir(), incomingDir)); len(left) != 0 {
		t.Errorf("left %v", left)
	}
	if all := b.All(); len(all) != 1 {
		t.Errorf("%v", all)
	}
	put(t, b, pdf2, Sighting{Asked: address, Retrieved: day})
	if f := b.Verify(); len(f) != 0 {
		t.Errorf("findings %+v", f)
	}
}

func TestCachedReadings(t *testing.T) {
	a := newArchive(t)
	sha, data := Hash(pdf1), []byte("line\nanother\x00")
	for _, want := range [][]byte{data, nil, data} {
		if err := a.CacheReading(sha, "1", want); err != nil {
			t.Fatal(err)
		}
		if got, ok := reopen(t, a).CachedReading(sha, "1"); !ok || !bytes.Equal(got, want) {
			t.Errorf("%q, %v, want %q", got, ok, want)
		}
	}
	_, version := a.CachedReading(sha, "2")
	if _, document := a.CachedReading(Hash(pdf2), "1"); version || document {
		t.Error("kept for another version of the reader, or another document")
	}
	name := filepath.Join(a.Dir(), cachedName(readingsDir, sha+"\n1"))
	whole, _ := os.ReadFile(name)
	for _, i := range []int{0, 63, 64, 65, len(whole) - 1} { // in the hash, between, in the data
		bad := slices.Clone(whole)
		bad[i] ^= 1
		os.WriteFile(name, bad, 0o644)
		if got, ok := a.CachedReading(sha, "1"); ok {
			t.Errorf("byte %d: changed data count as kept: %q", i, got)
		}
	}
}

func TestConditions(t *testing.T) {
	a := newArchive(t)
	seen := Sighting{Asked: "https://www.missingkids.org/esp", Final: address, ETag: "1", LastModified: "Fri", ContentType: "text/html"}
	if err := a.PutPage(page, seen); err != nil {
		t.Fatal(err)
	}
	if v, body, ok := a.Condition(address); !ok || v.ETag+v.LastModified+v.ContentType != "1Fritext/html" || !bytes.Equal(body, page) {
		t.Errorf("%+v, %q, %v", v, body, ok)
	}
	if _, _, ok := a.Condition(seen.Asked); ok {
		t.Error("the validators are those of the address that answered")
	}
	if all := a.All(); len(all) != 0 {
		t.Error("a landing page is not a document")
	}
	// A document at the address counts before the page that was there.
	seen.ETag = "2"
	put(t, a, pdf1, seen)
	if v, body, ok := a.Condition(address); !ok || v.ETag != "2" || !bytes.Equal(body, pdf1) {
		t.Errorf("%+v, %q, %v", v, body, ok)
	}
	// Neither a copy in a web archive nor a page without validators gives any.
	put(t, a, pdf2, Sighting{Asked: address + "2", Mirror: "https://web.archive.org/x", ETag: "3"})
	a.PutPage(page, Sighting{Asked: address + "3"})
	for _, n := range []string{"2", "3"} {
		if _, _, ok := a.Condition(address + n); ok {
			t.Errorf("address %s has validators", n)
		}
	}
}
