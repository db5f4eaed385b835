package claim_test

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the readings anew; look at each before committing it")

// Sentences of every kind with their readings: a line of text, then one line,
// set in, for each statement (id, years, measure, claimed, verdict). A sentence
// without such lines makes no statement.
func TestReadings(t *testing.T) {
	const path = "testdata/readings.txt"
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	sentences := 0
	for line := range strings.Lines(string(body)) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "\t") || line == "" {
			continue
		}
		sentences++
		b.WriteString(line + "\n")
		for _, l := range lines(reader(t).Text(line)) {
			b.WriteString("\t" + l + "\n")
		}
	}
	if sentences < 150 {
		t.Fatalf("only %d sentences", sentences)
	}
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, want := strings.Split(b.String(), "\n"), strings.Split(string(body), "\n")
	sentence := ""
	for i := range max(len(got), len(want)) {
		g, w := "", ""
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if !strings.HasPrefix(g, "\t") {
			sentence = g
		}
		if g != w {
			t.Fatalf("line %d, %s\n  got  %s\n  want %s", i+1, sentence, g, w)
		}
	}
}
