# One command per intent; `make` alone lists them. CI and people call the same ones.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
export PORT ?= 8787
ROUNDS ?= 20
INPUTS ?= 100000
ENV ?= dev
TIER ?= best
RETAIN ?=
UPGRADE ?=
ALARM_EMAIL ?=
BUDGET ?=
DOMAIN ?=
CERTIFICATE ?=
RETENTION ?=
PICKER ?=
PICKER_BUDGET ?=
EMBEDDER ?=
EMBEDDER_BUDGET ?=
OIDC_ISSUER ?=
OIDC_CLIENT ?=
FORGET ?=
YES ?=
TEST_PROCESSES ?= 3
DEPLOYED ?= tests/deploy
ifdef REGION
export AWS_REGION := $(REGION)
export AWS_DEFAULT_REGION := $(REGION)
endif
ARGUMENTS = -c env=$(ENV) -c tier=$(TIER) $(if $(RETAIN),-c retain=$(RETAIN)) $(if $(ALARM_EMAIL),-c alarm_email=$(ALARM_EMAIL)) $(if $(BUDGET),-c budget=$(BUDGET)) $(if $(DOMAIN),-c domain=$(DOMAIN)) $(if $(CERTIFICATE),-c certificate=$(CERTIFICATE)) $(if $(RETENTION),-c retention="$(RETENTION)") $(if $(PICKER),-c picker=$(PICKER)) $(if $(PICKER_BUDGET),-c picker_budget=$(PICKER_BUDGET)) $(if $(EMBEDDER),-c embedder=$(EMBEDDER)) $(if $(EMBEDDER_BUDGET),-c embedder_budget=$(EMBEDDER_BUDGET)) $(if $(OIDC_ISSUER),-c oidc_issuer=$(OIDC_ISSUER)) $(if $(OIDC_CLIENT),-c oidc_client=$(OIDC_CLIENT))
# A tier that nobody named is one that the deployment of before may contradict.
REMEMBERED = $(BIN)/python -m infra.remembered $(ENV) $(if $(FORGET),--forget) $(if $(filter file,$(origin TIER)),$(subst -c tier=$(TIER),,$(ARGUMENTS)),$(ARGUMENTS))
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 $(if $(UPGRADE),--upgrade)
VERIFIED = $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes
CDK := PATH="$(CURDIR)/$(BIN):$$PATH" infra/tools/node_modules/.bin/cdk

.PHONY: help setup up test explore kill-test bad-input fuzz peers test-aws emulator test-deploy schemas synth tools packages bootstrap deploy diff upgrade destroy check fix bench sbom audit lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.made: requirements-build.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Surgeline needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.txt
	@touch $@

.venv/.runtime: .venv/.made requirements-runtime.txt requirements-sentence.txt pyproject.toml
	$(VERIFIED) -r requirements-runtime.txt
	@$(VERIFIED) --only-binary :all: -r requirements-sentence.txt || echo "So the sentence tier can't be had here; all else works without."
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	$(VERIFIED) -r requirements-dev.txt
	@touch $@

tests/browser/node_modules/.made: .venv/.dev tests/browser/package.json tests/browser/package-lock.json tests/browser/.npmrc
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --silent --prefix tests/browser
	@touch $@

build/bank-calls.csv: .venv/.dev tests/unit/forecast/requirements.txt tests/unit/forecast/unpack.py
	@mkdir -p build; rm -rf build/calls
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --target build/calls -r tests/unit/forecast/requirements.txt \
	  && PYTHONPATH=build/calls $(BIN)/python tests/unit/forecast/unpack.py $@ && rm -rf build/calls \
	  || echo "So the calls of the bank can't be had here; the forecast is tested on made days."

setup: .venv/.runtime ## install what running needs, into .venv (nothing else is touched)

infra/tools/node_modules/.made: .venv/.dev infra/tools/package.json infra/tools/package-lock.json infra/tools/.npmrc
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --silent --prefix infra/tools
	@touch $@

up: setup ## run everything on 127.0.0.1, port PORT (8787); Ctrl-C stops it, state stays in .surgeline/
	@exec $(BIN)/surgeline up --port $(PORT)

test: .venv/.dev tests/browser/node_modules/.made infra/tools/node_modules/.made build/bank-calls.csv ## the checks and the tests, in a real browser too
	@mkdir -p build; $(MAKE) --no-print-directory check > build/check.log 2>&1 & checks=$$!; \
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile $(if $(SURGELINE_EXPLORE),,--randomly-seed=1); tests=$$?; \
	wait $$checks; checked=$$?; cat build/check.log; exit $$((tests + checked))

explore: ## make test with new examples of every property and a new order of tests, to find what nobody thought of
	SURGELINE_EXPLORE=1 $(MAKE) test

kill-test: .venv/.dev ## kill -9 of everything under load, ROUNDS times (20): nothing may be lost (Linux)
	ROUNDS=$(ROUNDS) $(BIN)/python -m pytest -n 0 -s tests/scenarios/test_kill_nine.py

bad-input: .venv/.runtime ## hostile requests against the instance on PORT: what was refused, 5xx, changed state, text in logs
	$(BIN)/surgeline bad-input

fuzz: .venv/.dev ## INPUTS (100000) random inputs for every parser that faces the network
	INPUTS=$(INPUTS) $(BIN)/python -m pytest -n 0 -s -p no:randomly --timeout 0 tests/fuzz

emulator: .venv/.dev ## install the emulated AWS of test-deploy, into build/emulator
	$(BIN)/python -m tests.deploy.emulator

test-deploy: tools ## deploy to an emulated AWS that is installed for it, use it there, and remove it (Linux)
	SURGELINE_TEST_DEPLOY=1 $(BIN)/python -m pytest -n 0 -p no:randomly --force-enable-socket $(DEPLOYED)

peers: .venv/.dev ## conversations with real servers of others that are fetched for it: Postfix (Linux, root, apt), Request Tracker (apt), a helpdesk
	SURGELINE_TEST_PEERS=1 $(BIN)/python -m pytest -n 0 -p no:randomly --force-enable-socket tests/peers

test-aws: .venv/.dev ## the contract suite on a real account, where credentials are given
	SURGELINE_TEST_AWS=1 $(BIN)/python -m pytest -n 0 -m aws --force-enable-socket tests/contract

synth: .venv/.dev ## the CloudFormation template, offline, into build/cdk.out
	CDK_OUTDIR=build/cdk.out CDK_CONTEXT_JSON='{"packages":"stub"}' JSII_NODE=$(BIN)/node $(BIN)/python -m infra

tools: infra/tools/node_modules/.made ## install what deploying needs: the CDK CLI and what compiles for the functions

packages: tools ## the layers and functions that are deployed, with their sizes
	$(BIN)/python -m infra.packages --tier $(TIER)

bootstrap: tools ## prepare the account and region for CDK, once
	$(BIN)/surgeline deploy check --env $(ENV) --only credentials
	$(CDK) bootstrap -c env=$(ENV) -c packages=stub

deploy: tools ## to AWS, saying first what is missing (YES=yes asks nothing, as in CI); ENV=dev|prod REGION=… RETAIN=yes|no TIER=best|lexical ALARM_EMAIL=… BUDGET=… DOMAIN=… CERTIFICATE=… RETENTION=… PICKER=… PICKER_BUDGET=… EMBEDDER=… EMBEDDER_BUDGET=… OIDC_ISSUER=… OIDC_CLIENT=…
	$(BIN)/surgeline deploy check --env $(ENV) --tier $(TIER) $(if $(EMBEDDER),--embedder $(EMBEDDER))
	$(REMEMBERED)
	$(BIN)/python -m infra.packages --tier $(TIER)
	$(CDK) deploy --all $(ARGUMENTS) $(if $(YES),--require-approval never)

diff: tools ## what deploy would change
	$(BIN)/surgeline deploy check --env $(ENV) --only account
	$(REMEMBERED)
	$(BIN)/python -m infra.packages --tier $(TIER)
	$(CDK) diff $(ARGUMENTS)

upgrade: diff ## diff, a question (YES=yes answers it), and deploy, with the arguments of deploy
	@[ -n "$(YES)" ] || { printf 'Deploy these changes to $(ENV)? (yes/no) '; read answer && [ "$$answer" = yes ]; }
	@$(MAKE) --no-print-directory deploy YES=yes

destroy: tools ## remove a deployment, after a question (YES=yes answers it); prod keeps its table, bucket and queues
	$(BIN)/surgeline deploy check --env $(ENV) --only credentials
	$(BIN)/python -m infra.emptied $(ENV) $(if $(YES),--yes)
	$(CDK) destroy --all --force -c env=$(ENV) -c packages=stub

schemas: .venv/.runtime ## write the JSON Schemas and the OpenAPI document that are served
	$(BIN)/python -m local.published

check: .venv/.dev ## format, lint, types and layers, without changing anything
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/.dev ## format, and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.dev ## measure on a quiet machine (never beside the tests): a table, JSON in benchmarks/results/
	$(BIN)/python -m benchmarks

sbom: .venv/.dev ## the bill of materials of all that is shipped, as CycloneDX: build/sbom.json; and its licences
	@rm -rf build/sbom && mkdir -p build/sbom
	$(BIN)/uv venv --quiet --python $(BIN)/python build/sbom/tool
	$(BIN)/uv pip install --quiet --python build/sbom/tool/bin/python --require-hashes -r infra/sbom-requirements.txt
	$(BIN)/uv venv --quiet --python $(BIN)/python build/sbom/shipped
	$(BIN)/uv pip install --quiet --python build/sbom/shipped/bin/python --require-hashes -r requirements-runtime.txt
	$(BIN)/uv pip install --quiet --python build/sbom/shipped/bin/python --require-hashes --only-binary :all: -r requirements-sentence.txt
	build/sbom/tool/bin/cyclonedx-py environment build/sbom/shipped/bin/python --pyproject pyproject.toml \
	  --output-reproducible --output-format JSON --output-file build/sbom.json
	$(BIN)/python -m infra.licences

audit: .venv/.dev ## the known faults of all that is shipped, from the advisory service (needs the internet)
	@rm -rf build/audit && mkdir -p build/audit
	$(BIN)/uv venv --quiet --python $(BIN)/python build/audit/tool
	$(BIN)/uv pip install --quiet --python build/audit/tool/bin/python --require-hashes -r infra/audit-requirements.txt
	$(BIN)/python -m infra.audit build/audit/tool/bin/pip-audit

lock: .venv/.made ## pin requirements*.txt by version and hash, as pyproject.toml asks; UPGRADE=yes takes the newest
	$(LOCK) --group build -o requirements-build.txt
	$(LOCK) pyproject.toml -o requirements-runtime.txt
	$(LOCK) pyproject.toml --extra deploy -c requirements-build.txt -c requirements-runtime.txt -o requirements.txt
	$(LOCK) pyproject.toml --extra deploy --extra dev -c requirements-build.txt -c requirements.txt -o requirements-dev.txt
	$(LOCK) pyproject.toml --extra sentence -c requirements-build.txt -c requirements-runtime.txt -o requirements-sentence.txt
	$(LOCK) --group sbom -o infra/sbom-requirements.txt
	$(LOCK) --group audit -o infra/audit-requirements.txt
	$(LOCK) --group emulator -o tests/deploy/requirements.txt
	$(LOCK) --group lambda -o tests/deploy/runtime-requirements.txt
	$(LOCK) --group calls -c requirements.txt -o tests/unit/forecast/requirements.txt

clean: ## remove the embedded home's state (.surgeline/) and build products; keeps .venv
	rm -rf .surgeline build cdk.out .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
