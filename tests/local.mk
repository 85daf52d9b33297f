# Tests: one file per room; every program speaks TAP (tests/tap.h).
EXTRA_DIST += tests/tap.h
# The longest first: nothing else fills the processors beside the last test.
include tests/cmd/local.mk
include tests/lib/local.mk
include tests/form/local.mk
include tests/db/local.mk
include tests/care/local.mk
include tests/sync/local.mk
include tests/tui/local.mk
include tests/gates/local.mk
include tests/e2e/local.mk
include tests/fleet/local.mk
include tests/bench/local.mk
include tests/peer/local.mk
include tests/reader/local.mk
include tests/golden/local.mk
include tests/fuzz/local.mk
