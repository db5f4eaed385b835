package output

import (
	"bytes"
	"encoding/json"
	"testing"

	"espfigures/pipeline"
)

// The data are written entry by entry, with the bytes of the whole at once.
func TestExplorerDataWhole(t *testing.T) {
	presets, err := readPresets(explorerPresets)
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]explorerData{
		"a set":            newExplorerData(testSet(), presets),
		"an empty set":     newExplorerData(&pipeline.Dataset{}, nil),
		"nothing":          {},
		"a hostile preset": newExplorerData(testSet(), []explorerPreset{{ID: "</script>", Platforms: []string{testSet().Platforms[0].ID}}}),
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
