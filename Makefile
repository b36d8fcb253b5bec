# Two commands are all a newcomer needs:  make run   and   make test
SHELL := /bin/bash
PY := .venv/bin/python
SOURCE ?= studio
PORT ?= 8420

.PHONY: help run test setup web models clip unit lint clean system renderer

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup web models  ## set up what is needed, then watch SOURCE (default: the studio crossroads) on http://127.0.0.1:8420
	@PORT=$(PORT) scripts/run.sh "$(SOURCE)"

test: .venv/dev.stamp web models system renderer lint  ## set up what is needed, then lint and run every test
	@echo "== tests"
	@$(PY) -m pytest -n auto -q

unit: .venv/dev.stamp  ## the unit tier alone: seconds
	@$(PY) -m pytest -n auto -q tests/unit

lint: .venv/dev.stamp  ## ruff, mypy --strict, the layers
	@echo "== lint"
	@.venv/bin/ruff check . && .venv/bin/ruff format --check -q . && $(PY) -m mypy && .venv/bin/lint-imports | tail -n 8

setup: .venv/run.stamp  ## the virtual environment, from the hash-locked requirements

.venv/run.stamp: requirements.txt pyproject.toml
	@scripts/venv.sh requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt pyproject.toml
	@scripts/venv.sh requirements-dev.txt
	@touch .venv/run.stamp $@

web: src/catseye/api/static/index.html  ## build the live page

src/catseye/api/static/index.html: web/package-lock.json $(shell find web/src web/*.html web/*.ts web/*.json -type f 2>/dev/null)
	@scripts/web.sh
	@touch $@

models: setup  ## fetch and convert the default detector
	@scripts/models.sh

clip: ## fetch the clip of SOURCE=plaza
	@scripts/clip.sh

system:  ## Debian packages that some tests use, where they can be installed
	@scripts/system.sh

renderer:  ## the renderer of studio films (374 MB), where it can be set up
	@scripts/renderer.sh --optional

clean:  ## remove everything that was built here
	rm -rf .venv renderer/.venv web/node_modules src/catseye/api/static .mypy_cache .ruff_cache .pytest_cache .import_linter_cache var
