package build

import (
	"context"
	"errors"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
	"espfigures/pipeline/extract"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
)

// FiguresIn returns the figures of a document that is not in the archive.
func FiguresIn(ctx context.Context, reg *registry.Registry, name string, body []byte) ([]pipeline.Figure, error) {
	reader := extract.New()
	defer reader.Close()
	res, err := reader.Read(ctx, name, "", body)
	if err != nil {
		return nil, err
	}
	var eds []pipeline.Edition
	for _, t := range res.Tables {
		ed, _ := check.Edition(t, pipeline.Document{Name: name}, res.Findings)
		eds = append(eds, ed)
	}
	figures, _ := resolve.New(reg).Figures(eds)
	return figures, nil
}

// FiguresOf returns the figures of the version whose hash begins so.
func FiguresOf(ds *pipeline.Dataset, reg *registry.Registry, hash string) ([]pipeline.Figure, error) {
	eds := slices.DeleteFunc(slices.Concat(ds.Editions, ds.Passed), func(e pipeline.Edition) bool {
		return e.Document.SHA256 == "" || !strings.HasPrefix(e.Document.SHA256, hash)
	})
	switch another := func(e pipeline.Edition) bool { return e.Document.SHA256 != eds[0].Document.SHA256 }; {
	case len(eds) == 0:
		return nil, errors.New("neither a file nor the hash of a version held; espfigures sources lists them")
	case slices.ContainsFunc(eds, another):
		return nil, errors.New("the hashes of several versions begin so; give more of it")
	}
	figures, _ := resolve.New(reg).Figures(eds)
	return figures, nil
}
