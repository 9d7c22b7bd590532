# make run: set everything up and start the app. make test: the tests. Everything lives in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Where bytecode is not kept, each of the many processes that are started here compiles what it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup test test-long fuzz smoke bench peers bench-retrieval audit lint format clean

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed: make PYTHON=python3.12 …' if sys.version_info < (3, 11) else 0)"
	@$(PYTHON) -c "import ensurepip" || { echo "Python has no venv here. Debian: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@echo "Installing packages, about 2 GB: this takes some minutes."
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[openai,evals]"
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[openai,test]"
	touch $@

setup: $(VENV)/.installed
	$(BIN)/ai-policy ingest

run: setup
	$(BIN)/ai-policy serve

# Three processes, for two cores: a quarter of their time they wait for a browser, a server or a command. A file of
# tests is in one of them, in the order of tests/conftest.py: the longest first. The model is set up before, so that
# they do not do it at once.
PROCESSES ?= 3
test: $(VENV)/.installed-test
	$(BIN)/python -m tests.model
	$(BIN)/python -m pytest -m "not long" --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder

test-long: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[cluster]"
	$(BIN)/python -m pytest -m "long"
	AI_POLICY_TEST_RANDOM=1 $(BIN)/python -m pytest -m "hypothesis and not long"

# Fuzzing by hand: make fuzz FORMAT=pdf SECONDS=300 (txt, md, html, rtf, pdf, docx, png; act for the grammars).
FORMAT ?= act
SECONDS ?= 60
fuzz: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[fuzz]"
	$(BIN)/python -m tests.fuzz.with_atheris $(FORMAT) -max_total_time=$(SECONDS)

# The suites over the embedded corpus and over the sample acts, in a home of their own, against the baselines
# that ship.
smoke: $(VENV)/.installed-test
	home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && export AI_POLICY_HOME="$$home" && mkdir "$$home/models" \
	  && { [ ! -d .cache/models ] || ln -s "$(CURDIR)"/.cache/models/* "$$home/models/"; } \
	  && $(BIN)/ai-policy ingest && for suite in smoke samples; do \
	    $(BIN)/ai-policy eval run $$suite --out "$$home/$$suite" \
	    && $(BIN)/ai-policy eval gate "$$home/$$suite" || exit 1; done

# Speed, memory and disk over a folder of documents, beside the peers where 'make peers' has installed them.
# ONLY: sections, by spaces; the others of docs/performance.json stay. PARTS: other benchmarks' JSON files.
ACTS ?= ../shared/acts
ONLY ?=
PARTS ?=
PEERS ?= .peers
bench: $(VENV)/.installed
	$(BIN)/ai-policy bench $(ACTS) --peers $(PEERS) $(ONLY:%=--only %) $(PARTS:%=--parts %) \
	  --out docs/performance.json --page docs/performance.md

# What the benchmarks compare with, each in a virtual environment of its own.
peers: $(PEERS)/langchain/.installed $(PEERS)/llama-index/.installed

$(PEERS)/%/.installed: evals/benchmarks/peers/%.txt
	$(PYTHON) -m venv $(PEERS)/$*
	$(PEERS)/$*/bin/python -m pip install --quiet -r $<
	touch $@

# The acts must have been ingested into the home.
bench-retrieval: $(VENV)/.installed-test peers
	$(BIN)/ai-policy eval bench retrieval --plain --peers $(PEERS) --ablate

# Known vulnerabilities of the pinned versions; needs a network that reaches a database of them.
audit: $(VENV)/.installed
	$(BIN)/python .ci/audit.py --must

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
