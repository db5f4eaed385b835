package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/build"
	"espfigures/pipeline/registry"
	"espfigures/scrapers"
)

// openArchive opens the archive for a refresh, which waits while another run
// writes to it. A run that fetches nothing needs only to read it, and does
// with none: nil.
func (a *app) openArchive(ctx context.Context, f refreshFlags) (*archive.Archive, error) {
	if f.offline && f.from == "" || f.dryRun {
		arch, err := a.openReadOnly()
		if arch == nil && err == nil && f.dryRun {
			return archive.Empty(), nil
		}
		return arch, err
	}
	return archive.Open(ctx, a.archive, func() {
		a.say("Another run is using the archive %s: waiting for it.", a.archive)
	})
}

// fetch brings the archive up to date and returns what was found on the way.
// Without a network it says so and returns nil: archive and snapshot serve.
func (a *app) fetch(ctx context.Context, arch *archive.Archive, reader *build.Reader, f refreshFlags) ([]pipeline.Finding, error) {
	hasTable := func(contentType string, page []byte) bool { return reader.HasTable(ctx, contentType, page) }
	switch {
	case f.from != "":
		res, err := scrapers.TakeFolder(ctx, f.from, hasTable, time.Now(), store(arch))
		if err != nil {
			return nil, err
		}
		a.say("Took %s from %s; no network was used.", counted(len(res.Documents), "document"), f.from)
		return res.Findings, nil
	case f.offline:
		a.say("Offline: worked from %s.", heldBy(arch))
		return nil, nil
	}
	site, err := registry.Site()
	if err != nil {
		return nil, err
	}
	show, done := a.progress()
	from, to := a.years.bounds()
	wayback := ""
	if f.wayback {
		wayback = scrapers.InternetArchive
	}
	res, err := scrapers.Refresh(ctx, scrapers.Options{
		Site: site, Start: a.start, AllowHosts: a.allowHosts, Limits: limits(a.delay),
		Contact: f.contact, Version: version, From: from, To: to,
		DryRun: f.dryRun, Wayback: wayback, HasTable: hasTable, Progress: show,
	}, arch, store(arch))
	done()
	switch {
	case errors.Is(err, scrapers.ErrOffline):
		if f.dryRun {
			return nil, fmt.Errorf("nothing can be planned: no network: %s", noNetwork(err))
		}
		// Said with --quiet too: a scheduled run that never reaches anyone is
		// to be noticed.
		fmt.Fprintf(a.stderr, "No network: %s. Worked from %s; refresh --from FOLDER takes documents saved with a browser.\n", noNetwork(err), heldBy(arch))
		return nil, nil
	case err != nil:
		return nil, err
	}
	if f.dryRun {
		return nil, printPlan(a.stdout, res)
	}
	a.say("%s: %s downloaded; %d unchanged.", counted(res.Requests, "request"), counted(res.Downloads, "document"), res.NotModified)
	return res.Findings, nil
}

// store returns what puts fetched bytes into the archive.
func store(arch *archive.Archive) func(scrapers.Fetched) error {
	return func(f scrapers.Fetched) error {
		if f.Landing {
			return arch.PutPage(f.Body, f.Sighting)
		}
		return arch.Put(f.Body, f.Sighting)
	}
}

// limits bounds what fetching may cost. A variable, so that tests of faults
// need not wait as long as a run does.
var limits = scrapers.DefaultLimits

// printPlan prints what a refresh would fetch, and why, and what it skips.
func printPlan(w io.Writer, res *scrapers.Result) error {
	var would, skipped, asked strings.Builder
	list := func(b *strings.Builder, c *scrapers.Candidate) {
		year := strings.TrimPrefix(strconv.Itoa(c.Year), "0")
		fmt.Fprintf(b, "  %s  %s  %s\n", cmp.Or(year, "    "), c.URL, oneLine(c.Why))
	}
	for _, c := range res.Skipped {
		list(&skipped, c)
	}
	for _, c := range res.Tried {
		if c.Found() {
			list(&would, c)
		}
		if c.Fault != nil {
			fmt.Fprintf(&asked, "  %s\n", oneLine(c.Fault.Error()))
		} else if c.Seen != "" {
			fmt.Fprintf(&asked, "  %s: %s\n", c.URL, oneLine(c.Seen))
		}
	}
	_, err := fmt.Fprintf(w, "Would fetch:\n%sSkipped:\n%sAsked:\n%s", &would, &skipped, &asked)
	return err
}

// heldBy names what a run without a network works from.
func heldBy(arch *archive.Archive) string {
	const snapshot = "the snapshot shipped with the program"
	if arch != nil {
		if held := arch.All(); len(held) > 0 {
			return fmt.Sprintf("the archive (%s) and %s", counted(len(held), "document"), snapshot)
		}
	}
	return snapshot
}

// noNetwork says in a few words why no address can be reached. The reasons
// differ by the host alone, so the first is enough.
func noNetwork(err error) string {
	var name *net.DNSError
	if errors.As(err, &name) {
		return words(name)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(words(err), scrapers.ErrOffline.Error()+": "), "; ")
	return first
}

// progress returns what shows the address that a refresh is waiting for, and
// what ends it: on a terminal a line that is written over; elsewhere, and with
// --quiet, nothing, so that logs stay readable.
func (a *app) progress() (show func(text string), done func()) {
	if f, ok := a.terminal.(*os.File); !ok || a.quiet || !term.IsTerminal(int(f.Fd())) {
		return nil, func() {}
	}
	show = func(text string) { fmt.Fprintf(a.stderr, "\r%-78.78s\r", text) }
	return show, func() { show("") }
}
