# Tests of lib/.
LIB_TESTS = \
	tests/lib/arena_test \
	tests/lib/buf_test \
	tests/lib/cli_test \
	tests/lib/crypto_test \
	tests/lib/csv_test \
	tests/lib/date_test \
	tests/lib/deflate_test \
	tests/lib/error_test \
	tests/lib/file_test \
	tests/lib/i18n_test \
	tests/lib/ime_test \
	tests/lib/paper_test \
	tests/lib/pinyin_test \
	tests/lib/progress_test \
	tests/lib/qr_test \
	tests/lib/utf8_test
check_PROGRAMS += $(LIB_TESTS)
TESTS += $(LIB_TESTS)
LIB_TEST_LDADD = lib/liblib.a $(SYSTEM_LIBS)
tests_lib_arena_test_SOURCES = tests/lib/arena_test.c
tests_lib_arena_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_buf_test_SOURCES = tests/lib/buf_test.c
tests_lib_buf_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_cli_test_SOURCES = tests/lib/cli_test.c
tests_lib_cli_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_crypto_test_SOURCES = tests/lib/crypto_test.c
tests_lib_crypto_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_csv_test_SOURCES = tests/lib/csv_test.c
tests_lib_csv_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_date_test_SOURCES = tests/lib/date_test.c
tests_lib_date_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_deflate_test_SOURCES = tests/lib/deflate_test.c
tests_lib_deflate_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_error_test_SOURCES = tests/lib/error_test.c
tests_lib_error_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_file_test_SOURCES = tests/lib/file_test.c
tests_lib_file_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_i18n_test_SOURCES = tests/lib/i18n_test.c
tests_lib_i18n_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_ime_test_SOURCES = tests/lib/ime_test.c
tests_lib_ime_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_paper_test_SOURCES = tests/lib/paper_test.c
tests_lib_paper_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_pinyin_test_SOURCES = tests/lib/pinyin_test.c
tests_lib_pinyin_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_progress_test_SOURCES = tests/lib/progress_test.c
tests_lib_progress_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_qr_test_SOURCES = tests/lib/qr_test.c
tests_lib_qr_test_LDADD = $(LIB_TEST_LDADD)
tests_lib_utf8_test_SOURCES = tests/lib/utf8_test.c
tests_lib_utf8_test_LDADD = $(LIB_TEST_LDADD)
