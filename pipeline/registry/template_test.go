package registry

import (
	"testing"
	"testing/fstest"
)

// The files of a new layer load as they are, and each with its example.
func TestTemplates(t *testing.T) {
	layer := fstest.MapFS{}
	for _, f := range Templates() {
		layer[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
	}
	reg, err := LoadLayer(layer)
	if err != nil {
		t.Fatal(err)
	}
	if len(reg.Groups) != 1 || !reg.Groups[0].User {
		t.Errorf("groups: %+v", reg.Groups)
	}
	for _, f := range files {
		layer[f.name] = &fstest.MapFile{Data: []byte(f.header() + "\n" + f.example() + "\n")}
	}
	if reg, err = LoadLayer(layer); err != nil {
		t.Fatalf("the examples do not load: %v", err)
	}
	if p := reg.Platform("my-service"); p == nil || !p.User {
		t.Errorf("the example's platform: %+v", p)
	}
}
