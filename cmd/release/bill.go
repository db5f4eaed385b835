package main

import (
	"cmp"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// billOfMaterials lists what the binaries are made of in CycloneDX 1.6. It is
// read from the binaries themselves, which carry the path, version and hash of
// every module, so it cannot tell of anything but what is inside. The
// generator usual for Go asks for a release's module graph instead, which
// names modules that no binary holds.
func billOfMaterials(dir string, binaries []string, version string) ([]byte, error) {
	type hash struct {
		Alg     string `json:"alg"`
		Content string `json:"content"`
	}
	type licence struct {
		License struct {
			ID string `json:"id"`
		} `json:"license"`
	}
	type component struct {
		Type     string    `json:"type"`
		Ref      string    `json:"bom-ref"`
		Name     string    `json:"name"`
		Version  string    `json:"version"`
		PURL     string    `json:"purl,omitempty"`
		Hashes   []hash    `json:"hashes,omitempty"`
		Licenses []licence `json:"licenses,omitempty"`
	}
	list, err := modules()
	if err != nil {
		return nil, err
	}
	kinds := map[string]string{}
	for _, m := range list {
		if texts, err := licences(m.Dir); err == nil {
			kinds[m.Path] = kindOf(strings.Join(texts, "\n"))
		}
	}
	inside := map[string]component{}
	tool := ""
	for _, name := range binaries {
		info, err := buildinfo.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		tool = strings.TrimPrefix(info.GoVersion, "go")
		for _, m := range info.Deps {
			purl := "pkg:golang/" + m.Path + "@" + m.Version
			c := component{Type: "library", Ref: purl, Name: m.Path, Version: m.Version, PURL: purl}
			// h1: is the hash of the module's list of files and hashes.
			if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:")); err == nil && len(sum) == 32 {
				c.Hashes = []hash{{"SHA-256", hex.EncodeToString(sum)}}
			}
			if kind := kinds[m.Path]; kind != "" {
				var l licence
				l.License.ID = kind
				c.Licenses = []licence{l}
			}
			inside[purl] = c
		}
	}
	std := "pkg:golang/std@" + tool
	inside[std] = component{Type: "library", Ref: std, Name: "std", Version: tool, PURL: std}
	var components []component
	for _, c := range inside {
		components = append(components, c)
	}
	slices.SortFunc(components, func(a, b component) int { return cmp.Compare(a.Ref, b.Ref) })
	var refs []string
	for _, c := range components {
		refs = append(refs, c.Ref)
	}
	self := "pkg:golang/espfigures@" + version
	var files []component
	for _, name := range binaries {
		sum, err := hashOf(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		files = append(files, component{Type: "file", Ref: "file:" + name, Name: name, Version: version, Hashes: []hash{{"SHA-256", sum}}})
	}
	bill := map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
		"metadata": map[string]any{
			"component": component{Type: "application", Ref: self, Name: "espfigures", Version: version, PURL: self},
		},
		"components":   append(files, components...),
		"dependencies": []any{map[string]any{"ref": self, "dependsOn": refs}},
	}
	text, err := json.MarshalIndent(bill, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("bill of materials: %w", err)
	}
	return append(text, '\n'), nil
}
