// Mksnapshot makes the figures shipped with espfigures from NCMEC's own
// documents, so that none is ever typed by hand. It refuses to write an
// edition that is not verified.
//
//	mksnapshot -documents DIR -addresses FILE -out DIR
//
// The addresses file (year,document,url) gives each edition its published
// address: a file in DIR belongs to the address that ends in its name. Editions
// of which there is no document, those transcribed by third parties, stay as
// they are in the folder: the tests of pipeline/snapshot hold them against the
// transcriptions. So do the yearly totals.
package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/check"
	"espfigures/pipeline/extract"
	"espfigures/pipeline/snapshot"
)

func main() {
	documents := flag.String("documents", "", "folder of NCMEC's documents")
	addresses := flag.String("addresses", "", "CSV of document addresses")
	out := flag.String("out", "pipeline/snapshot/data", "folder to write")
	flag.Parse()
	if err := run(*documents, *addresses, *out); err != nil {
		fmt.Fprintln(os.Stderr, "mksnapshot:", err)
		os.Exit(1)
	}
}

func run(documents, addresses, out string) error {
	old, err := snapshot.Load(os.DirFS(out))
	if err != nil {
		return err
	}
	eds, err := readDocuments(documents, addresses)
	if err != nil {
		return err
	}
	for _, e := range old.Editions {
		if !slices.ContainsFunc(eds, func(n pipeline.Edition) bool { return n.Year == e.Year }) {
			eds = append(eds, e)
		}
	}
	slices.SortFunc(eds, func(a, b pipeline.Edition) int { return a.Year - b.Year })
	editions, rows := [][]string{snapshot.EditionColumns}, [][]string{snapshot.RowColumns}
	for _, e := range eds {
		dated := ""
		if !e.Document.Dated.IsZero() {
			dated = e.Document.Dated.Format(time.DateOnly)
		}
		editions = append(editions, texts(e.Year, e.Status, e.Document.SHA256, e.Document.Name, e.Document.Size, e.Document.URL, dated,
			e.Title, e.Total.Label, int(e.Total.Reports), e.Total.At.Page, strings.Join(e.Readings, " "), e.Source, e.Note))
		for _, r := range e.Rows {
			rows = append(rows, texts(e.Year, r.At.Page, r.At.Row, r.Name, r.Mark(), int(r.Reports), r.Source, r.Note))
		}
		fmt.Printf("%d  %4d rows  sum %11s  total %11s  %s\n", e.Year, len(e.Rows), e.Sum(), e.Total.Reports, e.Status)
	}
	return errors.Join(writeCSV(filepath.Join(out, "editions.csv"), editions), writeCSV(filepath.Join(out, "rows.csv"), rows))
}

// readDocuments reads every PDF of a folder into a verified edition.
func readDocuments(dir, addresses string) (eds []pipeline.Edition, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no documents in %s", dir)
	}
	data, err := os.ReadFile(addresses)
	if err != nil {
		return nil, err
	}
	published, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", addresses, err)
	}
	reader := extract.New()
	defer reader.Close()
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(path)
		at := slices.IndexFunc(published, func(r []string) bool { return r[1] == "reports by ESP" && strings.HasSuffix(r[2], "/"+name) })
		if at < 0 {
			return nil, fmt.Errorf("%s: no published address is known", name)
		}
		res, err := reader.Read(context.Background(), name, body)
		if err != nil {
			return nil, err
		}
		if len(res.Tables) != 1 {
			return nil, fmt.Errorf("%s: %d tables where one was expected", name, len(res.Tables))
		}
		doc := pipeline.Document{SHA256: archive.Hash(body), Name: name, Size: int64(len(body)), URL: published[at][2], Dated: res.Dated}
		ed, found := check.Edition(res.Tables[0], doc, res.Findings)
		if ed.Status != pipeline.Verified {
			return nil, fmt.Errorf("%s: not verified: %+v", name, append(found, res.Findings...))
		}
		eds = append(eds, ed)
	}
	return eds, nil
}

func texts(cells ...any) (row []string) {
	for _, c := range cells {
		row = append(row, fmt.Sprint(c))
	}
	return row
}

func writeCSV(path string, table [][]string) error {
	var b bytes.Buffer
	return errors.Join(csv.NewWriter(&b).WriteAll(table), os.WriteFile(path, b.Bytes(), 0o644))
}
