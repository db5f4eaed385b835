package workbook

import (
	"strings"
	"testing"

	"espfigures/output/testset"
)

// A company often has the name of its platform; the field to choose in says
// how the two differ.
func TestPromptNamesCompanies(t *testing.T) {
	f := reopen(t, workbook(t, testset.New()))
	for _, sheet := range []string{"Compare", "Profile"} {
		list, err := f.GetDataValidations(sheet)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, v := range list {
			found = found || v.Prompt != nil && strings.Contains(*v.Prompt, "(company)") && v.Error != nil && strings.Contains(*v.Error, "(company)")
			if v.Prompt != nil && len(*v.Prompt) > 255 || v.Error != nil && len(*v.Error) > 225 {
				t.Errorf("%s: Excel takes no such long prompt", sheet)
			}
		}
		if !found {
			t.Errorf("%s does not say how companies are called", sheet)
		}
	}
}
