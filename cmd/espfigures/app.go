package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
	"golang.org/x/text/transform"

	"espfigures/output/tables"
	"espfigures/output/text"
	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/build"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/extract"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

// app holds what commands share: streams and the flags of several commands.
type app struct {
	stdin          io.Reader
	stdout, stderr *transform.Writer
	terminal       io.Writer  // standard error itself, for progress on a terminal
	style          text.Style // how wide text is set
	begun          bool       // a command runs: what comes is no fault of usage

	out          string
	archive      string
	archiveGiven bool   // then a missing one is worth a word
	registry     string // folder of the user's own layer; "" for none
	years        yearList
	asOf         time.Time      // the day whose knowledge is used; zero for today's
	acceptTotals []int          // years
	addresses    map[int]string // of documents saved by hand, by year
	start        []string
	allowHosts   []string
	delay        time.Duration
	quiet        bool
}

func newApp(stdin io.Reader, stdout, stderr io.Writer) *app {
	width := 0
	if f, ok := stdout.(*os.File); ok {
		width, _, _ = term.GetSize(int(f.Fd()))
	}
	return &app{stdin: stdin, stdout: plain(stdout), stderr: plain(stderr), terminal: stderr, style: text.Fit(width)}
}

func (a *app) close() {
	a.stdout.Close()
	a.stderr.Close()
}

// say prints one line to standard error unless --quiet was given.
func (a *app) say(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.stderr, format+"\n", args...)
	}
}

// complain prints an error as one line.
func (a *app) complain(err error) {
	fmt.Fprintln(a.stderr, "espfigures:", words(err))
}

// today is the moment a run takes for now. Tests set it.
var today = time.Now

// facts are what every answer rests on.
type facts struct {
	*pipeline.Dataset
	registry *registry.Registry
	resolver *resolve.Resolver
	model    *compare.Model
}

// dataset makes the Dataset from the archive, if there is one, and the
// snapshot, without a network. Every command but refresh uses it.
func (a *app) dataset(ctx context.Context) (facts, error) {
	arch, err := a.openReadOnly()
	if err != nil {
		return facts{}, err
	}
	if arch != nil {
		defer arch.Close()
	} else if a.archiveGiven {
		a.say("%s: no archive there; using the figures shipped with the program.", a.archive)
	}
	reader := build.NewReader(arch)
	defer reader.Close()
	return a.build(ctx, arch, reader, nil)
}

// openReadOnly opens the archive for reading; nil where there is none.
func (a *app) openReadOnly() (*archive.Archive, error) {
	if err := isFolder("--archive", a.archive); err != nil {
		return nil, err
	}
	arch, err := archive.OpenReadOnly(a.archive)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return arch, err
}

// build makes the Dataset. arch may be nil. found are findings made while
// fetching.
func (a *app) build(ctx context.Context, arch *archive.Archive, reader *build.Reader, found []pipeline.Finding) (facts, error) {
	reg, err := a.loadRegistry()
	snap, err1 := snapshot.Default()
	site, err2 := registry.Site()
	if err := cmp.Or(err, err1, err2); err != nil {
		return facts{}, err
	}
	resolver := resolve.New(reg)
	m, err := build.Model(ctx, build.Inputs{
		Archive: arch, Reader: reader, Snapshot: snap, Resolver: resolver, Site: site,
		Years: a.years.has, Today: today(), AsOf: a.asOf, Found: found, AcceptTotals: a.acceptTotals, Addresses: a.addresses,
	})
	switch {
	case errors.Is(err, build.ErrNoEdition) && !a.asOf.IsZero():
		return facts{}, fmt.Errorf("no edition of %s was known on %s", cmp.Or(a.years.text, "any year"), a.asOf.Format(time.DateOnly))
	case errors.Is(err, build.ErrNoEdition):
		return facts{}, fmt.Errorf("no data for %s%s", a.years.text, strings.TrimPrefix(err.Error(), build.ErrNoEdition.Error()))
	case err != nil:
		return facts{}, err
	}
	for _, f := range m.Data.Findings {
		if f.Code == pipeline.AsOf {
			a.say("%s", f.What)
		}
	}
	return facts{m.Data, reg, resolver, m}, nil
}

// loadRegistry returns the facts shipped with the program, with the user's own
// layer over them.
func (a *app) loadRegistry() (*registry.Registry, error) {
	if a.registry == "" {
		return registry.Default()
	}
	if err := isFolder("--registry", a.registry); err != nil {
		return nil, err
	}
	if _, err := os.Stat(a.registry); err != nil {
		return nil, fmt.Errorf("--registry: %w", err)
	}
	reg, err := registry.LoadLayer(os.DirFS(a.registry))
	if err != nil {
		return nil, fmt.Errorf("--registry %s: %w", a.registry, err)
	}
	return reg, nil
}

// noData is the error of years that have no edition.
func (f facts) noData(years any) error {
	held := strings.ReplaceAll(strings.Trim(fmt.Sprint(f.model.Years), "[]"), " ", ", ")
	return fmt.Errorf("no data for %v; years available: %s", years, held)
}

// finder returns what finds platforms and companies by the names people use.
func (f facts) finder() *resolve.Finder { return resolve.NewFinder(f.Dataset, f.resolver) }

// series returns the series that a name means, and says how it was found where
// that is not plain.
func (a *app) series(f facts, name string, m resolve.Meant) (*compare.Series, error) {
	if m.ID == "" {
		return nil, fmt.Errorf("%s %s", m.Name, m.Via)
	}
	if m.Via != "" {
		a.say("%s: %s, %s", name, m.Name, m.Via)
	}
	return f.model.Series(m.ID)
}

// isFolder refuses a path that exists and is no folder.
func isFolder(flag, path string) error {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return usage("%s: %s is a file, not a folder", flag, path)
	}
	return nil
}

// readBody reads a file, "-" being standard input. It may be as large as a document.
func (a *app) readBody(path string) (body []byte, err error) {
	in, name := a.stdin, "standard input"
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in, name = file, path
	}
	if body, err = io.ReadAll(io.LimitReader(in, extract.MaxBytes+1)); err == nil && len(body) > extract.MaxBytes {
		err = fmt.Errorf("%s: larger than %d MB", name, extract.MaxBytes>>20)
	}
	return body, err
}

// put writes a text to standard output.
func (a *app) put(text string) error {
	_, err := io.WriteString(a.stdout, text)
	return err
}

// writeTable writes a table of the outputs to standard output, as CSV with the
// line ends that other programs of a shell expect, or as JSON.
func (a *app) writeTable(t tables.Table, format string) error {
	if format == "json" {
		return t.WriteJSON(a.stdout)
	}
	var b strings.Builder
	if err := t.WriteCSV(&b, false); err != nil {
		return err
	}
	return a.put(strings.ReplaceAll(b.String(), "\r\n", "\n"))
}
