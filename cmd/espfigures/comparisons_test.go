package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Comparisons that mislead, each asked of every command that could show one:
// what an answer has to have, and what it may not have.
func TestComparisonsThatMislead(t *testing.T) {
	const percent = `[-+−][\d.,]+%`
	archive := filepath.Join(t.TempDir(), "archive")
	for _, c := range []struct {
		args     string
		want     string // pattern
		not      string // pattern; "" for none
		exitCode int
	}{
		// A company that sold what it was counted for.
		{`compare iac --by company --years 2020-2021 --metric change`, `IAC .*┆ *\[o\]`, `99\.1`, 0},
		{`compare iac --by company --years 2020-2021 --format csv`, `(?m)^iac,.*,2021,.*,no,.*ownership`, `(?m)^iac,.*,2021,.*,-99`, 0},
		{`compare verizon --by company --years 2020-2021 --format csv`, `(?m)^verizon,.*,2021,.*,no,.*ownership`, `(?m)^verizon,.*,2021,.*,-99`, 0},
		{`movers 2020 2021 --by company --min-base 1 --format csv`, `(?m)^iac,.*,,,no,.*,not-comparable$`, `(?m)^(iac|verizon),.*,-99`, 0},
		{`explain iac 2021`, `2020 to 2021: not comparable: What IAC holds changed`, percent, 0},
		{`claim "IAC's reports fell by 99.1% from 2020 to 2021."`, `: break`, `published`, 3},
		// Shares in points from exact shares, ranks in places, never in percent.
		{`compare linkedin tinder --years 2022-2023 --metric share`, `LinkedIn`, `[-−](8\.0|35\.2|40)%`, 0},
		{`claim "LinkedIn's share fell by 8 percentage points in 2023."`, `: wrong`, `: rounded`, 3},
		{`compare verizon tiktok --metric rank`, `TikTok`, `[-+−]\d[\d.,]*%`, 0},
		// One row became three: neither a brand's volume nor anybody's rank compares.
		{`compare facebook --years 2020-2021 --metric share`, `94\.7% ┆75\.9%`, percent, 0},
		{`compare google --years 2020-2021 --metric rank`, `2 ┆ +4`, percent, 0},
		{`compare facebook --years 2020-2021`, `\[b\]`, `\+8\.9%`, 0},
		{`claim "Reports by Facebook rose 8.9% from 2020 to 2021."`, `: break`, `published`, 3},
		{`compare meta facebook+instagram+whatsapp --years 2020-2021`, `\+32\.4%`, ``, 0},
		// A sum of which a source does not list every member.
		{`compare meta --years 2024`, `≥13,764,805`, ``, 0},
		// Names: the brand wins; a company, two services or a resemblance is none.
		{`names "Amazon (Twitch)" "Amazon - Twitch"`, `(?s)Twitch\),twitch,.*Twitch,twitch,`, `amazon-twitch`, 0},
		{`names "Meta Platforms, Inc. (f/k/a Facebook, Inc.)"`, `,,,,,none,"names the company Meta`, `,facebook,`, 0},
		{`names "Automattic Inc."`, `,,,,,none,.*the company Automattic`, `,automattic,`, 0},
		{`names Rumble`, `Rumble,,,,,none,`, `bumble`, 0},
		{`names "Tumblr (Automattic)" "Instagram (Facebook)" "Imgur (MediaLab)"`, `(?s),tumblr,.*,instagram,.*,imgur,`, `,(automattic|facebook|medialab),`, 0},
		{`names "Bluesky Social, PBC" "Zoom Communications, Inc." "GoDaddy.com, LLC" Pornhub.com "Google Ireland Limited"`, `(?s),bluesky,.*,zoom,.*,godaddy,.*,pornhub,.*,google,`, `,none,`, 0},
		{`names "Facebook & Instagram" "Google / YouTube" Kick "Stability AI" Match Sony`, `(.*,,,,none,.*\n){6}`, `normalised`, 0},
		{`names YouTube Messenger fb`, `(?s)row of Google.*row of Facebook.*\nfb,facebook`, ``, 0},
	} {
		var args []string
		for _, m := range regexp.MustCompile(`"([^"]*)"|(\S+)`).FindAllStringSubmatch(c.args, -1) {
			args = append(args, m[1]+m[2])
		}
		var stdout, stderr bytes.Buffer
		code := run(append(args, "--archive", archive), strings.NewReader(""), &stdout, &stderr)
		table, _, _ := strings.Cut(stdout.String(), "\n- ") // what is shown, apart from the notes on it
		if args[0] == "explain" {
			table = ""
		}
		if !regexp.MustCompile(c.want).MatchString(stdout.String()) || c.not != "" && regexp.MustCompile(c.not).MatchString(table) || code != c.exitCode {
			t.Errorf("%s: exit code %d, want %s and not %s\n%s%s", c.args, code, c.want, c.not, stdout.String(), stderr.String())
		}
	}
}
