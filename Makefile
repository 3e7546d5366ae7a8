# Two targets do everything: `make demo` and `make test`. Both create the environment first. `make test-quick` leaves out the tests
# that are marked slow, `make test-slow` runs these alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
export HF_HUB_OFFLINE = 1
export TOKENIZERS_PARALLELISM = false

.PHONY: demo test test-quick test-slow check format clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, found " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[cpu,text,dev,synth,ray,serve]'
	touch $@

demo: $(VENV)/installed
	$(BIN)/python -m retrieval.build_index --run runs/demo
	$(BIN)/python -m vlm.train_lora --run runs/demo --folds 2
	$(BIN)/python -m fusion.predict --run runs/demo --policy full
	$(BIN)/python -m fusion.evaluate --predictions runs/demo/predictions/predictions.jsonl
	@echo "report: runs/demo/predictions/report.html"

test: check
	$(PYTEST)

test-quick: check
	$(PYTEST) -m "not slow"

test-slow: $(VENV)/installed
	$(PYTEST) -m slow

check: $(VENV)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf runs/demo .mypy_cache .pytest_cache .ruff_cache
