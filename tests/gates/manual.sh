#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual pages name every command and every option that the programs take, and no key but the real ones.
LANGUAGE=en
export LANGUAGE
count=0
failed=0
report() # NAME OUTPUT: passes when there is no output
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

# missing HELP: the options of a help text that the page, whose options are in manual-options.tmp, does not name.
missing()
{
	echo "$1" | grep -oE '^ +--[a-z-]+' | tr -d ' ' | grep -vxE -- '--(help|version)' | grep -vxFf manual-options.tmp
}

for program in xiangyi xiangyi-admin xiangyi-sync xiangyi-merge; do
	page=$srcdir/doc/$program.1
	help=$("$builddir/$program" --help 2>&1)
	sed 's/\\-/-/g' "$page" >manual-page.tmp
	grep -oE -- '--[a-z][a-z-]*' manual-page.tmp | sort -u >manual-options.tmp
	report "$program --help" "$([ $? -eq 0 ] || echo "$help")"
	report "$program(1) has all options of the program" "$(missing "$help")"
	commands=$(echo "$help" | sed -n '/^Commands:/,/^$/p' | grep -oE '^  [a-z-]+' | sort -u)
	for command in $commands; do
		grep -qE "^\.(B|BI|BR) $command( |\$)" manual-page.tmp && known= || known="no entry .B $command"
		report "$program(1) has the command $command" "$known"
		report "$program(1) has all options of $command" \
			"$(missing "$("$builddir/$program" "$command" --help 2>&1)")"
	done
done
sed '1,/KEYS BEGIN/d; /KEYS END/,$d' "$srcdir/doc/xiangyi.1" >manual-page.tmp
"$builddir/xiangyi" --list-keys | diff - manual-page.tmp >manual-diff.tmp 2>&1
report "xiangyi(1) has the keys of the program" "$(cat manual-diff.tmp)"
rm -f manual-page.tmp manual-diff.tmp manual-options.tmp
echo "1..$count"
[ "$failed" -eq 0 ]
