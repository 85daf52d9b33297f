# The files of db/; what it may include is said in HACKING.
noinst_LIBRARIES += db/libdb.a
db_libdb_a_SOURCES = \
	db/account.c \
	db/account.h \
	db/derive.h \
	db/engine.c \
	db/engine.h \
	db/exchange.h \
	db/keyring.c \
	db/keyring.h \
	db/maintain.h \
	db/store.h \
	db/state.c \
	db/state.h \
	db/store_int.h
