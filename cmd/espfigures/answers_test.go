package main

import (
	"bytes"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestAnswers asks the commands what testdata/answers.txt has, in a folder with a
// file and without an archive.
func TestAnswers(t *testing.T) {
	list, err := os.ReadFile("testdata/answers.txt")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("flags.txt", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	words := regexp.MustCompile(`"([^"]*)"|(\S+)`)
	programmers := regexp.MustCompile(`strconv|invalid argument|arg\(s\)|parse error|stringSlice|time:|\*pflag|dial`)
	asked := 0
	for line := range strings.Lines(string(list)) {
		part := strings.Split(strings.TrimSuffix(line, "\n"), " ;; ")
		if len(part) < 3 {
			continue // a comment
		}
		asked++
		var args []string
		for _, m := range words.FindAllStringSubmatch(part[1], -1) {
			args = append(args, m[1]+m[2])
		}
		var stdout, stderr bytes.Buffer
		code := strconv.Itoa(run(args, strings.NewReader(""), &stdout, &stderr))
		out, said := stdout.String(), stderr.String()
		table, _, _ := strings.Cut(out, "\n- ") // what is shown, apart from the notes on it
		ok := code == part[0]
		if code == "1" || code == "2" {
			ok = ok && strings.Contains(said, part[2]) && strings.Count(said, "\n") == 1 && out == "" && !programmers.MatchString(said)
		} else {
			ok = ok && regexp.MustCompile(part[2]).MatchString(out+said) && (len(part) == 3 || !regexp.MustCompile(part[3]).MatchString(table))
		}
		if !ok {
			t.Errorf("%sexit code %s\n%s%s", line, code, out, said)
		}
	}
	if asked < 70 {
		t.Errorf("only %d questions", asked)
	}
}
