#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make lib/pinyin_table.c from Unihan_Readings.txt.bz2 (Debian: unicode-data).

Usage: python3 lib/pinyin_table.py >lib/pinyin_table.c
"""
import bz2
import re
import sys
import unicodedata

SOURCE = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode/Unihan_Readings.txt.bz2"
GAP = 8  # unused places that are cheaper to keep than to begin a new run

# How a character is read as a surname where that is not its commonest reading, or where two readings
# are about as common. Reviewed by hand against Xiandai Hanyu Cidian.
SURNAMES = {
    "单": "shan", "查": "zha", "曾": "zeng", "仇": "qiu", "解": "xie", "翟": "zhai", "尉": "wei",
    "区": "ou", "朴": "piao", "盖": "ge", "任": "ren", "华": "hua", "纪": "ji", "宁": "ning",
    "乐": "yue", "员": "yun", "缪": "miao", "召": "shao", "折": "she", "繁": "po", "黑": "he",
    "秘": "bi", "种": "chong", "逄": "pang", "覃": "qin", "句": "gou", "祭": "zhai", "车": "che",
    "长": "chang", "晁": "chao", "谌": "chen", "郗": "xi", "都": "du", "干": "gan", "葛": "ge",
    "冼": "xian", "洗": "xian", "教": "jiao", "訾": "zi", "隗": "wei", "贲": "ben", "牟": "mou",
    "能": "nai", "佴": "nai", "哈": "ha", "郇": "xun", "那": "na", "佟": "tong", "卜": "bu",
    "柏": "bai", "薄": "bo", "曲": "qu", "沈": "shen", "石": "shi", "宿": "su", "台": "tai",
    "万": "wan", "冯": "feng", "贾": "jia", "盛": "sheng", "应": "ying", "於": "yu", "占": "zhan",
    "朝": "chao", "角": "jue", "洪": "hong", "尹": "yin", "颉": "xie", "臧": "zang", "么": "yao",
    "幺": "yao", "郝": "hao", "咸": "xian", "重": "chong", "藏": "zang", "合": "he",
    "殷": "yin", "阚": "kan", "令": "ling", "强": "qiang", "行": "xing", "俞": "yu", "褚": "chu",
    "邵": "shao", "撒": "sa", "宓": "mi", "费": "fei", "乜": "nie",
    "钻": "zuan", "闫": "yan", "适": "kuo", "盍": "he", "郄": "qie", "郤": "xi", "亓": "qi",
    "仉": "zhang", "璩": "qu", "妫": "gui", "郜": "gao", "昝": "zan", "晏": "yan", "呙": "guo",
}
# Two-character surnames whose first character is read otherwise than in SURNAMES, or whose second is.
COMPOUND = {
    "尉迟": "yu chi", "单于": "chan yu", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai",
    "令狐": "ling hu", "宰父": "zai fu", "亓官": "qi guan", "夏侯": "xia hou", "鲜于": "xian yu",
    "乐正": "yue zheng", "子车": "zi ju", "皇甫": "huang fu", "呼延": "hu yan", "濮阳": "pu yang",
}
# Readings that count in a search besides those in Unihan.
EXTRA = {"尉": ["yu"], "覃": ["tan"], "牟": ["mu"], "仇": ["qiu"], "俟": ["qi"], "车": ["ju"]}


def toneless(text):
    out = ""
    for char in unicodedata.normalize("NFD", text):
        if char == "\u0308":  # diaeresis
            out = out[:-1] + "v"
        elif not unicodedata.combining(char):
            out += char
    return out.replace("ü", "v")


def readings_of(fields):
    found = []
    counts = {}
    for text, count in re.findall(r"(\S+?)\((\d+)\)", fields.get("kHanyuPinlu", "")):
        counts[toneless(text)] = counts.get(toneless(text), 0) + int(count)
    found += sorted(counts, key=lambda text: -counts[text])
    found += [toneless(text) for text in fields.get("kMandarin", "").split()]
    for name in ("kTGHZ2013", "kXHC1983"):
        for item in fields.get(name, "").split():
            found += [toneless(text) for text in item.split(":")[1].split(",")]
    return list(dict.fromkeys(found))


chars = {}
for line in bz2.open(SOURCE, "rt", encoding="utf-8"):
    if line.startswith("U+"):
        cp, field, value = line.rstrip("\n").split("\t")
        if field in ("kHanyuPinlu", "kMandarin", "kTGHZ2013", "kXHC1983"):
            chars.setdefault(int(cp[2:], 16), {})[field] = value
readings = {cp: readings_of(fields) for cp, fields in chars.items()}
for char, extra in list(EXTRA.items()) + [(char, [text]) for char, text in SURNAMES.items()]:
    own = readings.setdefault(ord(char), [])
    own += [text for text in extra if text not in own]

syllables = sorted({text for own in readings.values() for text in own})
index = {text: i for i, text in enumerate(syllables)}
for text in syllables:
    assert re.fullmatch("[a-z]{1,6}", text), text

lists = [0]  # place 0: no reading
places = {}
for own in sorted(map(tuple, readings.values())):
    if own not in places:
        places[own] = len(lists)
        lists += [index[text] for text in own]
        lists[-1] |= 0x8000

runs = []
values = []
for cp in sorted(readings):
    if runs and cp - runs[-1][1] <= GAP:
        values += [0] * (cp - runs[-1][1] - 1)
        runs[-1][1] = cp
    else:
        runs.append([cp, cp, len(values)])
    values.append(places[tuple(readings[cp])])


def array(kind, name, items):
    print(f"\nconst {kind} pinyin_{name}[] = {{")
    line = "\t"
    for item in items:
        if len(line) + len(item) > 100:
            print(line.rstrip())
            line = "\t"
        line += item + " "
    print(line.rstrip() + "\n};")


print("""/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Made by lib/pinyin_table.py; do not edit. Readings: Unicode Character Database, Unihan_Readings.txt,
 * copyright Unicode, Inc.; LICENSES/Unicode.txt.
 */
#include "config.h"
#include "lib/pinyin_table.h\"""")
array("char *const", "syllables", [f'"{text}",' for text in syllables])
array("uint16_t", "lists", [f"{item}," for item in lists])
array("struct pinyin_run", "runs", [f"{{ 0x{a:X}, 0x{b:X}, {at} }}," for a, b, at in runs])
print(f"\nconst size_t pinyin_n_runs = {len(runs)};")
array("uint16_t", "places", [f"{item}," for item in values])
array("struct pinyin_surname", "surnames",
      [f"{{ 0x{ord(char):X}, {index[text]} }}," for char, text in sorted(SURNAMES.items())])
print(f"\nconst size_t pinyin_n_surnames = {len(SURNAMES)};")
array("struct pinyin_compound", "compounds",
      ["{{ {{ 0x{:X}, 0x{:X} }}, {{ {}, {} }} }},".format(
          *map(ord, name), *(index[text] for text in both.split()))
       for name, both in sorted(COMPOUND.items())])
print(f"\nconst size_t pinyin_n_compounds = {len(COMPOUND)};")
