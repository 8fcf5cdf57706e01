# Two commands on a fresh machine: `make demo`, `make test`. All else is for those who work on Svodka.
# Needs Python >= 3.11 and make; sets up .venv from constraints.txt (hashes checked) and nothing outside this folder,
# except that `make test` asks for Chromium and PostgreSQL (installed by apt-get where it may).

VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
INSTALLED := $(STAMPS)/installed
PEERS := .peers
PLAYER := .replay/sw.js
PLAYER_PACKAGE := replaywebpage@2.5.3
PLAYER_SHA512 := nCj2PSON3BxeSJKE8AsYPyULv0XPZKJWfy4l9PyQre9SqwLZ+WKZVs/sfLqPOQ4GrH+0YkjbwOhr8cSTH08gsQ==
PEERS_BENCH := .peers-bench
PEERS_READING := .peers-reading
WORKERS := auto

# Tests start a thousand programs: without their bytecode, each would compile Svodka again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: pictures trial-flips trial-power conformance bench-archive demo test check lint types bench bench-reading peers peers-bench system lock schema trial-kill trial-world trial-strace trial-mutations trial-pages peers-reading clean help

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: $(INSTALLED) ## crawl a practice site on loopback, verify the archive, show what there is
	@$(BIN)/svodka demo

# A file of tests is one worker's (loadfile), so what its fixtures crawl is crawled once; long files come first.
test: $(INSTALLED) system ## run the tests, a worker a core: make test [WORKERS=0], where 0 is this process alone
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: lint types test ## everything that CI holds

lint: $(INSTALLED)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(INSTALLED)
	@$(BIN)/mypy

bench: $(INSTALLED) bench-archive ## cost against bare Scrapy, and of verify and index against their peers; medians of interleaved runs
	@$(BIN)/python -m benchmarks.crawl

bench-reading: $(INSTALLED) ## reading: practice pages against their parse, real ones beside peers: make bench-reading [CORPUS=folder]
	@$(BIN)/python -m benchmarks.reading --practice $(if $(CORPUS),--corpus $(CORPUS))

peers-reading: $(STAMPS)/peers-reading ## newspaper4k, for `make bench-reading`, in an environment of its own

trial-flips: $(INSTALLED) ## flip every byte of a WARC file and make every truncation: verify must find each
	@$(BIN)/python -m tests.trials.flips

trial-power: $(INSTALLED) ## cut the power at every file operation, with what was not synced landing in every way
	@$(BIN)/python -m tests.trials.power

conformance: $(INSTALLED) ## our reading of others' files beside the tools' verdicts: make conformance WARC=folder
	@$(BIN)/python -m benchmarks.conformance $(WARC)

bench-archive: $(INSTALLED) ## CPU of verify and index beside warcio check and cdxj-indexer
	@$(BIN)/python -m benchmarks.archive

trial-kill: $(INSTALLED) ## kill -9 in long crawls, at random and at every failpoint: nothing may be lost
	@$(BIN)/python -m tests.trials.kill

trial-world: $(INSTALLED) ## crawl a site that changes at random: every version, counter and presence is what was served
	@$(BIN)/python -m tests.trials.world

trial-strace: $(INSTALLED) system ## strike a crawl at its k-th write, fsync, rename, truncation, for every k (needs strace)
	@$(BIN)/python -m tests.trials.syscalls
	@$(BIN)/python -m tests.trials.syscalls --repairing

trial-mutations: $(INSTALLED) ## read 500 practice pages in markups made at random: nearly all right, hardly one wrong
	@$(BIN)/python -m tests.trials.mutations

trial-pages: $(INSTALLED) ## crawl a folder of saved pages (*.html.gz): make trial-pages PAGES=folder [TRUTH=file]
	@$(BIN)/python -m tests.trials.pages --pages $(PAGES) $(if $(TRUTH),--truth $(TRUTH))

schema: $(INSTALLED) ## write docs/schema.md again
	@$(BIN)/python -m archive.rows.schema_page > docs/schema.md

pictures: $(INSTALLED) ## make the pictures in docs/images again (needs Chromium)
	@$(BIN)/python -m tests.docs.pictures

replay: $(PLAYER) ## fetch the player of archived pages (ReplayWeb.page's service worker, AGPL, a separate work; needs npm)

peers-bench: $(STAMPS)/peers-bench ## the nearest peer, for `make bench`, in an environment of its own

peers: $(STAMPS)/peers ## other people's tools that judge our files, in an environment of their own

lock: $(INSTALLED) ## resolve constraints.txt again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --extra build --extra test --extra postgres pyproject.toml -o constraints.txt

clean: ## remove what the other targets made
	rm -rf $(VENV) $(STAMPS) $(PEERS) $(PEERS_BENCH) $(PEERS_READING) build *.egg-info

$(VENV)/bin/python:
	@for python in python3 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    $$python -m venv $(VENV) && exit 0; \
	    echo "python's venv module does not work here; on Debian: apt-get install python3-venv" >&2; exit 1; \
	  fi; \
	done; echo "Svodka needs Python 3.11 or newer; none was found" >&2; exit 1

$(INSTALLED): constraints.txt pyproject.toml | $(VENV)/bin/python
	@mkdir -p $(STAMPS)
	@echo "Setting up $(VENV) (about a minute, once) ..." >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r constraints.txt 2>&1 \
	  | grep -v -e 'does not provide the extra' -e 'it is neither a file nor a directory' >&2; test $${PIPESTATUS[0]} -eq 0
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

SHELL := /bin/bash

$(STAMPS)/peers: tests/peers/constraints.txt | $(VENV)/bin/python
	@mkdir -p $(STAMPS)
	@$(VENV)/bin/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r tests/peers/constraints.txt
	@touch $@

# --no-deps: the list is whole, and pip does not find `typer[all]` among hashes.
$(STAMPS)/peers-bench: benchmarks/peers/constraints.txt | $(VENV)/bin/python
	@mkdir -p $(STAMPS)
	@$(VENV)/bin/python -m venv $(PEERS_BENCH)
	@$(PEERS_BENCH)/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r benchmarks/peers/constraints.txt
	@touch $@

# The digest is the one that the package registry gives for this version; nothing of the package is run.
$(PLAYER):
	@command -v npm >/dev/null || { echo "make replay needs npm; on Debian: sudo apt-get install npm" >&2; exit 1; }
	@mkdir -p .replay && cd .replay && package=$$(npm pack --silent --ignore-scripts $(PLAYER_PACKAGE)) \
	  && test "$$(openssl dgst -sha512 -binary $$package | base64 -w0)" = "$(PLAYER_SHA512)" \
	  || { echo "$(PLAYER_PACKAGE) is not the package that was pinned" >&2; rm -f .replay/*.tgz; exit 1; } \
	  && tar -xzf $$package --strip-components=1 package/sw.js package/ui.js package/LICENSE && rm $$package && touch sw.js

$(STAMPS)/peers-reading: benchmarks/peers/reading.txt | $(VENV)/bin/python
	@mkdir -p $(STAMPS)
	@$(VENV)/bin/python -m venv $(PEERS_READING)
	@$(PEERS_READING)/bin/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r benchmarks/peers/reading.txt
	@touch $@

# Chromium renders pages, PostgreSQL is the second database of the tests, strace strikes crawls (on Linux).
system:
	@missing=""; \
	test -x /usr/bin/chromium || missing="$$missing chromium"; \
	command -v pg_ctl >/dev/null || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || missing="$$missing postgresql"; \
	test "$$(uname)" != Linux || command -v strace >/dev/null || missing="$$missing strace"; \
	test -z "$$missing" && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing$$missing for the tests ..." >&2; \
	  (apt-get install -y -qq $$missing || (apt-get update -qq && apt-get install -y -qq $$missing)) >/dev/null 2>&1 && exit 0; \
	fi; \
	echo "The tests need$$missing; on Debian: sudo apt-get install$$missing" >&2; exit 1
