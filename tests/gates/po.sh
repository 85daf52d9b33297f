#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The translation is whole: every text of the sources is in po/zh_CN.po, translated, and nothing else is.
cd "$(dirname "$0")/../.." || exit 99
export LC_ALL=C.UTF-8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0 failed=0
report() # NAME OUTPUT: passes when there is no output
{
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		failed=$((failed + 1))
		echo "not ok $count - $1"
		sed 's/^/# /' <<<"$2"
	fi
}

sources=$(find cmd tui sync care db form lib -name '*.[ch]' | sort)
with_texts=$(grep -lE '(^|[^a-zA-Z0-9_])(_|N_|ngettext)\(("|$)' $sources)
report "every source with texts is in po/POTFILES.in" \
	"$(comm -23 <(echo "$with_texts") <(sort po/POTFILES.in))"
report "every file of po/POTFILES.in exists" "$(while read -r f; do [ -f "$f" ] || echo "$f"; done <po/POTFILES.in)"
report "po/POTFILES.in is sorted" "$(sort -c po/POTFILES.in 2>&1)"

xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ --keyword=ngettext:1,2 --force-po \
	--no-location -o "$work/all.pot" $sources
report "the catalogue is well formed" "$(msgfmt --check -o "$work/zh.mo" po/zh_CN.po 2>&1)"
msgmerge --quiet --no-fuzzy-matching -o "$work/merged.po" po/zh_CN.po "$work/all.pot"
report "every text of the sources is translated" \
	"$(msgattrib --untranslated --no-obsolete --no-wrap "$work/merged.po" | grep '^msgid' | grep -v '^msgid ""$')"
report "no translation is fuzzy" "$(msgattrib --only-fuzzy po/zh_CN.po | grep '^msgid')"
report "no translation is left over from a text that is gone" \
	"$(msgattrib --only-obsolete "$work/merged.po" | grep '^#~ msgid')"
report "the catalogue is sorted and without locations" \
	"$(msgcat -s --no-location po/zh_CN.po | diff - po/zh_CN.po)"
echo "1..$count"
[ "$failed" -eq 0 ]
