package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	format, exitCode := "text", false
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "What changed between two sets of figures: revisions, new and gone rows",
		Long: `Compares two sets of figures row by row. OLD and NEW are each a figures.csv
or a folder that holds one, a document (PDF or HTML), the hash of a version
held, as sources prints it (twelve characters do), or a day (YYYY-MM-DD): what
was known on it. Years that only OLD has are not compared; of the others, those
of --years. Prints a line a year and then the rows; csv and json
have the columns of changes.csv. Exits 0 whether or not they differ;
with --exit-code 3 where they do.`,
		Example: `  espfigures diff out-2024 out
  espfigures diff 2024-06-01 2025-06-01            # what was known then, and a year later
  espfigures diff 1f0c2a9b77de 58ab0c9e14d2        # two versions held
  espfigures diff old.pdf new.pdf --format html > changes.html`,
		Args: wants(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			was, err := a.figuresOf(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			is, err := a.figuresOf(cmd.Context(), args[1])
			if err != nil {
				return err
			}
			years := slices.DeleteFunc(check.ByYear(was, is), func(y check.YearChange) bool { return !a.years.has(y.Year) })
			if len(years) == 0 {
				a.say("No row differs.")
			}
			d := text.Diff{Old: args[0], New: args[1], Years: years}
			switch format {
			case "text":
				err = d.Write(a.stdout)
			case "html":
				err = d.WriteHTML(a.stdout)
			default:
				err = a.writeTable(d.Table(), format)
			}
			if err != nil {
				return err
			}
			if exitCode && len(years) > 0 {
				return &exitError{exitFinding, nil}
			}
			return nil
		},
	}
	a.dataFlags(cmd)
	cmd.Flags().BoolVar(&exitCode, "exit-code", false, "exit 3 where they differ")
	chooseOne(cmd, &format, "format", "", "text", "csv", "json", "html")
	return cmd
}

// figuresOf returns the figures of what a user named.
func (a *app) figuresOf(ctx context.Context, name string) ([]pipeline.Figure, error) {
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		if output.IsSelection(name) {
			a.say("%s holds a selection of platforms: rows of the others count as added or removed.", name)
		}
		name = filepath.Join(name, "figures.csv")
		_, err = os.Stat(name)
	}
	day, notDay := time.Parse(time.DateOnly, name)
	switch {
	case err == nil && strings.EqualFold(filepath.Ext(name), ".csv"):
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		figures, err := output.ReadFigures(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return figures, nil
	case err == nil:
		body, err := a.readBody(name)
		if err != nil {
			return nil, err
		}
		reg, err := a.loadRegistry()
		if err != nil {
			return nil, err
		}
		return build.FiguresIn(ctx, reg, name, body)
	case notDay == nil:
		then := *a
		then.asOf = day
		all, err := then.dataset(ctx)
		if err != nil {
			return nil, err
		}
		return all.Figures, nil
	case len(name) >= 6 && strings.Trim(strings.ToLower(name), "0123456789abcdef") == "":
		all, err := a.dataset(ctx)
		if err != nil {
			return nil, err
		}
		figures, err := build.FiguresOf(all.Dataset, all.registry, strings.ToLower(name))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return figures, nil
	}
	return nil, err
}
