package output

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline"
)

// The test set must be what its comment says, or the tests that stand on it
// prove nothing.
func TestTestSet(t *testing.T) {
	ds := testset.New()
	if !reflect.DeepEqual(ds, testset.New()) {
		t.Error("two builds differ")
	}
	for _, e := range ds.Editions {
		if e.Status == pipeline.Verified && (e.Total == nil || e.Sum() != e.Total.Reports) {
			t.Errorf("%d: sum %d", e.Year, e.Sum())
		}
	}
	meta := ds.ByCompany.Find("meta").Points[1]
	if *meta.Reports != 22118952+3393654+1372696 || len(meta.Members) != 3 || meta.Change == nil {
		t.Errorf("meta 2021: %+v", meta)
	}
	if p := ds.ByPlatform.Find("facebook").Points[1]; p.Change != nil || !p.Broken {
		t.Errorf("facebook 2021: %+v", p)
	}
	if p := ds.ByPlatform.Find("instagram").Points[0]; p.Missing != pipeline.InsideRow {
		t.Errorf("instagram 2020: %+v", p)
	}
	if p := ds.ByPlatform.Find("x").Points[2]; *p.Reports != 98052 || len(p.Figures) != 2 {
		t.Errorf("x 2022: %+v", p)
	}
}

// few asks for few files, so that tests which write hundreds of sets are fast;
// previous asks for one file that few does not.
var (
	few      = Options{Only: []string{"platforms-by-year.csv", "findings.csv", "parquet"}, Partition: true}
	previous = Options{Only: []string{"platforms-by-year.csv", "changes.csv", "parquet"}}
)

// smaller and larger return two Datasets whose outputs all differ.
func smaller() *pipeline.Dataset {
	ds := testset.New()
	ds.Figures = ds.Figures[:5]
	ds.Editions = ds.Editions[:1]
	ds.Breaks, ds.Findings, ds.Changes, ds.Totals, ds.Passed = nil, ds.Findings[:1], nil, ds.Totals[:1], nil
	testset.Fill(ds)
	return ds
}

func larger() *pipeline.Dataset { return testset.New() }

// state reads the folder's set as its datapackage.json describes it. It gives
// "" where there is none, and fails where the set is not whole.
func state(t *testing.T, dir string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, packageFile))
	if errors.Is(err, fs.ErrNotExist) {
		for _, o := range Outputs {
			if exists(filepath.Join(dir, o.File)) {
				t.Errorf("%s lies there without %s", o.File, packageFile)
			}
		}
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	var d descriptor
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, r := range d.Resources {
		listed[r.Path] = true
		b, err := os.ReadFile(filepath.Join(dir, r.Path))
		if err != nil {
			t.Errorf("listed: %v", err)
			continue
		}
		if sum := sha256.Sum256(b); r.Hash != "sha256:"+hex.EncodeToString(sum[:]) || r.Bytes != int64(len(b)) {
			t.Errorf("%s is of another set than %s", r.Path, packageFile)
		}
	}
	for _, o := range Outputs {
		if exists(filepath.Join(dir, o.File)) && !listed[o.File] {
			t.Errorf("%s lies there and is not listed", o.File)
		}
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// leftovers lists what a run must not leave in the folder or beside it.
func leftovers(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	for _, pattern := range []string{filepath.Join(dir, ".espfigures*"), filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+"*")} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, found...)
	}
	return list
}

func mustWrite(t *testing.T, dir string, ds *pipeline.Dataset, opt Options) Written {
	t.Helper()
	w, err := WriteSet(dir, ds, opt)
	if err != nil {
		t.Fatal(err)
	}
	if l := leftovers(t, dir); l != nil {
		t.Fatalf("left behind: %v", l)
	}
	return w
}
