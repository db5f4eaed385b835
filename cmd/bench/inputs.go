package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"espfigures/scrapers/faultsite"
)

// children are the parts of this program that run as processes of their own.
var children = map[string]func(dir string, args []string) error{
	"pdf":  makePDFs,
	"html": makeHTML,
	"site": serveFolder,
}

// child runs a part of this program and waits for it.
func (b *bench) child(name, dir string, args ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, append([]string{name, dir}, args...)...)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// serve starts the site as a process of its own and sets b.site.
func (b *bench) serve(dir string) (stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "site", dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	b.site, err = bufio.NewReader(out).ReadString('\n')
	b.site = strings.TrimSpace(b.site)
	return func() { in.Close(); _ = cmd.Wait() }, err
}

// numbers reads arguments that were written by this program.
func numbers(args []string) []int {
	var list []int
	for _, a := range args {
		n, err := strconv.Atoi(a)
		if err != nil {
			panic(err)
		}
		list = append(list, n)
	}
	return list
}

// makePDFs typesets documents: FIRST-YEAR YEARS VERSIONS ROWS. Versions of one
// year differ in every number.
func makePDFs(dir string, args []string) error {
	n := numbers(args)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for y := n[0]; y < n[0]+n[1]; y++ {
		for v := range n[2] {
			name := fmt.Sprintf("%d-reports-by-esp-%d.pdf", y, v+1)
			if err := os.WriteFile(filepath.Join(dir, name), faultsite.PDF(y, faultsite.Rows(n[3], 10*y+v)), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// makeHTML writes web pages with a table each: FIRST-YEAR YEARS ROWS. A PDF of
// ten thousand rows would have more pages than are read.
func makeHTML(dir string, args []string) error {
	n := numbers(args)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for y := n[0]; y < n[0]+n[1]; y++ {
		rows := make([]faultsite.Row, n[2])
		for i := range rows {
			rows[i] = faultsite.Row{Name: fmt.Sprintf("Example Service %05d", i), Reports: (i*37+y*11)%90000 + 1}
		}
		page := "<!DOCTYPE html>\n<html><head><title>" + fmt.Sprintf("%d CyberTipline Reports by Electronic Service Providers (ESP)", y) +
			"</title></head><body>" + faultsite.HTMLTable(y, rows) + "</body></html>\n"
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d-reports-by-esp.html", y)), []byte(page), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// serveFolder answers with a landing page and the documents of a folder until
// standard input ends. It prints host and port.
func serveFolder(dir string, _ []string) error {
	site := faultsite.New()
	defer site.Close()
	files, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	if err != nil {
		return err
	}
	var years []int
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		year, err := strconv.Atoi(filepath.Base(f)[:4])
		if err != nil {
			return err
		}
		years = append(years, year)
		site.Handle(faultsite.ReportPath(year), faultsite.PDFFile(body))
	}
	site.Handle("/esp/reports", faultsite.Page(faultsite.Landing(faultsite.Reports(years...), years...)))
	fmt.Println(site.Host)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
