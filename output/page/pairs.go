package page

import (
	"encoding/binary"
	"slices"

	"espfigures/pipeline/compare"
)

// pairs encodes what may be said between any two years of a series that both
// have a value.
func (e *encoder) pairs(s *compare.Series) []any {
	out := []any{}
	for to := range e.m.Years {
		for from := range to {
			if s.Points[from].Reports != nil && s.Points[to].Reports != nil {
				out = append(out, e.pair(s, from, to))
			}
		}
	}
	return out
}

func (e *encoder) pair(s *compare.Series, from, to int) []any {
	var judged [4]int
	var change [4]compare.Change
	all := e.m.BetweenAll(s, e.m.Years[from], e.m.Years[to])
	for i, b := range all {
		judged[i] = e.judgement(b)
		if b.Change != nil {
			change[i] = *b.Change
		}
	}
	reports, share, rank, index := change[0], change[1], change[2], change[3]
	changes := []any{reports.Reports, reports.Percent, share.Points, rank.Places, index.Index, e.platforms(all[0].Came), e.platforms(all[0].Left), e.likeForLike(all)}
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
		row[0], row[1], row[2] = e.judgement(*reports), reports.Change.Reports, reports.Change.Percent
	}
	if share != nil {
		row[3], row[4] = e.judgement(*share), share.Change.Points
	}
	if index != nil {
		row[5], row[6] = e.judgement(*index), index.Change.Index
	}
	return trim(row)
}

// judgement returns the index of a verdict with its reasons.
func (e *encoder) judgement(b compare.Between) int {
	row := []int{slices.Index(verdicts, b.Verdict)}
	for _, r := range b.Reasons {
		row = append(row, e.reason(r))
	}
	key := make([]byte, 0, 16)
	for _, i := range row {
		key = binary.BigEndian.AppendUint32(key, uint32(i))
	}
	return e.judges.index(string(key), func() []int { return row })
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
	e.out.Movers = map[compare.Type][][]any{}
	for _, by := range []compare.Type{compare.TypePlatform, compare.TypeCompany, compare.TypeCategory} {
		at := map[*compare.Series]int{}
		for i, s := range e.series {
			at[s] = i
		}
		list := func(movers []compare.Mover) []int {
			out := []int{}
			for _, mv := range movers {
				out = append(out, at[mv.Series])
			}
			return out
		}
		rows := [][]any{}
		for to := range e.m.Years {
			for from := range to {
				v := e.m.Movers(e.m.Years[from], e.m.Years[to], compare.MoversOptions{By: by, MinBase: 1})
				rows = append(rows, []any{from, to, list(slices.Concat(v.Falls, v.Rises)), list(v.Entered), list(v.Left), list(v.NotComparable), v.Unchanged})
			}
		}
		e.out.Movers[by] = rows
	}
}
