# Open-D publisher. `make help` lists the targets from their own comments.

SHELL      := /bin/sh
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

# Variants live apart: build/ is the product, build/asan/ the same under sanitizers.
VARIANT    ?=
BUILD      := build$(if $(VARIANT),/$(VARIANT))
CC         := gcc
VERSION    := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

PKGS       := libpq sqlite3 yaml-0.1 libarchive libcurl libsodium libcrypto md4c libhs libdeflate libzstd zlib libpcre2-8 libseccomp
PKG_CFLAGS  = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS    = $(shell pkg-config --libs $(PKGS)) -lcsv -lpthread -lm

WARN := -Wall
WARN += -Wextra
WARN += -Wpedantic
WARN += -Wshadow             # a hidden variable is a misread function
WARN += -Wconversion         # lengths must not change size by accident
WARN += -Wformat=2           # formats are constants
WARN += -Wstrict-prototypes
WARN += -Wmissing-prototypes # what is not declared in a header is static
WARN += -Wwrite-strings
WARN += -Wcast-qual          # const is a promise
WARN += -Wvla                # no stack by the size of the input
WARN += -Wundef
WARN += -Werror

HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
# Two builds, one hash: wherever the sources lie.
HARDEN += "-ffile-prefix-map=$(CURDIR)=."
SAN_asan := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT_asan := -O1 -g
OPT_cov  := -O0 -g
SAN_cov  := --coverage
OPT_     := -O2 -g $(HARDEN)

CFLAGS   = -std=c11 -D_GNU_SOURCE -Ipipeline $(OPT_$(VARIANT)) $(SAN_$(VARIANT)) $(WARN) $(PKG_CFLAGS)
LDFLAGS  = $(SAN_$(VARIANT)) $(if $(VARIANT),,-pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code)

SRC      := $(sort $(wildcard pipeline/*.c pipeline/*/*.c))
OBJ      := $(SRC:%.c=$(BUILD)/%.o)
LIB      := $(filter-out $(BUILD)/pipeline/main.o,$(OBJ))
UNIT_SRC := $(sort $(wildcard tests/unit/*/*_test.c))
UNIT     := $(UNIT_SRC:%.c=$(BUILD)/%)
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))

-include config.mk

.PHONY: all
all: $(BUILD)/odp $(BUILD)/opdb ## build build/odp and the demo database generator

$(BUILD)/odp: $(OBJ)
	@echo "  LD    $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/opdb: $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/opdb/*.c))
	@echo "  LD    $@"
	@$(CC) $(LDFLAGS) -o $@ $^ -lsqlite3 -lm

# What was compiled with other flags is compiled again.
.PHONY: FORCE
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS)' | cmp -s - $@ || echo '$(CC) $(CFLAGS)' >$@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS) $(if $(filter pipeline/main.c,$<),-DOD_VERSION='"$(VERSION)"') -MMD -MP -c -o $@ $<

$(BUILD)/%_test: %_test.c $(LIB)
	@mkdir -p $(@D)
	@echo "  TEST  $@"
	@$(CC) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(PKG_LIBS) -lcmocka -larchive -ljson-c

# Programs that integration tests start.
FAKES := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fakes/*.c))
$(BUILD)/tests/fakes/%: tests/fakes/%.c $(LIB)
	@mkdir -p $(@D)
	@echo "  TEST  $@"
	@$(CC) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(PKG_LIBS)

$(BUILD)/%_bench: %_bench.c $(LIB)
	@mkdir -p $(@D)
	@echo "  BENCH $@"
	@$(CC) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(PKG_LIBS)

# The trainer of the model of persons knows no model itself.
$(BUILD)/tests/bench/anon_train: tests/bench/anon_train.c tests/bench/anon_blank.inc $(LIB)
	@mkdir -p $(@D)
	@echo "  BENCH $@"
	@$(CC) $(CFLAGS) -I. -DOD_GUESS_MODEL='"tests/bench/anon_blank.inc"' $(LDFLAGS) -o $@ $< \
		pipeline/anon/guess.c $(filter-out %/anon/guess.o,$(LIB)) $(PKG_LIBS)

$(BUILD)/tests/bench/anon_measure: tests/bench/anon_measure.c $(LIB)
	@mkdir -p $(@D)
	@echo "  BENCH $@"
	@$(CC) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(PKG_LIBS)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- what is handed out -------------------------------------------------------------

# 0+git20261123.f9a9890 until there are numbers.
DEB_VERSION := 0+git$(shell git log -1 --format=%cd --date=format:%Y%m%d 2>/dev/null).$(subst -,+,$(VERSION))

.PHONY: deb
deb: deps ## make a Debian package, and let lintian look at it
	$(call need,$(APT_DEB))
	@$(MAKE) --no-print-directory all
	@cron/deb/build.sh $(BUILD) '$(DEB_VERSION)'
	@lintian --fail-on error --tag-display-limit 0 $(BUILD)/odp_*.deb

.PHONY: sbom reproducible
sbom: $(BUILD)/odp ## list what odp is linked with: build/odp.cdx.json (CycloneDX)
	@cron/deb/sbom.sh $(BUILD)/odp '$(VERSION)' >$(BUILD)/odp.cdx.json
	@echo $(BUILD)/odp.cdx.json

TWICE := $(CURDIR)/build/twice
reproducible: deps ## build odp twice, in two places: the same bytes?
	@rm -rf $(TWICE)
	@for d in a b/deeper; do mkdir -p $(TWICE)/$$d && cp -r Makefile pipeline $(TWICE)/$$d && \
	$(MAKE) -s -j2 -C $(TWICE)/$$d VERSION='$(VERSION)' build/odp >/dev/null || exit 1; done
	@cmp $(TWICE)/a/build/odp $(TWICE)/b/deeper/build/odp && sha256sum $(TWICE)/a/build/odp | cut -d ' ' -f 1
	@rm -rf $(TWICE)

# ---- what a machine needs ----------------------------------------------------------

APT_BUILD := gcc libc6-dev make pkg-config git libpq-dev libsqlite3-dev libyaml-dev libcsv-dev \
	libarchive-dev libcurl4-openssl-dev libsodium-dev libssl-dev libmd4c-dev libdeflate-dev libhyperscan-dev libpcre2-dev \
	libzstd-dev zlib1g-dev libseccomp-dev linux-libc-dev
APT_TEST  := libcmocka-dev libjson-c-dev sqlite3 minisign postgresql python3 unzip \
	libarchive-tools glpk-utils zstd time libxml2-utils curl procps nginx-light apache2-bin dpkg-dev binutils
APT_LINT  := clang clang-format clang-tidy cppcheck shellcheck libclang-rt-14-dev
APT_DEB   := dpkg-dev binutils lintian
APT_SERVE := darkhttpd
SUDO      := $(if $(filter 0,$(shell id -u)),,sudo)

# Installs those of the packages $(1) that are missing.
need = @missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | \
	grep -q 'ok installed' || echo $$p; done); [ -z "$$missing" ] || { \
	echo "installing:" $$missing; $(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq \
	--no-install-recommends $$missing >/dev/null; }

.PHONY: deps deps-test deps-lint
deps: ## install what the build needs (Debian 12)
	$(call need,$(APT_BUILD))
deps-test: deps ## install what the tests need
	$(call need,$(APT_TEST))
deps-lint: deps-test ## install what lint and the sanitizers need
	$(call need,$(APT_LINT))

# ---- the demo ----------------------------------------------------------------------

PROJECTS ?= 2000
DEMO     := build/demo
PORT     ?= 8000

.PHONY: demo
demo: deps ## make a demo database, publish it into output/, verify it (PROJECTS=2000)
	@$(MAKE) --no-print-directory all
	@mkdir -p $(DEMO)
	@[ -e $(DEMO)/odp.key ] || $(BUILD)/odp keygen $(DEMO)
	@echo "making a demo database of $(PROJECTS) publishable projects"
	@$(BUILD)/opdb --projects $(PROJECTS) --sqlite $(DEMO)/opdb.sqlite --truth $(DEMO)/truth
	@$(BUILD)/odp run --source sqlite:$(DEMO)/opdb.sqlite --output output \
		--state $(DEMO)/state --sign-key $(DEMO)/odp.key --base-url http://127.0.0.1:$(PORT)/
	@$(BUILD)/odp verify output/current --public-key $(DEMO)/odp.pub
	@echo
	@echo "The release lies in output/current/ ($$(du -shL output/current | cut -f1))."
	@echo "  make serve                 shows it at http://127.0.0.1:$(PORT)/"
	@echo "  output/current/index.html  opens without a server too"
	@echo "  output/current/data/       the tables; bundles/ the zip files; catalog.ttl the catalogue"

.PHONY: serve
serve: ## show output/current at http://127.0.0.1:8000/ (PORT=8000)
	$(call need,$(APT_SERVE))
	@echo "http://127.0.0.1:$(PORT)/ - end with Ctrl-C"
	@darkhttpd output/current --addr 127.0.0.1 --port $(PORT) --no-listing --log /dev/null

# ---- tests -------------------------------------------------------------------------

.PHONY: check
check: deps-test ## build and run all tests
	@$(MAKE) --no-print-directory -j2 all unit-build fakes
	@tests/run.sh $(BUILD)

.PHONY: unit-build fakes unit
unit-build: $(UNIT)
fakes: $(FAKES)
unit: all unit-build ## run the unit tests
	@tests/run.sh $(BUILD) unit

.PHONY: integration
integration: all fakes ## run the integration tests
	@tests/run.sh $(BUILD) integration

.PHONY: check-ckan
check-ckan: deps-test all fakes ## install a real CKAN in build/ckan; upload to it, let it harvest (skips where it cannot be installed)
	@log=$(BUILD)/check-ckan.log; ODP_BUILD=$(CURDIR)/$(BUILD) bash tests/ckan/check.sh >$$log 2>&1; status=$$?; cat $$log; exit $$status

.PHONY: asan
asan: deps-lint ## run all tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory -j2 VARIANT=asan all unit-build fakes
	@tests/run.sh build/asan

.PHONY: coverage
coverage: deps-test ## lines that the unit tests reach, by folder; COVER='unit integration' adds the scripts
	@$(MAKE) --no-print-directory -j2 VARIANT=cov all unit-build fakes
	@find build/cov -name '*.gcda' -delete
	@tests/run.sh build/cov $${COVER:-unit}
	@tests/coverage.sh build/cov

FUZZ_TIME ?= 60
FUZZ_LIBS  = $(PKG_LIBS) -larchive
.PHONY: fuzz
fuzz: deps-lint ## fuzz every parser for FUZZ_TIME seconds each
	@mkdir -p build/fuzz
	@for f in $(FUZZ_SRC); do n=$$(basename $$f .c); echo "fuzz $$n"; \
	clang -std=c11 -D_GNU_SOURCE -Ipipeline -g -O1 -fsanitize=fuzzer,address,undefined \
	$(PKG_CFLAGS) -o build/fuzz/$$n $$f $(filter-out pipeline/main.c,$(SRC)) $(FUZZ_LIBS) || exit 1; \
	mkdir -p build/fuzz/$$n.corpus; \
	(cd build/fuzz && ./$$n -max_total_time=$(FUZZ_TIME) -timeout=5 -close_fd_mask=3 $$n.corpus >$$n.log 2>&1) || \
	{ tail -40 build/fuzz/$$n.log; exit 1; }; done

.PHONY: bench
bench: deps-test all ## measure speed beside the floors of this machine (PROJECTS=274016)
	@PROJECTS=$${PROJECTS:-274016} tests/bench/run.sh $(BUILD)

.PHONY: check-bench
check-bench: deps-test all ## measure how many rows a second odp check reads on one core
	@tests/bench/check.sh $(BUILD)

ANON_BENCH := $(addprefix $(BUILD)/tests/bench/anon_,train measure bench)

.PHONY: anon-bench anon-model
anon-bench: all $(ANON_BENCH) ## measure what the detector finds on ../shared/pii, and its speed
	@OBJECTS='$(filter-out %/anon/guess.o,$(LIB))' LIBS='$(PKG_LIBS)' tests/bench/anon.sh $(BUILD)

anon-model: all $(ANON_BENCH) ## train pipeline/anon/model.inc anew from ../shared/pii and ../shared/opdb
	@tests/bench/anon_texts.sh $(BUILD)/official.txt $(BUILD)/official.planted
	@$(BUILD)/tests/bench/anon_train ../shared/pii $(BUILD)/official.txt >$(BUILD)/model.inc
	@mv $(BUILD)/model.inc pipeline/anon/model.inc

C_FILES := $(wildcard pipeline/*.[ch] pipeline/*/*.[ch] tests/unit/*/*.[ch] tests/fuzz/*.c tests/opdb/*.[ch] tests/bench/*.[ch])
.PHONY: lint format
lint: deps-lint ## check format, layers, headers, symbols, docs and shell scripts
	@tests/lint/run.sh $(C_FILES)
format: ## format the C sources in place
	@clang-format -i $(C_FILES)

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  \1@/p' $(firstword $(MAKEFILE_LIST)) | sort | awk -F@ '{printf "%-14s %s\n", $$1, $$2}'

.PHONY: clean
clean: ## remove what was built
	rm -rf build
