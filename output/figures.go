package output

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// Guarded returns one note for each column of each CSV file in which cells get
// a leading apostrophe, with their number. Outputs are pure and findings.csv
// is one of them, so the caller adds these to the Dataset before it writes.
func Guarded(m *compare.Model) []pipeline.Finding {
	var found []pipeline.Finding
	for _, t := range tables.All(m) {
		for i, f := range t.Fields {
			n := 0
			var shown []string
			for _, row := range t.Rows {
				s, ok := row[i].(string)
				if !ok || tables.Guard(s) == s {
					continue
				}
				n++
				if s = strconv.Quote(s); len(shown) < 3 && !slices.Contains(shown, s) {
					shown = append(shown, s)
				}
			}
			if n > 0 {
				found = append(found, pipeline.Finding{Code: pipeline.FormulaGuard, Severity: pipeline.Note, Document: t.Name + ".csv",
					What: fmt.Sprintf("Texts of the column %s of %s.csv that begin as a formula does are written with a leading apostrophe, so that no spreadsheet runs them: %d, such as %s.",
						f.Name, t.Name, n, strings.Join(shown, ", "))})
			}
		}
	}
	return found
}

// figureColumns are the columns of figures.csv that ReadFigures needs. A file
// of schema version 1 calls marks "flags" and has no column row.
var figureColumns = []string{"year", "platform_id", "esp_name", "reports", "status"}

// ReadFigures reads a figures.csv back, with or without a byte order mark and
// of any schema version. It gives what that file has of each Figure: Year,
// Platform, Name, Reports, Combined, Status, Flags, At, URL and SHA256. Any
// fault is an error that names the line.
func ReadFigures(r io.Reader) ([]pipeline.Figure, error) {
	br := bufio.NewReader(r)
	if head, _ := br.Peek(3); string(head) == "\uFEFF" {
		_, _ = br.Discard(3) // just peeked
	}
	cr := csv.NewReader(br)
	header, err := cr.Read()
	if err == io.EOF {
		return nil, errors.New("the file is empty: figures.csv begins with a header line")
	}
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, name := range header {
		at[name] = i
	}
	for _, name := range figureColumns {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("line 1: no column %q; this is not a figures.csv", name)
		}
	}
	var figures []pipeline.Figure
	for {
		record, err := cr.Read()
		if err == io.EOF {
			return figures, nil
		}
		if err != nil {
			return nil, err // names the line itself
		}
		get := func(names ...string) string {
			for _, name := range names {
				if i, ok := at[name]; ok {
					return record[i]
				}
			}
			return ""
		}
		f, err := parseFigure(get)
		if err != nil {
			line, _ := cr.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		figures = append(figures, f)
	}
}

func parseFigure(get func(names ...string) string) (f pipeline.Figure, err error) {
	// Digits and nothing else: no sign, no separators, no leading zero.
	number := func(column string) int64 {
		v := get(column)
		if v == "" && !slices.Contains(figureColumns, column) {
			return 0
		}
		n, bad := strconv.ParseInt(v, 10, 63)
		if err == nil && (bad != nil || n < 0 || strconv.FormatInt(n, 10) != v) {
			err = fmt.Errorf("%s: %q is not a number of plain digits", column, v)
		}
		return n
	}
	marks := strings.ReplaceAll(get("marks", "flags"), " ", "")
	f = pipeline.Figure{
		Year: int(number("year")), Reports: pipeline.Count(number("reports")), At: pipeline.Place{Page: int(number("page")), Row: int(number("row"))},
		Platform: tables.Unguard(get("platform_id")), Name: tables.Unguard(get("esp_name")), Combined: get("printed_mark", "mark") == "*",
		Status: pipeline.Status(get("status")), Flags: pipeline.Flags("").With([]rune(marks)...), URL: tables.Unguard(get("source_url")), SHA256: get("source_sha256"),
	}
	switch {
	case err != nil:
		return f, err
	case f.Platform == "" || f.Name == "" || !utf8.ValidString(f.Platform+f.Name):
		return f, fmt.Errorf("platform_id %q or esp_name %q is blank or not UTF-8", f.Platform, f.Name)
	case !slices.Contains([]pipeline.Status{pipeline.Verified, pipeline.Checked, pipeline.Published, pipeline.SecondaryHand}, f.Status):
		return f, fmt.Errorf("status: %q is not a status", f.Status)
	case len(f.Flags) != len(marks):
		return f, fmt.Errorf("marks: %q has a letter that is not a mark", marks)
	}
	return f, nil
}
