package extract

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
)

// Compiled code that is not what was written can end the program or worse, and
// wazero's own checksum covers part of a file only. So each file of the cache
// has its SHA-256 beside it, and one that does not match is compiled again.

const sumEnding = ".sha256"

// compiled lists the files of the cache, without their sums.
func compiled(dir string) []string {
	files, _ := filepath.Glob(filepath.Join(dir, "wazero-*", "*"))
	var list []string
	for _, f := range files {
		if info, err := os.Lstat(f); err == nil && info.Mode().IsRegular() && !strings.HasSuffix(f, sumEnding) {
			list = append(list, f)
		}
	}
	return list
}

// sumOf returns the SHA-256 of a file, nil where it cannot be read.
func sumOf(file string) []byte {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	sum := sha256.Sum256(body)
	return []byte(hex.EncodeToString(sum[:]))
}

// dropDamaged removes what is not as it was written.
func dropDamaged(dir string) {
	for _, f := range compiled(dir) {
		want, err := os.ReadFile(f + sumEnding)
		if sum := sumOf(f); err != nil || sum == nil || !bytes.Equal(sum, want) {
			_ = os.Remove(f)
			_ = os.Remove(f + sumEnding)
		}
	}
}

// dropAll removes all compiled code.
func dropAll(dir string) {
	for _, f := range compiled(dir) {
		_ = os.Remove(f)
		_ = os.Remove(f + sumEnding)
	}
}

// seal writes the sums that are not there yet. It only saves time: where one
// cannot be written, the next start compiles again.
func seal(dir string) {
	for _, f := range compiled(dir) {
		if _, err := os.Lstat(f + sumEnding); err == nil {
			continue
		}
		sum := sumOf(f)
		if sum == nil {
			continue
		}
		part, err := os.CreateTemp(filepath.Dir(f), "*"+sumEnding)
		if err != nil {
			return
		}
		_, err = part.Write(sum)
		if cerr := part.Close(); err == nil {
			err = cerr
		}
		if err == nil {
			err = os.Rename(part.Name(), f+sumEnding)
		}
		if err != nil {
			_ = os.Remove(part.Name())
		}
	}
}
