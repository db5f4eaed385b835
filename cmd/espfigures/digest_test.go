package main

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"espfigures/output"
	"espfigures/pipeline"
)

func digestOf(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	if err := digest(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whatever changes in a Dataset or in the options, the digest does: a field
// that is added later included.
func TestDigestSeesEveryField(t *testing.T) {
	for _, whole := range []any{&pipeline.Dataset{}, &output.Options{}} {
		v := reflect.ValueOf(whole).Elem()
		fill(v)
		seen := map[string]string{digestOf(t, v.Interface()): "nothing"}
		changes := 0
		eachLeaf(v, v.Type().String(), func(path string) {
			changes++
			got := digestOf(t, v.Interface())
			if other, ok := seen[got]; ok {
				t.Errorf("the change of %s gives the digest of that of %s", path, other)
			}
			seen[got] = path
		})
		t.Logf("%s: %d changes, each with a digest of its own", v.Type(), changes)
		if changes < 3 {
			t.Fatalf("only %d changes of %s were tried", changes, v.Type())
		}
		if got := digestOf(t, v.Interface()); seen[got] != "nothing" {
			t.Error("the value was not put back as it was")
		}
	}
}

// fill gives every list two entries, every pointer something to point to and
// every other value one that is not zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == momentType {
			v.Set(reflect.ValueOf(time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.String:
		v.SetString("ab")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(0.5)
	default:
		v.SetInt(7)
	}
}

// eachLeaf changes one value after the other, calls f, and puts it back.
func eachLeaf(v reflect.Value, path string, f func(path string)) {
	try := func(what string, to any) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		v.Set(reflect.ValueOf(to).Convert(v.Type()))
		f(path + " " + what)
		v.Set(old)
	}
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == momentType {
			try("later", v.Interface().(time.Time).Add(time.Nanosecond))
			return
		}
		for i := range v.NumField() {
			eachLeaf(v.Field(i), path+"."+v.Type().Field(i).Name, f)
		}
	case reflect.Slice:
		try("nil", reflect.Zero(v.Type()).Interface())
		try("empty", v.Slice(0, 0).Interface())
		try("shorter", v.Slice(0, 1).Interface())
		for i := range v.Len() {
			eachLeaf(v.Index(i), fmt.Sprintf("%s[%d]", path, i), f)
		}
	case reflect.Pointer:
		try("nil", reflect.Zero(v.Type()).Interface())
		eachLeaf(v.Elem(), path, f)
	case reflect.String:
		try("shorter", "a")
		try("longer", strings.Repeat("ab", 20_000))
	case reflect.Bool:
		try("not", !v.Bool())
	case reflect.Float64:
		try("more", v.Float()*1.0000000001)
	default:
		try("more", v.Int()+1)
		try("less than nothing", -v.Int())
	}
}

// Texts that stand side by side keep their borders.
func TestDigestParts(t *testing.T) {
	type pair struct{ A, B string }
	if digestOf(t, pair{"ab", "c"}) == digestOf(t, pair{"a", "bc"}) {
		t.Error("two texts run into one")
	}
	if digestOf(t, [][]string{{"a"}, {"b"}}) == digestOf(t, [][]string{{"a", "b"}, {}}) {
		t.Error("two lists run into one")
	}
	type node struct{ Next *node }
	if digestOf(t, node{&node{}}) == digestOf(t, node{}) {
		t.Error("a value that holds itself is not followed")
	}
}

func TestDigestRefuses(t *testing.T) {
	for _, v := range []any{
		struct{ hidden int }{1}, map[string]int{}, struct{ F func() }{}, []any{1},
	} {
		if err := digest(&bytes.Buffer{}, v); err == nil {
			t.Errorf("%T was written", v)
		}
	}
}
