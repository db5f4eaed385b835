package extract

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// rawPDF writes objects as a PDF with a sound table of objects. Object 1 is
// the catalogue.
func rawPDF(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	x := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, x)
	return b.Bytes()
}

func rawStream(dict, data string) string {
	return fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(data), dict, data)
}

// deflate compresses n copies of a text.
func deflate(t testing.TB, text string, n int) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	for range n {
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whatever a file tries, the reading ends in an error soon after the deadline,
// and the reader goes on.
func TestHostilePDFs(t *testing.T) {
	const (
		catalog = "<< /Type /Catalog /Pages 2 0 R >>"
		onePage = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
		page    = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
	)
	content := func(data string) string { return rawStream("", data) }
	manyKids := strings.Repeat("3 0 R ", 100_000)
	cases := map[string][]byte{
		"flate bomb":          rawPDF(catalog, onePage, page, rawStream("/Filter /FlateDecode", deflate(t, strings.Repeat("0", 1<<20), 300)), "null"),
		"drawing bomb":        rawPDF(catalog, onePage, page, rawStream("/Filter /FlateDecode", deflate(t, strings.Repeat("0 0 m 9 9 l S ", 1<<12), 400)), "null"),
		"text bomb":           rawPDF(catalog, onePage, page, rawStream("/Filter /FlateDecode", deflate(t, strings.Repeat("BT /F 9 Tf (ESP Reports 1,234) Tj ET ", 1<<12), 60)), "null"),
		"form inside itself":  rawPDF(catalog, onePage, page, content("/X Do"), rawStream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>", "/X Do /X Do")),
		"deep nesting":        rawPDF(catalog, onePage, page, content(strings.Repeat("q ", 200_000)), "null"),
		"deep arrays":         rawPDF(catalog, onePage, page, content(""), strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)),
		"pages in a circle":   rawPDF(catalog, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>", page, content(""), "null"),
		"a hundred thousand":  rawPDF(catalog, "<< /Type /Pages /Kids ["+manyKids+"] /Count 100000 >>", page, content(""), "null"),
		"pages that are none": rawPDF(catalog, "<< /Type /Pages /Kids [9 0 R] /Count 2147483647 >>", page, content(""), "null"),
		"endless page":        rawPDF(catalog, onePage, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e38 -1e38] /Contents 4 0 R >>", content("BT /F 1e30 Tf (x) Tj ET"), "null"),
		"no catalogue":        rawPDF("null"),
	}
	const deadline = 2 * time.Second
	r := New(Timeout(deadline))
	defer r.Close()
	good := form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: tenRows}.pdf(t)
	if _, err := r.Read(context.Background(), "good.pdf", good); err != nil {
		t.Fatal(err)
	}
	for name, body := range cases {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := r.Read(context.Background(), name, body)
			var e *Error
			if !errors.As(err, &e) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v", err)
			}
			t.Log(time.Since(began).Round(time.Millisecond), err)
			if took := time.Since(began); took > deadline+8*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
	res, err := r.Read(context.Background(), "good.pdf", good)
	if err != nil || print(res.Tables[0]) != tenPrinted {
		t.Errorf("after them a good document reads as %v, %v", res.Tables, err)
	}
}

// The PDFs that come with the libraries in use end in a table, which they do
// not have, or an error.
func TestLibraryPDFs(t *testing.T) {
	dirs, _ := filepath.Glob(filepath.Join(moduleCache(), "codeberg.org", "go-pdf", "fpdf@*"))
	if len(dirs) == 0 {
		t.Skip("the module cache with the PDFs of go-pdf/fpdf is not where GOMODCACHE says")
	}
	n := 0
	for _, dir := range dirs {
		_ = filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(p) != ".pdf" || n >= 40 {
				return nil
			}
			body, err := os.ReadFile(p)
			if err != nil {
				return nil
			}
			n++
			if res, err := testReader.Read(context.Background(), filepath.Base(p), body); err == nil {
				t.Errorf("%s has a table: %v", p, res.Tables)
			}
			return nil
		})
	}
	if n == 0 {
		t.Skip("the module cache holds no PDF of go-pdf/fpdf")
	}
	t.Logf("%d PDFs", n)
}

func moduleCache() string {
	if d := os.Getenv("GOMODCACHE"); d != "" {
		return d
	}
	home, _ := os.UserHomeDir()
	if d := os.Getenv("GOPATH"); d != "" {
		return filepath.Join(filepath.SplitList(d)[0], "pkg", "mod")
	}
	return filepath.Join(home, "go", "pkg", "mod")
}
