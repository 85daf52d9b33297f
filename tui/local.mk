# The files of tui/; what it may include is said in HACKING.
noinst_LIBRARIES += tui/libtui.a
tui_libtui_a_SOURCES = \
	tui/action.c tui/action.h \
	tui/app.c tui/app.h \
	tui/chart.c tui/chart.h \
	tui/frame.c tui/frame.h \
	tui/help.c tui/help.h \
	tui/key.c tui/key.h \
	tui/list.c tui/list.h \
	tui/popup.c tui/popup.h \
	tui/put.c tui/put.h \
	tui/screen.h \
	tui/term.c tui/term.h \
	tui/text.c tui/text.h \
	tui/theme.c tui/theme.h
