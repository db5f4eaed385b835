// Package tidy writes the model of comparison as rows with one vocabulary of
// column names. The series and movers files and the commands compare and movers
// all write these rows, so that they cannot differ. It computes nothing.
package tidy

import (
	"math"
	"strconv"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// SeriesColumns are the columns of SeriesRow.
var SeriesColumns = []string{"id", "name", "category", "year", "reports", "why_blank", "share_percent", "rank",
	"change", "change_percent", "comparable", "reasons", "like_for_like_percent", "marks", "status", "members"}

// SeriesRow writes a series in one year. Its change, comparable, reasons and
// like_for_like_percent are against the year before, which is nearly always
// the calendar year before.
func SeriesRow(m *compare.Model, s *compare.Series, year, before int) []string {
	p, b := s.At(year), m.Between(s, before, year, pipeline.MeasureReports)
	members := ""
	if s.Type != compare.TypePlatform && s.Type != compare.TypeTotal {
		members = strings.Join(p.Members, ";")
	}
	return append([]string{s.ID, s.Name, s.Category, strconv.Itoa(year), Count(p.Reports), string(p.Missing), Share(p.Share), Rank(p.Rank)},
		append(between(b), LikeForLike(b), p.Marks.String(), string(p.Status), members)...)
}

// MoverColumns are the columns of MoverRow. from and to are years.
var MoverColumns = []string{"id", "name", "category", "from", "to", "change", "change_percent", "comparable", "reasons", "group"}

// MoverRow writes one mover.
func MoverRow(mv compare.Mover) []string {
	s := mv.Series
	row := []string{s.ID, s.Name, s.Category, strconv.Itoa(mv.From.Year), strconv.Itoa(mv.To.Year)}
	return append(append(row, between(mv.Between)...), string(mv.Movement))
}

// between writes change, change_percent, comparable and reasons.
func between(b compare.Between) []string {
	change, percent := "", ""
	if b.Change != nil {
		change, percent = Count(b.Change.Reports), Percent(b.Change.Percent)
	}
	return []string{change, percent, string(b.Verdict), b.Codes()}
}

// LikeForLike writes the change in percent over what belongs to a series on both
// sides, "" where there is none.
func LikeForLike(b compare.Between) string {
	if b.LikeForLike == nil || b.LikeForLike.Change == nil {
		return ""
	}
	return Percent(b.LikeForLike.Change.Percent)
}

// Count writes a number of reports bare, "" for none.
func Count(n *pipeline.Count) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(int64(*n), 10)
}

// Rank writes a rank, "" for none.
func Rank(rank int) string {
	if rank == 0 {
		return ""
	}
	return strconv.Itoa(rank)
}

// Share writes a part of 1 as a percentage with up to eight decimals, "" for none.
func Share(part *float64) string {
	if part == nil {
		return ""
	}
	return decimal(100**part, 8)
}

// Percent writes a change in percent with up to four decimals, more where four
// would make a change none or what remains nothing; "" for none.
func Percent(percent *float64) string {
	if percent == nil {
		return ""
	}
	return decimal(*percent, max(4, pipeline.ChangeDecimals(*percent)))
}

func decimal(v float64, places int) string {
	pow := math.Pow10(places)
	return strconv.FormatFloat(math.Round(v*pow)/pow, 'f', -1, 64)
}
