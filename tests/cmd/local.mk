# Tests of cmd/.
# Not linked with libsodium, so that the programs without passwords that a test starts do not load it either.
QUICK_PASSWORD = tests/cmd/quick_password.so
check_DATA += $(QUICK_PASSWORD)
EXTRA_DIST += tests/cmd/quick_password.c
CLEANFILES += $(QUICK_PASSWORD)
$(QUICK_PASSWORD): tests/cmd/quick_password.c config.h
	$(AM_V_CCLD)$(MKDIR_P) $(@D) && \
	$(CC) -I. $(AM_CPPFLAGS) $(CPPFLAGS) -shared -fPIC -O1 -o $@ $(srcdir)/tests/cmd/quick_password.c

# xiangyi-sync and xiangyi-merge
SYNC_CMD_TESTS = \
	tests/cmd/move_far.sh \
	tests/cmd/move.sh \
	tests/cmd/keys.sh \
	tests/cmd/county.sh \
	tests/cmd/sync_adversary.sh \
	tests/cmd/merge_people.sh \
	tests/cmd/move.sh \
	tests/cmd/move_far.sh \
	tests/cmd/link_places.sh \
	tests/cmd/admin_backup.sh \
	tests/cmd/minisign.sh \
	tests/cmd/sync_package.sh \
	tests/cmd/sync_folder.sh \
	tests/cmd/sync_push.sh \
	tests/cmd/sync_qr.sh \
	tests/cmd/sync_refused.sh \
	tests/cmd/sync_stick.sh \
	tests/cmd/sync_sticks.sh \
	tests/cmd/sync_story.sh
check_PROGRAMS += tests/cmd/qr_image tests/cmd/sync_fixture tests/cmd/peak
tests_cmd_peak_SOURCES = tests/cmd/peak.c
tests_cmd_peak_LDADD =
TESTS += $(SYNC_CMD_TESTS)
EXTRA_DIST += $(SYNC_CMD_TESTS) tests/cmd/sync_lib.sh tests/cmd/stick_lib.sh tests/cmd/move_lib.sh
tests_cmd_qr_image_SOURCES = tests/cmd/qr_image.c
tests_cmd_qr_image_LDADD = lib/liblib.a $(SYSTEM_LIBS)
tests_cmd_sync_fixture_SOURCES = \
	tests/cmd/sync_fixture.c \
	tests/sync/invent.c \
	tests/sync/invent.h
tests_cmd_sync_fixture_LDADD = $(ROOM_LIBS) $(SYSTEM_LIBS)

# xiangyi-merge report
check_PROGRAMS += tests/cmd/report_fixture
TESTS += tests/cmd/report.sh
EXTRA_DIST += tests/cmd/report.sh
tests_cmd_report_fixture_SOURCES = tests/cmd/report_fixture.c tests/care/people.h tests/care/scene.h
tests_cmd_report_fixture_LDADD = care/libcare.a db/libdb.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)

# xiangyi-admin
ADMIN_TESTS = \
	tests/cmd/admin_demo.sh \
	tests/cmd/admin_form.sh \
	tests/cmd/admin_init.sh \
	tests/cmd/admin_table.sh \
	tests/cmd/admin_tables.sh
TESTS += $(ADMIN_TESTS)
EXTRA_DIST += $(ADMIN_TESTS) tests/cmd/admin_lib.sh
check_PROGRAMS += tests/cmd/table_fixture
tests_cmd_table_fixture_SOURCES = tests/cmd/table_fixture.c cmd/entering.c cmd/entering.h
tests_cmd_table_fixture_LDADD = $(CMD_LIBS)
