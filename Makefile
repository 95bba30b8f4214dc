# What there is to do. `make` alone tells it.

PYTHON ?= python3
PORT ?= 8000
# Three at a time; `make test ARGS=tests/sync/test_mirror.py` runs that alone.
SIDE_BY_SIDE := --numprocesses 3 --dist worksteal

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
SDK := .venv-viam-sdk
SDK_REQUIREMENTS := $(wildcard tests/conformance/requirements.lock)
# What the *.lock files name, and nothing else: each package in one version, with the hashes of its files.
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"

.PHONY: help run test check bench screenshots protos openapi lock lint types schema deploy contract audit newest clean

help:  ## what there is to do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: $(RUNTIME)  ## the site with an emulated cloud, on PORT (8000)
	@DEBUG=true exec $(BIN)/python manage.py demo --port $(PORT)

test: $(DEVELOPMENT) $(if $(SDK_REQUIREMENTS),$(SDK)/.installed)  ## all tests
	@$(BIN)/python -m pytest $(or $(ARGS),$(SIDE_BY_SIDE))

check: lint types schema deploy contract  ## style, types, migrations, production settings, generated code

protos: $(DEVELOPMENT)  ## generate protos/*_pb2* from protos/*.proto
	@$(call generate,.)

openapi: $(DEVELOPMENT)  ## generate docs/openapi.json from the code that reads and answers
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -c 'import django, pathlib; django.setup(); \
		from jobs.api.description import description_text; \
		pathlib.Path("docs/openapi.json").write_text(description_text())'

lint: $(DEVELOPMENT)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

types: $(DEVELOPMENT)
	@$(BIN)/mypy --no-error-summary

schema: $(DEVELOPMENT)
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run

# The settings as in production: nothing given but the secrets, made up here, and the host.
deploy: $(DEVELOPMENT)
	@env -u DEBUG ALLOWED_HOSTS=trainyard.example \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		CREDENTIAL_KEYS="$$($(BIN)/python -c 'from cryptography.fernet import Fernet as F; print(F.generate_key().decode())')" \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

contract: $(DEVELOPMENT)
	@fresh=$$(mktemp -d) && trap 'rm -r "$$fresh"' EXIT && $(call generate,"$$fresh") && \
		diff -r -x '*.proto' -x __init__.py -x __pycache__ protos "$$fresh/protos"

screenshots: $(DEVELOPMENT)  ## the pictures in docs/, made anew; needs Chromium
	@$(BIN)/python -m tests.browser.screenshots

bench: $(DEVELOPMENT)  ## what it costs, beside peers; or one of them: BENCH=lists, polls, insights, logs, painting, faults, soak, siege, before
	@$(BIN)/python -m bench$(addprefix .,$(BENCH)) $(ARGS)

lock: $(DEVELOPMENT)  ## resolve requirements*.txt anew into *.lock; ARGS="--upgrade" for newer transitive packages
	@$(COMPILE) $(ARGS) --output-file requirements.lock requirements.txt
	@$(COMPILE) $(ARGS) --output-file requirements-dev.lock --constraints requirements.lock requirements-dev.txt
	@$(COMPILE) $(ARGS) --output-file tests/conformance/requirements.lock tests/conformance/requirements.txt

# --strict: a package that could not be looked up is a failure, not a pass.
audit: $(DEVELOPMENT)  ## known vulnerabilities of what the site runs on; asks the package index
	@$(BIN)/pip-audit --strict --disable-pip --requirement requirements.lock $(ARGS)

newest: $(DEVELOPMENT)  ## whether Viam's newest SDK still speaks as protos/ does; asks the package index
	@$(BIN)/python -m tests.conformance.newest_sdk

clean:  ## forget environments and caches; data in var/ stays
	@rm -rf $(VENV) $(SDK) .venv-bench-* staticfiles .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Trainyard needs Python 3.11 or newer: PYTHON=... make")'
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements.lock | $(VENV)/bin/python
	@echo "Installing the packages of requirements.lock ..."
	@$(BIN)/python $(INSTALL) -r requirements.lock
	@touch $@

$(DEVELOPMENT): requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing the packages of requirements-dev.lock ..."
	@$(BIN)/python $(INSTALL) -r requirements-dev.lock
	@touch $@ $(RUNTIME)

# Viam's own SDK pins another protobuf than ours: an environment of its own.
$(SDK)/.installed: $(SDK_REQUIREMENTS)
	@echo "Installing Viam's SDK, for the conformance tests ..."
	@$(PYTHON) -m venv $(SDK)
	@$(SDK)/bin/python $(INSTALL) -r $(SDK_REQUIREMENTS)
	@touch $@

# $(call generate,FOLDER): from the root, so that the code says `from protos import ...`.
define generate
PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m grpc_tools.protoc -I . \
	-I "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
	--python_out=$(1) --pyi_out=$(1) --grpc_python_out=$(1) --mypy_grpc_out=quiet:$(1) protos/*.proto
endef
