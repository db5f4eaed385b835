package page

import (
	"fmt"
	"strings"

	"espfigures/pipeline/compare"
)

// described is the page as a schema.org Dataset, for search engines of data.
type described struct {
	Context     string   `json:"@context"`
	Type        string   `json:"@type"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Keywords    []string `json:"keywords"`
	Creator     agent    `json:"creator"`
	Coverage    string   `json:"temporalCoverage,omitempty"` // 2019/2025
	Free        bool     `json:"isAccessibleForFree"`
	Usage       string   `json:"conditionsOfAccess"`
	Measured    []value  `json:"variableMeasured"`
	Technique   string   `json:"measurementTechnique"`
	BasedOn     []work   `json:"isBasedOn,omitempty"`
	Files       []file   `json:"distribution"`
}

type agent struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

type value struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	Unit string `json:"unitText"`
}

type work struct {
	Type      string `json:"@type"`
	Name      string `json:"name"`
	URL       string `json:"url,omitempty"`
	Published string `json:"datePublished,omitempty"`
}

type file struct {
	Type   string `json:"@type"`
	Name   string `json:"name"`
	Format string `json:"encodingFormat"`
	URL    string `json:"contentUrl"`
}

func describe(m *compare.Model) described {
	d := described{
		Context: "https://schema.org/", Type: "Dataset",
		Name:        "CyberTipline reports by electronic service provider",
		Description: "How many reports each electronic service provider made to NCMEC's CyberTipline, year by year, with what may be compared across years. The unit is the report, not the file, image or child. Volume shows how much a provider detects and reports, not how much abuse there is. A missing value is not zero.",
		Keywords:    []string{"CyberTipline", "NCMEC", "child sexual abuse material", "electronic service providers", "transparency reporting"},
		Creator:     agent{"Organization", "National Center for Missing & Exploited Children (NCMEC)", "https://www.missingkids.org/"},
		Free:        true,
		Usage:       "The figures are facts published by NCMEC, which grants no open licence for its documents; cite its document, page and date.",
		Measured:    []value{{"PropertyValue", "Reports to the CyberTipline", "reports a year"}, {"PropertyValue", "Share of all providers' reports", "percent"}, {"PropertyValue", "Rank among the year's reporters", "place"}},
		Technique:   "Read from NCMEC's yearly tables, whose rows must sum to the printed total; years without a table at hand are a third party's transcription and marked so.",
		Files: []file{
			{"DataDownload", "Every row, as printed", "text/csv", "figures.csv"},
			{"DataDownload", "Workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "espfigures.xlsx"},
			{"DataDownload", "Data package", "application/json", "datapackage.json"},
		},
	}
	if n := len(m.Years); n > 0 {
		d.Coverage = fmt.Sprintf("%d/%d", m.Years[0], m.Years[n-1])
	}
	for _, ed := range m.Data.Editions {
		e := newEdition(ed)
		name := e.Title
		if name == "" {
			name = fmt.Sprintf("CyberTipline reports by ESP, %d", e.Year)
		}
		if e.Partial && !strings.Contains(strings.ToLower(name), "transcri") {
			name += ", transcribed by a third party"
		}
		d.BasedOn = append(d.BasedOn, work{"CreativeWork", name, e.URL, e.Dated})
	}
	return d
}
