# Slipway: everything a person or CI runs. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Python 3.12+ for the controller: on PATH, else under ~/.pyenv/versions.
PYTHON ?= $(shell for p in python3.13 python3.12 $(HOME)/.pyenv/versions/3.13*/bin/python3 $(HOME)/.pyenv/versions/3.12*/bin/python3 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && command -v $$p && break; done)

VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
# The checkout seen as an installed collection: ansible_collections/slipway/deploy is a link to it.
COLLECTIONS := $(VENV)/collections
export PATH := $(BIN):$(PATH)
export ANSIBLE_COLLECTIONS_PATH := $(COLLECTIONS)
export PYTHONPATH := $(COLLECTIONS)

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

venv: $(VENV)/.ready ## The virtual environment with everything that the tests and the demo use
$(VENV)/.ready: requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Slipway needs Python 3.12 or newer on PATH or under ~/.pyenv/versions." >&2; exit 1; }
	@echo "== virtual environment ($(PYTHON))"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	@mkdir -p $(COLLECTIONS)/ansible_collections/slipway
	@ln -sfn $(CURDIR) $(COLLECTIONS)/ansible_collections/slipway/deploy
	@touch $@

.PHONY: help venv
