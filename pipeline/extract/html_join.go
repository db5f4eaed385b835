package extract

import (
	"slices"
	"strings"

	"espfigures/pipeline"
)

// joined puts together the parts of tables that a page splits, such as one for
// each letter, and drops what a page shows twice, such as a second table for
// phones.
func (p *htmlPage) joined() []htmlPart {
	var years []int
	byYear := map[int][]htmlPart{}
	for _, part := range p.parts {
		y := part.year()
		if byYear[y] == nil {
			years = append(years, y)
		}
		byYear[y] = append(byYear[y], part)
	}
	var out []htmlPart
	for _, y := range years {
		out = append(out, joinYear(byYear[y])...)
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

// joinYear returns the tables that the parts of one year are.
func joinYear(parts []htmlPart) []htmlPart {
	parts = dropTwins(parts)
	if whole, ok := wholeOf(parts); ok {
		return []htmlPart{whole}
	}
	if slices.ContainsFunc(parts, func(p htmlPart) bool { return !p.headless }) {
		return parts
	}
	// Without any header, nothing but the sum says what the numbers are.
	return slices.DeleteFunc(parts, func(p htmlPart) bool { return !addsUp(p.rows, len(p.numbers)) })
}

// dropTwins drops parts that are the same as another, and those whose rows are
// all in the largest one that adds up to its own total.
func dropTwins(parts []htmlPart) []htmlPart {
	var out []htmlPart
	seen := map[string]bool{}
	best := -1
	for _, part := range parts {
		var keys []string
		for _, r := range part.rows {
			keys = append(keys, keyOf(r))
		}
		key := strings.Join(keys, "\n")
		if seen[key] {
			continue
		}
		seen[key] = true
		part.rows = withTotal(part, part.rows)
		if addsUp(part.rows, len(part.numbers)) && (best < 0 || len(part.rows) > len(out[best].rows)) {
			best = len(out)
		}
		out = append(out, part)
	}
	if best < 0 {
		return out
	}
	whole := map[string]bool{}
	for _, r := range out[best].rows {
		whole[keyOf(r)] = true
	}
	keep := out[:0:0]
	for i, part := range out {
		more := slices.ContainsFunc(part.rows, func(r printedRow) bool {
			return !whole[keyOf(r)] && (!r.Total || len(part.rows) == 1)
		})
		if i == best || more && !part.headless {
			keep = append(keep, part)
		}
	}
	return keep
}

// keyOf is the same for rows that say the same.
func keyOf(r printedRow) string {
	if r.Total {
		return strings.Join(r.Counts, "\t")
	}
	return r.Name + "\t" + strings.Join(r.Counts, "\t")
}

// wholeOf joins parts with the same columns into one table where it is certain
// that they belong together: their rows add up to the one total, or each is
// headed by its letters.
func wholeOf(parts []htmlPart) (htmlPart, bool) {
	if len(parts) < 2 {
		return htmlPart{}, false
	}
	whole := parts[0]
	whole.rows = nil
	letters := true
	var totals []printedRow
	for _, part := range parts {
		if !sameHeads(part.heads, whole.heads) || !slices.Equal(part.numbers, whole.numbers) {
			return htmlPart{}, false
		}
		letters = letters && part.letter
		for _, r := range part.rows {
			if r.Total {
				totals = append(totals, r)
			} else {
				whole.rows = append(whole.rows, r)
			}
		}
	}
	names := map[string]bool{}
	for _, r := range whole.rows {
		if names[r.Name] {
			return htmlPart{}, false
		}
		names[r.Name] = true
	}
	last := parts[len(parts)-1] // a total is printed above the first or below the last
	whole.below, whole.around = last.below, append(slices.Clone(whole.around), last.around...)
	if n := len(totals); n > 0 {
		// Each part may end with a total of its own; the last is that of all.
		if rows := append(slices.Clone(whole.rows), totals[n-1]); addsUp(rows, len(whole.numbers)) {
			whole.rows = rows
			return whole, true
		}
	}
	if rows := withTotal(whole, whole.rows); addsUp(rows, len(whole.numbers)) {
		whole.rows = rows
		return whole, true
	}
	return whole, letters && len(totals) == 0 && !parts[0].headless
}

func sameHeads(a, b []head) bool {
	return slices.EqualFunc(a, b, func(x, y head) bool { return x.Text == y.Text })
}

// withTotal adds the total that is printed as a text to a table that has none:
// one above or below it that the rows add up to, or else the one right below.
func withTotal(part htmlPart, rows []printedRow) []printedRow {
	if len(part.numbers) != 1 || slices.ContainsFunc(rows, func(r printedRow) bool { return r.Total && !r.Sub }) {
		return rows
	}
	rows = slices.Clip(rows)
	for _, t := range part.around {
		if with := append(rows, t); addsUp(with, 1) {
			return with
		}
	}
	if part.below != nil {
		return append(rows, *part.below)
	}
	return rows
}

// addsUp reports whether rows add up to their total in each column of counts.
func addsUp(rows []printedRow, columns int) bool {
	for k := range columns {
		written := writtenIn(rows, k)
		var sum pipeline.Count
		total := pipeline.Count(-1)
		for _, r := range rows {
			raw, _ := cutCountMarks(r.Counts[k])
			c, err := written.parse(raw)
			switch {
			case r.Sub || none(raw) && columns > 1:
			case err != nil:
				return false
			case r.Total && total >= 0 && total != c:
				return false
			case r.Total:
				total = c
			default:
				sum += c
			}
		}
		if sum != total {
			return false
		}
	}
	return columns > 0
}
