package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"reflect"
	"time"
)

// digest writes a value to w so that two values of one type give the same
// bytes only where all they hold is the same: every field in order, texts and
// lists behind their length, nil told from empty. It holds back no more than a
// few kilobytes, whatever the size of the value. A value with anything in it
// that cannot be written so (maps, interfaces, fields that are not exported) is
// an error.
func digest(w io.Writer, v any) error {
	d := digester{w: w, buf: make([]byte, 0, 1<<14), plans: map[reflect.Type]plan{}}
	p := d.planOf(reflect.TypeOf(v))
	if d.err == nil {
		p(&d, reflect.ValueOf(v))
		d.flush()
	}
	return d.err
}

type digester struct {
	w     io.Writer
	buf   []byte
	err   error
	plans map[reflect.Type]plan
}

// A plan writes a value of one type.
type plan func(d *digester, v reflect.Value)

func (d *digester) flush() {
	if d.err == nil {
		_, d.err = d.w.Write(d.buf)
	}
	d.buf = d.buf[:0]
}

func (d *digester) number(n uint64) {
	if cap(d.buf)-len(d.buf) < 10 {
		d.flush()
	}
	d.buf = binary.AppendUvarint(d.buf, n)
}

func (d *digester) text(s string) {
	d.number(uint64(len(s)))
	for len(s) > 0 {
		if len(d.buf) == cap(d.buf) {
			d.flush()
		}
		n := copy(d.buf[len(d.buf):cap(d.buf)], s)
		d.buf, s = d.buf[:len(d.buf)+n], s[n:]
	}
}

var momentType = reflect.TypeFor[time.Time]()

// planOf makes the plan of a type, once.
func (d *digester) planOf(t reflect.Type) plan {
	if p, ok := d.plans[t]; ok {
		return p
	}
	// A type that holds itself finds this while its own plan is being made.
	d.plans[t] = func(d *digester, v reflect.Value) { d.plans[t](d, v) }
	p := d.newPlan(t)
	d.plans[t] = p
	return p
}

func (d *digester) newPlan(t reflect.Type) plan {
	if t == momentType {
		return func(d *digester, v reflect.Value) {
			d.text(v.Interface().(time.Time).Format(time.RFC3339Nano))
		}
	}
	switch t.Kind() {
	case reflect.String:
		return func(d *digester, v reflect.Value) { d.text(v.String()) }
	case reflect.Bool:
		return func(d *digester, v reflect.Value) {
			if v.Bool() {
				d.number(1)
			} else {
				d.number(0)
			}
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(d *digester, v reflect.Value) { d.number(uint64(v.Int())) }
	case reflect.Float32, reflect.Float64:
		return func(d *digester, v reflect.Value) { d.number(math.Float64bits(v.Float())) }
	case reflect.Pointer:
		of := d.planOf(t.Elem())
		return func(d *digester, v reflect.Value) {
			if v.IsNil() {
				d.number(0)
				return
			}
			d.number(1)
			of(d, v.Elem())
		}
	case reflect.Slice:
		of := d.planOf(t.Elem())
		return func(d *digester, v reflect.Value) {
			if v.IsNil() {
				d.number(0)
				return
			}
			d.number(1 + uint64(v.Len()))
			for i := range v.Len() {
				of(d, v.Index(i))
			}
		}
	case reflect.Struct:
		fields := make([]plan, t.NumField())
		for i := range fields {
			if !t.Field(i).IsExported() {
				d.err = fmt.Errorf("%s.%s is not exported", t, t.Field(i).Name)
				return nil
			}
			fields[i] = d.planOf(t.Field(i).Type)
		}
		return func(d *digester, v reflect.Value) {
			for i, of := range fields {
				of(d, v.Field(i))
			}
		}
	}
	d.err = fmt.Errorf("%s cannot be written for a hash", t)
	return nil
}
