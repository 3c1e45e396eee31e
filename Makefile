# One command for each thing. Every target can be run again; what is done already is skipped.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo up test check bench soak lock

bin := .venv/bin

help: ## lists these targets
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: ## makes both environments (.venv and .venv-bot)
	@scripts/setup

demo: setup ## everything from nothing: database, demo company, training, and all processes started
	@$(bin)/quartermaster init
	@$(bin)/quartermaster demo-company
	@$(bin)/quartermaster train all --if-stale
	@exec $(bin)/quartermaster up

up: setup ## starts every process on the database there is
	@exec $(bin)/quartermaster up

test: setup ## runs every test
	@exec scripts/test

check: setup ## format, lint, types, who imports whom
	@exec scripts/check

bench: setup ## measures speed
	@exec scripts/bench

soak: setup ## races, kills, faults and fuzzing at full size
	@exec scripts/soak

lock: setup ## pins requirements/*.txt again from requirements/*.in
	@exec scripts/lock
