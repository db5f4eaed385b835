// Command release makes what a release needs besides the tests:
//
//	release notice    NOTICE: the licences of everything inside the binaries and the page
//	release dist      dist/: the program for every platform, checksums, bill of materials
//	release check     two builds of one commit have one hash, and the binary needs nothing installed
//
// It asks no network: all it reads is in the module cache after a build.
package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// platforms are those a release is made for.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

const program = "./cmd/espfigures"

func main() {
	version := flag.String("version", "", "version of the release; default what git describe says")
	flag.Parse()
	var err error
	switch flag.Arg(0) {
	case "notice":
		var text []byte
		if text, err = notice(); err == nil {
			err = os.WriteFile("NOTICE", text, 0o644)
		}
	case "dist":
		err = dist("dist", *version)
	case "check":
		err = check(*version)
	default:
		err = errors.New("want notice, dist or check")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run runs a program and returns what it printed.
func run(env []string, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, said.Bytes())
	}
	return out.Bytes(), nil
}

// build builds the program for a platform. Nothing of the machine goes into
// it: no path, no time, no C library.
func build(platform, version, file string) error {
	system, machine, _ := strings.Cut(platform, "/")
	flags := "-s -w -buildid="
	if version != "" {
		flags += " -X main.version=" + version
	}
	_, err := run([]string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + machine, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS="},
		"go", "build", "-trimpath", "-ldflags", flags, "-o", file, program)
	return err
}

// dist fills a folder with the program for every platform, SHA256SUMS and the
// bill of materials.
func dist(dir, version string) error {
	if version == "" {
		v, err := run(nil, "git", "describe", "--tags", "--always", "--dirty")
		if err != nil {
			return err
		}
		version = strings.TrimSpace(string(v))
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var sums strings.Builder
	var built []string
	for _, p := range platforms {
		name := "espfigures-" + strings.ReplaceAll(p, "/", "-")
		if strings.HasPrefix(p, "windows/") {
			name += ".exe"
		}
		if err := build(p, version, filepath.Join(dir, name)); err != nil {
			return err
		}
		built = append(built, name)
		fmt.Fprintln(os.Stderr, "built", name)
	}
	bill, err := billOfMaterials(dir, built, version)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "espfigures.cdx.json"), bill, 0o644); err != nil {
		return err
	}
	text, err := notice()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "NOTICE"), text, 0o644); err != nil {
		return err
	}
	for _, name := range append(built, "espfigures.cdx.json", "NOTICE") {
		sum, err := hashOf(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%s  %s\n", sum, name)
	}
	return os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(sums.String()), 0o644)
}

func hashOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// check builds twice, the second time in a copy of the source under another
// path and with an empty build cache, and compares; then it looks whether the
// binary asks for anything of the machine and runs it with an empty
// environment in an empty folder.
func check(version string) error {
	if version == "" {
		version = "check"
	}
	dir, err := os.MkdirTemp("", "espfigures-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	here := runtime.GOOS + "/" + runtime.GOARCH
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	if err := build(here, version, one); err != nil {
		return err
	}
	source := filepath.Join(dir, "elsewhere")
	if _, err := run(nil, "git", "worktree", "add", "--detach", source, "HEAD"); err != nil {
		return err
	}
	defer func() { _, _ = run(nil, "git", "worktree", "remove", "--force", source) }()
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -buildid= -X main.version="+version, "-o", two, program)
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOCACHE="+filepath.Join(dir, "cache"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building elsewhere: %w\n%s", err, out)
	}
	first, err := hashOf(one)
	if err != nil {
		return err
	}
	second, err := hashOf(two)
	if err != nil {
		return err
	}
	if first != second {
		return fmt.Errorf("two builds differ: %s and %s (are there changes that are not committed?)", first, second)
	}
	fmt.Println("two builds, one hash:", first)

	info, err := buildinfo.ReadFile(one)
	if err != nil {
		return err
	}
	for _, s := range info.Settings {
		if s.Key == "CGO_ENABLED" && s.Value != "0" {
			return errors.New("the binary was built with cgo")
		}
	}
	if runtime.GOOS == "linux" {
		if err := static(one); err != nil {
			return err
		}
		fmt.Println("static: no interpreter, no library")
	}
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		return err
	}
	alone := exec.Command(one, "refresh", "--offline")
	alone.Dir, alone.Env = empty, []string{}
	if out, err := alone.CombinedOutput(); err != nil {
		return fmt.Errorf("with an empty environment in an empty folder: %w\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(empty, "out", "espfigures.xlsx")); err != nil {
		return err
	}
	fmt.Println("runs with an empty environment in an empty folder")
	return nil
}

// static reports a binary that needs a loader or libraries of the machine.
func static(file string) error {
	f, err := elf.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return errors.New("the binary names an interpreter: it is not static")
		}
	}
	libraries, err := f.ImportedLibraries()
	if err != nil {
		return err
	}
	if len(libraries) > 0 {
		return fmt.Errorf("the binary needs %v", libraries)
	}
	return nil
}
