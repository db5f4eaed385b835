// Package tables defines the data tables: their columns, their codebook and
// their rows. CSV, Parquet, JSON, the database, datapackage.json and the
// codebook for people are all written from these definitions, so they use one
// vocabulary and cannot disagree.
//
// In: a compare.Model. Out: rows of typed cells. It computes no share, rank,
// change or verdict: the model has them.
package tables

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// Table is one set of rows with its codebook.
type Table struct {
	Name   string // of the file, without its ending; also the name of the resource and of the database table
	Title  string
	About  string // one or two sentences
	Fields []Field
	Key    []string // columns that tell all rows apart
	Refs   []Reference
	Rows   []Row
}

// Row holds one cell a column: string, int, pipeline.Count, float64, bool or
// time.Time, and nil where there is no value. An empty string is no value too.
type Row []any

// Field is one column.
type Field struct {
	Name  string
	Kind  Kind
	Unit  string // such as reports or percent; "" where there is none
	About string
	Enum  []Value // the closed set of its values, if it has one

	Required bool
	Pattern  string // regular expression a text matches as a whole; "" for any
}

// Value is a member of a closed set with its meaning.
type Value struct{ Value, Meaning string }

// Kind is the type of a column, in the words of Table Schema.
type Kind string

const (
	Text    Kind = "string"
	Integer Kind = "integer"
	Number  Kind = "number"
	Boolean Kind = "boolean"
	Year    Kind = "year"
	Date    Kind = "date"
	Moment  Kind = "datetime"
)

// Reference says that a column holds keys of another table.
type Reference struct{ Field, Table, To string }

// decimals is how many decimals a number is written with at most: enough for
// one report of the largest year as a percentage, and few enough that machines
// that round the last bit differently write the same bytes.
const decimals = 8

// Plain returns a cell as one of few types: string, int64, float64, bool or
// time.Time, and nil where there is no value.
func Plain(cell any) any {
	switch v := cell.(type) {
	case string:
		if v == "" {
			return nil
		}
		if clean := Clean(v); clean != v {
			return clean
		}
	case int:
		return int64(v)
	case pipeline.Count:
		return int64(v)
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return v.UTC()
	}
	return cell
}

// Cell writes a cell as text, "" where there is no value.
func Cell(v any) string {
	switch v := Plain(v).(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		s := strconv.FormatFloat(v, 'f', decimals, 64)
		if s = strings.TrimRight(strings.TrimRight(s, "0"), "."); s == "-0" {
			return "0"
		}
		return s
	case time.Time:
		return v.Format(time.RFC3339)
	default:
		return fmt.Sprint(v)
	}
}

// WriteCSV writes the table as RFC 4180 describes: CRLF, UTF-8, numbers bare,
// texts guarded against being run as formulas. bom puts a byte order mark in
// front, for old versions of Excel.
func (t Table) WriteCSV(w io.Writer, bom bool) error {
	if bom {
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return err
		}
	}
	cw := csv.NewWriter(w)
	cw.UseCRLF = true
	record := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		record[i] = f.Name
	}
	if err := cw.Write(record); err != nil {
		return err
	}
	for _, row := range t.Rows {
		for i, v := range row {
			record[i] = Cell(v)
			if _, ok := v.(string); ok {
				record[i] = Guard(record[i])
			}
		}
		if err := cw.Write(record); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

// WriteJSON writes the rows as an array of objects with the columns in order.
// What has no value is null.
func (t Table) WriteJSON(w io.Writer) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for i, row := range t.Rows {
		b.WriteString([]string{"[", ","}[min(i, 1)] + "\n  ")
		for j, v := range row {
			fmt.Fprintf(&b, "%s%q: ", []string{"{", ", "}[min(j, 1)], t.Fields[j].Name)
			v = Plain(v)
			if _, ok := v.(float64); ok {
				v = json.Number(Cell(v))
			}
			if err := e.Encode(v); err != nil {
				return err
			}
			b.Truncate(b.Len() - 1) // the line end
		}
		b.WriteString("}")
	}
	if len(t.Rows) == 0 {
		b.WriteString("[")
	}
	b.WriteString("\n]\n")
	_, err := w.Write(b.Bytes())
	return err
}

// KeyRequired reports whether no column of the key may be blank, as a primary
// key wants it.
func (t Table) KeyRequired() bool {
	return !slices.ContainsFunc(t.Fields, func(f Field) bool { return slices.Contains(t.Key, f.Name) && !f.Required })
}

// Clean makes a text one that every reader takes: valid UTF-8, LF for every
// line end, because CSV itself uses CR, and no other control characters, which
// a terminal would obey.
func Clean(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) }) {
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

// Guard returns the text as it may be in a CSV field: a text that a
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

// isFormula reports whether a spreadsheet would take the text for a formula.
// The wide forms of the signs work in some versions of Excel; spaces before
// the sign do not stop it.
func isFormula(s string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0'"))
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", first)
}

// All returns every table of a model, in the order outputs list them. Their
// keys tell all rows apart and their references lead to the key of a table:
// an edition that prints one name twice breaks the key of figures.csv, a year
// may have several editions, and the descriptions must not claim otherwise.
func All(m *compare.Model) []Table {
	all := []Table{
		Figures(m), ByYear(m, "platforms"), ByYear(m, "companies"),
		Series("platform-series", m, m.Platforms, m.Years), Series("company-series", m, m.Companies, m.Years), AllMovers(m),
		Editions(m), Breaks(m), Totals(m), OwnCounts(m), OwnYears(m), Findings(m), Changes(m),
	}
	keys := map[string][]string{}
	for i := range all {
		if !all[i].keyHolds() {
			all[i].Key = nil
		}
		keys[all[i].Name] = all[i].Key
	}
	for i := range all {
		all[i].Refs = slices.DeleteFunc(slices.Clone(all[i].Refs), func(r Reference) bool { return !slices.Equal(keys[r.Table], []string{r.To}) })
	}
	return all
}

// keyHolds reports whether the key tells all rows apart.
func (t Table) keyHolds() bool {
	var at []int
	for i, f := range t.Fields {
		if slices.Contains(t.Key, f.Name) {
			at = append(at, i)
		}
	}
	seen := map[string]bool{}
	for _, row := range t.Rows {
		key := ""
		for _, i := range at {
			key += Cell(row[i]) + "\x00"
		}
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}

// Maybe returns a cell of a value that may be missing.
func Maybe[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}

// Percent returns a cell of a part of 1, in percent.
func Percent(part *float64) any {
	if part == nil {
		return nil
	}
	return 100 * *part
}

// Positive returns a cell of a number that is 0 where there is none.
func Positive[T ~int | ~int64](n T) any {
	if n == 0 {
		return nil
	}
	return n
}
