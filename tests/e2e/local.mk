# End to end: the programs on a real pty, seen through libvterm.
TERM_SOURCES = tests/e2e/term.c tests/e2e/term.h tests/e2e/keys.c tests/e2e/keys.h
TERM_LIBS = $(VTERM_LIBS) $(NCURSES_LIBS) -lutil

check_PROGRAMS += tests/e2e/fixture tests/e2e/term_test
TESTS += tests/e2e/term_test
tests_e2e_fixture_SOURCES = tests/e2e/fixture.c
tests_e2e_term_test_SOURCES = tests/e2e/term_test.c $(TERM_SOURCES)
tests_e2e_term_test_LDADD = $(TERM_LIBS)

PLACE_SOURCES = tests/e2e/place.c tests/e2e/place.h
check_PROGRAMS += tests/e2e/story_test
TESTS += tests/e2e/story_test
tests_e2e_story_test_SOURCES = tests/e2e/story_test.c $(PLACE_SOURCES) $(TERM_SOURCES)
tests_e2e_story_test_LDADD = $(TERM_LIBS)
