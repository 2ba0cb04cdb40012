# make run: set up and start.  make test: set up and test.  See README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
RUN_STAMP := $(VENV)/.installed-run
COMPILED := $(VENV)/.compiled
KEPT := $(VENV)/.kept
# A service often may not write into its own folder; what is not compiled here it would compile at every start.
COMPILE := $(BIN)/python -m compileall -q -j 0
.DEFAULT_GOAL := help
CHECKS := check-types check-style check-layers check-catalogues check-knowledge
.PHONY: help setup run test test-browser check $(CHECKS) bench soak lock locales clean

help:
	@echo "make run           set everything up and start the service"
	@echo "make test          set everything up and run the tests"
	@echo "make check         style, types, layers, catalogues, knowledge"
	@echo "make test-browser  the pages in a real browser (needs Chromium)"
	@echo "make bench         speed beside peers, search quality, figures"
	@echo "make soak          the long tests"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed: install it (on Debian and Ubuntu: apt install python3), or name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Debian's python3-venv is missing: run  apt install python3-venv  and then make again."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(RUN_STAMP): requirements.txt pyproject.toml | $(BIN)/python
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	@printf '#!/bin/sh\nexec "%s/python" -m bot "$$@"\n' "$(abspath $(BIN))" > $(BIN)/nap1325 && chmod +x $(BIN)/nap1325
	@$(COMPILE) $(VENV)/lib
	@touch $@

$(STAMP): requirements-dev.txt pyproject.toml | $(BIN)/python
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(COMPILE) $(VENV)/lib
	@touch $@ $(RUN_STAMP)

$(COMPILED): $(shell find bot dialogs -name '*.py') $(wildcard locales/*/LC_MESSAGES/*.po) | $(RUN_STAMP)
	@$(COMPILE) bot dialogs
	@$(BIN)/pybabel -q compile -d locales -D nap1325
	@touch $@

$(KEPT): $(wildcard knowledge/*.yaml knowledge/*/*.yaml knowledge/*/*/*.yaml) $(COMPILED)
	@$(BIN)/python -m bot.first
	@touch $@

setup: $(STAMP) $(COMPILED) $(KEPT)

run: $(RUN_STAMP) $(COMPILED) $(KEPT)
	@$(BIN)/nap1325 run

test: $(STAMP) $(COMPILED) $(KEPT)
	@$(BIN)/pytest -n 2 -m "not browser and not soak"

test-browser: $(STAMP) $(COMPILED) $(KEPT)
	@$(BIN)/pytest -n 2 -m "browser and not soak" tests/browser

check: $(CHECKS)
$(CHECKS): $(STAMP) $(COMPILED) $(KEPT)

check-types:
	@$(BIN)/mypy

check-style:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .

check-layers:
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

check-catalogues:
	@$(BIN)/python -m tests.catalogues

check-knowledge:
	@$(BIN)/nap1325 check

bench: $(STAMP) $(COMPILED)
	@$(BIN)/python -m bench

soak: $(STAMP) $(COMPILED)
	@$(BIN)/pytest -m soak -n 2
	@$(BIN)/python -m bench.growth 1000000

locales: $(STAMP) $(COMPILED)
	@$(BIN)/python -m tests.catalogues --update

lock: $(BIN)/python
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o requirements.txt requirements.in
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o requirements-dev.txt requirements-dev.in

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis bot/kept
