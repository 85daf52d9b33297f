#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# doc/forms.md names every function, column, setting and type that the code accepts.
page=$(cat "$srcdir/doc/forms.md")
n=0
failed=0

# check WHAT NAME: the page holds `NAME or a name with (.
check()
{
	n=$((n + 1))
	case $page in
	*"\`$2"*) echo "ok $n - $1 $2" ;;
	*)
		echo "not ok $n - $1 $2 is not described"
		failed=1
		;;
	esac
}

headings()
{
	sed -n "/^#define $2(X)/,/^#define\|^enum/s/.*X([A-Z_]*, \"\([^\"]*\)\").*/\1/p" "$srcdir/form/$1"
}

functions=$(sed -n 's/^\t{ "\([a-z-]*\)", [0-9].*/\1/p' "$srcdir/form/expr_function.c")
for name in $functions; do
	check function "$name("
done
old_ifs=$IFS
IFS='
'
for name in $(headings load_survey.c COLUMN_LIST); do
	check column "$name\`"
done
for name in $(headings load_lists.c CHOICE_COLUMN_LIST) $(headings load_lists.c RULE_COLUMN_LIST); do
	check column "$name\`"
done
for name in $(headings load.c SETTING_LIST); do
	check setting "$name\`"
done
for name in $(headings form.h FORM_TYPE_LIST); do
	check type "$name"
done
IFS=$old_ifs
n=$((n + 1))
if [ "$n" -ge 100 ]; then
	echo "ok $n - nothing was overlooked"
else
	echo "not ok $n - only $n names were found in the code"
	failed=1
fi
echo "1..$n"
exit $failed
