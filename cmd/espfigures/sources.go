package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"espfigures/output/tables"
	"espfigures/output/text"
)

func newSources(a *app) *cobra.Command {
	var verify bool
	var format string
	cmd := command("sources", 0, 0, func(cmd *cobra.Command, args []string) error {
		if verify {
			return a.verifyArchive()
		}
		all, err := a.dataset(cmd.Context())
		if err != nil {
			return err
		}
		t := tables.Editions(all.model)
		if format == "text" {
			return text.Table(a.stdout, t, "year", "used", "status", "row_count", "row_sum", "printed_total", "dated", "retrieved", "source_sha256", "source_url")
		}
		return a.writeTable(t, format)
	})
	a.dataFlags(cmd)
	cmd.Flags().BoolVar(&verify, "verify", false, "hash every archived file again")
	formatFlag(cmd, &format, "text", "csv", "json")
	return cmd
}

func (a *app) verifyArchive() error {
	arch, err := a.openReadOnly()
	if err != nil {
		return err
	}
	if arch == nil {
		return fmt.Errorf("%s: no archive there", a.archive)
	}
	defer arch.Close()
	damaged := arch.Verify()
	for _, f := range damaged {
		a.complain(errors.New(describeFinding(f)))
	}
	if len(damaged) > 0 {
		return &exitError{exitFinding, nil}
	}
	a.say("%s: %d versions, each with the hash it was stored under.", a.archive, len(arch.All()))
	return nil
}
