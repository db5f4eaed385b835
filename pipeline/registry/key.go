package registry

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Forms are the normalised forms of a printed name under which it is looked
// up: lower-case letters and digits without separators, accents on Latin
// letters, invisible characters, a leading "The" and words such as "dba".
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
	list := tokens(name)
	if len(list) == 0 {
		s := strings.ToLower(strings.TrimSpace(name))
		return Forms{Key: s, Whole: s}
	}
	return Forms{Key: joinTokens(withoutLegalForms(list)), Whole: joinTokens(list)}
}

// token is a run of letters and digits of a name.
type token struct {
	text   string // lower case
	before string // what is between it and the one before
}

func joinTokens(list []token) string {
	var b strings.Builder
	for _, t := range list {
		b.WriteString(t.text)
	}
	return b.String()
}

const (
	commas      = ",;:、"
	stops       = commas + `/\⁄∕|()[]{}<>` // a part of the name ends here
	dashes      = "-‐‑‒–—―−_"
	apostrophes = "'’‘ʼ`´′"
)

var (
	wordPattern = regexp.MustCompile(`[\pL\pN\pM\x{FFFD}]+|\+`)
	unlike      = strings.NewReplacer("ß", "ss", "ẞ", "ss", "ς", "σ", "ı", "i", "+", "plus") // "Google+" is not "Google"
)

func tokens(name string) (list []token) {
	name = between.ReplaceAllString(fold(name), " (")
	end := 0
	for _, at := range wordPattern.FindAllStringIndex(name, -1) {
		list = append(list, token{unlike.Replace(strings.ToLower(name[at[0]:at[1]])), name[end:at[0]]})
		end = at[1]
	}
	if len(list) > 1 && list[0].text == "the" {
		list = list[1:]
		list[0].before = ""
	}
	return list
}

// slashed are the legal forms "A/S" and "S/A".
var slashed = regexp.MustCompile(`(?i)\b([as])/([as])\b`)

// fold brings a name to one Unicode form: compatibility forms (full-width
// letters, ligatures) replaced; accents on Latin letters, apostrophes inside
// words and everything invisible dropped. Case is kept.
func fold(name string) string {
	// Signs go before decomposition, which would turn them into letters.
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune("™®©℠\u034f"+apostrophes, r), unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector):
			return -1
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
	return slashed.ReplaceAllString(norm.NFC.String(name), "$1.$2.")
}

// begins reports whether a token begins a new part of the name. A legal form
// may end any part: "Multi Media, LLC/Zmedianow, LLC/Chaturbate".
func (t token) begins() bool {
	return strings.ContainsAny(t.before, stops) || strings.ContainsAny(t.before, dashes) && strings.Contains(t.before, " ")
}

// wordsFile lists kinds of words in the names of companies.
//
//go:embed words.txt
var wordsFile string

var words = func() map[string][]string {
	byKind := map[string][]string{}
	for line := range strings.Lines(wordsFile) {
		kind, list, _ := strings.Cut(line, " ")
		byKind[kind] = append(byKind[kind], strings.Fields(list)...)
	}
	return byKind
}()

func is(kind, word string) bool { return slices.Contains(words[kind], word) }

// withoutLegalForms drops legal forms from the end of each part. The first part
// of a name never becomes empty; another one may ("Imgur, LLC").
func withoutLegalForms(list []token) (left []token) {
	for start, end := 0, 1; end <= len(list); end++ {
		if end < len(list) && !list[end].begins() {
			continue
		}
		part := list[start:end]
		for n := legalEnd(part); n > 0 && (n < len(part) || start > 0 && n == len(part)); n = legalEnd(part) {
			part = part[:len(part)-n]
		}
		left = append(left, part...)
		start = end
	}
	return left
}

// legalEnd returns how many tokens at the end of a part are one legal form.
// Initials ("L.L.C.", "S.à r.l.") are separated by points; by spaces alone they
// count from three on ("L L C").
func legalEnd(part []token) int {
	for n := min(7, len(part)); n > 1; n-- {
		tail := part[len(part)-n:]
		joined, initials, pointed := joinTokens(tail), true, true
		for i, t := range tail {
			initials = initials && utf8.RuneCountInString(t.text) == 1
			pointed = pointed && (i == 0 || strings.TrimSpace(t.before) == ".")
		}
		if is("words", joined) && n > 2 || is("form", joined) && initials && (pointed || n > 2) {
			return n
		}
	}
	end := len(part)
	if end == 0 || !is("form", part[end-1].text) {
		return 0
	}
	last := part[end-1]
	if is("initials", last.text) && !strings.ContainsAny(last.before, commas) {
		return 0
	}
	if last.before == "." && (end < 2 || !is("form", part[end-2].text)) {
		return 0 // the ending of a domain: "Ello.co" is a name
	}
	return 1
}

// Base is what may be the brand in a legal name: "google" in "Google Ireland
// Limited".
type Base struct {
	Key   string
	Local bool // only places follow, or "Group"
	Group bool // "Group" follows: another company may be called so
}

// Bases returns what comes before places and capacities in a legal name, longest
// first. A name without a legal form has none: it may be anything.
func Bases(name string) (list []Base) {
	all := tokens(name)
	left := withoutLegalForms(all)
	if len(left) == len(all) {
		return nil
	}
	b := Base{Local: true}
	for end := len(left) - 1; end > 0; end-- {
		last := left[end].text
		if !is("place", last) && !is("capacity", last) && last != "group" {
			break
		}
		b = Base{joinTokens(left[:end]), b.Local && !is("capacity", last), b.Group || last == "group"}
		list = append(list, b)
	}
	return list
}
