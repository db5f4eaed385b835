package page

import (
	"cmp"
	"fmt"
	"strings"

	"espfigures/pipeline/compare"
)

type object = map[string]any

// describe is the page as a schema.org Dataset, for search engines of data.
func describe(m *compare.Model) object {
	measured := func(name, unit string) object {
		return object{"@type": "PropertyValue", "name": name, "unitText": unit}
	}
	file := func(name, format, url string) object {
		return object{"@type": "DataDownload", "name": name, "encodingFormat": format, "contentUrl": url}
	}
	var based []object
	for _, ed := range m.Data.Editions {
		e := newEdition(ed)
		name := cmp.Or(e.Title, fmt.Sprintf("CyberTipline reports by ESP, %d", e.Year))
		if e.Partial && !strings.Contains(strings.ToLower(name), "transcri") {
			name += ", transcribed by a third party"
		}
		work := object{"@type": "CreativeWork", "name": name}
		if e.URL != "" {
			work["url"] = e.URL
		}
		if e.Dated != "" {
			work["datePublished"] = e.Dated
		}
		based = append(based, work)
	}
	d := object{
		"@context": "https://schema.org/", "@type": "Dataset",
		"name":                 "CyberTipline reports by electronic service provider",
		"description":          "How many reports each electronic service provider made to NCMEC's CyberTipline, year by year, with what may be compared across years. The unit is the report, not the file, image or child. Volume shows how much a provider detects and reports, not how much abuse there is. A missing value is not zero.",
		"keywords":             []string{"CyberTipline", "NCMEC", "child sexual abuse material", "electronic service providers", "transparency reporting"},
		"creator":              object{"@type": "Organization", "name": "National Center for Missing & Exploited Children (NCMEC)", "url": "https://www.missingkids.org/"},
		"isAccessibleForFree":  true,
		"conditionsOfAccess":   "The figures are facts published by NCMEC, which grants no open licence for its documents; cite its document, page and date.",
		"variableMeasured":     []object{measured("Reports to the CyberTipline", "reports a year"), measured("Share of all providers' reports", "percent"), measured("Rank among the year's reporters", "place")},
		"measurementTechnique": "Read from NCMEC's yearly tables, whose rows must sum to the printed total; years without a table at hand are a third party's transcription and marked so.",
		"distribution": []object{file("Every row, as printed", "text/csv", "figures.csv"), file("Database", "application/vnd.sqlite3", "espfigures.sqlite"),
			file("Workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "espfigures.xlsx"), file("Data package", "application/json", "datapackage.json")},
		"isBasedOn": based,
	}
	if n := len(m.Years); n > 0 {
		d["temporalCoverage"] = fmt.Sprintf("%d/%d", m.Years[0], m.Years[n-1])
	}
	return d
}
