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

// A lastSet says what the output folder holds from the last run.
type lastSet struct {
	made  string   // what this program knows outputs made of this Dataset by; "" where it cannot tell
	files []string // the files of the folder, where they are, byte for byte, what it would make; else nil
}

// lastSetIn looks whether the folder still holds, byte for byte, what this very
// program made of the same Dataset before. The archive remembers which set that
// was.
func lastSetIn(arch *archive.Archive, dir string, ds *pipeline.Dataset, opt output.Options) lastSet {
	if arch == nil {
		return lastSet{}
	}
	last := lastSet{made: madeOf(ds, opt)}
	if last.made == "" {
		return last
	}
	if was, ok := arch.Kept(last.made, "outputs"); ok {
		if files, sha, whole := output.Whole(dir); whole && sha == string(was) {
			last.files = files
		}
	}
	return last
}

// writeSet is output.WriteSet, which it spares where the folder holds all it
// would write.
func writeSet(arch *archive.Archive, dir string, ds *pipeline.Dataset, opt output.Options, last lastSet) (output.Written, error) {
	if last.files != nil {
		return output.Written{Files: last.files}, nil
	}
	written, err := output.WriteSet(dir, ds, opt)
	if err != nil || last.made == "" {
		return written, err
	}
	if sha, ok := output.Described(dir); ok {
		// It only saves time: an archive that cannot be written is no fault.
		_ = arch.Keep(last.made, "outputs", []byte(sha))
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
