package page

import (
	"bytes"
	"encoding/json"
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline"
)

// The data are written entry by entry, with the bytes of the whole at once.
func TestExplorerDataWhole(t *testing.T) {
	presets, err := readPresets(explorerPresets)
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]explorerData{
		"a set":                    newExplorerData(testset.New(), presets),
		"an empty set":             newExplorerData(&pipeline.Dataset{}, nil),
		"nothing":                  {},
		"a testset.Hostile preset": newExplorerData(testset.New(), []explorerPreset{{ID: "</script>", Platforms: []string{testset.New().Platforms[0].ID}}}),
	} {
		want, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := d.write(&got); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s: %.300s\nwant %.300s", name, got.String(), want)
		}
	}
}
