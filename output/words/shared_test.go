package words

import (
	"testing"

	"espfigures/pipeline"
)

func TestSameTexts(t *testing.T) {
	at := func(who, kind, what string) pipeline.Break {
		return pipeline.Break{ID: who + kind, Who: who, From: 2023, To: 2024, Kind: kind, Description: what, Forbids: pipeline.ForbidsNothing}
	}
	const bundled = " (secondary): Meta bundled duplicate reports in 2024, so what one report stands for changed. The table cannot separate the causes."
	breaks := []pipeline.Break{
		at("facebook", "unit", "Facebook, 17,838,422 to 8,590,357"+bundled),
		at("meta", "unit", "Meta, 30,658,723 to 13,764,805 (secondary): a report and an incident are not the same unit since bundling."),
		at("instagram", "unit", "Instagram, 11,430,007 to 3,320,008"+bundled),
		at("facebook", "scope", "The row Facebook* combines related platforms in both years; the members are not printed."),
		at("microsoft", "scope", "The row Microsoft* combines related platforms in both years; the members are not printed."),
		at("google", "scope", "The row Google* combines related platforms in both years; the members are not printed."),
		at("one", "law", "A law changed."), at("two", "law", "A law changed."),
		at("three", "dup", "Exactly the same long text stands beside two of the series that are chosen here."),
		at("four", "dup", "Exactly the same long text stands beside two of the series that are chosen here."),
	}
	later := breaks[3]
	later.From, later.To = 2024, 2025
	breaks = append(breaks, later)
	texts, index := SharedTexts(breaks)
	for i := range breaks { // a break told alone is told in its own words
		if got := texts[index[i]].Say([]int{i}); got != breaks[i].Description {
			t.Errorf("%s: %q, want %q", breaks[i].ID, got, breaks[i].Description)
		}
	}
	for _, c := range []struct {
		told []int
		want string
	}{
		{[]int{0, 2}, "Facebook, 17,838,422 to 8,590,357 / Instagram, 11,430,007 to 3,320,008" + bundled},
		{[]int{3, 4, 5}, "The row Facebook* / Microsoft* / Google* combines related platforms in both years; the members are not printed."},
		{[]int{3, 5}, "The row Facebook* / Google* combines related platforms in both years; the members are not printed."},
		{[]int{8, 9}, breaks[8].Description},
	} {
		for _, i := range c.told {
			if index[i] != index[c.told[0]] {
				t.Errorf("%s and %s are not one text", breaks[i].ID, breaks[c.told[0]].ID)
			}
		}
		if got := texts[index[c.told[0]]].Say(c.told); got != c.want {
			t.Errorf("said %q, want %q", got, c.want)
		}
	}
	for _, apart := range [][2]int{{0, 1}, {6, 7}, {3, 10}, {0, 3}} {
		if index[apart[0]] == index[apart[1]] {
			t.Errorf("%s and %s are one text", breaks[apart[0]].ID, breaks[apart[1]].ID)
		}
	}
}
