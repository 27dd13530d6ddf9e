# make            build/libtypecase.so
# make demo       a chat rendered and generated from, against a stand-in engine; installs what is missing
# make test       everything that needs no network beyond Debian and PyPI, and no real engine
# make install    PREFIX=/usr/local: library, header, pkg-config file, CMake package
# make bench      beside the peers, as ratios
# make test-arm64 the scanners of 64-bit ARM, in an emulator; installs it
# make test-engines   against real vLLM and SGLang servers: VLLM_URL=… SGLANG_URL=…, or starts them (ENGINES=directory of scripts)

VERSION := 0.1.0
SONAME := libtypecase.so.0
PREFIX ?= /usr/local
PYTHON ?= python3
SWIFT_BUILD := swift build -c release --product typecase
LIBRARY := build/$(SONAME)
VENV := .venv
SOURCES := $(shell find Sources include -type f) Package.swift exports.map

.PHONY: all fuzz abi-baseline demo test test-swift test-arm64 test-engines bench install lint format clean deps deps-test

all: $(LIBRARY)

# SwiftPM does not track the version script: the old library goes first.
$(LIBRARY): $(SOURCES) | deps
	rm -f .build/release/libtypecase.so
	$(SWIFT_BUILD)
	mkdir -p build
	strip --strip-all -o $@.part .build/release/libtypecase.so
	mv $@.part $@
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
	$(MAKE) fuzz FUZZ_TARGETS=FuzzTemplate FUZZ_SECONDS=60
	$(MAKE) fuzz FUZZ_TARGETS="FuzzTokenizer FuzzEngines FuzzParse" FUZZ_SECONDS=15
	$(VENV)/bin/python -m pytest -q Tests/abi Tests/python Tests/conformance

test-swift: | deps
	swift test

ARM64 := /usr/aarch64-linux-gnu
ARM64_GCC := /usr/lib/gcc-cross/aarch64-linux-gnu/12
test-arm64:
	@.ci/install arm64
	mkdir -p build
	clang --target=aarch64-linux-gnu --sysroot=$(ARM64) -isystem $(ARM64)/include -B$(ARM64_GCC) -L$(ARM64_GCC) -L$(ARM64)/lib -fuse-ld=lld \
	    -static -Wall -Wextra -Werror -O2 -ISources/CScan/include Sources/CScan/*.c Tests/scan/scan.c -o build/scan-arm64
	qemu-aarch64 build/scan-arm64

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

# Fuzzes each target for FUZZ_SECONDS with AddressSanitizer, from the seeds beside it. What it finds it leaves in build/fuzz.
FUZZ_SECONDS ?= 60
FUZZ_TARGETS := FuzzTemplate FuzzTokenizer FuzzEngines FuzzParse
fuzz: | deps
	@set -e; mkdir -p build/fuzz; for target in $(FUZZ_TARGETS); do \
	    TYPECASE_FUZZ=1 swift build -c release --scratch-path .build-fuzz --target $$target \
	        -Xswiftc -sanitize=fuzzer,address > build/fuzz/$$target.log 2>&1 \
	        || { cat build/fuzz/$$target.log; exit 1; }; \
	    objects=$$(find .build-fuzz/release/$$target.build .build-fuzz/release/Bytes.build .build-fuzz/release/JSON.build \
	        .build-fuzz/release/C[A-Z]*.build $$(case $$target in \
	            FuzzParse) echo .build-fuzz/release/Chat.build .build-fuzz/release/Template.build .build-fuzz/release/Tokenizer.build;; \
	            *) echo .build-fuzz/release/$${target#Fuzz}.build;; esac) -name '*.o'); \
	    swiftc -sanitize=fuzzer,address -use-ld=lld -o build/fuzz/$$target $$objects -ljansson -lgmp -lnettle; \
	    rm -rf build/fuzz/tmp; mkdir -p build/fuzz/$$target.corpus build/fuzz/tmp; \
	    TMPDIR=$$PWD/build/fuzz/tmp TYPECASE_FUZZ_TOKENIZER=bindings/python/typecase/demo/model/tokenizer.json ASAN_OPTIONS=detect_leaks=0 \
	        build/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
	        -artifact_prefix=build/fuzz/ build/fuzz/$$target.corpus Tests/fuzz/$$target/seeds > build/fuzz/$$target.log 2>&1 \
	        || { tail -40 build/fuzz/$$target.log; exit 1; }; \
	    echo "$$target: $$(sed -n 's/stat::number_of_executed_units: *//p' build/fuzz/$$target.log) inputs in $(FUZZ_SECONDS) s, nothing found"; \
	done

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
