package compare

import (
	"cmp"
	"fmt"

	"espfigures/pipeline"
)

// MarkBreaks sets the mark b on the figures of the Dataset that do not compare
// with the platform's figure of the year before, and returns one note for each
// reason. It is for whoever makes the Dataset.
func (m *Model) MarkBreaks() []pipeline.Finding {
	var found []pipeline.Finding
	noted := map[at]bool{}
	for i := range m.f.ds.Figures {
		f := &m.f.ds.Figures[i]
		s := m.Platform(f.Platform)
		b := m.Between(s, f.Year-1, f.Year, pipeline.MeasureReports)
		if b.Verdict != No {
			continue
		}
		f.Flags = f.Flags.With(pipeline.FlagBreak)
		if noted[at{f.Platform, f.Year}] {
			continue
		}
		noted[at{f.Platform, f.Year}] = true
		scope := ""
		if c, _ := m.Owner(f.Platform, f.Year); c != nil {
			if whole := m.Company(c.ID); whole != nil && m.Between(whole, f.Year-1, f.Year, pipeline.MeasureReports).Change != nil {
				scope = " (the platform; its company can be compared)"
			}
		}
		for _, r := range b.Reasons {
			if r.Verdict == No {
				found = append(found, pipeline.Finding{Code: pipeline.BreakCode, Severity: pipeline.Note, Year: f.Year, At: f.At, Document: cmp.Or(f.SHA256, f.URL),
					What: fmt.Sprintf("%s%s: %d and %d cannot be compared. %s", s.Name, scope, f.Year-1, f.Year, r.Text)})
			}
		}
	}
	return found
}
