package output

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"espfigures/output/tables"
	"espfigures/pipeline"
)

// Guarded returns one note for each column of each CSV file in which cells get
// a leading apostrophe, with their number. Outputs are pure and findings.csv
// is one of them, so the caller adds these to the Dataset before it writes.
func Guarded(all []tables.Table) []pipeline.Finding {
	var found []pipeline.Finding
	for _, t := range all {
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

// ReadFigures reads a figures.csv back, with or without a byte order mark. It
// gives what that file has of each Figure: Year, Platform, Name, Reports,
// Combined, Status, Flags, At, URL and SHA256. Any fault is an error that names
// the line.
func ReadFigures(r io.Reader) (figures []pipeline.Figure, err error) {
	cr := csv.NewReader(unicode.UTF8BOM.NewDecoder().Reader(r))
	header, err := cr.Read()
	for _, name := range []string{"year", "platform_id", "esp_name", "reports", "status"} {
		if !slices.Contains(header, name) {
			return nil, fmt.Errorf("no column %q; this is not a figures.csv", name)
		}
	}
	for err == nil {
		var record []string
		if record, err = cr.Read(); err != nil {
			break
		}
		row := map[string]string{}
		for i, name := range header {
			row[name] = record[i]
		}
		f, err := parseFigure(row)
		if err != nil {
			line, _ := cr.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		figures = append(figures, f)
	}
	if err == io.EOF {
		err = nil
	}
	return figures, err
}

func parseFigure(row map[string]string) (f pipeline.Figure, err error) {
	// Digits and nothing else: no sign, no separators.
	number := func(column, digits string) int64 {
		n, bad := strconv.ParseUint(digits, 10, 62)
		if bad != nil {
			err = fmt.Errorf("%s: %q is not a number of plain digits", column, digits)
		}
		return int64(n)
	}
	marks := strings.ReplaceAll(row["marks"], " ", "")
	f = pipeline.Figure{
		Year: int(number("year", row["year"])), Reports: pipeline.Count(number("reports", row["reports"])),
		At:       pipeline.Place{Page: int(number("page", cmp.Or(row["page"], "0"))), Row: int(number("row", cmp.Or(row["row"], "0")))},
		Platform: tables.Unguard(row["platform_id"]), Name: tables.Unguard(row["esp_name"]), Combined: row["printed_mark"] == "*",
		Status: pipeline.Status(row["status"]), Flags: pipeline.Flags("").With([]rune(marks)...),
		URL: tables.Unguard(row["source_url"]), SHA256: row["source_sha256"],
	}
	switch {
	case err != nil:
		return f, err
	case f.Platform == "" || f.Name == "":
		return f, errors.New("platform_id or esp_name is blank")
	case !slices.Contains([]pipeline.Status{pipeline.Verified, pipeline.Checked, pipeline.Published, pipeline.SecondaryHand}, f.Status):
		return f, fmt.Errorf("status: %q is not a status", f.Status)
	case len(f.Flags) != len(marks):
		return f, fmt.Errorf("marks: %q has a letter that is not a mark", marks)
	}
	return f, nil
}

// ErrNoLastRun says that a folder holds no figures.csv yet.
var ErrNoLastRun = errors.New("no run before this one")

// LastRun returns the figures that a folder holds from the last run, and those
// of this run to compare them with. Where either run wrote a selection, only
// platforms of both remain: nothing else tells of a change of a figure. The
// error is ErrNoLastRun, or says why figures.csv cannot be read.
func LastRun(dir string, ds *pipeline.Dataset) (last, now []pipeline.Figure, err error) {
	file, err := os.Open(filepath.Join(dir, "figures.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrNoLastRun
	}
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	if last, err = ReadFigures(file); err != nil {
		return nil, nil, err
	}
	now = slices.Clone(ds.Figures)
	if isSelection(ds) || IsSelection(dir) {
		in := map[string]int{}
		for i, figures := range [][]pipeline.Figure{last, now} {
			for _, f := range figures {
				in[f.Platform] |= 1 << i
			}
		}
		notInBoth := func(f pipeline.Figure) bool { return in[f.Platform] != 3 }
		last, now = slices.DeleteFunc(last, notInBoth), slices.DeleteFunc(now, notInBoth)
	}
	return last, now, nil
}
