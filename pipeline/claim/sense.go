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
