# Gates: what must hold for the whole tree. ./bootstrap check runs them all (tests/gates/run.sh); those
# that need nothing but the sources also stand in "make check".
TESTS += tests/gates/rooms.sh tests/gates/manual.sh
EXTRA_DIST += tests/gates/rooms.sh tests/gates/manual.sh tests/gates/lsan.supp tests/gates/po.sh tests/gates/run.sh \
	tests/gates/gates.mk
