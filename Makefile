# The commands a user needs are run and test; the others are for those who
# change the program.

GO ?= go
SHARED ?= ../shared
# Where the transcription of 2024 and 2025 stands, at the commit that has both years.
SECONDARY ?= https://github.com/apparebit/diaphanous/blob/26d825f265196aa1a9062514491974ad32a6d03b/diaphanous/platform/data.py

.PHONY: run test build lint bench proof fuzz vuln notice reproducible release snapshot explorer explorer-check

run:            ## find, fetch, check and write everything to out/
	$(GO) run ./cmd/espfigures refresh

test:           ## every test that this machine can run; those it cannot say what to install
	$(GO) test ./...

build:          ## the program, as bin/espfigures
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/espfigures ./cmd/espfigures

lint:           ## formatting, vet, staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt would change these files"; exit 1; }
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

bench:          ## speed and memory of the program, as the table of BENCHMARKS.md
	.ci/bench $(SHARED)

proof:          ## the long form of the tests of hostile input, mutations and kills; about 10 minutes
	ESPFIGURES_PROOF=1 $(GO) test -count=1 -timeout 60m -v \
		-run 'Hostile|Foreign|Mutated|Sandbox|Killed|TwoRuns|Damaged|Clock|FullDisk|ReadOnly|EveryError|Cancel' \
		./cmd/espfigures ./pipeline/extract ./pipeline/check

fuzz:           ## every fuzz target for a minute each; FUZZTIME=10m for longer
	GO="$(GO)" .ci/fuzz

vuln:           ## known vulnerabilities in what the program calls; needs a network
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

notice:         ## NOTICE: the licences of everything inside the program and the page
	$(GO) run ./cmd/release notice

reproducible:   ## two builds of one commit have one hash, and the program needs nothing installed
	$(GO) run ./cmd/release check

release:        ## dist/: the program for Linux, macOS and Windows, checksums, bill of materials
	$(GO) run ./cmd/release dist

snapshot:       ## the figures shipped with the program, from NCMEC's documents in $(SHARED)/ncmec
	$(GO) run ./cmd/mksnapshot -documents $(SHARED)/ncmec -addresses $(SHARED)/data/documents.csv \
		-secondary $(SHARED)/data/secondary-2024-2025.csv -secondary-source $(SECONDARY) \
		-second-reader $(SHARED)/data/second-reader-2024.csv \
		-totals $(SHARED)/data/totals-1998-2025.csv

explorer:       ## the explorer's script and styles, from output/page/explorer/src; needs Node
	cd output/page/explorer && npm ci --loglevel=error && npm run --silent build

explorer-check: ## whether the committed bundle of the explorer is what its source builds
	cd output/page/explorer && npm ci --loglevel=error && npm run --silent check
