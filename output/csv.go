package output

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"espfigures/pipeline"
)

const bom = "\uFEFF"

func csvOutput(t *csvTable, check func(string, *pipeline.Dataset, Options) error) Output {
	return Output{
		Name: "csv", File: t.name + ".csv", Title: t.title, About: t.about, Media: "text/csv", csvTable: t, Check: check,
		Write: func(w io.Writer, ds *pipeline.Dataset, opt Options) error { return writeCSV(w, t, ds, opt) },
	}
}

// writeCSV writes the table as RFC 4180 describes: CRLF, UTF-8, quotes only
// where they are needed, numbers bare, texts guarded.
func writeCSV(w io.Writer, t *csvTable, ds *pipeline.Dataset, opt Options) error {
	if opt.BOM {
		if _, err := io.WriteString(w, bom); err != nil {
			return err
		}
	}
	columns := t.columns(ds)
	text := make([]bool, len(columns))
	record := make([]string, len(columns))
	for i, c := range columns {
		text[i], record[i] = c.kind == "string", c.name
	}
	cw := csv.NewWriter(w)
	cw.UseCRLF = true
	if err := cw.Write(record); err != nil {
		return err
	}
	err := t.rows(ds, allColumns, func(row []string) error {
		for i, v := range row {
			if text[i] {
				v = Guard(clean(v))
			}
			record[i] = v
		}
		return cw.Write(record)
	})
	if err != nil {
		return err
	}
	cw.Flush()
	return cw.Error()
}

// clean makes a text one that every reader takes: valid UTF-8, LF for every
// sort of line end, because CSV itself uses CR, and no other control
// characters, which a terminal would obey. Marks of direction stay: they are
// part of a name in Hebrew or Arabic.
func clean(s string) string {
	if isPlain(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r):
			return '\uFFFD'
		}
		return r
	}, s)
}

// isPlain reports whether a text is of printed ASCII characters alone, as
// nearly every text is: then there is nothing to clean.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isFormula reports whether a spreadsheet would take the text for a formula. The
// wide forms of the signs work in some versions of Excel; spaces before the
// sign do not stop it.
func isFormula(s string) bool {
	if s != "" && s[0] > '@' && s[0] < utf8.RuneSelf { // a letter, as nearly always
		return false
	}
	s = strings.TrimLeft(s, " \u00a0'")
	if s == "" {
		return false
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return true
	case 0xEF:
		r, _ := utf8.DecodeRuneInString(s)
		return r == '＝' || r == '＋' || r == '－' || r == '＠'
	}
	return false
}

// Guard returns the text as it may stand in a CSV field: a text that a
// spreadsheet would run as a formula gets a leading apostrophe. Unguard takes
// it away again, also from a text that begins with apostrophes of its own.
func Guard(s string) string {
	if isFormula(s) {
		return "'" + s
	}
	return s
}

// Unguard undoes Guard.
func Unguard(s string) string {
	if strings.HasPrefix(s, "'") && isFormula(s) {
		return s[1:]
	}
	return s
}

// Guarded returns one note for each column of each CSV file in which cells get
// a leading apostrophe, with their number. Outputs are pure and findings.csv
// is one of them, so the caller adds these to the Dataset before it writes.
// Calling it again with its notes in the Dataset gives the same notes.
func Guarded(ds *pipeline.Dataset) []pipeline.Finding {
	var found []pipeline.Finding
	for _, t := range tables {
		columns := t.columns(ds)
		counts, shown := make([]int, len(columns)), make([][]string, len(columns))
		more := make([]bool, len(columns)) // texts beyond those shown
		texts := columnsThat(columns, func(f field) bool { return f.kind == "string" })
		_ = t.rows(ds, texts, func(row []string) error { // emit never fails
			for i, v := range row {
				// What clean changes makes no formula and unmakes none.
				if !texts.has(i) || !isFormula(v) {
					continue
				}
				counts[i]++
				switch v = strconv.Quote(v); {
				case slices.Contains(shown[i], v):
				case len(shown[i]) < 3:
					shown[i] = append(shown[i], v)
				default:
					more[i] = true
				}
			}
			return nil
		})
		for i, n := range counts {
			if n == 0 {
				continue
			}
			cells, begin, each, list := "cells", "begin", "each is", strings.Join(shown[i], ", ")
			if n == 1 {
				cells, begin, each = "cell", "begins", "it is"
			}
			if more[i] {
				list = "such as " + list
			}
			found = append(found, pipeline.Finding{Code: pipeline.FormulaGuard, Severity: pipeline.Note, Document: t.name + ".csv",
				What: fmt.Sprintf("In the column %s of %s.csv %d %s %s as a formula does; %s written with a leading apostrophe so that no spreadsheet runs it: %s.",
					columns[i].name, t.name, n, cells, begin, each, list)})
		}
	}
	return found
}

// ReadFigures reads a figures.csv back, with or without a byte order mark. It
// gives what that file holds of each Figure: Year, Platform, Name, Reports,
// Combined, Status, Flags, the page of At, URL and SHA256. Any fault is an
// error that names the line: unknown or missing columns, a number that is not
// digits, a status or flag nobody knows. Files of schema version 1.0, which
// lack the last column mark, are read too: there the flag c stands for Combined.
func ReadFigures(r io.Reader) ([]pipeline.Figure, error) {
	var figures []pipeline.Figure
	// The texts of a record are parts of one; those that many records share
	// are kept once instead, and the records let go.
	texts := map[string]string{}
	share := func(s *string) {
		one, ok := texts[*s]
		if !ok {
			one = strings.Clone(*s)
			texts[one] = one
		}
		*s = one
	}
	err := scanFigures(r, func(f pipeline.Figure, _ []string) error {
		share(&f.Platform)
		share(&f.Name)
		share(&f.URL)
		share(&f.SHA256)
		share((*string)(&f.Status))
		figures = append(figures, f)
		return nil
	})
	return figures, err
}

func scanFigures(r io.Reader, each func(f pipeline.Figure, record []string) error) error {
	br := bufio.NewReaderSize(r, 1<<16)
	if head, _ := br.Peek(len(bom)); string(head) == bom {
		_, _ = br.Discard(len(bom)) // just peeked
	}
	cr := csv.NewReader(br)
	cr.ReuseRecord = true
	cr.FieldsPerRecord = -1
	want := figuresTable.columns(nil)
	header, err := cr.Read()
	if err == io.EOF {
		return errors.New("the file is empty: figures.csv begins with a header line")
	}
	if err != nil {
		return err
	}
	if len(header) == len(want)-1 { // schema version 1.0
		want = want[:len(header)]
	}
	if len(header) != len(want) {
		return fmt.Errorf("line 1: %d columns, figures.csv has %d", len(header), len(want))
	}
	for i, f := range want {
		if header[i] != f.name {
			return fmt.Errorf("line 1: column %d is %q, figures.csv has %q there", i+1, header[i], f.name)
		}
	}
	for {
		record, err := cr.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err // names the line itself
		}
		line, _ := cr.FieldPos(0)
		if len(record) != len(want) {
			return fmt.Errorf("line %d: %d fields, the header has %d", line, len(record), len(want))
		}
		f, err := parseFigure(record)
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		if err := each(f, record); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func parseFigure(record []string) (pipeline.Figure, error) {
	var f pipeline.Figure
	for i, v := range record {
		c := &figuresTable.fields[i]
		if !utf8.ValidString(v) {
			return f, fmt.Errorf("%s: %q is not UTF-8", c.name, v)
		}
		if c.required && v == "" {
			return f, fmt.Errorf("%s is blank", c.name)
		}
		if len(c.enum) > 0 && v != "" && !slices.Contains(c.enum, v) {
			return f, fmt.Errorf("%s: %q is none of %s", c.name, v, strings.Join(c.enum, ", "))
		}
		switch c.name {
		case "year":
			n, err := plainInt(v)
			if err != nil || len(v) != 4 {
				return f, fmt.Errorf("year: %q is not a year", v)
			}
			f.Year = int(n)
		case "platform_id":
			f.Platform = Unguard(v)
		case "esp_name":
			f.Name = Unguard(v)
		case "reports":
			n, err := plainInt(v)
			if err != nil {
				return f, fmt.Errorf("reports: %w", err)
			}
			f.Reports = pipeline.Count(n)
		case "status":
			f.Status = pipeline.Status(v)
		case "flags":
			if v == "" {
				continue
			}
			flags := pipeline.Flags("").With([]rune(strings.ReplaceAll(v, " ", ""))...)
			if flags.String() != v {
				return f, fmt.Errorf("flags: %q is not made of the letters b c r s x z in this order, parted by spaces", v)
			}
			f.Flags, f.Combined = flags, flags.Has(pipeline.FlagCombined)
		case "page":
			if v != "" {
				n, err := plainInt(v)
				if err != nil || n == 0 {
					return f, fmt.Errorf("page: %q is not a page", v)
				}
				f.At.Page = int(n)
			}
		case "source_url":
			f.URL = Unguard(v)
		case "source_sha256":
			f.SHA256 = v
			if v != "" && (len(v) != 64 || strings.Trim(v, "0123456789abcdef") != "") {
				return f, fmt.Errorf("source_sha256: %q is not a SHA-256", v)
			}
		case "mark":
			f.Combined = v == "*"
		}
	}
	return f, nil
}

// plainInt reads digits and nothing else: no sign, no separators, no leading
// zero.
func plainInt(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 63)
	if err != nil || strconv.FormatInt(n, 10) != s || n < 0 {
		return 0, fmt.Errorf("%q is not a number of plain digits", s)
	}
	return n, nil
}

// checkFigures reads figures.csv back and holds every row against the Dataset.
func checkFigures(path string, ds *pipeline.Dataset, _ Options) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	i := 0
	err = scanFigures(file, func(got pipeline.Figure, _ []string) error {
		if i >= len(ds.Figures) {
			return fmt.Errorf("a row more than the %d figures", len(ds.Figures))
		}
		want := ds.Figures[i]
		i++
		if got.Year != want.Year || got.Reports != want.Reports || got.Platform != clean(want.Platform) || got.Name != clean(want.Name) || got.Status != want.Status || got.SHA256 != want.SHA256 || got.At.Page != want.At.Page || got.Combined != want.Combined || got.Flags != want.Flags {
			return fmt.Errorf("%d %q %d was read back as %d %q %d", want.Year, want.Name, want.Reports, got.Year, got.Name, got.Reports)
		}
		return nil
	})
	if err == nil && i != len(ds.Figures) {
		err = fmt.Errorf("%d rows were read back, there are %d figures", i, len(ds.Figures))
	}
	return err
}
