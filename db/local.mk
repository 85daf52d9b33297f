# The files of db/; what it may include is said in HACKING.
noinst_LIBRARIES += db/libdb.a
db_libdb_a_SOURCES = \
	db/account.c \
	db/account.h \
	db/append.c \
	db/batch.c \
	db/batch.h \
	db/derive.c \
	db/derive.h \
	db/derived.h \
	db/digest.c \
	db/engine.c \
	db/engine.h \
	db/exchange.c \
	db/exchange.h \
	db/hold.c \
	db/index.c \
	db/index.h \
	db/judge.c \
	db/judge.h \
	db/keyring.c \
	db/keyring.h \
	db/kv.c \
	db/maintain.h \
	db/records.c \
	db/records.h \
	db/refresh.c \
	db/row.c \
	db/save.c \
	db/search.c \
	db/state.c \
	db/state.h \
	db/store.h \
	db/store_int.h \
	db/upper.c \
	db/upper.h
