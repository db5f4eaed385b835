package output

import (
	"slices"
	"strconv"
	"strings"

	"espfigures/output/words"
	"espfigures/pipeline"
)

// figureRow is one row of figures.csv and figures.parquet. Blank texts and a
// page of 0 stand for no value.
type figureRow struct {
	Year       int32
	PlatformID string
	Platform   string
	CompanyID  string
	Company    string
	Kind       string
	Name       string
	Reports    int64
	Unit       string
	Status     string
	Flags      string
	Page       int32
	URL        string
	SHA256     string
	Mark       string
}

// figureRows gives the figures of the year, or of every year where it is 0, as
// rows, by year and printed order. The row is used again for the next figure.
func figureRows(ds *pipeline.Dataset, look *pipeline.Index, year int, emit func(*figureRow) error) error {
	var row figureRow
	for i := range ds.Figures {
		f := &ds.Figures[i]
		if year != 0 && f.Year != year {
			continue
		}
		row = figureRow{
			Year: int32(f.Year), PlatformID: f.Platform, Platform: f.Name, Name: f.Name,
			Reports: int64(f.Reports), Unit: "reports", Status: string(f.Status), Flags: f.Flags.String(),
			Page: int32(f.At.Page), URL: f.URL, SHA256: f.SHA256,
			Mark: pipeline.Row{Combined: f.Combined}.Mark(),
		}
		if p := look.Platform(f.Platform); p != nil {
			row.Platform, row.Kind = p.Name, string(p.Kind)
		}
		if c := look.Owner(f.Platform, f.Year); c != nil {
			row.CompanyID, row.Company = c.ID, c.Name
		}
		if err := emit(&row); err != nil {
			return err
		}
	}
	return nil
}

func wideRows(c *pipeline.Comparison, kind func(*pipeline.Series) string, want columnSet, emit func([]string) error) error {
	row := make([]string, 3+len(c.Years))
	for i := range c.Series {
		s := &c.Series[i]
		row[0], row[1], row[2] = s.ID, s.Name, kind(s)
		for n := range c.Years {
			row[3+n] = ""
			if n < len(s.Points) && want.has(3+n) {
				row[3+n] = digits(s.Points[n].Reports)
			}
		}
		if err := emit(row); err != nil {
			return err
		}
	}
	return nil
}

func companyKind(s *pipeline.Series) string {
	if s.Alone {
		return "alone"
	}
	return "company"
}

func seriesRows(ds *pipeline.Dataset, want columnSet, emit func([]string) error) error {
	row := make([]string, 18)
	counts, decimals := want.any(4, 8, 9), want.any(7, 10)
	years := map[int]string{}
	for _, by := range []struct {
		name string
		c    *pipeline.Comparison
	}{{"platform", &ds.ByPlatform}, {"company", &ds.ByCompany}} {
		for _, y := range by.c.Years {
			years[y] = strconv.Itoa(y)
		}
		for i := range by.c.Series {
			s := &by.c.Series[i]
			for n := range s.Points {
				p := &s.Points[n]
				row[0], row[1], row[2], row[3] = by.name, s.ID, s.Name, years[p.Year]
				if row[3] == "" {
					row[3] = strconv.Itoa(p.Year)
				}
				row[5], row[6] = string(p.Missing), p.Inside
				if counts {
					row[4], row[8], row[9] = digits(p.Reports), number(p.Rank), digits(p.Change)
				}
				if decimals {
					row[7], row[10] = decimal(p.Share, 10), decimal(p.Percent, percentPlaces(p.Percent))
				}
				row[11], row[12] = strconv.FormatBool(p.Broken), breakIDs(ds, p.Breaks)
				row[13], row[14], row[15] = string(p.Status), p.Flags.String(), strings.Join(p.Members, " ")
				row[16], row[17] = strings.Join(p.Joined, " "), strings.Join(p.Left, " ")
				if err := emit(row); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// percentPlaces is how many decimals a change in percent is written with: four,
// or more where four would make reports that remain look gone.
func percentPlaces(percent *float64) int {
	if percent == nil {
		return 0
	}
	return max(4, words.ChangeDecimals(*percent))
}

func breakIDs(ds *pipeline.Dataset, indexes []int) string {
	if len(indexes) == 0 {
		return ""
	}
	ids := make([]string, len(indexes))
	for i, n := range indexes {
		ids[i] = ds.Breaks[n].ID
	}
	return strings.Join(ids, " ")
}

// editionRows gives the editions used and those passed, by year, the used
// first.
func editionRows(ds *pipeline.Dataset, _ columnSet, emit func([]string) error) error {
	type edition struct {
		*pipeline.Edition
		used bool
	}
	var list []edition
	for i := range ds.Editions {
		list = append(list, edition{&ds.Editions[i], true})
	}
	for i := range ds.Passed {
		list = append(list, edition{&ds.Passed[i], false})
	}
	slices.SortStableFunc(list, func(a, b edition) int { return a.Year - b.Year })
	return each(list, func(e edition) error {
		sum, combined, total, coverage := e.Sum(), 0, "", ""
		for _, r := range e.Rows {
			if r.Combined {
				combined++
			}
		}
		if e.Total != nil {
			total = digits(&e.Total.Reports)
			if e.Total.Reports != 0 {
				c := e.Coverage()
				coverage = decimal(&c, 10)
			}
		}
		size := ""
		if e.Document.Size != 0 {
			size = strconv.FormatInt(e.Document.Size, 10)
		}
		return emit([]string{strconv.Itoa(e.Year), strconv.FormatBool(e.used), string(e.Status), e.Title, e.Document.Address(), e.Document.SHA256, e.Document.Mirror, e.Source,
			moment(e.Document.Retrieved), moment(e.Document.Dated), size, strconv.Itoa(len(e.Rows)), strconv.Itoa(combined), total, digits(&sum), coverage, strings.Join(e.Readings, " ")})
	})
}
