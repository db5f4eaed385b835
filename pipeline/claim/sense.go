package claim

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"espfigures/pipeline"
)

// Sense says what the words around a quoted number claim of the figure.
type Sense string

const (
	Bare      Sense = ""               // the figure itself, as exactly as it is quoted
	About     Sense = "about"          // the same, and whoever quotes it says that it is rounded
	Precisely Sense = "exactly"        // the figure itself to the last report
	Above     Sense = "more than"      // the figure is larger
	JustAbove Sense = "a little above" // it is larger, by no more than a little
	WellAbove Sense = "well above"     // it is larger, by more than a little
	AtLeast   Sense = "at least"       // it is as large or larger
	Below     Sense = "less than"      // it is smaller
	JustBelow Sense = "a little below" // it is smaller, by no more than a little: almost, nearly
	WellBelow Sense = "well below"     // it is smaller, by more than a little
	AtMost    Sense = "no more than"   // it is as small or smaller
)

// Directed reports whether the sense says on which side of the number the
// figure lies.
func (s Sense) Directed() bool { return s != Bare && s != About && s != Precisely }

// Downward reports whether the sense says that the figure is below the number.
func (s Sense) Downward() bool {
	return s == Below || s == JustBelow || s == WellBelow || s == AtMost
}

// sensesBefore are the words in front of a number, and what they claim.
var sensesBefore = map[Sense][]string{
	About:     {"~", "≈", "about", "around", "approximately", "approx.", "approx", "roughly", "some", "circa", "ca.", "ca", "c.", "close to", "in the region of"},
	Precisely: {"=", "exactly", "precisely"},
	Above:     {">", "over", "more than", "greater than", "higher than", "larger than", "above", "upwards of", "upward of", "in excess of", "exceeding", "beyond", "north of"},
	JustAbove: {"just over", "just above", "just more than", "a little over", "a little more than", "a bit over", "a bit more than", "slightly over", "slightly above", "slightly more than", "barely over", "barely more than"},
	WellAbove: {"well over", "well above", "far over", "far above", "far more than", "much more than", "significantly more than"},
	AtLeast:   {"≥", ">=", "at least", "no less than", "no fewer than", "not less than", "not fewer than", "a minimum of"},
	Below:     {"<", "under", "less than", "fewer than", "lower than", "smaller than", "below", "south of"},
	JustBelow: {"almost", "nearly", "just under", "just below", "just short of", "short of", "just less than", "just fewer than", "a little under", "a little less than", "a bit under", "slightly under", "slightly below", "slightly less than", "slightly fewer than", "not quite", "approaching"},
	WellBelow: {"well under", "well below", "far under", "far below", "far less than", "far fewer than", "much less than", "significantly less than"},
	AtMost:    {"≤", "<=", "up to", "at most", "no more than", "not more than", "not over", "a maximum of", "as many as"},
}

// sensesBehind are the words behind a number.
var sensesBehind = map[Sense][]string{
	AtLeast: {"+", "or more", "or higher", "and more", "plus"},
	AtMost:  {"or less", "or fewer", "or lower"},
}

// senseOf parts the words in front of or behind a number, in lower case, from
// the number, of which reports may be said. Words on both sides are left: such
// a text is no number.
func senseOf(text string) (Sense, string) {
	sense, rest := senseBefore(text)
	if sense == Bare {
		// Only and just belittle a number and claim no side of it. "Just over"
		// is a sense of its own, and found before.
		for _, w := range belittling {
			if after, ok := strings.CutPrefix(rest, w+" "); ok {
				sense, rest = senseBefore(after)
				break
			}
		}
	}
	if rest = withoutNoun(rest); sense != Bare {
		return sense, rest
	}
	for s, list := range sensesBehind {
		for _, w := range list {
			before, ok := strings.CutSuffix(rest, w)
			if r, _ := utf8.DecodeRuneInString(w); ok && (!unicode.IsLetter(r) || strings.HasSuffix(before, " ")) {
				return s, withoutNoun(strings.TrimSpace(before))
			}
		}
	}
	return sense, rest
}

// belittling are words in front of a number that claim nothing of it.
var belittling = []string{"only", "just", "merely"}

// senseBefore parts the words in front of a number from what follows them.
func senseBefore(text string) (Sense, string) {
	sense, rest, longest := Bare, text, 0
	for s, list := range sensesBefore {
		for _, w := range list {
			after, ok := strings.CutPrefix(text, w)
			if r, _ := utf8.DecodeRuneInString(after); !ok || len(w) <= longest || !unicode.IsSpace(r) && !unicode.IsDigit(r) {
				continue
			}
			sense, rest, longest = s, strings.TrimSpace(after), len(w)
		}
	}
	return sense, rest
}

var (
	// theUnit is what the tables count, as people name it. What may stand behind
	// it is a closed list: "reports by Instagram" and "reports in 2021" are
	// claims of something else, which the number alone does not hold.
	theUnit = regexp.MustCompile(`\s*\b(?:cybertipline |cybertip )?(?:reports?|cybertips?|tips?|referrals?)(?: (?:(?:made |sent )?to (?:ncmec(?:'s cybertipline)?|(?:the |its )?cybertipline|the national center for missing (?:and|&) exploited children)|(?:of|about) (?:suspected |apparent |alleged )?(?:csam|csem|csea|child sexual (?:exploitation|abuse)(?: and abuse)?(?: materials?)?|child abuse(?: materials?)?)))*$`)
	// furtherWords are words behind the unit that are not in that list.
	furtherWords = regexp.MustCompile(`\b(?:reports?|cybertips?|tips?|referrals?)\s+(\S.*)$`)
	// otherUnits are what reports are mistaken for.
	otherUnits = regexp.MustCompile(`\s+((?:(?:abuse|abusive|illegal|csam|child sexual abuse|child abuse) )?(?:pieces?|images?|imagery|photos?|pictures?|videos?|files?|items?|materials?|posts?|child(?:ren)?|kids|minors|victims?|cases?|crimes?|incidents?|instances?|accounts?|users?|offenders?|people|persons)\b.*)$`)
)

// withoutNoun takes the words for the unit off the end of a number.
func withoutNoun(s string) string {
	if at := theUnit.FindStringIndex(s); at != nil && at[0] > 0 {
		return s[:at[0]]
	}
	return s
}

// withoutOther takes words for another unit than reports off the end of a
// number, and returns them.
func withoutOther(s string) (number, counted string) {
	if m := otherUnits.FindStringSubmatchIndex(s); m != nil && !theUnit.MatchString(s) {
		return s[:m[0]], s[m[2]:m[3]]
	}
	return s, ""
}

// A little is at most a twentieth of the number, and no more than what still
// rounds to it: almost 22m is not said of 21.2m, though that is near.
const littleParts = 20

// little reports whether a figure lies no more than a little from the number.
func (n Number) little(published pipeline.Count) bool {
	d := published - n.Value
	if d < 0 {
		d = -d
	}
	return d <= n.Value/littleParts && (2*d <= n.grain || d <= n.Value/1000)
}

// directed reports whether the figure lies where the number's sense says.
func (n Number) directed(published pipeline.Count) bool {
	switch n.Sense {
	case Above:
		return published > n.Value
	case JustAbove:
		return published > n.Value && n.little(published)
	case WellAbove:
		return published > n.Value && published-n.Value > n.Value/littleParts
	case AtLeast:
		return published >= n.Value
	case Below:
		return published < n.Value
	case JustBelow:
		return published < n.Value && n.little(published)
	case WellBelow:
		return published < n.Value && n.Value-published > n.Value/littleParts
	case AtMost:
		return published <= n.Value
	}
	return false
}

// loose reports whether the number says little of a figure on the claimed
// side: it is off by more than a tenth of it.
func (n Number) loose(published pipeline.Count) bool {
	d := published - n.Value
	if d < 0 {
		d = -d
	}
	return d > published/10
}
