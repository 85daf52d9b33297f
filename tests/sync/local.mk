# Tests of sync/.
SYNC_TESTS = \
	tests/sync/chunk_test \
	tests/sync/column_test \
	tests/sync/conflict_test \
	tests/sync/envelope_test \
	tests/sync/exchange_test \
	tests/sync/hostile_test \
	tests/sync/keylog_test \
	tests/sync/package_test \
	tests/sync/rights_test \
	tests/sync/parts_test \
	tests/sync/roll_test \
	tests/sync/seal_test \
	tests/sync/paper_test \
	tests/sync/pulled_test \
	tests/sync/stick_list_test \
	tests/sync/twin_test \
	tests/sync/versions_test \
	tests/sync/wire_test
check_PROGRAMS += $(SYNC_TESTS)
TESTS += $(SYNC_TESTS)
SYNC_TEST_LIBS = sync/libsync.a care/libcare.a db/libdb.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)

tests_sync_column_test_SOURCES = tests/sync/column_test.c
tests_sync_column_test_LDADD = sync/libsync.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)
tests_sync_rights_test_SOURCES = tests/sync/rights_test.c tests/sync/folk.h tests/sync/site.h
tests_sync_rights_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_conflict_test_SOURCES = tests/sync/conflict_test.c tests/sync/folk.h tests/sync/site.h
tests_sync_conflict_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_chunk_test_SOURCES = tests/sync/chunk_test.c tests/sync/invent.c tests/sync/invent.h
tests_sync_chunk_test_LDADD = sync/libsync.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)
tests_sync_envelope_test_SOURCES = tests/sync/envelope_test.c
tests_sync_envelope_test_LDADD = sync/libsync.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)
tests_sync_exchange_test_SOURCES = tests/sync/exchange_test.c tests/sync/site.h
tests_sync_exchange_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_hostile_test_SOURCES = tests/sync/hostile_test.c tests/sync/forge.h tests/sync/site.h
tests_sync_hostile_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_keylog_test_SOURCES = tests/sync/keylog_test.c tests/sync/forge.h tests/sync/site.h
tests_sync_keylog_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_package_test_SOURCES = tests/sync/package_test.c tests/db/scratch.h
tests_sync_package_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_parts_test_SOURCES = tests/sync/parts_test.c tests/sync/site.h
tests_sync_parts_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_roll_test_SOURCES = tests/sync/roll_test.c tests/sync/site.h
tests_sync_roll_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_seal_test_SOURCES = tests/sync/seal_test.c tests/sync/site.h
tests_sync_seal_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_paper_test_SOURCES = tests/sync/paper_test.c
tests_sync_paper_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_pulled_test_SOURCES = tests/sync/pulled_test.c tests/sync/fault.h tests/sync/site.h
tests_sync_pulled_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_stick_list_test_SOURCES = tests/sync/stick_list_test.c tests/db/scratch.h
tests_sync_stick_list_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_twin_test_SOURCES = tests/sync/twin_test.c tests/sync/folk.h tests/sync/forge.h tests/sync/site.h
tests_sync_twin_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_wire_test_SOURCES = tests/sync/wire_test.c
tests_sync_wire_test_LDADD = $(SYNC_TEST_LIBS)
tests_sync_versions_test_SOURCES = tests/sync/versions_test.c tests/sync/site.h
tests_sync_versions_test_LDADD = $(SYNC_TEST_LIBS)

# What tests/cmd/sync_adversary.sh merges.
check_PROGRAMS += tests/sync/adversary
EXTRA_DIST += tests/sync/adversary.table
tests_sync_adversary_SOURCES = tests/sync/adversary.c tests/sync/forge.h tests/sync/site.h
tests_sync_adversary_LDADD = $(SYNC_TEST_LIBS)

# For sync/make-dictionary.
EXTRA_PROGRAMS += tests/sync/dictionary_sample
EXTRA_DIST += sync/make-dictionary
tests_sync_dictionary_sample_SOURCES = tests/sync/dictionary_sample.c tests/sync/invent.c tests/sync/invent.h
tests_sync_dictionary_sample_LDADD = sync/libsync.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)
