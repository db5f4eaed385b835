package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// firstColumn reads the first column of a CSV file, its head left out.
func firstColumn(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	recs, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range recs[1:] {
		list = append(list, r[0])
	}
	return list
}

// What the shells offer: the words in front of the tab, those offered, and
// one that is not.
func TestCompletions(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ words, offered, not string }{
		{"compare|fac", "facebook\tFacebook", "imgur"},
		{"compare|Insta", "Instagram", "imgur"},
		{"compare|Twi", "Twitch", "x\t"},
		{"compare|meta", "meta\tMeta Platforms, company", "facebook"},
		{"compare|--by|platform|met", "meta-ai", "meta\t"},
		{"compare|--by|company|meta", "meta\tMeta Platforms, company", "facebook"},
		{"compare|facebook|fac", "", "facebook"},
		{"compare|--format|", "table|csv|json", "xml"},
		{"compare|--by|", "platform|company", ""},
		{"compare|--metric|share,", "share,rank", "share,share"},
		{"compare|--exclude-kind|", "hotline", ""},
		{"sources|--format|", "json", ""},
		{"diff|--format|", "csv", ""},
		{"explain|imgu", "imgur\tImgur", "2022"},
		{"explain|imgur|", "2019|2025", "imgur"},
		{"explain|imgur|2022|", "", "2022"},
		{"claim|Facebook|20", "2022", ""},
		{"refresh|--only|", "csv|xlsx|html|parquet", "pdf"},
		{"refresh|--only|csv,", "csv,xlsx", "csv,csv"},
		{"refresh|--platforms|imgur,kik,sna", "imgur,kik,snapchat\tSnapchat", "imgur\t"},
		{"refresh|--years|", "2019|2025", "1998"},
		{"refresh|--years|2022-", "2022-2023", "2022-2021"},
		{"completion|", "bash|zsh|fish", "foo"},
		{"names|", "", "2022"},
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

// Completions must neither fail nor speak where nothing can be read.
func TestCompletionsOfADamagedArchive(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("archive", []byte("no folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"__complete", "compare", "fac"}, strings.NewReader(""), &out, &errs); code != exitFine || !strings.HasPrefix(out.String(), ":4") {
		t.Errorf("exit code %d, %q, %q", code, out.String(), errs.String())
	}
}
