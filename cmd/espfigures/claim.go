package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/pipeline"
	"espfigures/pipeline/claim"
	"espfigures/pipeline/resolve"
)

func newClaim(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "claim NAME YEAR NUMBER",
		Short: "A quoted figure held against the table: exact, rounded, truncated or wrong",
		Long: `Holds a number as somebody quoted it against the published figure: exact,
rounded, truncated (cut off though it rounds up), on the side that was claimed
("over 21m"), a part of the total (one of two rows, one member of a company), or
wrong, with the right figure, where it stands, and the caveats that apply.

NUMBER in any usual form: 21.1m, 21.1 million, 21,165,208, 5M, 870k, 1.2bn, "half
a million", "five million".
A short form is held to its last digit: 21.1m may stand for 21,050,000 to
21,149,999, and 21,100,000 is read like 21.1m, 600,000 and 600k like 0.6m.

Words beside the number are part of the claim. "over", "more than", ">": the
figure is larger, to the last report; "less than", "under": smaller; "at least",
"5m or more", "5m+" and "up to", "at most": or equal. "almost", "nearly", "just
under": below, by no more than a twentieth, and what still rounds to it; "just
over": the same above; "well over", "well under": by more than a twentieth.
"about", "only" and "just" are read like the number alone; "exactly" allows no
rounding. A bound off by more than a tenth of the figure holds, and is called
loose. What is said to be counted may stand behind: "21.1m reports"; "21.1m
images" is the wrong unit.

NAME is a platform or a company; where both have the name, the platform is
meant, unless the number is the company's or the platform has no figure that
year; the answer says so. "total", "all" or "cybertipline" is the CyberTipline's
total of the year, of providers and the public.

Exits 0 where the number holds (exact, rounded, truncated, a bound), 3 where it
does not (part, wrong, wrong unit, open because the source lists only a part, or
no figure that year), 1 where the name or year is not known.`,
		Example: `  espfigures claim Facebook 2022 21.1m
  espfigures claim Meta 2022 30 million
  espfigures claim Facebook 2022 over 21 million
  espfigures claim X 2023 597,087`,
		Args:              wants(3, -1),
		ValidArgsFunction: a.completeNameYear,
		RunE: func(cmd *cobra.Command, args []string) error {
			name, year, rest, err := nameYear(args)
			if err != nil {
				return err
			}
			if len(rest) == 0 {
				return usage("no number after the year %d; see espfigures claim --help", year)
			}
			if quoted := strings.Join(rest, " "); aShare.MatchString(quoted) {
				return usage("claim takes numbers of reports, and %q is a share; see espfigures compare %s --metric share --years %d", quoted, inShell(strings.ToLower(name)), year)
			}
			n, err := claim.ParseNumber(strings.Join(rest, " "))
			if err != nil {
				return usage("%v", err)
			}
			r, err := a.claim(cmd, name, year, n)
			if err != nil {
				return err
			}
			if !r.Verdict.Holds() {
				return &exitError{code: exitFinding}
			}
			return nil
		},
	}
	a.dataFlags(cmd)
	return cmd
}

// totals are the names that mean all reports of a year, of whomever.
var totals = []string{"total", "all", "cybertipline"}

// claim holds the number against what the name means, and writes the answer.
func (a *app) claim(cmd *cobra.Command, name string, year int, n claim.Number) (claim.Result, error) {
	if slices.Contains(totals, strings.ToLower(name)) {
		ds, err := a.dataset(cmd.Context())
		if err != nil {
			return claim.Result{}, err
		}
		r, err := claim.CheckTotal(ds.Dataset, year, n)
		if err != nil {
			return r, err
		}
		return r, writeClaim(a.stdout, ds.Dataset, r)
	}
	ds, finder, found, err := a.find(cmd, name)
	if err != nil {
		return claim.Result{}, err
	}
	r, err := holdAgainst(ds.Dataset, finder, name, found, year, n)
	if err != nil {
		return r, err
	}
	if t := claim.Total(ds.Dataset, year); strings.EqualFold(name, "ncmec") && t != nil {
		// Who names NCMEC beside a number mostly means the CyberTipline.
		text := fmt.Sprintf("NCMEC's own row is Take It Down; the CyberTipline's total of %d is %s, see totals.csv (or claim total %d).", year, t.CyberTipline, year)
		if _, err := io.WriteString(a.stdout, style.Wrap(text, "", "")+"\n"); err != nil {
			return r, err
		}
	}
	return r, writeClaim(a.stdout, ds.Dataset, r)
}

// holdAgainst holds the number against what was found, and against the company that
// has the name too.
func holdAgainst(ds *pipeline.Dataset, finder *resolve.Finder, name string, found resolve.Found, year int, n claim.Number) (claim.Result, error) {
	if !found.Company {
		if c, ok := finder.SameName(name); ok {
			return claim.CheckBoth(ds, found.ID, c.ID, year, n)
		}
	}
	r, err := claim.Check(ds, found.ID, found.Company, year, n)
	if err == nil && r.Verdict == claim.NoFigure && !found.Company {
		if c, ok := finder.SameID(found.ID); ok {
			return claim.CheckBoth(ds, found.ID, c.ID, year, n)
		}
	}
	return r, err
}

// aShare finds what is quoted as a part of a total.
var aShare = regexp.MustCompile(`(?i)[0-9]\s*(%|per ?cent\b|pct\b)`)

func writeClaim(w io.Writer, ds *pipeline.Dataset, r claim.Result) error {
	var b strings.Builder
	s, n := r.Series, r.Number
	subject := fmt.Sprintf("%s %d", s.Name, r.Point.Year)
	if r.Verdict == claim.NoFigure {
		fmt.Fprintf(&b, "%s, %q: no figure.\n", subject, n.Text)
	} else {
		fmt.Fprintf(&b, "%s, %q: %s.\n", subject, n.Text, verdictWords(r))
		label := "Published"
		if r.Point.Status == pipeline.SecondaryHand {
			label = "Transcribed"
		}
		status := fmt.Sprintf(" [%s]", r.Point.Status)
		if r.Point.Status == "" { // a total, which is of no table
			status = ", see totals.csv"
		}
		fmt.Fprintf(&b, "\n%-11s %s reports%s\n", label, r.Published, status)
		if v := r.OfReports(); v == claim.Wrong || v == claim.Part {
			if r.Published > 0 {
				off := 100 * float64(n.Value-r.Published) / float64(r.Published)
				fmt.Fprintf(&b, "Off by      %s\n", pipeline.ChangeText(off))
			}
			// What the claimed number rounds to it, and is wrong all the same,
			// lies on the other side of it.
			if n.Step > 1 && n.Right(r.Published) != n.Like(n.Value) {
				fmt.Fprintf(&b, "Right       %s\n", n.Right(r.Published))
			}
		}
		for k, i := range r.Point.Figures {
			f := ds.Figures[i]
			label := fmt.Sprintf("%-11s", "Printed")
			if f.Status == pipeline.SecondaryHand {
				label = "Transcribed as"
			}
			if k > 0 {
				label = strings.Repeat(" ", len(label))
			}
			fmt.Fprintf(&b, "%s %q %s%s\n", label, claim.Printed(f), f.Reports, printedAt(f))
		}
		address := ""
		for _, i := range r.Point.Figures {
			if u := ds.Figures[i].URL; u != address {
				address = u
				fmt.Fprintf(&b, "%-11s %s\n", "Address", u)
			}
		}
	}
	if len(r.Instead) > 0 {
		b.WriteString("\n")
		for _, x := range r.Instead {
			b.WriteString(style.Wrap(x+".", "", ""))
		}
	}
	b.WriteString("\n")
	for _, x := range r.Caveats {
		b.WriteString(style.Wrap(x, "- ", "  "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func printedAt(f pipeline.Figure) string {
	if f.At.Page == 0 {
		return ""
	}
	return fmt.Sprintf(", page %d, row %d", f.At.Page, f.At.Row)
}

func verdictWords(r claim.Result) string {
	as := ""
	if r.Reading != "" {
		as = " as " + r.Reading
	}
	switch r.Verdict {
	case claim.Exact:
		return "exact" + as
	case claim.Rounded:
		return "rounds correctly" + as
	case claim.Truncated:
		return fmt.Sprintf("truncated, not rounded%s; rounded it would be %s", as, r.Number.Right(r.Published))
	case claim.Bound:
		return boundWords(r) + as
	case claim.WrongUnit:
		as := r
		as.Verdict = r.Fits
		return fmt.Sprintf("wrong unit: the table's figures are reports, not %s; as a number of reports: %s", r.Number.Counted, verdictWords(as))
	case claim.Open:
		bound := "is only what the source lists"
		if r.Point.Flags.Has(pipeline.FlagCombined) && !r.Point.Flags.Has(pipeline.FlagMissing) {
			bound = "is of a row that combines related platforms"
		}
		claimed := strings.TrimSpace(fmt.Sprintf("%s %s", r.Number.Sense, r.Number.Value))
		return fmt.Sprintf("open%s: claimed is %s, and %s %s", as, claimed, r.Published, bound)
	case claim.Part:
		return fmt.Sprintf("only a part%s; the total is %s", as, r.Published)
	}
	if r.Number.Sense.Directed() || r.Number.Sense == claim.Precisely {
		return fmt.Sprintf("wrong%s: %s", as, missWords(r))
	}
	return fmt.Sprintf("wrong%s: %s", as, reasonWords(r))
}

// reasonWords says what the figure is, as exactly as the number was quoted.
func reasonWords(r claim.Result) string {
	if r.Published == 0 || r.Number.Step == 1 || r.Number.Rounded(r.Published) == 0 {
		return fmt.Sprintf("it is %s", r.Published)
	}
	return fmt.Sprintf("%s, rounded to %s, is %s", r.Published, r.Number.Step, r.Number.Right(r.Published))
}

// boundWords says on which side of the number the figure lies, as claimed.
func boundWords(r claim.Result) string {
	text := fmt.Sprintf("right: %s is %s %s", r.Published, r.Number.Sense, r.Number.Value)
	if r.Published == r.Number.Value {
		text = fmt.Sprintf("right: %s is exactly that", r.Published)
	}
	if r.Loose {
		text = strings.Replace(text, "right", "true but loose, off by more than a tenth", 1)
	}
	return text
}

// missWords says what was claimed and where the figure lies instead.
func missWords(r claim.Result) string {
	n := r.Number
	text := fmt.Sprintf("claimed is %s %s, and %s is ", n.Sense, n.Value, r.Published)
	off := n.Value - r.Published
	switch {
	case off == 0:
		return text + "exactly that"
	case n.Sense == claim.JustAbove && off < 0, n.Sense == claim.JustBelow && off > 0:
		return text + "more than a little off"
	case n.Sense == claim.WellAbove && off < 0, n.Sense == claim.WellBelow && off > 0:
		return text + "within a twentieth of it"
	case off > 0:
		text += "less"
	default:
		text += "more"
	}
	if n.Rounded(r.Published) == n.Value {
		text += ", though it rounds to it"
	}
	return text
}
