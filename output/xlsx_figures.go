package output

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// checkWorkbookFigures holds the sheet All_rows against the figures: the same
// rows in the same order, with the same year, printed name and mark, number,
// status, platform, page and row.
func checkWorkbookFigures(b []byte, ds *pipeline.Dataset) error {
	p, err := openParts(b)
	if err != nil {
		return err
	}
	k := &checker{parts: p, faults: map[string]int{}}
	if err := k.open(); err != nil {
		return err
	}
	part := ""
	for _, s := range k.sheets {
		if s.name == "All_rows" {
			part = s.part
		}
	}
	r, err := p.open(part)
	if err != nil {
		return fmt.Errorf("the sheet All_rows: %w", err)
	}
	defer r.Close()
	want := []string{"Year", "Name as printed or transcribed", "Reports", "Status", "Platform id", "Page", "Row", "Printed mark"}
	field := map[int]int{} // column: index into want
	row := make([]string, len(want))
	head, at, seen := 0, 0, 0
	// close compares the row that has been read.
	close := func() error {
		if at <= head || head == 0 {
			return nil
		}
		if seen >= len(ds.Figures) {
			if seen == 0 && strings.Join(row, "") == "none" {
				return nil
			}
			return fmt.Errorf("the sheet All_rows has more rows than there are figures: %q", row)
		}
		f := &ds.Figures[seen]
		seen++
		should := []string{strconv.Itoa(f.Year), cellText(f.Name), strconv.FormatInt(int64(f.Reports), 10), string(f.Status), f.Platform, place(f.At.Page), place(f.At.Row), pipeline.Row{Combined: f.Combined}.Mark()}
		for i := range want {
			if row[i] != should[i] {
				return fmt.Errorf("the sheet All_rows, row %d: %s is %.80q, not %.80q", at, want[i], row[i], should[i])
			}
			row[i] = ""
		}
		return nil
	}
	_, err = scanSheet(r, k.shared, func(c *cellRead) error {
		if c.row != at {
			if err := close(); err != nil {
				return err
			}
			at = c.row
		}
		if head == 0 || c.row == head {
			for i, w := range want {
				if c.value == w && (head > 0 || c.col == 1) {
					head, field[c.col] = c.row, i
				}
			}
			return nil
		}
		if i, ok := field[c.col]; ok && c.row > head {
			row[i] = plainText(c.value)
		}
		return nil
	})
	if err == nil {
		err = close()
	}
	if err != nil {
		return err
	}
	if shown := min(len(ds.Figures), maxSheetRows-40); seen != shown {
		return fmt.Errorf("the sheet All_rows has %d rows for %d figures", seen, len(ds.Figures))
	}
	return nil
}

func place(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// plainText undoes the escapes of a workbook's texts: "_x005F_" is "_".
func plainText(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return string(escaped.ReplaceAllFunc([]byte(s), func(m []byte) []byte {
		n, err := strconv.ParseUint(string(m[2:6]), 16, 16)
		if err != nil {
			return bytes.Clone(m)
		}
		return []byte(string(rune(n)))
	}))
}
