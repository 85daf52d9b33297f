# The programs. Libraries are named from the highest room down, as the linker wants them.
ROOM_LIBS = tui/libtui.a sync/libsync.a care/libcare.a db/libdb.a form/libform.a lib/liblib.a
SYSTEM_LIBS = $(NCURSES_LIBS) $(DB_LIBS) $(SODIUM_LIBS) $(ZLIB_LIBS) $(CSV_LIBS) $(QRENCODE_LIBS)

# What the programs share.
noinst_LIBRARIES += cmd/libcmd.a
cmd_libcmd_a_SOURCES = \
	cmd/common.c \
	cmd/common.h \
	cmd/conflicts.c \
	cmd/conflicts.h \
	cmd/entering.c \
	cmd/entering.h \
	cmd/keys_text.c \
	cmd/keys_text.h \
	cmd/merge_report.c \
	cmd/paper_read.c \
	cmd/paper_read.h \
	cmd/report.h \
	cmd/report_data.c \
	cmd/report_more.c \
	cmd/report_text.c \
	cmd/stick_pick.c \
	cmd/stick_pick.h
CMD_LIBS = cmd/libcmd.a $(ROOM_LIBS) $(SYSTEM_LIBS)

bin_PROGRAMS += xiangyi-merge xiangyi-sync
xiangyi_merge_SOURCES = \
	cmd/merge.c \
	cmd/merge_cmd.h \
	cmd/merge_enrol.c \
	cmd/merge_keys.c \
	cmd/merge_keys.h \
	cmd/merge_keys_list.c \
	cmd/merge_forward.c \
	cmd/merge_merge.c \
	cmd/merge_move.c \
	cmd/merge_people.c \
	cmd/merge_publish.c \
	cmd/merge_reply.c \
	cmd/merge_root.c \
	cmd/merge_sign.c \
	cmd/merge_receive.c \
	cmd/merge_status.c
xiangyi_merge_LDADD = $(CMD_LIBS)
xiangyi_sync_SOURCES = \
	cmd/sync.c \
	cmd/sync_cmd.h \
	cmd/sync_export.c \
	cmd/sync_import.c \
	cmd/sync_inspect.c \
	cmd/sync_open.c \
	cmd/sync_push.c \
	cmd/sync_qr.c \
	cmd/sync_status.c
xiangyi_sync_LDADD = $(CMD_LIBS)
# The screen.
bin_PROGRAMS += xiangyi
xiangyi_SOURCES = cmd/xiangyi.c
xiangyi_LDADD = $(CMD_LIBS)
# Making and keeping a store.
bin_PROGRAMS += xiangyi-admin
xiangyi_admin_SOURCES = \
	cmd/admin.c \
	cmd/admin.h \
	cmd/admin_backup.c \
	cmd/admin_check.c \
	cmd/admin_demo.c \
	cmd/admin_export.c \
	cmd/admin_form.c \
	cmd/admin_form.h \
	cmd/admin_form_eval.c \
	cmd/admin_import.c \
	cmd/admin_init.c \
	cmd/admin_renew.c \
	cmd/admin_restore.c \
	cmd/admin_stat.c \
	cmd/admin_user.c \
	cmd/admin_why.c \
	cmd/copies.c \
	cmd/copies.h \
	cmd/demo_answers.c \
	cmd/demo_answers.h \
	cmd/demo_archive.c \
	cmd/demo_child.c \
	cmd/demo_chronic.c \
	cmd/demo_contracts.c \
	cmd/demo_elder.c \
	cmd/demo_fill.c \
	cmd/demo_fill.h \
	cmd/demo_life.c \
	cmd/demo_life.h \
	cmd/demo_major.c \
	cmd/demo_mind.c \
	cmd/demo_mother.c \
	cmd/demo_people.c \
	cmd/demo_people.h \
	cmd/demo_place.c \
	cmd/demo_resident.c \
	cmd/demo_tb.c \
	cmd/demo_township.c \
	cmd/demo_township.h \
	cmd/demo_visits.c \
	cmd/lookup.c \
	cmd/lookup.h \
	cmd/sheet.c \
	cmd/sheet.h
xiangyi_admin_LDADD = $(CMD_LIBS)
