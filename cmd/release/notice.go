package main

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A module is one module inside the binaries.
type module struct {
	Path, Version, Dir string
}

// modules returns the modules that any platform's binary is made of, by path.
func modules() ([]module, error) {
	var list []module
	for _, p := range platforms {
		system, machine, _ := strings.Cut(p, "/")
		out, err := run([]string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + machine}, "go", "list", "-deps", "-json=Module", program)
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(strings.NewReader(string(out)))
		for {
			var pkg struct {
				Module *struct {
					module
					Main    bool
					Replace *module
				}
			}
			if err := d.Decode(&pkg); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
			if pkg.Module == nil || pkg.Module.Main {
				continue
			}
			if pkg.Module.Replace != nil {
				return nil, fmt.Errorf("%s is replaced: a release is made of published modules", pkg.Module.Path)
			}
			if !slices.Contains(list, pkg.Module.module) {
				list = append(list, pkg.Module.module)
			}
		}
	}
	slices.SortFunc(list, func(a, b module) int { return cmp.Compare(a.Path, b.Path) })
	return list, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|authors)([.-].*)?$`)

// licences returns the texts a module must be passed on with.
func licences(dir string) ([]string, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts []string
	licensed := false
	for _, f := range files {
		if f.IsDir() || !licenceFile.MatchString(f.Name()) || strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		name := strings.ToLower(f.Name())
		licensed = licensed || strings.HasPrefix(name, "licen") || strings.HasPrefix(name, "copying")
		if strings.HasPrefix(name, "authors") {
			continue // named by some licences as the holders; listed in the module
		}
		texts = append(texts, tidy(string(text)))
	}
	if !licensed {
		return nil, errors.New("no licence file")
	}
	return texts, nil
}

func tidy(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// kindOf names a licence by its text, "" if it is none of those expected.
func kindOf(text string) string {
	t := strings.Join(strings.Fields(text), " ")
	switch {
	case strings.Contains(t, "Apache License") && strings.Contains(t, "Version 2.0"):
		return "Apache-2.0"
	case strings.Contains(t, "Mozilla Public License") && strings.Contains(t, "2.0"):
		return "MPL-2.0"
	case strings.Contains(t, "Redistribution and use in source and binary forms"):
		if strings.Contains(t, "endorse or promote") {
			return "BSD-3-Clause"
		}
		return "BSD-2-Clause"
	case strings.Contains(t, "Permission is hereby granted, free of charge"):
		return "MIT"
	case strings.Contains(t, "Permission to use, copy, modify, and/or distribute") || strings.Contains(t, "Permission to use, copy, modify, and distribute"):
		return "ISC"
	}
	return ""
}

//go:embed pdfium.txt
var pdfium string

// notice writes which works of others are inside the program, under which
// licences, each text once.
func notice() ([]byte, error) {
	list, err := modules()
	if err != nil {
		return nil, err
	}
	root, err := run(nil, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	type part struct{ name, text string }
	var parts []part
	texts, err := licences(strings.TrimSpace(string(root)))
	if err != nil {
		// Debian and others keep the licence elsewhere; the text is that of
		// the Go project's own modules.
		texts = nil
	}
	for _, m := range list {
		these, err := licences(m.Dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Path, err)
		}
		if kindOf(strings.Join(these, "\n")) == "" {
			return nil, fmt.Errorf("%s: a licence that nobody has looked at; add it to kindOf once somebody has", m.Path)
		}
		for _, text := range these {
			parts = append(parts, part{m.Path + " " + m.Version, text})
		}
		if m.Path == "golang.org/x/text" && len(texts) == 0 {
			texts = these
		}
	}
	for _, text := range texts {
		parts = append(parts, part{"The Go standard library", text})
	}
	page, err := os.ReadFile(filepath.Join("output", "page", "explorer", "dist", "LICENSES.txt"))
	if err != nil {
		return nil, err
	}

	var b strings.Builder
	b.WriteString("espfigures is under the MIT licence (LICENSE). Its binaries and the page explorer.html contain the following works of others.\nThis file is written by make notice.\n\n")
	for _, m := range list {
		these, _ := licences(m.Dir)
		fmt.Fprintf(&b, "%-60s %s\n", m.Path+" "+m.Version, kindOf(strings.Join(these, "\n")))
	}
	fmt.Fprintf(&b, "%-60s %s\n%-60s %s\n%-60s %s\n", "The Go standard library", "BSD-3-Clause", "PDFium, as WebAssembly inside go-pdfium", "Apache-2.0, BSD-3-Clause; see the end", "The libraries of explorer.html", "see below")
	var order []string
	of := map[string][]string{}
	for _, p := range parts {
		if of[p.text] == nil {
			order = append(order, p.text)
		}
		if !slices.Contains(of[p.text], p.name) {
			of[p.text] = append(of[p.text], p.name)
		}
	}
	rule := "\n" + strings.Repeat("-", 78) + "\n"
	for _, text := range order {
		b.WriteString(rule + strings.Join(of[text], "\n") + "\n\n" + text + "\n")
	}
	b.WriteString(rule + "The libraries of explorer.html\n\n" + tidy(string(page)) + "\n")
	b.WriteString(rule + tidy(pdfium) + "\n")
	return []byte(b.String()), nil
}
