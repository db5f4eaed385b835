package extract

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
)

// Documents are read in a process of their own, so that a crash, a hang and
// the peak of memory are seen from outside.
const (
	hostileDir   = "ESPFIGURES_HOSTILE_DIR"
	hostileSlack = 6 * time.Second       // beyond it, on a busy machine
	hostilePeak  = int64(400_000 * 1000) // bytes
)

// long reports whether the long form of the tests is asked for: make check
// sets ESPFIGURES_CHECK.
func long() bool { return os.Getenv("ESPFIGURES_CHECK") != "" }

func times(few, many int) int {
	if long() {
		return many
	}
	return few
}

func typesetGood(t testing.TB) []byte {
	return form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: tenRows}.pdf(t)
}

// someOf returns the documents in the long form of the tests, and one in eight of
// them in the short one.
func someOf(documents map[string][]byte) map[string][]byte {
	if long() {
		return documents
	}
	some := map[string][]byte{}
	for i, name := range slices.Sorted(maps.Keys(documents)) {
		if i%8 == 0 {
			some[name] = documents[name]
		}
	}
	return some
}

// hostileTimeout is the deadline for one document; users have ten seconds.
var hostileTimeout = time.Duration(times(1, 3)) * time.Second

// An outcome is what the process says of one document.
type outcome struct {
	Name   string
	Took   time.Duration
	Err    string          // why no table can be had; "" if one was
	Typed  bool            // the error wraps a reason, as promised
	Year   int             // of the first table
	Status pipeline.Status // it has earned
	Rows   []pipeline.Row
	Total  *pipeline.Total
	Tables int
	Peak   int64 // of the process, on the last line only
}

// TestHostileChild is no test: it is the process that reads the documents.
func TestHostileChild(t *testing.T) {
	dir := os.Getenv(hostileDir)
	if dir == "" {
		t.Skip("only run as a child")
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	reader := New()
	reader.timeout = hostileTimeout
	defer reader.Close()
	out := json.NewEncoder(os.Stdout)
	var mu sync.Mutex
	var wg sync.WaitGroup
	turn := make(chan struct{}, Parallel)
	for _, f := range files {
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			o := readHostile(reader, filepath.Join(dir, f.Name()))
			mu.Lock()
			defer mu.Unlock()
			if err := out.Encode(o); err != nil {
				panic(err)
			}
		})
	}
	wg.Wait()
	_ = out.Encode(outcome{Peak: ownPeak()})
}

func readHostile(reader *Reader, path string) outcome {
	o := outcome{Name: filepath.Base(path)}
	body, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	start := time.Now()
	res, err := reader.Read(context.Background(), o.Name, "", body)
	o.Took = time.Since(start)
	if err != nil {
		o.Err, o.Typed = err.Error(), reasoned(err)
		return o
	}
	o.Tables = len(res.Tables)
	for _, table := range res.Tables {
		ed, _ := check.Edition(table, pipeline.Document{}, res.Findings)
		if o.Status != pipeline.Verified {
			o.Status, o.Year, o.Rows, o.Total = ed.Status, table.Year, table.Rows, table.Total
		}
	}
	return o
}

// ownPeak returns the largest resident memory this process has had, 0 where
// the system does not tell.
func ownPeak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	line, _, _ := bytes.Cut(rest, []byte("kB"))
	n, _ := strconv.ParseInt(strings.TrimSpace(string(line)), 10, 64)
	return n * 1024
}

// readAll writes the documents to a folder, reads them in a process of their
// own, and holds what is true of every document, whatever is in it.
func readEach(t *testing.T, documents map[string][]byte) map[string]outcome {
	t.Helper()
	warm(t)
	dir := t.TempDir()
	for name, body := range documents {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	outcomes, peak := child(t, dir, time.Duration(len(documents))*(hostileTimeout+hostileSlack))
	if len(outcomes) != len(documents) {
		t.Fatalf("%d documents went in, %d outcomes came out", len(documents), len(outcomes))
	}
	for name, o := range outcomes {
		if o.Took > hostileTimeout+hostileSlack {
			t.Errorf("%s: took %v, the deadline is %v: %s", name, o.Took, hostileTimeout, o.Err)
		}
		if o.Err != "" && !o.Typed {
			t.Errorf("%s: the error is not of the promised type: %s", name, o.Err)
		}
	}
	if peak > hostilePeak {
		t.Errorf("the process had %d MB, want less than %d", peak/1_000_000, hostilePeak/1_000_000)
	}
	t.Logf("%d documents, peak %d MB", len(documents), peak/1_000_000)
	return outcomes
}

// warm compiles PDFium before anything is measured.
var warm = func() func(*testing.T) {
	var once sync.Once
	return func(t *testing.T) {
		t.Helper()
		once.Do(func() {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "good.pdf"), typesetGood(t), 0o644); err != nil {
				t.Fatal(err)
			}
			outcomes, _ := child(t, dir, time.Minute)
			if o := outcomes["good.pdf"]; o.Status != pipeline.Verified || len(o.Rows) != 10 {
				t.Fatalf("a good document is not read: %+v", o)
			}
		})
	}
}()

func child(t *testing.T, dir string, limit time.Duration) (map[string]outcome, int64) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, "-test.run=^TestHostileChild$", "-test.timeout=0")
	cmd.Env = append(os.Environ(), hostileDir+"="+dir)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]outcome{}
	peak := int64(-1)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var o outcome
		if json.Unmarshal(lines.Bytes(), &o) != nil {
			continue // what the testing package says
		}
		if o.Name == "" {
			peak = o.Peak
		} else {
			outcomes[o.Name] = o
		}
	}
	if err := cmd.Wait(); err != nil || peak < 0 {
		t.Fatalf("the process that read the documents ended with %v after %d of them:\n%.4000s", err, len(outcomes), said.String())
	}
	return outcomes, peak
}

// TestHostilePDFs reads bombs, loops and lies, and the PDFs that the libraries
// used here test themselves with. None is a table; none may end in anything but
// an error that says so, in time and in bounded memory.
func TestHostilePDFs(t *testing.T) {
	documents := hostilePDFs()
	for _, module := range []string{"github.com/klippa-app/go-pdfium", "codeberg.org/go-pdf/fpdf"} {
		dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		root := strings.TrimSpace(string(dir))
		if err != nil || root == "" {
			t.Logf("%s is not in the module cache; its PDFs are left out", module)
			continue
		}
		err = filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(p) != ".pdf" {
				return err
			}
			body, err := os.ReadFile(p)
			documents[fmt.Sprintf("%03d-%s", len(documents), filepath.Base(p))] = body
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, o := range readEach(t, someOf(documents)) {
		if o.Status == pipeline.Verified {
			t.Errorf("%s: %d rows are marked verified", name, len(o.Rows))
		}
		t.Logf("%-28s %7.2f s  %s", name, o.Took.Seconds(), o.Err)
	}
}

// TestMutatedPDFs cuts and flips good documents. A mutated document may be
// refused, fail a check, or be read as the good one; what is marked verified
// must have the counts of the good one, each beside its own name.
//
// A name or a title may differ, and a row may stand elsewhere: that is what
// the document then prints. A changed name is matched by nothing and named in
// a finding. Counts cannot differ unseen, because the total is printed beside
// them.
func TestMutatedPDFs(t *testing.T) {
	good := map[string][]byte{"typeset": typesetGood(t)}
	if body, err := os.ReadFile("../../../shared/ncmec/2019-reports-by-esp.pdf"); err == nil && long() {
		good["real"] = body
	}
	seed := uint64(times(1, 2)) // the long form tries other ones
	random := rand.New(rand.NewPCG(seed, 0))
	documents := map[string][]byte{}
	for base, body := range good {
		documents[base+"-good.pdf"] = body
		flips := times(12, 400)
		if base == "real" {
			flips = 300
		}
		for i := range flips {
			b := bytes.Clone(body)
			at := random.IntN(len(b))
			b[at] ^= 1 << random.IntN(8)
			documents[fmt.Sprintf("%s-flip%04d.pdf", base, i)] = b
		}
		cuts := cutsOf(body)
		for range times(4, 60) {
			cuts = append(cuts, random.IntN(len(body)))
		}
		if !long() {
			random.Shuffle(len(cuts), func(i, j int) { cuts[i], cuts[j] = cuts[j], cuts[i] })
			cuts = cuts[:10]
		}
		for _, at := range cuts {
			documents[fmt.Sprintf("%s-cut%06d.pdf", base, at)] = body[:at]
			// An end mark behind the cut defeats the check for one.
			documents[fmt.Sprintf("%s-cut%06d-ended.pdf", base, at)] = append(bytes.Clone(body[:at]), "\n%%EOF\n"...)
		}
		// Stretches lost or doubled in the middle, as by a broken resume.
		for i := range times(2, 60) {
			from := random.IntN(len(body))
			to := min(len(body), from+random.IntN(4096))
			documents[fmt.Sprintf("%s-lost%02d.pdf", base, i)] = append(bytes.Clone(body[:from]), body[to:]...)
			documents[fmt.Sprintf("%s-twice%02d.pdf", base, i)] = append(bytes.Clone(body[:to]), body[from:]...)
			zeroed := bytes.Clone(body)
			clear(zeroed[from:to])
			documents[fmt.Sprintf("%s-zero%02d.pdf", base, i)] = zeroed
		}
	}
	outcomes := readEach(t, documents)
	for base := range good {
		if o := outcomes[base+"-good.pdf"]; o.Err != "" || o.Status != pipeline.Verified {
			t.Fatalf("the good document %s was not read: %s %s", base, o.Status, o.Err)
		}
	}
	exact := 0
	for name, o := range outcomes {
		if o.Err != "" || o.Status != pipeline.Verified {
			continue
		}
		base, _, _ := strings.Cut(name, "-")
		if wrong := wrongFigures(o, outcomes[base+"-good.pdf"]); wrong != "" {
			keep := filepath.Join(os.TempDir(), "espfigures-wrong-"+name)
			_ = os.WriteFile(keep, documents[name], 0o644)
			t.Errorf("%s: marked verified, but %s (seed %d); kept as %s", name, wrong, seed, keep)
			continue
		}
		exact++
	}
	t.Logf("%d documents, %d of them read with every count exact, the others refused or not verified", len(documents), exact)
}

// wrongFigures says in what the figures of a document differ from those of the
// good one, "" for nothing. A name that was changed into another one's is printed
// twice: then one of its rows must be the good one.
func wrongFigures(got, want outcome) string {
	if got.Total == nil || got.Total.Reports != want.Total.Reports {
		return fmt.Sprintf("its total is %+v", got.Total)
	}
	of := map[string][]pipeline.Count{}
	var counts, good []pipeline.Count
	for _, r := range got.Rows {
		of[r.Name] = append(of[r.Name], r.Reports)
		counts = append(counts, r.Reports)
	}
	for _, w := range want.Rows {
		if has := of[w.Name]; has != nil && !slices.Contains(has, w.Reports) {
			return fmt.Sprintf("%q has %v", w.Name, has)
		}
		good = append(good, w.Reports)
	}
	if slices.Sort(counts); !slices.Equal(counts, slices.Sorted(slices.Values(good))) {
		return fmt.Sprintf("its counts are %v", counts)
	}
	return ""
}

// cutsOf returns where a PDF is cut: at the borders and inside of every kind
// of part it has.
func cutsOf(body []byte) []int {
	cuts := []int{0, 1, 4, 8, len(body) - 1, len(body) - 6}
	for _, mark := range []string{"%PDF-", " obj", "stream\n", "endstream", "endobj", "xref", "trailer", "startxref", "%%EOF"} {
		for _, at := range []int{bytes.Index(body, []byte(mark)), bytes.LastIndex(body, []byte(mark))} {
			if at >= 0 {
				cuts = append(cuts, at, at+len(mark)/2, at+len(mark), min(len(body), at+len(mark)+40))
			}
		}
	}
	slices.Sort(cuts)
	return slices.DeleteFunc(slices.Compact(cuts), func(n int) bool { return n < 0 })
}

// TestSandboxSeesNoFiles reads a PDF whose page stream is said to lie in a
// file of this machine. Nothing of the file is read.
func TestSandboxSeesNoFiles(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(secret, []byte("BT /F1 12 Tf 72 700 Td (ESP Number of Reports) Tj ET"), 0o644); err != nil {
		t.Fatal(err)
	}
	body := onePage(fmt.Sprintf("/F << /Type /Filespec /F (%s) /UF (%s) >>", secret, secret), nil, "", nil)
	o := readEach(t, map[string][]byte{"external.pdf": body})["external.pdf"]
	if !strings.Contains(o.Err, ErrNoText.Error()) {
		t.Errorf("got %+v, want a document without text", o)
	}
}
