package claim_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"espfigures/pipeline/claim"
)

// Sentences of every kind with their readings, each judged by hand: a line of
// text, then one line, set in, for each statement (id, years, measure, claimed,
// verdict). A sentence without such lines makes no statement.
func TestReadings(t *testing.T) {
	body, err := os.ReadFile("testdata/readings.txt")
	if err != nil {
		t.Fatal(err)
	}
	sentences := strings.Split(strings.ReplaceAll(strings.TrimSpace(string(body)), "\n\t", "\t"), "\n")
	if len(sentences) < 300 {
		t.Fatalf("only %d sentences", len(sentences))
	}
	for _, line := range sentences {
		text, want, _ := strings.Cut(line, "\t")
		if got := strings.Join(lines(reader(t).Text(text)), "\t"); got != want {
			t.Errorf("%s\n  got  %s\n  want %s", text, strings.ReplaceAll(got, "\t", "\n       "), strings.ReplaceAll(want, "\t", "\n       "))
		}
	}
}

// Two figures that are right, but of which a rise or fall is said across a break,
// say so; and no others do.
func TestLevelsAcrossBreaks(t *testing.T) {
	for text, want := range map[string]bool{
		"Facebook's reports rose from 20,307,216 in 2020 to 22,118,952 in 2021.": true,
		"Google went from 1.47 million reports in 2023 to 1.18 million in 2024.": false,
		"Facebook's share fell to 42.2% in 2024 from 49.6% in 2023.":             true,
		"Reports to the CyberTipline dropped to 20.5 million in 2024.":           true,
		"The CyberTipline received 20.5 million reports in 2024.":                false,
		"Facebook's reports fell from 22,118,952 in 2021 to 21,165,208 in 2022.": false,
	} {
		got := reader(t).Text(text)
		said := slices.ContainsFunc(got, func(a claim.Answer) bool { return strings.Contains(a.Note, "are not comparable") })
		if said != want || slices.ContainsFunc(got, func(a claim.Answer) bool { return !a.Verdict.Holds() }) {
			t.Errorf("%s\n  %+v", text, got)
		}
	}
}

// A number of which the first digit is another one, in a sentence that held,
// holds no longer.
func TestChangedNumbersDoNotHold(t *testing.T) {
	body, err := os.ReadFile("testdata/readings.txt")
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile(`\d`)
	changed := 0
	for text := range strings.SplitSeq(string(body), "\n") {
		if strings.HasPrefix(text, "\t") {
			continue
		}
		for _, a := range reader(t).Text(text) {
			quote := a.Quantity.Text
			at := first.FindStringIndex(quote)
			if !a.Verdict.Holds() || a.Verdict == claim.Bound || at == nil || strings.Count(text, quote) != 1 {
				continue
			}
			digit := string('0' + (quote[at[0]]-'0'+4)%10)
			other := quote[:at[0]] + digit + quote[at[1]:]
			if changed++; strings.Contains(text, other) {
				continue
			}
			for _, b := range reader(t).Text(strings.Replace(text, quote, other, 1)) {
				if b.Quantity.Text == other && b.Verdict.Holds() {
					t.Errorf("%s: with %s it is %s", text, other, b.Verdict)
				}
			}
		}
	}
	if changed < 250 {
		t.Errorf("only %d numbers", changed)
	}
}

// Tables of HTML and Markdown: names in rows or columns, years in columns,
// rows or the caption. A table about something else is left alone.
func TestTables(t *testing.T) {
	for source, want := range map[string]string{
		"Reports to NCMEC:\n\n| Platform | 2021 | 2023 | Change 2021-23 |\n|---|--:|--:|--:|\n| Facebook* | 22,118,952 | 17,838,423 | -19.4% |\n| Total | 5 | 6 | |": `facebook | 2021 | reports | 22,118,952 | exact
facebook | 2023 | reports | 17,838,423 | wrong
facebook | 2021-2023 | change | -19.4% | rounded`,
		"Year | CyberTipline total | Facebook reports | Users\n--- | --- | --- | ---\n2022 | 32,059,029 | 21,165,207 | 3,000,000": `total | 2022 | reports | 32,059,029 | exact
facebook | 2022 | reports | 21,165,207 | wrong`,
		"<p>News.</p><table><caption>Reports, 2023</caption><tr><th>Company</th><th>Number</th><th>Reports</th><th>Share</th><th>Rank</th></tr><tr><td>Google</td><td>7</td><td>1,470,958</td><td>4.1%</td><td>4</td></tr></table>": `google | 2023 | reports | 1,470,958 | exact
google | 2023 | share | 4.1% | rounded
google | 2023 | rank | 4 | wrong`,
		"<table><tr><th>Name</th><th>Year</th><th>Files</th><th>Reports</th></tr><tr><td>Discord, Inc.</td><td>2022</td><td>5</td><td>169,800</td></tr></table>": "discord | 2022 | reports | 169,800 | exact",
		"| Platform | Reports 2020 | Reports 2021 | Change |\n|---|---|---|---|\n| Facebook | 20,307,216 | 22,118,952 | +8.9% |": `facebook | 2020 | reports | 20,307,216 | exact
facebook | 2021 | reports | 22,118,952 | exact
facebook | 2020-2021 | change | +8.9% | break`,
		"| Platform | 2022, reports (thousands) | Change 2021-22 (millions) | Change in share |\n|---|---|---|---|\n| Facebook | 21,165 | -0.95 | -9.3 |": `facebook | 2021-2022 | change | -0.95 | rounded`,
		"| Platform | Reports 2022 | Reports 2021 | Change (%) | Difference |\n|---|---|---|---|---|\n| Apple | 234 | 160 | 46 | +74 |": `apple | 2022 | reports | 234 | exact
apple | 2021 | reports | 160 | exact
apple | 2021-2022 | change | 46 | rounded
apple | 2021-2022 | change | +74 | exact`,
		"| Platform | Reports 2020 | Reports 2021 | Reports 2022 | Change |\n|---|---|---|---|---|\n| Apple | 265 | 160 | 234 | -11.7% |": `apple | 2020 | reports | 265 | exact
apple | 2021 | reports | 160 | exact
apple | 2022 | reports | 234 | exact`,
		"Users in 2023\n\n| App | Users |\n|---|---|\n| Reddit | 50,000 |":                                      "",
		"<table><tr><td>" + strings.Repeat("In 2023, Discord made 339,412 reports. ", 4) + "</td></tr></table>": strings.Repeat("\ndiscord | 2023 | reports | 339,412 | exact", 4)[1:],
	} {
		if got := strings.Join(lines(reader(t).Text(plain(t, source))), "\n"); got != want {
			t.Errorf("%s\n  got  %s\n  want %s", source, got, want)
		}
	}
}

// "Last year" is told by the date of a text, and by nothing else.
func TestLastYear(t *testing.T) {
	for dateline, want := range map[string]string{
		"By our staff, 3 May 2024": "discord | 2023 | reports | 339,412 | exact", "Published 2023-05-03": "discord | 2022 | reports | 339,412 | wrong",
		"May 4th, 2024": "discord | 2023 | reports | 339,412 | exact", "In 2023 much happened, and on 4 May 2024 somebody said so to the press.": "discord |  | reports | 339,412 | not-understood",
	} {
		if got := strings.Join(lines(reader(t).Text(dateline+"\n\nLast year Discord sent 339,412 reports.")), "\n"); got != want {
			t.Errorf("%s: %s, want %s", dateline, got, want)
		}
	}
}
