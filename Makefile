# The commands a person types. Each is a script below scripts/, which says what it does.
# A setting may stand behind the command: make demo IDP_PORT=9800

.DEFAULT_GOAL := help
.PHONY: help demo test conformance bench interop fuzz ci fmt lint deny dist clean-demo

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: ## Build and start the identity provider, the sample and a phone (Ctrl-C stops)
	@scripts/demo

test: ## Run every test, on SQLite and on a temporary PostgreSQL
	@scripts/test

conformance: ## Make docs/conformance.md from the tests
	@cargo run --quiet -p conformance

bench: ## Measure speed and memory: a table, target/bench/report.md and a chart
	@scripts/bench

interop: ## Drive service providers made of six SAML libraries against the server: a matrix
	@scripts/interop

fuzz: ## Fuzz every parser, a minute each (FUZZ_SECONDS=60)
	@scripts/fuzz

ci: ## What a change must pass: formatting, lints, documentation, tests
	@.ci/run

fmt: ## Format the code
	cargo fmt --all

lint: ## Check formatting, lints and documentation
	@scripts/lint

deny: ## Check licences, sources and advisories of all dependencies
	@scripts/lint deny

dist: ## Build the binary to ship: target/dist/idp-server
	@scripts/dist

clean-demo: ## Throw the demo's data away
	@scripts/clean-demo
