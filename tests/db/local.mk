# Tests of db/.
EXTRA_DIST += tests/db/last_file.h tests/db/people.h tests/db/scratch.h tests/db/village.h tests/db/world.h
DB_TEST_LIBS = db/libdb.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)
DB_TESTS = \
	tests/db/account_test \
	tests/db/engine_test \
	tests/db/exchange_test \
	tests/db/ladder_full_test \
	tests/db/ladder_test \
	tests/db/life_kill_test \
	tests/db/life_lend_test \
	tests/db/life_test \
	tests/db/save_test \
	tests/db/search_test \
	tests/db/state_test \
	tests/db/union_test
check_PROGRAMS += $(DB_TESTS)
TESTS += $(DB_TESTS)

tests_db_account_test_SOURCES = tests/db/account_test.c
tests_db_account_test_LDADD = $(DB_TEST_LIBS)
tests_db_engine_test_SOURCES = tests/db/engine_test.c
tests_db_engine_test_LDADD = $(DB_TEST_LIBS)
tests_db_life_test_SOURCES = tests/db/life_test.c
tests_db_life_test_LDADD = $(DB_TEST_LIBS)
tests_db_exchange_test_SOURCES = tests/db/exchange_test.c
tests_db_exchange_test_LDADD = $(DB_TEST_LIBS)
tests_db_state_test_SOURCES = tests/db/state_test.c
tests_db_state_test_LDADD = $(DB_TEST_LIBS)
tests_db_union_test_SOURCES = tests/db/union_test.c
tests_db_union_test_LDADD = $(DB_TEST_LIBS)
tests_db_save_test_SOURCES = tests/db/save_test.c
tests_db_save_test_LDADD = $(DB_TEST_LIBS)
tests_db_search_test_SOURCES = tests/db/search_test.c
tests_db_search_test_LDADD = $(DB_TEST_LIBS)
tests_db_ladder_test_SOURCES = tests/db/ladder_test.c
tests_db_ladder_test_LDADD = $(DB_TEST_LIBS)
tests_db_ladder_full_test_SOURCES = tests/db/ladder_full_test.c
tests_db_ladder_full_test_LDADD = $(DB_TEST_LIBS)
tests_db_life_kill_test_SOURCES = tests/db/life_kill_test.c
tests_db_life_kill_test_LDADD = $(DB_TEST_LIBS)
tests_db_life_lend_test_SOURCES = tests/db/life_lend_test.c
tests_db_life_lend_test_LDADD = $(DB_TEST_LIBS)
