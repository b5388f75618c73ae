# Cochlea. `make demo` shows it at work, `make test` tests it, `make help` lists the rest.
SHELL := /bin/sh
# The flag only silences a warning about Maven's own libraries.
MVN = JAVA_HOME="$$(bin/jdk)" MAVEN_OPTS="$$MAVEN_OPTS --sun-misc-unsafe-memory-access=allow" mvn -B -ntp

.PHONY: help build dist demo test check format clean emulated

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

jdk:
	@bin/jdk >/dev/null
	@command -v mvn >/dev/null || { echo "cochlea: Apache Maven is needed: install it (Debian: apt-get install maven)" >&2; exit 1; }

build: jdk ## build the jars and what bin/cochlea needs
	@$(MVN) -q package -DskipTests
	@bin/cochlea --make-caches

dist: build ## make a folder and an archive that run without a JDK
	@bin/dist

demo: build ## compute sounds, their features and pictures: into cochlea-demo
	@bin/cochlea demo

# The CUDA engine is tested on the emulator, where there is a g++ to build it.
emulated:
	@if command -v g++ >/dev/null; then $(MAKE) -s emulator; \
	else echo "cochlea: no g++, so that the tests of the CUDA engine are skipped" >&2; fi

test: jdk emulated ## run the tests
	@$(MVN) verify

check: jdk kernels-check emulated ## format, lint (warnings are errors), architecture tests, tests
	@$(MVN) -Plint spotless:check verify

format: jdk ## format the sources
	@$(MVN) -q spotless:apply

clean: jdk ## remove what was built
	@$(MVN) -q clean
	@rm -rf build

# The benchmarks: PYTHON is an interpreter with bench/peers/requirements.txt, ARGS more options.
PYTHON ?= python3
BENCH = "$$(bin/jdk)/bin/java" -jar bench/target/cochlea-bench.jar

.PHONY: bench bench-features bench-extract bench-cost bench-full bench-report bench-jar

bench-jar: jdk
	@$(MVN) -q -Pbench -pl bench -am package -DskipTests

bench: bench-jar ## measure Cochlea and its peers on this machine (about 5 minutes)
	@$(BENCH) compare --python=$(PYTHON) $(ARGS)

bench-features: bench-jar ## measure features beside other libraries' (about 15 minutes)
	@$(BENCH) features --python=$(PYTHON) $(ARGS)

bench-extract: bench-jar build ## time `cochlea extract` beside Python scripts (about 5 minutes)
	@$(BENCH) extract --python=$(PYTHON) $(ARGS)

bench-cost: bench-jar ## operations, bytes and ceilings of one core; warm-up (about 9 minutes)
	@"$$(bin/jdk)/bin/java" --add-modules=jdk.incubator.vector \
	  --enable-native-access=ALL-UNNAMED -XX:+UseTransparentHugePages \
	  -jar bench/target/cochlea-bench.jar roofline $(ARGS)
	@$(BENCH) warm-up $(ARGS)

bench-full: bench-jar ## two launches of everything, and all JMH benchmarks (over an hour)
	@$(BENCH) compare --full --python=$(PYTHON) $(ARGS)
	@$(BENCH) jmh

bench-report: bench-jar ## write the tables of bench/README.md from bench/results
	@$(BENCH) report

# The CUDA kernels: nvcc compiles them, g++ builds the emulator that runs them without a GPU.
.PHONY: kernels kernels-ship kernels-check emulator emulator-test

kernels: ## compile the CUDA kernels (needs nvcc), with a report of their resources
	@$(MAKE) -s -C kernels all

kernels-ship: ## compile the CUDA kernels and put them where the jar takes them from
	@$(MAKE) -s -C kernels ship

kernels-check: ## are the shipped kernels those of the sources? (with nvcc their PTX is compared)
	@$(MAKE) -s -j"$$(nproc)" -C kernels check

emulator: ## build the emulator of the CUDA driver and of cuFFT: kernels/emulator/build
	@$(MAKE) -s -C kernels emulator

emulator-test: ## run the CUDA kernels on the emulator, against transforms in double
	@$(MAKE) -s -C kernels emulator-test
