package extract

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"
)

// A damaged copy of a good document is read exactly or refused: every cut, and
// random bytes changed.
func TestDamage(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	b := randomBook(rng, 60, 3, true)
	good := plainLayout().pdf(t, b)
	if v, what := judge(t, b, good, true); v != exactly {
		t.Fatal(what)
	}
	tally := map[verdict]int{}
	try := func(kind string, at int, body []byte) {
		v, what := judge(t, b, body, true)
		tally[v]++
		if v == wrong {
			t.Errorf("%s at %d: %s", kind, at, what)
		}
	}
	for i := range 40 {
		at := len(good) * i / 40
		try("cut", at, good[:at])
	}
	for i := 1; i <= 10; i++ {
		try("cut", len(good)-i, good[:len(good)-i])
	}
	for range 120 {
		at := rng.IntN(len(good))
		bad := bytes.Clone(good)
		bad[at] ^= byte(1 << rng.IntN(8))
		try("flip", at, bad)
	}
	for range 20 {
		at := rng.IntN(len(good) - 200)
		bad := append(bytes.Clone(good[:at]), good[at+rng.IntN(200):]...)
		try("hole", at, bad)
	}
	t.Logf("%d exactly, %d refused, %d wrong", tally[exactly], tally[refused], tally[wrong])
}

// Flips in a real edition.
func TestDamagedEdition(t *testing.T) {
	name, good := editionFile(t, 2022)
	want, err := testReader.Read(context.Background(), name, good)
	if err != nil {
		t.Fatal(err)
	}
	b := book{Year: 2022}
	for _, r := range want.Tables[0].Rows {
		b.Rows = append(b.Rows, bookRow{Name: r.Name + r.Mark(), Reports: int(r.Reports)})
	}
	rng := rand.New(rand.NewPCG(22, 22))
	tally := map[verdict]int{}
	for range 12 {
		at := rng.IntN(len(good))
		bad := bytes.Clone(good)
		bad[at] ^= byte(1 << rng.IntN(8))
		v, what := judge(t, b, bad, true)
		tally[v]++
		if v == wrong {
			t.Errorf("flip at %d: %s", at, what)
		}
	}
	t.Logf("%d exactly, %d refused, %d wrong", tally[exactly], tally[refused], tally[wrong])
}
