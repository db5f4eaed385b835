package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"espfigures/pipeline"
)

// ErrNoLastRun says that a folder holds no figures.csv yet.
var ErrNoLastRun = errors.New("no run before this one")

// LastRun returns the figures that a folder holds from the last run, and those
// of this run to compare them with. Where either run wrote a selection, only
// platforms of both remain: nothing else tells of a change of a figure. The
// error is ErrNoLastRun, or says why figures.csv cannot be read.
func LastRun(dir string, ds *pipeline.Dataset) (last, now []pipeline.Figure, err error) {
	file, err := os.Open(filepath.Join(dir, "figures.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrNoLastRun
	}
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	if last, err = ReadFigures(file); err != nil {
		return nil, nil, err
	}
	now = slices.Clone(ds.Figures)
	if isSelection(ds) || IsSelection(dir) {
		in := map[string]int{}
		for i, figures := range [][]pipeline.Figure{last, now} {
			for _, f := range figures {
				in[f.Platform] |= 1 << i
			}
		}
		notInBoth := func(f pipeline.Figure) bool { return in[f.Platform] != 3 }
		last, now = slices.DeleteFunc(last, notInBoth), slices.DeleteFunc(now, notInBoth)
	}
	return last, now, nil
}
