# The files of sync/; what it may include is said in HACKING.
noinst_LIBRARIES += sync/libsync.a
sync_libsync_a_SOURCES = \
	sync/sync.h
