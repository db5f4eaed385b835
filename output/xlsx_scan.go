package output

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlScan reads a part tag by tag. It is for the parts this package writes: a
// general XML decoder takes minutes for a sheet of half a million rows.
type xmlScan struct {
	r     *bufio.Reader
	text  []byte
	long  []byte // where a text or tag does not fit the reader's buffer
	stack []string
}

// next returns the text before the next tag and the tag without its brackets;
// both are good until the next call. At the end it returns io.EOF, or what is
// wrong with the nesting.
func (s *xmlScan) next() (text, tag []byte, err error) {
	text, err = s.until('<', &s.long)
	if err == io.EOF {
		if len(s.stack) > 0 {
			return nil, nil, fmt.Errorf("<%s> is not closed", s.stack[len(s.stack)-1])
		}
		return nil, nil, io.EOF
	}
	if err != nil {
		return nil, nil, err
	}
	if err := fitText(text); err != nil {
		return nil, nil, err
	}
	s.text = append(s.text[:0], text...)
	text = s.text
	tag, err = s.until('>', &s.long)
	if err != nil {
		return nil, nil, errors.New("a tag is not closed")
	}
	switch {
	case len(tag) == 0:
		return nil, nil, errors.New("an empty tag")
	case tag[0] == '?':
	case tag[0] == '!':
		return nil, nil, errors.New("a declaration or comment, which no part of a workbook needs")
	case tag[0] == '/':
		n := len(s.stack)
		if n == 0 || s.stack[n-1] != string(tag[1:]) {
			return nil, nil, fmt.Errorf("</%s> closes nothing", tag[1:])
		}
		s.stack = s.stack[:n-1]
	case tag[len(tag)-1] != '/':
		s.stack = append(s.stack, string(tagName(tag)))
	}
	return text, tag, nil
}

// until reads up to the delimiter, which it drops.
func (s *xmlScan) until(delim byte, long *[]byte) ([]byte, error) {
	b, err := s.r.ReadSlice(delim)
	if err == nil {
		return b[:len(b)-1], nil
	}
	if err != bufio.ErrBufferFull {
		return nil, err
	}
	*long = append((*long)[:0], b...)
	for err == bufio.ErrBufferFull {
		b, err = s.r.ReadSlice(delim)
		*long = append(*long, b...)
	}
	if err != nil {
		return nil, err
	}
	return (*long)[:len(*long)-1], nil
}

// fitText refuses characters that XML does not allow.
func fitText(b []byte) error {
	ascii := true
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
			return fmt.Errorf("a control character %#x", c)
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if !ascii && !utf8.Valid(b) {
		return errors.New("a text that is not UTF-8")
	}
	return nil
}

func tagName(tag []byte) []byte {
	for i, c := range tag {
		if c == ' ' || c == '/' && i > 0 || c == '\n' || c == '\t' {
			return tag[:i]
		}
	}
	return tag
}

// attr returns an attribute of a tag as it is written, and whether it stands
// there.
func attr(tag []byte, name string) ([]byte, bool) {
	rest := tag
	for {
		i := bytes.Index(rest, []byte(name))
		if i < 0 {
			return nil, false
		}
		after := rest[i+len(name):]
		if i > 0 && (rest[i-1] == ' ' || rest[i-1] == '\n') && len(after) > 1 && after[0] == '=' && (after[1] == '"' || after[1] == '\'') {
			j := bytes.IndexByte(after[2:], after[1])
			if j < 0 {
				return nil, false
			}
			return after[2 : 2+j], true
		}
		rest = after
	}
}

func attrText(tag []byte, name string) string {
	v, _ := attr(tag, name)
	return html.UnescapeString(string(v))
}

// relationID returns the id of what a tag points to, under either prefix that
// excelize writes.
func relationID(tag []byte) string {
	if id := attrText(tag, "r:id"); id != "" {
		return id
	}
	return attrText(tag, "relationships:id")
}

// cellRead is one cell of a sheet as it is written.
type cellRead struct {
	col, row   int
	style      int
	kind       string // t: "" or "n" (number), "s", "inlineStr", "str", "b", "e"
	formula    string
	hasFormula bool
	hasValue   bool
	value      string // the text, shared strings resolved; "" for numbers unless asked for
}

func (c *cellRead) number() bool { return c.hasValue && (c.kind == "" || c.kind == "n") }

func (c *cellRead) empty() bool { return !c.hasValue || c.value == "" }

// sheetRead is what a scan of a sheet's part found beside its cells.
type sheetRead struct {
	widths     map[int]float64
	tables     []string // relationship ids
	links      []linkRead
	drawing    string // relationship id
	found      map[string]int
	hidden     bool
	selection  string
	topLeft    string
	frozen     bool
	filtered   bool
	sparklines bool
}

type linkRead struct{ ref, id, location, tip, display string }

// scanSheet reads a sheet's part and calls each for every cell. The cell is
// good until each returns.
func scanSheet(r io.Reader, shared []string, each func(*cellRead) error) (*sheetRead, error) {
	s := &xmlScan{r: bufio.NewReaderSize(r, 1<<16)}
	out := &sheetRead{widths: map[int]float64{}, found: map[string]int{}}
	var c cellRead
	var text strings.Builder
	in := "" // the element of the cell whose text is read
	for {
		before, tag, err := s.next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if in != "" {
			text.Write(before)
		}
		name := tagName(tag)
		switch string(name) {
		case "row":
			if v, ok := attr(tag, "hidden"); ok && isTrue(v) {
				out.hidden = true
			}
		case "c":
			c = cellRead{}
			ref, _ := attr(tag, "r")
			if c.col, c.row = splitRef(ref); c.col == 0 {
				return nil, fmt.Errorf("a cell without a reference")
			}
			if v, ok := attr(tag, "s"); ok {
				c.style, _ = strconv.Atoi(string(v))
			}
			if v, ok := attr(tag, "t"); ok {
				c.kind = kindName(v)
			}
			if tag[len(tag)-1] == '/' {
				if err := each(&c); err != nil {
					return nil, err
				}
			}
		case "/c":
			if err := each(&c); err != nil {
				return nil, err
			}
		case "f", "v", "t":
			if name[0] == 'f' {
				c.hasFormula = true
			}
			if name[0] != 'f' {
				c.hasValue = true
			}
			if tag[len(tag)-1] != '/' {
				in = string(name)
				text.Reset()
			}
		case "/f":
			c.formula, in = html.UnescapeString(text.String()), ""
		case "/t":
			c.value, in = c.value+unescape(text.String()), ""
		case "/v":
			c.value, in = unescape(text.String()), ""
			if c.kind == "s" {
				i, err := strconv.Atoi(c.value)
				if err != nil || i < 0 || i >= len(shared) {
					return nil, fmt.Errorf("a cell names shared string %q", c.value)
				}
				c.value = shared[i]
			}
		case "col":
			lo, _ := strconv.Atoi(attrText(tag, "min"))
			hi, _ := strconv.Atoi(attrText(tag, "max"))
			w, _ := strconv.ParseFloat(attrText(tag, "width"), 64)
			for i := lo; i <= hi && i < lo+1000; i++ {
				out.widths[i] = w
			}
			if v, ok := attr(tag, "hidden"); ok && isTrue(v) {
				out.hidden = true
			}
		case "tablePart":
			out.tables = append(out.tables, relationID(tag))
		case "hyperlink":
			out.links = append(out.links, linkRead{attrText(tag, "ref"), relationID(tag), attrText(tag, "location"), attrText(tag, "tooltip"), attrText(tag, "display")})
		case "drawing":
			out.drawing = relationID(tag)
		case "pane":
			out.frozen = true
		case "selection":
			if _, ok := attr(tag, "pane"); !ok {
				out.selection = attrText(tag, "activeCell")
			}
		case "sheetView":
			out.topLeft = attrText(tag, "topLeftCell")
		case "autoFilter":
			out.filtered = true
		case "x14:sparklineGroup":
			out.sparklines = true
		case "mergeCell", "dataValidation", "conditionalFormatting", "headerFooter", "legacyDrawing", "picture", "oleObject", "control":
			out.found[string(name)]++
		}
	}
}

func isTrue(v []byte) bool { return string(v) == "1" || string(v) == "true" }

// kindName saves an allocation for each cell.
func kindName(v []byte) string {
	switch string(v) {
	case "n":
		return "n"
	case "s":
		return "s"
	case "inlineStr":
		return "inlineStr"
	case "str":
		return "str"
	}
	return string(v)
}

func unescape(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return html.UnescapeString(s)
}

// splitRef parts "AB12" into column and row; 0, 0 where it is no reference.
func splitRef(ref []byte) (col, row int) {
	i := 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		col = col*26 + int(ref[i]-'A') + 1
	}
	for _, c := range ref[i:] {
		if c < '0' || c > '9' {
			return 0, 0
		}
		row = row*10 + int(c-'0')
	}
	if i == 0 || row == 0 {
		return 0, 0
	}
	return col, row
}

// workbookParts opens a workbook's parts.
type workbookParts struct {
	files map[string]*zip.File
}

func openParts(b []byte) (*workbookParts, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	p := &workbookParts{files: map[string]*zip.File{}}
	for _, f := range z.File {
		if p.files[f.Name] != nil {
			return nil, fmt.Errorf("two parts are called %s", f.Name)
		}
		p.files[f.Name] = f
	}
	return p, nil
}

func (p *workbookParts) open(name string) (io.ReadCloser, error) {
	f := p.files[name]
	if f == nil {
		return nil, fmt.Errorf("there is no part %s", name)
	}
	return f.Open()
}

// decode reads a small part.
func (p *workbookParts) decode(name string, into any) error {
	r, err := p.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := xml.NewDecoder(r).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// relations returns what the ids of a part stand for: the part's name, or the
// address for something outside the workbook.
func (p *workbookParts) relations(part string) (map[string]string, error) {
	dir, base := path.Split(part)
	name := dir + "_rels/" + base + ".rels"
	out := map[string]string{}
	if p.files[name] == nil {
		return out, nil
	}
	var rels struct {
		Relationship []struct {
			ID         string `xml:"Id,attr"`
			Target     string `xml:"Target,attr"`
			TargetMode string `xml:"TargetMode,attr"`
		}
	}
	if err := p.decode(name, &rels); err != nil {
		return nil, err
	}
	for _, r := range rels.Relationship {
		switch {
		case r.TargetMode == "External":
			out[r.ID] = r.Target
		case strings.HasPrefix(r.Target, "/"):
			out[r.ID] = r.Target[1:]
		default:
			out[r.ID] = path.Join(dir, r.Target)
		}
	}
	return out, nil
}
