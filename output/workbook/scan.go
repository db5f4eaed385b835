package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlScan reads a part tag by tag. It is for the parts this package writes: a
// general XML decoder takes minutes for a sheet of half a million rows.
type xmlScan struct {
	r     io.Reader
	buf   []byte // what is read; at is how much of it has been given
	at    int
	err   error  // what ended the reading
	names []byte // of the open elements, one behind the other
	ends  []int  // of the names
}

// next returns the text before the next tag and the tag without its brackets;
// both are good until the next call. At the end it returns io.EOF, or what is
// wrong with the nesting.
func (s *xmlScan) next() (text, tag []byte, err error) {
	n, err := s.find('<', 0)
	if err == io.EOF {
		if len(s.ends) > 0 {
			return nil, nil, fmt.Errorf("<%s> is not closed", s.innermost())
		}
		return nil, nil, io.EOF
	}
	if err != nil {
		return nil, nil, err
	}
	end, err := s.find('>', n+1)
	if err != nil {
		return nil, nil, errors.New("a tag is not closed")
	}
	text, tag = s.buf[s.at:s.at+n], s.buf[s.at+n+1:s.at+end]
	s.at += end + 1
	if err := fitText(text); err != nil {
		return nil, nil, err
	}
	switch {
	case len(tag) == 0:
		return nil, nil, errors.New("an empty tag")
	case tag[0] == '?':
	case tag[0] == '!':
		return nil, nil, errors.New("a declaration or comment, which no part of a workbook needs")
	case tag[0] == '/':
		name := s.innermost()
		if len(s.ends) == 0 || !bytes.Equal(name, tag[1:]) {
			return nil, nil, fmt.Errorf("</%s> closes nothing", tag[1:])
		}
		s.names, s.ends = s.names[:len(s.names)-len(name)], s.ends[:len(s.ends)-1]
	case tag[len(tag)-1] != '/':
		s.names = append(s.names, tagName(tag)...)
		s.ends = append(s.ends, len(s.names))
	}
	return text, tag, nil
}

// innermost returns the name of the element that was opened last.
func (s *xmlScan) innermost() []byte {
	switch n := len(s.ends); n {
	case 0:
		return nil
	case 1:
		return s.names
	default:
		return s.names[s.ends[n-2]:]
	}
}

// find returns how far behind what has been given the character stands, at
// the least from bytes behind it. It reads on where it has to.
func (s *xmlScan) find(c byte, from int) (int, error) {
	for {
		if i := bytes.IndexByte(s.buf[s.at+from:], c); i >= 0 {
			return from + i, nil
		}
		from = len(s.buf) - s.at
		if s.err != nil {
			return 0, s.err
		}
		if s.at > 0 {
			s.buf = s.buf[:copy(s.buf, s.buf[s.at:])]
			s.at = 0
		}
		s.buf = slices.Grow(s.buf, 1<<15)
		var n int
		n, s.err = s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
	}
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
	formula    []byte
	hasFormula bool
	hasValue   bool
	value      []byte // shared strings resolved
}

func (c *cellRead) number() bool { return c.hasValue && (c.kind == "" || c.kind == "n") }

func (c *cellRead) empty() bool { return !c.hasValue || len(c.value) == 0 }

// begin reads the attributes of a cell's tag.
func (c *cellRead) begin(tag []byte) error {
	*c = cellRead{formula: c.formula[:0], value: c.value[:0]}
	for rest := tag[1:]; ; {
		rest = bytes.TrimLeft(rest, " \n\t")
		name, after, ok := bytes.Cut(rest, []byte("="))
		if !ok || len(after) == 0 {
			break
		}
		end := bytes.IndexByte(after[1:], after[0])
		if end < 0 {
			break
		}
		v := after[1 : 1+end]
		rest = after[end+2:]
		switch string(name) {
		case "r":
			c.col, c.row = splitRef(v)
		case "s":
			if c.style = wholeNumber(v); c.style < 0 {
				return fmt.Errorf("a cell has the style %q", v)
			}
		case "t":
			c.kind = kindName(v)
		}
	}
	if c.col == 0 {
		return fmt.Errorf("a cell without a reference")
	}
	return nil
}

// wholeNumber reads digits; -1 where there is anything else, or too many.
func wholeNumber(b []byte) int {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	if len(b) == 0 || len(b) > 15 {
		return -1
	}
	return n
}

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
	s := &xmlScan{r: r}
	out := &sheetRead{widths: map[int]float64{}, found: map[string]int{}}
	var c cellRead
	var text []byte
	in := false // the text of a cell is being read
	for {
		before, tag, err := s.next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if in {
			text = append(text, before...)
		}
		name := tagName(tag)
		switch string(name) {
		case "row":
			if v, ok := attr(tag, "hidden"); ok && isTrue(v) {
				out.hidden = true
			}
		case "c":
			if err := c.begin(tag); err != nil {
				return nil, err
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
			} else {
				c.hasValue = true
			}
			if tag[len(tag)-1] != '/' {
				in, text = true, text[:0]
			}
		case "/f":
			c.formula, in = append(c.formula[:0], unescape(text)...), false
		case "/t":
			c.value, in = append(c.value, unescape(text)...), false
		case "/v":
			c.value, in = append(c.value[:0], unescape(text)...), false
			if c.kind == "s" {
				i := wholeNumber(c.value)
				if i < 0 || i >= len(shared) {
					return nil, fmt.Errorf("a cell names shared string %q", c.value)
				}
				c.value = append(c.value[:0], shared[i]...)
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

func unescape(b []byte) []byte {
	if bytes.IndexByte(b, '&') < 0 {
		return b
	}
	return []byte(html.UnescapeString(string(b)))
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

func openParts(r io.ReaderAt, size int64) (*workbookParts, error) {
	z, err := zip.NewReader(r, size)
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
	r, err := p.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for scan := (&xmlScan{r: r}); ; {
		_, tag, err := scan.next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if string(tagName(tag)) != "Relationship" {
			continue
		}
		id, target := attrText(tag, "Id"), attrText(tag, "Target")
		switch {
		case attrText(tag, "TargetMode") == "External":
			out[id] = target
		case strings.HasPrefix(target, "/"):
			out[id] = target[1:]
		default:
			out[id] = path.Join(dir, target)
		}
	}
}
