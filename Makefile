# Everything sets itself up; the second time is quick. PYTHON is the Python 3.11 or newer to use.
PYTHON ?= python3
VENV := .venv
BENCH := .venv-bench
BIN := $(VENV)/bin
RECORDINGS := tests/recordings

.PHONY: demo test check format bench docs fallback clean

demo: $(VENV)/.ready ## answer the recordings in tests/recordings aloud, into demo-answers/
	$(BIN)/crampvoice ask --out demo-answers $(RECORDINGS)/*.ogg

test: check ## lint, types, import contracts, content checks and all tests
	$(BIN)/python -m pytest -q

check: $(VENV)/.ready ## lint, format, types, import contracts, content checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/crampvoice lint
	$(BIN)/crampvoice topics --page | diff - docs/content.md

format: $(VENV)/.ready ## put the code into the common form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.ready ## write docs/content.md anew from the dialogs
	$(BIN)/crampvoice topics --page > docs/content.md

fallback: $(VENV)/.ready ## render anew the clip that is played when the voice fails
	$(BIN)/python tools/make_fallback.py

bench: $(BENCH)/.ready ## measure, side by side with Whisper tiny.en
	$(BENCH)/bin/python benchmarks/compare.py
	$(BENCH)/bin/python benchmarks/replay_nights.py
	$(BENCH)/bin/python benchmarks/live_nights.py

$(VENV)/.ready: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install -q -e . --group dev
	touch $@

$(BENCH)/.ready: pyproject.toml
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install -q --upgrade 'pip>=25.1'
	$(BENCH)/bin/python -m pip install -q -e '.[evaluate]' --group bench
	touch $@

clean: ## remove what was set up or made
	rm -rf $(VENV) $(BENCH) demo-answers answers
