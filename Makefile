# Every target installs what it needs into .offline/ (ignored by git) and says in one line what is missing.
# STACK=dev|staging|prod chooses the stack; dev is the default. FILE=path is for `make diagram` only.

STACK ?= dev
# The first Python that is new enough: a name on the PATH may be a shim without a Python behind it.
PYTHON ?= $(shell for each in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$each"; break; }; done)
VENV := .offline/venv/bin

OFFLINE = $(PYTHON) -m offline
.DEFAULT_GOAL := help
.PHONY: help up preview report refresh destroy diagram test lint policies-build bench clean check-tools venv install

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: check-tools ## preview, policy packs, up, outputs and diagram of STACK, without AWS
	@$(OFFLINE) up --stack "$(STACK)"

preview: check-tools ## what `make up` would do, under both policy packs
	@$(OFFLINE) preview --stack "$(STACK)"

report: check-tools ## preview STACK and write what the packs find to .offline/reports, as SARIF, JUnit and Markdown
	@$(OFFLINE) report --stack "$(STACK)"

refresh: check-tools ## read every resource of STACK anew
	@$(OFFLINE) refresh --stack "$(STACK)"

destroy: check-tools ## delete every resource of STACK
	@$(OFFLINE) destroy --stack "$(STACK)"

diagram: check-tools ## draw the pipelines of STACK, or of a stack file FILE, into .offline/diagrams
	@$(OFFLINE) diagram --stack "$(STACK)" $(if $(FILE),--file "$(FILE)")

# In the order of the folders the long files come first, and no core waits long for the other at the end.
test: install ## every test, a file to each core
	@env -u PYTHONDONTWRITEBYTECODE $(VENV)/python -m pytest tests --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: venv ## ruff, its formatter and mypy
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy .

policies-build: venv ## each policy pack as a folder that `pulumi policy publish` takes, in .offline/policies
	@PYTHONPATH=policies $(VENV)/python -m rulebook.staging --into .offline/policies $(if $(VERSION),--version "$(VERSION)")

bench: install ## how long the policy packs take, as a Markdown table
	@env -u PYTHONDONTWRITEBYTECODE PYTHONPATH=.:policies $(VENV)/python -m bench

clean: ## remove everything that was built, the offline state too
	@rm -rf .offline

install: check-tools
	@$(OFFLINE) install

venv: check-tools
	@$(OFFLINE) venv

check-tools:
	@if [ -z "$(PYTHON)" ]; then echo "» cannot go on: Python 3.11 or newer is missing" >&2; exit 2; fi
	@command -v git >/dev/null 2>&1 || { echo "» cannot go on: git is missing" >&2; exit 2; }
