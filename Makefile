# The commands a user needs are run and test; the others are for those who
# change the program.

GO ?= go
SHARED ?= ../shared
GORELEASER ?= $(GO) run github.com/goreleaser/goreleaser/v2@v2.15.1
GITHUB_REPOSITORY_OWNER ?= OWNER

.PHONY: run test check build lint long reproducible bench fuzz vuln notice release snapshot explorer explorer-check

run:            ## find, fetch, check and write everything to out/
	$(GO) run ./cmd/espfigures refresh

test:           ## what to run between two edits: the fast tests, about a minute
	$(GO) test ./...

check: lint explorer-check ## everything, about six minutes
	$(MAKE) -j2 long reproducible
	$(GO) mod tidy -diff
	.ci/notice --check

build:          ## the program, as bin/espfigures
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/espfigures ./cmd/espfigures

lint:           ## formatting, vet, staticcheck and the others of .golangci.yml
	$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run ./...
	$(GO) run github.com/rhysd/actionlint/cmd/actionlint@v1.7.7

long:           ## every test, also those that take long or start other programs
	ESPFIGURES_CHECK=1 $(GO) test -timeout 15m ./...

# With nice, since make check runs it beside the tests.
reproducible:   ## two builds of one commit have the same bytes, and the program needs nothing installed
	nice .ci/reproducible

bench:          ## speed and memory of the program, as the table of BENCHMARKS.md
	.ci/bench $(SHARED)

fuzz:           ## every fuzz target for a minute each; FUZZTIME=10m for longer
	GO="$(GO)" .ci/fuzz

vuln:           ## known vulnerabilities in what the program calls; needs a network
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

notice:         ## NOTICE: the licences of everything inside the program and the page
	.ci/notice

release:        ## dist/: archives, packages, checksums, bills of materials; publishes nothing
	GITHUB_REPOSITORY_OWNER=$(GITHUB_REPOSITORY_OWNER) $(GORELEASER) release --snapshot --clean

snapshot:       ## the figures shipped with the program, from NCMEC's documents in $(SHARED)/ncmec
	$(GO) run ./cmd/espfigures extract --quiet $(SHARED)/ncmec/*.pdf >pipeline/snapshot/rows.new
	mv pipeline/snapshot/rows.new pipeline/snapshot/data/rows.csv
	$(GO) test ./pipeline/snapshot

explorer:       ## the page's script and styles, from output/page/explorer/src; needs Node
	cd output/page/explorer && npm ci --loglevel=error && npm run --silent build

explorer-check: ## whether the committed bundle of the page is what its source builds
	@if command -v npm >/dev/null; then cd output/page/explorer && { [ -d node_modules ] || npm ci --loglevel=error; } && npm run --silent check; \
	else echo "explorer-check skipped: npm is not installed"; fi
