package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// inRoot runs a test in the root of the repository, as make does.
func inRoot(t *testing.T) {
	t.Helper()
	t.Chdir(filepath.Join("..", ".."))
}

// NOTICE is what the binaries are made of now.
func TestNoticeIsCurrent(t *testing.T) {
	inRoot(t)
	want, err := notice()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("NOTICE is not what the program is made of now: make notice")
	}
}

// The bill of materials names the modules the NOTICE names.
func TestBillOfMaterials(t *testing.T) {
	if os.Getenv("ESPFIGURES_PROOF") == "" {
		t.Skip("builds the program: only with ESPFIGURES_PROOF=1, as make proof sets it")
	}
	inRoot(t)
	dir := t.TempDir()
	if err := build("linux/amd64", "test", filepath.Join(dir, "espfigures-linux-amd64")); err != nil {
		t.Fatal(err)
	}
	text, err := billOfMaterials(dir, []string{"espfigures-linux-amd64"}, "test")
	if err != nil {
		t.Fatal(err)
	}
	var bill struct {
		BOMFormat, SpecVersion string
		Components             []struct {
			Type, Name, Version string
			Hashes              []struct{ Content string }
			Licenses            []struct{ License struct{ ID string } }
		}
	}
	if err := json.Unmarshal(text, &bill); err != nil {
		t.Fatal(err)
	}
	notice, err := notice()
	if err != nil {
		t.Fatal(err)
	}
	libraries := 0
	for _, c := range bill.Components {
		if c.Type != "library" || c.Name == "std" {
			continue
		}
		libraries++
		if !strings.Contains(string(notice), c.Name+" "+c.Version) {
			t.Errorf("%s %s is in the binary and not in the NOTICE", c.Name, c.Version)
		}
		if len(c.Hashes) != 1 || len(c.Hashes[0].Content) != 64 || len(c.Licenses) != 1 {
			t.Errorf("%s has no hash or licence: %+v", c.Name, c)
		}
	}
	if bill.BOMFormat != "CycloneDX" || libraries < 20 {
		t.Errorf("%s with %d libraries", bill.BOMFormat, libraries)
	}
}

func TestKindOf(t *testing.T) {
	for text, want := range map[string]string{
		"Apache License\n   Version 2.0, January 2004":                                      "Apache-2.0",
		"Permission is hereby granted, free of charge, to any person":                       "MIT",
		"Redistribution and use in source and binary forms\n... used to endorse or promote": "BSD-3-Clause",
		"Redistribution and use in source and binary forms, with or without":                "BSD-2-Clause",
		"Mozilla Public License, version 2.0":                                               "MPL-2.0",
		"GNU GENERAL PUBLIC LICENSE Version 3":                                              "",
		"You may do nothing with this.":                                                     "",
	} {
		if got := kindOf(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
