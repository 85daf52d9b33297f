# Targets for libFuzzer. "make check" replays the corpora and what was found once; "make fuzz", in a build configured
# with clang and --enable-fuzzing (./bootstrap fuzz), looks for more. fuzz-open is fuzz without the walls of
# cryptography (tests/fuzz/open.c).
FUZZ_SOURCES = \
	tests/fuzz/columns.c \
	tests/fuzz/files.c \
	tests/fuzz/fuzz.c \
	tests/fuzz/fuzz.h \
	tests/fuzz/tables.c \
	tests/reader/dump.c \
	tests/reader/dump.h
OPEN_WRAPS = -Wl,--wrap=crypto_equal,--wrap=crypto_verify,--wrap=crypto_seal,--wrap=crypto_seal_open \
	-Wl,--wrap=crypto_stream_push,--wrap=crypto_stream_pull
if FUZZING
FUZZ_MAIN =
FUZZER_FLAGS = -fsanitize=fuzzer
EXTRA_PROGRAMS += tests/fuzz/fuzz tests/fuzz/fuzz-open
else
FUZZ_MAIN = tests/fuzz/replay.c
FUZZER_FLAGS =
check_PROGRAMS += tests/fuzz/fuzz tests/fuzz/fuzz-open
TESTS += tests/fuzz/replay.sh
endif
EXTRA_PROGRAMS += tests/fuzz/seeds tests/fuzz/make-open
CLEANFILES += tests/fuzz/seeds tests/fuzz/make-open
EXTRA_DIST += tests/fuzz/run.sh tests/fuzz/replay.sh tests/fuzz/replay.c tests/fuzz/corpus tests/fuzz/regressions
tests_fuzz_fuzz_SOURCES = $(FUZZ_SOURCES) $(FUZZ_MAIN)
tests_fuzz_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZER_FLAGS)
tests_fuzz_fuzz_LDADD = $(READER_LIBS)
tests_fuzz_fuzz_open_SOURCES = $(FUZZ_SOURCES) $(FUZZ_MAIN) tests/fuzz/open.c
tests_fuzz_fuzz_open_LDFLAGS = $(AM_LDFLAGS) $(FUZZER_FLAGS) $(OPEN_WRAPS)
tests_fuzz_fuzz_open_LDADD = $(READER_LIBS)
tests_fuzz_seeds_SOURCES = tests/fuzz/seeds.c tests/reader/ring.h tests/sync/invent.c tests/sync/invent.h
tests_fuzz_seeds_LDADD = $(READER_LIBS)
tests_fuzz_make_open_SOURCES = $(tests_golden_make_SOURCES) tests/fuzz/open.c
tests_fuzz_make_open_LDFLAGS = $(AM_LDFLAGS) $(OPEN_WRAPS)
tests_fuzz_make_open_LDADD = $(READER_LIBS)

FUZZ_SECONDS = 60
fuzz: tests/fuzz/fuzz tests/fuzz/fuzz-open
	srcdir=$(srcdir) builddir=. bash $(srcdir)/tests/fuzz/run.sh $(FUZZ_SECONDS)

# The seeds anew, from the golden files and invented entries.
fuzz-seeds: tests/fuzz/seeds tests/fuzz/make-open
	$(MKDIR_P) tests/fuzz/open
	tests/fuzz/make-open tests/fuzz/open
	tests/fuzz/seeds tests/fuzz/open $(srcdir)/tests/golden/0.1 $(srcdir)/tests/fuzz/corpus
.PHONY: fuzz fuzz-seeds
