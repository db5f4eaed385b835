package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"espfigures/output/tables"
	"espfigures/output/text"
	"espfigures/pipeline"
	"espfigures/pipeline/extract"
)

// What several commands share. A command depends on files like this one, never
// on another command (a test keeps it so).

var yearForm = regexp.MustCompile(`^(19|20)\d\d$`)

// nameYear splits arguments at the year, so that a name or a number of several
// words needs no quotes.
func nameYear(args []string) (name string, year int, rest []string, err error) {
	for i, s := range args {
		if i > 0 && yearForm.MatchString(s) {
			year, err = strconv.Atoi(s)
			return strings.Join(args[:i], " "), year, args[i+1:], err
		}
	}
	return "", 0, nil, usage("no year (four digits) after the name")
}

// inShell writes a name as one argument of a command line.
func inShell(name string) string {
	if strings.ContainsAny(name, " '\"&|;()<>*$\\`") {
		return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	}
	return name
}

// readBody reads a file, "-" being standard input: at most one byte more than a
// document may have.
func (a *app) readBody(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(io.LimitReader(a.stdin, extract.MaxBytes+1))
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s: a folder, not a document", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, extract.MaxBytes+1))
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
	_, err := io.WriteString(a.stdout, strings.ReplaceAll(b.String(), "\r\n", "\n"))
	return err
}

// describeFinding writes a finding as one line.
func describeFinding(f pipeline.Finding) string {
	s := string(f.Code)
	if f.Year != 0 {
		s = fmt.Sprintf("%d %s", f.Year, s)
	}
	if !strings.HasPrefix(f.What, "page ") { // such a text names its place itself
		s += place(f.At)
	}
	s += ": " + f.What
	if f.Document != "" && !strings.HasPrefix(f.What, f.Document) {
		s += " (" + text.Short(f.Document) + ")"
	}
	return s
}

// place writes a place for a message.
func place(p pipeline.Place) string {
	switch {
	case p.Page == 0:
		return ""
	case p.Row == 0:
		return fmt.Sprintf(", page %d", p.Page)
	default:
		return fmt.Sprintf(", page %d, row %d", p.Page, p.Row)
	}
}
