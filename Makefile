# The two commands are `make demo` and `make test`; `make help` lists the others.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv pip
SHARED := -n 2 --dist loadfile --no-loadscope-reorder  # the longest first: tests/sharing.py
COMPILE := $(UV) compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help setup deploy demo test lint types contracts suite sandbox bench bench-large pins pictures clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/uv.stamp: requirements/uv.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "WhiteBox needs Python 3.11 or newer.")'
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/run.stamp: $(VENV)/uv.stamp requirements/run.txt
	$(UV) install --quiet --system-certs --compile-bytecode --python $(PY) --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(UV) install --quiet --system-certs --compile-bytecode --python $(PY) --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/dev.stamp ## Make the environment, with hashes, in seconds

sandbox: $(VENV)/uv.stamp ## Make the interpreter of the grading box
	sh scripts/make_sandbox.sh

deploy: $(VENV)/run.stamp sandbox ## Make the environment of a server, without what only tests need
	$(UV) install --quiet --system-certs --compile-bytecode --python $(PY) --require-hashes -r requirements/deploy.txt

demo: $(VENV)/run.stamp sandbox ## Serve a seeded cohort at http://127.0.0.1:$(PORT) until Ctrl-C
	@exec $(PY) -W ignore manage.py demo --port $(PORT)

test: setup sandbox lint types contracts suite ## Run every check and the whole suite

lint: setup ## Run the static checks of style
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djlint templates --check --quiet
	$(VENV)/bin/djlint templates --lint --quiet
	find . -name '*.py' -not -path './mastery/drill/pack/*' -not -path './.venv/*' -not -path './.sandbox/*' -not -path './var/*' -print0 | xargs -0 $(VENV)/bin/django-upgrade --target-version 5.2

types: setup
	$(VENV)/bin/mypy .

contracts: setup
	$(VENV)/bin/lint-imports

suite: setup
	$(PY) -m pytest $(SHARED) -m "not faults"
	$(PY) -m pytest $(SHARED) -m faults  # in processes that no browser has used

bench: setup sandbox ## Measure the figures and write docs/benchmarks.md
	$(PY) -m tests.benchmarks.run

bench-large: setup ## Measure all lists under the large load and write docs/benchmarks-large.md
	$(PY) -m tests.benchmarks.run --lists --only lists

pictures: setup ## Draw the pictures of the README from the demonstration
	$(PY) scripts/pictures.py

pins: $(VENV)/uv.stamp ## Resolve requirements/*.in again
	for name in uv run dev deploy sandbox; do $(COMPILE) requirements/$$name.in -o requirements/$$name.txt || exit 1; done

clean: ## Remove what was made here, the demonstration's data included
	rm -rf $(VENV) .sandbox var
