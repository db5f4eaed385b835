package claim_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline/claim"
)

// The project's own README says nothing wrong, and nothing is invented in it.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range reader(t).Text(plain(t, string(text))) {
		if !a.Verdict.Holds() && a.Verdict != claim.NotUnderstood {
			t.Errorf("%s\n  %s", a.Sentence, lines([]claim.Answer{a}))
		}
	}
}

func plain(t testing.TB, source string) string {
	t.Helper()
	text, err := claim.PlainText(source)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestPlainText(t *testing.T) {
	if text, err := claim.PlainText(strings.Repeat("<div>", 600) + "In 2023 Discord made 5 reports."); err == nil {
		t.Errorf("a page whose elements are nested 600 deep is read: %.50q", text)
	}
	for _, c := range []struct{ source, want string }{
		{"# A heading\nIn **2023** [Discord](https://x.org/a_b) made `5` reports.\n\n- one\n- two", "A heading | In 2023 Discord made 5 reports. | one | two"},
		{"<html><head><title>T</title><style>p{}</style></head><body><nav>2022</nav><p>In <b>2023</b>,\nDiscord</p><ul><li>one<li>two</ul><script>5</script></body></html>", "T | In 2023, Discord | one | two"},
		{"```\ncode 5\n```\nText.", "Text."},
		{"| a | b |\n|---|---|\n| c | 5 |", "| a | b | |---|---| | c | 5 |"},
	} {
		var parts []string
		for _, p := range strings.Split(plain(t, c.source), "\n\n") {
			if p = strings.Join(strings.Fields(p), " "); p != "" {
				parts = append(parts, p)
			}
		}
		if got := strings.Join(parts, " | "); got != c.want {
			t.Errorf("%q\n  got  %q\n  want %q", c.source, got, c.want)
		}
	}
}

// Every answer can be shown: a verdict, and sentences that end as sentences do.
func TestAnswersArePrintable(t *testing.T) {
	for _, a := range reader(t).Text(articles(t)) {
		for _, s := range []string{a.Say, a.Note} {
			if strings.Contains(s, "..") || strings.Contains(s, "  ") || s != "" && !strings.HasSuffix(s, ".") {
				t.Errorf("%s: %q", a.Sentence, s)
			}
		}
		if a.Verdict == "" || !a.Verdict.Holds() && a.Note == "" {
			t.Errorf("%s: verdict %q without a reason", a.Sentence, a.Verdict)
		}
	}
}

// articles returns the articles, one behind the other.
func articles(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	for _, name := range []string{"1", "2", "3"} {
		text, err := os.ReadFile("testdata/article-" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}

// A text of 200 KB takes time that grows with its length, not its square:
// one without any full stop too.
func TestLongTexts(t *testing.T) {
	short := strings.Repeat("In 2022 Facebook made 5 million reports and Google 3 million ", 400)
	took := func(text string) time.Duration {
		start := time.Now()
		reader(t).Text(text)
		return time.Since(start)
	}
	one := took(short)
	if eight := took(strings.Repeat(short, 8)); eight > 40*one+time.Second {
		t.Errorf("8 times the text takes %v, one %v", eight, one)
	}
}

func BenchmarkText(b *testing.B) {
	text := articles(b)
	text = strings.Repeat(text, 1+(1<<20)/len(text))[:1<<20]
	r := reader(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Text(plain(b, text))
	}
}

// Any text is read without a crash, in the same way each time, and what holds
// names a series, years and a published value.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"In 2022, Facebook alone found and reported 21.1m pieces.", "Meta's 1,14,30,007 reports (2023) – up 5-6m%.", "<p>top 5 of the 21.7 million</p>",
		"between 21 and 22 million, 2021-22, and -31% ’s 's", "half of what", "| 2022 | Facebook | 5 |", "2023 2022 and 2021 respectively", "No. 3 #4 10x 12-fold",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		r := reader(t)
		text, err := claim.PlainText(text)
		if err != nil {
			return // nested too deep
		}
		got := r.Text(text)
		if again := r.Text(text); strings.Join(lines(again), "\n") != strings.Join(lines(got), "\n") {
			t.Fatalf("two readings differ: %q", text)
		}
		for _, a := range got {
			if a.Verdict.Holds() && (a.ID == "" || len(a.Years) == 0 || a.Published == "" || a.Say == "") {
				t.Fatalf("%q holds without a figure: %+v", a.Sentence, a)
			}
		}
		if _, _, err := r.About("facebook", 2022, text); err == nil && strings.TrimSpace(text) == "" {
			t.Fatal("an empty claim was answered")
		}
	})
}
