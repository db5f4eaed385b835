package webpage

import (
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
	declared []declaration
	key      string // ".class", "#id" or "tag" that an element needs to match; "" if none is known
	browser  bool   // of the browser's own style sheet: any other rule overrides it
	slow     bool   // asks after siblings or descendants
}

type declaration struct {
	name, value string
	important   bool
}

// matters are the properties that decide whether a person sees a text, and
// whether it is struck through.
var matters = setOf(`display visibility opacity content-visibility position overflow overflow-x overflow-y
	clip clip-path width height max-width max-height left right top bottom text-indent margin-left transform
	font-size color background background-color background-image text-decoration text-decoration-line vertical-align`)

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

var (
	comment  = regexp.MustCompile(`(?s)/\*.*?(?:\*/|$)|<!--|-->`)
	slowRE   = regexp.MustCompile(`:(?:nth|last|only|has|empty)|~`)
	ownWords = regexp.MustCompile(`:(?:contains|matches|haschild)|[!#]=`) // cascadia's own, no CSS
)

// Limits on style sheets; what is beyond them is left out.
const (
	maxNesting  = 20     // blocks inside each other
	maxRules    = 20_000 // selectors that hide or show anything
	maxSelector = 500    // bytes of a selector or a media query
)

// A sheet collects the rules of a page's style sheets, in their order.
type sheet struct {
	rules   []rule
	browser bool
	work    *work // nil for the default style sheet
}

func (s *sheet) read(css string) { s.block(comment.ReplaceAllString(css, " "), nil, 0) }

// block reads the statements of a style sheet or of a nested block. within are
// the selectors around it.
func (s *sheet) block(css string, within []string, depth int) {
	var declared []declaration
	for css != "" && depth < maxNesting {
		var prelude, body string
		var isBlock bool
		prelude, body, isBlock, css = statement(css)
		s.work.do(1 + (len(prelude)+len(body))/100)
		name, condition, _ := strings.Cut(strings.ToLower(strings.Join(strings.Fields(prelude), " ")), " ")
		name, paren, glued := strings.Cut(name, "(") // "@media(min-width:40em)"
		if glued {
			condition = "(" + paren + " " + condition
		}
		switch {
		case !isBlock:
			if d, ok := parseDeclaration(prelude); ok {
				declared = append(declared, d)
			}
		case name == "@media", name == "@container":
			if mediaMatches(condition) {
				s.block(body, within, depth+1)
			}
		case name == "@supports":
			if !strings.HasPrefix(strings.TrimSpace(condition), "not") {
				s.block(body, within, depth+1)
			}
		case name == "@layer":
			before := s.browser
			s.browser = before || strings.TrimSpace(condition) == "browser" && within == nil
			s.block(body, within, depth+1)
			s.browser = before
		case strings.HasPrefix(prelude, "@"):
		default:
			s.block(body, nest(within, splitTop(prelude, ',')), depth+1)
		}
	}
	if len(declared) == 0 {
		return
	}
	for _, selector := range within {
		for _, plain := range expandIs(selector) {
			if len(s.rules) >= maxRules {
				return
			}
			sel, err := cascadia.Parse(plain)
			if err != nil || ownWords.MatchString(plain) {
				continue // such as ::before, which is no element
			}
			s.rules = append(s.rules, rule{sel, sel.Specificity(), declared, keyOf(plain), s.browser, slowRE.MatchString(plain)})
		}
	}
}

var (
	bracketsRE = regexp.MustCompile(`\([^()]*\)|\[[^\[\]]*\]`)
	lastRE     = regexp.MustCompile(`[^\s>+~]*$`)
	classRE    = regexp.MustCompile(`[.#]((?:[\w-]|\\[^0-9a-fA-F\s])+)`)
	tagRE      = regexp.MustCompile(`^[a-zA-Z][\w-]*$`)
)

// keyOf returns what an element needs for a selector to match it, so that most
// selectors are not even tried on most elements.
func keyOf(selector string) string {
	for bracketsRE.MatchString(selector) {
		selector = bracketsRE.ReplaceAllString(selector, "")
	}
	last := lastRE.FindString(selector)
	if m := classRE.FindString(last); m != "" {
		return strings.ReplaceAll(m, `\`, "")
	}
	if tagRE.MatchString(last) && !strings.Contains(selector, `\`) {
		return strings.ToLower(last)
	}
	return ""
}

// statement cuts the first statement off a style sheet.
func statement(css string) (prelude, body string, isBlock bool, rest string) {
	at := find(css, ";{}")
	prelude, rest = strings.TrimSpace(css[:at]), css[min(at+1, len(css)):]
	if at == len(css) || css[at] != '{' {
		return prelude, "", false, rest
	}
	depth := 1
	for at := find(rest, "{}"); at < len(rest); at += 1 + find(rest[at+1:], "{}") {
		if depth--; rest[at] == '{' {
			depth += 2
		}
		if depth == 0 {
			return prelude, rest[:at], true, rest[at+1:]
		}
	}
	return prelude, rest, true, ""
}

// find returns the place of the first of the given signs outside strings,
// escapes, brackets and parentheses; len(s) where there is none.
func find(s, signs string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
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
		case c == '{' || c == '}':
			depth = 0 // a parenthesis that was never closed
			if strings.IndexByte(signs, c) >= 0 {
				return i
			}
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
	var out []string
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

var isRE = regexp.MustCompile(`:(?:is|where|-webkit-any|-moz-any)\(`)

// expandIs writes a selector with :is() as selectors without, which cascadia
// reads.
func expandIs(selector string) []string {
	if len(selector) > maxSelector {
		return nil
	}
	done := []string{selector}
	for at := 0; at < len(done) && len(done) < 100; {
		s := done[at]
		m := isRE.FindStringIndex(s)
		if m == nil {
			at++
			continue
		}
		end := m[1] + find(s[m[1]:], ")")
		done = slices.Delete(done, at, at+1)
		if end == len(s) {
			continue
		}
		for _, choice := range splitTop(s[m[1]:end], ',') {
			done = append(done, s[:m[0]]+choice+s[end+1:])
		}
	}
	return done
}

func parseDeclaration(s string) (declaration, bool) {
	name, value, ok := strings.Cut(s, ":")
	name = strings.ToLower(strings.TrimSpace(name))
	if !ok || !matters[name] {
		return declaration{}, false
	}
	value = strings.ToLower(strings.TrimSpace(value))
	value, important := strings.CutSuffix(value, "important")
	if important {
		value = strings.TrimRight(value, " !\t\n")
	}
	return declaration{name, value, important}, true
}

// mediaMatches reports whether a media query holds for the screen.
func mediaMatches(query string) bool {
	return strings.TrimSpace(query) == "" || slices.ContainsFunc(splitTop(query, ','), func(q string) bool {
		return len(q) <= maxSelector && condition(q)
	})
}

func condition(q string) bool {
	q = strings.TrimSpace(strings.ToLower(q))
	if rest, ok := strings.CutPrefix(q, "not "); ok {
		return !condition(rest)
	}
	q = strings.TrimSpace(strings.TrimPrefix(q, "only "))
	if parts := splitWord(q, "and"); len(parts) > 1 {
		return !slices.ContainsFunc(parts, func(p string) bool { return !condition(p) })
	}
	if parts := splitWord(q, "or"); len(parts) > 1 {
		return slices.ContainsFunc(parts, condition)
	}
	if inner, ok := strings.CutPrefix(q, "("); ok {
		return feature(strings.TrimSpace(strings.TrimSuffix(inner, ")")))
	}
	return q == "all" || q == "screen"
}

// splitWord parts a condition at a word outside parentheses. The spaces around the
// word may be missing before a parenthesis.
func splitWord(s, word string) []string {
	depth, from := 0, 0
	var parts []string
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		end := i + len(word)
		if depth == 0 && i > 0 && end < len(s) && s[i:end] == word && strings.IndexByte(" )", s[i-1]) >= 0 && strings.IndexByte(" (", s[end]) >= 0 {
			parts = append(parts, s[from:i])
			from = end
		}
	}
	return append(parts, s[from:])
}

var (
	boundRE = regexp.MustCompile(`^(min|max)-(?:device-)?(width|height)\s*:\s*`)
	rangeRE = regexp.MustCompile(`^(?:([\d.]+\w*)\s*([<>]=?)\s*)?(width|height)(?:\s*([<>]=?|=)\s*([\d.]+\w*))?$`)
	bounds  = map[string]string{"min": ">=", "max": "<="}
	// screen is what the screen is like, in words.
	screen = map[string]string{"orientation": "landscape", "hover": "hover", "any-hover": "hover", "pointer": "fine", "any-pointer": "fine",
		"scripting": "enabled", "color": "", "prefers-color-scheme": "light", "prefers-reduced-motion": "no-preference", "prefers-contrast": "no-preference"}
)

// feature reports whether the screen has a media feature, given without its
// parentheses.
func feature(f string) bool {
	if strings.HasPrefix(f, "(") || strings.HasPrefix(f, "not ") {
		return condition(f)
	}
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
		return compare(low, m[2], have) && compare(have, m[4], high)
	}
	name, value, _ := strings.Cut(f, ":")
	has, known := screen[strings.TrimSpace(name)]
	value = strings.TrimSpace(value)
	return known && (value == has || value == "" && !strings.HasPrefix(name, "prefers-"))
}

// compare reports whether a sign holds between two lengths; without one it does.
func compare(a float64, sign string, b float64) bool {
	switch sign {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	case "=":
		return a == b
	}
	return true
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
