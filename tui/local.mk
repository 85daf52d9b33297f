# The files of tui/; what it may include is said in HACKING.
noinst_LIBRARIES += tui/libtui.a
tui_libtui_a_SOURCES =
