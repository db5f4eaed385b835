package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// Every fault of usage exits 2 with one line that names the flag, in words
// that are no programmer's.
func TestFaultsOfUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("flags.txt", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, says string }{
		{"refresh --start ", "--start: the address is empty"},
		{"refresh --start missingkids.org", `--start: "missingkids.org" is no address`},
		{"refresh --start file:///etc/passwd", "--start: "},
		{"refresh --start http://", "--start: "},
		{"refresh --allow-host http://example.org:80/x", `--allow-host: "http://example.org:80/x" is an address; a host is wanted, such as example.org:80`},
		{"refresh --allow-host ", "--allow-host: "},
		{"refresh --allow-host example.org/x", "--allow-host: "},
		{"refresh --allow-host example.org:99999", "99999 is no port"},
		{"refresh --allow-host a,b", "--allow-host: "},
		{"completion foo", `completion: "foo" is not bash, fish, powershell or zsh`},
		{"completion bash foo", "takes no arguments"},
		{"diff --format xml a b", `--format: "xml" is not text, csv, json or html`},
		{"sources --format xml", `--format: "xml" is not text, csv or json`},
		{"compare --format ", "--format: "},
		{"compare --by planet", `--by: "planet" is not platform, company or category`},
		{"compare --metric reports,hype", `--metric: "hype" is none of reports, change, share, rank`},
		{"compare --exclude-kind hotline,spam", `--exclude-kind: "spam" is none of platform`},
		{"compare --exclude-kind platform,hosting,registrar,telecom,hotline,safety-vendor,school-safety,other", "nothing is left to compare"},
		{"refresh --only ", "--only: "},
		{`refresh --only a"b`, "--only: "},
		{"refresh --offline --wayback", "--offline and --wayback"},
		{"refresh --offline --start http://example.org/", "--offline and --start"},
		{"refresh --offline --dry-run", "--offline and --dry-run"},
		{"refresh --from . --start http://example.org/", "--from and --start"},
		{"refresh --from . --wayback", "--from and --wayback"},
		{"refresh --from . --dry-run", "--from and --dry-run"},
		{"refresh --from ", "--from: "},
		{"refresh --offline --partition --only csv", "--partition"},
		{"refresh --offline --bom --only xlsx", "--bom"},
		{"refresh --offline --only xlsx --fail-on-change", "--fail-on-change"},
		{"refresh --years abc", `--years: "abc" is not a year`},
		{"refresh --years 2025-2019", "--years: 2025 comes after 2019"},
		{"refresh --delay abc", `--delay: "abc" is not a time such as 2s or 500ms`},
		{"refresh --delay 5", "--delay: "},
		{"refresh --delay -1s", "--delay: "},
		{"refresh --delay 1000h", "--delay: "},
		{"compare --year 2022", "unknown flag: --year; did you mean --years? See espfigures compare --help"},
		{"compare --metrics share", "did you mean --metric?"},
		{"refresh --ofline", "did you mean --offline?"},
		{"refresh --xyz", "unknown flag: --xyz; see espfigures refresh --help"},
		{"compar facebook", `unknown command "compar"; did you mean compare? See espfigures --help`},
		{"exlpain imgur 2022", "did you mean explain?"},
		{"compare Facebook,Instagram", "separate names by spaces: Facebook Instagram"},
		{"refresh --top abc", `--top: "abc" is not a whole number`},
		{"refresh --top 99999999999999999999", `--top: "99999999999999999999" is too large a number`},
		{"refresh --offline --top 0", "--top: 0"},
		{"compare --top 1.5", "--top: "},
		{"serve --port 99999999", "--port: "},
		{"serve --port x", "--port: "},
		{"refresh --quiet=perhaps", `--quiet: "perhaps" is neither true nor false`},
		{"refresh --top", "--top: its value is missing"},
		{"refresh --nonsense", "unknown flag: --nonsense"},
		{"refresh -z", "unknown flag: -z"},
		{"refresh --=", "is no flag"},
		{"refresh --offline --contact (me)", `--contact: "(me)" is no mail or web address`},
		{"refresh --offline --out flags.txt", "--out: flags.txt is a file, not a folder"},
		{"refresh --offline --archive flags.txt", "--archive: flags.txt is a file, not a folder"},
		{"compare --archive flags.txt", "--archive: flags.txt is a file"},
		{"sources --verify --archive flags.txt", "--archive: flags.txt is a file"},
		{"compare --years -", `--years: "-" names no year`},
		{"compare --years ", `--years: "" names no year`},
		{"refresh extra", `takes no arguments, "extra" was given`},
		{"sources extra", "takes no arguments"},
		{"diff one", ": diff OLD NEW requires 2 arguments, 1 was given"},
		{"diff one two three", "requires 2 arguments, 3 were given"},
		{"extract", "requires at least 1 argument, none was given"},
		{"claim x 2023", "no claim next to the name and the year 2023"},
		{"help nonsense", `help: there is no command "nonsense"`},
		{"nonsense", `unknown command "nonsense"`},
	} {
		var out, errs bytes.Buffer
		args := strings.Split(c.args, " ")
		code := run(args, strings.NewReader(""), &out, &errs)
		said := errs.String()
		if code != exitUsage || !strings.Contains(said, c.says) || strings.Count(said, "\n") != 1 || out.Len() > 0 {
			t.Errorf("%s: exit code %d, %q and %q, want %q", c.args, code, said, out.String(), c.says)
		}
		for _, inner := range []string{"strconv", "invalid argument", "arg(s)", "parse error", "stringSlice", "time:", "*pflag"} {
			if strings.Contains(said, inner) {
				t.Errorf("%s: %q speaks of %q", c.args, said, inner)
			}
		}
	}
}

// Flags that do not contradict each other stay together.
func TestFlagsThatGoTogether(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range []string{
		"refresh --offline --quiet --bom --only csv",
		"refresh --offline --quiet --partition --only parquet --only csv",
		"refresh --offline --quiet --only csv,parquet --top 3 --allow-host [::1]:8080 --allow-host ::1 --allow-host localhost",
	} {
		var out, errs bytes.Buffer
		if code := run(strings.Fields(args), strings.NewReader(""), &out, &errs); code != exitFine || errs.Len() > 0 {
			t.Errorf("%s: exit code %d, %q", args, code, errs.String())
		}
	}
}

// A name that holds a comma is one, with others beside it or alone, and the
// flag may be repeated.
func TestPlatformsWithCommas(t *testing.T) {
	t.Chdir(t.TempDir())
	var want []string
	for _, args := range [][]string{
		{"--platforms", "imgur", "--platforms", "instagram", "--platforms", "kik"},
		{"--platforms", "Imgur, LLC", "--platforms", "Instagram, Inc.", "--platforms", "MediaLab/Kik"},
		{"--platforms", "Imgur, LLC,Instagram, Inc.,kik"},
		{"--platforms", "kik, imgur , Instagram, Inc."},
	} {
		var out, errs bytes.Buffer
		args = append([]string{"refresh", "--offline", "--quiet", "--only", "csv"}, args...)
		if code := run(args, strings.NewReader(""), &out, &errs); code != exitFine {
			t.Fatalf("%q: exit code %d, %s", args, code, errs.String())
		}
		got := firstColumn(t, "out/platforms-by-year.csv")
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) || len(got) != 3 {
			t.Errorf("%q: %q, want %q", args, got, want)
		}
	}
}

func TestNameYear(t *testing.T) {
	for in, want := range map[string]string{
		"Facebook|2022|21.1m":       "Facebook 2022 [21.1m]",
		"Match|Group|2021|158":      "Match Group 2021 [158]",
		"Meta|2022|21.1|million":    "Meta 2022 [21.1 million]",
		"2020|Companies|2021|2,021": "2020 Companies 2021 [2,021]",
		"Facebook|2022|2021":        "Facebook 2022 [2021]",
		"Facebook|22|5":             "",
		"2022|5|6":                  "",
	} {
		name, year, rest, err := nameYear(strings.Split(in, "|"))
		got := fmt.Sprintf("%s %d %v", name, year, rest)
		if err != nil {
			got = ""
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// The numbers of a column end in one place, whatever is printed next to them.
func TestNumbersAreAligned(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	if code := run([]string{"compare", "--top", "12"}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	lines := strings.Split(out.String(), "\n")[2:]
	head := []rune(lines[0])
	var ends []int // where the numbers of each year end
	for i, r := range head {
		if r == '2' && i > 0 && head[i-1] == ' ' {
			ends = append(ends, i+3)
		}
	}
	if len(ends) < 7 {
		t.Fatalf("head %q", lines[0])
	}
	checked := 0
	for _, line := range lines[1:] {
		if line == "" {
			break
		}
		runes := []rune(line)
		for _, e := range ends {
			if e >= len(runes) || runes[e] == ' ' {
				continue
			}
			// A number ends here: a flag, a space or nothing follows.
			if e+1 < len(runes) && (runes[e+1] >= '0' && runes[e+1] <= '9' || runes[e+1] == ',') {
				t.Errorf("a number goes on beyond its column: %q", line)
			}
			checked++
		}
	}
	if checked < 60 {
		t.Errorf("%d numbers looked at", checked)
	}
}

// A list of names with lines that are none answers the others, says which
// were left out in one line, and exits 1.
func TestNamesLeavesOutBadLines(t *testing.T) {
	t.Chdir(t.TempDir())
	in := "Imgur\n" + strings.Repeat("x", 2<<20) + "\nKik\n\xff\xff\nSnapchat\n"
	var out, errs bytes.Buffer
	code := run([]string{"names", "-", "--quiet"}, strings.NewReader(in), &out, &errs)
	if code != exitFailed || strings.Count(out.String(), "\n") != 4 || !strings.Contains(out.String(), "\nSnapchat,snapchat,") {
		t.Errorf("exit code %d, %q", code, out.String())
	}
	if got, want := errs.String(), "espfigures: standard input, left out: line 2 is longer than 1 MB; line 4 is no text in UTF-8\n"; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
}
