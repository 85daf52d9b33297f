# The files of sync/; what it may include is said in HACKING.
noinst_LIBRARIES += sync/libsync.a
sync_libsync_a_SOURCES = \
	sync/answer.h \
	sync/chunk.h \
	sync/chunk_dictionary.c \
	sync/chunk_format.h \
	sync/chunk_read.c \
	sync/chunk_reader.h \
	sync/chunk_rows.c \
	sync/chunk_values.c \
	sync/chunk_write.c \
	sync/chunk_writer.h \
	sync/column.h \
	sync/coverage.c \
	sync/coverage.h \
	sync/dictionary.c \
	sync/dictionary.h \
	sync/enrol.c \
	sync/envelope.h \
	sync/envelope_format.h \
	sync/envelope_read.c \
	sync/envelope_write.c \
	sync/export.c \
	sync/import.c \
	sync/ints.c \
	sync/judge.c \
	sync/judge.h \
	sync/merge.c \
	sync/peer.c \
	sync/peer.h \
	sync/reason.c \
	sync/reason.h \
	sync/receipt.c \
	sync/renew.c \
	sync/renew.h \
	sync/spool.c \
	sync/spool.h \
	sync/status.c \
	sync/stick.c \
	sync/stick.h \
	sync/stick_list.c \
	sync/sync.h \
	sync/texts.c \
	sync/wire.c \
	sync/wire.h
