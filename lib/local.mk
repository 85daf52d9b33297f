# The files of lib/; what it may include is said in HACKING.
noinst_LIBRARIES += lib/liblib.a
lib_liblib_a_SOURCES = \
	lib/arena.h \
	lib/buf.h \
	lib/cli.h \
	lib/crypto.h \
	lib/csv.h \
	lib/date.h \
	lib/deflate.h \
	lib/error.h \
	lib/file.h \
	lib/i18n.h \
	lib/pinyin.h \
	lib/progress.h \
	lib/utf8.h
