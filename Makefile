# Everything a fresh machine needs comes from these commands: Python 3.11 to 3.13, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo real quick test lint fmt bench snapshots pictures lock prefect-schema build clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t16

# The lock has hashes for every wheel: what was tested is what is installed. Our own package goes in last, without
# resolving anything (--no-deps) and with the locked setuptools (--no-build-isolation).
$(VENV)/.run: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the locked packages into $(VENV) (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "installing the locked test tools into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.run ## run the real nightly flow on the built-in sample source, without network
	@$(BIN)/earful demo

real: $(VENV)/.run ## run nightly on the recordings of real services (needs ../shared/recordings)
	@$(BIN)/python -m benchmarks.real

# What starts no process and no browser, and is not marked slow (tests/conftest.py sees to the marks).
quick: lint ## lint, types and the tests that need no server or browser
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile -m "not process and not browser and not slow"

# A file's tests stay together: they share what is slow to set up (a server, a demo's store); so do files that share it
# (SHARED in tests/conftest.py).
test: lint ## lint, types and all tests
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/.dev ## ruff and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fmt: $(VENV)/.dev ## format in place
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

# Sizes that end in minutes; `make bench WHOLE=1` takes those that the docs' figures were measured at.
bench: $(VENV)/.dev ## every measurement of benchmarks/: one table, and bench.json
	@$(BIN)/python -m benchmarks --out bench.json $(if $(WHOLE),--whole)

snapshots: $(VENV)/.dev ## keep what is published of the tests' stores now, where a number is meant to be another (say why in the commit)
	@EARFUL_KEEP_SNAPSHOTS=1 $(BIN)/python -m pytest -n0 tests/snapshots tests/warehouse/publishing/spam/test_spam_waves.py \
	    tests/warehouse/publishing/test_causes_of_metrics.py

pictures: $(VENV)/.dev ## the README's pictures anew, from the demo (needs Chromium)
	@$(BIN)/python -m benchmarks.pictures

# The lock is universal (Linux and macOS, Python 3.11 to 3.13) and names no registry; uv only resolves.
lock: ## resolve requirements*.txt anew (needs uv on the PATH)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --extra fast --no-emit-package pywin32 pyproject.toml requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --extra fast --group dev -c requirements.txt pyproject.toml requirements.in -o requirements-dev.txt

# A newer Prefect in the lock may have more migrations; until then folders are made by those, some seconds slower.
prefect-schema: $(VENV)/.dev ## write flows/sql/server/prefect.sql for the locked Prefect
	@$(BIN)/python -m earful.flows.server.database_schema >$(VENV)/prefect.sql
	@mv $(VENV)/prefect.sql flows/sql/server/prefect.sql

# The wheel is built from the sdist, so that the sdist is known to hold all of it.
build: $(VENV)/.dev ## build dist/*.tar.gz and dist/*.whl
	@$(BIN)/python -m build --no-isolation --outdir dist . >/dev/null
	@ls dist

clean: ## remove what these commands made
	rm -rf $(VENV) build dist *.egg-info earful-demo earful-real bench.json
