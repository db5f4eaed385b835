package workbook

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"espfigures/output/words"
	"espfigures/pipeline"
)

// whyBlank says in words why a point has no value.
func (b *book) whyBlank(p *pipeline.Point) string {
	switch p.Missing {
	case pipeline.NoRow:
		return "no row"
	case pipeline.InsideRow:
		return "likely inside the row of " + rowName(inLine(b.platformName(p.Inside)))
	case pipeline.NotCovered:
		return "not in the partial source"
	case pipeline.NoEdition:
		return "no edition held"
	case pipeline.NotInRollUp:
		return "owned no listed platform"
	}
	return ""
}

// marksText writes the marks of all years: "2019–2020: [c]; 2021: [b]".
func marksText(s *pipeline.Series) string {
	var years []int
	var texts []string
	for i := range s.Points {
		if p := &s.Points[i]; p.Reports != nil && p.Flags != "" {
			years, texts = append(years, p.Year), append(texts, marks(p.Flags))
		}
	}
	return byYears(years, texts)
}

// memberChanges names the platforms that came to a company or left it: "2021: Amino,
// Imgur joined; 2023: Vimeo left".
func (b *book) memberChanges(s *pipeline.Series) string {
	var years []int
	var texts []string
	for i := range s.Points {
		p := &s.Points[i]
		if len(p.Joined)+len(p.Left) == 0 {
			continue
		}
		var parts []string
		for _, of := range []struct {
			ids  []string
			what string
		}{{p.Joined, " joined"}, {p.Left, " left"}} {
			if len(of.ids) == 0 {
				continue
			}
			names := make([]string, len(of.ids))
			for k, id := range of.ids {
				names[k] = inLine(b.platformName(id))
			}
			sort.Strings(names)
			parts = append(parts, strings.Join(names, ", ")+of.what)
		}
		years, texts = append(years, p.Year), append(texts, strings.Join(parts, ", "))
	}
	return byYears(years, texts)
}

// blanksText writes why years are blank: "2019: no row".
func (b *book) blanksText(s *pipeline.Series) string {
	var years []int
	var texts []string
	for i := range s.Points {
		if why := b.whyBlank(&s.Points[i]); why != "" {
			years, texts = append(years, s.Points[i].Year), append(texts, why)
		}
	}
	return byYears(years, texts)
}

// breakLines describes breaks in a line each; those that say the same of
// several series stand in one line. who puts the series they concern before it.
func (b *book) breakLines(list []int, who bool) []string {
	var lines []string
	done := map[int]bool{}
	for k, i := range list {
		if done[b.textOf[i]] {
			continue
		}
		done[b.textOf[i]] = true
		var told []int
		var names []string
		for _, j := range list[k:] {
			if b.textOf[j] != b.textOf[i] || slices.Contains(told, j) {
				continue
			}
			told = append(told, j)
			if n := b.whoName(b.ds.Breaks[j].Who); !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		br := &b.ds.Breaks[i]
		line := words.BreakYears(br) + ", " + inLine(words.BreakKind(br.Kind)) + ": " + inLine(b.texts[b.textOf[i]].Say(told))
		if who {
			line = strings.Join(names, " and ") + ", " + line
		}
		lines = append(lines, line)
	}
	return lines
}

// forAll names the breaks that concern every series, each once.
func (b *book) forAll() []string {
	var out []string
	for i := range b.ds.Breaks {
		if b.ds.Breaks[i].Who == pipeline.Everybody {
			out = append(out, "For all, "+b.breakLines([]int{i}, false)[0]+" ("+forAllText(b.ds.Breaks[i].Forbids)+")")
		}
	}
	return out
}

// forAllText says in plain words what a break that concerns all forbids.
func forAllText(f pipeline.Forbids) string {
	switch f {
	case pipeline.ForbidsPlatform:
		return "companies compare, platforms do not"
	case pipeline.ForbidsChange:
		return "not comparable"
	}
	return "compare with care"
}

// breaksShort names the breaks of a series in a few words each; the sheet
// Breaks describes them.
func (b *book) breaksShort(s *pipeline.Series) string {
	var hard, soft []string
	seen := map[int]bool{}
	for _, p := range s.Points {
		for _, i := range p.Breaks {
			if seen[i] || i < 0 || i >= len(b.ds.Breaks) || b.ds.Breaks[i].Who == "all" {
				continue
			}
			seen[i] = true
			br := &b.ds.Breaks[i]
			when, kind := words.BreakYears(br), " ("+inLine(words.BreakKind(br.Kind))+")"
			list, text := &hard, ""
			switch {
			case br.Forbids == pipeline.ForbidsNothing:
				list, text = &soft, when+": compare with care"+kind
			case br.Forbids == pipeline.ForbidsPlatform && !p.Broken:
				text = when + ": the company compares, its platforms do not" + kind
			case br.Forbids == pipeline.ForbidsPlatform:
				text = when + ": not comparable for the platform" + kind
			default:
				text = when + ": not comparable" + kind
			}
			if !slices.Contains(*list, text) {
				*list = append(*list, text)
			}
		}
	}
	return strings.Join(append(hard, soft...), "; ")
}

// pointBreaks writes the breaks of one point; those that concern all stand
// above the tables.
func (b *book) pointBreaks(p *pipeline.Point) string {
	own := slices.DeleteFunc(slices.Clone(p.Breaks), func(i int) bool {
		return i < 0 || i >= len(b.ds.Breaks) || b.ds.Breaks[i].Who == pipeline.Everybody
	})
	text := strings.Join(b.breakLines(own, false), " | ")
	if linesOf(text, breaksWidth) <= maxLines {
		return text
	}
	lines := b.breakLines(own, false) // too long for a row: the first sentence of each
	for i, l := range lines {
		if at := strings.Index(l, ". "); at >= 0 {
			lines[i] = l[:at+1]
		}
	}
	return fit(strings.Join(lines, " | "), breaksWidth, "(all: Breaks)")
}

// figure returns a figure by the index a point names, nil where there is none.
func (b *book) figure(i int) *pipeline.Figure {
	if i < 0 || i >= len(b.ds.Figures) {
		return nil
	}
	return &b.ds.Figures[i]
}

// printedNames writes the printed rows a point adds up: "X Corp 273,416;
// Twitter, Inc. 597,087".
func (b *book) printedNames(p *pipeline.Point) string {
	var parts []string
	for _, i := range p.Figures {
		f := b.figure(i)
		if f == nil {
			continue
		}
		name := inLine(f.Name)
		if f.Combined {
			name += "*"
		}
		if len(p.Figures) > 1 {
			name += " " + f.Reports.String()
		}
		parts = append(parts, name)
		if len(parts) == 12 && len(p.Figures) > 13 {
			parts = append(parts, fmt.Sprintf("and %d more rows", len(p.Figures)-12))
			break
		}
	}
	return strings.Join(parts, "; ")
}

// where writes page and row of a point's figures: "p. 3, row 12".
func (b *book) where(p *pipeline.Point) string {
	var parts []string
	for _, i := range p.Figures {
		f := b.figure(i)
		if f == nil || f.At.Page == 0 {
			continue
		}
		at := f.At
		parts = append(parts, fmt.Sprintf("p. %d, row %d", at.Page, at.Row))
		if len(parts) == 12 {
			break
		}
	}
	return strings.Join(parts, "; ")
}

// ownerText names the owner of a platform, or the members of a company, in
// the point's year.
func (b *book) ownerText(e *entry, p *pipeline.Point) string {
	if e.company {
		names := make([]string, len(p.Members))
		for i, m := range p.Members {
			names[i] = inLine(b.platformName(m))
		}
		return strings.Join(names, ", ")
	}
	if c := b.index.Owner(e.ID, p.Year); c != nil {
		return inLine(c.Name)
	}
	return ""
}

// source returns the address of the document a point's first figure was read
// from, with the page where it is a PDF.
func (b *book) source(p *pipeline.Point) string {
	for _, i := range p.Figures {
		if f := b.figure(i); f != nil {
			return figureLink(f)
		}
	}
	return ""
}

// figureLink returns the address of a figure's document; browsers open a PDF
// at the page it names.
func figureLink(f *pipeline.Figure) string {
	if !strings.HasPrefix(f.URL, "https://") && !strings.HasPrefix(f.URL, "http://") || len(f.URL) > 2000 {
		return ""
	}
	if f.At.Page > 0 && strings.HasSuffix(strings.ToLower(f.URL), ".pdf") {
		return fmt.Sprintf("%s#page=%d", f.URL, f.At.Page)
	}
	return f.URL
}
