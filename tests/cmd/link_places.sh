#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The township says that residents of two villages are one person: that counts in a village which never heard of the
# other one, and does not wait there for a right.
. "$srcdir/tests/cmd/move_lib.sh"
third=430599196107080036

make_places
"$fixture" person "$A" 李秀英 2 1960-04-05 $other 13800000001 && "$fixture" person "$B" 李秀瑛 2 1961-07-08 $third 13900000001 &&
	up_to "$A" "$T" a1 && up_to "$B" "$T" b1
ok "a resident in each of two villages"
at "$T" link $other $third --reason 户口本核对过 >"$work/out"
ok "the township links them"
is "$(admin "$A" export link | grep -c 户口本核对过)" 0 "of which no village knows"
write "$A" 0002 && up_to "$A" "$T" a2
is "$(value carried <"$work/imported")" 1 "the link comes with the next answer"
is "$(admin "$A" export link | grep -c 户口本核对过)" 1 "and counts"
write "$B" 0002 && up_to "$B" "$T" b2
is "$(value carried <"$work/imported")" 0 "under whose record it does not stand, that village has no part in it"
done_testing
