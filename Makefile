# SPDX-License-Identifier: Apache-2.0
# A thin door: the work is done by CMake, npm and scripts/.
.PHONY: run test build web setup setup-test bench fuzz lint fmt sbom clean help
SHELL := /bin/bash
NODE_PATH_FIRST := export PATH="$(CURDIR)/build/node/bin:$$PATH";
DATA ?= data
ARGS ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: build ## install what is missing, build, start with a demo company
	@exec build/release/visavis serve --demo --data "$(DATA)" $(ARGS)

test: setup-test ## install what is missing, build, run every test
	@$(NODE_PATH_FIRST) python3 scripts/run_tests.py

build: setup ## build/release/visavis and the web apps
	@$(NODE_PATH_FIRST) scripts/build.sh

setup:
	@scripts/setup.sh build
setup-test:
	@scripts/setup.sh test

bench: build ## cost per packet beside Janus, first frame, recovery; SAVE=docs/bench.md keeps it
	@$(NODE_PATH_FIRST) bench/run.sh $(if $(SAVE),--save $(SAVE))

fuzz: setup-test ## fuzz every parser, ten minutes each (VISAVIS_FUZZ_SECONDS)
	@VISAVIS_FUZZ_SECONDS=$${VISAVIS_FUZZ_SECONDS:-600} python3 scripts/run_tests.py fuzz

lint: setup-test ## include rules, clang-tidy, formatting, web lint
	@$(NODE_PATH_FIRST) scripts/lint.sh

fmt: ## format C++ and TypeScript
	@scripts/format.sh
	@$(NODE_PATH_FIRST) cd web && npm run --silent fmt

sbom: build ## build/sbom.spdx.json: what the binary and the pages are made of
	@python3 scripts/sbom.py

clean:
	rm -rf build web/dist
