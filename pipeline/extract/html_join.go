package extract

import (
	"slices"
	"strings"
)

// joined puts together the parts of tables that a page splits, such as one for
// each letter, and drops what a page shows twice, such as a second table for
// phones.
func (p *htmlPage) joined() (out []htmlPart) {
	var years []int
	byYear := map[int][]htmlPart{}
	for i, part := range p.parts {
		part.apart = slices.Concat(p.totals[i], p.totals[i+1])
		y := part.year()
		if byYear[y] == nil {
			years = append(years, y)
		}
		byYear[y] = append(byYear[y], part)
	}
	for _, y := range years {
		parts := dropTwins(byYear[y])
		whole, ok := wholeOf(parts)
		switch {
		case ok:
			parts = []htmlPart{whole}
		case !slices.ContainsFunc(parts, func(p htmlPart) bool { return !p.headless }):
			// Without any header, nothing but the sum says what the numbers are.
			parts = slices.DeleteFunc(parts, func(p htmlPart) bool { return !p.addsUp() })
		}
		out = append(out, parts...)
	}
	return out
}

// year returns the year of a part, as tables will find it.
func (part htmlPart) year() int {
	if len(part.numbers) == 1 && part.src.Year == 0 {
		return part.heads[part.numbers[0]].Year
	}
	return part.src.Year
}

// dropTwins gives parts the totals that are printed apart from them, and drops those
// whose rows are all in the largest one that adds up to its total.
func dropTwins(parts []htmlPart) (keep []htmlPart) {
	best := -1
	for i, part := range parts {
		part.printedTable = part.withTotal(part.apart)
		if part.addsUp() && (best < 0 || len(part.rows) > len(parts[best].rows)) {
			best = i
		}
		parts[i] = part
	}
	if best < 0 {
		return parts
	}
	whole := map[string]bool{}
	for _, r := range parts[best].rows {
		whole[keyOf(r)] = true
	}
	for i, part := range parts {
		more := !part.headless && slices.ContainsFunc(part.rows, func(r printedRow) bool {
			return !whole[keyOf(r)] && (!r.Total || len(part.rows) == 1)
		})
		if i == best || more {
			keep = append(keep, part)
		}
	}
	return keep
}

// keyOf is the same for rows that say the same.
func keyOf(r printedRow) string {
	counts := strings.Join(r.Counts, "\t")
	if r.Total {
		return counts
	}
	return r.Name + "\t" + counts
}

// wholeOf joins parts with the same columns into one table where it is certain
// that they belong together: their rows add up to the one total, or each is
// headed by its letters.
func wholeOf(parts []htmlPart) (whole htmlPart, ok bool) {
	if len(parts) < 2 {
		return htmlPart{}, false
	}
	whole = parts[0]
	whole.rows = nil
	letters := !whole.headless
	var totals []printedRow
	names := map[string]bool{}
	for _, part := range parts {
		if !slices.EqualFunc(part.heads, whole.heads, func(a, b head) bool { return a.Text == b.Text }) || !slices.Equal(part.numbers, whole.numbers) {
			return htmlPart{}, false
		}
		letters = letters && part.letter
		for _, r := range part.rows {
			switch {
			case r.Total:
				totals = append(totals, r)
				continue
			case names[r.Name]:
				return htmlPart{}, false
			}
			names[r.Name] = true
			whole.rows = append(whole.rows, r)
		}
	}
	if n := len(totals); n > 0 {
		// Each part may end with a total of its own; the last is that of all.
		with := whole
		if with.rows = append(slices.Clip(whole.rows), totals[n-1]); with.addsUp() {
			return with, true
		}
	}
	with := whole // a total is printed above the first or below the last
	if with.printedTable = whole.withTotal(slices.Concat(whole.apart, parts[len(parts)-1].apart)); with.addsUp() {
		return with, true
	}
	return whole, letters && len(totals) == 0
}
