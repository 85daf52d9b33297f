# Tests of tui/. The same script of keys runs in both languages; "make update-screens" rewrites what is
# expected, and the difference is reviewed.
check_PROGRAMS += tests/tui/screens_zh_test tests/tui/screens_en_test tests/tui/travel_test \
	tests/tui/widgets_test tests/tui/story_test tests/tui/care_test
TESTS += tests/tui/screens_zh_test tests/tui/screens_en_test tests/tui/travel_test \
	tests/tui/widgets_test tests/tui/story_test tests/tui/care_test tests/tui/manual.sh
SCREEN_TEST_SOURCES = tests/tui/screens_test.c tests/tui/snapshot.c tests/tui/snapshot.h \
	tests/tui/fixture.c tests/tui/fixture.h
SCREEN_TEST_LIBS = $(ROOM_LIBS) $(SYSTEM_LIBS)
tests_tui_screens_zh_test_SOURCES = $(SCREEN_TEST_SOURCES)
tests_tui_screens_zh_test_CPPFLAGS = $(AM_CPPFLAGS) -DSCREENS_LANG='"zh"'
tests_tui_screens_zh_test_LDADD = $(SCREEN_TEST_LIBS)
tests_tui_screens_en_test_SOURCES = $(SCREEN_TEST_SOURCES)
tests_tui_screens_en_test_CPPFLAGS = $(AM_CPPFLAGS) -DSCREENS_LANG='"en"'
tests_tui_screens_en_test_LDADD = $(SCREEN_TEST_LIBS)
tests_tui_travel_test_SOURCES = tests/tui/travel_test.c tests/tui/snapshot.c tests/tui/snapshot.h \
	tests/tui/fixture.c tests/tui/fixture.h
tests_tui_travel_test_LDADD = $(SCREEN_TEST_LIBS)
tests_tui_story_test_SOURCES = tests/tui/story_test.c tests/tui/snapshot.c tests/tui/snapshot.h \
	tests/tui/fixture.c tests/tui/fixture.h
tests_tui_story_test_LDADD = $(SCREEN_TEST_LIBS)
tests_tui_care_test_SOURCES = tests/tui/care_test.c tests/tui/snapshot.c tests/tui/snapshot.h \
	tests/care/people.h tests/care/scene.h
tests_tui_care_test_LDADD = $(SCREEN_TEST_LIBS)
tests_tui_widgets_test_SOURCES = tests/tui/widgets_test.c tests/tui/snapshot.c tests/tui/snapshot.h
tests_tui_widgets_test_LDADD = $(SCREEN_TEST_LIBS)

update-screens: $(check_PROGRAMS) all
	UPDATE_SCREENS=1 srcdir='$(abs_srcdir)' XIANGYI_DATA='$(abs_srcdir)/data' \
		XIANGYI_LOCALEDIR='$(abs_builddir)/po/locale' LC_ALL=C.UTF-8 TZ=Asia/Shanghai \
		sh -c 'tests/tui/screens_zh_test && tests/tui/screens_en_test && tests/tui/travel_test && tests/tui/care_test'
.PHONY: update-screens
EXTRA_DIST += tests/screens tests/tui/manual.sh
