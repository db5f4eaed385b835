package webpage

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

var blockTags = setOf(`address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption
	figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary
	table caption tbody thead tfoot tr td th ul`)

var tablePart = setOf("tbody thead tfoot tr td th")

// isBlock reports whether an element begins a line of its own.
func isBlock(n *html.Node, display string) bool {
	switch display {
	case "block", "flex", "grid", "list-item", "table", "flow-root":
		return true
	case "", "initial", "revert", "unset", "inherit":
		return blockTags[n.Data]
	}
	return false
}

var controls = setOf("button select textarea input option meter progress details")

// isControl reports whether an element is there to be pressed or filled in.
func isControl(n *html.Node) bool { return controls[n.Data] || attr(n.Attr, "role") == "button" }

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// A content is the text of an element, put together.
type content struct {
	*reader
	text     strings.Builder
	marks    []string // footnote marks
	struck   strings.Builder
	doubt    string // a style of which it is not known what it does to the text
	controls int    // with a text
	pressed  bool   // read controls too
	cell     bool   // footnote marks count
}

// textOf returns the text of an element that is no cell.
func (r *reader) textOf(n *html.Node) string { return r.content(n, false).String() }

// content reads the text of an element without that of tables inside it. The
// text of a control counts only where it is all there is, as in a header that
// sorts its column when pressed.
func (r *reader) content(n *html.Node, cell bool) *content {
	c := &content{reader: r, cell: cell, pressed: isControl(n)}
	c.add(n)
	if c.String() == "" && c.controls == 1 {
		c = &content{reader: r, cell: cell, pressed: true}
		c.add(n)
	}
	return c
}

func (c *content) String() string { return tidy(c.text.String()) }

func (c *content) add(n *html.Node) {
	l := c.look(n)
	c.generated(n, "before")
	defer c.generated(n, "after")
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.work.do(1)
		switch {
		case n.Data == "details" && k.Data != "summary" && !hasAttr(n, "open"): // folded
		case k.Type == html.TextNode && l.unseen == 0:
			c.work.do(len(k.Data) / 100)
			c.text.WriteString(spaces.Replace(k.Data))
			if c.cell && strings.TrimSpace(k.Data) != "" {
				c.doubt = cmp.Or(c.doubt, l.doubt)
				if strings.ContainsAny(k.Data, "\u202d\u202e") {
					c.doubt = cmp.Or(c.doubt, "a character that reverses text")
				}
			}
			if l.struck {
				c.struck.WriteString(k.Data)
			}
		case k.Type != html.ElementNode || c.look(k).gone:
		case c.kind(k) != table:
			c.element(k)
		case c.cell:
			c.doubt = cmp.Or(c.doubt, "a table in a cell")
		}
	}
}

// generated adds the text that a style sheet puts before or after that of an element.
func (c *content) generated(n *html.Node, pseudo string) {
	text, doubt := c.styles.generated(n, pseudo)
	c.text.WriteString(text)
	c.doubt = cmp.Or(c.doubt, doubt)
}

// spaces makes spaces of line breaks, which mean no more in HTML.
var spaces = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ", "\f", " ")

func (c *content) element(n *html.Node) {
	l := c.look(n)
	block := isBlock(n, l.display)
	if l.cover && c.cell && n.FirstChild == nil {
		c.doubt = cmp.Or(c.doubt, "an element over the text")
	}
	switch {
	case n.Data == "br":
		c.text.WriteByte('\n')
	case n.Data == "caption":
	case n.Data == "input" && (hasAttr(n, "readonly") || hasAttr(n, "disabled")) && slices.Contains([]string{"", "text", "number"}, attr(n.Attr, "type")):
		c.text.WriteString(" " + attr(n.Attr, "value") + " ")
	case isControl(n) && !c.pressed:
		if inner := (&content{reader: c.reader, pressed: true}); c.controls < 2 {
			inner.add(n)
			if inner.String() != "" {
				c.controls++
			}
		}
	case block:
		c.text.WriteByte('\n')
		c.add(n)
		c.text.WriteByte('\n')
	case isShort(n):
		c.phrase(n)
	default:
		c.add(n)
	}
}

// isShort reports whether an element is too small for anything but a word.
func isShort(n *html.Node) bool {
	nodes := 0
	for d := range n.Descendants() {
		if nodes++; nodes > 6 || len(d.Data) > 40 {
			return false
		}
	}
	return true
}

// phrase reads an element inside a line, which may be a footnote mark or an
// icon.
func (c *content) phrase(n *html.Node) {
	inner := &content{reader: c.reader, cell: c.cell, pressed: c.pressed}
	inner.add(n)
	text := inner.String()
	before := c.text.String()
	switch {
	case c.look(n).raised && len(inner.marks) == 0:
		if plain, ok := raised(strings.TrimRight(before, " "), text); ok {
			c.text.WriteString(plain)
			break
		}
		mark := strings.Trim(strings.Join(strings.Fields(text), ""), "[](),;")
		if high, ok := superscript(mark); ok && c.cell {
			c.text.WriteString(high) // the cell's end tells whether it is a mark
			return
		}
		c.marks = append(c.marks, mark)
		return
	case c.cell && text != "" && strings.TrimSpace(before) != "" && notesRE.MatchString(text) && isNoteLink(n):
		c.marks = append(c.marks, strings.Trim(text, "[]()"))
		return
	case isIcon(text) && (n.PrevSibling != nil || n.NextSibling != nil || strings.TrimSpace(before) != ""):
		return // an icon that is not all the parent has
	default:
		c.text.WriteString(inner.text.String())
	}
	c.marks = append(c.marks, inner.marks...)
	c.struck.WriteString(inner.struck.String())
	c.controls += inner.controls
	c.doubt = cmp.Or(c.doubt, inner.doubt)
}

const (
	plainSigns  = "0123456789abcdefghijklmnoprstuvwxyz"
	raisedSigns = "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
)

// superscript writes a text in raised letters and digits, where there are such.
func superscript(s string) (string, bool) {
	raised := []rune(raisedSigns)
	var b strings.Builder
	for _, r := range s {
		at := strings.IndexRune(plainSigns, r)
		if at < 0 {
			return "", false
		}
		b.WriteRune(raised[at])
	}
	return b.String(), s != ""
}

var raisedEndRE = regexp.MustCompile(`[⁽⁾` + raisedSigns + `]+(\n|$)`)

var marksOnly = strings.NewReplacer("(", "", ")", "", "\n", "")

// cutMarks takes the raised letters and digits off the ends of a text's lines.
func cutMarks(text string) (plain string, marks []string) {
	for _, m := range raisedEndRE.FindAllString(text, -1) {
		marks = append(marks, marksOnly.Replace(norm.NFKC.String(m)))
	}
	return strings.TrimSpace(raisedEndRE.ReplaceAllString(text, "$1")), marks
}

var (
	noteClassRE = regexp.MustCompile(`(?i)footnote|reference|noteref`)
	ordinalRE   = regexp.MustCompile(`(?i)^(?:st|nd|rd|th|er|re|e|ème|eme|o|a|º|ª)$`)
	notesRE     = regexp.MustCompile(`^(?:[\[(]?\s*\d{1,3}\s*[\])]?|[\[(]\s*[a-z]{1,2}\s*[\])]|[*∗＊†‡§¶#]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$`)
)

// raisedSign are the signs that are written raised, by how they are written.
var raisedSign = map[string]string{"tm": "™", "sm": "℠", "®": "®", "©": "©", "™": "™", "℠": "℠", "": ""}

// raised returns what a raised text is where it belongs to the word before it
// and is no footnote mark: an ordinal's ending or a sign.
func raised(before, text string) (plain string, ok bool) {
	last, _ := utf8.DecodeLastRuneInString(before)
	if unicode.IsDigit(last) && ordinalRE.MatchString(text) {
		return text, true
	}
	plain, ok = raisedSign[strings.ToLower(text)]
	return plain, ok
}

// isNoteLink reports whether an element leads to a footnote.
func isNoteLink(n *html.Node) bool {
	return n.Data == "a" && strings.HasPrefix(attr(n.Attr, "href"), "#") || strings.Contains(attr(n.Attr, "role"), "noteref") ||
		noteClassRE.MatchString(attr(n.Attr, "class"))
}

// isIcon reports whether a text is a picture made of a character: an arrow, a
// triangle, a character of an icon font.
func isIcon(text string) bool {
	for _, r := range text {
		switch {
		case unicode.IsSpace(r), r == '\ufe0e', r == '\ufe0f':
		case r >= 0x2190 && r <= 0x21ff, r >= 0x25a0 && r <= 0x25ff, r >= 0x2b00 && r <= 0x2b2f, r == '🔗', r == 'ⓘ', r == 'ℹ', unicode.Is(unicode.Co, r):
		default:
			return false
		}
	}
	return text != ""
}

// tidy joins spaces and drops what is not drawn. Lines stay apart; a line
// that ends with a space keeps one.
func tidy(s string) string {
	s = norm.NFC.String(drawn(s))
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		words := strings.Join(strings.Fields(line), " ")
		if words == "" {
			continue
		}
		if last, _ := utf8.DecodeLastRuneInString(line); unicode.IsSpace(last) {
			words += " "
		}
		lines = append(lines, words)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// drawn drops characters that have no picture and no width: soft hyphens, marks
// of direction, places where a line may break. Joiners stay between letters that
// they change, as those of Persian, and in emoji.
func drawn(s string) string {
	var b strings.Builder
	var last rune
	for i, r := range s {
		switch {
		case r == '\u200c' || r == '\u200d':
			next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if last < 0x600 || next < 0x600 || unicode.IsPunct(next) || unicode.IsSpace(next) {
				continue
			}
		case r == '\u00ad', r == '\u034f', r == '\u061c', r == '\u115f', r == '\u1160', r == '\u180e', r == '\u200b', r == '\u200e', r == '\u200f',
			r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u206f', r == '\ufeff', r >= 0xe0000 && r <= 0xe007f:
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}
