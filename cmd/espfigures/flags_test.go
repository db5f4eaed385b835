package main

import (
	"bytes"
	"os"
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
		{"refresh --start ", `--start: "" is not the address of a web page`},
		{"refresh --start file:///etc/passwd", "--start: "},
		{"refresh --start http://", "--start: "},
		{"refresh --allow-host http://example.org:80/x", `--allow-host: "http://example.org:80/x" is an address; a host is wanted, such as example.org:80`},
		{"refresh --allow-host a,b", "--allow-host: "},
		{"completion bash foo", `unknown command "foo"`},
		{"sources --format xml", `--format: "xml" is not text, csv or json`},
		{"compare --metric reports,hype", `--metric: "hype" is not reports, change, share or rank`},
		{"compare --exclude-kind platform,hosting,registrar,telecom,hotline,safety-vendor,school-safety,other", "nothing is left to compare"},
		{"refresh --only ", "--only: "},
		{"refresh --offline --wayback", "--offline and --wayback contradict each other"},
		{"refresh --from . --start http://example.org/", "--from and --start"},
		{"refresh --from ", "--from: "},
		{"refresh --offline --partition --only csv", "--partition needs the output parquet"},
		{"refresh --years abc", `--years: "abc" is not a year`},
		{"compare --years -", `--years: "-" is not a year`},
		{"compare --years ", `--years: "" is not a year`},
		{"compare --accept-total 24", `--accept-total: "24" is not a year`},
		{"compare --address 2024", `--address: "" is not the address`},
		{"refresh --delay 5", `--delay: "5" is not a time such as 2s or 500ms`},
		{"refresh --delay -1s", "--delay: "},
		{"compare --year 2022", "unknown flag: --year; see espfigures compare --help"},
		{"refresh --top abc", `--top: "abc" is not a usable whole number`},
		{"refresh --top 99999999999999999999", "--top: "},
		{"refresh --offline --top 0", "--top: \"0\" is not"},
		{"serve --port 99999999", "--port: "},
		{"refresh --quiet=perhaps", `--quiet: "perhaps" is not true or false`},
		{"refresh --top", "flag needs an argument: --top"},
		{"refresh --offline --contact (me)", `--contact: "(me)" is not a mail or web address`},
		{"refresh --offline --out flags.txt", "--out: flags.txt is a file, not a folder"},
		{"compare --archive flags.txt", "--archive: flags.txt is a file"},
		{"compare --registry flags.txt", "--registry: flags.txt is a file"},
		{"sources --verify --archive flags.txt", "--archive: flags.txt is a file"},
		{"refresh extra", `wrong number of arguments, 1; the form is "espfigures refresh"`},
		{"diff one", `wrong number of arguments, 1; the form is "espfigures diff OLD NEW"`},
		{"claim x 2023", "no claim next to the name and the year 2023"},
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

// A list of names with lines that are none answers the others, says which
// were left out in one line, and exits 1.
func TestNamesLeavesOutBadLines(t *testing.T) {
	t.Chdir(t.TempDir())
	in := "Imgur\n\xff\xff\nKik\nSnapchat\n"
	var out, errs bytes.Buffer
	code := run([]string{"names", "-", "--quiet"}, strings.NewReader(in), &out, &errs)
	if code != exitFailed || strings.Count(out.String(), "\n") != 4 || !strings.Contains(out.String(), "\nSnapchat,snapchat,") {
		t.Errorf("exit code %d, %q", code, out.String())
	}
	if got, want := errs.String(), "espfigures: standard input: 1 lines left out, the first is line 2: no text in UTF-8"; !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 1 {
		t.Errorf("says %q, want %q", got, want)
	}
}
