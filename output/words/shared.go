package words

import (
	"slices"
	"strings"

	"espfigures/pipeline"
)

// SharedText is a text that several breaks of the same years say in almost the
// same words, such as "The row Microsoft* combines related platforms". Where
// more than one of them is told, the text is said once: Before, each break's
// own words, After.
type SharedText struct {
	Before, After string
	Own           []string // by member
	Members       []int    // indexes into Dataset.Breaks
}

const (
	fewestShared = 10 // words two breaks must share for it to be one text
	mostOwn      = 6  // words that may differ
)

// SharedTexts finds the texts that breaks share. Each break is a member of
// exactly one text; index gives it by break.
func SharedTexts(breaks []pipeline.Break) (texts []*SharedText, index []int) {
	var list []*draftText
	index = make([]int, len(breaks))
	for i := range breaks {
		b := &breaks[i]
		words := strings.Fields(b.Description)
		home := -1
		for k, d := range list {
			first := &breaks[d.members[0]]
			if first.From != b.From || first.To != b.To || first.Kind != b.Kind || first.Forbids != b.Forbids || (first.Who == pipeline.Everybody) != (b.Who == pipeline.Everybody) {
				continue
			}
			pre, post := commonEnds(d, words)
			if pre+post < fewestShared || slices.ContainsFunc(append(d.words, words), func(w []string) bool { return len(w)-pre-post > mostOwn }) {
				continue
			}
			d.pre, d.post = words[:pre], words[len(words)-post:]
			home = k
			break
		}
		if home < 0 {
			home = len(list)
			list = append(list, &draftText{pre: words})
		}
		d := list[home]
		d.words, d.members = append(d.words, words), append(d.members, i)
		index[i] = home
	}
	for _, d := range list {
		t := &SharedText{Before: strings.Join(d.pre, " "), After: strings.Join(d.post, " "), Members: d.members}
		for _, w := range d.words {
			t.Own = append(t.Own, strings.Join(w[len(d.pre):len(w)-len(d.post)], " "))
		}
		texts = append(texts, t)
	}
	return texts, index
}

// draftText is a SharedText while its members are being found.
type draftText struct {
	pre, post []string // words shared at the begin and the end
	words     [][]string
	members   []int
}

// commonEnds returns how many words the text shares with a draft at its begin
// and, after those, at its end.
func commonEnds(d *draftText, words []string) (pre, post int) {
	for pre < len(d.pre) && pre < len(words) && d.pre[pre] == words[pre] {
		pre++
	}
	// A draft of one member is all begin; its end is looked for in the text.
	end := d.post
	if len(d.members) == 1 {
		end = d.words[0]
	}
	room := len(words) - pre
	for _, w := range d.words {
		room = min(room, len(w)-pre)
	}
	for post < len(end) && post < room && end[len(end)-1-post] == words[len(words)-1-post] {
		post++
	}
	return pre, post
}

// Say returns the text for the breaks told, once.
func (t *SharedText) Say(told []int) string {
	var own []string
	for k, i := range t.Members {
		if o := t.Own[k]; o != "" && slices.Contains(told, i) && !slices.Contains(own, o) {
			own = append(own, o)
		}
	}
	return strings.Join(strings.Fields(t.Before+" "+strings.Join(own, " / ")+" "+t.After), " ")
}
