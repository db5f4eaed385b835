// Mksnapshot makes the figures shipped with espfigures from NCMEC's own
// documents, so that none is ever typed by hand. It refuses to write an
// edition that is not verified.
//
//	mksnapshot -documents DIR -addresses FILE -secondary FILE [-secondary-source URL] [-secondary-note TEXT] [-second-reader FILE] -totals FILE -out DIR
//
// The addresses file (year,document,url) gives each edition its published
// address: a file in DIR belongs to the address that ends in its name. The
// secondary file (year,label,platform,reports,role,source,note) holds a third
// party's transcription, and its totals in the roles esp_total and
// cybertipline_total. -secondary-source replaces the address in its source
// column, where the figures are at another one than it names; -secondary-note says
// what a reader must know of the transcription. The file of a second reader
// (year,label,reports,in_first_transcription,source) bears rows of the first one
// out, or adds rows that the first one lacks. The totals file
// (year,cybertipline_total,esp_total,non_esp,source) holds the yearly totals;
// its sources get the addresses where they can be opened (see totalSource).
package main

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
	"espfigures/pipeline/extract"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

func main() {
	var in inputs
	flag.StringVar(&in.documents, "documents", "", "folder of NCMEC's documents")
	flag.StringVar(&in.addresses, "addresses", "", "CSV of document addresses")
	flag.StringVar(&in.secondary, "secondary", "", "CSV of a third party's transcription")
	flag.StringVar(&in.secondarySource, "secondary-source", "", "address of the transcription, instead of the one its rows name")
	flag.StringVar(&in.secondaryNote, "secondary-note", "", "what a reader must know of the transcription")
	flag.StringVar(&in.secondReader, "second-reader", "", "CSV of a second transcription")
	flag.StringVar(&in.totals, "totals", "", "CSV of yearly totals")
	flag.StringVar(&in.out, "out", "pipeline/snapshot/data", "folder to write")
	flag.Parse()
	if err := run(in); err != nil {
		fmt.Fprintln(os.Stderr, "mksnapshot:", err)
		os.Exit(1)
	}
}

type inputs struct {
	documents, addresses, secondary, secondarySource, secondaryNote, secondReader, totals, out string
}

func run(in inputs) error {
	addresses, err := readCSV(in.addresses)
	if err != nil {
		return err
	}
	eds, err := readDocuments(in.documents, addresses)
	if err != nil {
		return err
	}
	third, err := readSecondary(in.secondary, in.secondarySource)
	if err != nil {
		return err
	}
	for i := range third {
		third[i].Note = in.secondaryNote
	}
	if in.secondReader != "" {
		if err := addSecondReader(third, in.secondReader); err != nil {
			return err
		}
	}
	eds = append(eds, third...)
	sort.SliceStable(eds, func(i, j int) bool { return eds[i].Year < eds[j].Year })

	editions, rows := [][]string{snapshot.EditionColumns}, [][]string{snapshot.RowColumns}
	for _, e := range eds {
		dated := ""
		if !e.Document.Dated.IsZero() {
			dated = e.Document.Dated.Format(time.DateOnly)
		}
		editions = append(editions, []string{
			strconv.Itoa(e.Year), string(e.Status), e.Document.SHA256, e.Document.Name, strconv.FormatInt(e.Document.Size, 10),
			e.Document.URL, dated, e.Title, e.Total.Label, num(e.Total.Reports), strconv.Itoa(e.Total.At.Page), strings.Join(e.Readings, " "), e.Source, e.Note,
		})
		for _, r := range e.Rows {
			rows = append(rows, []string{strconv.Itoa(e.Year), strconv.Itoa(r.At.Page), strconv.Itoa(r.At.Row), r.Name, r.Mark(), num(r.Reports), r.Source, r.Note})
		}
		fmt.Printf("%d  %4d rows  sum %11s  total %11s  %s\n", e.Year, len(e.Rows), e.Sum(), e.Total.Reports, e.Status)
	}
	totals, err := readCSV(in.totals)
	if err != nil {
		return err
	}
	years := [][]string{snapshot.TotalColumns}
	for _, t := range totals {
		source, err := totalSource(t["source"], third)
		if err != nil {
			return fmt.Errorf("%s: total of %s: %w", in.totals, t["year"], err)
		}
		years = append(years, []string{t["year"], t["cybertipline_total"], t["esp_total"], t["non_esp"], source})
	}
	for name, table := range map[string][][]string{"editions.csv": editions, "rows.csv": rows, "totals.csv": years} {
		if err := writeCSV(filepath.Join(in.out, name), table); err != nil {
			return err
		}
	}
	return nil
}

// readDocuments reads every PDF of a folder into a verified edition.
func readDocuments(dir string, addresses []map[string]string) ([]pipeline.Edition, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no documents in %s", dir)
	}
	reader := extract.New()
	defer reader.Close()
	var eds []pipeline.Edition
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(path)
		res, err := reader.Read(context.Background(), name, body)
		if err != nil {
			return nil, err
		}
		if len(res.Tables) != 1 {
			return nil, fmt.Errorf("%s: %d tables where one was expected", name, len(res.Tables))
		}
		sum := sha256.Sum256(body)
		doc := pipeline.Document{SHA256: hex.EncodeToString(sum[:]), Name: name, Size: int64(len(body)), Dated: res.Dated}
		for _, a := range addresses {
			if a["document"] == "reports by ESP" && strings.HasSuffix(a["url"], "/"+name) {
				doc.URL = a["url"]
				break
			}
		}
		if doc.URL == "" {
			return nil, fmt.Errorf("%s: no published address is known", name)
		}
		t := res.Tables[0]
		status, found := check.Edition(t, doc, res.Findings)
		if status != pipeline.Verified {
			for _, f := range append(found, res.Findings...) {
				if f.Severity == pipeline.Fail {
					return nil, fmt.Errorf("%s: not verified: %s", name, f.What)
				}
			}
			return nil, fmt.Errorf("%s: not verified", name)
		}
		eds = append(eds, pipeline.Edition{Year: t.Year, Document: doc, Title: t.Title, Rows: t.Rows, Total: t.Total, Status: status, Readings: t.Readings})
	}
	return eds, nil
}

// readSecondary reads a third party's transcription into one edition a year.
// Its rows stand in no document, so they have no page; Row counts them. An
// address given replaces the one in the file.
func readSecondary(path, address string) ([]pipeline.Edition, error) {
	table, err := readCSV(path)
	if err != nil {
		return nil, err
	}
	byYear := map[int]*pipeline.Edition{}
	numbers := map[int]map[string]pipeline.Count{} // by year and label
	var order []int
	for i, r := range table {
		year, err := strconv.Atoi(r["year"])
		if err != nil {
			return nil, fmt.Errorf("%s, row %d: year %q", path, i+1, r["year"])
		}
		n, err := strconv.ParseInt(r["reports"], 10, 64)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("%s, row %d: reports %q", path, i+1, r["reports"])
		}
		e := byYear[year]
		if e == nil {
			url, block, _ := strings.Cut(r["source"], " ")
			if address != "" {
				url = address
			}
			e = &pipeline.Edition{
				Year: year, Status: pipeline.SecondaryHand, Title: fmt.Sprintf("%d reports by ESP, as transcribed by a third party", year),
				Document: pipeline.Document{Name: filepath.Base(url), URL: url},
				Source:   strings.TrimSpace("Diaphanous project, data.py " + block),
			}
			byYear[year] = e
			order = append(order, year)
		}
		switch r["role"] {
		case "row":
			row := pipeline.Row{Name: r["label"], Reports: pipeline.Count(n), At: pipeline.Place{Row: len(e.Rows) + 1}}
			describe(&row, numbers[year-1])
			if numbers[year] == nil {
				numbers[year] = map[string]pipeline.Count{}
			}
			numbers[year][row.Name] = row.Reports
			e.Rows = append(e.Rows, row)
		case "esp_total":
			e.Total = &pipeline.Total{Label: r["label"], Reports: pipeline.Count(n)}
		}
	}
	var eds []pipeline.Edition
	for _, y := range order {
		if byYear[y].Total == nil {
			return nil, fmt.Errorf("%s: no ESP total of %d", path, y)
		}
		eds = append(eds, *byYear[y])
	}
	return eds, nil
}

// repository is where the rows are that the cited version of the transcription
// lacks and a later one has.
const repository = "https://github.com/apparebit/diaphanous"

var laterVersion = map[string]bool{"Bluesky": true}

// describe adds to a transcribed row what is known of it. before holds the
// numbers of the year before, by label.
func describe(row *pipeline.Row, before map[string]pipeline.Count) {
	var notes []string
	if laterVersion[row.Name] {
		row.Source = repository
		notes = append(notes, "in a later version of the file (diaphanous/platform/data.py) than the one cited for the other rows")
	}
	if company, part, ok := strings.Cut(row.Name, " ("); ok {
		notes = append(notes, fmt.Sprintf("the third party labels this row %q; %q is a comment beside it", company, strings.TrimSuffix(part, ")")))
	}
	const chance = 10 // smaller numbers repeat by themselves
	if n, ok := before[row.Name]; ok && n == row.Reports && n >= chance {
		notes = append(notes, "the same number as the year before, so perhaps copied by mistake")
	}
	row.Note = strings.Join(notes, "; ")
}

// addSecondReader compares a second transcription with the first: a row that
// both have must agree and says so, a row that the first one lacks is added with
// its own source.
func addSecondReader(third []pipeline.Edition, path string) error {
	table, err := readCSV(path)
	if err != nil {
		return err
	}
	reg, err := registry.Default()
	if err != nil {
		return err
	}
	resolver := resolve.New(reg)
	for i := range third {
		if err := bearOut(&third[i], table, resolver); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// bearOut compares one year of a first transcription with a second one.
func bearOut(e *pipeline.Edition, table []map[string]string, resolver *resolve.Resolver) error {
	first := map[string]int{} // by platform id
	for k, r := range e.Rows {
		first[resolver.Name(r.Name).Platform] = k
	}
	agree, added := 0, 0
	for _, r := range table {
		if r["year"] != strconv.Itoa(e.Year) {
			continue
		}
		n, err := strconv.ParseInt(r["reports"], 10, 64)
		if err != nil {
			return fmt.Errorf("%q: reports %q", r["label"], r["reports"])
		}
		reports := pipeline.Count(n)
		if strings.EqualFold(r["label"], e.Total.Label) {
			if reports != e.Total.Reports {
				return fmt.Errorf("the total of %d is %s here and %s in the first transcription", e.Year, reports, e.Total.Reports)
			}
			continue
		}
		m := resolver.Name(r["label"])
		if m.Kind == pipeline.NoMatch {
			return fmt.Errorf("%q is not a known name", r["label"])
		}
		k, ok := first[m.Platform]
		switch {
		case !ok:
			added++
			e.Rows = append(e.Rows, pipeline.Row{
				Name: r["label"], Reports: reports, At: pipeline.Place{Row: len(e.Rows) + 1},
				Source: r["source"], Note: "only in a second third party's transcription, which a machine read from the document",
			})
		case e.Rows[k].Reports != reports:
			return fmt.Errorf("%q is %s here and %s in the first transcription", r["label"], reports, e.Rows[k].Reports)
		default:
			agree++
			e.Rows[k].Note = strings.TrimPrefix(e.Rows[k].Note+"; two transcriptions agree", "; ")
		}
	}
	if agree+added > 0 {
		e.Source += fmt.Sprintf("; a second third party's transcription, read by a machine, agrees in %d rows and adds %d", agree, added)
	}
	return nil
}

// ojjdp is where the transparency report stands that the totals of 1998 to 2023
// are taken from.
const ojjdp = "https://www.missingkids.org/content/dam/missingkids/pdfs/OJJDP-NCMEC-Transparency-CY-2023-Report.pdf"

// totalSource adds to the short source of a total the address at which it can
// be opened: NCMEC's report to OJJDP, or the third party's transcription.
func totalSource(source string, third []pipeline.Edition) (string, error) {
	switch {
	case source == "OJJDP CY2023 Appendix A":
		return source + ": " + ojjdp, nil
	case strings.HasPrefix(source, "diaphanous data.py") && len(third) > 0:
		return "Diaphanous project, data.py (secondary): " + third[0].Document.URL, nil
	}
	return "", fmt.Errorf("source %q has no known address", source)
}

func num(c pipeline.Count) string { return strconv.FormatInt(int64(c), 10) }

func readCSV(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: empty", path)
	}
	var rows []map[string]string
	for _, r := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[h] = r[i]
		}
		rows = append(rows, m)
	}
	return rows, nil
}

func writeCSV(path string, table [][]string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	if err := w.WriteAll(table); err != nil {
		return err
	}
	return w.Error()
}
