# Every target is what a person would type. `make book` and `make test` are all that a new clone needs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: env book test refresh browser bench lock clean

book: env  ## execute what changed, build the HTML book, print the file to open
	$(BIN)/qnpapers book

test: env  ## style, types, imports, tests, and the stored outputs of all chapters
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest
	$(BIN)/qnpapers chapters verify

env: .venv/.installed  ## .venv, from requirements.lock

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer: make PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

refresh: env  ## execute all chapters and claims, store what they say
	$(BIN)/qnpapers chapters refresh
	$(BIN)/qnpapers claims check
	$(BIN)/qnpapers claims render

browser: env  ## look at every page of the book in Chromium; BOOK_SCREENSHOTS=folder keeps pictures
	$(BIN)/pytest tests/browser -m browser

bench: env  ## beside named peers in the same run
	$(BIN)/pytest benchmarks

lock:  ## needs uv
	uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --output-file requirements.lock

clean:  ## everything that is made; the next call of make starts from nothing
	rm -rf .venv _build .benchmarks .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
