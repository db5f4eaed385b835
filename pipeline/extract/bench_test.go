package extract

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

var editions = []int{2019, 2020, 2021, 2022, 2023}

// editionFile returns one of NCMEC's documents, or skips the test. What is read in
// them is compared with the shipped figures in pipeline/snapshot.
func editionFile(t testing.TB, year int) (name string, body []byte) {
	t.Helper()
	name = fmt.Sprintf("%d-reports-by-esp.pdf", year)
	body, err := os.ReadFile(filepath.Join("../../../shared/ncmec", name))
	if err != nil {
		t.Skip("NCMEC's documents are not at ../shared/ncmec beside the repository")
	}
	return name, body
}

// Five documents to rows: by a reader that is ready (at most 0.6 s on two cores),
// by one that has to start with PDFium in the compile cache, as every run but the
// first does, and on a machine that never ran PDFium (at most 2 s on two cores).
func BenchmarkFiveEditions(b *testing.B) {
	var names []string
	var bodies [][]byte
	for _, year := range editions {
		n, body := editionFile(b, year)
		names, bodies = append(names, n), append(bodies, body)
	}
	// The documents are read side by side, as far as the reader does.
	all := func(b *testing.B, r *Reader) {
		var wg sync.WaitGroup
		for i := range bodies {
			wg.Go(func() {
				if _, err := r.Read(context.Background(), names[i], "", bodies[i]); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
	b.Run("warm", func(b *testing.B) {
		r := New()
		defer r.Close()
		all(b, r)
		for b.Loop() {
			all(b, r)
		}
	})
	for name, dir := range map[string]func() string{"start": sync.OnceValue(b.TempDir), "cold": b.TempDir} {
		b.Run(name, func(b *testing.B) {
			run := func() {
				r := newReader(dir(), time.Minute)
				all(b, r)
				r.Close()
			}
			run()
			for b.Loop() {
				run()
			}
		})
	}
}
