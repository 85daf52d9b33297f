# Tests of form/.
FORM_TESTS = \
	tests/form/cases_test \
	tests/form/data_test \
	tests/form/doc_test \
	tests/form/entry_test \
	tests/form/expr_test \
	tests/form/idno_test \
	tests/form/lint_test \
	tests/form/load_test \
	tests/form/print_test \
	tests/form/values_test
check_PROGRAMS += $(FORM_TESTS)
TESTS += $(FORM_TESTS) tests/form/doc_names.sh tests/form/shipped.sh
FORM_TEST_LIBS = form/libform.a lib/liblib.a $(SYSTEM_LIBS)

tests_form_cases_test_SOURCES = tests/form/cases_test.c
tests_form_cases_test_LDADD = $(FORM_TEST_LIBS)
tests_form_doc_test_SOURCES = tests/form/doc_test.c
tests_form_doc_test_LDADD = $(FORM_TEST_LIBS)
tests_form_entry_test_SOURCES = tests/form/entry_test.c
tests_form_entry_test_LDADD = $(FORM_TEST_LIBS)
tests_form_idno_test_SOURCES = tests/form/idno_test.c
tests_form_idno_test_LDADD = $(FORM_TEST_LIBS)
tests_form_expr_test_SOURCES = tests/form/expr_test.c
tests_form_expr_test_LDADD = $(FORM_TEST_LIBS)
tests_form_data_test_SOURCES = tests/form/data_test.c
tests_form_data_test_LDADD = $(FORM_TEST_LIBS)
tests_form_lint_test_SOURCES = tests/form/lint_test.c
tests_form_lint_test_LDADD = $(FORM_TEST_LIBS)
tests_form_load_test_SOURCES = tests/form/load_test.c
tests_form_load_test_LDADD = $(FORM_TEST_LIBS)
tests_form_print_test_SOURCES = tests/form/print_test.c
tests_form_print_test_LDADD = $(FORM_TEST_LIBS)
tests_form_values_test_SOURCES = tests/form/values_test.c
tests_form_values_test_LDADD = $(FORM_TEST_LIBS)

EXTRA_DIST += \
	tests/form/doc_names.sh \
	tests/form/shipped.sh \
	tests/form/data/good/codes/fruit.csv \
	tests/form/data/good/forms/person.csv \
	tests/form/data/good/forms/visit.csv \
	tests/form/data/good/rules/pressure.csv \
	tests/form/data/versions/v1/forms/person.csv \
	tests/form/data/versions/v2/forms/person.csv \
	tests/form/data/versions/v3/forms/person.csv \
	tests/form/data/versions/v3/forms/tags.lock
