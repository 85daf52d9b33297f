#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual page lists the keys of the program, no others and no older ones.
page=$srcdir/doc/xiangyi.1
want=$(./xiangyi --list-keys --lang en)
got=$(sed -n '/^\.\\" KEYS BEGIN/,/^\.\\" KEYS END/p' "$page" | sed '1d;$d')
if [ -n "$want" ] && [ "$want" = "$got" ]; then
	echo "ok 1 - doc/xiangyi.1 lists the keys as they are"
else
	echo "not ok 1 - doc/xiangyi.1 lists the keys as they are"
fi
echo 1..1
