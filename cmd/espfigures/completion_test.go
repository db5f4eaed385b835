package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// What the shells offer: the words in front of the tab, those offered, and
// one that is not. Nothing is offered, or said, of an archive that is none.
func TestCompletions(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("damaged", []byte("no folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ words, offered, not string }{
		{"compare|fac", "facebook\tFacebook", "imgur"},
		{"compare|meta", "meta\tMeta Platforms, company", "facebook"},
		{"compare|soc", "social\tSocial", "imgur"},
		{"compare|--by|", "company", ""},
		{"compare|--category|", "dating\t", ""},
		{"diff|--format|", "csv", "xml"},
		{"explain|imgu", "imgur\tImgur", "2022"},
		{"explain|imgur|", "2019|2025", "imgur"},
		{"movers|", "2022", ""},
		{"refresh|--only|", "csv|xlsx|html|parquet", "pdf"},
		{"refresh|--years|", "2019|2025", "1998"},
		{"completion|", "bash|zsh|fish", "foo"},
		{"names|", "", "2022"},
		{"compare|--archive|damaged|fac", ":4", "facebook"},
	} {
		var out, errs bytes.Buffer
		if code := run(append([]string{"__complete"}, strings.Split(c.words, "|")...), strings.NewReader(""), &out, &errs); code != exitFine {
			t.Errorf("%s: exit code %d, %s", c.words, code, errs.String())
		}
		lines := "\n" + out.String()
		if !strings.Contains(lines, "\n:") {
			t.Errorf("%s: %q does not end as completions do", c.words, lines)
		}
		found := c.offered == ""
		for _, w := range strings.Split(c.offered, "|") {
			if strings.Contains(lines, "\n"+w) {
				found = true
			}
		}
		if !found || c.not != "" && strings.Contains(lines, "\n"+c.not) {
			t.Errorf("%s: %q, want %q and not %q", c.words, lines, c.offered, c.not)
		}
	}
}
