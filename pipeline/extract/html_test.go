package extract

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"espfigures/pipeline"
)

// htmlRows writes ten rows of an HTML table.
func htmlRows(cell func(name, count string) string) string {
	var b strings.Builder
	for _, r := range tenRows {
		name, count, _ := strings.Cut(r, "|")
		b.WriteString("<tr>" + cell(name, count) + "</tr>\n")
	}
	return b.String()
}

func plainCells(name, count string) string { return "<td>" + name + "</td><td>" + count + "</td>" }

const htmlHead = "<tr><th>ESP</th><th>Number of Reports</th></tr>"

func TestHTML(t *testing.T) {
	plain := htmlRows(plainCells)
	n := 0
	cases := []struct {
		name string
		body string
		want string // tables as printed, separated by " / "; or
		err  string // a part of the reason
	}{
		{"no sections", "<h2>2022 Reports by ESP</h2><table>" + htmlHead + plain + "</table>", tenPrinted, ""},
		{"td as header", "<h2>2022 Reports by ESP</h2><table><tr><td>ESP</td><td>Reports</td></tr>" + plain + "</table>", tenPrinted, ""},
		{"title row", "<table><tr><th colspan=2>2022 CyberTipline Reports by ESP</th></tr>" + htmlHead + plain + "</table>", tenPrinted, ""},
		{"title in the head", "<html><head><title>2022 CyberTipline Reports by ESP</title></head><body><table>" + htmlHead + plain + "</table>", tenPrinted, ""},
		{"layout table around", "<h1>2022 Reports by ESP</h1><table><tr><td>menu</td><td><table>" + htmlHead + plain + "</table></td></tr></table>", tenPrinted, ""},
		{"extra columns", "<h1>2022 Reports by ESP</h1><table><tr><th rowspan=2>#</th><th rowspan=2>Company</th><th colspan=3>Reports</th></tr><tr><th>Referrals</th><th>Informational</th><th>Total</th></tr>" +
			htmlRows(func(name, c string) string {
				n++
				return fmt.Sprintf("<td>%d</td><td>%s</td><td>7</td><td>8</td><td>%s</td>", n, name, c)
			}) + "</table>", tenPrinted, ""},
		{"side by side", "<h1>2022 Reports by ESP</h1><table><tr><th>ESP</th><th>Reports</th><th>ESP</th><th>Reports</th></tr>" +
			"<tr><td>A</td><td>1</td><td>C</td><td>3</td></tr><tr><td>B</td><td>2</td><td>Total</td><td>6</td></tr></table>", "2022; A=1; B=2; C=3; Total 6", ""},
		{"two years", "<h1>CyberTipline data</h1><h2>2021 Reports by ESP</h2><table>" + htmlHead + "<tr><td>A</td><td>1</td></tr><tr><td>Total</td><td>1</td></tr></table>" +
			"<h2>2022 Reports by ESP</h2><table>" + htmlHead + "<tr><td>A</td><td>2</td></tr><tr><td>Total</td><td>2</td></tr></table>", "2021; A=1; Total 1 / 2022; A=2; Total 2", ""},
		{"two tables of one year", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + "<tr><td>A</td><td>1</td></tr></table><table>" + htmlHead + "<tr><td>B</td><td>1</td></tr></table>", "", "both of 2022"},
		{"footnote", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + htmlRows(func(n, c string) string {
			return "<td>" + strings.Replace(n, "*", "<sup>*</sup>", 1) + "</td><td>" + c + "</td>"
		}) + "</table>", tenPrinted, ""},
		{"broken name", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + "<tr><td>Web.com/<br>Register</td><td>1</td></tr><tr><td>Acme<br>Online</td><td>2</td></tr></table>", "2022; Web.com/Register=1; Acme Online=2", ""},
		{"tables beside it", "<h1>2022 Reports by ESP</h1><table><tr><th>Type</th><th>2021</th><th>2022</th></tr><tr><td>Online enticement</td><td>44,155</td><td>80,524</td></tr></table><table>" + htmlHead + plain + "</table><table><tr><th>Country</th><th>Reports</th></tr><tr><td>France</td><td>2</td></tr></table>", tenPrinted, ""},
		{"footer total", "<h1>2022 Reports by ESP</h1><table><thead>" + htmlHead + "</thead><tbody><tr><td>A</td><td>1</td></tr><tr><td>B</td><td>2</td></tr></tbody><tfoot><tr><td>Total</td><td>3</td></tr></tfoot></table>", "2022; A=1; B=2; Total 3", ""},
		{"notes over the width", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + "<tr><td colspan=2>A to B</td></tr><tr><td>A</td><td>1</td></tr><tr><td>B</td><td>2</td></tr><tr><td colspan=2>Total: 3</td></tr><tr><td colspan=2>* combined</td></tr></table>", "2022; A=1; B=2; Total 3", ""},
		{"by country", "<h1>2022 Reports by Country</h1><table><tr><th>Country</th><th>Reports</th></tr><tr><td>France</td><td>1</td></tr></table>", "", "by country"},
		{"notifications", "<h1>2022 Notifications sent</h1><table><tr><th>ESP</th><th>Total</th></tr>" + plain + "</table>", "", "notifications"},
		{"kinds of reporters", "<h1>2022 CyberTipline Reports by ESP</h1><table><tr><th>Provider</th><th>Reports</th></tr><tr><td>Electronic Service Providers</td><td>10</td></tr><tr><td>Public</td><td>1</td></tr></table>", "", "kind of reporter"},
		{"no table", "<h1>Not found</h1>", "", "no table"},
		{"responsive labels", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + htmlRows(func(n, c string) string {
			return "<td><b>ESP:</b> " + n + "</td><td><b>Number of Reports</b><br>" + c + "</td>"
		}) + "</table>", tenPrinted, ""},
		{"no thousands sign", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + htmlRows(func(n, c string) string { return plainCells(n, strings.ReplaceAll(c, ",", "")) }) + "</table>", tenPrinted, ""},
		{"thin spaces", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + htmlRows(func(n, c string) string { return plainCells(n, strings.ReplaceAll(c, ",", "&#8239;")) }) + "</table>", tenPrinted, ""},
		{"mark on a number", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + "<tr><td>A</td><td>1,000<sup>2</sup></td></tr><tr><td>B</td><td>2*</td></tr><tr><td>Total</td><td>1,002</td></tr></table>", "2022; A=1000; B=2; Total 1002", ""},
		{"marks that a note explains", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + "<tr><td>A (1)</td><td>1</td></tr><tr><td>B#</td><td>2</td></tr><tr><td>C [b]</td><td>3</td></tr><tr><td>D (us)</td><td>4</td></tr></table><p>(1) Revised.</p><p># Closed.</p>", "2022; A=1; B=2; C=3; D (us)=4", ""},
		{"labels in all cells but the total", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + "<tr><td>ESP: A</td><td>Number of Reports: 1</td></tr><tr><td>ESP: B</td><td>Number of Reports: 2</td></tr><tr><td>Total</td><td>3</td></tr></table>", "2022; A=1; B=2; Total 3", ""},
		{"total in the caption", "<h1>2022 Reports by ESP</h1><table><caption>Total: 3</caption>" + htmlHead + "<tr><td>A</td><td>1</td></tr><tr><td>B</td><td>2</td></tr></table>", "2022; A=1; B=2; Total 3", ""},
		{"lines set side by side", "<style>p{display:flex}</style><h1>2022 Reports by ESP</h1><p><b>ESP</b><b>Reports</b></p><p><i>A</i><i>1</i></p><p><i>B</i><i>2</i></p><p><i>Total (2 ESPs)</i><i>3</i></p>", "", "no table"},
		{"a table a letter", "<h1>2022 Reports by ESP</h1><h2>A</h2><table>" + htmlHead + "<tr><td>A</td><td>1</td></tr></table><h2>B</h2><table>" + htmlHead + "<tr><td>B</td><td>2</td></tr></table><p>Total: 3</p>", "2022; A=1; B=2; Total 3", ""},
		{"a table a letter without a total", "<h1>2022 Reports by ESP</h1><h2>A-M</h2><table>" + htmlHead + "<tr><td>A</td><td>1</td></tr></table><h2>N to Z</h2><table>" + htmlHead + "<tr><td>Z</td><td>2</td></tr></table>", "2022; A=1; Z=2", ""},
		{"a total each part", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + "<tr><td>A</td><td>1</td></tr><tr><td>Total</td><td>1</td></tr></table><table>" + htmlHead + "<tr><td>B</td><td>2</td></tr><tr><td>Total</td><td>2</td></tr></table><table>" + htmlHead + "<tr><td>Grand Total</td><td>3</td></tr></table>", "2022; A=1; B=2; Grand Total 3", ""},
		{"accordions of years", "<h1>Reports by ESP</h1><details><summary>2022 CyberTipline Reports</summary><table>" + htmlHead + "<tr><td>A</td><td>1</td></tr><tr><td>Total</td><td>1</td></tr></table></details><div><div>2021 CyberTipline Reports</div><table>" + htmlHead + "<tr><td>A</td><td>2</td></tr><tr><td>Total</td><td>2</td></tr></table></div>", "2022; A=1; Total 1 / 2021; A=2; Total 2", ""},
		{"header in a table of its own", "<h1>2022 Reports by ESP</h1><div><table>" + htmlHead + "</table></div><div><table><thead><tr style='height:0'><th></th><th></th></tr></thead>" + plain + "</table></div>", tenPrinted, ""},
		{"twin for phones", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + plain + "</table><div class=cards>" + htmlRows(func(n, c string) string {
			return "<dl><dt>ESP</dt><dd>" + n + "</dd><dt>Reports</dt><dd>" + c + "</dd></dl>"
		}) + "</div>", tenPrinted, ""},
		{"the same table twice", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + plain + "</table><table>" + htmlHead + plain + "</table>", tenPrinted, ""},
		{"excerpt", "<h1>2022 Reports by ESP</h1><h2>Largest</h2><table>" + htmlHead + htmlRows(func(n, c string) string {
			if strings.HasPrefix(n, "Kik") {
				return plainCells(n, c)
			}
			return ""
		}) + "</table><h2>All</h2><table>" + htmlHead + plain + "</table>", tenPrinted, ""},
		{"cards only", "<h1>2022 Reports by ESP</h1>" + htmlRows(func(n, c string) string {
			return "<dl><dt>ESP</dt><dd>" + n + "</dd><dt>Reports</dt><dd>" + c + "</dd></dl>"
		}), tenPrinted, ""},
		{"definition list", "<h1>2022 CyberTipline Reports by ESP</h1><dl>" + htmlRows(func(n, c string) string { return "<dt>" + n + "</dt><dd>" + c + "</dd>" }) + "</dl>", tenPrinted, ""},
		{"words around", "<h1>2022 CyberTipline Reports by ESP</h1><p>See also ESP reports by country at example.org</p><h3>This is part of the 2022 Transparency Report</h3><table>" + htmlHead + plain + "</table><h3>See also reports by country</h3>", tenPrinted, ""},
		{"buttons around", "<h1>2022 CyberTipline Reports by ESP</h1><button>Download the 2021 report</button><table>" + htmlHead + plain + "</table>", tenPrinted, ""},
		{"older section", "<h1>2022 CyberTipline Reports by ESP</h1><section><h2>2021 Reports by ESP</h2><a>PDF</a></section><table>" + htmlHead + plain + "</table>", tenPrinted, ""},
		{"both cells over two rows", "<h1>2022 Reports by ESP</h1><table><tr><th>ESP</th><th>Reports</th><th>Page</th></tr><tr><td rowspan=2>A</td><td rowspan=2>1</td><td>x</td></tr><tr><td>y</td></tr><tr><td>Total</td><td>1</td><td></td></tr></table>", "2022; A=1; Total 1", ""},
		{"total above", "<h1>2022 Reports by ESP</h1><p>Total: 3 reports</p><table>" + htmlHead + "<tr><td>A</td><td>1</td></tr><tr><td>B</td><td>2</td></tr></table>", "2022; A=1; B=2; Total 3", ""},
		{"no header at all", "<h1>2022 CyberTipline Reports by ESP</h1><h2>A</h2><table><tr><td>A</td><td>1</td></tr></table><h2>B</h2><table><tr><td>B</td><td>2</td></tr></table><p>Total: 3</p>", "2022; A=1; B=2; Total 3", ""},
		{"no header and no total", "<h1>2022 CyberTipline Reports by ESP</h1><table><tr><td>A</td><td>1</td></tr><tr><td>B</td><td>2</td></tr></table>", "", "no table"},
		{"the one total, below a note", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + "<tr><td>A</td><td>1</td></tr></table><p>Note.</p><p>Total reports: 99</p>", "2022; A=1; Total reports 99", ""},
		{"parts that do not add up", "<h1>2022 Reports by ESP</h1><table>" + htmlHead + "<tr><td>A</td><td>1</td></tr></table><table>" + htmlHead + "<tr><td>B</td><td>2</td></tr></table><p>Total: 4</p>", "", "both of 2022"},
		{"names twice", "<h1>2022 Reports by ESP</h1><h2>A</h2><table>" + htmlHead + "<tr><td>A</td><td>1</td></tr></table><h2>B</h2><table>" + htmlHead + "<tr><td>A</td><td>2</td></tr></table>", "", "both of 2022"},
		{"by country, one table a kind", "<h1>2022 Reports</h1><h2>Reports by country</h2><table><tr><th>Name</th><th>Reports</th></tr><tr><td>France</td><td>1</td></tr></table>", "", "by country"},
		{"two columns of reports", "<h1>2022 Reports by ESP</h1><table><tr><th>ESP</th><th>Reports</th><th>Total Reports</th></tr><tr><td>A</td><td>1</td><td>2</td></tr></table>", "", "several columns"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			res, err := testReader.Read(context.Background(), "page.html", "", []byte("<!doctype html><meta charset=utf-8>"+c.body))
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) || !strings.HasPrefix(err.Error(), "page.html: ") {
					t.Errorf("%v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, tb := range res.Tables {
				got = append(got, print(tb))
			}
			if s := strings.Join(got, " / "); s != c.want || codes(res.Findings, pipeline.Fail) != "" {
				t.Errorf("read %s\nwant %s\nfindings %v", s, c.want, res.Findings)
			}
		})
	}
}

// What an HTML table leaves unclear is never read as a figure.
func TestHTMLFindings(t *testing.T) {
	for _, c := range []struct{ row, want string }{
		{"<td>A</td><td>1,23</td>", "bad-count"},
		{"<td>A</td><td>-</td>", "bad-count"},
		{"<td>A</td><td>1,000<sup>2</sup></td>", "bad-count"},
		{"<td>A</td><td><del>1,000</del> 2,000</td>", "bad-count"},
		{"<td>A</td><td>1000</td>", "bad-count"},
		{"<td>A</td><td>1.000</td>", "bad-count"},
		{"<td><s>A</s> C</td><td>1,000</td>", "bad-count"},
		{"<td>A</td><td style='text-decoration:line-through'>1,000</td>", "bad-count"},
		{"<td>A</td><td rowspan=2>1,000</td></tr><tr><td>C</td>", "bad-count"},
		{"<td></td><td>1,000</td>", "bad-count"},
		{"<td>A<b style='mask:url(#x)'>Z</b></td><td>1,000</td>", "bad-count"},
		{"<td style='filter:url(#x)'>A</td><td>1,000</td>", "bad-count"},
		{"<td>A</td><td>1,000</td></tr></table><h2>January to June 2022</h2><table>" + htmlHead + "<tr><td>C</td><td>1</td>", "year-unknown"},
		{"<td>A<sup>7</sup> Labs</td><td>1,000</td></tr><tr><td colspan=2>7 Formerly Z.</td>", "bad-count"},
	} {
		body := "<!doctype html><h1>2022 Reports by ESP</h1><table>" + htmlHead + "<tr>" + c.row + "</tr><tr><td>B</td><td>2</td></tr></table>"
		res, err := testReader.Read(context.Background(), "page.html", "", []byte(body))
		if err != nil {
			t.Errorf("%s: %v", c.row, err)
			continue
		}
		if got := codes(res.Findings, pipeline.Fail); got != c.want {
			t.Errorf("%s: findings %q, want %q: %v", c.row, got, c.want, res.Tables)
		}
	}
}
