# print hub: a dynamic module of nginx.
#
#   make               build/ngx_print_module.so [CC=clang]
#   make run           installs what is missing, builds, serves the demo page
#                      [HOST=...] [PORT=3000] [WORKERS=2]
#   make test          installs what is missing, runs all tests [T="lint style
#                      package unit fuzz crash prove e2e asan"]
#   make crash-test    the crash tests of the store in their long form
#   make outlive-test  200 reloads and 20 new binaries, with 2000 clients; what
#                      a reload with 10000 takes
#   make fuzz          installs what is missing, runs the fuzz targets
#                      [T="json query"] [SECONDS=60]
#   make bench         installs what is missing, compares the hub with others
#                      [QUICK=1]
#   make conformance   installs what is missing, serves the applications that
#                      conformance suites run against [HOST=...]
#                      [PORT=3010] [WORKERS=2]
#   make asan          build-asan/ngx_print_module.so, with sanitizers
#   make check-nginx   will nginx load the module? [NGINX=...] [MODULE=...]
#   make lint          installs what is missing, runs static analysers alone
#   make check-versions  builds and tests with the nginx of three releases of
#                      Debian [SUITES="bookworm trixie sid"]
#   make deb           installs what is missing, builds the Debian package
#                      from what is committed: build/deb
#   make check-deb     installs what is missing, builds the package, and
#                      installs, upgrades and removes it in a chroot [HERE=1:
#                      on this very machine]
#   make dist          the archive of a release from what is committed:
#                      build/dist
#   make install       the module, without debugging symbols, the snippets of
#                      configuration and the demo page [DESTDIR=]
#                      [MODULES=/usr/lib/nginx/modules]
#   make uninstall     removes them, with the same DESTDIR and MODULES
#   make style         builds, and runs the style checker alone
#   make deps          installs what building takes
#   make clean
#
# The module is built against the headers of the installed nginx (Debian:
# nginx-dev), which are read only; all that is made goes to BUILD.

NGX_SRC   ?= /usr/share/nginx/src
NGX_FLAGS ?= --with-compat --with-debug --with-http_ssl_module
NGX_CC    ?= -O2
NGX_LD    ?=

ADDON     ?= $(CURDIR)
BUILD     ?= $(CURDIR)/build
ASAN      ?= $(CURDIR)/build-asan

include tools/warnings.mk

# Undefined behavior traps, and the address sanitizer reports the trap.  The
# messages of the other sanitizer itself would only go to nginx's log.
ASAN_CC   := -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined \
    -fsanitize-undefined-trap-on-error
ASAN_LD   := -fsanitize=address

# what is built depends on these too; the time is that of the installation
USED       = $(NGX_FLAGS) $(NGX_CC) $(NGX_LD) $(WARNINGS) $(CC) \
    $(sort $(wildcard src/*.[ch] src/*/*.[ch] $(ADDON)/*.[ch])) \
    $(shell stat -c %n,%Z $(NGX_SRC)/src/core/nginx.h 2>/dev/null)

export NGX_SRC BUILD ASAN DESTDIR MODULES SNIPPETS SHARE HERE


modules: $(BUILD)/Makefile
	$(MAKE) -C $(NGX_SRC) -f $(BUILD)/Makefile modules

# CFLAGS of the environment would replace nginx's own
$(BUILD)/Makefile: $(ADDON)/config $(BUILD)/used | $(NGX_SRC)/configure
	@echo "configuring, see $(BUILD)/configure.log"
	@cd $(NGX_SRC) && env -u CFLAGS ./configure $(NGX_FLAGS) \
	    --with-cc='$(CC)' --with-cc-opt='$(NGX_CC) $(WARNINGS)' \
	    --with-ld-opt='$(NGX_LD)' --builddir=$(BUILD) \
	    --add-dynamic-module=$(ADDON) > $(BUILD)/configure.log 2>&1 \
	|| { tail -n 8 $(BUILD)/configure.log; exit 1; } >&2

$(BUILD)/used: FORCE
	@mkdir -p $(BUILD)
	@echo '$(USED)' | cmp -s - $@ || echo '$(USED)' > $@

$(NGX_SRC)/configure:
	@echo "no nginx in $(NGX_SRC): run 'make deps', or set NGX_SRC" >&2
	@exit 1

# what t/e2e needs: the applications of t/app, which are a module of their own,
# and tools that stop or kill its processes
app: modules $(BUILD)/stop_inside $(BUILD)/die_at.so
	$(MAKE) modules BUILD=$(BUILD)/app ADDON=$(CURDIR)/t/app

$(BUILD)/stop_inside: t/e2e/lib/stop_inside.c
	@mkdir -p $(@D)
	$(CC) -std=gnu99 -g -O1 -W -Wall -Wextra -Wno-unused-parameter -Werror \
	    -o $@ $<

$(BUILD)/die_at.so: t/e2e/lib/die_at.c
	@mkdir -p $(@D)
	$(CC) -std=gnu99 -g -O1 -W -Wall -Wextra -Werror -fPIC -shared -o $@ $< -ldl

asan:
	$(MAKE) app BUILD=$(ASAN) NGX_CC='$(ASAN_CC)' NGX_LD='$(ASAN_LD)'

deps:
	@tools/install.sh build

run:
	@MAKE='$(MAKE)' exec tools/run.sh

conformance:
	@MAKE='$(MAKE)' exec tools/run.sh conformance

test:
	@MAKE='$(MAKE)' exec tools/test.sh $(T)

crash-test: $(BUILD)/Makefile
	$(MAKE) -C t/unit crash-test

outlive-test: app
	@tools/install.sh build e2e
	@PATH=$$PATH:/usr/sbin STORM_CLIENTS=2000 STORM_RELOADS=200 \
	    STORM_UPGRADES=20 TEST_PATIENCE=120 \
	    MODULE=$(BUILD)/ngx_print_module.so NODE_PATH=$(CURDIR)/node_modules \
	    LOAD_CLIENTS=10000 node --test --test-force-exit \
	    --test-concurrency=1 t/e2e/outlive-storm.test.js \
	    t/e2e/handover-load.test.js

fuzz:
	@tools/install.sh build fuzz
	@mkdir -p $(BUILD)/log
	@$(MAKE) modules > $(BUILD)/log/fuzz.log 2>&1 \
	|| { tail -n 40 $(BUILD)/log/fuzz.log; exit 1; } >&2
	@$(MAKE) -s -j$$(nproc) -C t/fuzz fuzz BUILD=$(BUILD) \
	    $(if $(T),T='$(T)') $(if $(SECONDS),SECONDS=$(SECONDS))

bench:
	@tools/install.sh build bench
	@mkdir -p $(BUILD)/log
	@$(MAKE) -j$$(nproc) modules > $(BUILD)/log/bench.log 2>&1 \
	|| { tail -n 40 $(BUILD)/log/bench.log; exit 1; } >&2
	@$(MAKE) -s -j$$(nproc) -C bench BUILD=$(BUILD)
	@NODE_PATH=$(CURDIR)/node_modules node bench/run.js $(if $(QUICK),quick)

check-nginx: modules
	@tools/check-nginx.sh

lint:
	@tools/install.sh build lint
	@$(MAKE) -s $(BUILD)/Makefile
	@tools/lint.py

check-versions:
	@tools/install.sh build perl
	@MAKE='$(MAKE)' exec tools/check-versions.sh $(SUITES)

deb:
	@tools/install.sh build deb
	@tools/deb.sh

check-deb:
	@tools/install.sh build deb check-deb
	@tools/check-deb.sh

dist:
	@tools/dist.sh

install: modules
	@tools/install-module.sh install

uninstall:
	@tools/install-module.sh uninstall

# who calls whom is read from the objects
style: modules
	@tools/style.py

clean:
	rm -rf $(BUILD) $(ASAN)

FORCE:

.DELETE_ON_ERROR:

.PHONY: modules app asan deps run conformance test crash-test outlive-test fuzz bench check-nginx lint check-versions deb check-deb dist install uninstall style clean FORCE
