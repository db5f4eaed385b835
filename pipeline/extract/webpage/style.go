package webpage

import (
	"cmp"
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/html"
)

//go:embed default.css
var defaultCSS string

var defaults = sync.OnceValue(func() *sheet {
	s := &sheet{layers: map[string]string{}}
	s.read(defaultCSS, "")
	return s
})

//go:embed effects.txt
var effectsText string

// An effect is what the values of a property do to a text.
type effect struct {
	property, when string
	hides, shows   *regexp.Regexp
}

var effects = sync.OnceValue(func() (es []effect) {
	numbers := strings.NewReplacer("{near}", `(?:-?(?:\d+\.?\d*|\.\d+)(?:px|r?em|ch|ex|pt|vw|vh|%)?|calc\((?:-?[1-9]?\d(?:\.\d+)?(?:[a-z]+|%)(?: [-+] |\)))+)`,
		"{far}", `-(?:(?:9\d\d|\d{4,})(?:\.\d+)?(?:px|pt)|(?:[6-9]\d|\d{3,})(?:\.\d+)?(?:r?em|vw|vh|%|ch|ex))`,
		"{off}", `(?:(?:1[3-9]\d\d|[2-9]\d{3}|\d{5,})(?:\.\d+)?(?:px|pt)|(?:[89]\d|\d{3,})(?:\.\d+)?r?em|[1-9]\d\d+(?:\.\d+)?vw)`,
		"{sliver}", `(?:0(?:\.0+)?[a-z%]*|[01](?:\.\d+)?(?:px)?|0?\.\d+(?:px|r?em))`, "{0}", `-?(?:0*(?:\.0*|\.0[0-4]\d*)?|[0-4](?:\.\d*)?%)`, "{1}", `(?:1\.\d+|0?\.[1-9]\d*|[1-9]\d*|[1-9]\d+(?:\.\d+)?%)`)
	whole := func(s string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + numbers.Replace(s) + `)$`) }
	for line := range strings.Lines(effectsText) {
		if f := strings.Fields(line); len(f) == 4 && f[0] != "#" {
			es = append(es, effect{f[0], f[1], whole(f[2]), whole(f[3])})
		}
	}
	return es
})

// unset are values that leave a property as it is by itself.
var unset = setOf("none normal auto initial inherit unset revert revert-layer")

// matters are the properties that are read.
var matters = sync.OnceValue(func() map[string]bool {
	m := setOf(`position overflow overflow-x overflow-y color -webkit-text-fill-color background background-color background-image
		background-clip -webkit-background-clip text-shadow text-decoration text-decoration-line vertical-align content`)
	for _, e := range effects() {
		m[e.property] = true
	}
	return m
})

// A look is how an element is shown.
type look struct {
	display string            // "" for the element's own
	gone    bool              // takes no room on the page, with all that is in it
	struck  bool              // its text is struck through
	raised  bool              // its own text is set above the line
	cover   bool              // it may be painted over others
	folded  bool              // visibility: collapse
	unseen  unseen            // why its text leaves no mark, although it has its room
	doubt   string            // the rule of which it is not known what it does to the text
	ink     color             // of its text
	fill    *color            // replaces the ink where it is set
	ground  color             // behind it; without opacity where it is not known
	set     map[string]string // what the rules set for it, custom properties too
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
	likely     map[string][]int // see candidates
	looks      map[*html.Node]look
	linked     bool            // style sheets that are not at hand also apply
	controlled map[string]bool // ids of what a control on the page opens
	work       *work
	size       int // elements on the page
}

// newStyles collects the style sheets of a page.
func newStyles(elements []*html.Node, w *work) *styles {
	s := &styles{likely: map[string][]int{}, looks: map[*html.Node]look{}, controlled: map[string]bool{}, work: w, size: len(elements)}
	own := sheet{work: w, layers: maps.Clone(defaults().layers)}
	for _, n := range elements {
		switch n.Data {
		case "style":
			if n.FirstChild != nil {
				own.read(n.FirstChild.Data, attr(n.Attr, "media"))
			}
		case "link":
			s.linked = s.linked || strings.Contains(strings.ToLower(attr(n.Attr, "rel")), "stylesheet")
		}
		for _, key := range []string{"aria-controls", "data-target", "data-bs-target"} {
			for _, id := range strings.Fields(attr(n.Attr, key)) {
				s.controlled[strings.TrimPrefix(id, "#")] = id != "#"
			}
		}
	}
	s.linked = s.linked || own.imports
	s.rules = slices.Concat(defaults().rules, own.rules)
	slices.SortStableFunc(s.rules, func(a, b rule) int {
		return cmp.Or(cmp.Compare(a.layer, b.layer), slices.Compare(a.weight[:], b.weight[:]))
	})
	return s
}

// look returns how an element is shown, by its own style and its parents'.
func (s *styles) look(n *html.Node) look {
	if n == nil || n.Type != html.ElementNode {
		if s.linked {
			return look{ink: black}
		}
		return look{ink: black, ground: white}
	}
	l, ok := s.looks[n]
	if !ok {
		l = s.styled(n, "")
		s.looks[n] = l
	}
	return l
}

// styled returns how an element, or the text that a style sheet puts before or
// after its own, is shown. Rules that count under a condition of which nothing is
// known are a doubt where they make a difference.
func (s *styles) styled(n *html.Node, pseudo string) look {
	around := n.Parent
	if pseudo != "" {
		around = n
	}
	parent := s.look(around)
	set, perhaps, doubt := s.declared(n, pseudo, around)
	l := s.appear(n, parent, set)
	if doubt != "" {
		other := s.appear(n, parent, perhaps)
		if other.gone != l.gone || other.unseen != l.unseen || other.struck != l.struck || other.raised != l.raised ||
			set["content"] != perhaps["content"] {
			if l.gone {
				l = other
			}
			l.doubt = doubt
		}
	}
	// What is so for a whole table or what is around it decides nothing about a row.
	l.doubt = cmp.Or(l.doubt, parent.doubt)
	for _, k := range []kind{kindByTag[n.Data], kindByRole[attr(n.Attr, "role")], kindByDisplay[l.display]} {
		if k == table || k == group {
			l.doubt = ""
		}
	}
	return l
}

func (s *styles) appear(n *html.Node, parent look, set map[string]string) look {
	l := look{
		display: set["display"],
		raised:  n.Data == "sup" || set["vertical-align"] == "super",
		struck:  parent.struck || strings.Contains(set["text-decoration"]+set["text-decoration-line"], "line-through"),
		folded:  set["visibility"] == "collapse",
		gone:    parent.gone, unseen: parent.unseen, ink: parent.ink, fill: parent.fill, ground: parent.ground, set: set,
	}
	if len(set) == 0 {
		return l
	}
	s.hide(&l, n, set)
	switch set["visibility"] {
	case "hidden", "collapse":
		l.unseen |= invisible
	case "visible":
		l.unseen &^= invisible
	}
	switch size, ok := pixels(set["font-size"]); {
	case ok && size < 3:
		l.unseen |= tiny
	case ok && !strings.HasSuffix(set["font-size"], "%") && !strings.HasSuffix(set["font-size"], "em"):
		l.unseen &^= tiny
	}
	s.paint(&l, set)
	return l
}

// hide finds out whether a style takes an element off the page, or may.
func (s *styles) hide(l *look, n *html.Node, set map[string]string) {
	position := set["position"]
	placed := position == "absolute" || position == "fixed"
	box := placed || isBlock(n, l.display) || strings.HasPrefix(l.display, "inline-")
	cut := false
	for _, p := range []string{"overflow", "overflow-x", "overflow-y"} {
		cut = cut || strings.HasPrefix(set[p], "hidden") || strings.HasPrefix(set[p], "clip")
	}
	l.cover = placed
	applies := map[string]bool{"-": true, "placed": placed || position == "relative", "cut": cut && box && !tablePart[n.Data]}
	for _, e := range effects() {
		v := set[e.property]
		switch {
		case v == "" || !applies[e.when] || e.property == "clip" && position == "relative":
		case e.hides.MatchString(v):
			l.gone = true
		case !unset[v] && !e.shows.MatchString(v) && l.doubt == "":
			l.doubt = e.property + ": " + v
		}
	}
}

// paint finds out whether a text has another colour than its ground.
func (s *styles) paint(l *look, set map[string]string) {
	for _, property := range []string{"color", "-webkit-text-fill-color"} {
		v := set[property]
		c, ok := colorOf(v)
		switch {
		case ok && property == "color":
			l.ink = c
		case ok:
			l.fill = &c
		case v == "currentcolor" && property != "color":
			l.fill = nil
		case v != "" && v != "currentcolor" && !unset[v]:
			l.doubt = cmp.Or(l.doubt, property+": "+v)
		}
	}
	own := false
	for _, p := range []string{"background", "background-color", "background-image"} {
		c, ok := groundOf(set[p])
		switch {
		case ok && c.A == 0 && strings.Contains(set[p], "("):
			l.ground = c
		case ok:
			l.ground = over(c, l.ground)
		}
		own = own || ok && c.A > 0
	}
	l.cover = l.cover && own
	ink := l.ink
	if l.fill != nil {
		ink = *l.fill
	}
	l.unseen &^= transparent
	switch differ := contrast(over(ink, l.ground), l.ground); {
	case ink.A < 0.05 || l.ground.A > 0 && differ < 1.1:
		if set["text-shadow"]+set["background-clip"]+set["-webkit-background-clip"] != "" {
			l.doubt = "text-shadow or background-clip"
			break
		}
		l.unseen |= transparent
	case l.ground.A > 0 && differ < 1.25:
		l.doubt = cmp.Or(l.doubt, "color: "+set["color"])
	}
}

// declared returns what the rules set for an element, the last word each; perhaps
// is the same with the rules that may count or not, where there are any.
func (s *styles) declared(n *html.Node, pseudo string, around *html.Node) (set, perhaps map[string]string, doubt string) {
	var certain, all []rule
	for _, i := range s.candidates(n) {
		r := s.rules[i]
		if s.work.do(1); r.slow {
			s.work.do(s.size / 10)
		}
		if r.sel.PseudoElement() != pseudo || !r.sel.Match(n) {
			continue
		}
		if all = append(all, r); r.doubt == "" {
			certain = append(certain, r)
		}
		doubt = cmp.Or(doubt, r.doubt)
	}
	if inline := attr(n.Attr, "style"); inline != "" && pseudo == "" {
		r := rule{layer: "~~"}
		for _, part := range splitTop(inline, ';') {
			r.declared = append(r.declared, declarations(part)...)
		}
		certain, all = append(certain, r), append(all, r)
	}
	set = s.cascade(certain, around)
	if doubt != "" {
		perhaps = s.cascade(all, around)
	}
	return set, perhaps, doubt
}

// candidates returns the places of the rules that may match an element, in order:
// the same for all of its tag and attributes.
func (s *styles) candidates(n *html.Node) []int {
	key := fmt.Sprint(n.Data, n.Attr)
	found, ok := s.likely[key]
	if !ok {
		s.work.do(len(s.rules) / 8)
		for i, r := range s.rules {
			if r.last.Match(n) {
				found = append(found, i)
			}
		}
		s.likely[key] = found
	}
	return found
}

// cascade returns what rules set that are in the order in which they count.
func (s *styles) cascade(rules []rule, around *html.Node) map[string]string {
	if len(rules) == 0 {
		return nil
	}
	set, fixed, by := map[string]string{}, map[string]string{}, map[string]string{}
	for _, r := range rules {
		for _, d := range r.declared {
			set[d.name] = d.value
			// Among important ones, the first layer wins; the element's own goes over all.
			if old := by[d.name]; d.important && (old == "" || old == r.layer || r.layer == "~~") {
				fixed[d.name], by[d.name] = d.value, r.layer
			}
		}
	}
	maps.Copy(set, fixed)
	for _, name := range slices.Sorted(maps.Keys(set)) {
		value := set[name]
		if strings.HasPrefix(name, "--") || !strings.Contains(value, "var(") {
			continue
		}
		switch v, ok := s.resolve(value, set, around); {
		case ok:
			delete(set, name)
			for _, d := range declarations(name + ":" + v) {
				set[d.name] = d.value
			}
		case !s.linked || strings.HasSuffix(name, "color") || name == "background":
			delete(set, name)
		}
	}
	return set
}

// resolve puts the values of custom properties in the place of their names.
func (s *styles) resolve(value string, set map[string]string, around *html.Node) (string, bool) {
	for range 10 {
		at := strings.Index(value, "var(")
		if at < 0 || len(value) > maxSelector {
			return value, at < 0
		}
		end := at + 4 + find(value[at+4:], ")")
		name, fallback, given := strings.Cut(value[at+4:end], ",")
		name = strings.ToLower(strings.TrimSpace(name))
		v, ok := set[name]
		for p := around; p != nil && !ok; p = p.Parent {
			s.work.do(1)
			v, ok = s.looks[p].set[name]
		}
		if !ok && !given {
			return value, false
		}
		if !ok {
			v = fallback
		}
		value = value[:at] + v + value[min(end+1, len(value)):]
	}
	return value, false
}

var quotedRE = regexp.MustCompile(`^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|attr\(\s*([\w-]+)\s*\))\s*`)

// generated returns the text that a style sheet puts before or after that of an
// element, and the rule of which it is not known what text that is.
func (s *styles) generated(n *html.Node, pseudo string) (text, doubt string) {
	l := s.styled(n, pseudo)
	v := l.set["content"]
	if l.gone || l.unseen != 0 {
		return "", ""
	}
	if v == "" || unset[v] {
		return "", l.doubt
	}
	for v != "" {
		m := quotedRE.FindStringSubmatch(v)
		switch {
		case m == nil && strings.HasPrefix(v, "url("):
			return text, l.doubt
		case m == nil:
			return text, "content: " + v
		}
		text += unescape(m[1]+m[2]) + attr(n.Attr, m[3])
		v = v[len(m[0]):]
	}
	if isIcon(strings.TrimSpace(text)) {
		text = ""
	}
	if l.cover && strings.TrimSpace(text) == "" {
		l.doubt = "::" + pseudo + " over the text"
	}
	return text, l.doubt
}
