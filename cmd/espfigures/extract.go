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
	cmd := command("extract", 1, -1, func(cmd *cobra.Command, args []string) error {
		return a.extract(cmd.Context(), args)
	})
	a.yearsFlag(cmd)
	return cmd
}

// extract prints the tables of files, in the order of the files.
func (a *app) extract(ctx context.Context, paths []string) error {
	reader := extract.New()
	defer reader.Close()
	w := csv.NewWriter(a.stdout)
	rows := [][]string{{"year", "page", "row", "esp_name", "reports", "flags"}}
	code := exitFine
	for _, path := range paths {
		var res extract.Result
		body, err := a.readBody(path)
		if err == nil {
			res, err = reader.Read(ctx, path, "", body)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			a.complain(err)
			code = exitFailed
			continue
		}
		if !a.judge(path, res) && code == exitFine {
			code = exitFinding
		}
		for _, t := range res.Tables {
			if t.Year != 0 && !a.years.has(t.Year) {
				a.say("%s: %d is not among --years %s, left out", path, t.Year, a.years.text)
				continue
			}
			year := strings.TrimPrefix(strconv.Itoa(t.Year), "0")
			for _, r := range t.Rows {
				rows = append(rows, []string{year, strconv.Itoa(r.At.Page), strconv.Itoa(r.At.Row), r.Name, strconv.FormatInt(int64(r.Reports), 10), r.Mark()})
			}
		}
		if err := w.WriteAll(rows); err != nil {
			return err
		}
		rows = nil
	}
	if code != exitFine {
		return &exitError{code, nil}
	}
	return nil
}

// judge tells on standard error what the checks of one file found, and reports
// whether none failed.
func (a *app) judge(path string, res extract.Result) bool {
	found := res.Findings
	for _, t := range res.Tables {
		_, more := check.Edition(t, pipeline.Document{Name: filepath.Base(path)}, nil)
		found = append(found, more...)
		year := strconv.Itoa(t.Year)
		if t.Year == 0 {
			year = "year unknown"
		}
		if t.Total != nil && t.Sum() == t.Total.Reports {
			a.say("%s: %s, %d rows, sum %s equals the printed total", path, year, len(t.Rows), t.Sum())
		}
	}
	ok := true
	for _, f := range found {
		switch f.Severity {
		case pipeline.Fail:
			ok = false
			a.complain(errors.New(path + place(f) + ": " + f.What))
		case pipeline.Warn:
			a.say("%s%s: %s", path, place(f), f.What)
		}
	}
	return ok
}
