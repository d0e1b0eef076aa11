# Open-D publisher. `make help` lists the targets from their own comments.

SHELL      := /bin/sh
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

# Variants live apart: build/ is the product, build/asan/ the same under sanitizers.
VARIANT    ?=
BUILD      := build$(if $(VARIANT),/$(VARIANT))
CC         := gcc
VERSION    := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

PKGS       := libpq sqlite3 yaml-0.1 libarchive libcurl libsodium libcrypto md4c libhs libisal
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

HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
SAN_asan := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT_asan := -O1 -g
OPT_     := -O2 -g $(HARDEN)

CFLAGS   = -std=c11 -D_GNU_SOURCE -Ipipeline $(OPT_$(VARIANT)) $(SAN_$(VARIANT)) $(WARN) $(PKG_CFLAGS)
LDFLAGS  = $(SAN_$(VARIANT)) $(if $(VARIANT),,-pie -Wl,-z,relro,-z,now)

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

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS) $(if $(filter pipeline/main.c,$<),-DOD_VERSION='"$(VERSION)"') -MMD -MP -c -o $@ $<

$(BUILD)/%_test: %_test.c $(LIB)
	@mkdir -p $(@D)
	@echo "  TEST  $@"
	@$(CC) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIB) $(PKG_LIBS) -lcmocka -larchive -ljson-c

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort | column -t -s '	'

.PHONY: clean
clean: ## remove what was built
	rm -rf build
