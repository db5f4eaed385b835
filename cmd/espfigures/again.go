package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"espfigures/output"
	"espfigures/pipeline"
	"espfigures/pipeline/archive"
)

// lastRun is what a refresh leaves for the next one, among the readings of the
// archive: if nothing it depended on has changed and its files are as it wrote
// them, there is nothing to read, check or write.
type lastRun struct {
	State  string // of everything the outputs depend on
	Output string // the hash of datapackage.json, which names those of all files
	Worst  pipeline.Severity
	Said   []line // what the next run says if it changes nothing
}

// stateOf hashes everything that the outputs of a run depend on. It is "" where
// it cannot be told: then the run is made.
func (a *app) stateOf(arch *archive.Archive, found []pipeline.Finding, f refreshFlags) string {
	program, err := os.Executable()
	if err != nil || arch == nil {
		return ""
	}
	binary, err := os.Stat(program) // two builds can have one version
	if err != nil {
		return ""
	}
	layer := map[string]string{}
	files, err := filepath.Glob(filepath.Join(cmp.Or(a.registry, "no layer"), "*.csv"))
	for _, name := range files {
		body, fault := os.ReadFile(name)
		layer[name], err = archive.Hash(body), errors.Join(err, fault)
	}
	versions, damaged := arch.All()
	state, fault := json.Marshal([]any{
		version, binary.Size(), binary.ModTime(), today().Year(), layer, versions, fmt.Sprint(damaged), found,
		a.out, a.asOf, a.years.String(), a.acceptTotals, a.addresses, fmt.Sprintf("%+v", f),
	})
	if errors.Join(err, fault) != nil {
		return ""
	}
	return archive.Hash(state)
}

// sameAgain returns the last run into the folder if this one would change
// nothing. A run in which something failed is always made again.
func (a *app) sameAgain(arch *archive.Archive, state string) (last lastRun, same bool) {
	if state == "" {
		return last, false
	}
	kept, ok := arch.CachedReading(a.outKey(), "last run")
	if !ok || json.Unmarshal(kept, &last) != nil || last.State != state || last.Worst == pipeline.Fail {
		return last, false
	}
	sha, whole := output.Whole(a.out)
	return last, whole && sha == last.Output
}

// remember leaves a run for the next one. That it cannot costs time, not facts.
func (a *app) remember(arch *archive.Archive, state string, ds *pipeline.Dataset) {
	sha, whole := output.Whole(a.out)
	kept, err := json.Marshal(lastRun{state, sha, ds.Worst(), a.summary(ds, nil, nil, output.Written{})})
	if state != "" && whole && err == nil {
		_ = arch.CacheReading(a.outKey(), "last run", kept)
	}
}

// outKey names the output folder.
func (a *app) outKey() string {
	abs, err := filepath.Abs(a.out)
	if err != nil {
		abs = a.out
	}
	return archive.Hash([]byte(abs))
}
