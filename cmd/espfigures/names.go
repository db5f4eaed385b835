package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
)

func newNames(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "names [NAME...]",
		Short: "What each printed name resolves to, and why",
		Long: fmt.Sprintf(`Prints esp_name,platform_id,platform,company,kind,match,suggestion for each name:
match is exact (an alias letter by letter), normalised (an alias once case,
punctuation and legal forms are gone) or none. company is the owner on 31
December of the newest year in which the platform has a figure (among those of
--years), or of the newest year held where it has none. A name nobody knows gets the similar ones that score above %.2f (of 1) as
suggestions, with score and reason; they are never taken. "-" reads names from
standard input, one a line; without a name, every name printed in the tables.

A line of standard input that is longer than 1 MB or no text in UTF-8 (or in
UTF-16 with its byte order mark) is left out; the others are answered, a message
names its number, and the exit code is 1.`, resolve.SuggestAbove),
		Example: `  espfigures names 'MediaLabKik' 'Snap Inc. (Snapchat)'
  espfigures names - < names.txt
  espfigures names | grep ',none,'                 # printed names nobody knows`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			ds, err := a.dataset(cmd.Context())
			if err != nil {
				return err
			}
			n := namer{reg: ds.registry, res: ds.resolver, owner: owners(ds.registry, ds.Dataset)}
			if len(args) == 0 {
				seen := map[string]bool{}
				for _, f := range ds.Figures {
					if !seen[f.Name] {
						seen[f.Name] = true
						args = append(args, f.Name)
					}
				}
			}
			if err := n.write(a.stdout, a.stdin, args); err != nil {
				return err
			}
			n.report(a)
			return n.leftOut
		},
	}
}

// owners returns, by platform id, the name of the owner on 31 December of the
// platform's newest year with a figure, or of the newest year held where it
// has none.
func owners(reg *registry.Registry, ds *pipeline.Dataset) map[string]string {
	newest := ds.Editions[len(ds.Editions)-1].Year
	byID := map[string]string{}
	for _, p := range reg.Platforms {
		year := newest
		if s := ds.ByPlatform.Find(p.ID); s != nil && s.Last != 0 {
			year = s.Last
		}
		day := fmt.Sprintf("%04d-12-31", year)
		for _, o := range reg.OwnersOf(p.ID) {
			if c := reg.Company(o.Company); c != nil && o.From <= day && (o.To == "" || o.To >= day) {
				byID[p.ID] = c.Name
			}
		}
	}
	return byID
}

// namer resolves names in batches, on all processors, and writes them in order.
type namer struct {
	reg *registry.Registry
	res *resolve.Resolver

	owner map[string]string // by platform id; see owners

	exact, normalised, none int
	lines                   []string // for aliases.csv, to accept the first suggestions
	more                    int      // suggestions beyond those lines
	leftOut                 error    // lines of standard input that are no names
}

const (
	batch       = 4096
	pasteableTo = 20 // suggestions whose lines are printed
)

func (n *namer) write(out io.Writer, stdin io.Reader, names []string) error {
	w := csv.NewWriter(out)
	if err := w.Write([]string{"esp_name", "platform_id", "platform", "company", "kind", "match", "suggestion"}); err != nil {
		return err
	}
	var pending []string
	flush := func() error {
		for _, r := range n.resolve(pending) {
			n.count(r)
			if err := w.Write(r.cells); err != nil {
				return err
			}
		}
		pending = pending[:0]
		return nil
	}
	add := func(name string) error {
		pending = append(pending, name)
		if len(pending) == batch {
			return flush()
		}
		return nil
	}
	for _, name := range names {
		if name != "-" {
			if err := add(name); err != nil {
				return err
			}
			continue
		}
		bad, err := eachLine(stdin, func(name string) error {
			if strings.TrimSpace(name) == "" {
				return nil
			}
			return add(name)
		})
		if err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
		n.leftOut = errors.Join(n.leftOut, bad.fault())
	}
	if err := flush(); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

// line is one line of the output.
type line struct {
	cells []string
	match resolve.Match
}

// resolve keeps the order of the names.
func (n *namer) resolve(names []string) []line {
	out := make([]line, len(names))
	workers := min(runtime.GOMAXPROCS(0), len(names)/256+1)
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() {
			for i := k * len(names) / workers; i < (k+1)*len(names)/workers; i++ {
				m := n.res.Name(names[i])
				out[i] = line{n.cells(names[i], m), m}
			}
		})
	}
	wg.Wait()
	return out
}

func (n *namer) count(l line) {
	switch l.match.Kind {
	case pipeline.Exact:
		n.exact++
	case pipeline.Normalised:
		n.normalised++
	default:
		n.none++
	}
	if s := l.match.Suggestions; len(s) > 0 && s[0].Line() != "" {
		if len(n.lines) < pasteableTo {
			n.lines = append(n.lines, s[0].Line())
		} else {
			n.more++
		}
	}
}

func (n *namer) cells(given string, m resolve.Match) []string {
	row := []string{given, m.Platform, "", "", "", string(m.Kind), ""}
	if p := n.reg.Platform(m.Platform); p != nil {
		row[2], row[3], row[4] = p.Name, n.owner[p.ID], string(p.Kind)
	}
	if m.Kind == pipeline.NoMatch && len(m.Suggestions) == 0 {
		row[6] = n.res.Meaning(m)
	}
	for i, s := range m.Suggestions {
		if i > 0 {
			row[6] += "; "
		}
		row[6] += fmt.Sprintf("%s (%.2f, %s)", s.Platform, s.Score, s.Reason)
	}
	return row
}

func (n *namer) report(a *app) {
	a.say("%d exact, %d normalised, %d unmatched. Similar names that score above %.2f are suggested, never taken.", n.exact, n.normalised, n.none, resolve.SuggestAbove)
	if len(n.lines) == 0 {
		return
	}
	a.say("To accept a suggestion, add its line to pipeline/registry/data/aliases.csv with where the name is printed in place of SOURCE:")
	for _, l := range n.lines {
		a.say("  %s", l)
	}
	if n.more > 0 {
		a.say("  ... and %d more", n.more)
	}
}
