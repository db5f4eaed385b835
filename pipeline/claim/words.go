package claim

import (
	"slices"
	"strings"
)

// The words that the rules know, apart from names and from the words of
// numbers (quantity.go) and senses (sense.go).

// set makes a set of words or phrases: one on each line, or several separated
// by commas.
func set(text string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' }) {
		if w = strings.Join(strings.Fields(w), " "); w != "" {
			m[w] = true
		}
	}
	return m
}

var (
	// What is counted: reports, or something else that is taken for them.
	reportNouns = set("report, reports, referral, referrals, tip, tips, cybertip, cybertips, submissions, notifications, cybertipline, berichte, meldungen")
	otherUnits  = set(`piece, pieces, image, images, imagery, photo, photos, photographs, picture, pictures, video, videos, file, files,
		item, items, post, posts, case, cases, crimes, fälle, instances, material, materials, content, victims, children, incident, incidents`)
	adjectives = set(`suspected, such, csam, csem, csea, child, sexual, sexually, abuse, exploitation, additional, more, further, separate, individual, of,
		apparent, alleged, total, abusive, illegal, new, unique, annual, yearly, esp, ncmec, that, online, potential, explicit, known, different, exploitative, these, those, the, them`)

	// Verbs: of whoever reports or receives, and of other things done.
	reporting = set(`reported, report, reports, found, sent, made, submitted, filed, flagged, detected, uncovered, discovered, identified, passed, referred,
		received, logged, counted, handled, meldete, send, sends, make, makes, files, submits, reporting, sending, making, filing, got, processed, generated, contributed, recorded, accounted`)
	otherVerbs = set(`removed, deleted, removing, deleting, blocked, banned, suspended, disabled, actioned, contained, containing, contain, included,
		comprised, held, helped, helping, rescued, paid, fined, spent, employs, employed, hired, scanned, arrested, viewed, watched, hosted, attracted, serves, earned, closed, restricted, terminated`)
	receiving = set("received, receives, got, logged, handled, processed, receive, recorded, counted, took, takes")

	// Words that may follow a number without saying what is counted.
	neutral = set(`to, in, of, by, from, on, for, and, or, while, with, against, at, sent, made, reported, that, which, who, up, down, compared, last, this, were, was,
		came, come, a, an, the, during, between, but, when, per, year, versus, vs, than, whereas, alone, then, each, as, respectively, together, since, until, through,
		it, its, their, after, before, is, are, has, had, have, because, so, combined, again, only, just, over, out, making, followed, where, if, though, although,
		according, submitted, filed, coming, all, went, there, until, under, here, also, now, both, worldwide, globally, nearly, almost, about, more, accounting, into, via, not, worth, annually, did, one, within`)

	risings  = set(`rose, risen, rise, rises, rising, grew, grown, grow, growth, growing, increase, increased, increases, increasing, up, jumped, jump, climbed, climb, surged, surge, soared, higher, gain, gained, more, above, upturn, spike, spiked, expanded`)
	fallings = set(`fell, fallen, fall, falls, falling, drop, dropped, drops, dropping, decline, declined, declining, decrease, decreased, down, shrank, plunged, plunge, plummeted, lower, fewer, less, below, cut, slumped, slump, dip, dipped, reduction, reduced, sank, tumbled, slid`)

	months = set(`january, february, march, april, may, june, july, august, september, october, november, december, jan, feb, mar, apr, jun, jul, aug, sept, sep, oct, nov, dec`)
	// Words in front of a number that is no count.
	labels = set("number, nos, page, pages, p, pp, article, section, figure, table, step, version, chapter, row, rows, line, note, footnote, aged, age, ages, $, €, £, ¥, us$, usd, eur, gbp, covid, day, grade, #, [, title, §, issue, class, level, phase, room, nearly $")

	// Words for all who report.
	providers    = set("providers, esps, platforms, companies, industry, provider, firms, reporters, services, networks")
	providerKind = set("electronic, service, online, tech, technology, the, all, internet, digital, us, together, reporting")

	// Names behind these are not whom the sentence is about.
	asides = set(`unlike, than, besides, behind, despite, except, excluding, without, including, includes, include, such as, owned by, owner of, owns, own,
		parent of, parent company of, company of, company behind, maker of, belongs to, belonging to, part of, subsidiary of, unit of, acquired by, bought by, addition to, compared with,
		compared to, against, versus, vs, followed by, ahead of, similar to, rival, rivals, competitor, formerly, formerly known as, known as, renamed, now, called, like,
		after, overtook, overtaking, surpassed, surpassing, passed, outpaced, beat, beating, apart from, aside from, other than, runs, operates, excludes, not, minus, operator of`)
	joints = set(`and
		&
		+
		plus
		as well as
		together with
		along with`)

	// Words that stand for somebody named before.
	pronouns = set(`it, they, its, their, the company, the platform, the service, the firm, the app, the site, the network, the provider, the messenger,
		the number, the figure, the total, the count, the tally, the group, that figure, that number, this figure, this number, that is, that was, this is, this was`)

	// A clause with one of these says something else than what happened.
	denials = set(`not, never, didn't, wasn't, weren't, don't, doesn't, cannot, isn't, hasn't, haven't, hadn't, didn’t, wasn’t, isn’t, doesn’t, nor, neither, wrongly, falsely, incorrectly, mistakenly, allegedly, denied, denies, is wrong, untrue, false, not true, contrary, rumour, rumours, myth`)
	guesses = set(`if, could, would, might, may, should, expected, expects, forecast, forecasts, projected, predicts, predicted, plans, planned, aims, goal, hopes, likely, will, almost surely, imagine, suppose, had it`)
	rates   = set(`a day, per day, each day, every day, daily, a month, per month, each month, every month, monthly, a week, per week, every week, weekly, an hour, per hour, every hour, a minute, per minute, every minute, a second, per second, on average, per user, per million users, a head`)
	parts   = set(`first half, second half, half-year, first six months, last six months, first quarter, second quarter, third quarter, fourth quarter, last quarter, h1, h2, q1, q2, q3, q4, first nine months, first three months, fiscal`)
	halves  = set("most, majority, many, some, mainly, mostly, largely, part, none, few, half, bulk")
)

// sameYear is the shift of "that year".
const sameYear = 100

// shifts are years told by another.
var shifts = map[string]int{"that year": sameYear, "the same year": sameYear, "that same year": sameYear, "the year before": -1, "a year earlier": -1, "a year before": -1, "the previous year": -1, "the preceding year": -1, "year earlier": -1, "the prior year": -1, "the year prior": -1, "previous year": -1,
	"one year earlier": -1, "year before": -1, "two years earlier": -2, "two years before": -2, "three years earlier": -3,
	"the following year": 1, "a year later": 1, "the next year": 1, "the year after": 1, "one year later": 1, "two years later": 2}

// unknownYears depend on the day a text was written.
var unknownYears = set("last year, this year, next year, this past year, the past year, in recent years, so far")

// yearBases are words in front of the year that a change starts from.
var yearBases = set("from, since, than in, than, over, on, compared with, compared to, against, versus, vs, compared with in, relative to, than it did in, than those in, than that of, up from, down from, as in, as many as in, level of, levels of, those of, than it had in, as many as, as much as, in comparison with, that of")

var (
	superlatives  = set("largest, biggest, most, highest, place, rank, position, spot, greatest, top")
	reporterNouns = set("reporter, source, contributor, sender, provider, reporting, single")
)

// largestWords say that somebody was first.
var largestWords = set(`the most reports, the largest number of, the highest number of, the biggest number of, the greatest number of, more reports than any other,
	top reporter, topped the list, topped the table, topped the ranking, headed the list, leading reporter, leads the list, led the list`)

// longestPhrase is the most words of a phrase of these tables.
const longestPhrase = 5

// phraseAt finds the longest phrase of a table that begins at a token, and
// returns how many tokens it takes; 0 where none does.
func phraseAt[V any](list []token, i int, table map[string]V) (v V, n int) {
	for n = min(longestPhrase, len(list)-i); n > 0; n-- {
		if v, ok := table[lowerText(list[i:i+n])]; ok {
			return v, n
		}
	}
	return v, 0
}

// phraseBefore is phraseAt for a phrase that ends in front of a token.
func phraseBefore[V any](list []token, end int, table map[string]V) (v V, n int) {
	for n = min(longestPhrase, end); n > 0; n-- {
		if v, ok := table[lowerText(list[end-n:end])]; ok {
			return v, n
		}
	}
	return v, 0
}

// startsWith returns how many tokens the longest of some phrases takes that
// begins at a token; 0 where none does.
func startsWith(list []token, i int, phrases ...string) int {
	longest := 0
	for _, p := range phrases {
		n := 0
		for w := range strings.SplitSeq(p, " ") {
			if lowerAt(list, i+n) != w {
				n = 0
				break
			}
			n++
		}
		longest = max(longest, n)
	}
	return longest
}

// endsWith is startsWith for a phrase that ends in front of a token.
func endsWith(list []token, end int, phrases ...string) int {
	longest := 0
	for _, p := range phrases {
		if n := strings.Count(p, " ") + 1; n > longest && n <= end && startsWith(list, end-n, p) == n {
			longest = n
		}
	}
	return longest
}

// says reports whether one of some phrases is among tokens.
func says(list []token, phrases ...string) bool {
	for i := range list {
		if startsWith(list, i, phrases...) > 0 {
			return true
		}
	}
	return false
}

// has reports whether a phrase of a table is among tokens.
func has(list []token, table map[string]bool) bool {
	for i := range list {
		if _, n := phraseAt(list, i, table); n > 0 {
			return true
		}
	}
	return false
}

// lowerText joins tokens with spaces, in lower case.
func lowerText(list []token) string {
	if n := len(list); n == 0 {
		return ""
	} else if n <= longestPhrase {
		return list[0].ahead[:list[0].ends[n-1]]
	}
	return lowerText(list[:longestPhrase]) + " " + lowerText(list[longestPhrase:])
}

func lowerAt(list []token, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return list[i].lower
}

var (
	othersToo = set("and other, and others, and several, and many, among others, and dozens, and hundreds")
	eachOf    = set("each, both, apiece, either")
)

// publishing and publications go with the year in which something was said or
// founded, which is not the year of a figure.
var (
	publishing   = set("published, released, issued, announced, said, says, wrote, testified, founded, launched, created, bought, acquired, renamed, born, dated, updated, printed, appeared, introduced, passed, started")
	publications = []string{"report", "study", "statement", "letter", "article", "paper", "hearing", "blog", "interview", "act", "law"}
)

// regions begin a sentence that is about a part of the world.
var regions = []string{"in the uk", "in the us", "in the eu", "in the united", "in europe", "in germany", "in india", "in america", "in britain", "in france", "in brazil", "in canada", "in australia", "in ireland", "in the netherlands", "in spain", "in italy", "in poland", "in mexico", "in indonesia", "in the philippines", "in japan"}

// otherTopics are what numbers near a name are mostly about where they are
// about something else.
var otherTopics = set(`users, user base, revenue, revenues, profit, profits, sales, income, staff, workforce, headcount, employees, stock, share price, moderators, budget, spending,
	arrests, convictions, traffic, downloads, subscribers, viewers, members, membership, fine, fines, advertising, donations, value, market, audience, circulation, readers, visits, visitors, clients, customers, viewers, accounts, bans, cost, costs, population, turnover,
	searches, takedowns, removals`)

// is reports whether a word is one of some.
func is(w string, list ...string) bool { return slices.Contains(list, w) }
