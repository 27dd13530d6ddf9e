# make            build/libtypecase.so
# make demo       a chat rendered and generated from, against a stand-in engine; installs what is missing
# make test       everything that needs no network beyond Debian and PyPI, and no real engine
# make install    PREFIX=/usr/local: library, header, pkg-config file, CMake package
# make bench      beside the peers, as ratios
# make test-engines   against real vLLM and SGLang servers: VLLM_URL=… SGLANG_URL=…, or starts them (ENGINES=directory of scripts)

VERSION := 0.1.0
SONAME := libtypecase.so.0
PREFIX ?= /usr/local
PYTHON ?= python3
SWIFT_BUILD := swift build -c release --product typecase
LIBRARY := build/$(SONAME)
VENV := .venv
SOURCES := $(shell find Sources include -type f) Package.swift exports.map

.PHONY: all abi-baseline demo test test-swift test-engines bench install lint format clean deps deps-test

all: $(LIBRARY)

# SwiftPM does not track the version script: the old library goes first.
$(LIBRARY): $(SOURCES) | deps
	rm -f .build/release/libtypecase.so
	$(SWIFT_BUILD)
	mkdir -p build
	strip --strip-all -o $@ .build/release/libtypecase.so
	ln -sf $(SONAME) build/libtypecase.so

deps:
	@.ci/install build
deps-test:
	@.ci/install test

demo: $(LIBRARY)
	PYTHONPATH=bindings/python $(PYTHON) -m typecase.demo

$(VENV)/.ready: Tests/requirements.txt | deps-test
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Tests/requirements.txt
	touch $@

test: lint $(LIBRARY) $(VENV)/.ready test-swift
	$(VENV)/bin/python -m pytest -q Tests/abi Tests/python Tests/conformance

test-swift: | deps
	swift test

test-engines: $(LIBRARY) $(VENV)/.ready
	$(VENV)/bin/python -m pytest -q -s Tests/engines

bench: $(LIBRARY) $(VENV)/.ready bench/requirements.txt
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	$(VENV)/bin/python bench/run.py

# Takes the interface as it is for the one that later ones are compared with.
abi-baseline: | deps-test
	python3 Tests/abi/stub.py > build/stub.c
	gcc -g -shared -fPIC -fvisibility=hidden -Iinclude build/stub.c -o build/stub.so
	abidw --no-show-locs --no-corpus-path --no-comp-dir-path build/stub.so > Tests/abi/baseline.abi

lint: | deps
	swift format lint --strict --recursive --parallel --configuration .swift-format Sources Tests Package.swift

format:
	swift format --in-place --recursive --parallel --configuration .swift-format Sources Tests Package.swift

install: $(LIBRARY)
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/lib/cmake/typecase $(DESTDIR)$(PREFIX)/include
	install -m 755 $(LIBRARY) $(DESTDIR)$(PREFIX)/lib/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(PREFIX)/lib/libtypecase.so
	install -m 644 include/typecase.h bindings/cpp/typecase.hpp $(DESTDIR)$(PREFIX)/include/
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' bindings/packaging/typecase.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/typecase.pc
	install -m 644 bindings/packaging/typecaseConfig.cmake.in $(DESTDIR)$(PREFIX)/lib/cmake/typecase/typecaseConfig.cmake
	sed 's|@VERSION@|$(VERSION)|; s|@MINOR@|$(word 2,$(subst ., ,$(VERSION)))|' bindings/packaging/typecaseConfigVersion.cmake.in \
	    > $(DESTDIR)$(PREFIX)/lib/cmake/typecase/typecaseConfigVersion.cmake

clean:
	rm -rf .build build $(VENV)
