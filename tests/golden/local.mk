# Golden files: read in every check, made by "make golden".
check_PROGRAMS += tests/golden/golden_test
EXTRA_PROGRAMS += tests/golden/make
CLEANFILES += tests/golden/make
TESTS += tests/golden/golden_test tests/golden/golden.sh

EXTRA_DIST += tests/golden/README tests/golden/golden.sh tests/golden/0.1
GOLDEN_SOURCES = tests/reader/dump.c tests/reader/dump.h
tests_golden_golden_test_SOURCES = tests/golden/golden_test.c $(GOLDEN_SOURCES)
tests_golden_golden_test_LDADD = $(READER_LIBS)
tests_golden_make_SOURCES = tests/golden/make.c tests/reader/ring.h $(GOLDEN_SOURCES) tests/sync/invent.c tests/sync/invent.h
tests_golden_make_LDADD = $(READER_LIBS)

golden: tests/golden/make
	$(MKDIR_P) tests/golden/new
	tests/golden/make tests/golden/new
.PHONY: golden
