package claim

import "espfigures/pipeline/compare"

// Model gives tests the model that a Reader compares with.
func (r *Reader) Model() *compare.Model { return r.model }
