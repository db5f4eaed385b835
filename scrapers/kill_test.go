package scrapers_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

// children are what the test binary does when a test runs it again as a
// child process, by the value of childVar.
var children = map[string]func() error{"refresh": childRefresh}

const childVar = "ESPFIGURES_TEST_CHILD"

func TestMain(m *testing.M) {
	if child := children[os.Getenv(childVar)]; child != nil {
		if err := child(); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		fmt.Println("done")
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child prepares the test binary to run again as a child.
func child(t *testing.T, what string, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), append(env, childVar+"="+what)...)
	return cmd
}

// childRefresh refreshes the archive ARCHIVE from the site SITE.
func childRefresh() error {
	a, err := archive.OpenWait(context.Background(), os.Getenv("ARCHIVE"), nil)
	if err != nil {
		return err
	}
	defer a.Close()
	fmt.Println("open")
	host := os.Getenv("SITE")
	o := scrapers.Options{
		Start: []string{"http://" + host + start}, AllowHosts: []string{host}, From: 2019, To: 2023,
		Limits: quick, Hooks: scrapers.Hooks{NoProxy: true},
	}
	_, err = scrapers.Refresh(context.Background(), o, a)
	return err
}

// TestKilledAtAnyMoment kills 50 refreshes at random moments. Each time the
// archive must be whole, and in the end a refresh completes.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	all := []int{2019, 2020, 2021, 2022, 2023}
	s := newSite(t, all...)
	dir := filepath.Join(t.TempDir(), "archive")
	version := func(year, n int) []byte { return faultsite.PDF(year, faultsite.Rows(40, n)) }
	publish := func(n int) {
		for _, y := range all {
			s.Handle(faultsite.ReportPath(y), faultsite.PDFFile(version(y, n)))
		}
	}
	env := []string{"ARCHIVE=" + dir, "SITE=" + s.Host}

	// How long a refresh takes from the moment it holds the archive.
	publish(1000)
	began, took := time.Time{}, time.Duration(0)
	cmd := child(t, "refresh", env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		switch lines.Text() {
		case "open":
			began = time.Now()
		case "done":
			took = time.Since(began)
		}
	}
	if err := cmd.Wait(); err != nil || took == 0 {
		t.Fatalf("the first refresh: %v, %s", err, took)
	}

	kills := 0
	for n := 1; kills < 50; n++ {
		if n > 200 {
			t.Fatalf("only %d of 200 runs were killed in time", kills)
		}
		publish(n) // so that there is always something to write
		cmd := child(t, "refresh", env...)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() && lines.Text() != "open" {
		}
		time.Sleep(rand.N(took))
		cmd.Process.Kill()
		finished := false
		for lines.Scan() {
			finished = finished || lines.Text() == "done"
		}
		cmd.Wait()
		if !finished {
			kills++
		}
		a, err := archive.Open(dir) // the dead run's lock is gone with it
		if err != nil {
			t.Fatalf("after kill %d: %v", kills, err)
		}
		for _, f := range a.Verify() {
			if f.Severity != pipeline.Note {
				t.Errorf("after kill %d: %s: %s", kills, f.Severity, f.What)
			}
		}
		held, err := a.All()
		if err != nil || len(held) < 5 {
			t.Errorf("after kill %d: %d versions, %v", kills, len(held), err)
		}
		a.Close()
	}

	publish(2000)
	a, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	res, err := refresh(t, options(s), a)
	if err != nil {
		t.Fatal(err)
	}
	wantDocuments(t, res, version(2019, 2000), version(2020, 2000), version(2021, 2000), version(2022, 2000), version(2023, 2000))
	for _, f := range a.Verify() {
		if f.Severity != pipeline.Note {
			t.Errorf("in the end: %s", f.What)
		}
	}
}

// TestTwoRunsAtOnce: the second waits for the first and then finds its work
// done.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, 2019, 2020, 2021, 2022, 2023)
	dir := filepath.Join(t.TempDir(), "archive")
	var runs []*exec.Cmd
	var outs []*strings.Builder
	for range 2 {
		cmd := child(t, "refresh", "ARCHIVE="+dir, "SITE="+s.Host)
		out := &strings.Builder{}
		cmd.Stdout = out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		runs, outs = append(runs, cmd), append(outs, out)
	}
	for i, cmd := range runs {
		if err := cmd.Wait(); err != nil {
			t.Errorf("run %d: %v: %s", i, err, outs[i])
		}
	}
	if n := s.MostAtOnce(); n != 1 {
		t.Errorf("%d requests at one time", n)
	}
	for y := 2019; y <= 2023; y++ {
		full := 0
		for _, r := range s.To(faultsite.ReportPath(y)) {
			if r.Status == 200 {
				full++
			}
		}
		if full != 1 {
			t.Errorf("%d was downloaded %d times", y, full)
		}
	}
	a, err := archive.OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	whole(t, a)
}
