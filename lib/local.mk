# The files of lib/; what it may include is said in HACKING.
noinst_LIBRARIES += lib/liblib.a
lib_liblib_a_SOURCES = \
	lib/arena.c \
	lib/arena.h \
	lib/base45.c \
	lib/base45.h \
	lib/buf.c \
	lib/buf.h \
	lib/cli.c \
	lib/cli.h \
	lib/cli_ask.c \
	lib/crypto.c \
	lib/crypto.h \
	lib/csv.c \
	lib/csv.h \
	lib/date.c \
	lib/date.h \
	lib/deflate.c \
	lib/deflate.h \
	lib/error.c \
	lib/error.h \
	lib/file.c \
	lib/file.h \
	lib/i18n.c \
	lib/i18n.h \
	lib/ime.c \
	lib/ime.h \
	lib/ime_table.c \
	lib/ime_table.h \
	lib/minisign.c \
	lib/minisign.h \
	lib/paper.c \
	lib/paper.h \
	lib/pinyin.c \
	lib/pinyin.h \
	lib/pinyin_table.c \
	lib/pinyin_table.h \
	lib/progress.c \
	lib/progress.h \
	lib/qr.c \
	lib/qr.h \
	lib/utf8.c \
	lib/utf8.h \
	lib/utf8_table.c \
	lib/utf8_table.h \
	lib/words.c \
	lib/words.h
EXTRA_DIST += LICENSES/Apache-2.0.txt LICENSES/Unicode.txt lib/ime_table.py lib/pinyin_table.py lib/utf8_table.py
