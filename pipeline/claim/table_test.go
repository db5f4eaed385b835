package claim_test

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/claim"
	"espfigures/pipeline/compare"
)

// made is a statement with the verdict that it has by construction. no stands
// for any verdict that does not hold: what a wrong number is instead (a part,
// another year) is not what this table is about.
type made struct {
	text, id string
	measure  claim.Measure
	verdict  claim.Verdict
}

const no claim.Verdict = "does not hold"

// The table: statements by kind and sense, of many platforms and years, made
// from the figures by other arithmetic than the reader's.
func TestTable(t *testing.T) {
	r := reader(t)
	m := r.Model()
	var table []made
	for i, s := range m.Platforms[:16] {
		if s.Kind == pipeline.KindHotline {
			continue
		}
		name, _, _ := strings.Cut(s.Name, " (")
		for _, y := range []int{2021, 2022, 2023} {
			p := s.At(y)
			if p.Reports == nil || *p.Reports < 2000 {
				continue
			}
			n := int64(*p.Reports)
			table = append(table, numbers(s.ID, name, y, n, i)...)
			table = append(table, shares(s.ID, name, p, i)...)
			table = append(table, made{fmt.Sprintf("%s was the %s largest reporter of %d.", name, nth(p.Rank), y), s.ID, claim.MeasureRank, claim.Exact},
				made{fmt.Sprintf("In %d, %s ranked %s.", y, name, nth(p.Rank+1)), s.ID, claim.MeasureRank, no})
		}
		table = append(table, changes(m, s, name)...)
	}
	table = append(table, sums(m)...)
	if len(table) < 300 {
		t.Fatalf("only %d statements", len(table))
	}
	for _, row := range table {
		got := r.Text(row.text)
		switch {
		case len(got) != 1:
			t.Errorf("%s\n  %d statements: %v", row.text, len(got), lines(got))
		case got[0].ID != row.id || got[0].Measure != row.measure,
			row.verdict == no && (got[0].Verdict.Holds() || got[0].Verdict == claim.NotUnderstood),
			row.verdict != no && got[0].Verdict != row.verdict:
			t.Errorf("%s\n  got %s, want %s %s %s", row.text, lines(got), row.id, row.measure, row.verdict)
		case row.verdict == claim.Broken && (got[0].Published != "" || strings.Contains(got[0].Say, "by ") && strings.Contains(got[0].Say, " rose ")):
			t.Errorf("%s\n  a change is shown across a break: %q, %q", row.text, got[0].Published, got[0].Say)
		}
	}
}

func nth(n int) string {
	words := []string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n) + "th" // the rules read "21th" too
}

// short writes a number with three digits, rounded and cut off.
func short(n int64) (rounded, cut string) {
	scale, unit := 1e3, " thousand"
	if n >= 1e6 {
		scale, unit = 1e6, " million"
	}
	v := float64(n) / scale
	places := 2 - int(math.Floor(math.Log10(v)))
	f := math.Pow10(places)
	write := func(x float64) string { return strconv.FormatFloat(x/f, 'f', places, 64) + unit }
	return write(math.Floor(v*f + 0.5)), write(math.Floor(v * f))
}

func numbers(id, name string, y int, n int64, i int) []made {
	rounded, cut := short(n)
	whole := pipeline.Count(n)
	step := int64(math.Pow10(len(strconv.FormatInt(n, 10)) - 1)) // its first digit
	below, above := pipeline.Count(n/step*step), pipeline.Count((n/step+1)*step)
	if n%step == 0 {
		return nil
	}
	off := pipeline.Count(1)
	if (whole+off)%10 == 0 { // 10,060 of 10,059 is rounded
		off = 2
	}
	forms := []string{"In %[2]d, %[1]s made %[3]s reports.", "%[1]s sent %[3]s reports to NCMEC in %[2]d.", "In %[2]d, %[3]s reports came from %[1]s.", "%[1]s reported %[3]s times in %[2]d."}
	say := func(k int, number any) string {
		return fmt.Sprintf(forms[(i+k)%len(forms)], name, y, fmt.Sprint(number))
	}
	list := []made{
		{say(0, whole), id, claim.MeasureReports, claim.Exact},
		{say(1, whole+off), id, claim.MeasureReports, no},
		{say(2, fmt.Sprintf("more than %s", below)), id, claim.MeasureReports, claim.Bound},
		{say(3, fmt.Sprintf("over %s", above)), id, claim.MeasureReports, no},
		{say(0, fmt.Sprintf("fewer than %s", above)), id, claim.MeasureReports, claim.Bound},
		{say(1, fmt.Sprintf("under %s", below)), id, claim.MeasureReports, no},
		{say(2, fmt.Sprintf("about %s", whole*2)), id, claim.MeasureReports, no},
		{fmt.Sprintf("In %d %s reported %s images.", y, name, whole), id, claim.MeasureReports, claim.Unit},
		{say(3, fmt.Sprintf("between %s and %s", below, above)), id, claim.MeasureReports, claim.Bound},
	}
	if zero := strings.Contains(rounded+cut, "0 "); zero { // 870 thousand may tell tens of thousands
		return list
	}
	if v := claim.Rounded; rounded != cut {
		list = append(list, made{say(1, cut), id, claim.MeasureReports, claim.Truncated})
	} else {
		list = append(list, made{say(2, rounded), id, claim.MeasureReports, v})
	}
	return list
}

func shares(id, name string, p *compare.Point, i int) []made {
	share := 100 * *p.Share
	if share < 0.2 {
		return nil
	}
	right := strconv.FormatFloat(share, 'f', 2, 64)
	wrong := strconv.FormatFloat(share*1.4, 'f', 2, 64)
	over := strconv.FormatFloat(math.Floor(share*10)/10, 'f', 1, 64)
	if strings.HasSuffix(right, "0") {
		return nil // "4.70" and "4.7" are not one claim
	}
	list := []made{
		{fmt.Sprintf("In %d, %s accounted for %s%% of all providers' reports.", p.Year, name, right), id, claim.MeasureShare, claim.Rounded},
		{fmt.Sprintf("%s made up %s percent of the providers' reports in %d.", name, wrong, p.Year), id, claim.MeasureShare, no},
		{fmt.Sprintf("More than %s%% of what providers reported in %d came from %s.", over, p.Year, name), id, claim.MeasureShare, claim.Bound},
	}
	total := strconv.FormatFloat(100**p.TotalShare, 'f', 2, 64)
	if id != "microsoft" && total != right && !strings.HasSuffix(total, "0") {
		list = append(list, made{fmt.Sprintf("%s made %s%% of all reports to the CyberTipline in %d.", name, right, p.Year), id, claim.MeasureShare, claim.OtherTotal})
	}
	return list[:len(list)-i%2]
}

func changes(m *compare.Model, s *compare.Series, name string) (list []made) {
	for _, y := range []int{2021, 2022, 2023, 2024} {
		a, b := s.At(y-1), s.At(y)
		if a.Reports == nil || b.Reports == nil || *a.Reports < 1000 || b.AtLeast || a.AtLeast {
			continue
		}
		percent := 100 * (float64(*b.Reports) - float64(*a.Reports)) / float64(*a.Reports)
		if math.Abs(percent) < 2 {
			continue
		}
		rose, fell := "rose", "fell"
		if percent < 0 {
			rose, fell = fell, rose
		}
		number := strconv.FormatFloat(math.Abs(percent), 'f', 1, 64)
		if strings.HasSuffix(number, ".0") {
			continue
		}
		verdict := claim.Rounded
		if m.Between(s, y-1, y, pipeline.MeasureReports).Verdict == compare.No {
			verdict = claim.Broken
		}
		list = append(list,
			made{fmt.Sprintf("Reports by %s %s by %s%% in %d.", name, rose, number, y), s.ID, claim.MeasureChange, verdict},
			made{fmt.Sprintf("From %d to %d, %s's reports %s %s percent.", y-1, y, name, fell, number), s.ID, claim.MeasureChange, no})
		if factor := float64(*b.Reports) / float64(*a.Reports); factor > 2.2 && verdict != claim.Broken {
			list = append(list,
				made{fmt.Sprintf("%s's reports more than doubled in %d.", name, y), s.ID, claim.MeasureMultiple, claim.Bound},
				made{fmt.Sprintf("%s's reports halved between %d and %d.", name, y-1, y), s.ID, claim.MeasureMultiple, no})
		}
	}
	return list
}

func sums(m *compare.Model) (list []made) {
	two := m.Union(m.Platform("facebook"), m.Platform("instagram"))
	for _, y := range []int{2021, 2022, 2023} {
		n := *two.At(y).Reports
		list = append(list,
			made{fmt.Sprintf("Facebook and Instagram together made %s reports in %d.", n, y), "facebook+instagram", claim.MeasureReports, claim.Exact},
			made{fmt.Sprintf("In %d, Facebook and Instagram sent %s reports.", y, n+1000000), "facebook+instagram", claim.MeasureReports, no})
		top := m.Top(3).At(y)
		list = append(list, made{fmt.Sprintf("The three largest providers made %s reports in %d.", top.Reports, y), "top-3", claim.MeasureReports, claim.Exact})
		total := m.Total.At(y)
		list = append(list, made{fmt.Sprintf("The CyberTipline received %s reports in %d.", total.Reports, y), compare.TotalID, claim.MeasureReports, claim.Exact},
			made{fmt.Sprintf("NCMEC received %s reports in %d.", *total.Reports-3, y), compare.TotalID, claim.MeasureReports, no})
	}
	google := m.Platform("google")
	var years pipeline.Count
	for _, y := range []int{2021, 2022, 2023} {
		years += *google.At(y).Reports
	}
	return append(list,
		made{fmt.Sprintf("Google made %s reports in the years 2021 to 2023.", years), "google", claim.MeasureReports, claim.Exact},
		made{fmt.Sprintf("Between 2021 and 2023, Google made %s reports.", *google.At(2023).Reports), "google", claim.MeasureReports, no})
}

// A true number in words that make it say something else is never called
// right: each frame is filled with the figure of Facebook in 2022, which the
// frame does not claim.
func TestWrongIsNeverRight(t *testing.T) {
	frames, err := os.ReadFile("testdata/wrong.txt")
	if err != nil {
		t.Fatal(err)
	}
	for frame := range strings.SplitSeq(strings.TrimSpace(string(frames)), "\n") {
		text := strings.Replace(frame, "%s", "21,165,208", 1)
		for _, a := range reader(t).Text(text) {
			if a.Quantity.Text == "21,165,208" && a.Verdict.Holds() {
				t.Errorf("%s\n  called %s: %s", text, a.Verdict, lines([]claim.Answer{a}))
			}
		}
	}
}
