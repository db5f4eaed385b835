package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/output/text"
	"espfigures/pipeline/claim"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/explain"
)

func newClaim(a *app) *cobra.Command {
	var file, format string
	cmd := a.answering("claim", 0, -1, func(all facts, args []string) (err error) {
		c := text.Claims{Explain: func(s *compare.Series, year int) (explain.Chain, error) {
			return explain.Figure(all.model, all.registry, s, year)
		}}
		reader := claim.NewReader(all.model, all.finder())
		if file != "" {
			c.Answers, c.Title, err = a.claimsIn(reader, file)
		} else {
			c.Answers, c.Asked, err = a.claimOf(reader, args)
		}
		if err != nil {
			return err
		}
		if err := c.Write(a.stdout, a.style, format); err != nil {
			return err
		}
		if slices.ContainsFunc(c.Answers, func(x claim.Answer) bool { return x.Verdict != claim.NotUnderstood && !x.Verdict.Holds() }) {
			return &exitError{code: exitFinding}
		}
		return nil
	})
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if file == "" != (len(args) > 0) {
			return usage("wrong number of arguments, %d; name, year and claim are wanted, or --text FILE; see espfigures claim --help", len(args))
		}
		return nil
	}
	cmd.ValidArgsFunction = a.offer(nameThenYear)
	cmd.Flags().StringVar(&file, "text", "", "`FILE` of plain text, Markdown or HTML to check statement by statement; - is standard input")
	formatFlag(cmd, &format, "text", "csv", "json", "html")
	return cmd
}

// claimsIn answers every statement in a file.
func (a *app) claimsIn(reader *claim.Reader, file string) ([]claim.Answer, string, error) {
	title := filepath.Base(file)
	if file == "-" {
		title = "standard input"
	}
	body, err := a.readBody(file)
	switch {
	case err != nil:
		return nil, "", err
	case bytes.IndexByte(body, 0) >= 0 || bytes.HasPrefix(body, []byte("%PDF")):
		return nil, "", fmt.Errorf("%s: not plain text, Markdown or HTML; save the article as one of these", title)
	}
	plain, err := claim.PlainText(strings.ToValidUTF8(string(body), "\uFFFD"))
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", title, err)
	}
	answers := reader.Text(plain)
	if len(answers) == 0 {
		a.say("%s: no statement about the figures found.", title)
	}
	return answers, title, nil
}

// claimOf answers what the arguments claim: name, year and words, or a whole
// statement. asked is the name and year, "" for a statement.
func (a *app) claimOf(reader *claim.Reader, args []string) (answers []claim.Answer, asked string, err error) {
	at := slices.IndexFunc(args, yearForm.MatchString)
	if at < 0 {
		said := strings.Join(args, " ")
		answers := reader.Text(said)
		switch {
		case len(answers) == 0:
			return nil, "", usage("%q names nobody with a number; give NAME YEAR WORDS, or a whole statement in quotes", said)
		case !slices.ContainsFunc(answers, func(x claim.Answer) bool { return x.Verdict != claim.NotUnderstood }):
			return nil, "", usage("%q: not understood: %s", said, answers[0].Note)
		}
		return answers, "", nil
	}
	year, _ := strconv.Atoi(args[at])
	name, words := args[:at], args[at+1:]
	if at == 0 { // the year first: the name is the longest that is known
		n := len(words) - 1
		for ; n > 1; n-- {
			if _, _, err := reader.About(strings.Join(words[:n], " "), year, "1"); err == nil {
				break
			}
		}
		name, words = words[:max(n, 0)], words[max(n, 0):]
	}
	if len(name) == 0 || len(words) == 0 {
		return nil, "", usage("no claim next to the name and the year %d; see espfigures claim --help", year)
	}
	about := strings.Join(name, " ")
	answer, via, err := reader.About(about, year, strings.Join(words, " "))
	if w := (*claim.WordsError)(nil); errors.As(err, &w) {
		return nil, "", usage("%v", err)
	} else if err != nil {
		return nil, "", err
	}
	if via != "" {
		a.say("%s: %s", about, via)
	}
	return []claim.Answer{answer}, fmt.Sprint(about, " ", year), nil
}

var minusNumber = regexp.MustCompile(`^-\.?\d`)

// minusAsNumber keeps a leading minus of a claim's number from being taken for
// a flag: "claim x 2023 -31%".
func minusAsNumber(args []string) []string {
	if len(args) == 0 || args[0] != "claim" {
		return args
	}
	args = slices.Clone(args)
	for i, s := range args {
		if minusNumber.MatchString(s) {
			args[i] = "−" + s[1:]
		}
	}
	return args
}
