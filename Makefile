# Every target is one script; the scripts say how long each step took.
# ARGS="..." goes to the program that `run` and `demo` start.

.DEFAULT_GOAL := help
.PHONY: help run demo test check fmt happ bench dist clean
MAKEFLAGS += --no-print-directory

help: ## this list
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: ## set up, build, start one node and print its address
	@scripts/run run $(ARGS)

demo: ## a village of three living members on this machine
	@scripts/run demo $(ARGS)

test: ## all tests
	@scripts/test

check: ## format, lints, types, pure tests (under two minutes when warm)
	@scripts/build --happ
	@scripts/check

fmt: ## format the Rust sources
	@cargo fmt --all

happ: ## pack .dna, .happ and .webhapp into workdir/, print the DNA hash
	@scripts/build --happ

bench: ## the numbers: law, conductor, zome sizes
	@scripts/bench

dist: ## the files to hand out: optimised program, bundles, checksums
	@scripts/dist

clean: ## remove what was built here (ALL=1: the shared target folder too)
	@scripts/clean $(if $(ALL),--all)
