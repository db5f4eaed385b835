package workbook

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"espfigures/pipeline"
)

// rowWriter turns the values of a table into rows of a sheet's part and hands
// them to the compressor as they come, so that a table of any length takes the
// memory of one row. Everything else of a sheet is excelize's.
//
// A text is written as an inline string, a formula with its value beside it,
// also where that is the empty text: programs that do not calculate show it.
type rowWriter struct {
	b      *book
	t      *table
	first  int
	row    int
	before []string // by column: what stands before the number of the row
	style  []int    // by column
	blank  bool     // a blank cell shows its column's style
	height float64  // of rows of one line; 0 is what the sheet says
	wrap   int      // style of a text too long for its column

	number []byte // the row's number
	cells  []byte
	out    []byte
}

// rowChunk is how much is handed to the compressor at once.
const rowChunk = 32 << 10

// rowsFrom begins the rows of a sheet's table. The sheet is not written
// before end is called.
func (b *book) rowsFrom(t *table, first int) *rowWriter {
	w := &rowWriter{b: b, t: t, first: first, row: first, wrap: b.style.wrap}
	for i, c := range t.cols {
		w.before = append(w.before, `<c r="`+colName(i+1))
		w.style = append(w.style, b.colStyle(c))
	}
	b.parts.begin()
	return w
}

// end ends the rows of the sheet whose part is named.
func (w *rowWriter) end(part string) error {
	if err := w.b.parts.pack(w.out); err != nil {
		return err
	}
	s, err := w.b.parts.end(false)
	w.b.parts.rows[part] = s
	return err
}

// all writes the rows of the table, of which there is at least one.
func (w *rowWriter) all() error {
	first := w.row
	for values := range w.t.rows {
		if w.row > maxSheetRows {
			break
		}
		if err := w.write(values); err != nil {
			return err
		}
	}
	if w.row > first {
		return nil
	}
	values := make([]any, len(w.t.cols))
	values[max(0, slices.IndexFunc(w.t.cols, func(c column) bool { return !c.kind.right() }))] = "none"
	return w.write(values)
}

// write writes one row: nil and "" are blank cells.
func (w *rowWriter) write(values []any) error {
	w.number = strconv.AppendInt(w.number[:0], int64(w.row), 10)
	w.cells = w.cells[:0]
	lines := 1
	for i, v := range values {
		col := &w.t.cols[i]
		style := w.style[i]
		switch x := v.(type) {
		case nil:
			if w.blank || col.kind == kInput { // an empty field to choose in still looks like one
				w.open(i, style)
				w.cells = append(w.cells, `></c>`...)
			}
			continue
		case string:
			lines = max(lines, w.string(i, style, x))
		case *string:
			lines = max(lines, w.string(i, style, *x))
		case *int:
			w.whole(i, style, int64(*x))
		case *pipeline.Count:
			w.whole(i, style, int64(*x))
		case formula:
			if err := w.formula(i, style, x.f, x.v); err != nil {
				return err
			}
		case excelize.Cell:
			if x.StyleID > 0 {
				style = x.StyleID
			}
			if x.Formula != "" {
				if err := w.formula(i, style, x.Formula, x.Value); err != nil {
					return err
				}
				continue
			}
			switch value := x.Value.(type) {
			case nil:
				w.open(i, style)
				w.cells = append(w.cells, `></c>`...)
			case string:
				w.open(i, style)
				w.text(value)
			default:
				if err := w.value(i, style, value); err != nil {
					return err
				}
			}
		default:
			if err := w.value(i, style, v); err != nil {
				return err
			}
		}
	}
	w.out = append(w.out, `<row r="`...)
	w.out = append(w.out, w.number...)
	height := w.height
	if i := w.row - w.first; i < len(w.t.heights) {
		height = w.t.heights[i]
	} else if lines > 1 {
		height = rowHeight(lines)
	}
	if height > 0 {
		w.out = append(w.out, `" ht="`...)
		w.out = strconv.AppendFloat(w.out, height, 'f', -1, 64)
		w.out = append(w.out, `" customHeight="1`...)
	}
	w.out = append(w.out, `">`...)
	w.out = append(w.out, w.cells...)
	w.out = append(w.out, `</row>`...)
	w.row++
	if len(w.out) < rowChunk {
		return nil
	}
	err := w.b.parts.pack(w.out)
	w.out = w.out[:0]
	return err
}

// string writes a cell that holds a text, none where it is empty, and returns
// the lines it takes.
func (w *rowWriter) string(i, style int, s string) (lines int) {
	lines = 1
	col := &w.t.cols[i]
	switch k := col.kind; {
	case s == "":
		if w.blank {
			w.open(i, style)
			w.cells = append(w.cells, `></c>`...)
		}
		return lines
	case k == kWrap, k == kLink:
		lines = linesOf(s, col.width)
	case k == kText && len(s) > 2*int(col.width) && !w.blank && !strings.Contains(s, "://") && utf8.RuneCountInString(s) > 2*int(col.width):
		style = w.wrap
		lines = linesOf(s, col.width)
	}
	w.open(i, style)
	w.text(cellText(s))
	return lines
}

// whole writes a cell that holds a whole number.
func (w *rowWriter) whole(i, style int, n int64) {
	w.open(i, style)
	w.cells = append(w.cells, `><v>`...)
	w.cells = strconv.AppendInt(w.cells, n, 10)
	w.cells = append(w.cells, `</v></c>`...)
}

// open writes the begin of a cell up to its style.
func (w *rowWriter) open(i, style int) {
	w.cells = append(w.cells, w.before[i]...)
	w.cells = append(w.cells, w.number...)
	w.cells = append(w.cells, '"')
	if style != 0 {
		w.cells = append(w.cells, ` s="`...)
		w.cells = strconv.AppendInt(w.cells, int64(style), 10)
		w.cells = append(w.cells, '"')
	}
}

// text writes the rest of a cell that holds a text.
func (w *rowWriter) text(s string) {
	s = fitCell(s)
	w.cells = append(w.cells, ` t="inlineStr"><is><t`...)
	if spaced(s) {
		w.cells = append(w.cells, ` xml:space="preserve"`...)
	}
	w.cells = append(w.cells, '>')
	w.cells = appendText(w.cells, s)
	w.cells = append(w.cells, `</t></is></c>`...)
}

// value writes a cell that holds a number.
func (w *rowWriter) value(i, style int, v any) error {
	if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return fmt.Errorf("%s%s: %v is no number a cell can hold", colName(i+1), w.number, v)
	}
	w.open(i, style)
	w.cells = append(w.cells, `><v>`...)
	var ok bool
	if w.cells, ok = appendNumber(w.cells, v); !ok {
		return fmt.Errorf("%s%s: a cell does not take a %T", colName(i+1), w.number, v)
	}
	w.cells = append(w.cells, `</v></c>`...)
	return nil
}

// formula writes a cell with a formula and its value: a number, a text or
// nil, which is the empty text.
func (w *rowWriter) formula(i, style int, f string, v any) error {
	text, isText := v.(string)
	if v == nil {
		isText = true
	}
	if isText {
		if text = fitCell(text); spaced(text) {
			w.cells = append(w.cells, `<c xml:space="preserve"`...)
			w.cells = append(w.cells, w.before[i][len(`<c`):]...)
			w.cells = append(w.cells, w.number...)
			w.cells = append(w.cells, fmt.Sprintf(`" s="%d"`, style)...)
		} else {
			w.open(i, style)
		}
		w.cells = append(w.cells, ` t="str"`...)
	} else {
		w.open(i, style)
	}
	w.cells = append(w.cells, `><f>`...)
	w.cells = appendText(w.cells, f)
	w.cells = append(w.cells, `</f><v>`...)
	if isText {
		w.cells = appendText(w.cells, text)
	} else {
		var ok bool
		if w.cells, ok = appendNumber(w.cells, v); !ok {
			return fmt.Errorf("%s%s: a formula's value is a %T", colName(i+1), w.number, v)
		}
	}
	w.cells = append(w.cells, `</v></c>`...)
	return nil
}

// appendNumber writes a number as a cell holds it, and reports whether it is
// one.
func appendNumber(b []byte, v any) ([]byte, bool) {
	switch v := v.(type) {
	case pipeline.Count:
		return strconv.AppendInt(b, int64(v), 10), true
	case int:
		return strconv.AppendInt(b, int64(v), 10), true
	case int64:
		return strconv.AppendInt(b, v, 10), true
	case float64:
		return appendFloat(b, v), !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return b, false
}

// appendFloat writes a number with the fifteen significant digits that
// spreadsheet programs keep; the digits behind them are dropped.
func appendFloat(b []byte, v float64) []byte {
	at := len(b)
	b = strconv.AppendFloat(b, v, 'f', -1, 64)
	digits, point := 0, false
	for i := at; i < len(b); i++ {
		switch c := b[i]; {
		case c == '.':
			point = true
		case c == '-' || digits == 0 && c == '0':
		case digits == 15 && point:
			if b[i-1] == '.' {
				i--
			}
			return b[:i]
		case digits == 15:
			for ; i < len(b) && b[i] != '.'; i++ {
				b[i] = '0'
			}
			return b[:i]
		default:
			digits++
		}
	}
	return b
}

// fitCell makes a text fit for a cell by its length: 32,767 units of UTF-16.
func fitCell(s string) string {
	if len(s) <= maxCellText {
		return s
	}
	n := 0
	for i, r := range s {
		if n += max(1, utf16.RuneLen(r)); n > maxCellText {
			return s[:i]
		}
	}
	return s
}

// spaced reports whether a text begins or ends with white space, which
// readers drop unless they are told not to.
func spaced(s string) bool {
	if s == "" {
		return false
	}
	white := func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
	return white(s[0]) || white(s[len(s)-1])
}

// special are the characters that do not stand for themselves in a part. A
// line break does in a text, but not in an attribute.
var special = func() (t [utf8.RuneSelf]bool) {
	for c := range t {
		t[c] = c < 0x20 || strings.IndexByte(`&<>"'`, byte(c)) >= 0
	}
	return t
}()

// appendText writes a text of a cell. "_x0041_", which spreadsheet programs
// read as an escape of their own, is written so that they read it as it
// stands.
func appendText(b []byte, s string) []byte {
	if strings.Contains(s, "_x") {
		s = escapeMarks(s)
	}
	return appendXML(b, s, false)
}

// appendXML writes a text or the value of an attribute. What XML does not
// allow becomes U+FFFD.
func appendXML(b []byte, s string, attribute bool) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 || r == 0xFFFE || r == 0xFFFF {
				b = append(append(b, s[from:i]...), "\uFFFD"...)
				from = i + n
			}
			i += n
			continue
		}
		if !special[c] || c == '\n' && !attribute {
			i++
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		case '\'':
			b = append(b, "&#39;"...)
		case '\t':
			b = append(b, "&#x9;"...)
		case '\n':
			b = append(b, "&#xA;"...)
		case '\r':
			b = append(b, "&#xD;"...)
		default:
			b = append(b, "\uFFFD"...)
		}
		i++
		from = i
	}
	return append(b, s[from:]...)
}

// escapeMarks writes "_x005F_" for each "_" that begins what would be read as
// an escape.
func escapeMarks(s string) string {
	var out strings.Builder
	for i := range len(s) {
		if s[i] == '_' && i+7 <= len(s) && escaped.MatchString(s[i:i+7]) {
			out.WriteString("_x005F")
		}
		out.WriteByte(s[i])
	}
	return out.String()
}
