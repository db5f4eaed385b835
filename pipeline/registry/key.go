package registry

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Forms are the normalised forms of a printed name under which it is looked
// up. Key and Whole are lower-case letters and digits without any separator:
// Unicode forms (full-width letters, accents on Latin letters), case, quotes,
// dashes, spaces, punctuation, trademark signs, invisible characters, a
// leading "The" and the words of "dba", "d/b/a", "fka" and their like are gone.
//
//   - Key is also without legal forms ("LLC", "S.à r.l.", "Pte. Ltd.") at the
//     end of the name or of one of its parts;
//   - Whole still has them, and so joins a name whose printed form glued one
//     on ("HowlogicKFT") with the same name written apart.
//
// Words that tell services apart (Group, Holdings, Online, .com, +, AI) stay.
// A name without a letter or digit is its own key.
type Forms struct {
	Key, Whole string
}

// Normalise returns the forms of a printed name.
func Normalise(name string) Forms {
	toks := tokens(name)
	if len(toks) == 0 {
		s := strings.ToLower(strings.TrimSpace(name))
		return Forms{Key: s, Whole: s}
	}
	var whole, key strings.Builder
	for i, part := range segments(toks) {
		for _, t := range part {
			whole.WriteString(t.text)
		}
		for _, t := range withoutLegalForm(part, i == 0) {
			key.WriteString(t.text)
		}
	}
	return Forms{Key: key.String(), Whole: whole.String()}
}

// Words returns the words of a name in lower case, without its legal forms.
func Words(name string) []string {
	var words []string
	for i, part := range segments(tokens(name)) {
		for _, t := range withoutLegalForm(part, i == 0) {
			words = append(words, t.text)
		}
	}
	return words
}

// gap says what stands between a token and the one before it.
type gap uint8

const (
	space gap = 1 << iota
	dot
	slash
	bracket
	comma
	dash
	other
)

type token struct {
	text   string // lower case
	before gap
	// glued is the length in bytes of a legal form written onto the end of
	// the token with a capital ("HowlogicKFT"), 0 where there is none.
	glued int
}

func (t token) single() bool {
	_, n := utf8.DecodeRuneInString(t.text)
	return n == len(t.text)
}

// tokens cuts a name into runs of letters and digits.
func tokens(name string) []token {
	name = between.ReplaceAllString(fold(name), " (")
	var toks []token
	var before gap
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		if r == '+' {
			// "Google+" is not "Google".
			toks = append(toks, token{text: "plus", before: before})
			before = 0
			i += n
			continue
		}
		if !isWord(r) {
			before |= gapOf(r)
			i += n
			continue
		}
		start := i
		for i < len(name) {
			r, n = utf8.DecodeRuneInString(name[i:])
			if !isWord(r) && !(isApostrophe(r) && i+n < len(name) && isWordAt(name, i+n)) {
				break
			}
			i += n
		}
		raw := name[start:i]
		if text := lower(raw); text != "" { // an apostrophe that stands alone is no word
			toks = append(toks, token{text: text, before: before, glued: gluedForm(raw)})
			before = 0
		}
	}
	if len(toks) > 1 && toks[0].text == "the" {
		toks = toks[1:]
		toks[0].before = 0
	}
	return toks
}

// fold brings a name to one Unicode form: compatibility forms (full-width
// letters, ligatures) replaced, accents on Latin letters and everything
// invisible dropped. Case is kept.
func fold(name string) string {
	if !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r >= utf8.RuneSelf }) {
		return name
	}
	// Signs go before decomposition, which would turn them into letters.
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '™', r == '®', r == '©', r == '℠':
			return -1
		case r == '\t', r == '\n', r == '\r', r == '\v', r == '\f':
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Cc), r >= 0xFE00 && r <= 0xFE0F, r == 0x034F:
			return -1 // invisible: direction marks, soft hyphens, zero widths, variation selectors
		}
		return r
	}, name)
	latin := false
	name = strings.Map(func(r rune) rune {
		if r >= 0x0300 && r <= 0x036F {
			if latin {
				return -1
			}
			return r
		}
		latin = unicode.Is(unicode.Latin, r)
		return r
	}, norm.NFKD.String(name))
	return norm.NFC.String(name)
}

func isWord(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.M) || r == utf8.RuneError
}

func isWordAt(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return isWord(r)
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', '`', '´', '′':
		return true
	}
	return false
}

func gapOf(r rune) gap {
	switch r {
	case '.', '·', '。':
		return dot
	case '/', '\\', '⁄', '∕', '|':
		return slash
	case '(', ')', '[', ']', '{', '}', '<', '>':
		return bracket
	case ',', ';', ':', '、':
		return comma
	case '-', '‐', '‑', '‒', '–', '—', '―', '−', '_':
		return dash
	}
	if unicode.IsSpace(r) {
		return space
	}
	return other
}

// unlike are letters whose lower case does not tell that they are one.
var unlike = strings.NewReplacer("ß", "ss", "ẞ", "ss", "ς", "σ", "ı", "i")

func lower(s string) string {
	s = strings.Map(func(r rune) rune {
		if isApostrophe(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	return unlike.Replace(s)
}

// segments splits the tokens of a name at brackets, slashes, commas and dashes
// set off by spaces. A legal form may end any part: "Multi Media,
// LLC/Zmedianow, LLC/Chaturbate".
func segments(toks []token) [][]token {
	var parts [][]token
	start := 0
	cut := func(end int) {
		if end > start {
			parts = append(parts, toks[start:end])
		}
	}
	for i := range toks {
		b := toks[i].before
		switch {
		case i == start:
		case b&slash != 0 && toks[i].single() && toks[i-1].single() && b&bracket == 0:
			// "S/A" is a legal form, not two parts.
		case b&(bracket|slash|comma) != 0, b&dash != 0 && b&space != 0:
			cut(i)
			start = i
		}
	}
	cut(len(toks))
	return parts
}

// legalForms are the endings that say under which law a company was founded
// and nothing about the service.
var legalForms = set(`inc incorporated unlimited llc llp lllp pllc lp ltd ltda limited co company corp corporation plc pbc
	gmbh ggmbh mbh ug ag kg kgaa ohg ev sa sasu sarl sarls srl srls sl slu slne sro as asa aps ab hb oy oyj
	bv bvba nv vof kft zrt nyrt doo dd ad ood eood spzoo sia uab pte pty sdn bhd pvt private pvtltd ptyltd pteltd
	sadecv kk eireli zao ooo oao pao jsc ojsc pjsc spa sas se`)

// asInitials are legal forms that are also words or names: they count only
// where they are written as initials (S.p.A., A/S) or stand behind a comma.
var asInitials = set(`spa sas se as ad ev dd kk ug sl hb`)

// behindDot are the domain endings that look like a legal form: "Ello.co" is a name.
func behindDot(t token) bool { return t.before == dot }

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// withoutLegalForm drops legal forms from the end of a part. The first part of
// a name never becomes empty; another one may ("Imgur, LLC").
func withoutLegalForm(part []token, first bool) []token {
	keep := 0
	if first {
		keep = 1
	}
	for len(part) > keep {
		n := legalEnd(part)
		if n == 0 || len(part)-n < keep {
			break
		}
		part = part[:len(part)-n]
	}
	if n := len(part); n > 0 && part[n-1].glued > 0 {
		last := part[n-1]
		last.text, last.glued = last.text[:len(last.text)-last.glued], 0
		part = append(append([]token(nil), part[:n-1]...), last)
	}
	return part
}

// spelledOut are the legal forms of several words whose first ones are no
// legal form by themselves.
var spelledOut = [][]string{
	{"public", "benefit", "corporation"}, {"public", "benefit", "corp"},
	{"limited", "liability", "company"}, {"limited", "liability", "co"},
	{"public", "limited", "company"},
}

// legalEnd returns how many tokens at the end of a part are one legal form.
func legalEnd(part []token) int {
	if n := spelledOutEnd(part); n > 0 {
		return n
	}
	if n := initialsEnd(part); n > 0 {
		return n
	}
	end := len(part)
	last := part[end-1]
	switch {
	case !legalForms[last.text], asInitials[last.text] && last.before&comma == 0:
		return 0
	case behindDot(last) && !(end > 1 && legalForms[part[end-2].text]):
		return 0
	}
	return 1
}

func spelledOutEnd(part []token) int {
	for _, form := range spelledOut {
		start := len(part) - len(form)
		if start >= 0 && slices.EqualFunc(part[start:], form, func(t token, word string) bool { return t.text == word }) {
			return len(form)
		}
	}
	return 0
}

// initialsEnd finds "L.L.C.", "S.à r.l.", "Sp. z o.o." and "S.A. de C.V.".
func initialsEnd(part []token) int {
	end := len(part)
	joined, tight, best := "", true, 0
	for n := 1; n <= 5 && n <= end && len(part[end-n].text) <= 2; n++ {
		joined = part[end-n].text + joined
		if n == 1 {
			continue
		}
		gap := part[end-n+1].before
		tight = tight && gap&^(dot|slash|space) == 0 && gap&(dot|slash) != 0
		// Letters separated by spaces alone count from three on: "L L C".
		initials := allSingle(part[end-n:]) && (tight || n >= 3) || joined == "spzoo" || joined == "sadecv"
		if legalForms[joined] && initials {
			best = n
		}
	}
	return best
}

func allSingle(toks []token) bool {
	for _, t := range toks {
		if !t.single() {
			return false
		}
	}
	return true
}

// gluedForms are the legal forms that are recognised when a capital sets them
// off the name they were glued to.
var gluedForms = []string{"corporation", "limited", "gmbh", "corp", "llc", "ltd", "inc", "kft", "llp", "plc", "sro", "aps"}

func gluedForm(raw string) int {
	for _, f := range gluedForms {
		at := len(raw) - len(f)
		if at < 3 || !strings.EqualFold(raw[at:], f) {
			continue
		}
		if c := raw[at]; c < 'A' || c > 'Z' {
			continue
		}
		if c := raw[at-1]; c < 'a' || c > 'z' {
			continue
		}
		return len(f)
	}
	return 0
}
