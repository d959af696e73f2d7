# Careweave: `make help` lists the commands. Everything runs in .venv, made on first use from requirements.lock.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PY := .venv/bin/python
export PYTHONUTF8 = 1
# What was compiled is kept, whatever the shell says: compiling anew takes each process seconds.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help run test lint types imports migrate migration seed story import token reset check bench openapi environment

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: environment ## start PostgreSQL, both services and workers with demo data; Ctrl-C stops
	@exec $(PY) -m deploy.local.run

# One more than two cores: many tests of whole processes wait for leases and time limits.
WORKERS ?= 3
test: environment ## run all tests (ARGS="tests/unit -k worklist" for some)
	@$(PY) -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)

check: lint types imports ## everything that must hold before a commit, without the tests
	@$(PY) -m deploy.local.check_migrations

lint: environment ## style and common mistakes (ruff)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: environment ## types (mypy, strict)
	@$(PY) -m mypy -p services -p shared -p deploy -p tests -p benchmarks

imports: environment ## who may import whom (import-linter)
	@.venv/bin/lint-imports

migrate: environment ## bring both databases to the newest version
	@$(PY) -m deploy.local.migrate

migration: environment ## draft a migration from the models: SERVICE=coordination NAME=add_a_column
	@$(PY) -m deploy.local.migration --service "$(SERVICE)" --name "$(NAME)"

seed: environment ## add the demo data to the running pair; a repeat changes nothing
	@$(PY) -m deploy.local.seed

story: environment ## play the stories against the running pair, expected beside found
	@$(PY) -m deploy.local.story

import: environment ## send FHIR Bundles to the running pair: DIR=folder [AS_OF=2026-01-31] [ORG=north]
	@$(PY) -m deploy.local.importer "$(DIR)" $(if $(AS_OF),--as-of "$(AS_OF)") $(if $(ORG),--org "$(ORG)")

token: environment ## print an access token: ROLE=coordinator [ORG=south]
	@$(PY) -m deploy.local.token --role "$(ROLE)" $(if $(ORG),--org "$(ORG)")

reset: environment ## wipe what `make run` keeps in .careweave
	@$(PY) -m deploy.local.reset

bench: environment ## measure, and write benchmarks/results.json: [ONLY=readings_batch_vs_copy]
	@$(PY) -m benchmarks $(if $(ONLY),--only "$(ONLY)")

openapi: environment ## write both OpenAPI documents to docs/openapi
	@$(PY) -m deploy.local.openapi

environment:
	@deploy/local/environment.sh
