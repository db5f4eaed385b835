package pipeline_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the direction of imports: each package may import itself and
// what stands here. A package that is not listed fails the test, so that a
// new one is placed on purpose.
var mayImport = map[string][]string{
	"pipeline":                 {},
	"pipeline/archive":         {"pipeline"},
	"pipeline/link":            {"pipeline"},
	"pipeline/pdf":             {},
	"pipeline/extract/webpage": {},
	"pipeline/extract":         {"pipeline", "pipeline/extract/webpage", "pipeline/pdf"},
	"pipeline/registry":        {"pipeline"},
	"pipeline/snapshot":        {"pipeline"},
	"pipeline/resolve":         {"pipeline", "pipeline/registry"},
	"pipeline/check":           {"pipeline"},
	"pipeline/compare":         {"pipeline"},
	"pipeline/compare/legacy":  {"pipeline"},
	"pipeline/build":           {"pipeline", "pipeline/archive", "pipeline/check", "pipeline/compare", "pipeline/compare/legacy", "pipeline/extract", "pipeline/link", "pipeline/registry", "pipeline/resolve", "pipeline/snapshot"},
	"pipeline/explain":         {"pipeline", "pipeline/compare", "pipeline/registry", "pipeline/resolve"},
	"pipeline/claim":           {"pipeline", "pipeline/compare", "pipeline/resolve"},
	"scrapers":                 {"pipeline", "pipeline/archive", "pipeline/link"},
	"scrapers/faultsite":       {},
	"output":                   {"pipeline", "pipeline/compare", "output/tables", "output/workbook", "output/page"},
	"output/site":              {"pipeline", "pipeline/compare", "pipeline/check", "output", "output/tables"},
	"output/text":              {"pipeline", "output/tables", "pipeline/check", "pipeline/claim", "pipeline/compare", "pipeline/explain"},
	"output/tables":            {"pipeline", "pipeline/compare"},
	"output/workbook":          {"pipeline", "pipeline/compare", "output/tables"},
	"output/page":              {"pipeline", "pipeline/compare", "output/tables"},
	"output/testset":           {"pipeline", "pipeline/registry", "pipeline/resolve", "pipeline/snapshot"}, // for tests
	"cmd/espfigures":           {"*"},
}

func TestImportsRunOneWay(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel("..", p)
		if err != nil {
			return err
		}
		pkg := path.Dir(filepath.ToSlash(rel))
		allowed, ok := mayImport[pkg]
		if !ok {
			t.Errorf("%s: package %s is not in the list of packages", rel, pkg)
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		seen++
		for _, im := range f.Imports {
			name, _ := strconv.Unquote(im.Path.Value)
			if pkg == "pipeline" && strings.Contains(strings.Split(name, "/")[0], ".") {
				t.Errorf("%s imports %s: the words of the pipeline use the standard library only", rel, name)
			}
			rest, own := strings.CutPrefix(name, "espfigures/")
			if own && rest != pkg && !slices.Contains(allowed, rest) && !slices.Contains(allowed, "*") {
				t.Errorf("%s imports %s, against the direction of the house", rel, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Fatal("no file was read")
	}
}
