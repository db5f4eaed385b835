package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"runtime/debug"

	"espfigures/output"
	"espfigures/pipeline"
	"espfigures/pipeline/archive"
)

// writeSet is output.WriteSet, which it spares where the folder still holds,
// byte for byte, what this very program made of the same Dataset before. The
// archive remembers which set that was.
func writeSet(arch *archive.Archive, dir string, ds *pipeline.Dataset, opt output.Options) (output.Written, error) {
	shortRun()
	made := madeOf(ds, opt)
	if arch != nil && made != "" {
		if was, ok := arch.Kept(made, "outputs"); ok {
			if files, sha, whole := output.Whole(dir); whole && sha == string(was) {
				return output.Written{Files: files}, nil
			}
		}
	}
	written, err := output.WriteSet(dir, ds, opt)
	if err != nil || arch == nil || made == "" {
		return written, err
	}
	if _, sha, whole := output.Whole(dir); whole {
		// It only saves time: an archive that cannot be written is no fault.
		_ = arch.Keep(made, "outputs", []byte(sha))
	}
	return written, nil
}

// madeOf returns a hash over all that outputs are made of: the Dataset, the
// options and the program; "" where the program cannot be told from others.
func madeOf(ds *pipeline.Dataset, opt output.Options) string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(self)
	if err != nil {
		return ""
	}
	h := sha256.New()
	fmt.Fprintln(h, version, info.Size(), info.ModTime().UnixNano())
	if build, ok := debug.ReadBuildInfo(); ok {
		fmt.Fprintln(h, build)
	}
	if digest(h, opt) != nil || digest(h, *ds) != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
