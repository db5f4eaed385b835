package workbook

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"espfigures/output/testset"
)

// openXML holds a workbook against the format as Microsoft's Open XML SDK
// knows it for a version of Office, and returns what it finds wrong. The SDK
// shares no code with the writer. See testdata/node.
func openXML(t *testing.T, workbook []byte, version string) (found []struct {
	Description string
	Path        struct{ XPath, PartURI string }
}) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: the workbook is not held against the Open XML SDK")
	}
	if _, err := os.Stat("../testdata/node/node_modules/@ooxml-tools/validate"); err != nil {
		t.Skip("the Open XML SDK is not installed (npm ci in output/testdata/node): the workbook is not held against it")
	}
	file := filepath.Join(t.TempDir(), "workbook.xlsx")
	if err := os.WriteFile(file, workbook, 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(node, "../testdata/node/ooxml.mjs", file, version)
	b, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %.2000s", err, err.(*exec.ExitError).Stderr)
	}
	if err := json.Unmarshal(b, &found); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return found
}

// Excel offers to repair what its own format does not allow, and a reader
// offered a repair no longer trusts the figures.
func TestWorkbookOpenXMLSDK(t *testing.T) {
	t.Parallel() // most of the time is the SDK's
	good := workbook(t, testset.New())
	for _, f := range openXML(t, good, "Microsoft365") {
		t.Errorf("%s %s: %s", f.Path.PartURI, f.Path.XPath, f.Description)
	}
	bad := change(t, good, "xl/worksheets/sheet1.xml", func(s string) string {
		return strings.Replace(s, "<sheetData>", "<cols></cols><sheetData>", 1)
	})
	if len(openXML(t, bad, "Microsoft365")) == 0 {
		t.Error("the SDK finds nothing wrong with an empty list of columns: it does not look")
	}
}
