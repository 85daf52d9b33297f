# Our expressions beside those of the npm package openrosa-xpath-evaluator; needs node, npm and the network, so it is
# no part of "make check".
EXTRA_PROGRAMS += tests/peer/eval
EXTRA_DIST += tests/peer/package.json tests/peer/peer.js
CLEANFILES += tests/peer/eval
tests_peer_eval_SOURCES = tests/peer/eval.c
tests_peer_eval_LDADD = form/libform.a lib/liblib.a $(SYSTEM_LIBS)

# The peer computes dates in the machine's time zone, we in days: UTC makes them comparable.
peer-check: tests/peer/eval
	$(MKDIR_P) tests/peer/npm
	cp $(srcdir)/tests/peer/package.json tests/peer/npm/
	cd tests/peer/npm && npm install --no-audit --no-fund --loglevel=error
	NODE_PATH=tests/peer/npm/node_modules TZ=UTC node $(srcdir)/tests/peer/peer.js tests/peer/eval $(srcdir)/doc/forms.md
clean-local:
	rm -rf tests/peer/npm
.PHONY: peer-check
