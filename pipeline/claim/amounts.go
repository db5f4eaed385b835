package claim

import "strings"

func (s *sentenceOf) quantityAt(i int) (mark, bool) {
	for _, read := range []func(int) (Quantity, int, bool){s.placeAt, s.fractionAt, s.factorAt, s.numberAt} {
		q, end, ok := read(i)
		if !ok {
			continue
		}
		w, count, lead := s.at(i), s.about("count", i), i
		section := i+1 < len(s.list) && len(s.list[i+1].text) == 1 && is(s.list[i+1].text, "A", "C", "D", "E", "F", "G", "H", "P", "U") // 2258A
		day := in("months", s.at(i-1)) && isNumber(w) && len(w) <= 2
		if section || day || count == "no" || asYear(w) > 0 && !s.ctx.fixed && count != "yes" {
			break
		}
		if said, begin, _ := s.says("in front", i, i); said == "sense" && q.Sense == Bare {
			sense, _ := phrase(s.list, begin, 1, classes["sense"])
			q.Sense, lead = Sense(sense), begin
		}
		if behind, n := phrase(s.list, end, 1, classes["sense behind"]); n > 0 && q.Sense == Bare {
			q.Sense, end = Sense(behind), end+n
		}
		return mark{kind: number, end: end, quantity: q, lead: lead}, true
	}
	return mark{}, false
}

func isOrdinal(w string) bool { return isNumber(w) && strings.TrimLeft(w, "0123456789") != "" }

func rank(text string, n int) Quantity { return quantity(Place, text, float64(n), 0, "") }

// placeAt finds a rank: "second largest", "ranked third", "number two", "the
// largest reporter", "the largest dating app".
func (s *sentenceOf) placeAt(i int) (q Quantity, end int, ok bool) {
	if _, n := phrase(s.list, i, 1, classes["largest"]); n > 0 {
		return rank(lowerText(s.list[i:i+n]), 1), i + n, true
	}
	w, end := s.at(i), i+1
	place, largest := int(places[w]), is(w, "largest", "biggest")
	if isOrdinal(w) {
		place = countOf(w) // 24th
	}
	if is(w, "number", "no", "#") {
		point := s.at(end) == "."
		if point {
			end++
		}
		q = rank(strings.Replace(lowerText(s.list[i:min(end+1, len(s.list))]), " .", ".", 1), countOf(s.at(end)))
		return q, end + 1, q.Value > 0 && q.Value < 400 && (point || s.ctx.fixed || s.about("numbered", i) == "yes")
	}
	if place == 0 || place >= 400 {
		return q, end, false
	}
	if !largest && in("superlatives", s.at(end)) {
		end++
	}
	q = rank(w, place)
	if id, n := s.categoryAt(end, "category noun"); n > 0 && s.at(i-1) != "of" && (largest || end > i+1) {
		q.category = id
		return q, end + n, true
	}
	switch {
	case s.ctx.fixed && len(s.list) <= 3, end > i+1:
		return q, end, true
	case largest:
		return q, end, s.about("largest", i) == "yes"
	}
	return q, end, s.about("placed", i) == "yes" || place > 1 && s.about("place", i) == "yes"
}

// fractionAt finds a part of a whole in words: "two thirds of", "one in three".
func (s *sentenceOf) fractionAt(i int) (Quantity, int, bool) {
	v, n := phrase(s.list, i, 1, fractions)
	if n == 0 {
		return s.partAt(i)
	}
	text := lowerText(s.list[i : i+n])
	q := quantity(Percent, text, v, 0, "")
	means, _, _ := s.says("fraction", i, i+n)
	q.fraction, q.turn = true, turnOf[means]
	if means == "multiple" {
		q = quantity(Multiple, text+" as many", v/100, 0, "")
	}
	return q, i + n, means != "" && means != "no"
}

// partAt finds "one in three" and "nine out of ten".
func (s *sentenceOf) partAt(i int) (Quantity, int, bool) {
	joint, _, end := s.says("part", i, i+1)
	n, of := countOf(s.at(i)), countOf(s.at(end))
	if joint == "" || n == 0 || of <= n || of > 100 || scales[s.at(end+1)] > 0 {
		return Quantity{}, 0, false
	}
	q := quantity(Percent, lowerText(s.list[i:end+1]), 100*float64(n)/float64(of), 0, "")
	q.fraction = true
	return q, end + 1, true
}

// factorAt finds a multiple in one word: "doubled", "thirteenfold".
func (s *sentenceOf) factorAt(i int) (Quantity, int, bool) {
	w := s.at(i)
	v := multiples[w]
	if head, ok := strings.CutSuffix(w, "fold"); ok && v == 0 {
		said, _ := spoken(tokens(strings.TrimSuffix(head, "-")))
		v = said.Value
	}
	return quantity(Multiple, w, v, 0, ""), i + 1, v > 0
}

// numberAt finds a number in digits or words with what follows it: a scale,
// percent, times, or the end of a range.
func (s *sentenceOf) numberAt(i int) (Quantity, int, bool) {
	read := s.spokenAt
	if isNumber(s.at(i)) {
		read = s.digitsAt
	}
	q, end, ok := read(i)
	if !ok {
		return q, 0, false
	}
	q, end = s.rangeAt(q, i, end)
	value, decimals, known := parseDigits(s.at(i), true)
	if !known {
		value = q.Value
	}
	if _, n := phrase(s.list, end, 1, classes["percent"]); n > 0 {
		p := quantity(Percent, "", value, decimals, "")
		if p.points = is(s.at(end+n), "points", "point"); p.points {
			n++
		}
		p.To, p.Text = q.To, strings.Replace(q.Text+" "+lowerText(s.list[end:end+n]), " %", "%", 1)
		return p, end + n, true
	}
	m := quantity(Multiple, q.Text, value, decimals, "")
	m.To = q.To
	switch times, _, _ := s.says("times", i, end); {
	case times == "factor":
		m.Text = "a factor of " + q.Text
		return m, end, true
	case times == "" || q.Value >= 1000 || s.at(end) == "x" && s.list[end].text == "X" && !s.ctx.fixed:
	case times == "fold":
		m.Text += "-fold"
		return m, end + 1 + strings.Count(s.at(end), "-"), true
	default:
		m.Text += " times"
		return m, end + 1, true
	}
	return q, end, decimals == 0 || q.scale != "" || q.Step >= 1 // no count has a fraction
}

func (s *sentenceOf) digitsAt(i int) (Quantity, int, bool) {
	scale, end := s.at(i+1), i+2
	if scales[scale] == 0 {
		scale, end = s.lent(i), i+1
	}
	switch {
	case s.at(end) == "." && is(scale, "mio", "mrd", "tsd", "mn", "bn"):
		scale, end = " "+scale, end+1
	case len(scale) > 2:
		scale = " " + scale
	}
	v, decimals, known := parseDigits(s.at(i), scale != "")
	q := quantity(Plain, s.at(i)+scale, v, decimals, scale)
	if end == i+1 {
		q.Text = s.at(i)
	}
	return q, end, known && (q.Step >= 1 || scale == "") // else it is no whole number of reports
}

// lent is the scale that a number has from one behind it: 22.1 of "22.1, 21.2
// and 17.8 million", 21 of "21 of the 32 million".
func (s *sentenceOf) lent(i int) string {
	last := i
	for s.at(last+1) == "," && isNumber(s.at(last+2)) {
		last += 2
	}
	if s.at(last+1) == "," && s.at(last+2) == "and" {
		last++
	}
	_, n := phrase(s.list, last+1, 1, classes["lenders"])
	scale := s.at(last + n + 2)
	v, decimals, _ := parseDigits(s.at(i), true)
	whole, _, known := parseDigits(s.at(last+n+1), true)
	if n == 0 || scales[scale] == 0 || !known || v > 10*whole && decimals == 0 || s.at(last+1) != "and" && v > whole {
		return "" // 234 of the 32 million
	}
	return scale
}

// spokenAt reads a number in words. Without a scale it is one only in front of
// what makes it a count or a share: "one of" is none.
func (s *sentenceOf) spokenAt(i int) (Quantity, int, bool) {
	q, n := spoken(s.list[i:min(i+8, len(s.list))])
	if n == 0 || q.Value == 0 {
		return q, 0, false
	}
	counts, _, _ := s.says("spoken", i, i+n)
	return q, i + n, q.scale != "" || strings.Contains(q.Text, "hundred") || counts == "yes"
}

// rangeAt reads the end of a range: "21 and 22 million", "5-6m". "from 3,000
// to 13,000" is no range but a change.
func (s *sentenceOf) rangeAt(q Quantity, i, end int) (Quantity, int) {
	joint, before, next := s.at(end), s.at(i-1), s.at(end+1)
	dash := joint == "-" || joint == "–"
	if !(dash || joint == "and" && before == "between" || joint == "to" && s.about("start of a change", i) != "yes") {
		return q, end
	}
	to, toEnd, ok := Quantity{}, 0, false
	switch {
	case isNumber(next) && (asYear(next) == 0 || scales[s.at(end+2)] > 0):
		to, toEnd, ok = s.digitsAt(end + 1)
	case end+1 < len(s.list) && joint != "-":
		to, toEnd, ok = s.spokenAt(end + 1)
	}
	if !ok || to.scale == "" && dash && (q.Value < 100 || to.Value <= q.Value) && !is(s.at(toEnd), "%", "percent", "per") {
		return q, end
	}
	from := q
	if q.scale == "" && to.scale != "" {
		from = q.scaled(to.scale)
	}
	if to.Value <= from.Value {
		return q, end
	}
	from.Text = q.Text + " " + joint + " " + to.Text
	from.To, from.Sense = to.Value, Bare
	return from, toEnd
}
