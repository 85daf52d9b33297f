# Tests of care/.
CARE_TESTS = \
	tests/care/closing_test \
	tests/care/duplicate_test \
	tests/care/alert_test \
	tests/care/duty_test \
	tests/care/indicator_test \
	tests/care/link_test \
	tests/care/person_test \
	tests/care/programmes_test \
	tests/care/store_test \
	tests/care/visit_form_test
check_PROGRAMS += $(CARE_TESTS)
TESTS += $(CARE_TESTS)
CARE_TEST_LIBS = care/libcare.a db/libdb.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)

tests_care_alert_test_SOURCES = tests/care/alert_test.c tests/care/people.h tests/care/scene.h
tests_care_alert_test_LDADD = $(CARE_TEST_LIBS)
tests_care_closing_test_SOURCES = tests/care/closing_test.c tests/care/people.h tests/care/scene.h
tests_care_closing_test_LDADD = $(CARE_TEST_LIBS)
tests_care_duty_test_SOURCES = tests/care/duty_test.c tests/care/scene.h
tests_care_duty_test_LDADD = $(CARE_TEST_LIBS)
tests_care_indicator_test_SOURCES = tests/care/indicator_test.c tests/care/scene.h
tests_care_indicator_test_LDADD = $(CARE_TEST_LIBS)
tests_care_programmes_test_SOURCES = tests/care/programmes_test.c tests/care/scene.h
tests_care_programmes_test_LDADD = $(CARE_TEST_LIBS)
tests_care_store_test_SOURCES = tests/care/store_test.c tests/care/people.h tests/care/scene.h
tests_care_store_test_LDADD = $(CARE_TEST_LIBS)
tests_care_visit_form_test_SOURCES = tests/care/visit_form_test.c tests/care/scene.h
tests_care_visit_form_test_LDADD = $(CARE_TEST_LIBS)
tests_care_duplicate_test_SOURCES = tests/care/duplicate_test.c tests/care/people.h tests/care/scene.h
tests_care_duplicate_test_LDADD = $(CARE_TEST_LIBS)
tests_care_person_test_SOURCES = tests/care/person_test.c tests/care/people.h tests/care/scene.h
tests_care_person_test_LDADD = $(CARE_TEST_LIBS)
tests_care_link_test_SOURCES = tests/care/link_test.c tests/care/people.h tests/care/scene.h
tests_care_link_test_LDADD = $(CARE_TEST_LIBS)

# A second, independent implementation of indicator 4 and the control rates: two small populations in "make check".
check_PROGRAMS += tests/care/population
tests_care_population_SOURCES = tests/care/population.c tests/care/people.h tests/care/scene.h
tests_care_population_LDADD = $(CARE_TEST_LIBS)
TESTS += tests/care/agree.sh
EXTRA_DIST += tests/care/agree.sh tests/care/second_opinion.py
care-agree: all tests/care/population
	$(AM_TESTS_ENVIRONMENT) AGREE_POPULATIONS=20 AGREE_RESIDENTS=2000 $(SHELL) $(srcdir)/tests/care/agree.sh
.PHONY: care-agree
