# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# `make demo` runs the main job, `make test` the checks of each change, `make test-all` what takes too long for that
# too. All of them first set up .venv by themselves.
#   PYTHON=python3.12     another Python for .venv
#   PYTEST_ARGS='-k pool' more arguments for pytest
#   STORES=postgresql     the kinds of stores for `make rules` and `stores`; file, postgresql, mariadb and galera if not given
#   MATRIX='2.18 2.20'    other releases of ansible-core for `make matrix`; 2.19 and 2.21 if not given
#   BENCH_ARGS=--quick    more arguments for `make bench`; --help lists them
#   MUTANTS=_space        the layers for `make mutants`, or files of them, as _ledger/holds.py

PYTHON ?= python3
PYTEST_ARGS ?=
STORES ?= file,postgresql,mariadb,galera
MATRIX ?= 2.19 2.21
PLAYS ?= tests/plays
BENCH_ARGS ?=
MUTANTS ?= _space _ledger
BIN := .venv/bin
PYTEST = $(BIN)/python -m pytest
OF_THE_RULES := tests/parity tests/property/test_ledger.py tests/safety/test_injection.py tests/plays/test_at_once.py \
	tests/endurance/test_endurance.py
OF_THE_LEDGER := $(addprefix tests/unit/plugins/module_utils/,_tasks _ledger) tests/plays/test_check_mode.py \
	$(OF_THE_RULES)
# Where releases of ansible-core differ: what goes into plugins and comes out of them.
OF_ANSIBLE := $(patsubst %,tests/plays/test_%.py,adhoc check_mode empty_and_odd_values examples families host_address hosts \
	inventory jinja lookups options output settings)

# The caller's own Ansible must not change what happens here: no variable of it goes in, and neither
# ~/.ansible.cfg, /etc/ansible nor ~/.ansible/collections is read.
unexport $(filter ANSIBLE_% MOLECULE_% NETLEDGER_IPAM_% PYTHONPATH PYTHONHOME,$(.VARIABLES))
export ANSIBLE_CONFIG := $(CURDIR)/tests/ansible.cfg
export ANSIBLE_HOME := $(CURDIR)/.venv/ansible
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.venv/ansible/collections
export VIRTUAL_ENV := $(CURDIR)/.venv
export PATH := $(CURDIR)/$(BIN):$(PATH)

.NOTPARALLEL:
.PHONY: help demo test test-all venv lint unit rules stores plays site dist published molecule sanity speed matrix coverage \
	bench mutants format changelog clean

help:
	@sed -n 's/^# \{0,1\}//; 4,11p' Makefile
	@echo 'Targets: demo test test-all lint unit rules stores plays coverage site dist published molecule sanity speed'
	@echo '         matrix bench mutants format changelog clean'

demo: venv
	@tests/tools/demo.sh

test: venv lint unit rules plays molecule site dist published sanity speed
	@echo 'make test: all checks passed'

test-all: test stores
	@$(MAKE) matrix PLAYS='$(OF_ANSIBLE)'
	@echo 'make test-all: all checks passed'

venv:
	@tests/tools/make_venv.sh "$(PYTHON)" .venv requirements/dev.txt

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p ansible_collections.netledger.ipam.plugins
	$(BIN)/mypy tests
	$(BIN)/shellcheck .ci/run tests/tools/*.sh extensions/molecule/*/files/*.sh
	$(BIN)/reuse lint --lines
	$(BIN)/ansible-lint --offline --profile production
	$(BIN)/antsibull-changelog lint
	$(BIN)/antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all .

unit: venv
	$(PYTEST) -n auto $(PYTEST_ARGS) --ignore=tests/plays tests

# What `unit` and `plays` do on SQLite, on the other kinds of stores.
rules: venv
	$(PYTEST) -n auto --stores=$(STORES) $(PYTEST_ARGS) $(OF_THE_RULES)

stores: venv
	$(PYTEST) -n auto --stores=$(STORES) $(PYTEST_ARGS) $(OF_THE_LEDGER)

plays: venv
	$(PYTEST) -n auto $(PYTEST_ARGS) tests/plays

# Not part of `make test`: plays take nearly twice as long with it.
coverage: venv
	@rm -rf build/coverage
	@$(MAKE) unit plays PYTEST='$(BIN)/coverage run -m pytest'
	@# A worker that Ansible ended while it wrote leaves a file that is no data, and a warning about it.
	@$(BIN)/coverage combine --quiet 2>/dev/null; rm -f build/coverage/data.*
	$(BIN)/coverage report
	$(BIN)/coverage html --quiet

site: venv
	@tests/tools/build_site.sh

dist: venv
	@tests/tools/check_dist.sh

published: venv
	@tests/tools/check_published.sh "$(PYTHON)"

molecule: venv
	cd extensions && molecule test --all

sanity: venv
	@tests/tools/sanity.sh

matrix: venv
	@PLAYS='$(PLAYS)' tests/tools/matrix.sh $(MATRIX)

# Its figures are those of a machine that does nothing else. Those that are the same on any are part of `make test`.
bench: venv
	@$(BIN)/python -m ansible_collections.netledger.ipam.tests.bench.suite $(BENCH_ARGS)

speed: venv
	@$(BIN)/python -m ansible_collections.netledger.ipam.tests.bench.suite --quick --strict

# Takes hours. Its environment is one of its own.
mutants:
	@PYTHON='$(PYTHON)' tests/tools/mutants.sh $(MUTANTS)

format: venv
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Writes the release of galaxy.yml's version into the changelog; once more for the same version adds to it.
changelog: venv
	$(BIN)/antsibull-changelog release --reload-plugins --update-existing

clean:
	rm -rf build .venv .venv-* .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache
