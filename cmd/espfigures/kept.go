package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/extract"
)

// A kept reading is one line of JSON, which says all but the rows, and then a
// line for each row: page, row, number of reports, mark and name, parted by
// tabs. Rows are nearly all there is, and read so in a fraction of the time
// that JSON takes. Earlier programs kept everything as JSON; that is read too.
type keptReading struct {
	extract.Result
	RowsOf []int // rows of each table, in the lines that follow
}

func encodeReading(res extract.Result) ([]byte, error) {
	k := keptReading{Result: res}
	k.Tables = make([]pipeline.Table, len(res.Tables))
	size := 0
	for i, t := range res.Tables {
		k.RowsOf = append(k.RowsOf, len(t.Rows))
		for _, r := range t.Rows {
			size += len(r.Name) + 24
		}
		t.Rows = nil
		k.Tables[i] = t
	}
	head, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(head)+1+size)
	b = append(append(b, head...), '\n')
	for _, t := range res.Tables {
		for _, r := range t.Rows {
			for _, n := range []int64{int64(r.At.Page), int64(r.At.Row), int64(r.Reports)} {
				b = append(strconv.AppendInt(b, n, 10), '\t')
			}
			b = append(b, r.Mark()...)
			b = append(b, '\t')
			if strings.ContainsAny(r.Name, "\t\r\n") || strings.HasPrefix(r.Name, `"`) {
				b = strconv.AppendQuote(b, r.Name)
			} else {
				b = append(b, r.Name...)
			}
			b = append(b, '\n')
		}
	}
	return b, nil
}

func decodeReading(data []byte) (extract.Result, error) {
	head, lines, split := strings.Cut(string(data), "\n")
	var k keptReading
	if err := json.Unmarshal([]byte(head), &k); err != nil {
		return extract.Result{}, err
	}
	if !split && k.RowsOf == nil {
		return k.Result, nil // as earlier programs kept it
	}
	if len(k.RowsOf) != len(k.Tables) {
		return extract.Result{}, errors.New("the tables and their rows do not agree")
	}
	for i, n := range k.RowsOf {
		if n < 0 || n > len(lines) {
			return extract.Result{}, fmt.Errorf("a table of %d rows", n)
		}
		if n == 0 {
			continue
		}
		rows := make([]pipeline.Row, n)
		for j := range rows {
			line, rest, ok := strings.Cut(lines, "\n")
			if !ok {
				return extract.Result{}, errors.New("fewer rows than were kept")
			}
			lines = rest
			if err := decodeRow(line, &rows[j]); err != nil {
				return extract.Result{}, err
			}
		}
		k.Tables[i].Rows = rows
	}
	if lines != "" {
		return extract.Result{}, errors.New("more rows than were kept")
	}
	return k.Result, nil
}

func decodeRow(line string, r *pipeline.Row) error {
	cell := func() string {
		c, rest, _ := strings.Cut(line, "\t")
		line = rest
		return c
	}
	page, err1 := strconv.Atoi(cell())
	row, err2 := strconv.Atoi(cell())
	reports, err3 := strconv.ParseInt(cell(), 10, 64)
	mark := cell()
	name, err4 := line, error(nil)
	if strings.HasPrefix(name, `"`) {
		name, err4 = strconv.Unquote(name)
	}
	*r = pipeline.Row{Name: name, Combined: mark == "*", Reports: pipeline.Count(reports), At: pipeline.Place{Page: page, Row: row}}
	if r.Mark() != mark {
		return fmt.Errorf("%q is no mark", mark)
	}
	return errors.Join(err1, err2, err3, err4)
}

// shareNames lets the rows of all versions that print one name share its text.
func shareNames(tables [][]pipeline.Row) {
	names := map[string]string{}
	for _, rows := range tables {
		for i := range rows {
			r := &rows[i]
			one, ok := names[r.Name]
			if !ok {
				one = strings.Clone(r.Name)
				names[one] = one
			}
			r.Name = one
		}
	}
}
