package claim

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// token is a word, number or sign of a sentence.
type token struct {
	text  string // as written, without a possessive ending
	lower string
	owner bool // written with a possessive ending: Facebook's
	mark  int  // the mark that it is in, counted from 1; 0 for none

	rest string // this token and all behind it in lower case, joined with spaces
}

// tokenPattern takes numbers with their separators whole, then words with
// apostrophes, hyphens, points and ampersands inside them, then single signs.
var tokenPattern = regexp.MustCompile(`\d+(?:[.,'’_\x{a0}\x{202f}]\d+)+|\d{1,3}(?: \d{3})+\b|\d+(?:st|nd|rd|th)\b|\d+|[\pL\pM][\pL\pM\d]*(?:[-'’.&!][\pL\pM\d]+)*!?|[≥≤]|[<>]=?|[^\s]`)

// tokens splits a sentence. A number and a letter that follows it at once are
// two tokens: "21.1m" is "21.1" and "m".
func tokens(sentence string) []token {
	var list []token
	words := tokenPattern.FindAllString(norm.NFC.String(sentence), -1)
	for i := 0; i < len(words); i++ {
		text := words[i]
		if head, tail, ok := strings.Cut(text, "-"); ok && (in("superlatives", strings.ToLower(tail)) || strings.EqualFold(head, "top")) {
			words = slices.Insert(words, i+1, tail) // second-largest, top-five
			text = head
		}
		// An apostrophe of its own behind a word in -s is a possessive ending.
		if n := len(list) - 1; (text == "'" || text == "’") && n >= 0 && strings.HasSuffix(list[n].lower, "s") {
			list[n].owner = true
		}
		word := strings.TrimSuffix(strings.TrimSuffix(text, "'s"), "’s")
		list = append(list, token{text: word, lower: strings.ToLower(word), owner: word != text})
	}
	var all strings.Builder
	for _, t := range list {
		all.WriteString(t.lower + " ")
	}
	rest := all.String()
	for i, t := range list {
		list[i].rest, rest = rest, rest[len(t.lower)+1:]
	}
	return list
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

var blankLine = regexp.MustCompile(`\n\s*\n`)

// longestSentence, in characters, keeps time from growing with its square.
const longestSentence = 1500

// sentences splits a text at points, question and exclamation marks in front
// of a space and a capital letter, number or quote, and at blank lines.
func sentences(text string) (list []string) {
	for _, paragraph := range blankLine.Split(text, -1) {
		runes := []rune(strings.Join(strings.Fields(paragraph), " "))
		begin := 0
		for i := range runes {
			end := sentenceEnd(runes, begin, i)
			if end == 0 && i-begin > longestSentence && runes[i] == ' ' {
				end = i
			}
			if end > begin {
				list = append(list, strings.TrimSpace(string(runes[begin:end])))
				begin = end
			}
		}
		if s := strings.TrimSpace(string(runes[begin:])); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// sentenceEnd returns where the sentence ends whose last mark is at i; 0 where
// it goes on.
func sentenceEnd(runes []rune, begin, i int) int {
	if !strings.ContainsRune(".!?", runes[i]) {
		return 0
	}
	next := i + 1
	for next < len(runes) && strings.ContainsRune(`"'”’)]`, runes[next]) {
		next++
	}
	if next < len(runes) && runes[next] != ' ' || next+1 < len(runes) && unicode.IsLower(runes[next+1]) {
		return 0
	}
	word := string(runes[max(begin, i-12):i])
	word = word[strings.LastIndexAny(word, " (")+1:]
	initial := len(word) == 1 && unicode.IsUpper(rune(word[0])) && word != "X"
	if runes[i] == '.' && (in("abbreviations", strings.ToLower(word)) || initial) {
		return 0
	}
	return next
}
