#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The rooms of the house: a folder includes only folders below it, a library is included in one place,
# and every source begins as HACKING says. Greps the sources; prints TAP.
cd "${srcdir:-.}" || exit 99

count=0
failed=0
# report NAME OUTPUT: passes when OUTPUT (the offending lines) is empty.
report()
{
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		failed=$((failed + 1))
		echo "not ok $count - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

existing() # the sources below the given folders
{
	find "$@" \( -name '*.c' -o -name '*.h' \) -print 2>/dev/null | sort
}

ROOMS="cmd tui sync care db form lib"
sources=$(existing $ROOMS)
report "there are sources to look at" "$([ "$(echo "$sources" | wc -l)" -gt 10 ] || echo "found: $sources")"

# A room may include itself and the rooms after it in the list.
above=""
for room in $ROOMS; do
	bad=""
	for upper in $above; do
		bad="$bad$(existing "$room" | xargs -r grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*\"$upper/" /dev/null)"
	done
	report "$room/ reaches up to no room" "$bad"
	above="$above $room"
done
report "rooms include no tests" "$(grep -nE '#[[:space:]]*include[[:space:]]*"tests/' $sources)"

# only_in HEADER PLACE: the header may be included in files below PLACE only.
only_in()
{
	report "<$1> is included only in $2" \
		"$(grep -nE "#[[:space:]]*include[[:space:]]*[<\"]$1[>\"]" $sources | grep -v "^$2")"
}
only_in 'db(_cxx|_185)?\.h' db/engine.c
only_in '(ncursesw/)?(n?curses|panel|term|form|menu|ncurses_dll|unctrl)\.h' tui/
only_in '(zlib|zconf)\.h' lib/deflate.c
only_in 'sodium(/[a-z0-9_]+)?\.h' lib/crypto.c
only_in 'csv\.h' lib/csv.c
only_in 'qrencode\.h' lib/qr.c

# From the top of the tree, so that a name says whose it is.
report "own headers are named with their room" \
	"$(grep -nE '#[[:space:]]*include[[:space:]]*"' $sources | grep -vE '"(config\.h|(cmd|tui|sync|care|db|form|lib)/[a-z0-9_/-]+\.(h|inc))"')"

all=$(existing $ROOMS tests tools)
report "every source begins with its licence" \
	"$(awk 'FNR == 1 && $0 != "/* SPDX-License-Identifier: GPL-3.0-or-later */" { print FILENAME }' $all)"
report 'config.h is the first include of every .c' \
	"$(awk 'FNR == 1 { seen = 0 } !seen && /^[[:space:]]*#[[:space:]]*include/ {
		seen = 1
		if ($0 != "#include \"config.h\"") print FILENAME
	}' $(echo "$all" | grep '\.c$'))"
report "no source is longer than 700 lines" \
	"$(awk 'FNR == 1 { made = 0 } FNR <= 5 && /[Gg]enerated|[Mm]ade by/ { made = 1 }
		FNR == 701 && !made { print FILENAME }' $all)"
report "no file of data/ is listed twice" \
	"$(grep -oE '^[[:space:]]*data/[^[:space:]]+' data/local.mk | sort | uniq -d)"
report "no marks of unfinished work" "$(grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $all)"
report "nothing below tui/ and cmd/ prints or exits" \
	"$(existing sync care db form lib | xargs -r grep -nE '(^|[^a-z_.>])(v?printf|puts|putchar|perror|exit|abort)[[:space:]]*\(|fprintf\((stderr|stdout)' /dev/null |
		grep -vE '^lib/(progress|cli)\.c:|^[^:]*:[0-9]+:[[:space:]]*(\*|/\*|//)|__attribute__')"

echo "1..$count"
[ "$failed" -eq 0 ]
