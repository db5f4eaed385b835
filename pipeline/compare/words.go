package compare

import (
	"fmt"

	"espfigures/pipeline"
)

// WhyBlank says in a sentence why a point has no value, "" where it has one.
func (m *Model) WhyBlank(p *Point) string {
	switch p.Missing {
	case pipeline.NoRow:
		return fmt.Sprintf("No row in %d. That is not zero: the provider reported nothing, or its reports are in another row.", p.Year)
	case pipeline.InsideRow:
		return fmt.Sprintf("Likely inside the combined row %s of %d.", m.rowName(at{p.Inside, p.Year}), p.Year)
	case pipeline.NotCovered:
		return fmt.Sprintf("The source for %d lists only some rows, and not this one.", p.Year)
	case pipeline.NoEdition:
		return fmt.Sprintf("No edition of %d.", p.Year)
	case pipeline.NotInRollUp:
		return fmt.Sprintf("Owned no listed platform on 31 December %d.", p.Year)
	}
	return ""
}
