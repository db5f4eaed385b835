package extract

import (
	"context"
	"sync"
	"testing"
	"time"
)

// Five documents to rows: by a reader that is ready (at most 0.6 s on two cores),
// by one that has to start with PDFium in the compile cache, as every run but the
// first does, and on a machine that never ran PDFium (at most 2 s on two cores).
func BenchmarkFiveEditions(b *testing.B) {
	var names []string
	var bodies [][]byte
	for _, e := range editions {
		n, body := editionFile(b, e.year)
		names, bodies = append(names, n), append(bodies, body)
	}
	// The documents are read side by side, as far as the reader does.
	all := func(b *testing.B, r *Reader) {
		var wg sync.WaitGroup
		for i := range bodies {
			wg.Go(func() {
				if _, err := r.Read(context.Background(), names[i], bodies[i]); err != nil {
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

// What of it is layout, from recorded characters to rows.
func BenchmarkLayout(b *testing.B) {
	_, body := editionFile(b, 2023)
	sh := pagesOf(b, body)
	for b.Loop() {
		if _, err := readPages(context.Background(), "", sh); err != nil {
			b.Fatal(err)
		}
	}
}
