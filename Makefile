# Two commands do everything on a machine with Python 3.11 or later:
#   make demo   environment, installation, and a check of a sample draft
#   make test   environment, installation with what tests need, linters, and all tests, in real editors as well
#   make quick  the same without the editors

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# What runs is compiled when it first runs; pip would compile all the rest as well, which takes longer than fetching it.
PIP    := $(BIN)/python -m pip install --quiet --no-compile

.PHONY: demo test quick vscode test-editors judge lint figures usual voices pages schema bench bench-peers soak fuzz clean

demo: $(VENV)/.installed
	@$(BIN)/unmid check --isolated --exit-zero tests/drafts/rowing.md

# Editors are installed into .e2e at their first use: on Debian, x86-64, with Node.js 20 or later. Where that cannot be
# done their tests are skipped and say what is missing; where CI is set they fail.
test: $(VENV)/.installed-dev judge lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup -rs -o norecursedirs="node_modules .*"

quick: $(VENV)/.installed-dev judge lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# Harper's grammar checker judges what fixes leave. Without Node.js its test is skipped, and says so.
judge:
	@if command -v npm > /dev/null; then $(MAKE) --silent tests/harper/node_modules/.installed; fi

tests/harper/node_modules/.installed: tests/harper/package.json
	@cd tests/harper && npm install --no-package-lock --no-audit --no-fund --silent
	@touch $@

test-editors: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -rs tests/editors

# The extension for VS Code, with the server in it; needs Node.js 20 or later.
vscode: $(VENV)/.created
	@cd editors/vscode && npm install --silent --no-audit --no-fund
	@cd editors/vscode && PATH="$(abspath $(BIN)):$$PATH" npm run --silent package -- --out unmid.vsix

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

# Measure the rules on the marked documents and corpora in ../shared, then write their pages.
figures: $(VENV)/.installed-dev
	PYTHONPATH=tests $(BIN)/python tests/gold/measure.py
	$(MAKE) pages

# What is usual in good essays, which an author's own habits are compared with; again when rules change.
usual: $(VENV)/.installed-dev
	PYTHONPATH=tests $(BIN)/python tests/gold/usual.py

# How author packs do: learn on some texts of an author, check the others.
voices: $(VENV)/.installed-dev
	PYTHONPATH=tests $(BIN)/python tests/gold/voices.py

pages: $(VENV)/.installed-dev
	$(BIN)/python tests/rules/pages.py

# The JSON schemas of settings, packs and rules, from the tables that their readers go by.
schema: $(VENV)/.installed-dev
	PYTHONPATH=tests $(BIN)/python -m rules.schemas

# How fast: ours and the peers' servers and commands in one run, kept in tests/bench/RESULTS.md. On a quiet machine, please.
bench: $(VENV)/.installed-dev
	$(BIN)/python tests/bench/run.py --write

bench-peers:
	tests/bench/install.sh

# How long it holds: 50,000 edits against one server; a hundred times the inputs of CI.
soak: $(VENV)/.installed-dev
	$(BIN)/python tests/bench/soak.py

fuzz: $(VENV)/.installed-dev
	FUZZ=$${FUZZ:-100} $(BIN)/python -m pytest tests/fuzz -n 2 --dist loadgroup

$(VENV)/.created:
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml constraints.txt
	$(PIP) --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.created pyproject.toml constraints.txt
	$(PIP) --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/harper/node_modules
