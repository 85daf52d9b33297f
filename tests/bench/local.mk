# Measurements, not part of "make check": ./bootstrap bench, or "make bench" where SQLite is there to compare with.
BENCHES = tests/bench/forms tests/bench/store tests/bench/startup tests/bench/measured tests/bench/visits \
	tests/bench/decode
BENCH_YARDSTICKS = tests/bench/sqlite tests/bench/sqlcipher tests/bench/changeset
EXTRA_PROGRAMS += $(BENCHES) $(BENCH_YARDSTICKS)
EXTRA_DIST += tests/bench/run.sh tests/bench/township.sh tests/bench/verdict.sh
CLEANFILES += $(BENCHES) $(BENCH_YARDSTICKS)
BENCH_LDADD = sync/libsync.a care/libcare.a db/libdb.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)

tests_bench_store_SOURCES = tests/bench/store.c tests/bench/bench.h
tests_bench_store_LDADD = $(BENCH_LDADD)
tests_bench_visits_SOURCES = tests/bench/visits.c tests/bench/bench.h
tests_bench_visits_LDADD = $(BENCH_LDADD)
tests_bench_decode_SOURCES = tests/bench/decode.c tests/bench/bench.h
tests_bench_decode_LDADD = $(BENCH_LDADD)
tests_bench_changeset_SOURCES = tests/bench/changeset.c tests/bench/bench.h
tests_bench_changeset_LDADD = -lsqlite3 -lz
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

bench: all $(BENCHES) $(BENCH_YARDSTICKS)
	$(AM_TESTS_ENVIRONMENT) bash $(srcdir)/tests/bench/run.sh
# Fifty villages of 3,000 residents and 40,000 records each and their first sync; takes an hour and 10 GB of disk.
bench-township: all tests/bench/measured
	$(AM_TESTS_ENVIRONMENT) bash $(srcdir)/tests/bench/township.sh
.PHONY: bench bench-township

# Duties, facts, alerts and indicators of ten thousand, a hundred thousand and a million records, a minute or two and
# 1 GB of disk; BENCH_RESIDENTS="50000 100000" adds the two million records that have figures to meet.
EXTRA_PROGRAMS += tests/bench/care
CLEANFILES += tests/bench/care
tests_bench_care_SOURCES = tests/bench/care.c tests/bench/bench.h
tests_bench_care_LDADD = $(BENCH_LDADD)
bench-care: all tests/bench/care tests/bench/measured tests/care/population
	$(AM_TESTS_ENVIRONMENT) bash $(srcdir)/tests/bench/care.sh
EXTRA_DIST += tests/bench/care.sh
.PHONY: bench-care
