# Tests of form/.
FORM_TESTS = \
	tests/form/data_test \
	tests/form/entry_test \
	tests/form/expr_test \
	tests/form/idno_test
check_PROGRAMS += $(FORM_TESTS)
TESTS += $(FORM_TESTS)
FORM_TEST_LIBS = form/libform.a lib/liblib.a $(SYSTEM_LIBS)

tests_form_entry_test_SOURCES = tests/form/entry_test.c
tests_form_entry_test_LDADD = $(FORM_TEST_LIBS)
tests_form_idno_test_SOURCES = tests/form/idno_test.c
tests_form_idno_test_LDADD = $(FORM_TEST_LIBS)
tests_form_expr_test_SOURCES = tests/form/expr_test.c
tests_form_expr_test_LDADD = $(FORM_TEST_LIBS)
tests_form_data_test_SOURCES = tests/form/data_test.c
tests_form_data_test_LDADD = $(FORM_TEST_LIBS)
