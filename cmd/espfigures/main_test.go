package main

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// shared is the reference material beside the repository; "" where it is absent.
var shared = func() string {
	dir, err := filepath.Abs(filepath.Join("..", "..", "..", "shared"))
	if err != nil {
		return ""
	}
	if _, err := os.Stat(filepath.Join(dir, "ncmec")); err != nil {
		return ""
	}
	return dir
}()

const noShared = "NCMEC's documents are not at ../shared/ncmec beside the repository"

// update rewrites what the scripts compare outputs with; the diff is to be
// reviewed.
var update = flag.Bool("update", false, "rewrite the expected outputs in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"espfigures": main})
}

// TestScripts is the command-line contract. A script under testdata/script
// has espfigures on its path, the reference material at $SHARED, and a web
// site at $SITE that serves the files of the script's own site/ folder, and
// NCMEC's documents under /ncmec/.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		UpdateScripts: *update,
		Dir:           filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			files := http.NewServeMux()
			files.Handle("/", http.FileServer(http.Dir(filepath.Join(env.WorkDir, "site"))))
			if shared != "" {
				files.Handle("/ncmec/", http.StripPrefix("/ncmec/", http.FileServer(http.Dir(filepath.Join(shared, "ncmec")))))
			}
			files.HandleFunc("/to-pdf", func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/ncmec/2022-reports-by-esp.pdf", http.StatusFound)
			})
			site := httptest.NewServer(files)
			env.Defer(site.Close)
			env.Setenv("SITE", strings.TrimPrefix(site.URL, "http://"))
			env.Setenv("SHARED", shared)
			// The compile cache of PDFium is the machine's own: a cold one costs seconds.
			if cache, err := os.UserCacheDir(); err == nil {
				env.Setenv("XDG_CACHE_HOME", cache)
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "shared":
				return shared != "", nil
			case "long":
				return long(), nil
			}
			return false, fmt.Errorf("no such condition")
		},
	})
	if shared == "" {
		t.Log("scripts that read NCMEC's documents were skipped: " + noShared)
	}
}
