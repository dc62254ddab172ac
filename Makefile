# Everything that is typed while working on Reviewboard. `make` alone lists the targets.

SHELL := /bin/sh
.NOTPARALLEL:
.DEFAULT_GOAL := help

PORT ?= 8000
BIN := .venv/bin
# Tools that import the settings get a folder of their own, so that a checkout stays clean.
CLEAN := env -u BASE_URL -u SECRET_KEY -u DEBUG -u ALLOWED_HOSTS -u DATABASE_URL -u CELERY_BROKER_URL -u EMAIL_URL \
	-u MAIL_FROM -u ORG_NAME -u MAX_UPLOAD_MIB -u TRUSTED_PROXY -u METRICS_TOKEN -u HSTS_SCOPE DATA_DIR=.tool_data
PYTEST := $(BIN)/python -m pytest
# Tests differ much in length: whoever has done its own takes over from the others.
SHARED := -n auto --dist worksteal
# What is asked of both databases: everything whose answer could depend on one. Pages, mails and the embedded mode,
# which is SQLite by what it is, could not.
BOTH := $(wildcard tests/accounts/actions tests/accounts/test_roster.py tests/accounts/test_standing.py tests/audit \
	$(addprefix tests/notifications/test_,delivery.py health.py heartbeat.py hold.py outbox.py publishing.py pulse.py \
	running.py tasks.py) tests/services tests/reviewboard/test_fresh_database.py tests/reviewboard/test_health.py \
	tests/reviews/models tests/reviews/access tests/reviews/queries tests/reviews/actions tests/reviews/races \
	tests/reviews/archive tests/architecture/test_migrations_forward.py)

# Tests that try more where they are told to (tests/sizes.py); all others would only repeat what `make test` says.
GROWING = $(shell grep -lrE 'tests.sizes|import sizes|from hypothesis|import Trials' tests --include='test_*.py')

.PHONY: help install install-dev demo test soak lint types contracts migrations suite suite-postgresql journeys \
	format lock screenshots

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -e 's/:[^#]*## /\t/' | sort | awk -F '\t' '{printf "make %-18s %s\n", $$1, $$2}'

install: ## make .venv and install what running needs
	@scripts/install.sh requirements.lock

install-dev:
	@scripts/install.sh requirements-dev.lock

demo: install ## run the demo at http://127.0.0.1:8000 (PORT=… chooses another port)
	@scripts/demo.sh "$(PORT)"

test: install-dev lint types contracts migrations suite suite-postgresql journeys ## check everything, as the server does
	@echo "Everything passed."

benchmark: install-dev ## how long first pages, a replay of 10,000 cases, scoring and proposals take
	@$(CLEAN) $(BIN)/python -m tests.benchmarks.first_page
	@$(CLEAN) $(BIN)/python -m tests.benchmarks.replay
	@$(CLEAN) $(BIN)/python -m tests.benchmarks.matching

soak: install-dev ## races, stories, properties and kills on both databases, many more of each; takes long
	env -u DATABASE_URL REVIEWBOARD_SOAK=1 $(PYTEST) $(SHARED) $(GROWING)
	REVIEWBOARD_SOAK=1 scripts/with_services.py -- $(PYTEST) $(SHARED) $(foreach place,$(BOTH),$(filter $(place)%,$(GROWING)))

lint: install-dev ## style and common mistakes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: install-dev ## put code into the common format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: install-dev ## annotations
	@$(CLEAN) $(BIN)/mypy

contracts: install-dev ## who may import whom
	@$(CLEAN) $(BIN)/lint-imports

migrations: install-dev
	@$(CLEAN) $(BIN)/python manage.py makemigrations --check --dry-run

suite: install-dev ## the tests on SQLite
	env -u DATABASE_URL $(PYTEST) $(SHARED) --ignore=tests/journeys --ignore=tests/services/broker

suite-postgresql: install-dev ## the tests that depend on a database, on PostgreSQL with Redis
	scripts/with_services.py -- $(PYTEST) $(SHARED) $(BOTH)

# A file stays in one process, so that walks over pages open none twice.
journeys: install-dev ## whole stories in a browser
	env -u DATABASE_URL $(PYTEST) -n auto --dist loadfile tests/journeys

screenshots: install-dev ## take the pictures of README and docs/ from the demo anew
	$(BIN)/python scripts/screenshots.py

lock: install-dev ## renew both lock files from pyproject.toml
	@scripts/lock.sh
