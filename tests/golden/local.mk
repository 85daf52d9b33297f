# Golden files: read in every check, made by "make golden".
check_PROGRAMS += tests/golden/golden_test
EXTRA_PROGRAMS += tests/golden/make
CLEANFILES += tests/golden/make

EXTRA_DIST += tests/golden/README tests/golden/golden.sh
GOLDEN_SOURCES = tests/reader/dump.c tests/reader/dump.h
tests_golden_golden_test_SOURCES = tests/golden/golden_test.c $(GOLDEN_SOURCES)
tests_golden_golden_test_LDADD = $(READER_LIBS)
tests_golden_make_SOURCES = tests/golden/make.c $(GOLDEN_SOURCES) tests/sync/invent.c tests/sync/invent.h
tests_golden_make_LDADD = $(READER_LIBS)

golden: tests/golden/make
	$(MKDIR_P) tests/golden/new
	tests/golden/make tests/golden/new
.PHONY: golden
