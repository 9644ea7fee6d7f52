# make run    the shop, with all it needs, on http://127.0.0.1:8000 (PORT=… changes it)
# make test   the whole suite
# make test-long  2,000 random lives of orders on each database, for a night
# make tools  the checkers of HTML, sitemaps and JSON-LD that some of its tests ask; needs Node, and Java to run them
# make words  catalogues of other languages, brought up to date with the code; make words NEW=de begins one
PYTHON ?= python3
BIN := .venv/bin
POT := var/messages.pot
TOOLS := vnu-jar@26.9.27 html-validate@10.17.0 sitemap@9.0.1 schema-dts@2.1.0 typescript@7.0.2 \
	@adobe/structured-data-validator@1.7.1 @marbec/web-auto-extractor@2.2.1

.PHONY: run test test-long tools check words template lock clean

run: .venv/ready
	@$(BIN)/python manage.py run

test: .venv/ready-to-test
	@$(BIN)/python -m tests

test-long: .venv/ready-to-test
	TEST_SEQUENCES=2000 $(BIN)/python -m pytest tests/orders/test_lives.py
	TEST_SEQUENCES=2000 $(BIN)/python -m pytest tests/orders/test_lives.py --database postgresql

tools:
	@npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix var/tools $(TOOLS) $(MORE)

check: .venv/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

words: .venv/ready template
	@$(if $(NEW),$(BIN)/pybabel -q init -i $(POT) -d translations -l $(NEW))
	@$(BIN)/pybabel -q update -i $(POT) -d translations --no-fuzzy-matching --ignore-obsolete
	@$(BIN)/pybabel compile -d translations --statistics

# Every sentence there is. Babel leaves out folders like _macros unless told otherwise.
template:
	@mkdir -p $(dir $(POT))
	@$(BIN)/pybabel -q extract -F pyproject.toml --ignore-dirs=".*" --project=Vitrine --add-location=file -o $(POT) .

.venv/ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vitrine needs Python 3.11 or newer.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what the shop is built on …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/ready-to-test: .venv/ready requirements-dev.txt
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# After a change of pyproject.toml, with uv installed.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o requirements.txt
	uv pip compile pyproject.toml --extra dev -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o requirements-dev.txt

clean:
	rm -rf .venv
