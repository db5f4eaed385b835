//go:build never

// Keeps the chosen dependencies pinned while the packages that use them are
// written; goes once they all do.
package main

import (
	_ "code.dny.dev/ssrf"
	_ "codeberg.org/go-pdf/fpdf"
	_ "github.com/PuerkitoBio/goquery"
	_ "github.com/gocolly/colly/v2"
	_ "github.com/gofrs/flock"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/google/renameio/v2"
	_ "github.com/hashicorp/go-retryablehttp"
	_ "github.com/klippa-app/go-pdfium/webassembly"
	_ "github.com/parquet-go/parquet-go"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/schollz/progressbar/v3"
	_ "github.com/spf13/cobra"
	_ "github.com/temoto/robotstxt"
	_ "github.com/tetratelabs/wazero"
	_ "github.com/xuri/excelize/v2"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/text/unicode/norm"
	_ "golang.org/x/time/rate"
)
