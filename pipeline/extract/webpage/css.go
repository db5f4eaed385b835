package webpage

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/cascadia"
)

// The screen that pages are read for, in CSS pixels: a wide one, where tables
// are tables and not lists of cards.
const screenWidth, screenHeight = 1280, 800

// A rule is one selector of a style sheet with what it sets.
type rule struct {
	sel      cascadia.Sel
	weight   cascadia.Specificity
	last     cascadia.Sel // what sel asks of an element's own tag and attributes
	slow     bool         // sel asks after siblings or descendants
	layer    string       // of two layers, the one with the later key wins
	declared []declaration
	doubt    string // what decides whether the rule counts, where that is not known
}

type declaration struct {
	name, value string
	important   bool
}

var (
	comment  = regexp.MustCompile(`(?s)/\*.*?(?:\*/|$)|<!--|-->`)
	slowRE   = regexp.MustCompile(`:(?:nth|last|only|has|empty)|~`)
	ownWords = regexp.MustCompile(`:(?:contains|matches|haschild)|[!#]=`) // cascadia's own, no CSS
	pseudoRE = regexp.MustCompile(`\\.|\[[^\]]*\]|::?[\w-]+(?:\([^()]*\))?`)
	lastRE   = regexp.MustCompile(`(?:\\[0-9a-fA-F]{1,6}\s?|\\.|\[[^\]]*\]|[^\s>+~\[\]])*$`)
	atRestRE = regexp.MustCompile(`:(?:focus-|user-|autofill|fullscreen|modal|popover-open|playing|target-)|::`) // no element is so on a page at rest
	isRE     = regexp.MustCompile(`:(?:is|where|-webkit-any|-moz-any)\(`)
	busyRE   = regexp.MustCompile(`:not\(\s*:(?:focus|user|target|fullscreen)-?[\w-]*\s*\)`)
)

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// Limits on style sheets; what is beyond them is left out.
const (
	maxRules    = 20_000 // selectors
	maxSelector = 500    // bytes of a selector or a media query
)

var anyElement, _ = cascadia.Parse("*")

// A sheet collects the rules of a page's style sheets, in their order.
type sheet struct {
	rules   []rule
	layers  map[string]string // keys of layers by the key of the layer around and their name
	imports bool              // it needs style sheets that are not at hand
	work    *work             // nil for the default style sheet
}

// A block is what is between two braces of a style sheet.
type block struct {
	within   []string      // selectors
	layer    string        // key of its layer
	doubt    string        // a condition around it that may hold or not
	off      bool          // it does not count
	declared []declaration // so far
}

var atRE = regexp.MustCompile(`^@[^\s(]*`)

// read reads a style sheet for some media.
func (s *sheet) read(css, query string) {
	css = comment.ReplaceAllString(css, " ")
	in := block{}.under(media(query), query)
	var around []block
	for css != "" {
		end := find(css, ";{}")
		prelude, sign := strings.TrimSpace(css[:end]), css[end:min(end+1, len(css))]
		css = css[end+len(sign):]
		s.work.do(1 + end/100 + len(around))
		if sign == "{" {
			around = append(around, in)
			in = s.enter(in, prelude)
			continue
		}
		s.statement(&in, prelude)
		if last := len(around) - 1; last >= 0 && (sign == "}" || css == "") {
			for _, selector := range in.within {
				s.add(selector, rule{layer: in.layer + "~", declared: in.declared, doubt: in.doubt})
			}
			in, around = around[last], around[:last]
		}
	}
}

// enter returns the block that begins inside another one.
func (s *sheet) enter(in block, prelude string) block {
	in.declared = nil
	name, query := atRule(prelude)
	switch name {
	case "":
		in.within = nest(in.within, splitTop(prelude, ','))
	case "@media":
		return in.under(media(query), prelude)
	case "@supports":
		return in.under(condition(query, supported), prelude)
	case "@layer":
		in.layer = s.layerKey(in.layer, query)
	case "@scope", "@container":
		return in.under(maybe, prelude)
	default: // such as @keyframes
		in.off = true
	}
	return in
}

// under returns a block as it is under a condition.
func (b block) under(holds truth, prelude string) block {
	switch holds {
	case no:
		b.off = true
	case maybe:
		b.doubt = prelude
	}
	return b
}

// statement reads what has no block of its own.
func (s *sheet) statement(in *block, text string) {
	if in.off {
		return
	}
	switch name, query := atRule(text); name {
	case "":
		in.declared = append(in.declared, declarations(text)...)
	case "@import":
		s.imports = true
	case "@layer":
		for _, l := range splitTop(query, ',') {
			s.layerKey(in.layer, l)
		}
	}
}

// atRule returns the name of an at-rule, "" for another text, and what follows it.
func atRule(text string) (name, query string) {
	name = atRE.FindString(text)
	return strings.ToLower(name), strings.Join(strings.Fields(text[len(name):]), " ")
}

func (s *sheet) add(selector string, r rule) {
	s.work.do(100)
	if len(s.rules) >= maxRules || len(selector) > maxSelector || len(r.declared) == 0 || ownWords.MatchString(selector) {
		return
	}
	// cascadia does not read :is(): a selector with it is as many without.
	if m := isRE.FindStringIndex(selector); m != nil {
		end := m[1] + find(selector[m[1]:], ")")
		for _, choice := range splitTop(selector[m[1]:end], ',') {
			s.add(selector[:m[0]]+choice+selector[min(end+1, len(selector)):], r)
		}
		return
	}
	selector = busyRE.ReplaceAllString(selector, "")
	plain := pseudoRE.ReplaceAllStringFunc(selector, func(p string) string {
		if p[0] == ':' {
			return ":not(_)" // any element is so
		}
		return p // its colon belongs to a name or to the value of an attribute
	})
	sel, err := cascadia.ParseWithPseudoElement(selector)
	if err != nil && !atRestRE.MatchString(selector) {
		r.doubt = selector
		sel, err = cascadia.Parse(plain)
	}
	if err != nil {
		return
	}
	r.sel, r.weight, r.slow = sel, sel.Specificity(), slowRE.MatchString(selector)
	if r.last, err = cascadia.Parse(lastRE.FindString(plain)); err != nil {
		r.last = anyElement
	}
	s.rules = append(s.rules, r)
}

// layerKey returns the key of a layer inside another. Keys are in the order in which
// layers are first named; what is in no layer comes after them.
func (s *sheet) layerKey(outer, name string) string {
	for part := range strings.SplitSeq(name, ".") {
		path := outer + strings.TrimSpace(part)
		if s.layers[path] == "" || part == "" {
			s.layers[path] = fmt.Sprintf("%s%05d.", outer, len(s.layers))
		}
		outer = s.layers[path]
	}
	return outer
}

// find returns the place of the first of the given signs outside strings,
// escapes, brackets and parentheses; len(s) where there is none.
func find(s, signs string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '{' || c == '}' {
			depth = 0 // a parenthesis that was never closed
		}
		switch {
		case depth <= 0 && strings.IndexByte(signs, c) >= 0:
			return i
		case c == '\\':
			i++
		case c == '"' || c == '\'':
			for i++; i < len(s) && s[i] != c && s[i] != '\n'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		}
	}
	return len(s)
}

func splitTop(s string, sign byte) []string {
	var parts []string
	for {
		at := find(s, string(sign))
		parts = append(parts, strings.TrimSpace(s[:at]))
		if at == len(s) {
			return parts
		}
		s = s[at+1:]
	}
}

// nest puts the selectors of a nested rule inside those around it.
func nest(outer, inner []string) []string {
	if outer == nil {
		return inner
	}
	out := []string{}
	for _, o := range outer {
		for _, i := range inner {
			if !strings.Contains(i, "&") {
				i = "& " + i
			}
			if len(out) >= maxRules || strings.Count(i, "&")*len(o)+len(i) > maxSelector {
				return out
			}
			out = append(out, strings.ReplaceAll(i, "&", o))
		}
	}
	return out
}

// boxes are properties that set others for the top, right, bottom and left.
var boxes = map[string][]string{
	"inset": {"top", "right", "bottom", "left"}, "inset-inline": {"left", "right"}, "inset-block": {"top", "bottom"},
	"margin": {"margin-top", "", "", "margin-left"}, "margin-inline": {"margin-left", ""},
}

// renamed are other names of properties on a page that is written from left to right.
var renamed = map[string]string{
	"inset-inline-start": "left", "inset-inline-end": "right", "inset-block-start": "top", "inset-block-end": "bottom",
	"margin-inline-start": "margin-left", "-webkit-clip-path": "clip-path",
	"-webkit-mask": "mask", "-webkit-mask-image": "mask-image", "-webkit-transform": "transform", "-webkit-filter": "filter",
	"-webkit-opacity": "opacity", "animation-name": "animation", "-webkit-animation": "animation",
}

var fontSizeRE = regexp.MustCompile(`(?:^|\s)(0|[\d.]+(?:px|r?em|%|pt)|(?:calc|min|max|clamp)\([^/]*\))(?:/|\s)`)

// declarations reads a declaration as those of single properties.
func declarations(s string) (out []declaration) {
	name, value, ok := strings.Cut(s, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok {
		return nil
	}
	if strings.HasPrefix(name, "--") {
		return []declaration{{name: strings.ToLower(name), value: value}}
	}
	name = strings.ToLower(name)
	value, important := strings.CutSuffix(value, "important")
	if important {
		value = strings.TrimRight(value, " !\t\n")
	}
	if name != "content" { // the only one with a text
		value = strings.ToLower(strings.Join(strings.Fields(value), " "))
	}
	name = cmp.Or(renamed[name], name)
	parts := splitTop(value, ' ')
	switch sides := boxes[name]; {
	case strings.Contains(value, "var(") && (sides != nil || name == "font"): // read again when its parts are known
		out = append(out, declaration{name, value, important})
	case sides != nil && value != "":
		for len(parts) < len(sides) {
			parts = append(parts, parts[max(0, len(parts)-2)])
		}
		for i, side := range sides {
			if side != "" {
				out = append(out, declaration{side, parts[i], important})
			}
		}
	case name == "font":
		if m := fontSizeRE.FindStringSubmatch(value); m != nil {
			out = append(out, declaration{"font-size", m[1], important})
		}
	case matters()[name]:
		out = append(out, declaration{name, value, important})
	}
	return out
}

// truth is whether a condition holds.
type truth int

const (
	no truth = iota - 1
	maybe
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// media reports whether a media query holds for the screen.
func media(query string) truth {
	if strings.TrimSpace(query) == "" {
		return yes
	}
	any := no
	for _, q := range splitTop(query, ',') {
		if len(q) <= maxSelector {
			any = max(any, condition(q, feature))
		}
	}
	return any
}

var supportsRE = regexp.MustCompile(`^(?:display|position|color|opacity|transform|gap|object-fit|overflow|flex|grid)[\w-]*\s*:\s*[\w#%. ]+$`)

// supported reports whether current browsers support what "@supports" asks for.
func supported(f string) truth {
	return max(maybe, truthOf(supportsRE.MatchString(f)))
}

// innerRE finds parentheses with none inside.
var innerRE = regexp.MustCompile(`\(([^()]*)\)`)

// condition reports whether what follows "@media" or "@supports" holds: parentheses
// give way to signs for what is inside, from the innermost outwards.
func condition(q string, leaf func(string) truth) truth {
	q = strings.ToLower(q) + strings.Repeat(")", max(0, strings.Count(q, "(")-strings.Count(q, ")")))
	for innerRE.MatchString(q) {
		q = innerRE.ReplaceAllStringFunc(q, func(inner string) string {
			inner = strings.TrimSpace(inner[1 : len(inner)-1])
			read := leaf
			if strings.ContainsAny(inner, "✓✗?") {
				read = joined
			}
			return " " + []string{"✗", "?", "✓"}[1+read(inner)] + " "
		})
	}
	return joined(q)
}

// joined reads a condition whose parts are signs and words.
func joined(q string) truth {
	q = strings.TrimSpace(q)
	if rest, ok := strings.CutPrefix(q, "not "); ok {
		return -joined(rest)
	}
	q = strings.TrimPrefix(q, "only ")
	if first, rest, ok := strings.Cut(q, " and "); ok {
		return min(joined(first), joined(rest))
	}
	if first, rest, ok := strings.Cut(q, " or "); ok {
		return max(joined(first), joined(rest))
	}
	if q != "✗" && q != "✓" && strings.ContainsAny(q, "✓✗?") {
		return maybe
	}
	return truthOf(q == "✓" || q == "all" || q == "screen")
}

var (
	boundRE = regexp.MustCompile(`^(min|max)-(?:device-)?(width|height)\s*:\s*`)
	rangeRE = regexp.MustCompile(`^(?:([\d.]+\w*)\s*([<>]=?)\s*)?(width|height)(?:\s*([<>]=?|=)\s*([\d.]+\w*))?$`)
	bounds  = map[string]string{"min": ">=", "max": "<="}
	signs   = map[string][]int{"": {-1, 0, 1}, "<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {0, 1}, "=": {0}}
	// screen is what the screen is like, in words.
	screen = map[string]string{"orientation": "landscape", "hover": "hover", "any-hover": "hover", "pointer": "fine", "any-pointer": "fine",
		"scripting": "enabled", "color": "", "prefers-color-scheme": "light", "prefers-reduced-motion": "no-preference", "prefers-contrast": "no-preference"}
)

// feature reports whether the screen has a media feature, given without its
// parentheses.
func feature(f string) truth {
	if m := boundRE.FindStringSubmatch(f); m != nil {
		f = m[2] + bounds[m[1]] + f[len(m[0]):]
	}
	if m := rangeRE.FindStringSubmatch(f); m != nil {
		have := float64(screenWidth)
		if m[3] == "height" {
			have = screenHeight
		}
		low, _ := pixels(m[1])
		high, _ := pixels(m[5])
		return truthOf(slices.Contains(signs[m[2]], cmp.Compare(low, have)) && slices.Contains(signs[m[4]], cmp.Compare(have, high)))
	}
	name, value, _ := strings.Cut(f, ":")
	has, known := screen[strings.TrimSpace(name)]
	value = strings.TrimSpace(value)
	if !known {
		return maybe
	}
	return truthOf(value == has || value == "" && !strings.HasPrefix(name, "prefers-"))
}

var lengthRE = regexp.MustCompile(`^([+-]?(?:\d+\.?\d*|\.\d+))(px|r?em|ch|ex|pt|vw|vh|%)?$`)

// pixels returns a length in CSS pixels; ok is false for what is no length.
func pixels(s string) (n float64, ok bool) {
	m := lengthRE.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, false
	}
	unit := map[string]float64{"em": 16, "rem": 16, "ch": 8, "ex": 8, "pt": 4.0 / 3, "vw": screenWidth / 100.0, "vh": screenHeight / 100.0, "%": screenWidth / 100.0}
	if u, ok := unit[m[2]]; ok {
		n *= u
	}
	return n, m[2] != "" || n == 0
}

var escapeRE = regexp.MustCompile(`\\([0-9a-fA-F]{1,6})\s?|\\(.)`)

// unescape returns the text of a string in a style sheet.
func unescape(s string) string {
	return escapeRE.ReplaceAllStringFunc(s, func(e string) string {
		code, err := strconv.ParseInt(strings.TrimSpace(e[1:]), 16, 32)
		if err != nil {
			return e[1:]
		}
		return string(rune(code))
	})
}
