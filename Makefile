# The few commands of the studio. `make` alone lists them.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GPU := gpu_endpoint/.venv
# Tests run on the processor: the CPU build of the worker's torch, from where it is at hand, else from PyTorch itself.
TORCH = torch==$(shell sed -n 's/^torch==//p' gpu_endpoint/requirements.txt)+cpu
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
UV := $(shell command -v uv 2>/dev/null)
export UV_PYTHON_DOWNLOADS = never
export UV_COMPILE_BYTECODE = 1
# Where Python is told to keep no bytecode, every process of the tests and of the studio compiles all it loads.
unexport PYTHONDONTWRITEBYTECODE
# A choice of tests may leave one of the two lots empty, which pytest ends with 5; without a choice an empty lot is lost.
CHOSEN = $(if $(strip $(ARGS)),|| [ $$? = 5 ])
# Three at once also on two cores: who waits for a child, a browser or a queue leaves the processor to another.
lot = $(BIN)/python -m pytest -n $(or $(3),3) --dist loadgroup -m "$(1) and not soak" $(2) $(CHOSEN)
# Who comes while another installs waits, and then finds it done.
FLOCK := $(shell command -v flock 2>/dev/null)
ALONE = $(if $(FLOCK),$(FLOCK) Makefile)
FIT = $(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 15) else "TrashFire Studio needs Python 3.11 to 3.14; set PYTHON=python3.11")'
# A venv that was cut off while it was made, or that uv made, has no pip.
WITH_PIP = $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || \
	{ echo "python3-venv is missing: sudo apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

.DEFAULT_GOAL := help
.PHONY: help run demo-cloud prices test endpoint slow soak check bench browser chromium postgres postgresql lock clean installed installed-dev installed-gpu

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: installed ## Install the studio and open it at http://127.0.0.1:8501
	@$(BIN)/python -m studio up

demo-cloud: installed-dev ## Open the studio with every vendor played by a double: nothing is paid for
	@$(BIN)/python -m tests.doubles

prices: installed ## Print the price cards and what a take of each engine costs
	@$(BIN)/python -m studio prices

test: installed-dev browser postgres ## Install what the tests need and run them
	@$(call lot,not browser and not slow,$(ARGS))
	@$(call lot,browser and not slow,$(or $(ARGS),tests/browser),2) # by themselves: a browser keeps an event loop, and a core busy
	@$(if $(strip $(ARGS)),,$(MAKE) --no-print-directory --silent endpoint)

slow: installed-dev browser postgres ## The long journeys: kills and stops at any moment, full disks, faulty answers, every first page, the containers
	@$(call lot,slow and not browser,$(or $(ARGS),tests/journeys tests/hosting))
	@$(call lot,slow and browser,$(or $(ARGS),tests/browser),2)

endpoint: installed-gpu ## The GPU endpoint's tests alone, on tiny models
	@$(GPU)/bin/python -m pytest -n 2 --dist loadfile tests/gpu_endpoint $(ARGS)

soak: installed-dev ## The long tests: a hundred kills
	@$(BIN)/python -m pytest -m soak $(ARGS)

check: installed-dev installed-gpu ## Lint, types, import rules, exported lock, dependency audit
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(GPU)/bin/mypy --config-file gpu_endpoint/mypy.ini
	@$(BIN)/lint-imports
	@$(BIN)/python tools/exported.py
	@$(BIN)/python tools/audit.py

bench: installed-dev ## Measure speed and memory as ratios
	@$(BIN)/python -m tools.bench $(ARGS)

browser: ## Have a Chromium for the browser tests (as root: Debian's)
	@$(ALONE) $(MAKE) --no-print-directory --silent chromium

chromium:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		(apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null) || \
		echo "Chromium could not be installed; the browser tests will be skipped. Try: apt-get install chromium"; \
	else echo "No Chromium: the browser tests will be skipped. Install it with: sudo apt-get install chromium"; fi

postgres: ## Have a PostgreSQL for the tests on it (as root: Debian's, without a server of its own)
	@$(ALONE) $(MAKE) --no-print-directory --silent postgresql

postgresql:
	@if command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		(apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null && \
		sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf && \
		apt-get install -y -qq --no-install-recommends postgresql >/dev/null) || \
		echo "PostgreSQL could not be installed; the tests on it will be skipped. Try: apt-get install postgresql"; \
	else echo "No PostgreSQL: the tests on it will be skipped. Install it with: sudo apt-get install postgresql"; fi

lock: installed-dev ## Resolve the dependencies anew and export them for pip
	@$(BIN)/uv lock
	@$(BIN)/uv export --quiet --locked --no-dev --output-file requirements.txt >/dev/null
	@$(BIN)/uv export --quiet --locked --output-file requirements-dev.txt >/dev/null

clean: ## Remove the environment, not the runtime folder
	@rm -rf $(VENV) $(GPU) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

installed:
	@$(ALONE) $(MAKE) --no-print-directory --silent $(VENV)/.ready

installed-dev:
	@$(ALONE) $(MAKE) --no-print-directory --silent $(VENV)/.ready-dev

installed-gpu:
	@$(ALONE) $(MAKE) --no-print-directory --silent $(GPU)/.ready

$(VENV)/.ready: uv.lock requirements.txt
	@$(FIT)
	@echo "Installing; the first time this takes some minutes."
ifdef UV
	@$(UV) sync --quiet --locked --no-dev --inexact --python $(PYTHON)
else
	@$(WITH_PIP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
endif
	@touch $@

$(VENV)/.ready-dev: uv.lock requirements-dev.txt
	@$(FIT)
	@echo "Installing; the first time this takes some minutes."
ifdef UV
	@$(UV) sync --quiet --locked --python $(PYTHON)
else
	@$(WITH_PIP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
endif
	@touch $@ $(VENV)/.ready

$(GPU)/.ready: gpu_endpoint/requirements.txt gpu_endpoint/requirements-dev.txt gpu_endpoint/constraints.txt
	@$(FIT)
	@echo "Installing what the GPU endpoint's tests need; the first time this takes some minutes."
	@$(PYTHON) -m venv --clear $(GPU) || \
		{ echo "python3-venv is missing: sudo apt-get install python3-venv"; rm -rf $(GPU); exit 1; }
	@$(GPU)/bin/python -m pip install --quiet --disable-pip-version-check "$(TORCH)" 2>/dev/null || \
		$(GPU)/bin/python -m pip install --quiet --disable-pip-version-check --index-url $(TORCH_INDEX) "$(TORCH)"
	@$(GPU)/bin/python -m pip install --quiet --disable-pip-version-check -c gpu_endpoint/constraints.txt -r gpu_endpoint/requirements-dev.txt
	@touch $@
