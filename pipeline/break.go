package pipeline

// Everybody is the Who of a break that concerns every series.
const Everybody = "all"

// Spans reports whether the break lies between the year before and the year,
// or concerns the year alone. A break over several years spans each step.
func (b Break) Spans(year int) bool {
	if b.From == b.To {
		return b.From == year
	}
	return b.From < year && year <= b.To
}
