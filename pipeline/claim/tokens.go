package claim

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// token is a word, number or sign of a sentence.
type token struct {
	text  string // as written, without a possessive ending
	lower string
	owner bool // written with a possessive ending: Facebook's
}

// tokenPattern takes numbers with their separators whole, then words with
// apostrophes, hyphens, points and ampersands inside them, then single signs.
var tokenPattern = regexp.MustCompile(`\d+(?:[.,'’_\x{a0}\x{202f}]\d+)+|\d{1,3}(?: \d{3})+\b|\d+(?:st|nd|rd|th)\b|\d+|[\pL\pM][\pL\pM\d]*(?:[-'’.&!][\pL\pM\d]+)*!?|[≥≤]|[<>]=?|[^\s]`)

// tokens splits a sentence. A number and a letter that follows it at once are
// two tokens: "21.1m" is "21.1" and "m".
func tokens(sentence string) []token {
	var list []token
	for _, text := range tokenPattern.FindAllString(norm.NFC.String(sentence), -1) {
		t := token{text: text}
		for _, ending := range []string{"'s", "’s", "s'", "s’"} {
			if cut, ok := strings.CutSuffix(text, ending); ok && cut != "" {
				t.owner = true
				if t.text = cut; ending[0] == 's' {
					t.text += "s"
				}
				break
			}
		}
		t.lower = strings.ToLower(t.text)
		list = append(list, t)
	}
	// An apostrophe of its own behind a word in -s is a possessive ending.
	for i := 1; i < len(list); i++ {
		if (list[i].text == "'" || list[i].text == "’") && strings.HasSuffix(list[i-1].lower, "s") {
			list[i-1].owner = true
		}
	}
	return list
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// abbreviations end with a point that does not end a sentence.
var abbreviations = map[string]bool{"inc": true, "ltd": true, "co": true, "corp": true, "no": true, "nos": true, "approx": true, "ca": true, "mio": true, "mr": true, "ms": true, "mrs": true, "dr": true, "st": true, "vs": true, "e.g": true, "i.e": true, "u.s": true, "u.k": true, "jan": true, "feb": true, "sept": true, "dec": true, "c": true}

// sentences splits a text at points, question and exclamation marks in front
// of a space and a capital letter, number or quote, and at blank lines.
func sentences(text string) []string {
	var list []string
	for _, paragraph := range regexp.MustCompile(`\n\s*\n`).Split(text, -1) {
		runes := []rune(strings.Join(strings.Fields(paragraph), " "))
		begin := 0
		for i, r := range runes {
			if r != '.' && r != '!' && r != '?' {
				continue
			}
			next := i + 1
			for next < len(runes) && strings.ContainsRune(`"'”’)]`, runes[next]) {
				next++
			}
			if next < len(runes) && runes[next] != ' ' {
				continue
			}
			if next+1 < len(runes) && unicode.IsLower(runes[next+1]) {
				continue
			}
			word := string(runes[begin:i])
			word = word[strings.LastIndexAny(word, " (")+1:]
			if r == '.' && (abbreviations[strings.ToLower(word)] || len(word) == 1 && unicode.IsUpper([]rune(word)[0]) && word != "X") {
				continue
			}
			if s := strings.TrimSpace(string(runes[begin:next])); s != "" {
				list = append(list, s)
			}
			begin = next
		}
		if s := strings.TrimSpace(string(runes[begin:])); s != "" {
			list = append(list, s)
		}
	}
	return list
}
