package claim

import (
	"cmp"
	"strings"

	"espfigures/pipeline/compare"
)

// context is what a sentence inherits from those before it.
type context struct {
	subject   *subject // nil where nobody was named, or where several were
	several   bool     // several were named, so that "it" can be any of them
	years     []int    // the year spoken of
	span      []int    // the two years of a change spoken of
	total     bool     // the CyberTipline or NCMEC was named
	published int      // the year in which the text was written; 0 where it does not say
	fixed     bool     // given by the user: a few words are the whole claim
}

// sentenceOf is one sentence while it is read.
type sentenceOf struct {
	text  string
	list  []token
	marks []mark
	ctx   *context
}

// read returns the statements of a sentence, and leaves for the next one whom
// and which year it was about.
func (r *Reader) read(text string, ctx *context) []Statement {
	s := r.sentence(text, ctx)
	for _, m := range s.marks {
		ctx.total = ctx.total || m.kind == who && m.subject.id == compare.TotalID
	}
	var out []Statement
	for i, m := range s.marks {
		if m.kind != number {
			continue
		}
		if st, ok := r.statement(s, i); ok {
			out = append(out, st)
		}
	}
	s.leave()
	return out
}

func (r *Reader) statement(s *sentenceOf, at int) (Statement, bool) {
	st := Statement{Sentence: s.text, Quantity: s.marks[at].quantity}
	if !s.isCount(&st.Quantity, at) {
		return st, false
	}
	st.Measure = s.measure(&st.Quantity, at)
	st.unclear = s.rule("doubt", at)
	if st.Measure == MeasureShare {
		s.shareOf(&st, at)
	}
	if st.Measure == MeasureMultiple || st.Measure == MeasureChange {
		st.Than = s.than(st.Measure, at)
	}
	who, found := s.subjectOf(&st, at)
	whole := st.Measure == MeasureReports && s.rule("whole", at) == "yes"
	if !found && !whole {
		return st, false
	}
	st.ID, st.who = who.id, who
	if st.Than == st.ID {
		st.Than = ""
	}
	s.setYears(&st, at)
	if level := st; s.rule("reached", at) == "yes" {
		st.step = s.stepOf(&level, at)
	}
	if st.Measure == MeasureShare && st.ID == compare.TotalID && st.unclear == "" {
		st.unclear = "It is not clear whose share of the reports this is."
	}
	if whole {
		st.who, st.unclear = subject{}, ""
	}
	if whole || st.either && st.Measure == MeasureReports {
		st.ID = compare.TotalID
		if len(st.Years) == 1 { // whichever total of the year the number is
			st.ID = cmp.Or(r.whichTotal(st.Quantity, st.Years[0]), st.ID)
		}
	}
	if st.Measure == MeasureReports && strings.HasSuffix(st.Quantity.Unit, "incidents") && (subject{id: st.ID}).total() {
		st.Measure = MeasureIncidents
	}
	return st, true
}

// leave hands the subject and year to the next sentence.
func (s *sentenceOf) leave() {
	if s.ctx.fixed {
		return
	}
	var last *subject
	several, years, newest, span := false, false, 0, []int(nil)
	for _, m := range s.marks {
		switch {
		case m.named():
			several = several || last != nil && last.id != m.subject.id
			last = &m.subject
		case m.kind == year && !m.base && !m.partial: // the last year is spoken of, or the years of a change
			years = true
			if y := s.resolve(m); len(y) == 1 {
				newest, span = max(newest, y[0]), nil
			} else {
				newest, span = 0, y
			}
		}
	}
	if last != nil {
		s.ctx.subject, s.ctx.several = last, several
	}
	if several {
		s.ctx.subject = nil
	}
	if years {
		s.ctx.years, s.ctx.span = nil, span
	}
	if newest > 0 {
		s.ctx.years = []int{newest}
	}
}
