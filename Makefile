# Targets carry their sentence after `##`; a bare `make` prints them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .build/setup.stamp
COMPILE := $(BIN)/uv pip compile --quiet --no-emit-index-url --custom-compile-command "make lock" pyproject.toml

.PHONY: help setup demo test lint bench up down logs opensearch lock

help: ## List the targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(STAMP) ## Prepare the virtual environment and the layers; does nothing when nothing changed.

$(STAMP): requirements.lock pyproject.toml layers/vendor/requirements.txt
	@echo "== setup: virtual environment"
	@command -v node >/dev/null || { echo "Node.js is needed to synthesize the CDK app: see README.md"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet "$$(grep '^uv==' requirements.lock)"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@echo "== setup: layers"
	@$(BIN)/python -m infra.bundling
	@mkdir -p .build && touch $(STAMP)

demo: setup ## Run the whole path on the embedded AWS: facts, drafts, signatures, visits, guides.
	@$(BIN)/python -m infra.local.demo

test: setup ## Run lint, types and all tests; starts what they need.
	@.ci/chromium
	@.ci/axe
	@.ci/java
	@$(MAKE) --no-print-directory lint
	@echo "== tests"
	@$(BIN)/pytest

lint: setup ## Check style, types and import direction.
	@echo "== lint and types"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy layers/core/python/narrowcast infra functions/api/app.py tests
	@for handler in functions/*/handler.py; do $(BIN)/mypy $$handler >/dev/null || { $(BIN)/mypy $$handler; exit 1; }; done
	@$(BIN)/lint-imports

bench: setup ## Measure; prints the figures that BENCHMARKS.md quotes.
	@$(BIN)/python -m tests.bench

up: setup ## Start the embedded AWS with the stack deployed and leave it running.
	@$(BIN)/python -m infra.local up

down: ## Stop the embedded AWS; its data stays.
	@$(BIN)/python -m infra.local down

logs: ## Follow what the embedded AWS and the functions print.
	@$(BIN)/python -m infra.local logs

opensearch: setup ## Start a real OpenSearch node on 127.0.0.1:9200 and print its URL (or OPENSEARCH_URL).
	@$(BIN)/python -m infra.local.opensearch_node up

lock: ## Pin every dependency anew; the lock files name no host.
	@$(COMPILE) --extra embedding --extra print --group dev --output-file requirements.lock
	@$(COMPILE) --no-annotate --constraint requirements.lock --output-file layers/vendor/requirements.txt
	@$(BIN)/uv pip compile --quiet --no-emit-index-url --custom-compile-command "make lock" tests/bench/peers/requirements.in --output-file tests/bench/peers/requirements.lock
