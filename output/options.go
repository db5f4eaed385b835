package output

// Options are what a user may ask of the outputs.
type Options struct {
	BOM       bool
	Partition bool
	Only      []string
}
