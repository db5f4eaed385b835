package main

import (
	"context"
	"encoding/csv"
	"errors"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
	"espfigures/pipeline/extract"
)

func newExtract(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "extract FILE...",
		Short: "Print the table of such a document (PDF or HTML) as CSV",
		Long: `Prints the rows of the table of reports by ESP in each FILE, a PDF or HTML
document, as CSV: year,page,row,esp_name,reports,flags. Only data rows are
printed; the printed total is tested, not printed. flags holds the mark that
is printed next to the name: "*" for a row in which related platforms are combined.
Rows count the data rows of one page in reading order. With --years, tables of
other years are checked and not printed.

"-" reads a document from standard input.

Exits 1 if a FILE cannot be read, 3 if rows do not sum to the printed total or
another check failed. Nothing is printed for a file that cannot be read.`,
		Example: `  espfigures extract 2022-reports-by-esp.pdf > 2022.csv
  espfigures extract *.pdf
  curl -s https://… | espfigures extract -`,
		Args: wants(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.extract(cmd.Context(), args)
		},
	}
	cmd.Flags().Var(&a.years, "years", "years to print, such as 2019-2025, 2022 or 2019,2023 (default all)")
	complete(cmd, "years", a.completeYears)
	return cmd
}

// extract prints the tables of files, in the order of the files.
func (a *app) extract(ctx context.Context, paths []string) error {
	reader := extract.New()
	defer reader.Close()
	w := csv.NewWriter(a.stdout)
	header := []string{"year", "page", "row", "esp_name", "reports", "flags"}
	code := exitFine
	for i, read := range a.readAhead(ctx, reader, paths) {
		tables, ok, err := a.judge(paths[i], <-read)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			a.complain(err)
			code = exitFailed
			continue
		}
		if !ok && code == exitFine {
			code = exitFinding
		}
		if header != nil {
			if err := w.Write(header); err != nil {
				return err
			}
			header = nil
		}
		for _, t := range tables {
			if t.Year != 0 && !a.years.has(t.Year) {
				a.say("%s: %d is not among --years %s, left out", paths[i], t.Year, a.years.String())
				continue
			}
			if err := w.WriteAll(rowsOf(t)); err != nil {
				return err
			}
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	if code != exitFine {
		return &exitError{code, nil}
	}
	return nil
}

// rowsOf writes the rows of a table as CSV has them.
func rowsOf(t pipeline.Table) (rows [][]string) {
	year := ""
	if t.Year != 0 {
		year = strconv.Itoa(t.Year)
	}
	for _, r := range t.Rows {
		rows = append(rows, []string{year, strconv.Itoa(r.At.Page), strconv.Itoa(r.At.Row), r.Name, strconv.FormatInt(int64(r.Reports), 10), r.Mark()})
	}
	return rows
}

// A readFile is what one file holds, or why it cannot be read.
type readFile struct {
	extract.Result
	err error
}

// readAhead reads files, several at a time, and gives one channel for each in
// the order of the files.
func (a *app) readAhead(ctx context.Context, reader *extract.Reader, paths []string) []<-chan readFile {
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
			if body, f.err = a.readBody(path); f.err == nil {
				f.Result, f.err = reader.Read(ctx, path, body)
			}
			read <- f
		}()
	}
	return list
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
