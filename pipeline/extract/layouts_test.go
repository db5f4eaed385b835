package extract

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"espfigures/pipeline"
)

// A title of two lines, set much larger and close above the header, is a title
// and no part of the header, although its second line could head a column.
func TestTitleCloseAbove(t *testing.T) {
	p := fpdf.New("P", "pt", "Letter", "")
	p.AddPage()
	p.SetFont("Times", "B", 24)
	p.Text(34, 65, "2021 CyberTipline Reports by Electronic Service")
	p.Text(34, 93, "Providers (ESP)")
	p.SetFont("Times", "", 12)
	y := 128.0
	for _, r := range append([]string{"ESP|Reports"}, tenRows...) {
		name, count, _ := strings.Cut(strings.NewReplacer("“", `"`, "”", `"`).Replace(r), "|")
		p.Text(36, y, name)
		p.Text(360-p.GetStringWidth(count), y, count)
		y += 16.5
	}
	res := mustRead(t, done(t, p))
	if tb := res.Tables[0]; tb.Year != 2021 || len(tb.Rows) != len(tenRows)-1 || codes(res.Findings, pipeline.Fail) != "" {
		t.Errorf("read %s, findings %v", print(tb), res.Findings)
	}
}

// done returns the document that was typeset.
func done(t testing.TB, p *fpdf.Fpdf) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var _ = fmt.Sprint
