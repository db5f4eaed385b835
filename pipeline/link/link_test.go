package link

import (
	"net/url"
	"testing"

	"espfigures/pipeline"
)

var sisters = []pipeline.SisterWord{{Word: "country", Kind: "by country"}, {Word: "state", Kind: "by state"}, {Word: "notifications", Kind: "notifications"}, {Word: "transparency", Kind: "transparency report"}}

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"2019%20CyberTipline%20Reports%20by%20Country.pdf":    "2019 cyber tipline reports by country pdf",
		"2019%2520Reports%2520by%2520ESP":                     "2019 reports by esp",
		"2022ReportsByESP":                                    "2022 reports by esp",
		"ReportsByESPs2023":                                   "reports by esps 2023",
		"CyberTiplineReportsByESP_2024-final.pdf":             "cyber tipline reports by esp 2024 final pdf",
		"ESPReports":                                          "esp reports",
		"cybertiplinedata2024":                                "cybertiplinedata 2024",
		"2022 CyberTipline\u00a0Reports by\n\tESPs ":          "2022 cyber tipline reports by esps",
		"Reports by Electronic Service Providers (ESP), 2021": "reports by electronic service providers esp 2021",
		"%zz 100%": "zz 100",
		"":         "",
	} {
		if got := Words(in); got != want {
			t.Errorf("words(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestJudge is the specification of what is taken for a table of reports per
// ESP. Addresses are those NCMEC has used, and such as it might.
func TestJudge(t *testing.T) {
	const dam = "https://www.missingkids.org/content/dam/missingkids/pdfs/"
	for _, c := range []struct {
		href, text, title, row, heading string
		want                            Verdict
		year                            int
		doubtful, unlikely              bool
	}{
		{href: dam + "2022-reports-by-esp.pdf", text: "2022 CyberTipline Reports by Electronic Service Providers (ESP)", want: Report, year: 2022},
		{href: dam + "2019-reports-by-esp.pdf", want: Report, year: 2019},
		{href: dam + "cybertiplinedata2024/2024-reports-by-esp.pdf", text: "Reports by ESP", want: Report, year: 2024},
		{href: dam + "cybertiplinedata2024/2023-reports-by-esp.pdf", text: "Reports by ESP", want: Report, year: 2023},
		{href: dam + "cybertiplinedata2024/reports-by-esp.pdf", text: "Reports by ESP", want: Report, year: 2024},
		{href: dam + "2019%20CyberTipline%20Reports%20by%20ESP.pdf", text: "Download", want: Report, year: 2019},
		{href: dam + "2021ReportsByESP.pdf?v=3", text: "", want: Report, year: 2021},
		{href: "https://www.missingkids.org/download?file=2021-reports-by-esp.pdf", text: "PDF", want: Report, year: 2021},
		{href: dam + "a8f3.pdf", text: "2020 Reports by ESP", want: Report, year: 2020},
		{href: dam + "a8f3.pdf", text: "PDF", title: "2020 reports by electronic service provider", want: Report, year: 2020},
		{href: dam + "esp.pdf", text: "By ESP", row: "2021 By ESP By Country", heading: "Reports", want: Report, year: 2021},
		{href: dam + "esp.pdf", text: "Reports by ESP", heading: "2023 CyberTipline", want: Report, year: 2023},
		{href: dam + "reports-by-esp.pdf", text: "Reports by ESP", want: Report, year: 0},
		{href: dam + "2022-reports-by-electronic-communication-service-providers.pdf", want: Report, year: 2022},
		{href: "/esp/2023", text: "2023 Reports by ESP", want: Report, year: 2023},
		// A link without words of its own is what the text around it says.
		{href: dam + "a8f3.pdf", text: "Download PDF", row: "2023", heading: "Reports by ESP", want: Report, year: 2023},
		{href: dam + "a8f3.pdf", text: "Download PDF", row: "2023", heading: "Reports by Country", want: Sister, year: 2023},
		{href: dam + "a8f3.pdf", text: "click here", row: "For the 2019 reports made by electronic service providers, click here.", want: Report, year: 2019},
		{href: dam + "annual.pdf", text: "2023 Annual Report", heading: "Reports by ESP", want: Unrelated},
		// Reports and ESPs, but not reports by ESPs: fetched last.
		{href: dam + "safety-9.pdf", text: "2025 report on ESP safety, part 9", want: Report, year: 2025, unlikely: true},
		// Words and address disagree: fetched, and neither year counts as found.
		{href: dam + "2022-reports-by-esp.pdf", text: "2023 Reports by ESP", want: Report, year: 2023, doubtful: true},
		// Mislabelled in the text, plain in the address.
		{href: dam + "2022-reports-by-esp.pdf", text: "2022 Reports by Country", want: Report, year: 2022},
		// More than one year in the text: the address decides.
		{href: dam + "2021-reports-by-esp.pdf", text: "2021 Reports by ESP (updated May 2022)", want: Report, year: 2021},
		{href: dam + "reports-by-esp.pdf", text: "2019-2023 Reports by ESP", want: Report, year: 0},

		{href: dam + "2019-cybertipline-reports-by-country.pdf", text: "2019 Reports by Country", want: Sister, year: 2019},
		{href: dam + "2019%20CyberTipline%20Reports%20by%20Country.pdf", want: Sister, year: 2019},
		{href: dam + "2022-reports-by-state.pdf", text: "2022 Reports by State", want: Sister, year: 2022},
		{href: dam + "2021-notifications-by-ncmec-per-esp.pdf", text: "2021 Notifications Sent by NCMEC Per ESP", want: Sister, year: 2021},
		{href: dam + "x.pdf", text: "2022 reports: notifications to ESPs", want: Sister, year: 2022},
		{href: dam + "OJJDP-NCMEC-Transparency_2022-Calendar-Year.pdf", text: "CY 2022 Report on ESP reports", want: Sister, year: 2022},
		{href: "https://www.ncmec.org/content/dam/missingkids/pdfs/2023-CyberTipline-Report.pdf", text: "2023 CyberTipline Report", want: Sister, year: 2023},
		{href: dam + "2025-cybertipline-report.pdf", want: Sister, year: 2025},

		{href: "https://www.missingkids.org/cybertiplinedata", text: "CyberTipline Data", want: DataPage},
		{href: "https://www.missingkids.org/gethelpnow/cybertipline/cybertiplinedata", text: "Learn more", want: DataPage},
		{href: "https://www.missingkids.org/esp/reports", text: "Reports by ESP", want: DataPage},

		{href: "https://www.missingkids.org/theissues/esp", text: "Support for ESPs", want: Unrelated},
		{href: "https://www.missingkids.org/esp/register", text: "ESP reporting: register", want: Unrelated},
		{href: "https://report.cybertip.org/", text: "Make a CyberTip", want: Unrelated},
		{href: "https://www.missingkids.org/blog/2023/report", text: "Our 2023 report", want: Unrelated},
		{href: "https://www.missingkids.org/2023-annual-report.pdf", text: "2023 Annual Report", want: Unrelated},
		{href: "https://www.missingkids.org/espanol", text: "Espa\u00f1ol", want: Unrelated},
		{href: "https://www.missingkids.org/respond-2023.pdf", text: "Despair and response: a 2023 report", want: Unrelated},
	} {
		u, err := url.Parse(c.href)
		if err != nil {
			t.Fatal(err)
		}
		got := Judge(Link{URL: u, Text: c.text, Title: c.title, Around: []string{c.row, c.heading}}, sisters)
		if got.Verdict != c.want || c.want != Unrelated && got.Year != c.year || got.YearDoubtful != c.doubtful && c.want == Report {
			t.Errorf("%s %q: %+v; want %d, %d, %v", c.href, c.text+c.title, got, c.want, c.year, c.doubtful)
		}
		if c.want == Report && got.Likely == c.unlikely {
			t.Errorf("%s %q: likely %v", c.href, c.text+c.title, got.Likely)
		}
		if c.want != Unrelated && got.Why == "" {
			t.Errorf("%s: no reason given", c.href)
		}
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("https://www.missingkids.org/content/dam/2022-reports-by-esp.pdf?x=1", "2022 Reports by ESP", "title", "row 2021", "heading 2020")
	f.Add("/a%20b%zz", "ESPs", "", "", "")
	f.Add("http://[::1]/", "\xff\xfe", "2019 2020", "E", "s")
	f.Fuzz(func(t *testing.T, href, text, title, row, heading string) {
		u, err := url.Parse(href)
		if err != nil {
			return
		}
		j := Judge(Link{URL: u, Text: text, Title: title, Around: []string{row, heading}}, sisters)
		if j.Verdict != Unrelated && j.Why == "" {
			t.Errorf("verdict %d without a reason", j.Verdict)
		}
		if j.Year != 0 && (j.Year < 1900 || j.Year > 2099) {
			t.Errorf("year %d", j.Year)
		}
		if w := Words(text); Words(w) != w && url.PathEscape(w) == w {
			t.Errorf("words(%q) = %q is not at rest: %q", text, w, Words(w))
		}
	})
}

func TestYear(t *testing.T) {
	for _, c := range []struct {
		text, title, address string
		want                 int
	}{
		{"2022 Reports by ESP", "", "https://www.missingkids.org/a/2022-reports-by-esp.pdf", 2022},
		{"", "", "https://www.missingkids.org/a/2022-reports-by-esp.pdf", 2022},
		{"Download", "", "https://www.missingkids.org/a/2019%20Reports%20by%20ESP.pdf", 2019},
		{"2023 Reports by ESP", "", "https://www.missingkids.org/a/2022-reports-by-esp.pdf", 0}, // they disagree
		{"Download", "2021 table", "https://www.missingkids.org/cybertiplinedata2024/x.pdf", 2021},
		{"", "", "file:2020-reports-by-esp.pdf", 2020},
		{"Download", "", "https://www.missingkids.org/x.pdf", 0},
	} {
		if got := Year(c.text, c.title, c.address); got != c.want {
			t.Errorf("%+v: got %d", c, got)
		}
	}
}
