package claim

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

// side is what a sense says: on which side of the number the figure is, and how far.
type side struct {
	sign         int  // 1: above the number, -1: below it
	equal        bool // or the number itself
	little, much bool // by no more than a little; by more than that
}

var sides = map[Sense]side{
	Above: {sign: 1}, JustAbove: {sign: 1, little: true}, WellAbove: {sign: 1, much: true}, AtLeast: {sign: 1, equal: true},
	Below: {sign: -1}, JustBelow: {sign: -1, little: true}, WellBelow: {sign: -1, much: true}, AtMost: {sign: -1, equal: true},
}

// directed reports whether the sense says on which side of the number the
// figure is.
func (s Sense) directed() bool { return sides[s].sign != 0 }

// downward reports whether the sense says that the figure is below the number.
func (s Sense) downward() bool { return sides[s].sign < 0 }

// turned says what a sense is for a fall: to have "more than halved" is to have
// less than half.
func (s Sense) turned() Sense {
	want := sides[s]
	want.sign = -want.sign
	for other, side := range sides {
		if side == want {
			return other
		}
	}
	return s
}

// senseWords are the words in front of a number, and what they claim.
var senseWords = senses(map[Sense][]string{
	About:     {"~", "≈", "about", "around", "approximately", "approx.", "approx", "roughly", "some", "circa", "ca.", "ca", "c.", "close to", "in the region of", "an estimated", "rund", "etwa"},
	Precisely: {"=", "exactly", "precisely"},
	Above:     {">", "over", "more than", "greater than", "higher than", "larger than", "above", "upwards of", "upward of", "in excess of", "exceeding", "exceeded", "topped", "surpassed", "beyond", "north of", "mehr als"},
	JustAbove: {"just over", "just above", "just more than", "a little over", "a little more than", "a bit over", "a bit more than", "slightly over", "slightly above", "slightly more than", "barely over", "barely more than"},
	WellAbove: {"well over", "well above", "far over", "far above", "far more than", "much more than", "significantly more than"},
	AtLeast:   {"≥", ">=", "at least", "no less than", "no fewer than", "not less than", "not fewer than", "a minimum of"},
	Below:     {"<", "under", "less than", "fewer than", "lower than", "smaller than", "below", "south of"},
	JustBelow: {"almost", "nearly", "just under", "just below", "just short of", "short of", "just less than", "just fewer than", "a little under", "a little less than", "a bit under", "slightly under", "slightly below", "slightly less than", "slightly fewer than", "not quite", "approaching", "close on", "fast"},
	WellBelow: {"well under", "well below", "far under", "far below", "far less than", "far fewer than", "much less than", "significantly less than"},
	AtMost:    {"≤", "<=", "up to", "at most", "no more than", "not more than", "not over", "a maximum of", "as many as"},
})

// sensesBehind are the words behind a number.
var sensesBehind = senses(map[Sense][]string{
	AtLeast: {"+", "or more", "or higher", "and more", "plus"},
	AtMost:  {"or less", "or fewer", "or lower"},
})

// senses makes a table of phrases.
func senses(of map[Sense][]string) map[string]Sense {
	table := map[string]Sense{}
	for sense, phrases := range of {
		for _, p := range phrases {
			table[lowerText(tokens(p))] = sense
		}
	}
	return table
}

// belittling are words in front of a number that claim nothing about it.
var belittling = set("only, just, merely, a mere, another, a further, an additional, further, additional, a total of, a combined, a record, record, a, an, by, a whopping, as few as, total of")
