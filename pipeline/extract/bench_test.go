package extract

import (
	"context"
	"sync"
	"testing"
)

// Five documents to rows, PDFium ready: at most 0.6 s on two cores.
func BenchmarkFiveEditionsWarm(b *testing.B) {
	names, bodies := five(b)
	r := New()
	defer r.Close()
	readAll(b, r, names, bodies)
	for b.Loop() {
		readAll(b, r, names, bodies)
	}
}

// Five documents to rows by a reader that has to start, with PDFium in the
// compile cache, as every run but the first does.
func BenchmarkFiveEditionsStart(b *testing.B) {
	names, bodies := five(b)
	dir := b.TempDir()
	warm := New(CacheDir(dir))
	readAll(b, warm, names, bodies)
	warm.Close()
	for b.Loop() {
		r := New(CacheDir(dir))
		readAll(b, r, names, bodies)
		r.Close()
	}
}

// Five documents to rows on a machine that never ran PDFium: at most 2 s on
// two cores.
func BenchmarkFiveEditionsCold(b *testing.B) {
	names, bodies := five(b)
	for b.Loop() {
		r := New(CacheDir(b.TempDir()))
		readAll(b, r, names, bodies)
		r.Close()
	}
}

// The first document alone, PDFium ready.
func BenchmarkOneEdition(b *testing.B) {
	names, bodies := five(b)
	r := New()
	defer r.Close()
	for b.Loop() {
		readAll(b, r, names[4:], bodies[4:])
	}
}

// What of it is layout, from recorded characters to rows.
func BenchmarkLayout(b *testing.B) {
	_, bodies := five(b)
	r := New()
	defer r.Close()
	sh := pagesOf(b, bodies[4])
	for b.Loop() {
		if _, err := readPages(context.Background(), "", sh); err != nil {
			b.Fatal(err)
		}
	}
}

func five(b *testing.B) (names []string, bodies [][]byte) {
	for _, e := range editions {
		n, body := editionFile(b, e.year)
		names, bodies = append(names, n), append(bodies, body)
	}
	return names, bodies
}

// readAll reads the documents side by side, as far as the reader does.
func readAll(b *testing.B, r *Reader, names []string, bodies [][]byte) {
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
