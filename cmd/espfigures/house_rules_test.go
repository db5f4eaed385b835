package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A command is a file with a function newCommand of the type that cobra wants.
// It may use files that are no command, and no other command: then each can be
// read, changed and removed by itself. root.go, which lists them, uses all.
func TestCommandsUseSharedFilesOnly(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	files := map[string]*ast.File{}
	declared := map[string]string{} // by name, the command's file
	for _, p := range paths {
		if strings.HasSuffix(p, "_test.go") || p == "root.go" {
			continue
		}
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`(?m)^func new[A-Z]\w*\(a \*app\) \*cobra\.Command`).Match(text) {
			continue
		}
		f, err := parser.ParseFile(set, p, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		files[p] = f
		for _, name := range topLevel(f) {
			declared[name] = p
		}
	}
	if len(files) < 10 {
		t.Fatalf("only %d commands were found: the rule looks at nothing", len(files))
	}
	for p, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr: // a.explain, but not text.Chain
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "a" {
					checkUse(t, set, declared, p, n.Sel)
				}
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok {
					checkUse(t, set, declared, p, id)
				}
			case *ast.CompositeLit:
				if id, ok := n.Type.(*ast.Ident); ok {
					checkUse(t, set, declared, p, id)
				}
			}
			return true
		})
	}
}

func checkUse(t *testing.T, set *token.FileSet, declared map[string]string, file string, id *ast.Ident) {
	t.Helper()
	if of, ok := declared[id.Name]; ok && of != file {
		t.Errorf("%s uses %s of %s: move it to a file that is no command", set.Position(id.Pos()), id.Name, of)
	}
}

// topLevel lists the names that a file declares for the whole program: those of
// the package, and methods of app.
func topLevel(f *ast.File) (names []string) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil || strings.Contains(receiver(d), "app") {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
				case *ast.ValueSpec:
					for _, n := range s.Names {
						names = append(names, n.Name)
					}
				}
			}
		}
	}
	return names
}

func receiver(d *ast.FuncDecl) string {
	if star, ok := d.Recv.List[0].Type.(*ast.StarExpr); ok {
		return star.X.(*ast.Ident).Name
	}
	return ""
}
