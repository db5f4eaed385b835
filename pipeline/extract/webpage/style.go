package webpage

import (
	_ "embed"
	"regexp"
	"slices"
	"sort"
	"strings"

	"golang.org/x/net/html"
)

//go:embed default.css
var defaultCSS string

var defaultRules = func() []rule {
	var s sheet
	s.read(defaultCSS)
	return s.rules
}()

// A look is how an element is shown.
type look struct {
	display string // "" for the element's own
	gone    bool   // takes no room on the page, with all that is in it
	struck  bool   // its text is struck through
	raised  bool   // its own text is set above the line
	unseen  unseen // why its text leaves no mark, although it has its room
	color   string
	ground  string // the colour behind it; "" where no rule says
}

// unseen has one bit a cause; elements inside may undo each.
type unseen uint8

const (
	invisible   unseen = 1 << iota // visibility: hidden
	tiny                           // font-size: 0
	transparent                    // no colour, or that of the ground
)

// styles answers how the elements of one page are shown.
type styles struct {
	rules      []rule           // what counts most comes last
	byKey      map[string][]int // places of rules with this key
	looks      map[*html.Node]look
	bare       bool            // rules without a key may match elements without attributes
	cssTables  bool            // some rule makes tables of other elements
	linked     bool            // style sheets that are not at hand also apply
	controlled map[string]bool // ids of what a control on the page opens
	work       *work
	size       int // elements on the page
}

// newStyles collects the style sheets of a page.
func newStyles(elements []*html.Node, w *work) *styles {
	s := &styles{byKey: map[string][]int{}, looks: map[*html.Node]look{}, controlled: map[string]bool{}, work: w, size: len(elements)}
	own := sheet{work: w}
	for _, n := range elements {
		switch n.Data {
		case "style":
			if n.FirstChild != nil && mediaMatches(attr(n.Attr, "media")) {
				own.read(n.FirstChild.Data)
			}
		case "link":
			s.linked = s.linked || strings.Contains(strings.ToLower(attr(n.Attr, "rel")), "stylesheet")
		}
		for _, key := range []string{"aria-controls", "data-target", "data-bs-target"} {
			for _, id := range strings.Fields(attr(n.Attr, key)) {
				s.controlled[strings.TrimPrefix(id, "#")] = true
			}
		}
	}
	s.rules = append(s.rules, defaultRules...)
	s.rules = append(s.rules, own.rules...)
	sort.SliceStable(s.rules, func(i, j int) bool {
		a, b := s.rules[i], s.rules[j]
		if a.browser != b.browser {
			return a.browser
		}
		return a.weight.Less(b.weight)
	})
	s.bare = slices.ContainsFunc(own.rules, func(r rule) bool { return r.key == "" })
	for i, r := range s.rules {
		s.byKey[r.key] = append(s.byKey[r.key], i)
	}
	for _, r := range own.rules {
		for _, d := range r.declared {
			s.cssTables = s.cssTables || d.name == "display" && strings.Contains(d.value, "table")
		}
	}
	return s
}

// look returns how an element is shown, by its own style and its parents'.
func (s *styles) look(n *html.Node) look {
	if n == nil || n.Type != html.ElementNode {
		return look{color: "black"}
	}
	if l, ok := s.looks[n]; ok {
		return l
	}
	parent := s.look(n.Parent)
	set := s.declared(n)
	l := look{
		display: set["display"],
		raised:  n.Data == "sup" || set["vertical-align"] == "super",
		struck:  parent.struck || strings.Contains(set["text-decoration"]+set["text-decoration-line"], "line-through"),
		unseen:  parent.unseen, color: parent.color, ground: parent.ground,
	}
	l.gone = parent.gone || s.gone(n, set)
	switch set["visibility"] {
	case "hidden", "collapse":
		l.unseen |= invisible
	case "visible":
		l.unseen &^= invisible
	}
	if size, ok := pixels(set["font-size"]); ok {
		if size == 0 {
			l.unseen |= tiny
		} else if !strings.HasSuffix(set["font-size"], "%") && !strings.HasSuffix(set["font-size"], "em") {
			l.unseen &^= tiny
		}
	}
	if c := colorOf(set["color"]); c != "" {
		l.color = c
	}
	for _, p := range []string{"background", "background-color", "background-image"} {
		if c := colorOf(set[p]); c != "" && c != "transparent" {
			l.ground = c
		}
	}
	l.unseen &^= transparent
	if l.color == "transparent" || l.color == l.ground || l.ground == "" && l.color == "white" && !s.linked {
		l.unseen |= transparent
	}
	s.looks[n] = l
	return l
}

// declared returns what the rules set for an element, the last word each.
func (s *styles) declared(n *html.Node) map[string]string {
	found, inline := s.candidates(n), attr(n.Attr, "style")
	if len(found) == 0 && inline == "" {
		return nil
	}
	set, fixed := map[string]string{}, map[string]string{}
	take := func(ds []declaration) {
		for _, d := range ds {
			set[d.name] = d.value
			if d.important {
				fixed[d.name] = d.value
			}
		}
	}
	for _, i := range found {
		r := s.rules[i]
		cost := 1
		if r.slow {
			cost = s.size
		}
		s.work.do(cost)
		if r.sel.Match(n) {
			take(r.declared)
		}
	}
	if inline != "" {
		var ds []declaration
		for _, part := range splitTop(inline, ';') {
			if d, ok := parseDeclaration(part); ok {
				ds = append(ds, d)
			}
		}
		take(ds)
	}
	for name, value := range fixed {
		set[name] = value
	}
	return set
}

// candidates returns the places of the rules that may match an element, in
// order.
func (s *styles) candidates(n *html.Node) []int {
	found := slices.Clone(s.byKey[n.Data])
	if len(n.Attr) > 0 || s.bare {
		found = append(found, s.byKey[""]...)
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			for _, c := range strings.Fields(a.Val) {
				found = append(found, s.byKey["."+c]...)
			}
		case "id":
			found = append(found, s.byKey["#"+a.Val]...)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

var (
	clippedRE = regexp.MustCompile(`^(?:inset\(\s*(?:[5-9]\d|100)(?:\.\d+)?%|circle\(\s*0|polygon\(\s*(?:0(?:px)?[\s,]*)+\))`)
	shrunkRE  = regexp.MustCompile(`scale[xy]?\(\s*0(?:\.0+)?\s*[,)]`)
	movedRE   = regexp.MustCompile(`translate(?:x|3d)?\(\s*(-[\d.]+(?:px|r?em|vw))`)
)

// far is how many pixels beyond the edge nobody scrolls to.
const far = 900

// gone reports whether a style takes an element off the page.
func (s *styles) gone(n *html.Node, set map[string]string) bool {
	beyond := func(lengths ...string) bool {
		return slices.ContainsFunc(lengths, func(length string) bool {
			v, ok := pixels(length)
			return ok && v <= -far
		})
	}
	moved := ""
	if m := movedRE.FindStringSubmatch(set["transform"]); m != nil {
		moved = m[1]
	}
	opacity, ok := pixels(set["opacity"])
	placed := set["position"] == "absolute" || set["position"] == "fixed"
	box := placed || isBlock(n, set["display"]) || strings.HasPrefix(set["display"], "inline-")
	return set["display"] == "none" || set["content-visibility"] == "hidden" || ok && opacity == 0 ||
		clippedRE.MatchString(set["clip-path"]) || shrunkRE.MatchString(set["transform"]) ||
		beyond(moved, set["text-indent"], set["margin-left"]) ||
		placed && (zeroRect(set["clip"]) || beyond(set["left"], set["right"], set["top"], set["bottom"])) ||
		box && !tablePart[n.Data] && cutOff(set)
}

var rectRE = regexp.MustCompile(`^rect\(\s*([^\s,]+)[\s,]+([^\s,]+)[\s,]+([^\s,]+)[\s,]+([^\s,)]+)\s*\)`)

// zeroRect reports whether a clip such as "rect(1px, 1px, 1px, 1px)" leaves
// nothing.
func zeroRect(clip string) bool {
	m := rectRE.FindStringSubmatch(clip)
	if m == nil {
		return false
	}
	var v [4]float64
	for i := range v {
		n, ok := pixels(m[i+1])
		if !ok {
			return false // "auto"
		}
		v[i] = n
	}
	return v[1]-v[3] <= 1 || v[2]-v[0] <= 1
}

// cutOff reports whether a box has no room for a text and cuts it off.
func cutOff(set map[string]string) bool {
	cuts := false
	for _, p := range []string{"overflow", "overflow-x", "overflow-y"} {
		cuts = cuts || strings.HasPrefix(set[p], "hidden") || strings.HasPrefix(set[p], "clip")
	}
	for _, p := range []string{"width", "max-width", "height", "max-height"} {
		if v, ok := pixels(set[p]); ok && v <= 1 && cuts {
			return true
		}
	}
	return false
}

var colorRE = regexp.MustCompile(`#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\b(?:white|black|transparent)\b`)

// colors are spellings of the colours that matter, where a text has the colour of
// its ground or none.
var colors = map[string]string{
	"#fff": "white", "#ffffff": "white", "#ffff": "white", "#ffffffff": "white", "rgb(255,255,255)": "white", "rgba(255,255,255,1)": "white",
	"#000": "black", "#000000": "black", "rgb(0,0,0)": "black", "rgba(0,0,0,1)": "black",
}

var clearRE = regexp.MustCompile(`^(?:rgba\(.*,0\)|#[0-9a-f]{3}0|#[0-9a-f]{6}00)$`)

// colorOf returns a colour in one spelling; "" for none.
func colorOf(s string) string {
	c := strings.Join(strings.Fields(colorRE.FindString(s)), "")
	switch {
	case colors[c] != "":
		return colors[c]
	case clearRE.MatchString(c):
		return "transparent"
	case c != "", s == "none", s == "inherit", s == "initial", s == "unset":
		return c
	}
	return s
}
