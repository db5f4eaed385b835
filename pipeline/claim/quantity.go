package claim

import (
	"cmp"
	"math"
	"regexp"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// Kind says what sort of quantity somebody quoted.
type Kind string

const (
	Plain    Kind = "number"
	Percent  Kind = "percent"
	Multiple Kind = "multiple" // a factor: 2 for "doubled", 0.5 for "halved"
	Place    Kind = "rank"
)

// Quantity is a quoted number and how exactly it was quoted.
type Quantity struct {
	Text  string  // as quoted, in lower case, without the words of its sense
	Kind  Kind    // what sort of number it is
	Value float64 // reports, percent, factor or place
	To    float64 // the end of a range such as "21 to 22 million"; 0 where there is none
	Step  float64 // the smallest difference that the quoted form tells: 100,000 for "21.1m"
	Sense Sense   // what the words around it claim
	Unit  string  // what is said to be counted where that is not reports; "" mostly

	grain    float64 // place of the last digit that is not 0
	fraction bool    // "half", "two thirds": nobody means it to a percent
	scale    string  // its unit as quoted: "m", " million"
	turn     int     // a change that is said to be a rise (1) or a fall (-1)
	points   bool    // percentage points
	ofShare  bool    // a multiple of a share, not of reports
	category string  // rank: among the services of this category only
}

// Sense says what the words around a quoted number claim of the figure, as
// words.txt names it.
type Sense string

// The senses that the rules ask for by name.
const (
	Bare      Sense = ""        // the figure itself, as exactly as it is quoted
	Precisely Sense = "exactly" // the figure itself to the last report
	Above     Sense = "more than"
	AtMost    Sense = "no more than"
)

// side is what a sense says: on which side of the number the figure is, and how far.
type side struct {
	sign         int  // 1: above the number, -1: below it
	equal        bool // or the number itself
	little, much bool // by no more than a little; by more than that
}

var sides = map[Sense]side{
	Above: {sign: 1}, "a little above": {sign: 1, little: true}, "well above": {sign: 1, much: true}, "at least": {sign: 1, equal: true},
	"less than": {sign: -1}, "a little below": {sign: -1, little: true}, "well below": {sign: -1, much: true}, AtMost: {sign: -1, equal: true},
}

// fits compares a quantity with a value, to the last digit of the quantity that
// says something: Exact, Rounded, Truncated, Bound or Wrong.
func (q Quantity) fits(v float64) Verdict {
	const eps = 1e-9
	claimed := func(ok bool, v Verdict) Verdict {
		if ok {
			return v
		}
		return Wrong
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= eps*math.Max(1, math.Max(math.Abs(a), math.Abs(b))) }
	switch {
	case q.To > 0:
		return claimed(q.Value <= v && v <= q.To, Bound)
	case sides[q.Sense].sign != 0:
		return claimed(q.beyond(v), Bound)
	case near(v, q.Value):
		return Exact
	case q.Sense == Precisely, q.Value == 0, q.Kind == Place:
		return Wrong // some reports are not none, however few
	case q.fraction:
		return claimed(math.Abs(v-q.Value) <= 2.5, Rounded)
	case near(math.Floor(v/q.Step+0.5+eps)*q.Step, q.Value) && (q.Kind != Plain || math.Abs(v-q.Value) <= v/10):
		return Rounded // 1.4 million is not "one million", though that is its first digit
	}
	return claimed(near(math.Floor(v/q.Step+eps)*q.Step, q.Value) && v-q.Value <= v/10, Truncated)
}

// beyond reports whether a value is on the side of the number that was claimed.
func (q Quantity) beyond(v float64) bool {
	s := sides[q.Sense]
	d := float64(s.sign) * (v - q.Value)
	if q.Kind == Multiple && q.Value < 1 { // to have "more than halved" is to have less than half
		d = -d
	}
	little := d <= q.Value/20 && (2*d <= q.grain || d <= q.Value/1000 || q.fraction && d <= 2.5)
	if q.Kind == Multiple {
		little = d <= q.Value/10 // people say "nearly doubled" of 1.86
	}
	switch {
	case d == 0:
		return s.equal || q.Kind == Multiple && q.Sense == Above
	case s.little:
		return d > 0 && little
	case s.much:
		return d > q.Value/20
	}
	return d > 0
}

// Right writes the value as it should have been quoted, in the quoted form.
func (q Quantity) Right(v float64) string {
	unit := unitOf(q.scale)
	places := max(0, int(math.Round(math.Log10(unit/q.Step))))
	r := math.Floor(v/q.Step+0.5) * q.Step
	switch text := strconv.FormatFloat(r/unit, 'f', places, 64); {
	case q.Kind == Percent:
		return text + "%"
	case q.Kind == Multiple:
		return text + " times"
	case q.scale == "" || r == 0:
		return pipeline.Count(cmp.Or(r, v)).String()
	default:
		return text + q.scale
	}
}

// unitOf returns what a number with a scale counts in.
func unitOf(scale string) float64 { return cmp.Or(scales[strings.TrimSpace(scale)], 1) }

func ordinal(n int) string {
	suffix := map[int]string{1: "st", 2: "nd", 3: "rd"}[n%10]
	if suffix == "" || n%100/10 == 1 {
		suffix = "th"
	}
	return strconv.Itoa(n) + suffix
}

// Forms of written numbers: whole ones with separators between thousands (a
// point at least twice, since once it may be a fraction) or as in India, and
// those with a decimal mark.
var (
	wholeForm   = regexp.MustCompile(`^(?:\d+|\d{1,3}(?:\.\d{3}){2,}|\d{1,2}(?:,\d{2})+,\d{3}|\d{1,3}(?:[,'’_ \x{a0}\x{202f}]\d{3})+)$`)
	decimalForm = regexp.MustCompile(`^(?:(\d+|\d{1,3}(?:,\d{3})+)\.(\d+)|(\d+|\d{1,3}(?:\.\d{3})+),(\d{1,2}|\d{4,}))$`)
	notDigit    = regexp.MustCompile(`[^0-9]`)
)

// parseDigits reads a number without its scale. A single point in front of three
// digits can mean thousands or a fraction: it is a fraction where a scale
// follows, and not understood otherwise.
func parseDigits(s string, scaled bool) (value float64, decimals int, ok bool) {
	whole, part := s, ""
	if !wholeForm.MatchString(s) {
		m := decimalForm.FindStringSubmatch(s)
		if m == nil || !scaled && len(m[2]) == 3 && len(m[1]) <= 3 {
			return 0, 0, false
		}
		whole, part = m[1]+m[3], m[2]+m[4]
	} else if scaled && strings.Count(s, ",") == 1 { // 21,165 million
		return 0, 0, false
	}
	whole = notDigit.ReplaceAllString(whole, "")
	value, err := strconv.ParseFloat(whole+"."+part, 64)
	return value, len(part), err == nil && len(whole)+len(part) <= 15
}

// quantity makes a quantity of what is in front of its scale. A multiple such as
// "doubled" tells halves, any other number its last digit.
func quantity(kind Kind, text string, v float64, decimals int, scale string) Quantity {
	unit := unitOf(scale)
	q := Quantity{Text: text, Kind: kind, Value: v, Step: unit / math.Pow10(decimals), scale: scale, grain: 1}
	switch {
	case kind == Multiple && v < 1:
		q.Step = 0.1
	case kind == Multiple && v < 5 && decimals == 0:
		q.Step = 0.5
	case kind == Percent && decimals == 0:
		q.Step = precision(v) // 790% tells tens
		fallthrough
	case kind == Percent:
		q.grain = math.Min(lastDigit(v), math.Max(1, math.Floor(v/100)*v/20))
	case kind == Plain && decimals > 0:
		q.Value, q.grain = math.Round(v*unit/q.Step)*q.Step, q.Step
	case kind == Plain:
		q.Value = math.Round(v * unit)
		q.Step, q.grain = precision(q.Value), lastDigit(q.Value)
	}
	return q
}

// precision is how exactly a number without decimals is meant: to its last digit
// that is not 0, and to two digits where zeros end what is in front of thousands
// or millions: 30m tells millions, 550,000 tens of thousands, and 5m millions.
func precision(v float64) float64 {
	step := lastDigit(v)
	head := v
	for head >= 1000 {
		head /= 1000
	}
	if math.Mod(head, 10) == 0 { // zeros at the end of 30 or 550
		step = math.Min(step, math.Pow10(int(math.Floor(math.Log10(v)))-1))
	}
	return math.Max(step, 1)
}

// scaled is a number with the unit of another: 21 of "21 of the 32 million".
func (q Quantity) scaled(scale string) Quantity {
	unit := unitOf(scale)
	q.Value, q.Step, q.grain, q.scale = q.Value*unit, q.Step*unit, q.grain*unit, scale
	return q
}

// lastDigit returns the place of the last digit that is not 0.
func lastDigit(v float64) float64 {
	place := 1.0
	for v > 0 && math.Mod(v, place*10) == 0 {
		place *= 10
	}
	return place
}

// spoken reads a number in words from the beginning of some tokens: "twenty-one
// million", "half a million". n is how many tokens it takes.
func spoken(list []token) (q Quantity, n int) {
	var total, part float64
	decimals, scale := 0, ""
	at := func(i int) string { return lowerAt(list, i) }
reading:
	for n < len(list) {
		w := at(n)
		tens, unit, hyphen := strings.Cut(w, "-")
		switch {
		case n == 0 && w == "half" && is(at(1), "a", "an") && scales[at(2)] >= 1e3:
			part, decimals, n = 0.5, 1, 1
		case n == 0 && is(w, "a", "an") && scales[at(1)] >= 1e3:
			part = 1
		case small[w] > 0 && (part == 0 || part >= 20 && part < 100 && small[w] < 10 || part >= 100 && math.Mod(part, 100) == 0):
			part += small[w]
		case hyphen && small[tens] >= 20 && small[unit] > 0 && small[unit] < 10:
			part += small[tens] + small[unit]
		case w == "hundred" && part > 0:
			part *= 100
		case w == "and" && part > 0 && at(n+1) == "a" && at(n+2) == "half":
			part, decimals, n = part+0.5, 1, n+2
		case w == "and" && part >= 100 && small[strings.Split(at(n+1)+"-", "-")[0]] > 0:
		case scales[w] >= 1e3 && len(w) > 3 && part > 0:
			total, part, scale = total+part*scales[w], 0, w
		default:
			break reading
		}
		n++
	}
	if scale != "" {
		total, scale = (total+part)/scales[scale], " "+scale
	}
	return quantity(Plain, lowerText(list[:n]), max(total, part), decimals, scale), n
}
