# Cochlea. `make demo` shows it at work, `make test` tests it, `make help` lists the rest.
SHELL := /bin/sh
# The flag only silences a warning about Maven's own libraries.
MVN = JAVA_HOME="$$(bin/jdk)" MAVEN_OPTS="$$MAVEN_OPTS --sun-misc-unsafe-memory-access=allow" mvn -B -ntp -q

.PHONY: help build test check format clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

jdk:
	@bin/jdk >/dev/null
	@command -v mvn >/dev/null || { echo "cochlea: Apache Maven is needed: install it (Debian: apt-get install maven)" >&2; exit 1; }

build: jdk ## build the jars and what bin/cochlea needs
	@$(MVN) package -DskipTests

test: jdk ## run the tests
	@$(MVN) verify

check: jdk ## format, lint (warnings are errors), architecture tests, tests
	@$(MVN) -Plint spotless:check verify

format: jdk ## format the sources
	@$(MVN) spotless:apply

clean: jdk ## remove what was built
	@$(MVN) clean
