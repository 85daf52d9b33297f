# SPDX-License-Identifier: GPL-3.0-or-later
# The gates of ./bootstrap check and what each needs. They run as jobs of one make, which lends its jobs to theirs: while
# one configures or waits for its last test, another has the processor. The longest come first.
GATES = distcheck sanitizers cppcheck po data demo fleet

all: $(GATES)
data demo: sanitizers
fleet: distcheck

$(GATES):
	@+bash tests/gates/run.sh $@
.PHONY: all $(GATES)
