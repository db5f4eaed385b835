package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"espfigures/output"
	"espfigures/output/text"
	"espfigures/pipeline"
	"espfigures/pipeline/build"
	"espfigures/pipeline/check"
)

func newDiff(a *app) *cobra.Command {
	var format string
	var exitCode bool
	cmd := command("diff", 2, 2, func(cmd *cobra.Command, args []string) error {
		var sets [2][]pipeline.Figure
		for i, name := range args {
			figures, err := a.figuresOf(cmd.Context(), name)
			if err != nil {
				return err
			}
			sets[i] = figures
		}
		d := text.Diff{Old: args[0], New: args[1]}
		for _, y := range check.ByYear(sets[0], sets[1]) {
			if a.years.has(y.Year) {
				d.Years = append(d.Years, y)
			}
		}
		if len(d.Years) == 0 {
			a.say("No row differs.")
		}
		var err error
		switch format {
		case "text":
			err = d.Write(a.stdout)
		case "html":
			err = d.WriteHTML(a.stdout)
		default:
			err = a.writeTable(d.Table(), format)
		}
		if err == nil && exitCode && len(d.Years) > 0 {
			err = &exitError{exitFinding, nil}
		}
		return err
	})
	a.dataFlags(cmd)
	cmd.Flags().BoolVar(&exitCode, "exit-code", false, "exit 3 where they differ")
	formatFlag(cmd, &format, "text", "csv", "json", "html")
	return cmd
}

// figuresOf returns the figures of what a user named.
func (a *app) figuresOf(ctx context.Context, name string) (figures []pipeline.Figure, err error) {
	if output.IsSelection(name) {
		a.say("%s holds a selection of platforms: rows of the others count as added or removed.", name)
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		name = filepath.Join(name, "figures.csv")
	}
	_, missing := os.Stat(name)
	day, notDay := time.Parse(time.DateOnly, name)
	switch {
	case missing == nil:
		body, err := os.ReadFile(name)
		reg, fault := a.loadRegistry()
		if err := cmp.Or(err, fault); err != nil {
			return nil, err
		}
		if !strings.EqualFold(filepath.Ext(name), ".csv") {
			return build.FiguresIn(ctx, reg, name, body)
		}
		if figures, err = output.ReadFigures(bytes.NewReader(body)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return figures, nil
	case notDay != nil && (len(name) < 6 || strings.Trim(strings.ToLower(name), "0123456789abcdef") != ""):
		return nil, missing
	}
	then := *a
	if notDay == nil {
		then.asOf = day
	}
	all, err := then.dataset(ctx)
	if err != nil {
		return nil, err
	}
	if notDay == nil {
		return all.Figures, nil
	}
	if figures, err = build.FiguresOf(all.Dataset, all.registry, strings.ToLower(name)); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return figures, nil
}
