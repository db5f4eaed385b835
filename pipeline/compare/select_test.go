package compare

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline"
)

func TestSelect(t *testing.T) {
	ds := testset.New()
	if all, err := Select(ds, nil, 0); err != nil || all != ds {
		t.Errorf("nothing asked: %v", err)
	}
	got, err := Select(ds, []string{"Instagram", "x", "KIK"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(ds, testset.New()) {
		t.Fatal("the Dataset it was given is changed")
	}
	ids := func(c pipeline.Comparison) (list []string) {
		for _, s := range c.Series {
			list = append(list, s.ID)
		}
		return list
	}
	if want := []string{"instagram", "x", "kik"}; !slices.Equal(ids(got.ByPlatform), want) {
		t.Errorf("platforms: %v", ids(got.ByPlatform))
	}
	if want := []string{"meta", "x", "medialab", "oldco", "x-corp"}; !slices.Equal(ids(got.ByCompany), want) {
		t.Errorf("companies: %v", ids(got.ByCompany))
	}
	// Shares, ranks, values and changes are those of the full tables.
	for _, s := range got.ByPlatform.Series {
		for i, p := range s.Points {
			full := ds.ByPlatform.Find(s.ID).Points[i]
			if !reflect.DeepEqual(p.Share, full.Share) || p.Rank != full.Rank || !reflect.DeepEqual(p.Change, full.Change) || p.Broken != full.Broken {
				t.Errorf("%s %d: %+v, in full %+v", s.ID, p.Year, p, full)
			}
			// Each index leads to the same figure and break as before.
			sum := pipeline.Count(0)
			for n, f := range p.Figures {
				sum += got.Figures[f].Reports
				if !reflect.DeepEqual(got.Figures[f], ds.Figures[full.Figures[n]]) {
					t.Errorf("%s %d: figure %d is another one", s.ID, p.Year, n)
				}
			}
			if p.Reports != nil && sum != *p.Reports || len(p.Figures) != len(full.Figures) {
				t.Errorf("%s %d: figures add up to %d", s.ID, p.Year, sum)
			}
			if len(p.Breaks) != len(full.Breaks) {
				t.Errorf("%s %d: breaks are lost", s.ID, p.Year)
			}
			for n, b := range p.Breaks {
				if got.Breaks[b].ID != ds.Breaks[full.Breaks[n]].ID {
					t.Errorf("%s %d: break %d is another one", s.ID, p.Year, n)
				}
			}
		}
	}
	meta := got.ByCompany.Find("meta").Points[1]
	if *meta.Reports != 26885302 || !slices.Equal(meta.Members, []string{"facebook", "instagram", "whatsapp"}) {
		t.Errorf("a company's value is not its whole sum: %+v", meta)
	}
	// What the selection speaks of can be looked up.
	for _, id := range []string{"facebook", "whatsapp", "instagram"} {
		if got.Platform(id) == nil {
			t.Errorf("%s has lost its name", id)
		}
	}
	if got.Platform("adult") != nil || len(got.Editions) != len(ds.Editions) || got.Editions[0].Sum() != ds.Editions[0].Sum() {
		t.Error("too much or too little was left out")
	}
	if len(got.Changes) != 1 || got.Changes[0].Platform != "kik" || len(got.Combined) != 1 {
		t.Errorf("changes %v, combined rows %v", got.Changes, got.Combined)
	}
	last := got.Findings[len(got.Findings)-1]
	if last.Code != pipeline.Selection || last.Severity != pipeline.Note || !strings.Contains(last.What, "3 of 20 platforms") {
		t.Errorf("%+v", last)
	}
}

func TestSelectTopAndCompany(t *testing.T) {
	ds := testset.New()
	got, err := Select(ds, []string{"Meta", "kik"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range got.ByPlatform.Series {
		ids = append(ids, s.ID)
	}
	if !slices.Equal(ids, []string{"facebook", "instagram", "whatsapp", "kik"}) {
		t.Errorf("%v", ids)
	}
	if got, err = Select(ds, nil, 2); err != nil || len(got.ByPlatform.Series) != 2 || got.ByPlatform.Series[1].ID != "instagram" {
		t.Errorf("top 2: %v", err)
	}
	if got, err = Select(ds, nil, 999); err != nil || len(got.Figures) != len(ds.Figures) {
		t.Errorf("top 999: %v", err)
	}
	if _, err := Select(ds, []string{"kik", "facebok"}, 0); err == nil || !strings.Contains(err.Error(), "facebok") {
		t.Errorf("unknown name: %v", err)
	}
}
