package registry

import "testing"

func TestDefault(t *testing.T) {
	r, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Platforms) < 300 || len(r.Aliases) < 500 {
		t.Fatalf("%d platforms, %d aliases", len(r.Platforms), len(r.Aliases))
	}
}
