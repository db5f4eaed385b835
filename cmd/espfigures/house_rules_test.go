package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A command is a file with a function newCommand of the type that cobra wants.
// It may use files that are no command, and no other command: then each can be
// read, changed and removed by itself. root.go, which lists them, uses all.
func TestCommandsUseSharedFilesOnly(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	isCommand := regexp.MustCompile(`(?m)^func new[A-Z]\w*\(a? ?\*app\) \*cobra\.Command`)
	declares := regexp.MustCompile(`(?m)^(?:func (?:(\(a \*app\)) )?|type |var |const )(\w+)`)
	prose := regexp.MustCompile("//.*|\"[^\"\\n]*\"|`[^`]*`")
	commands := map[string]string{} // their text without comments and strings
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if p != "root.go" && !strings.HasSuffix(p, "_test.go") && isCommand.Match(text) {
			commands[p] = prose.ReplaceAllString(string(text), "")
		}
	}
	if len(commands) < 10 {
		t.Fatalf("only %d commands were found: the rule looks at nothing", len(commands))
	}
	for of, text := range commands {
		for _, d := range declares.FindAllStringSubmatch(text, -1) {
			use := `[^.\w]` + d[2] + `[({]` // not a name of another package
			if d[1] != "" {
				use = `\ba\.` + d[2] + `\(`
			}
			for p, other := range commands {
				if found := regexp.MustCompile(use).FindString(other); p != of && found != "" {
					t.Errorf("%s uses %s of %s: move it to a file that is no command: %q", p, d[2], of, found)
				}
			}
		}
	}
}
