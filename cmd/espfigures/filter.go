package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// filterFlags are --category, --kind and --exclude-kind.
type filterFlags struct{ categories, kinds, exclude []string }

func (f *filterFlags) add(a *app, cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.categories, "category", nil, "only series of a `category`, by id or name")
	complete(cmd, a.offer(categoriesOf), "category")
	chooseSome(cmd, &f.kinds, "kind", "only reporters of a kind: "+pipeline.Or(kindNames()), kindNames())
	chooseSome(cmd, &f.exclude, "exclude-kind", "leave out reporters of a kind", kindNames())
}

// categoryID returns the id of a category that a user named by id or name, ""
// where none was named.
func categoryID(ds *pipeline.Dataset, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	var ids []string
	for _, c := range ds.Categories {
		if strings.EqualFold(c.ID, name) || strings.EqualFold(c.Name, name) {
			return c.ID, nil
		}
		ids = append(ids, c.ID)
	}
	return "", usage("--category: %q is not a category; there are %s", name, strings.Join(ids, ", "))
}

// apply returns the series that pass, and notes on what is left out. Of a list
// that nobody named it leaves out hotlines, unless the user asks for them.
func (f *filterFlags) apply(all facts, list []*compare.Series, unnamed bool) (kept []*compare.Series, notes []string, err error) {
	for i, name := range f.categories {
		if f.categories[i], err = categoryID(all.Dataset, name); err != nil {
			return nil, nil, err
		}
	}
	hotlines := false
	for _, s := range list {
		if unnamed && s.Kind == pipeline.KindHotline && !slices.Contains(f.kinds, string(s.Kind)) {
			hotlines = true
		} else if f.has(s) {
			kept = append(kept, s)
		}
	}
	only := f.String()
	if len(kept) == 0 {
		return nil, nil, usage("nothing is left to compare: no series is of %s", only)
	}
	if hotlines {
		notes = append(notes, "Hotlines and NCMEC's own services are left out of the largest; --kind hotline shows them.")
	}
	if only != "" {
		notes = append(notes, "Only "+only+". Shares are of all reports, and ranks among all reporters.")
	}
	return kept, notes, nil
}

// has reports whether a series passes. Companies of several kinds and sums have
// no kind, and pass where none is asked for.
func (f *filterFlags) has(s *compare.Series) bool {
	return (len(f.categories) == 0 || slices.Contains(f.categories, s.Category)) &&
		(len(f.kinds) == 0 || slices.Contains(f.kinds, string(s.Kind))) &&
		!slices.Contains(f.exclude, string(s.Kind))
}

// String says what passes.
func (f *filterFlags) String() string {
	var list []string
	for _, x := range []struct {
		says  string
		words []string
	}{{"the category ", f.categories}, {"the kind ", f.kinds}, {"another kind than ", f.exclude}} {
		if len(x.words) > 0 {
			list = append(list, x.says+pipeline.Or(x.words))
		}
	}
	return strings.Join(list, ", ")
}

func kindNames() (names []string) {
	for _, k := range pipeline.Kinds {
		names = append(names, string(k))
	}
	return names
}
