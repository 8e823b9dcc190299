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

# -- the demo
APP_VERSION ?= v1
LAB := $(CURDIR)/.lab

lab: venv ## Hosts for trying on this machine, and their inventory in .lab/
	@ansible-playbook playbooks/lab.yml -e @playbooks/vars/visits.yml -e app_version=$(APP_VERSION)

demo: lab ## From nothing to the example application on a cluster and a Docker host (APP_VERSION=v2 rolls forward)
	@ansible-playbook -i $(LAB)/inventory.yml playbooks/demo.yml

demo-clean: venv ## Remove the lab with everything in it
	@ansible-playbook playbooks/lab_clean.yml

# -- the tests
test: venv ## Everything that is checked; `.ci/run` calls it
	@tests/run/all

test-lint: venv ## Formatting and lint
	@ruff format --check .
	@ruff check .
	@yamllint --strict .
	@ansible-lint --offline
	@antsibull-changelog lint

test-types: venv ## Types of everything in plugins/, and of the programs that roles install
	@cd $(COLLECTIONS) && mypy --config-file $(CURDIR)/pyproject.toml -p ansible_collections.slipway.deploy.plugins
	@MYPYPATH=roles/edge_proxy/files:roles/registry/files mypy --config-file pyproject.toml -p slipway_edge -p slipway_registry

test-unit: venv ## Pure code, layers, documentation, examples; and the import on the oldest Python of hosts
	@pytest -n 2 tests/unit examples/visits/tests
	@tests/run/oldest-python

test-bounds: venv ## Unit tests on the lowest versions of the libraries that requirements.txt allows
	@tests/run/lower-bounds

test-sanity: venv ## ansible-test sanity on both releases of ansible-core
	@tests/run/sanity 2.20
	@tests/run/sanity 2.21

test-api: venv ## Against a real API server of the tests' own: etcd, kube-apiserver, its controllers, KWOK
	@tests/run/programs >/dev/null
	@pytest -n 2 tests/api

test-registry: venv ## Against real registries of the tests' own with TLS and users, a front that misbehaves, and cosign
	@tests/run/registry-programs >/dev/null
	@pytest -n 2 tests/registry

test-images: venv ## What docker_build takes a context for, against BuildKit itself on the lab's docker1
	@pytest tests/images

test-integration: venv ## ansible-test integration against the lab's engine, registry and API server
	@tests/run/integration

test-molecule: venv ## Every role's scenario on lab hosts of its own
	@tests/run/molecule

test-runner: venv ## The installed collection by name through ansible-runner, as AWX runs it
	@pytest tests/runner

test-demo: venv ## The demo and what it promises: rolling forward, going back, killed and started again
	@pytest tests/demo

# -- the figures
bench: venv ## Slipway beside its peers, on one API server; writes docs/benchmarks.md
	@tests/run/programs >/dev/null
	@bad=0; for what in bench images rolling rolling_swarm hosts; do python tests/bench/$$what.py || bad=1; done; exit $$bad

.PHONY: help venv lab demo demo-clean test test-lint test-types test-unit test-api test-registry test-images bench test-bounds test-sanity test-integration test-molecule test-runner test-demo
