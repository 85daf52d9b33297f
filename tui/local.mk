# The files of tui/; what it may include is said in HACKING.
noinst_LIBRARIES += tui/libtui.a
tui_libtui_a_SOURCES = \
	tui/action.c tui/action.h \
	tui/alerts.c \
	tui/app.c tui/app.h \
	tui/chart.c tui/chart.h \
	tui/checks.c tui/checks.h \
	tui/checks_conflicts.c \
	tui/checks_duplicates.c \
	tui/checks_held.c \
	tui/closings.c \
	tui/cohorts.c \
	tui/drafts.c tui/drafts.h \
	tui/entering.c tui/entering.h \
	tui/export.c tui/export.h \
	tui/figures.c tui/figures.h \
	tui/form.c \
	tui/form_choice.c \
	tui/form_draw.c \
	tui/form_save.c \
	tui/form_screen.h \
	tui/frame.c tui/frame.h \
	tui/help.c tui/help.h \
	tui/history.c \
	tui/honest.c tui/honest_cases.c \
	tui/imebar.c tui/imebar.h \
	tui/indicator.c \
	tui/indicator.h \
	tui/indicators.c \
	tui/key.c tui/key.h \
	tui/layout.c tui/layout.h \
	tui/list.c tui/list.h \
	tui/people.c tui/people.h \
	tui/picker.c \
	tui/popup.c tui/popup.h \
	tui/put.c tui/put.h \
	tui/record_menu.c tui/record_menu.h \
	tui/registers.c \
	tui/resident.c \
	tui/resident_head.c tui/resident_head.h \
	tui/resident_chart.c tui/resident_chart.h \
	tui/residents.c \
	tui/screen.h \
	tui/screens.h \
	tui/sync.c tui/sync_deeds.c tui/sync_screen.h \
	tui/term.c tui/term.h \
	tui/text.c tui/text.h \
	tui/theme.c tui/theme.h \
	tui/today.c \
	tui/township.c \
	tui/unlock.c
