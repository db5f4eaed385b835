package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/output"
	"espfigures/output/tables"
	"espfigures/output/text"
	"espfigures/pipeline"
	"espfigures/pipeline/build"
	"espfigures/pipeline/check"
)

func newDiff(a *app) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "What changed between two sets of figures: revisions, new and gone rows",
		Long: `Compares two sets of figures row by row. OLD and NEW are each a figures.csv
or a folder that holds one, a document (PDF or HTML), or the hash of a version
held, as sources prints it (twelve characters do). Years that only OLD has are
not compared; of the others, those of --years. Prints
year,kind,esp_name,platform_id,old,new; exits 0 whether or not they differ.`,
		Example: `  espfigures diff out-2024 out
  espfigures diff 1f0c2a9b77de 58ab0c9e14d2        # two versions held
  espfigures diff old.pdf new.pdf --format csv`,
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
			t := text.Listing{Header: []string{"year", "kind", "esp_name", "platform_id", "old", "new"}, Right: []int{4, 5}, Grouped: []int{4, 5}}
			changes := slices.DeleteFunc(check.Between(was, is), func(c pipeline.Change) bool { return !a.years.has(c.Year) })
			count := func(n *pipeline.Count) string {
				if n == nil {
					return ""
				}
				return tables.Cell(*n)
			}
			for _, c := range changes {
				t.Add(fmt.Sprint(c.Year), string(c.Kind), c.Name, c.Platform, count(c.Old), count(c.New))
			}
			if len(changes) == 0 {
				a.say("No row differs.")
			}
			if len(changes) == 0 && format == "text" {
				return nil
			}
			return t.Write(a.stdout, format)
		},
	}
	a.dataFlags(cmd)
	formatFlag(cmd, &format)
	return cmd
}

// figuresOf returns the figures of what a user named: a figures file, a
// document, or a version held.
func (a *app) figuresOf(ctx context.Context, name string) ([]pipeline.Figure, error) {
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		folder := name
		name = filepath.Join(folder, "figures.csv")
		info, err = os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
			return nil, fmt.Errorf("%s: a folder without a figures.csv", folder)
		}
		if output.IsSelection(folder) {
			a.say("%s holds a selection of platforms: rows of the others count as added or removed.", folder)
		}
	}
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
