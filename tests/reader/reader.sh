#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The reader in Python says of random files, whole and damaged, what the reader in C says. reader.sh [COUNT]
files=${1:-500}
for python in python3 /usr/bin/python3; do
	"$python" -c 'import nacl.bindings' 2>/dev/null && break
	python=
done
if [ -z "$python" ]; then
	echo "ok 1 - the readers in C and Python agree # SKIP python3-nacl is not there"
	echo 1..1
	exit 0
fi
said=$("$builddir/tests/reader/random" "${READER_SEED:-1}" "$files" |
	"$python" "$srcdir/tests/reader/read_bundle.py" --stream)
status=$?
echo "# $said" | sed '2,$s/^/# /'
[ $status -eq 0 ] || printf 'not '
echo "ok 1 - the readers in C and Python agree on $files random files"
echo 1..1
exit $status
