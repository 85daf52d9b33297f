# Measurements, not part of "make check": ./bootstrap bench, or "make bench" where SQLite is there to compare with.
BENCHES = tests/bench/forms tests/bench/store tests/bench/startup tests/bench/measured
EXTRA_PROGRAMS += $(BENCHES) tests/bench/sqlite tests/bench/sqlcipher
EXTRA_DIST += tests/bench/run.sh
CLEANFILES += $(BENCHES) tests/bench/sqlite tests/bench/sqlcipher
BENCH_LDADD = sync/libsync.a care/libcare.a db/libdb.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)

tests_bench_store_SOURCES = tests/bench/store.c tests/bench/bench.h
tests_bench_store_LDADD = $(BENCH_LDADD)
tests_bench_forms_SOURCES = tests/bench/forms.c tests/bench/bench.h
tests_bench_forms_LDADD = form/libform.a lib/liblib.a $(SYSTEM_LIBS)
tests_bench_startup_SOURCES = tests/bench/startup.c tests/bench/bench.h $(TERM_SOURCES)
tests_bench_startup_LDADD = $(TERM_LIBS)
tests_bench_measured_SOURCES = tests/bench/measured.c tests/bench/bench.h
tests_bench_measured_LDADD =
tests_bench_sqlite_SOURCES = tests/bench/sqlite.c tests/bench/bench.h
tests_bench_sqlite_LDADD = -lsqlite3
tests_bench_sqlcipher_SOURCES = tests/bench/sqlite.c tests/bench/bench.h
tests_bench_sqlcipher_CPPFLAGS = $(AM_CPPFLAGS) -DSQLITE_HAS_CODEC -DBENCH_NAME='"sqlcipher"' \
	-I/usr/include/sqlcipher
tests_bench_sqlcipher_LDADD = -lsqlcipher

bench: all $(BENCHES) tests/bench/sqlite tests/bench/sqlcipher
	$(AM_TESTS_ENVIRONMENT) bash $(srcdir)/tests/bench/run.sh
.PHONY: bench
