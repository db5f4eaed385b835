package output

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Whole reads the set in the folder and reports whether every file is as
// datapackage.json describes it and no run was broken off there. It gives the
// set's files, datapackage.json last, and the SHA-256 of that description,
// which stands for the whole set. It writes nothing.
func Whole(dir string) (files []string, sha string, ok bool) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, "", false
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, "", false
	}
	s := set{dir: dir}
	for _, p := range []string{s.at(newName), s.at(oldName), s.at(journalName), s.swapDir()} {
		if exists(p) {
			return nil, "", false
		}
	}
	text, err := os.ReadFile(s.at(packageFile))
	var d descriptor
	if err != nil || json.Unmarshal(text, &d) != nil || d.Name != packageName {
		return nil, "", false
	}
	for _, r := range d.Resources {
		if !fs.ValidPath(r.Path) || strings.ContainsAny(r.Path, `\:`) || !hashIs(s.at(r.Path), r.Hash) {
			return nil, "", false
		}
		files = append(files, r.Path)
	}
	sum := sha256.Sum256(text)
	return append(files, packageFile), hex.EncodeToString(sum[:]), true
}

// Described returns the SHA-256 of the description of the set in the folder, as
// Whole does, without looking at the other files: for a set just written.
func Described(dir string) (sha string, ok bool) {
	text, err := os.ReadFile(filepath.Join(dir, packageFile))
	if err != nil {
		return "", false
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), true
}

// hashIs reports whether a regular file has the hash, "sha256:" before it.
func hashIs(file, want string) bool {
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return err == nil && want == "sha256:"+hex.EncodeToString(h.Sum(nil))
}
