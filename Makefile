# `make help` lists the targets. Each sets up what it needs in .venv first; a second call finds it there.

PYTHONS := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
SAMPLE  := minilm-code
REPORT  := demo-report
VENV    := .venv
PY      := $(VENV)/bin/python
QATTENTION := $(VENV)/bin/qattention
RUN     := $(VENV)/.installed
DEV     := $(VENV)/.installed-dev
DOCS    := $(VENV)/.installed-docs
SMOKE   := pytest hypothesis jsonschema
INSTALL := $(PY) -m pip install -qq --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test pythons bench docs sync lock clean

help:  ## This list
	@sed -n 's/^\([a-z]*\):.*  ## /\1	/p' Makefile

demo: $(RUN)  ## A packaged real attention head, from inspection to estimate; report in demo-report/
	@mkdir -p $(REPORT)
	$(QATTENTION) inspect $(SAMPLE)
	$(QATTENTION) verify $(SAMPLE)
	$(QATTENTION) run $(SAMPLE) --rows 0:8
	$(QATTENTION) estimate $(SAMPLE) --markdown $(REPORT)/report.md --html $(REPORT)/report.html
	$(QATTENTION) diagram plan --head $(SAMPLE) --output $(REPORT)/oracle.svg
	@printf '\n## Its oracle\n\n![The oracle of one row: the plan that is costed, on a few keys](oracle.svg)\n' >> $(REPORT)/report.md
	@echo
	@echo "In $(REPORT)/: report.html and report.md (the estimate), oracle.svg (its oracle)."

test: $(DEV)  ## Lint, types, generated files, tests
	$(PY) -m ruff check
	PYTHONHASHSEED=12345 $(QATTENTION) sync --check & synced=$$!; \
	    $(PY) -m mypy; typed=$$?; wait $$synced && exit $$typed
	$(PY) -m pytest -n 2 --dist worksteal

# The oldest and the newest are what is tried: .venv has the newest.
pythons: | $(VENV)/bin/pip  ## Install on the oldest Python here that is not .venv's, and run a few commands and tests
	@for python in python3.11 python3.12 python3.13; do \
	    if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; then \
	        version=$$("$$python" --version); \
	        if [ "$$version" = "$$($(PY) --version)" ]; then echo "No Python older than .venv's $$version"; exit 0; fi; \
	        echo "Trying $$version (about three minutes)"; \
	        rm -rf build/oldest && "$$python" -m venv build/oldest || exit 1; \
	        build/oldest/bin/python -m pip install -qq --disable-pip-version-check -c constraints.txt . $(SMOKE) || exit 1; \
	        build/oldest/bin/qattention estimate $(SAMPLE) > /dev/null || exit 1; \
	        build/oldest/bin/qattention verify --n-keys 9 --head-dim 2 --n-heavy 2 > /dev/null || exit 1; \
	        exec build/oldest/bin/python -m pytest -q tests/outside tests/problem tests/estimates/test_strict.py tests/cli; \
	    fi; \
	done

bench: $(DEV)  ## Ratios measured in one run (benchmarks/bench_*.py), and the share of mutants killed
	@for script in benchmarks/bench_*.py benchmarks/mutation.py; do echo "== $$script"; $(PY) $$script || exit 1; done

# Sphinx ends at a page, heading or file that is linked to and is not there.
docs: $(DOCS)  ## The site, in build/site: pages, command and library reference
	$(PY) -m sphinx -q -W --keep-going -c docs/site -b html . build/site
	@echo "In build/site: docs/site/index.html"

sync: $(DEV)  ## Regenerate bloqs/ and estimates/
	$(QATTENTION) sync

lock: | $(VENV)/bin/pip  ## Resolve the dependencies afresh and rewrite constraints.txt (Python 3.11)
	@$(PY) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "lock needs a .venv of Python 3.11, the oldest supported")'
	rm -rf build/lock && $(PY) -m venv build/lock
	build/lock/bin/python -m pip install -qq --disable-pip-version-check '.[dev,docs]'
	sed -n '/^#/p' constraints.txt > build/constraints.txt
	build/lock/bin/python -m pip freeze --exclude qattention >> build/constraints.txt
	mv build/constraints.txt constraints.txt && rm -rf build/lock

clean:  ## Remove the environment, caches and the demo's report
	rm -rf $(VENV) $(REPORT) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
	find src tests -name __pycache__ -type d -exec rm -rf {} +

# venv writes pip last: a creation that was interrupted is begun again.
$(VENV)/bin/pip:
	@for python in $(PYTHONS); do \
	    if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; then \
	        echo "Creating $(VENV) with $$("$$python" --version)"; \
	        exec "$$python" -m venv --clear $(VENV); \
	    fi; \
	done; \
	echo "No Python >= 3.11 with venv found (tried: $(PYTHONS)). Install one (Debian: apt-get install python3-venv) or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1

$(RUN): pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing qattention and what it needs (about two minutes the first time)"
	@$(INSTALL) -e .
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing qattention, what it needs and the development tools (about three minutes the first time)"
	@$(INSTALL) -e '.[dev]'
	@touch $(RUN) $@

$(DOCS): $(RUN)
	@$(INSTALL) -e '.[docs]'
	@touch $@
