package registry

import (
	"regexp"
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
	list := tokens(name)
	if len(list) == 0 {
		s := strings.ToLower(strings.TrimSpace(name))
		return Forms{Key: s, Whole: s}
	}
	return Forms{Key: strings.Join(Words(name), ""), Whole: joinTokens(list)}
}

// Words returns the words of a name in lower case, without its legal forms.
func Words(name string) (words []string) {
	for i, part := range segments(tokens(name)) {
		for _, t := range withoutLegalForm(part, i == 0) {
			words = append(words, t.text)
		}
	}
	return words
}

// token is a run of letters and digits of a name.
type token struct {
	text   string // lower case
	before string // what stands between it and the one before
	// glued is the length in bytes of a legal form written onto the end of
	// the token with a capital ("HowlogicKFT"), 0 where there is none.
	glued int
}

func (t token) single() bool { return utf8.RuneCountInString(t.text) == 1 }

func joinTokens(list []token) string {
	var b strings.Builder
	for _, t := range list {
		b.WriteString(t.text)
	}
	return b.String()
}

// Characters that separate words, and the pattern of a word: letters and
// digits, with apostrophes inside, or the plus of "Google+".
const (
	dots        = ".·。"
	slashes     = `/\⁄∕|`
	stops       = slashes + "()[]{}<>,;:、" // a part of the name ends here
	dashes      = "-‐‑‒–—―−_"
	apostrophes = "'’‘ʼ`´′"
)

var wordPattern = regexp.MustCompile(`[\pL\pN\pM\x{FFFD}](?:[` + apostrophes + `]*[\pL\pN\pM\x{FFFD}])*|\+`)

func tokens(name string) (list []token) {
	name = between.ReplaceAllString(fold(name), " (")
	end := 0
	for _, at := range wordPattern.FindAllStringIndex(name, -1) {
		raw := name[at[0]:at[1]]
		t := token{text: lower(raw), before: name[end:at[0]], glued: gluedForm(raw)}
		if raw == "+" {
			t.text = "plus" // "Google+" is not "Google"
		}
		list, end = append(list, t), at[1]
	}
	if len(list) > 1 && list[0].text == "the" {
		list = list[1:]
		list[0].before = ""
	}
	return list
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
		case strings.ContainsRune("\t\n\r\v\f", r):
			return ' '
		case strings.ContainsRune("™®©℠\u034f", r), unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector):
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
	return norm.NFC.String(name)
}

// unlike are letters whose lower case does not tell that they are one.
var unlike = strings.NewReplacer("ß", "ss", "ẞ", "ss", "ς", "σ", "ı", "i")

func lower(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(apostrophes, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	return unlike.Replace(s)
}

// segments splits the tokens of a name at brackets, slashes, commas and dashes
// set off by spaces. A legal form may end any part: "Multi Media,
// LLC/Zmedianow, LLC/Chaturbate".
func segments(list []token) (parts [][]token) {
	start := 0
	for i := 1; i <= len(list); i++ {
		if i == len(list) || list[i].begins(list[i-1]) {
			parts = append(parts, list[start:i])
			start = i
		}
	}
	return parts
}

// begins reports whether a token begins a new part of the name.
func (t token) begins(last token) bool {
	if t.single() && last.single() && strings.ContainsAny(t.before, slashes) && !strings.ContainsAny(t.before, "()[]{}<>") {
		return false // "S/A" is a legal form, not two parts
	}
	return strings.ContainsAny(t.before, stops) || strings.ContainsAny(t.before, dashes) && strings.ContainsFunc(t.before, unicode.IsSpace)
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
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

// ofWords are the legal forms of several words, joined, whose first ones are no
// legal form by themselves.
var ofWords = set(`publicbenefitcorporation publicbenefitcorp limitedliabilitycompany limitedliabilityco publiclimitedcompany spzoo sadecv`)

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
		part = append(slices.Clone(part[:n-1]), last)
	}
	return part
}

// legalEnd returns how many tokens at the end of a part are one legal form.
// Initials ("L.L.C.", "S.à r.l.") are separated by points or slashes; by spaces
// alone they count from three on ("L L C").
func legalEnd(part []token) int {
	for n := min(5, len(part)); n > 1; n-- {
		tail := part[len(part)-n:]
		joined, initials, tight := joinTokens(tail), true, true
		for i, t := range tail {
			initials = initials && t.single()
			tight = tight && (i == 0 || t.before != "" && strings.ContainsAny(t.before, dots+slashes) && strings.Trim(t.before, dots+slashes+" \u00a0") == "")
		}
		if ofWords[joined] && n > 2 || legalForms[joined] && initials && (tight || n > 2) {
			return n
		}
	}
	end := len(part)
	last := part[end-1]
	switch {
	case !legalForms[last.text], asInitials[last.text] && !strings.ContainsAny(last.before, ",;:、"):
		return 0
	case last.before != "" && strings.Trim(last.before, dots) == "" && (end < 2 || !legalForms[part[end-2].text]):
		return 0 // the ending of a domain: "Ello.co" is a name
	}
	return 1
}

// glued is a legal form that a capital sets off the name it was glued to.
var glued = regexp.MustCompile(`[a-z](Corporation|CORPORATION|Limited|LIMITED|G(?i:mbh)|C(?i:orp)|L(?i:lc)|L(?i:td)|I(?i:nc)|K(?i:ft)|L(?i:lp)|P(?i:lc)|S(?i:ro)|A(?i:ps))$`)

func gluedForm(raw string) int {
	at := glued.FindStringSubmatchIndex(raw)
	if at == nil || at[2] < 3 {
		return 0
	}
	return len(raw) - at[2]
}
