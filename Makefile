.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
# One fixed environment for everything that runs below: inherited BLAS and thread settings change results.
CLEAN := env -u PYTHONDONTWRITEBYTECODE -u OPENBLAS_CORETYPE -u OPENBLAS_NUM_THREADS -u OMP_NUM_THREADS -u MKL_NUM_THREADS -u NUMEXPR_NUM_THREADS
BIN := .venv/bin
APT_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libgomp1 bubblewrap
WORKERS ?= auto

help:  ## Show the verbs
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk 'BEGIN{FS=":.*?## "}{printf "  make %-10s %s\n", $$1, $$2}'

setup: .venv/.ready  ## Create .venv with locked versions of everything

.venv/.ready: requirements/dev.lock requirements/core.lock pyproject.toml
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --allow-existing --python "$(PYTHON)" .venv && \
	  uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements/dev.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps -e .; \
	else \
	  if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then echo "greenrules needs Python 3.11 or newer; say which: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 2; fi; \
	  "$(PYTHON)" -m venv .venv || { echo "python3-venv is missing: apt-get install -y python3-venv"; exit 2; }; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .; \
	fi
	@# The wheels of the core, so that the tests can make a clean environment without a network.
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest .wheelhouse -r requirements/core.lock
	@touch $@

system:  ## Install the few Debian packages that pip cannot (PDF, OpenMP, sandbox), or say which
	@missing=""; \
	for package in $(APT_PACKAGES); do dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	line="apt-get install -y --no-install-recommends$$missing"; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing:$$missing"; \
	  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive $$line -qq >/dev/null || echo "could not install; later: $$line"; \
	else echo "missing:$$missing"; echo "PDF reports, LightGBM or the sandbox may not work until: sudo $$line"; fi

demo: system setup  ## Set everything up and optimise a real script
	@$(CLEAN) $(BIN)/python examples/demo.py

test: system setup  ## Set everything up and run all tests
	$(CLEAN) $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -q

quick: setup  ## Run the quick tests only
	$(CLEAN) $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -q -m "not slow"

lint: setup  ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup  ## Check types
	$(BIN)/mypy

check: lint types test  ## Everything that CI runs

schemas: setup  ## Regenerate schemas/ from the models
	$(BIN)/python -m greenrules.schemas schemas

bench: setup  ## Measure speed and memory against peers (minutes; wants a quiet machine)
	$(CLEAN) $(BIN)/python -m benchmarks

lock:  ## Resolve requirements/dev.lock anew (wants uv)
	uv pip compile --quiet --universal --python-version 3.11 --extra all --group dev pyproject.toml \
	  --output-file requirements/dev.lock --no-header --no-emit-index-url --no-emit-find-links
	uv pip compile --quiet --universal --python-version 3.11 --constraint requirements/dev.lock pyproject.toml \
	  --output-file requirements/core.lock --no-header --no-emit-index-url --no-emit-find-links

clean:  ## Remove what the verbs created
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build demo

.PHONY: help setup system demo test quick lint types check schemas bench lock clean
