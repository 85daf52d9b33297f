#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make lib/utf8_table.c from Unicode's EastAsianWidth.txt and UnicodeData.txt (Debian: unicode-data).

Usage: python3 lib/utf8_table.py >lib/utf8_table.c
"""
import sys

UNICODE = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"
cols = [1] * 0x110000

for line in open(f"{UNICODE}/EastAsianWidth.txt", encoding="utf-8"):
    line = line.split("#")[0].strip()
    if not line:
        continue
    span, width = line.split(";")
    first, _, last = span.strip().partition("..")
    if width.strip() in ("W", "F"):
        for cp in range(int(first, 16), int(last or first, 16) + 1):
            cols[cp] = 2

for line in open(f"{UNICODE}/UnicodeData.txt", encoding="utf-8"):
    cp, _, category = line.split(";")[:3]
    cp = int(cp, 16)
    if category in ("Mn", "Me", "Cf", "Cc", "Zl", "Zp") and cp != 0xAD:
        cols[cp] = 0
# As the C library and so ncurses have it: signs that stand before digits, and circled tens.
for cp in (0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2):
    cols[cp] = 1
for cp in range(0x3248, 0x3250):
    cols[cp] = 2
# A Hangul vowel or final joins the syllable before it.
for cp in list(range(0x1160, 0x1200)) + list(range(0xD7B0, 0xD7FC)):
    cols[cp] = 0
# Rare characters of names, whether the C library knows them or not.
for first, last in ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFD)):
    for cp in range(first, last + 1):
        cols[cp] = 2

print("""/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made by lib/utf8_table.py from Unicode's EastAsianWidth.txt and UnicodeData.txt (copyright Unicode, Inc.;
 * LICENSES/Unicode.txt); do not edit. */
#include "config.h"
#include "lib/utf8_table.h"
""")
ranges = []
cp = 0
while cp < len(cols):
    end = cp
    while end + 1 < len(cols) and cols[end + 1] == cols[cp]:
        end += 1
    if cols[cp] != 1:
        ranges.append(f"{{ 0x{cp:X}, 0x{end:X}, {cols[cp]} }},")
    cp = end + 1
print("const struct utf8_range utf8_ranges[] = {")
for i in range(0, len(ranges), 4):
    print("\t" + " ".join(ranges[i:i + 4]))
print(f"}};\nconst size_t utf8_n_ranges = {len(ranges)};")
