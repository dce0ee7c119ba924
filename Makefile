# make run    start the workbench on http://127.0.0.1:8501     make test   everything, with the browser
# make check  the fast part of it                              make bench  speed, as tables

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
HOST   ?= 127.0.0.1
PORT   ?= 8501
# how many tests run at once: more than a small machine has cores, because many wait for a process or a file;
# those of the browser by file, because a file shares its server
SIDE_BY_SIDE ?= 4
BROWSERS ?= 2

.PHONY: run test check bench samples screenshots clean

run: $(VENV)/.installed
	$(BIN)/streamlit run app.py --server.address $(HOST) --server.port $(PORT)

check: $(VENV)/.installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(SIDE_BY_SIDE) --dist worksteal -m "not browser and not slow"

test: $(VENV)/.installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/need_chromium.py
	$(BIN)/pytest -n $(SIDE_BY_SIDE) --dist worksteal -m "not browser"
	$(BIN)/pytest -n $(BROWSERS) --dist loadfile -m browser

bench: $(VENV)/.installed-test
	$(BIN)/python scripts/need_chromium.py
	$(BIN)/python -m benchmarks

samples: $(VENV)/.installed
	$(BIN)/python data/sample_incidents/generate.py

screenshots: $(VENV)/.installed-test
	$(BIN)/python scripts/need_chromium.py
	$(BIN)/python -m tests.browser.screenshots

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which one: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV); the first time this takes some minutes and 2 GB (embedding model included) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV); the first time this takes some minutes and 2 GB (embedding model included) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
