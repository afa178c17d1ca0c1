# The two commands that a newcomer needs are `make demo` and `make test`; both install what is missing.
.PHONY: demo test format lint documentation deny bench setup setup-tests clean-demo

CARGO ?= cargo
# Tests stop at the first broken crate only after all were tried.
TEST_FLAGS ?= --workspace --all-features --no-fail-fast

demo: setup
	$(CARGO) run --quiet --package nexus-cli -- demo --data demo

setup:
	scripts/setup

setup-tests:
	scripts/setup tests

test: setup-tests format lint documentation
	NEXUS_TEST_PROGRAM="$(abspath $(or $(CARGO_TARGET_DIR),target))/debug/nexus" $(CARGO) test $(TEST_FLAGS)
	scripts/check-features

format:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --workspace --all-targets --all-features -- -D warnings

documentation:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --all-features

# Licences, bans, sources and known vulnerabilities of the dependencies (installs cargo-deny when missing).
deny:
	command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check licenses bans sources

# The figures of docs/benchmarks.md; the whole-process ones are those of the release build.
bench: setup-tests
	$(CARGO) build --release --package nexus-cli
	$(CARGO) bench --package nexus-benches

clean-demo:
	rm -rf demo
