package claim

import (
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline/compare"
)

// mark is something of a sentence that the rules know.
type mark struct {
	kind       markKind
	begin, end int // tokens, end not included
	subject    subject
	weak       bool  // total: only taken where nobody else is named
	years      []int // year: one, or the first and last of a range
	shift      int   // year: relative to the year spoken of
	quantity   Quantity
}

type markKind int

const (
	who markKind = iota
	year
	number
)

func words(list ...string) map[string]bool {
	m := map[string]bool{}
	for _, w := range list {
		m[w] = true
	}
	return m
}

var (
	reportNouns = words("report", "reports", "referral", "referrals", "tip", "tips", "cybertip", "cybertips", "submissions", "times", "cybertipline")
	wrongUnits  = words("piece", "pieces", "image", "images", "imagery", "photo", "photos", "picture", "pictures", "video", "videos", "file", "files", "item", "items", "post", "posts", "case", "cases", "crimes", "instances", "material", "materials", "content", "victims", "children", "incident", "incidents", "photographs")
	adjectives  = words("suspected", "such", "csam", "csem", "csea", "child", "sexual", "abuse", "exploitation", "additional", "more", "further", "separate", "individual", "of", "apparent", "alleged", "total", "abusive", "illegal", "new", "unique", "annual", "yearly", "esp", "ncmec", "that", "online")
	neutral     = words("to", "in", "of", "by", "from", "on", "for", "and", "or", "while", "with", "against", "at", "sent", "made", "reported", "that", "which", "who", "up", "down", "compared", "last", "this", "were", "was", "came", "a", "the", "during", "between", "but", "when", "per", "year", "versus", "vs", "than", "whereas", "alone", "then", "each", "as", "respectively", "together", "since", "until", "through", "it", "its", "after", "before", "is", "are", "has", "had", "have", "because", "so", "combined", "again", "only", "just", "over")
	months      = words("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec")
	labels      = words("page", "pages", "p", "pp", "article", "section", "figure", "table", "step", "version", "chapter", "row", "note", "aged", "age", "$", "€", "£", "us$", "covid", "day", "grade", "#")
	risings     = words("rose", "risen", "rise", "rises", "rising", "grew", "grown", "grow", "growth", "increase", "increased", "increases", "increasing", "up", "jumped", "jump", "climbed", "surged", "surge", "soared", "higher", "gain", "gained", "more")
	fallings    = words("fell", "fallen", "fall", "falls", "falling", "drop", "dropped", "drops", "decline", "declined", "decrease", "decreased", "down", "shrank", "plunged", "plunge", "lower", "fewer", "less", "cut", "slumped", "dip", "dipped", "reduction", "reduced")
	sending     = words("sent", "made", "reported", "filed", "submitted", "sends", "makes", "reports", "files", "reporting", "sending", "submits", "received", "got", "logged", "handled", "processed", "generated", "contributed", "with", "to", "at", "was", "were", "had")
	providers   = words("providers", "esps", "platforms", "companies", "industry", "provider")
	pronouns    = words("it", "they", "company", "platform", "service", "firm", "app", "site", "figure", "number", "count", "total", "its", "their", "there", "this", "they")
)

// scan finds what the rules know in a sentence, in order.
func (r *Reader) scan(list []token, fixed bool) []mark {
	var marks []mark
	for i := 0; i < len(list); {
		m, ok := r.markAt(list, i, fixed)
		if !ok {
			i++
			continue
		}
		m.begin = i
		marks = append(marks, m)
		i = max(m.end, i+1)
	}
	return marks
}

func (r *Reader) markAt(list []token, i int, fixed bool) (mark, bool) {
	if m, ok := topAt(list, i); ok {
		return m, true
	}
	if m, ok := totalAt(list, i); ok {
		return m, true
	}
	if s, n := r.names.at(list, i); n > 0 {
		return mark{kind: who, end: i + n, subject: s}, true
	}
	if m, ok := yearAt(list, i); ok {
		return m, true
	}
	if q, end, ok := quantityAt(list, i, fixed); ok {
		return mark{kind: number, end: end, quantity: q}, true
	}
	return mark{}, false
}

func lowerAt(list []token, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return list[i].lower
}

// topAt finds "the five largest providers" and "the top five platforms".
func topAt(list []token, i int) (mark, bool) {
	count := func(w string) int {
		if n := small[w]; n > 1 {
			return int(n)
		}
		n, _ := strconv.Atoi(w)
		return n
	}
	size := words("largest", "biggest", "top")
	n, end := 0, i+2
	switch a, b := lowerAt(list, i), lowerAt(list, i+1); {
	case a == "top":
		n = count(b)
	case size[b]:
		n = count(a)
	}
	if n < 2 || n > 50 {
		return mark{}, false
	}
	if providers[lowerAt(list, end)] || lowerAt(list, end) == "reporters" {
		end++
	}
	return mark{kind: who, end: end, subject: subject{id: "top-" + strconv.Itoa(n)}}, true
}

// totalAt finds all providers and the CyberTipline. After "to" and the like
// they are the receiver and not the subject.
func totalAt(list []token, i int) (mark, bool) {
	before, after := lowerAt(list, i-1), lowerAt(list, i+1)
	weak := before == "to" || before == "with" || before == "of" && !list[i].owner
	if before == "the" || before == "its" {
		b := lowerAt(list, i-2)
		weak = b == "to" || b == "with" || b == "of"
	}
	switch list[i].lower {
	case "ncmec":
		end := i + 1
		if list[i].owner && after == "cybertipline" {
			end++
		}
		receives := false
		for k := end; k < min(end+4, len(list)); k++ {
			receives = receives || words("received", "receives", "got", "logged", "handled", "processed", "receive", "recorded")[list[k].lower]
		}
		return mark{kind: who, end: end, subject: subject{id: compare.TotalID}, weak: weak || !receives && end == i+1}, true
	case "cybertipline":
		if reportNouns[after] && before != "the" { // CyberTipline reports
			return mark{}, false
		}
		return mark{kind: who, end: i + 1, subject: subject{id: compare.TotalID}, weak: weak}, true
	case "providers", "esps":
		k := i - 1
		for k >= 0 && words("electronic", "service", "online", "tech", "the", "all", "internet")[list[k].lower] {
			k--
		}
		if from := lowerAt(list, k); from == "by" || from == "from" {
			return mark{kind: who, end: i + 1, subject: subject{id: compare.ESPTotalID}}, true
		}
		if before == "of" || weak || list[i].owner || lowerAt(list, i-2) == "of" || before == "what" {
			return mark{}, false
		}
		return mark{kind: who, end: i + 1, subject: subject{id: compare.ESPTotalID}, weak: !sending[after]}, true
	}
	return mark{}, false
}

// asYear reads a year of the CyberTipline.
func asYear(s string) int {
	if len(s) != 4 {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1990 || n > 2035 {
		return 0
	}
	return n
}

var shifts = map[string]int{"the year before": -1, "a year earlier": -1, "a year before": -1, "the previous year": -1, "the preceding year": -1, "year earlier": -1, "the prior year": -1, "the following year": 1, "a year later": 1, "the next year": 1, "the year after": 1}

// yearAt finds a year, a range of years, or a year told by another.
func yearAt(list []token, i int) (mark, bool) {
	for _, n := range []int{3, 2} {
		if i+n <= len(list) {
			var w []string
			for _, t := range list[i : i+n] {
				w = append(w, t.lower)
			}
			if shift, ok := shifts[strings.Join(w, " ")]; ok {
				return mark{kind: year, end: i + n, shift: shift}, true
			}
		}
	}
	y := asYear(list[i].lower)
	if y == 0 || reportNouns[lowerAt(list, i+1)] && lowerAt(list, i-1) != "in" && !reportNouns[lowerAt(list, i+2)] && sending[lowerAt(list, i-1)] {
		return mark{}, false
	}
	if scales[lowerAt(list, i+1)] > 0 || lowerAt(list, i+1) == "%" {
		return mark{}, false
	}
	joint := lowerAt(list, i+1)
	to := asYear(lowerAt(list, i+2))
	if to == 0 && (joint == "-" || joint == "–") { // 2021-22
		if n, err := strconv.Atoi(lowerAt(list, i+2)); err == nil && n < 100 && len(lowerAt(list, i+2)) == 2 {
			to = y/100*100 + n
		}
	}
	between := lowerAt(list, i-1) == "between"
	if to > y && (joint == "to" || joint == "-" || joint == "–" || joint == "until" || joint == "through" || joint == "and" && between) {
		return mark{kind: year, end: i + 3, years: []int{y, to}}, true
	}
	return mark{kind: year, end: i + 1, years: []int{y}}, true
}

// quantityAt finds a quantity of any kind.
func quantityAt(list []token, i int, fixed bool) (Quantity, int, bool) {
	t := list[i]
	if labels[lowerAt(list, i-1)] || months[lowerAt(list, i+1)] && isNumber(t.lower) || months[lowerAt(list, i-1)] && isNumber(t.lower) && len(t.lower) <= 2 {
		return Quantity{}, 0, false
	}
	for _, read := range []func([]token, int, bool) (Quantity, int, bool){placeAt, fractionAt, factorAt, numberAt} {
		if q, end, ok := read(list, i, fixed); ok {
			if q.Sense == Bare {
				q.Sense = senseAt(list, i)
			}
			if q.Sense == Bare && (lowerAt(list, end) == "+" || lowerAt(list, end) == "or" && words("more", "higher")[lowerAt(list, end+1)]) {
				q.Sense = AtLeast
			}
			if q.Sense == Bare && lowerAt(list, end) == "or" && words("less", "fewer", "lower")[lowerAt(list, end+1)] {
				q.Sense = AtMost
			}
			if q.Kind == Multiple && q.Value < 1 {
				q.Sense = q.Sense.turned()
			}
			return q, end, true
		}
	}
	return Quantity{}, 0, false
}

// senseAt reads the words in front of a quantity.
func senseAt(list []token, i int) Sense {
	var w []string
	for k := max(0, i-6); k < i; k++ {
		w = append(w, list[k].lower)
	}
	text := " " + strings.Join(w, " ")
	for cut := true; cut; {
		sense, longest := Bare, 0
		for s, phrases := range sensesBefore {
			for _, p := range phrases {
				if len(p) > longest && strings.HasSuffix(text, " "+p) {
					sense, longest = s, len(p)
				}
			}
		}
		if sense != Bare {
			return sense
		}
		cut = false
		for _, b := range append([]string{"by", "than a", "the"}, belittling...) {
			if rest, ok := strings.CutSuffix(text, " "+b); ok {
				text, cut = rest, true
				break
			}
		}
	}
	return Bare
}

// placeAt finds a rank: "second largest", "ranked third", "number two", "the
// largest reporter".
func placeAt(list []token, i int, fixed bool) (Quantity, int, bool) {
	size := words("largest", "biggest", "most", "highest", "place", "rank")
	w, after := list[i].lower, lowerAt(list, i+1)
	head, tail, hyphen := strings.Cut(w, "-")
	rank := func(text string, n, end int) (Quantity, int, bool) {
		return Quantity{Text: text, Kind: Place, Value: float64(n), Step: 1, grain: 1}, end, true
	}
	switch {
	case hyphen && places[head] > 0 && size[tail]:
		return rank(head, places[head], i+1)
	case places[w] > 0 && w != "largest" && w != "biggest" && (size[after] || words("ranked", "rank", "came", "ranks", "placed")[lowerAt(list, i-1)] || fixed && len(list) <= 3):
		end := i + 1
		if size[after] {
			end++
		}
		return rank(w, places[w], end)
	case (w == "largest" || w == "biggest") && (words("reporter", "source", "contributor", "sender", "provider", "number", "reporting")[after] || fixed && len(list) <= 3):
		return rank(w, 1, i+1)
	case (w == "number" || w == "no" || w == "no." || w == "#") && (small[after] > 0 || isNumber(after)) && (fixed || words("ranked", "was", "at", "is", "the", "as")[lowerAt(list, i-1)]):
		n := int(small[after])
		if n == 0 {
			n, _ = strconv.Atoi(after)
		}
		if n > 0 && n < 400 {
			return rank(w+" "+after, n, i+2)
		}
	}
	return Quantity{}, 0, false
}

// fractionAt finds a part of a whole in words.
func fractionAt(list []token, i int, _ bool) (Quantity, int, bool) {
	for n := 2; n > 0; n-- {
		if i+n > len(list) {
			continue
		}
		text := list[i].lower
		if n == 2 {
			text += " " + list[i+1].lower
		}
		v, ok := fractions[text]
		if !ok {
			continue
		}
		by := slices.ContainsFunc(list[max(0, i-5):i], func(t token) bool { return t.lower == "by" })
		if next := lowerAt(list, i+n); next != "of" && next != "the" && next != "all" && !by {
			continue
		}
		q := percentage(text, v, 0)
		q.fraction = true
		return q, i + n, true
	}
	n, out, of := small[list[i].lower], lowerAt(list, i+1), small[lowerAt(list, i+2)]
	end := i + 3
	if out == "out" && lowerAt(list, i+2) == "of" {
		of, end = small[lowerAt(list, i+3)], i+4
	} else if out != "in" {
		return Quantity{}, 0, false
	}
	if n == 0 || of <= n {
		return Quantity{}, 0, false
	}
	var text []string
	for _, t := range list[i:end] {
		text = append(text, t.lower)
	}
	q := percentage(strings.Join(text, " "), 100*n/of, 0)
	q.fraction = true
	return q, end, true
}

// factorAt finds a multiple in one word: "doubled", "thirteenfold".
func factorAt(list []token, i int, _ bool) (Quantity, int, bool) {
	w := list[i].lower
	if v, ok := multiples[w]; ok {
		return multiple(w, v, 0), i + 1, true
	}
	if head, ok := strings.CutSuffix(strings.TrimSuffix(w, "-fold")+"fold", "fold"); ok && strings.HasSuffix(w, "fold") {
		head = strings.TrimSuffix(strings.TrimSuffix(head, "fold"), "-")
		v := small[head]
		if tens, unit, hyphen := strings.Cut(head, "-"); hyphen {
			v = small[tens] + small[unit]
		}
		if v > 0 {
			return multiple(w, v, 0), i + 1, true
		}
	}
	return Quantity{}, 0, false
}

// numberAt finds a number in digits or words with what follows it: a scale,
// percent, times, or the end of a range.
func numberAt(list []token, i int, fixed bool) (Quantity, int, bool) {
	var q Quantity
	end := i + 1
	written := list[i].lower
	if isNumber(written) {
		scale := lowerAt(list, end)
		if scales[scale] > 0 {
			end++
			if lowerAt(list, end) == "." && len(scale) <= 3 && scale != "m" {
				end++
			}
		}
		text := written
		q0, ok := Quantity{}, false
		if scales[scale] > 0 {
			if len(scale) > 2 {
				scale = " " + scale
			}
			text += scale
			q0, ok = newNumber(text, written, scale)
		} else {
			q0, ok = newNumber(text, written, "")
		}
		if !ok {
			return Quantity{}, 0, false
		}
		q = q0
	} else {
		var lower []string
		for _, t := range list[i:min(i+8, len(list))] {
			lower = append(lower, t.lower)
		}
		said, n := spoken(lower)
		if n == 0 || said.Value == 0 {
			return Quantity{}, 0, false
		}
		q, end = said, i+n
		next := lowerAt(list, end)
		if q.scale == "" && !strings.Contains(q.Text, "hundred") && next != "percent" && next != "per" && next != "times" && next != "%" && !reportNouns[next] {
			return Quantity{}, 0, false
		}
	}
	q, end = rangeAt(list, q, end, written)
	value, decimals, known := parseDigits(written, true)
	if !known {
		value = q.Value
	}
	next, beyond := lowerAt(list, end), lowerAt(list, end+1)
	switch {
	case next == "%" || next == "percent" || next == "pc" || next == "per" && beyond == "cent":
		text := q.Text + map[bool]string{true: "%", false: " percent"}[next == "%"]
		if end++; next == "per" {
			end++
		}
		p := percentage(text, value, decimals)
		if next2 := lowerAt(list, end); next2 == "points" || next2 == "point" {
			return Quantity{}, 0, false
		}
		return p, end, true
	case (next == "times" || next == "-" && beyond == "fold" || next == "fold" || next == "x" && fixed) && q.Value < 1000 && (next != "times" || isFactor(list, i, end)):
		if end++; next == "-" {
			end++
		}
		text := q.Text + " times"
		if next != "times" {
			text = q.Text + "-fold"
		}
		return multiple(text, value, decimals), end, true
	}
	if decimals > 0 && q.scale == "" && q.Step < 1 {
		return Quantity{}, 0, false // no count has a fraction
	}
	return q, end, true
}

// isFactor reports whether "N times" is a multiple and not how often somebody
// reported.
func isFactor(list []token, i, times int) bool {
	if words("as", "that", "those", "more", "higher", "larger", "the", "its", "what", "greater", "over")[lowerAt(list, times+1)] {
		return true
	}
	for k := max(0, i-5); k < i; k++ {
		if risings[list[k].lower] && list[k].lower != "more" || list[k].lower == "multiplied" {
			return true
		}
	}
	return false
}

// rangeAt reads the end of a range: "21 and 22 million", "5-6m". "from 3,000
// to 13,000" is no range but a change.
func rangeAt(list []token, q Quantity, end int, written string) (Quantity, int) {
	joint, second := lowerAt(list, end), lowerAt(list, end+1)
	between := end >= 2 && (lowerAt(list, end-2) == "between" || q.scale != "" && lowerAt(list, end-3) == "between")
	if !isNumber(second) || asYear(second) > 0 && scales[lowerAt(list, end+2)] == 0 {
		return q, end
	}
	if !(joint == "and" && between || joint == "-" || joint == "–" || joint == "to" && lowerAt(list, end-2) != "from") {
		return q, end
	}
	scale := lowerAt(list, end+2)
	if scales[scale] == 0 {
		scale = ""
	}
	if scale == "" && joint != "and" && joint != "to" {
		return q, end
	}
	spaced := scale
	if len(scale) > 2 {
		spaced = " " + scale
	}
	to, ok := newNumber(second+spaced, second, spaced)
	if !ok {
		return q, end
	}
	from := q
	if q.scale == "" && scale != "" {
		if from, ok = newNumber(written+spaced, written, spaced); !ok {
			return q, end
		}
	}
	if to.Value <= from.Value {
		return q, end
	}
	from.Text = q.Text + " " + joint + " " + to.Text
	from.To, from.Sense = to.Value, Bare
	n := end + 2
	if scale != "" {
		n++
	}
	return from, n
}
