package page

import (
	"encoding/json"
	"slices"

	"espfigures/pipeline/compare"
)

// mostPairs is how many pairs of years of all series a page has room for: more
// make it slow to open. The real data have some 15,000.
const mostPairs = 100_000

// anyTwo returns the index of the year from which on the page compares any two.
func anyTwo(series, years int) int {
	newest := years
	for newest > 2 && series*newest*(newest-1)/2 > mostPairs {
		newest--
	}
	return years - newest
}

// compared calls a function for every pair of years that the page compares.
func (e *encoder) compared(do func(from, to int)) {
	for to := range e.m.Years {
		for from := range to {
			if from >= e.any || from == to-1 {
				do(from, to)
			}
		}
	}
}

// pairs encodes what may be said between any two years of a series that both
// have a value.
func (e *encoder) pairs(s *compare.Series) lazy[[]any] {
	out := lazy[[]any]{}
	e.compared(func(from, to int) {
		if s.Points[from].Reports != nil && s.Points[to].Reports != nil {
			out = append(out, e.pair(s, from, to))
		}
	})
	return out
}

// lazy is a list that the page has as a text, read when it is first asked for.
type lazy[T any] []T

func (l lazy[T]) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal([]T(l))
	if err != nil {
		return nil, err
	}
	return json.Marshal(string(text))
}

func (e *encoder) pair(s *compare.Series, from, to int) []any {
	var judged [4]int
	all := e.m.BetweenAll(s, e.m.Years[from], e.m.Years[to])
	for i, b := range all {
		judged[i] = e.judgement(b)
	}
	reports, share, rank, index := all[0].Shown(), all[1].Shown(), all[2].Shown(), all[3].Shown()
	changes := []any{reports.Reports, short(reports.Percent), short(share.Points), rank.Places, short(index.Index), e.platforms(all[0].Came), e.platforms(all[0].Left), e.likeForLike(all)}
	if s.Alone {
		changes = []any{rank.Places}
	}
	return append([]any{from, to, e.quads.index(judged, func() [4]int { return judged })}, trim(changes)...)
}

// likeForLike encodes the comparison over what belongs to the series on both
// sides, nil where there is none.
func (e *encoder) likeForLike(all [4]compare.Between) any {
	reports, share, index := all[0].LikeForLike, all[1].LikeForLike, all[3].LikeForLike
	if reports == nil && share == nil && index == nil {
		return nil
	}
	row := make([]any, 7)
	if reports != nil {
		row[0], row[1], row[2] = e.judgement(*reports), reports.Change.Reports, short(reports.Change.Percent)
	}
	if share != nil {
		row[3], row[4] = e.judgement(*share), short(share.Change.Points)
	}
	if index != nil {
		row[5], row[6] = e.judgement(*index), short(index.Change.Index)
	}
	return trim(row)
}

// judgement returns the index of a verdict with its reasons.
func (e *encoder) judgement(b compare.Between) int {
	row := []rune{rune(slices.Index(verdicts, b.Verdict))}
	for _, r := range b.Reasons {
		row = append(row, rune(e.reason(r)))
	}
	return e.judges.index(string(row), func() []rune { return row })
}

func (e *encoder) reason(r compare.Reason) int {
	return e.facts.index(r, func() []any {
		mark := ""
		if r.Mark != 0 {
			mark = string(r.Mark)
		}
		return trim([]any{r.Code, slices.Index(verdicts, r.Verdict), mark, e.text(r.Text), e.text(r.Source), r.User})
	})
}

// movers encodes who rose, fell, entered and left between any two years. The
// least base is the reader's to choose, so all are listed.
func (e *encoder) movers() {
	at := map[*compare.Series]int{}
	for i, s := range e.series {
		at[s] = i
	}
	list := func(movers ...*compare.Mover) []int {
		out := []int{}
		for _, mv := range movers {
			out = append(out, at[mv.Series])
		}
		return out
	}
	for _, by := range []compare.Type{compare.TypePlatform, compare.TypeCompany, compare.TypeCategory} {
		e.out.Movers[by] = [][]any{}
		e.compared(func(from, to int) {
			v := e.m.Movers(e.m.Years[from], e.m.Years[to], compare.MoversOptions{By: by, MinBase: 1})
			e.out.Movers[by] = append(e.out.Movers[by], []any{from, to, list(slices.Concat(v.Falls, v.Rises)...), list(v.Entered...), list(v.Left...), list(v.NotComparable...), v.Unchanged})
		})
	}
}
