# Every target of this project. What is more than a line or two lives in scripts/.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1

VENV := .venv/bin
NPM := $(VENV)/python scripts/node.py
PAGE := frontend/dist/index.html
PAGE_SOURCES := $(shell find frontend/src frontend/public frontend/*.html frontend/*.ts frontend/*.js frontend/package.json frontend/players.json frontend/scripts -type f 2>/dev/null)
CORE_SOURCES := $(shell find backend -path '*/csrc/*' -type f 2>/dev/null)
SCHEMA := frontend/src/schema/trace.schema.json
TORCH_PYTHON ?=
FUZZ ?= 50
GENERATED ?= 10000

export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ---- Use it -----------------------------------------------------------------------------------------------------

.PHONY: run
run: install ## set up, build the page and serve it at http://127.0.0.1:8000 (PORT= changes it)
	@echo "==> Gradwalk is at http://$(HOST):$(PORT) (Ctrl-C stops it)"
	@exec $(VENV)/gradwalk serve --host $(HOST) --port $(PORT)

.PHONY: install
install: .venv/.runtime .venv/.core $(PAGE) ## set up only: .venv with what it needs, and the page

# ---- Set-up: each stamp file is newer than what it was made from -----------------------------------------------

.venv/.runtime: requirements.lock pyproject.toml scripts/venv.py
	@$(PYTHON) scripts/venv.py requirements.lock
	@touch $@

# Where there is no C compiler this says so, and all that is compiled runs as Python.
.venv/.core: $(CORE_SOURCES) scripts/compile_core.py requirements.lock | .venv/.runtime
	@$(VENV)/python scripts/compile_core.py
	@touch $@

# After the other, since both make .venv; the page's packages and the page itself come meanwhile.
.venv/.dev: requirements-dev.lock pyproject.toml scripts/venv.py | .venv/.runtime .venv/.core
	@$(PYTHON) scripts/venv.py requirements-dev.lock
	@touch .venv/.runtime $@

frontend/node_modules/.stamp: frontend/package-lock.json | .venv/.runtime
	@echo "==> Installing the page's packages"
	@$(NPM) ci --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

$(PAGE): $(PAGE_SOURCES) frontend/node_modules/.stamp
	@echo "==> Building the page"
	@$(NPM) run --silent build
	@touch $@

# ---- Check it ---------------------------------------------------------------------------------------------------

# What one check prints stands together, once it is over. Not every make can do that.
WHOLE_OUTPUTS := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: test
test: ## install what the tests need and run every check, three at a time
	@$(MAKE) --no-print-directory --jobs=3 $(WHOLE_OUTPUTS) SIDE_BY_SIDE=1 e2e unit check

.PHONY: check
check: lint types layers schema-check page-unit unit ## every check but the browser tests

.PHONY: lint
lint: .venv/.dev frontend/node_modules/.stamp ## ruff and Biome
	@echo "==> Lint"
	@$(VENV)/ruff check
	@$(NPM) run --silent lint

.PHONY: types
types: .venv/.dev frontend/node_modules/.stamp ## mypy and tsc
	@echo "==> Types"
	@$(VENV)/mypy
	@$(NPM) run --silent types

.PHONY: layers
layers: .venv/.dev ## who may import whom (import-linter)
	@echo "==> Layers"
	@$(VENV)/lint-imports --no-logo

.PHONY: schema-check
schema-check: .venv/.dev frontend/node_modules/.stamp ## the committed schema and TypeScript types are those of the code
	@echo "==> Schema"
	@$(VENV)/python -m gradwalk.document.json_schema | cmp - $(SCHEMA) || { echo "$(SCHEMA) is not what the code gives: run 'make schema'"; exit 1; }
	@$(NPM) run --silent schema -- --check

# In parts, the longest first, so that as many are under way to the end: some of them wait, for a browser or a sandbox.
UNIT_PARTS := oracle engine

.PHONY: unit
unit: unit-rest $(UNIT_PARTS:%=unit-%) ## Python tests without a browser

unit-%: .venv/.dev $(PAGE)
	@echo "==> Python tests: $*"
	@$(VENV)/pytest tests/$*

# Whatever lies in no other part.
unit-rest: .venv/.dev $(PAGE)
	@echo "==> Python tests: the rest"
	@$(VENV)/pytest --ignore=tests/e2e $(UNIT_PARTS:%=--ignore=tests/%)

.PHONY: page-unit
page-unit: frontend/node_modules/.stamp ## the page's unit tests (Vitest)
	@echo "==> The page's unit tests"
	@$(NPM) run --silent test

.PHONY: e2e
e2e: .venv/.dev $(PAGE) ## tests in a real browser
	@echo "==> Browser tests"
	@CHROMIUM=$$($(VENV)/python scripts/chromium.py) && export CHROMIUM && $(VENV)/pytest tests/e2e

.PHONY: e2e-slow
e2e-slow: export GRADWALK_SLOW_PAGE := 1
e2e-slow: e2e ## the same with late answers and a slow processor: finds tests that do not wait

.PHONY: site
site: .venv/.dev ## build the documentation as a site in build/site
	@NO_MKDOCS_2_WARNING=1 $(VENV)/python -m mkdocs build --quiet
	@echo "==> The site is in build/site"

build/jupyter/.stamp: pyproject.toml
	@echo "==> Installing JupyterLab into build/jupyter"
	@$(PYTHON) -m venv build/jupyter
	@build/jupyter/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[jupyter]' jupyterlab ipykernel
	@touch $@

.PHONY: jupyter-check
jupyter-check: .venv/.dev $(PAGE) build/jupyter/.stamp ## the widget and %%gradwalk in a real JupyterLab, in a browser
	@CHROMIUM=$$($(VENV)/python scripts/chromium.py) && export CHROMIUM && JUPYTER=$(abspath build/jupyter/bin/python) $(VENV)/pytest -q tests/e2e/jupyter_lab.py

.PHONY: screenshot
screenshot: .venv/.dev $(PAGE) ## take the README's picture anew
	@CHROMIUM=$$($(VENV)/python scripts/chromium.py) && export CHROMIUM && $(VENV)/pytest -q tests/e2e/readme_picture.py

.PHONY: scenes
scenes: .venv/.dev $(PAGE) ## bring the page to one moment for each thing it promises, at three sizes, on one sheet for the eye: build/scenes
	@CHROMIUM=$$($(VENV)/python scripts/chromium.py) && export CHROMIUM && $(VENV)/pytest -q tests/e2e/scenes.py $(if $(SCENE),-k "$(SCENE)")
	@echo "==> build/scenes/index.html"

.PHONY: pictures
pictures: scenes screenshot ## take the pictures of the documentation anew
	@$(VENV)/python scripts/docs_pictures.py

.PHONY: lessons-check
lessons-check: .venv/.dev $(PAGE) ## every lesson through every mode of the page in a browser, axe-core finding nothing (LESSON= some of them)
	@CHROMIUM=$$($(VENV)/python scripts/chromium.py) && export CHROMIUM && $(VENV)/pytest -q tests/e2e/every_lesson.py $(if $(LESSON),-k "$(LESSON)")

.PHONY: browsers-check
browsers-check: .venv/.dev $(PAGE) ## the page's main modes in Firefox and WebKit, as many of them as are here (BROWSER= one of them)
	@$(VENV)/pytest -q -rs tests/browsers/modes.py $(if $(BROWSER),-k "[$(BROWSER)")

.PHONY: fuzz
fuzz: .venv/.dev ## the properties of the API and of a run's stream, with FUZZ times (50) as many cases as in the tests
	@GRADWALK_FUZZ=$(FUZZ) $(VENV)/pytest -q tests/api/test_fuzz.py tests/api/test_openapi.py tests/sandbox/test_channel.py tests/document/test_assemble.py tests/document/test_assemble_fuzz.py

.PHONY: client-check
client-check: .venv/.dev ## generate a client from the API's description (openapi-python-client) and run the lesson with it
	@$(VENV)/python scripts/client_check.py

.PHONY: durability
durability: .venv/.dev ## kill servers at random moments, FUZZ times (50) as often as in the tests, and look whether a snippet is lost
	@GRADWALK_FUZZ=$(FUZZ) $(VENV)/pytest -q tests/store/test_servers.py

.PHONY: exports-check
exports-check: .venv/.dev $(PAGE) ## open every lesson in every format with a program that reads it (fetches Mermaid)
	@test -e build/mermaid/node_modules/mermaid || $(NPM) install --prefix ../build/mermaid --no-save --no-audit --no-fund --loglevel=error mermaid@11
	@CHROMIUM=$$($(VENV)/python scripts/chromium.py) && export CHROMIUM && PYTHONPATH=scripts $(VENV)/python -m tests.export.check $(FORMATS)

.PHONY: bench
bench: .venv/.dev ## measure speed and memory, bare and recorded (beside PyTorch's with TORCH_PYTHON=, a Python that has torch), and the sandbox's
	@TORCH_PYTHON=$(TORCH_PYTHON) $(VENV)/python -m tests.bench
	@$(VENV)/python -m tests.bench.sandbox
	@$(VENV)/python -m tests.bench.wire
	@$(VENV)/python -m tests.bench.cached

.PHONY: bench-page
bench-page: .venv/.dev $(PAGE) ## measure the page in Chromium on runs of 10,000 operations, and its layout beside elkjs's
	@CHROMIUM=$$($(VENV)/python scripts/chromium.py) && export CHROMIUM && $(VENV)/python -m tests.bench.page

.PHONY: torch-check
torch-check: .venv/.dev ## traces of PyTorch itself beside those of the engine, with TORCH_PYTHON=, a Python that has torch
	@test -n "$(TORCH_PYTHON)" || { echo "Name a Python with PyTorch: make torch-check TORCH_PYTHON=/path/to/python"; exit 1; }
	@$(VENV)/python -m tests.pytorch $(TORCH_PYTHON)
	@$(VENV)/python -m tests.oracle.engines --torch $(TORCH_PYTHON)

.PHONY: trainings
trainings: .venv/.dev ## which short trainings print all their losses in full as PyTorch does, with TORCH_PYTHON=, a Python that has torch
	@test -n "$(TORCH_PYTHON)" || { echo "Name a Python with PyTorch: make trainings TORCH_PYTHON=/path/to/python"; exit 1; }
	@$(VENV)/python -m tests.oracle.trainings --torch $(TORCH_PYTHON)

.PHONY: conformance
conformance: .venv/.dev ## the engine's score against recorded PyTorch, and live with TORCH_PYTHON=, a Python that has torch (GENERATED= random programs instead of 10,000)
	@$(if $(TORCH_PYTHON),,echo "Against recorded facts. To compare live too: make conformance TORCH_PYTHON=/path/to/a/python/with/torch")
	-@$(VENV)/python -m tests.oracle.conformance $(if $(TORCH_PYTHON),--torch $(TORCH_PYTHON) --generated $(GENERATED) $(if $(filter 10000,$(GENERATED)),--document))
	@echo "==> PyTorch's own databases of operators, modules and optimisers$(if $(TORCH_PYTHON),,: the part that is kept in the repository)"
ifdef TORCH_PYTHON
	@test -e build/opdb/skipped.json || $(TORCH_PYTHON) -m tests.oracle.opdb.sample build/opdb
	@test -e build/nndb/skipped.json || $(TORCH_PYTHON) -m tests.oracle.nndb.sample build/nndb
	@$(VENV)/python -m tests.oracle.opdb.document build/opdb build/nndb
else
	@$(VENV)/python -m tests.oracle.opdb.check tests/oracle/facts/opdb || true
endif

.PHONY: oracle
oracle: .venv/.dev ## record what PyTorch does anew; needs TORCH_PYTHON=, a Python that has torch and IPython
	@test -n "$(TORCH_PYTHON)" || { echo "Say which Python has torch: make oracle TORCH_PYTHON=/path/to/python"; exit 1; }
	@$(TORCH_PYTHON) -m tests.oracle.record
	@$(TORCH_PYTHON) -m tests.oracle.opdb.sample build/opdb
	@$(TORCH_PYTHON) -m tests.oracle.nndb.sample build/nndb
	@$(VENV)/python -m tests.oracle.opdb.keep build/opdb build/nndb
	@$(VENV)/python -m tests.oracle.opdb.known --begin

# ---- Keep it ----------------------------------------------------------------------------------------------------

.PHONY: format
format: .venv/.dev frontend/node_modules/.stamp ## put imports and the page's sources in order
	@$(VENV)/ruff check --fix
	@$(NPM) run --silent format

.PHONY: schema
schema: .venv/.dev frontend/node_modules/.stamp ## write the JSON Schema of the trace and the TypeScript types anew
	@$(VENV)/python -m gradwalk.document.json_schema > $(SCHEMA).new && mv $(SCHEMA).new $(SCHEMA)
	@$(NPM) run --silent schema

.PHONY: families
families: .venv/.runtime ## write anew which family of the engine declares what
	@$(VENV)/python scripts/families.py

.PHONY: sentences
sentences: .venv/.runtime ## write the page's templates of sentences anew from the package's
	@$(VENV)/python scripts/sentences.py

.PHONY: lock
lock: .venv/.runtime ## write the lock files anew from pyproject.toml and package.json
	@$(VENV)/python scripts/lock.py
	@$(NPM) install --package-lock-only --no-audit --no-fund

.PHONY: wheel
wheel: .venv/.runtime ## build the Python package, with the page in it, into dist/
	@$(VENV)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls dist

.PHONY: clean
clean: ## remove everything that was made here
	rm -rf .venv frontend/node_modules frontend/dist dist build
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache tests/e2e/shots
	find backend -name '_core.*.so' -delete
	find backend tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
