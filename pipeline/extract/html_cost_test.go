package extract

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// Pages that are built to be slow end by the deadline, or in a refusal that
// says why.
func TestHostileHTML(t *testing.T) {
	const title = "<!doctype html><h1>2022 Reports by ESP</h1>"
	table := "<table>" + htmlHead + htmlRows(plainCells) + "</table>"
	one := "<table>" + htmlHead + "<tr><td>A</td><td>1</td></tr></table>"
	r := New()
	r.timeout = time.Duration(times(1, 3)) * time.Second
	defer r.Close()
	for _, c := range []struct {
		name, body string
		want       error // nil where the table is read, or found to be one of many
	}{
		{"20,000 small tables", title + strings.Repeat(one, times(2_000, 20_000)), nil},
		{"100,000 headings", title + strings.Repeat("<h2>About ESPs</h2>", 100_000) + table, nil},
		{"80,000 small tables", title + strings.Repeat(one, 80_000), ErrTooLarge},
		{"15,000 spans", title + strings.Repeat("<table><tr><td colspan=100 rowspan=100>x</table>", 15_000) + table, ErrTooLarge},
		{"100,000 totals", title + table + strings.Repeat("<p>Total: 5", 100_000), nil},
		{"deep", title + strings.Repeat("<div>", 10_000) + table, ErrTooLarge},
		{"unclosed links", title + strings.Repeat("<p><a><b><i>", 60_000), nil},
		{"a wide header", title + "<table><tr>" + strings.Repeat("<th>ESP<th>Reports", 50_000) + "</table>" + table, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			_, err := r.Read(context.Background(), "page.html", []byte(c.body))
			if c.want != nil && !errors.Is(err, c.want) && !errors.Is(err, ErrTimeout) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("several lines: %q", err)
			}
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Read(ctx, "page.html", []byte(title+table)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Eight times the page must not take sixty-four times as long.
func TestHTMLTimeGrowsWithThePage(t *testing.T) {
	const title = "<!doctype html><h1>2022 Reports by ESP</h1>"
	for name, page := range map[string]func(n int) string{
		"tables": func(n int) string {
			return title + strings.Repeat("<table>"+htmlHead+"<tr><td>A</td><td>1</td></tr><tr><td>Total</td><td>1</td></tr></table>", n)
		},
		"headings and tables": func(n int) string {
			return title + strings.Repeat("<h3>Reports by ESP</h3><p>Total: 7<table>"+htmlHead+"<tr><td>A</td><td>1</td></tr></table>", n)
		},
		"rows": func(n int) string {
			return title + "<table>" + htmlHead + strings.Repeat("<tr><td>A</td><td>1</td></tr>", n) + "</table>"
		},
	} {
		took := func(n int) time.Duration {
			body, began := []byte(page(n)), time.Now()
			_, _ = readHTML(context.Background(), "page.html", "", body)
			return time.Since(began)
		}
		// A busy machine may spoil a measurement, but not all of them.
		least := time.Duration(1 << 62)
		for range 8 {
			small := took(300)
			if least = min(least, took(2400)/max(small, 1)); least <= 24 {
				break
			}
		}
		if least > 24 {
			t.Errorf("%s: eight times as much takes at least %d times as long", name, least)
		}
	}
}
