package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
	"espfigures/pipeline/extract"
)

func newExtract(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "extract FILE...",
		Short: "Print the table of such a document (PDF or HTML) as CSV",
		Long: `Prints the rows of the table of reports by ESP in each FILE, a PDF or HTML
document, as CSV: year,page,row,esp_name,reports,flags. Only data rows are
printed; the printed total is tested, not printed. flags holds the mark that
stands beside the name: "*" for a row in which related platforms are combined.
Rows count the data rows of one page in reading order. With --years, tables of
other years are checked and not printed.

Exits 1 if a FILE cannot be read, 3 if rows do not sum to the printed total or
another check failed. Nothing is printed for a file that cannot be read.`,
		Example: `  espfigures extract 2022-reports-by-esp.pdf > 2022.csv
  espfigures extract *.pdf`,
		Args: wants(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			reader := extract.New()
			defer reader.Close()
			w := csv.NewWriter(a.stdout)
			header := []string{"year", "page", "row", "esp_name", "reports", "flags"}
			failed, doubted := false, false
			for i, read := range readAhead(cmd.Context(), reader, args) {
				tables, ok, err := a.judge(args[i], <-read)
				if err != nil {
					a.complain(err)
					failed = true
					continue
				}
				doubted = doubted || !ok
				if header != nil {
					if err := w.Write(header); err != nil {
						return err
					}
					header = nil
				}
				for _, t := range tables {
					if t.Year != 0 && !a.years.has(t.Year) {
						a.say("%s: %d is not among --years %s, left out", args[i], t.Year, a.years.String())
						continue
					}
					for _, r := range t.Rows {
						year := ""
						if t.Year != 0 {
							year = strconv.Itoa(t.Year)
						}
						if err := w.Write([]string{year, strconv.Itoa(r.At.Page), strconv.Itoa(r.At.Row), r.Name, strconv.FormatInt(int64(r.Reports), 10), r.Mark()}); err != nil {
							return err
						}
					}
				}
			}
			w.Flush()
			if err := w.Error(); err != nil {
				return err
			}
			switch {
			case failed:
				return &exitError{exitFailed, nil}
			case doubted:
				return &exitError{exitFinding, nil}
			}
			return nil
		},
	}
}

// A readFile is what one file holds, or why it cannot be read.
type readFile struct {
	extract.Result
	err error
}

// readAhead reads files, several at a time, and gives one channel for each in
// the order of the files.
func readAhead(ctx context.Context, reader *extract.Reader, paths []string) []<-chan readFile {
	var list []<-chan readFile
	turn := make(chan struct{}, extract.Parallel)
	for _, path := range paths {
		read := make(chan readFile, 1)
		list = append(list, read)
		go func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			var f readFile
			var body []byte
			if body, f.err = readBody(path); f.err == nil {
				f.Result, f.err = reader.Read(ctx, path, body)
			}
			read <- f
		}()
	}
	return list
}

// readBody reads a file, at most one byte more than a document may have.
func readBody(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s: a folder, not a document", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, extract.MaxBytes+1))
}

// judge tells on standard error what the checks of one file found; ok is
// false where one failed.
func (a *app) judge(path string, read readFile) (tables []pipeline.Table, ok bool, err error) {
	if read.err != nil {
		return nil, false, read.err
	}
	res := read.Result
	ok = true
	doc := pipeline.Document{Name: filepath.Base(path)}
	report := func(found []pipeline.Finding) {
		for _, f := range found {
			if f.Severity == pipeline.Fail {
				ok = false
				at := place(f.At)
				if strings.HasPrefix(f.What, "page ") { // such a text names its place itself
					at = ""
				}
				a.complain(errors.New(path + at + ": " + f.What))
			} else if f.Severity == pipeline.Warn {
				a.say("%s%s: %s", path, place(f.At), f.What)
			}
		}
	}
	report(res.Findings)
	for _, t := range res.Tables {
		_, found := check.Edition(t, doc, nil)
		report(found)
		if t.Total != nil && t.Sum() == t.Total.Reports {
			a.say("%s: %d, %d rows, sum %s equals the printed total", path, t.Year, len(t.Rows), t.Sum())
		}
	}
	return res.Tables, ok, nil
}

// place words a place for a message.
func place(p pipeline.Place) string {
	switch {
	case p.Page == 0:
		return ""
	case p.Row == 0:
		return fmt.Sprintf(", page %d", p.Page)
	default:
		return fmt.Sprintf(", page %d, row %d", p.Page, p.Row)
	}
}
