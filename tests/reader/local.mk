# A second reader of bundles, in Python; make reader-check compares 100,000 random files.
check_PROGRAMS += tests/reader/random
TESTS += tests/reader/reader.sh
EXTRA_DIST += tests/reader/reader.sh tests/reader/read_bundle.py \
	tests/reader/xybundle/__init__.py \
	tests/reader/xybundle/base.py \
	tests/reader/xybundle/chunk.py \
	tests/reader/xybundle/columns.py \
	tests/reader/xybundle/entry.py \
	tests/reader/xybundle/envelope.py \
	tests/reader/xybundle/keyring.py \
	tests/reader/xybundle/wire.py
READER_LIBS = sync/libsync.a care/libcare.a db/libdb.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)
tests_reader_random_SOURCES = \
	tests/reader/random.c \
	tests/reader/dump.c \
	tests/reader/dump.h \
	tests/reader/ring.h \
	tests/sync/invent.c \
	tests/sync/invent.h
tests_reader_random_LDADD = $(READER_LIBS)

READER_FILES = 100000
reader-check: tests/reader/random
	srcdir=$(srcdir) builddir=. sh $(srcdir)/tests/reader/reader.sh $(READER_FILES)
.PHONY: reader-check
