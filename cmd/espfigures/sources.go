package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"espfigures/output/tables"
	"espfigures/output/text"
	"espfigures/pipeline/archive"
)

func newSources(a *app) *cobra.Command {
	var verify bool
	var format string
	cmd := &cobra.Command{
		Use:   "sources",
		Short: "List the documents and versions held, with hash, date, address and verdict",
		Long: `Lists every edition held, the one used for each year first: its document's
hash, dates, address, rows, printed total and verdict; csv and json have the
columns of editions.csv. retrieved is the moment at which these bytes were first fetched; an edition shipped with the program has none,
and dated is the date the document gives for itself.

With --verify every archived file is hashed again; one that no longer has the
hash it was stored under is named, and the exit code is 3.`,
		Example: `  espfigures sources
  espfigures sources --format csv > sources.csv
  espfigures sources --verify`,
		Args: wants(0, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if verify {
				return a.verifyArchive()
			}
			ds, err := a.dataset(cmd.Context())
			if err != nil {
				return err
			}
			t := tables.Editions(ds.model)
			if format == "text" {
				return text.Table(a.stdout, t, "year", "used", "status", "row_count", "row_sum", "printed_total", "dated", "retrieved", "source_sha256", "source_url")
			}
			return a.writeTable(t, format)
		},
	}
	a.dataFlags(cmd)
	cmd.Flags().BoolVar(&verify, "verify", false, "hash every archived file again")
	formatFlag(cmd, &format)
	return cmd
}

func (a *app) verifyArchive() error {
	if err := isFolder("--archive", a.archive); err != nil {
		return err
	}
	arch, err := archive.OpenReadOnly(a.archive)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: no archive there", a.archive)
	}
	if err != nil {
		return err
	}
	defer arch.Close()
	damaged := false
	for _, f := range arch.Verify() {
		a.complain(errors.New(describeFinding(f)))
		damaged = true
	}
	if damaged {
		return &exitError{exitFinding, nil}
	}
	held, err := arch.All()
	if err != nil {
		return err
	}
	a.say("%s: %d versions, each with the hash it was stored under.", a.archive, len(held))
	return nil
}
