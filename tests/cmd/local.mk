# Tests of cmd/.
check_PROGRAMS += tests/cmd/report_fixture
TESTS += tests/cmd/report.sh
EXTRA_DIST += tests/cmd/report.sh
tests_cmd_report_fixture_SOURCES = tests/cmd/report_fixture.c tests/care/people.h tests/care/scene.h
tests_cmd_report_fixture_LDADD = care/libcare.a db/libdb.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)
