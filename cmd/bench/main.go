// Command bench measures the program as its users meet it: it builds the
// binary, prepares documents, runs each case as a process of its own several
// times, and prints medians of wall time, processor time and peak memory as a
// Markdown table, each beside its target.
//
// NCMEC's five documents are read from the folder -documents; where it is not
// there, five documents of the same size, typeset here, stand in and the table
// says so. Nothing outside the machine is asked: the site that refresh asks is
// on loopback.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	// Inputs are made by children of this program: the peak memory that Linux
	// reports for a process is at least that of the process that started it.
	if len(os.Args) > 2 {
		if child, ok := children[os.Args[1]]; ok {
			if err := child(os.Args[2], os.Args[3:]); err != nil {
				fmt.Fprintln(os.Stderr, "bench:", err)
				os.Exit(1)
			}
			return
		}
	}
	documents := flag.String("documents", filepath.Join("..", "shared", "ncmec"), "folder of NCMEC's five documents")
	runs := flag.Int("n", 7, "runs of each case")
	long := flag.Int("long", 3, "runs of cases that take long")
	keep := flag.String("keep", "", "Markdown file whose table is replaced")
	match := flag.String("run", "", "measure only cases that match this regular expression")
	flag.Parse()
	b := &bench{documents: *documents, runs: *runs, long: *long, match: regexp.MustCompile(*match)}
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	fmt.Print(b.table())
	if *keep != "" && *match == "" {
		if err := replaceTable(*keep, b.table()); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
}

// bench is one measuring of all cases.
type bench struct {
	documents string
	typeset   bool // the documents are stand-ins
	runs      int
	long      int // runs of cases that take long
	match     *regexp.Regexp

	dir    string // of everything made here
	binary string
	cache  string // compiled PDFium, as it lies there after the first run
	site   string // host:port
	said   []result
}

// A result is what one case took, as medians over its runs.
type result struct {
	name   string
	wall   time.Duration
	cpu    time.Duration
	memory int64 // peak resident bytes; 0 where the system does not tell
	runs   int
	target target
	per    per
}

// per says what a case takes more of where there is more to do: rows or
// documents. Two cases of one series tell how time and memory grow.
type per struct {
	series string // "" for none
	unit   string // "row", "document"
	n      int
}

// A target is what a case may take; zero for none.
type target struct {
	wall   time.Duration
	memory int64
}

// A step is one case.
type step struct {
	name   string
	target target
	few    bool // takes long
	before func() error
	args   []string
	cold   bool // no compiled PDFium is kept
	per    per
	bench  string // instead of the program: a benchmark of the package output
}

const (
	ms = time.Millisecond
	mb = int64(1_000_000)
)

func (b *bench) run() (err error) {
	if b.dir, err = os.MkdirTemp("", "espfigures-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	b.cache = b.path("cache")
	b.binary = b.path("espfigures")
	build := exec.Command("go", "build", "-trimpath", "-o", b.binary, "./cmd/espfigures")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(b.documents, "2023-reports-by-esp.pdf")); err != nil {
		b.typeset, b.documents = true, b.path("five")
		if err := b.child("pdf", b.documents, "2019", "5", "1", "206"); err != nil {
			return err
		}
	}
	five, err := filepath.Abs(b.documents)
	if err != nil {
		return err
	}
	pdfs, err := filepath.Glob(filepath.Join(five, "*.pdf"))
	if err != nil {
		return err
	}
	for _, in := range [][]string{
		{"pdf", b.path("seven"), "2019", "7", "1", "206"},
		{"pdf", b.path("docs50"), "1998", "50", "1", "206"},
		{"pdf", b.path("docs500"), "1998", "50", "10", "206"},
		{"html", b.path("narrow"), "1998", "50", "1000"},
		{"html", b.path("wide"), "1998", "50", "10000"},
	} {
		if err := b.child(in[0], in[1], in[2:]...); err != nil {
			return err
		}
	}
	stop, err := b.serve(b.path("seven"))
	if err != nil {
		return err
	}
	defer stop()

	// What the warm cases find: PDFium compiled, documents read.
	fresh := func(names ...string) func() error {
		return func() error {
			for _, n := range names {
				if err := os.RemoveAll(b.path(n)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	from := func(docs, archive string) []string {
		return []string{"refresh", "-q", "--from", docs, "--archive", b.path(archive), "--out", b.path("out")}
	}
	offline := func(archive string, more ...string) []string {
		return append([]string{"refresh", "-q", "--offline", "--archive", b.path(archive), "--out", b.path("out")}, more...)
	}
	site := func(archive string) []string {
		return []string{"refresh", "-q", "--start", "http://" + b.site + "/esp/reports", "--allow-host", b.site, "--delay", "1ms",
			"--years", "2019-2025", "--archive", b.path(archive), "--out", b.path("out-" + archive)}
	}
	extract := append([]string{"extract", "-q"}, pdfs...)

	steps := []step{
		{name: "`--help`", target: target{wall: 20 * ms}, args: []string{"--help"}},
		{name: "figures shipped with the program, all outputs", target: target{300 * ms, 100 * mb}, before: fresh("out"), args: offline("none")},
		{name: "five documents to rows (`extract`), cold", target: target{wall: 2 * time.Second}, args: extract, cold: true},
		{name: "five documents to rows (`extract`), warm", target: target{wall: 600 * ms}, args: extract},
		{name: "five documents to all outputs, cold", before: fresh("out", "five-archive"), args: from(five, "five-archive"), cold: true},
		{name: "five documents to all outputs, PDFium compiled, readings not kept", before: fresh("out", "five-archive"), args: from(five, "five-archive")},
		{name: "five documents to all outputs, warm", target: target{500 * ms, 150 * mb}, before: fresh("out"), args: from(five, "five-archive")},
	}
	for _, o := range []string{"csv", "xlsx", "html", "parquet"} {
		steps = append(steps, step{name: "the same, `" + o + "` alone", before: fresh("out"), args: offline("five-archive", "--only", o)})
	}
	steps = append(steps,
		step{name: "seven editions from a site, first run", before: fresh("seven-archive", "out-seven-archive"), args: site("seven-archive")},
		step{name: "nothing new at the site (with ten requests a millisecond apart)", target: target{wall: 100 * ms}, args: site("seven-archive")},
		step{name: "one new edition among seven", before: b.withoutNewest("seven-archive", "six-archive"), args: site("six-archive")},
		step{name: "50 documents, first reading", few: true, before: fresh("out", "docs50-archive"), args: from(b.path("docs50"), "docs50-archive")},
		step{name: "50 documents, warm", before: fresh("out"), args: offline("docs50-archive")},
		step{name: "50 documents, warm, CSV alone", before: fresh("out"), args: offline("docs50-archive", "--only", "csv"), per: per{"warm, CSV alone", "document", 50}},
		step{name: "500 documents of 50 years, first reading", few: true, before: fresh("out", "docs500-archive"), args: from(b.path("docs500"), "docs500-archive")},
		step{name: "500 documents of 50 years, warm", few: true, before: fresh("out"), args: offline("docs500-archive")},
		step{name: "500 documents of 50 years, warm, CSV alone", few: true, before: fresh("out"), args: offline("docs500-archive", "--only", "csv"), per: per{"warm, CSV alone", "document", 500}},
		step{name: "1,000 platforms x 50 years (HTML), first reading, CSV alone", before: fresh("out", "narrow-archive"), args: append(from(b.path("narrow"), "narrow-archive"), "--only", "csv"), per: per{"first reading, CSV alone", "row", 50_000}},
		step{name: "1,000 platforms x 50 years, warm, CSV alone", before: fresh("out"), args: offline("narrow-archive", "--only", "csv"), per: per{"warm, CSV alone", "row", 50_000}},
		step{name: "10,000 platforms x 50 years (HTML), first reading, all outputs", few: true, before: fresh("out", "wide-archive"), args: from(b.path("wide"), "wide-archive")},
		step{name: "10,000 platforms x 50 years (HTML), first reading, CSV alone", target: target{wall: 15 * time.Second}, few: true, before: fresh("out", "wide-archive"), args: append(from(b.path("wide"), "wide-archive"), "--only", "csv"), per: per{"first reading, CSV alone", "row", 500_000}},
		step{name: "10,000 platforms x 50 years, warm, CSV alone", target: target{wall: 10 * time.Second}, few: true, before: fresh("out"), args: offline("wide-archive", "--only", "csv"), per: per{"warm, CSV alone", "row", 500_000}},
		step{name: "10,000 platforms x 50 years, held in memory: every CSV and Parquet file", few: true, bench: "BenchmarkDataFiles"},
		step{name: "the same and the workbook, whose tidy sheet has 500,000 rows", target: target{10 * time.Second, 400 * mb}, few: true, bench: "BenchmarkDataFilesAndWorkbook"},
	)
	// Fill the caches once, untimed.
	if _, err := b.once(step{args: from(five, "five-archive")}); err != nil {
		return err
	}
	for _, s := range steps {
		if !b.match.MatchString(s.name) {
			continue
		}
		if err := b.measure(s); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

func (b *bench) measure(s step) error {
	n := b.runs
	if s.few {
		n = b.long
	}
	var all []result
	for range n {
		r, err := b.once(s)
		if err != nil {
			return err
		}
		all = append(all, r)
	}
	median := func(of func(result) int64) int64 {
		var v []int64
		for _, r := range all {
			v = append(v, of(r))
		}
		slices.Sort(v)
		return v[len(v)/2]
	}
	r := result{
		name: s.name, runs: n, target: s.target, per: s.per,
		wall:   time.Duration(median(func(r result) int64 { return int64(r.wall) })),
		cpu:    time.Duration(median(func(r result) int64 { return int64(r.cpu) })),
		memory: median(func(r result) int64 { return r.memory }),
	}
	fmt.Fprintln(os.Stderr, r.row())
	b.said = append(b.said, r)
	return nil
}

// once runs the program once. Exit code 3 is fine: figures of stand-ins raise
// findings.
func (b *bench) once(s step) (result, error) {
	if s.before != nil {
		if err := s.before(); err != nil {
			return result{}, err
		}
	}
	if s.bench != "" {
		return b.benchmark(s.bench)
	}
	cache := b.cache
	if s.cold {
		cache = b.path("cold")
		if err := os.RemoveAll(cache); err != nil {
			return result{}, err
		}
	}
	var stderr bytes.Buffer
	cmd := exec.Command(b.binary, s.args...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+cache, "HOME="+cache, "LocalAppData="+cache, "NO_PROXY=*", "no_proxy=*")
	cmd.Stdout, cmd.Stderr = io.Discard, &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 3) {
		return result{}, fmt.Errorf("%w: %s", err, stderr.String())
	}
	return result{wall: wall, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), memory: peak(cmd.ProcessState)}, nil
}

// withoutNewest makes a copy of an archive and its outputs as they were before
// the newest edition came.
func (b *bench) withoutNewest(from, to string) func() error {
	return func() error {
		for _, pair := range [][2]string{{from, to}, {"out-" + from, "out-" + to}} {
			if err := os.RemoveAll(b.path(pair[1])); err != nil {
				return err
			}
			if err := os.CopyFS(b.path(pair[1]), os.DirFS(b.path(pair[0]))); err != nil {
				return err
			}
		}
		seen, err := filepath.Glob(filepath.Join(b.path(to), "sightings", "*.json"))
		if err != nil || len(seen) != 7 {
			return fmt.Errorf("%d sightings in the archive, want 7: %w", len(seen), err)
		}
		slices.Sort(seen)
		last, err := os.ReadFile(seen[6])
		if err != nil {
			return err
		}
		sha := regexp.MustCompile(`"sha256": "([0-9a-f]{64})"`).FindSubmatch(last)
		if sha == nil {
			return errors.New("the last sighting names no hash")
		}
		err = errors.Join(os.Remove(seen[6]), os.Remove(filepath.Join(b.path(to), "documents", string(sha[1])+".pdf")))
		// Validators and readings of the others stay; those of the newest
		// are useless without its bytes.
		readings, _ := filepath.Glob(filepath.Join(b.path(to), "readings", "*"))
		for _, p := range readings {
			if data, rerr := os.ReadFile(p); rerr == nil && bytes.Contains(data[:min(len(data), 512)], sha[1]) {
				err = errors.Join(err, os.Remove(p))
			}
		}
		return err
	}
}

func (r result) row() string {
	memory, want, verdict := "-", "-", "-"
	if r.memory > 0 {
		memory = fmt.Sprintf("%d MB", r.memory/mb)
	}
	if r.target != (target{}) {
		var parts, says []string
		if r.target.wall > 0 {
			parts = append(parts, seconds(r.target.wall))
			says = append(says, fmt.Sprintf("%.0f%% of the time", 100*r.wall.Seconds()/r.target.wall.Seconds()))
		}
		if r.target.memory > 0 {
			parts = append(parts, fmt.Sprintf("%d MB", r.target.memory/mb))
			says = append(says, fmt.Sprintf("%.0f%% of the memory", 100*float64(r.memory)/float64(r.target.memory)))
		}
		want, verdict = strings.Join(parts, ", "), strings.Join(says, ", ")
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", r.name, seconds(r.wall), seconds(r.cpu), memory, want, verdict)
}

func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.3f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func (b *bench) table() string {
	var t strings.Builder
	fmt.Fprintf(&t, "Measured %s on %s, %d cores, %s/%s, %s. Medians of %d runs, of %d where a run takes long.\n\n",
		time.Now().UTC().Format(time.DateOnly), cmp.Or(processor(), "an unnamed processor"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), b.runs, b.long)
	if b.typeset {
		t.WriteString("NCMEC's documents were not there: five typeset documents of 206 rows each stand in for them.\n\n")
	}
	t.WriteString("| case | wall time | processor time | peak memory | target | of the target |\n|---|---:|---:|---:|---:|---|\n")
	for _, r := range b.said {
		t.WriteString(r.row() + "\n")
	}
	t.WriteString(growth(b.said))
	return t.String()
}

// growth sets the smaller and the larger case of each series beside each
// other: the processor time and the peak memory that each more row or document
// costs. Where that is about the same for both, they grow in a straight line;
// what every run costs counts more in the smaller case.
func growth(said []result) string {
	var t strings.Builder
	for i, small := range said {
		for _, large := range said[i+1:] {
			if small.per.series == "" || large.per.series != small.per.series || large.per.unit != small.per.unit {
				continue
			}
			if t.Len() == 0 {
				t.WriteString("\nGrowth: what each row or document costs in the smaller and in the larger case. A straight line gives a ratio of 1; below it, what every run costs weighs less.\n\n" +
					"| series | from | to | processor time of each | ratio | peak memory of each | ratio |\n|---|---:|---:|---:|---:|---:|---:|\n")
			}
			cpu := func(r result) float64 { return float64(r.cpu.Microseconds()) / float64(r.per.n) }
			kb := func(r result) float64 { return float64(r.memory) / 1000 / float64(r.per.n) }
			fmt.Fprintf(&t, "| %s | %d %ss | %d | %.1f and %.1f µs | %.2f | %.1f and %.1f kB | %.2f |\n", small.per.series, small.per.n, small.per.unit, large.per.n,
				cpu(small), cpu(large), cpu(large)/cpu(small), kb(small), kb(large), kb(large)/kb(small))
		}
	}
	return t.String()
}

// processor names the processor where the system tells.
func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	m := regexp.MustCompile(`(?m)^model name\s*:\s*(.+)$`).FindSubmatch(info)
	if m == nil {
		return ""
	}
	return strings.Join(strings.Fields(string(m[1])), " ")
}

const (
	tableStart = "<!-- the table is written by make bench -->\n"
	tableEnd   = "<!-- end of the table -->\n"
)

// replaceTable puts a table between the marks in a file.
func replaceTable(file, table string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(text), tableStart)
	_, tail, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		return fmt.Errorf("%s: the marks around the table are not there", file)
	}
	return os.WriteFile(file, []byte(head+tableStart+table+tableEnd+tail), 0o644)
}
