// Package testset builds Datasets for the tests of the outputs: a small one that
// holds every awkward thing, and large ones.
package testset

import (
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

// Hostile holds printed names that do harm where an output forgets that names
// are other people's text. Each stands in the test set under its own platform.
var Hostile = []string{
	`=HYPERLINK("https://evil.invalid","click")`,
	`+1 Chat`,
	`-2+3+cmd|' /C calc'!A0`,
	`@SUM(A1:A9)`,
	`<img src=x onerror=alert(1)>`,
	`</script><script>alert(2)</script>`,
	"Right\u202eto left\u202c \u05e9\u05dc\u05d5\u05dd",
	`Commas, "quotes" & Co; it's`,
	`[note 1] *not a mark* {{template}} ${x}`,
	`C:\path\%TEMP%`,
	`1E5`,
	`Ünï çödé 聊天 🙂`,
}

// Shipped returns the real figures: those shipped with the program, by its
// registry. Callers share it and must not change it.
var Shipped = sync.OnceValue(func() *pipeline.Dataset { return shippedAnd() })

// Longer returns the shipped figures with two more years, which print the rows
// of 2023 again.
func Longer() *pipeline.Dataset { return shippedAnd(2026, 2027) }

func shippedAnd(more ...int) *pipeline.Dataset {
	snap, err := snapshot.Default()
	reg, err1 := registry.Default()
	if err := errors.Join(err, err1); err != nil {
		panic(err)
	}
	ds := &pipeline.Dataset{Editions: snap.Editions, Totals: snap.Totals}
	for _, year := range more {
		e := *ds.Edition(2023)
		e.Year, e.Document.SHA256 = year, Hash(year)
		ds.Editions = append(ds.Editions, e)
	}
	ds.Findings = resolve.New(reg).Fill(ds)
	return ds
}

var (
	//go:embed dataset.json
	datasetFile string

	hashOf = regexp.MustCompile(`\{hash (\d+)\}`)
)

// New returns a small Dataset that holds every awkward thing: a combined
// row (2020) that is split afterwards, two rows of one platform (2022), a year
// without an edition (2023), a partial secondary year (2024), a name nobody
// knows, hostile names, breaks of every strength, a company with members and
// one that changes hands, a passed edition, a revision, findings and totals.
// Each call builds a new one, so a test may change its own.
func New() *pipeline.Dataset {
	ds := &pipeline.Dataset{}
	facts := hashOf.ReplaceAllStringFunc(datasetFile, func(s string) string {
		n, _ := strconv.Atoi(hashOf.FindStringSubmatch(s)[1])
		return Hash(n)
	})
	if err := json.Unmarshal([]byte(facts), ds); err != nil {
		panic(err)
	}
	for i, name := range Hostile {
		id := fmt.Sprintf("hostile-%d", i+1)
		ds.Platforms = append(ds.Platforms, pipeline.Platform{ID: id, Name: name, Kind: pipeline.KindOther, Note: name, Source: "https://example.org/hostile"})
		ds.Figures = append(ds.Figures, pipeline.Figure{Year: 2022, Name: name, Reports: pipeline.Count(10 + i), Platform: id, Match: pipeline.Exact, Alias: name})
	}
	slices.SortFunc(ds.Platforms, func(a, b pipeline.Platform) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(ds.Figures, func(a, b pipeline.Figure) int { return a.Year - b.Year })
	for i := range ds.Figures {
		f := &ds.Figures[i]
		e := ds.Edition(f.Year)
		row := pipeline.Row{Name: f.Name, Combined: f.Combined, Reports: f.Reports, At: pipeline.Place{Page: 1 + len(e.Rows)/10, Row: 1 + len(e.Rows)%10}}
		e.Rows = append(e.Rows, row)
		if f.Status = e.Status; f.Status != pipeline.SecondaryHand {
			f.At, f.SHA256, f.URL = row.At, e.Document.SHA256, e.Document.Address()
		}
	}
	ds.Passed[0].Rows = ds.Edition(ds.Passed[0].Year).Rows
	return ds
}

// Big returns a generated Dataset of that many platforms, each with a row in
// each of that many years. The same arguments give the same Dataset.
func Big(platforms, years int) *pipeline.Dataset {
	r := rand.New(rand.NewSource(1))
	ds := &pipeline.Dataset{}
	for i := range platforms {
		p := pipeline.Platform{ID: fmt.Sprintf("platform-%05d", i), Name: fmt.Sprintf("Platform %05d, Inc.", i), Kind: pipeline.KindPlatform}
		ds.Platforms = append(ds.Platforms, p)
		if i%10 == 0 {
			ds.Companies = append(ds.Companies, pipeline.Company{ID: fmt.Sprintf("company-%04d", i/10), Name: fmt.Sprintf("Company %04d", i/10)})
		}
		ds.Owners = append(ds.Owners, pipeline.Ownership{Platform: p.ID, Company: fmt.Sprintf("company-%04d", i/10)})
	}
	for y := 0; y < years; y++ {
		year := 1976 + y
		e := pipeline.Edition{Year: year, Status: pipeline.Verified, Document: pipeline.Document{SHA256: Hash(year), URL: fmt.Sprintf("https://example.org/%d.pdf", year)}}
		for i, p := range ds.Platforms {
			at, n := pipeline.Place{Page: 1 + i/50, Row: 1 + i%50}, pipeline.Count(1+r.Intn(1000000))
			e.Rows = append(e.Rows, pipeline.Row{Name: p.Name, Reports: n, At: at})
			ds.Figures = append(ds.Figures, pipeline.Figure{Year: year, Name: p.Name, Reports: n, At: at, Platform: p.ID, Match: pipeline.Exact, Alias: p.Name,
				Status: pipeline.Verified, SHA256: e.Document.SHA256, URL: e.Document.URL})
		}
		e.Total = &pipeline.Total{Label: "Total", Reports: e.Sum()}
		ds.Editions = append(ds.Editions, e)
	}
	return ds
}

// Hash returns what looks like a SHA-256 sum and is made from a number.
func Hash(n int) string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Append(nil, "test document ", n)))
}
