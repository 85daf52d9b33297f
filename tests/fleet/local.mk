# The simulator of fleets: the real rooms on disks, clocks and random numbers of its own.
check_PROGRAMS += tests/fleet/fleet
TESTS += tests/fleet/fleet.sh
EXTRA_DIST += tests/fleet/fleet.sh tests/fleet/bugs.sh tests/fleet/seeds.txt tests/fleet/README

# Thousands of seeds: part of "make check" with CHECK_MORE=check-fleet only, as ./bootstrap check does once.
FLEET_SEEDS = 1..2000
FLEET_JOBS = 1
check-fleet: tests/fleet/fleet
	XIANGYI_DATA='$(abs_srcdir)/data' tests/fleet/fleet --known $(srcdir)/tests/fleet/seeds.txt \
		--seeds $(FLEET_SEEDS) --jobs $(FLEET_JOBS)
# The table of known bugs and who notices them.
fleet-bugs: tests/fleet/fleet
	XIANGYI_DATA='$(abs_srcdir)/data' FLEET=tests/fleet/fleet SEEDS=$(FLEET_SEEDS) $(SHELL) $(srcdir)/tests/fleet/bugs.sh
.PHONY: check-fleet fleet-bugs

# Calls that are replaced when it is linked: libc's (tests/fleet/calls.h) and the program's (hooks.c, bugs.c).
FLEET_CALLS = \
	open openat close mkostemp mkstemp pread read pwrite write ftruncate posix_fallocate fsync fdatasync syncfs \
	posix_fadvise flock fcntl stat lstat fstat fstatat statvfs realpath unlink rmdir remove unlinkat mkdir chmod \
	rename opendir fdopendir readdir closedir dirfd nftw time getpid
FLEET_HOOKS = \
	entry_encode crypto_password_key store_apply_entries coverage_compute sync_export peer_take_receipt \
	store_had_epoch fence_check store_set_judge state_compute sync_merge sync_import \
	batch_find keys_catch_up give_down seal_value roll_value \
	envelope_verify seal_check keylog_verify set_back_by_key
FLEET_WRAPS = $(foreach call,$(FLEET_CALLS) $(FLEET_HOOKS),-Wl,--wrap=$(call))

FLEET_SOURCES = \
	tests/fleet/act.c \
	tests/fleet/bugs.c \
	tests/fleet/bugs.h \
	tests/fleet/calls.c \
	tests/fleet/calls.h \
	tests/fleet/carried.c \
	tests/fleet/disk.c \
	tests/fleet/disk.h \
	tests/fleet/facts.c \
	tests/fleet/fault.c \
	tests/fleet/fleet.h \
	tests/fleet/forge.c \
	tests/fleet/hooks.c \
	tests/fleet/luck.c \
	tests/fleet/main.c \
	tests/fleet/model.c \
	tests/fleet/model.h \
	tests/fleet/office.c \
	tests/fleet/pool.c \
	tests/fleet/pool.h \
	tests/fleet/rest.c \
	tests/fleet/rights.c \
	tests/fleet/save.c \
	tests/fleet/step.c \
	tests/fleet/world.c
tests_fleet_fleet_SOURCES = $(FLEET_SOURCES) tests/fleet/engine_memory.c tests/fleet/engine_memory.h
tests_fleet_fleet_LDFLAGS = $(AM_LDFLAGS) $(FLEET_WRAPS)
tests_fleet_fleet_LDADD = sync/libsync.a care/libcare.a db/libdb.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)

# Berkeley DB and the simulator's engine side by side: the same calls, the same answers.
check_PROGRAMS += tests/fleet/truth_test
TESTS += tests/fleet/truth_test
tests_fleet_truth_test_SOURCES = \
	tests/fleet/pool.c \
	tests/fleet/pool.h \
	tests/fleet/truth.h \
	tests/fleet/truth_memory.c \
	tests/fleet/truth_test.c
tests_fleet_truth_test_LDADD = db/libdb.a form/libform.a lib/liblib.a $(SYSTEM_LIBS)
