package tables

import (
	"encoding/json"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// A jsonPair is what may be said about two years by one measure.
type jsonPair struct {
	From       int              `json:"from_year"`
	Measure    pipeline.Measure `json:"measure"`
	Comparable compare.Verdict  `json:"comparable"`
	Reasons    []string         `json:"reasons,omitempty"`
	Change     *pipeline.Count  `json:"change,omitempty"`
	Percent    *float64         `json:"change_percent,omitempty"`
	Points     *float64         `json:"change_points,omitempty"`
	Places     *int             `json:"change_places,omitempty"`
	Index      *float64         `json:"index,omitempty"`
	Like       *float64         `json:"like_for_like_percent,omitempty"`
}

// SeriesAgainst is Series with a column that JSON alone can hold: what may be
// said against every earlier year of those given, by every measure.
func SeriesAgainst(m *compare.Model, list []*compare.Series, years []int) Table {
	t := Series(m, list, years)
	t.Fields = append(slices.Clone(t.Fields), Field{Name: "against"})
	row := 0
	for _, s := range list {
		for k, year := range years {
			pairs := []jsonPair{}
			for _, from := range years[:k] {
				for _, measure := range pipeline.Measures {
					pairs = append(pairs, pairOf(m.Between(s, from, year, measure)))
				}
			}
			text, err := json.Marshal(pairs)
			if err != nil {
				panic(err) // programmer error: strings and numbers only
			}
			t.Rows[row] = append(t.Rows[row], json.RawMessage(text))
			row++
		}
	}
	return t
}

func pairOf(b compare.Between) jsonPair {
	p := jsonPair{From: b.From.Year, Measure: b.Measure, Comparable: b.Verdict}
	if codes := b.Codes(); codes != "" {
		p.Reasons = strings.Split(codes, "; ")
	}
	if c := b.Change; c != nil {
		p.Change, p.Percent, p.Points, p.Places, p.Index = c.Reports, c.Percent, c.Points, c.Places, c.Index
	}
	if b.LikeForLike != nil && b.LikeForLike.Change != nil {
		p.Like = b.LikeForLike.Change.Percent
	}
	return p
}
