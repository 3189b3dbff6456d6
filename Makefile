# The commands of this project: `make` lists them.

PYTHON ?= $(or $(shell command -v python3.11),$(shell command -v python3),python3)
PORT ?= 8000
DEMO ?= 1
ARGS ?=
WINDOWS ?= 5
FAULTS ?= 50
BIOME_VERSION := 2.6.8
VNU_VERSION := 26.9.27

PY := .venv/bin/python
BIOME := .tools/biome/node_modules/.bin/biome
VNU := .tools/vnu/node_modules/vnu-jar/build/dist/vnu.jar
TEMPLATES := find templates -name '*.html' -print0 | xargs -0 -r
LOCK := .venv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-header --no-emit-index-url --no-annotate --upgrade

.PHONY: help run test check check-python check-types check-templates check-assets check-django check-html \
	audit screenshots test-faults bench bench-peers vendor lock format env env-dev

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: export DEBUG ?= 1
run: env ## serve with demo accounts: PORT=8000, DEMO=0 for an empty database
	@mkdir -p var
	@$(PY) manage.py migrate --verbosity 0
	@if [ "$(DEMO)" = 1 ]; then $(PY) manage.py demo --url http://127.0.0.1:$(PORT); fi
	@echo "Paperplane: http://127.0.0.1:$(PORT)   (Ctrl-C ends it)"
	@exec .venv/bin/daphne --verbosity 0 -b 127.0.0.1 -p $(PORT) dm_site.asgi:application

test: env-dev ## run every test on both engines and in Chromium: ARGS="-k word" for some
	@$(PY) scripts/run_tests.py $(ARGS)

test-faults: env-dev ## hurt the site while people write, on both engines: FAULTS=500 (several seconds each)
	@$(PY) -m tests.faults.run --faults $(FAULTS)
	@$(PY) -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres $(PY) -m tests.faults.run --faults $(FAULTS)

bench: env-dev ## measure sends on both engines, idle tabs, growth, what waits for whom, two processes on two cores (twenty minutes; WINDOWS=1 for a quick look)
	@$(PY) -m benchmarks.sending --windows $(WINDOWS)
	@$(PY) -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres $(PY) -m benchmarks.sending --windows $(WINDOWS)
	@$(PY) -m benchmarks.idle
	@$(PY) -m benchmarks.growth
	@$(PY) -m benchmarks.waiting
	@$(PY) -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres $(PY) -m benchmarks.scaling --windows $(WINDOWS)

bench-peers: env-dev ## measure beside ejabberd, Prosody and Synapse where they are installed, by turns, with a plot in build/
	@mkdir -p build
	@$(PY) -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres $(PY) -m benchmarks.peers --windows $(WINDOWS) --svg build/peers.svg

check: check-python check-types check-templates check-assets check-django ## lint, types, formats, migrations: `make -k check` goes on after a fault

check-python: env-dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check

check-types: export DEBUG ?= 1
check-types: env-dev
	.venv/bin/mypy .

check-templates: env-dev
	$(TEMPLATES) .venv/bin/djade --check --target-version 5.2

check-assets: $(BIOME)
	$(BIOME) ci static

check-django: export DEBUG ?= 1
check-django: env-dev
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check

format: env-dev $(BIOME) ## let the formatters rewrite what they can
	.venv/bin/ruff check --fix-only
	.venv/bin/ruff format
	$(TEMPLATES) .venv/bin/djade --target-version 5.2 || true  # it fails when it has changed something
	$(BIOME) check --write static

check-html: env-dev $(VNU) ## put every page through the W3C checker (Java, npm)
	@$(PY) scripts/save_pages.py
	java -jar $(VNU) --errors-only build/html/*.html

audit: env-dev ## look for holes with bandit and wapiti (twenty minutes; MINUTES=3 for a quick look)
	@$(PY) scripts/audit.py

screenshots: env-dev ## take pictures of every screen
	@$(PY) scripts/screenshots.py $(ARGS)

vendor: env-dev ## fetch the libraries and icons that are committed here
	@$(PY) -m scripts.vendor

lock: env ## choose the newest versions and pin them with their hashes
	$(LOCK) scripts/uv.in -o scripts/uv.txt
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

env:
	@$(PYTHON) scripts/bootstrap.py run

env-dev:
	@$(PYTHON) scripts/bootstrap.py dev

$(BIOME): Makefile
	@$(call npm,biome,@biomejs/biome@$(BIOME_VERSION))
	@touch $@

$(VNU): Makefile
	@$(call npm,vnu,vnu-jar@$(VNU_VERSION))
	@touch $@

npm = command -v npm >/dev/null || { echo "This check needs npm; install Node.js (on Debian: apt-get install npm)."; exit 1; }; \
	mkdir -p .tools/$(1) && npm install --loglevel=error --no-save --no-package-lock --prefix .tools/$(1) $(2)
