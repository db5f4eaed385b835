package extract_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
	"espfigures/pipeline/extract"
	"espfigures/scrapers/faultsite"
)

// Documents are read in a process of their own, so that a crash, a hang and
// the peak of memory are seen from outside.
const (
	hostileDir   = "ESPFIGURES_HOSTILE_DIR"
	hostileSlack = 6 * time.Second       // beyond it, on a busy machine
	hostilePeak  = int64(400_000 * 1000) // bytes
)

// hostileTimeout is the deadline for one document; users have ten seconds.
var hostileTimeout = time.Duration(times(1, 3)) * time.Second

// proof reports whether the long form of the tests is asked for: make proof
// sets ESPFIGURES_PROOF.
func proof() bool { return os.Getenv("ESPFIGURES_PROOF") != "" }

// times returns how often a test repeats: few in the normal suite.
func times(few, many int) int {
	if proof() {
		return many
	}
	return few
}

// goodTable is a sound document, to measure others against.
func goodTable() []byte { return faultsite.PDF(2022, faultsite.Rows(40, 22_000)) }

// An outcome is what the process says of one document.
type outcome struct {
	Name   string
	Took   time.Duration
	Err    string          // why no table can be had; "" if one was
	Typed  bool            // the error is an *extract.Error, as promised
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
	reader := extract.New(extract.Timeout(hostileTimeout))
	defer reader.Close()
	out := json.NewEncoder(os.Stdout)
	var mu sync.Mutex
	var wg sync.WaitGroup
	turn := make(chan struct{}, extract.Parallel)
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

func readHostile(reader *extract.Reader, path string) outcome {
	o := outcome{Name: filepath.Base(path)}
	body, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	start := time.Now()
	res, err := reader.Read(context.Background(), o.Name, body)
	o.Took = time.Since(start)
	if err != nil {
		var e *extract.Error
		o.Err, o.Typed = err.Error(), errors.As(err, &e)
		return o
	}
	o.Tables = len(res.Tables)
	for _, table := range res.Tables {
		status, _ := check.Edition(table, pipeline.Document{}, res.Findings)
		if o.Status != pipeline.Verified {
			o.Status, o.Year, o.Rows, o.Total = status, table.Year, table.Rows, table.Total
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
func readAll(t *testing.T, documents map[string][]byte) map[string]outcome {
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
			if err := os.WriteFile(filepath.Join(dir, "good.pdf"), goodTable(), 0o644); err != nil {
				t.Fatal(err)
			}
			outcomes, _ := child(t, dir, time.Minute)
			if o := outcomes["good.pdf"]; o.Status != pipeline.Verified || len(o.Rows) != 40 {
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

// TestHostilePDFs reads bombs, loops and lies. None is a table; none may end
// in anything but an error that says so, in time and in bounded memory.
func TestHostilePDFs(t *testing.T) {
	documents := hostilePDFs()
	for name, o := range readAll(t, documents) {
		if o.Status == pipeline.Verified {
			t.Errorf("%s: %d rows are marked verified", name, len(o.Rows))
		}
		t.Logf("%-28s %7.2f s  %s", name, o.Took.Seconds(), o.Err)
	}
}

// TestForeignPDFs reads the PDFs that the PDF libraries used here test
// themselves with. None is a table of reports.
func TestForeignPDFs(t *testing.T) {
	documents := map[string][]byte{}
	for _, module := range []string{"github.com/klippa-app/go-pdfium", "codeberg.org/go-pdf/fpdf"} {
		dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		if err != nil || len(bytes.TrimSpace(dir)) == 0 {
			t.Logf("%s is not in the module cache; its PDFs are left out", module)
			continue
		}
		err = filepath.WalkDir(string(bytes.TrimSpace(dir)), func(p string, d os.DirEntry, err error) error {
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
	if len(documents) == 0 {
		t.Skip("no PDF is in the module cache")
	}
	if !proof() { // one in four
		for name := range documents {
			if n, err := strconv.Atoi(name[:3]); err != nil || n%4 != 0 {
				delete(documents, name)
			}
		}
	}
	reasons := map[string]int{}
	for name, o := range readAll(t, documents) {
		if o.Status == pipeline.Verified {
			t.Errorf("%s: %d rows are marked verified", name, len(o.Rows))
		}
		_, reason, _ := strings.Cut(o.Err, ": ")
		reason, _, _ = strings.Cut(reason, ":")
		reasons[reason]++
	}
	t.Log(reasons)
}

// TestSandboxSeesNoFiles reads a PDF whose page stream is said to lie in a
// file of this machine. Nothing of the file is read.
func TestSandboxSeesNoFiles(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(secret, []byte("BT /F1 12 Tf 72 700 Td (ESP Number of Reports) Tj ET"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := newPDF()
	p.add("<< /Type /Catalog /Pages 2 0 R >>")
	p.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	p.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>")
	p.add(fmt.Sprintf("<< /Length 0 /F << /Type /Filespec /F (%s) /UF (%s) >> >>\nstream\n\nendstream", secret, secret))
	p.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	o := readAll(t, map[string][]byte{"external.pdf": p.end()})["external.pdf"]
	if !strings.Contains(o.Err, extract.ErrNoText.Error()) {
		t.Errorf("got %+v, want a document without text", o)
	}
}

// A rawPDF is written object by object, well formed or not.
type rawPDF struct {
	bytes.Buffer
	at []int
}

func newPDF() *rawPDF {
	p := &rawPDF{}
	p.WriteString("%PDF-1.7\n")
	return p
}

// add writes the next object and returns its number.
func (p *rawPDF) add(body string) int {
	p.at = append(p.at, p.Len())
	fmt.Fprintf(p, "%d 0 obj\n%s\nendobj\n", len(p.at), body)
	return len(p.at)
}

// stream writes a stream object with the given entries and bytes.
func (p *rawPDF) stream(entries string, data []byte) int {
	return p.add(fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", entries, len(data), data))
}

func (p *rawPDF) end(more ...string) []byte {
	xref := p.Len()
	fmt.Fprintf(p, "xref\n0 %d\n0000000000 65535 f \n", len(p.at)+1)
	for _, at := range p.at {
		fmt.Fprintf(p, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(p, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(p.at)+1, strings.Join(more, " "), xref)
	return p.Bytes()
}
