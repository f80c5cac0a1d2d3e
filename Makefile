# One command per intent; `make` alone lists them. CI and people call the same ones.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
export PORT ?= 8787

.PHONY: help setup up test check fix bench clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Surgeline needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==0.13.9"
	@touch $@

.venv/.runtime: .venv/.made requirements.txt pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-dev.txt
	@touch $@

node_modules/.made: .venv/.dev tests/browser/package.json
	@touch $@

setup: .venv/.runtime ## install what running needs, into .venv (nothing else is touched)

up: setup ## run everything on 127.0.0.1:$(PORT); Ctrl-C stops it, state stays in .surgeline/
	@exec $(BIN)/surgeline up --port $(PORT)

test: check ## every check and every test
	$(BIN)/python -m pytest -n auto --dist loadgroup

check: .venv/.dev ## format, lint, types and layers, without changing anything
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/.dev ## format, and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.dev ## measure (never beside the tests): JSON and a table in benchmarks/
	$(BIN)/python -m benchmarks

lock: .venv/.made ## pin requirements.txt and requirements-dev.txt anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --no-header --python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --no-header --python-version 3.11 --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## remove the embedded home's state (.surgeline/) and build products; keeps .venv
	rm -rf .surgeline build cdk.out .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
