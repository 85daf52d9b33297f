#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make lib/ime_table.c from Rime's pinyin_simp.dict.yaml (Debian: rime-data-pinyin-simp), the
characters of GB 2312 and the Table of General Standard Chinese Characters (Unihan kMandarin and
kTGHZ2013, Debian: unicode-data) and the words of a clinic below.

Usage: python3 lib/ime_table.py >lib/ime_table.c
"""
import bz2
import hashlib
import math
import re
import unicodedata

WORDS = "/usr/share/rime-data/pinyin_simp.dict.yaml"
READINGS = "/usr/share/unicode/Unihan_Readings.txt.bz2"
BLOCK_ROWS = 50

# What a village doctor types all day and the dictionary lacks or ranks low.
CLINIC = """
卫生室 wei sheng shi|卫生院 wei sheng yuan|村医 cun yi|乡医 xiang yi|村卫生室 cun wei sheng shi
乡镇卫生院 xiang zhen wei sheng yuan|建档 jian dang|健康档案 jian kang dang an|签约 qian yue
家庭医生 jia ting yi sheng|公卫 gong wei|慢病 man bing|血压 xue ya|血糖 xue tang
空腹血糖 kong fu xue tang|餐后血糖 can hou xue tang|糖化 tang hua|收缩压 shou suo ya
舒张压 shu zhang ya|心率 xin lv|腰围 yao wei|体重 ti zhong|身高 shen gao|随访 sui fang
失访 shi fang|转诊 zhuan zhen|复诊 fu zhen|门诊 men zhen|服药 fu yao|停药 ting yao|漏服 lou fu
规律服药 gui lv fu yao|间断服药 jian duan fu yao|不良反应 bu liang fan ying|高血压 gao xue ya
糖尿病 tang niao bing|冠心病 guan xin bing|脑卒中 nao cu zhong|肺结核 fei jie he
精神障碍 jing shen zhang ai|慢阻肺 man zu fei|体检 ti jian|老年人 lao nian ren
孕产妇 yun chan fu|产后访视 chan hou fang shi|新生儿 xin sheng er|预防接种 yu fang jie zhong
接种 jie zhong|疫苗 yi miao|低保户 di bao hu|五保户 wu bao hu|脱贫户 tuo pin hu|医保 yi bao
新农合 xin nong he|残疾 can ji|失能 shi neng|户主 hu zhu|监护人 jian hu ren|身份证 shen fen zheng
二甲双胍 er jia shuang gua|格列美脲 ge lie mei niao|格列齐特 ge lie qi te|阿卡波糖 a ka bo tang
胰岛素 yi dao su|氨氯地平 an lv di ping|硝苯地平 xiao ben di ping|尼群地平 ni qun di ping
卡托普利 ka tuo pu li|依那普利 yi na pu li|缬沙坦 xie sha tan|厄贝沙坦 e bei sha tan
氯沙坦 lv sha tan|美托洛尔 mei tuo luo er|氢氯噻嗪 qing lv sai qin|阿司匹林 a si pi lin
辛伐他汀 xin fa ta ting|阿托伐他汀 a tuo fa ta ting|复方丹参 fu fang dan shen|青霉素 qing mei su
头孢 tou bao|阿莫西林 a mo xi lin|布洛芬 bu luo fen|头晕 tou yun|头痛 tou tong|胸闷 xiong men
心悸 xin ji|气促 qi cu|咳嗽 ke sou|咳痰 ke tan|腹泻 fu xie|浮肿 fu zhong|视力模糊 shi li mo hu
多饮 duo yin|多尿 duo niao|戒烟 jie yan|限酒 xian jiu|限盐 xian yan|低盐饮食 di yan yin shi
示范镇 shi fan zhen|村民小组 cun min xiao zu|外出务工 wai chu wu gong|留守 liu shou
独居 du ju|空巢 kong chao|丧偶 sang ou|未婚 wei hun|已婚 yi hun|离婚 li hun|文盲 wen mang
"""

# Names of politicians that the dictionary holds and a clinic's computer had better not offer; by hash, so
# that they do not stand here either.
LEFT_OUT = set("""
03fc2b18 0c5c8de5 158a4c9b 299439de 38ddedad 39a7746d 3a8d14d7 3f22c32c 3fb776bc 4e18f5bd
52d92e91 53b133ef 56cd0d6a 5d458b30 64bf7ece 66b643c6 68532e5e 7a745ab2 802b67ec 80394ca6
80a7b522 8152a731 8623207b 86fd6a33 8c582dd1 969b98c4 9bf11205 9c7bf079 9f516274 a103491f
a370f4a0 a388283a a3dd6837 a6d86c14 b24b88b3 b4f0040f bba26db7 bc7565be be99031d c164584f
c3fa7b91 c58d9b0b c598fc45 ca66a0e1 ccbd03b9 cd3d3e68 cd9a7eba ce7ac743 ceb17b3c d262291d
d26af304 d4eca75f da70f3e0 dd7dfb38 de2bbabc e2cc5565 e5b6483a e663e813 eb9e1a55 f6267669
f6ff417f fd73e8f3
""".split())


def left_out(word):
    parts = {word} | {word[i:i + 3] for i in range(len(word) - 2)}
    return any(hashlib.blake2b(part.encode(), digest_size=4).hexdigest() in LEFT_OUT for part in parts)


def toneless(text):
    out = ""
    for char in unicodedata.normalize("NFD", text):
        if char == "\u0308":  # diaeresis
            out = out[:-1] + "v"
        elif not unicodedata.combining(char):
            out += char
    return out


def key_of(syllables):
    key = syllables.replace(" ", "").replace("lve", "lue").replace("nve", "nue")
    assert re.fullmatch("[a-z]+", key), syllables
    return key


rows = {}


def add(word, syllables, weight):
    assert len(word.encode()) < 32, word
    own = rows.setdefault(key_of(syllables), {})
    own[word] = max(weight, own.get(word, 0))


for line in open(WORDS, encoding="utf-8"):
    parts = line.rstrip("\n").split("\t")
    if len(parts) == 3 and not left_out(parts[0]):
        add(parts[0], parts[1], int(parts[2]))
for item in re.split(r"[|\n]+", CLINIC.strip()):
    word, _, syllables = item.partition(" ")
    assert len(word) == len(syllables.split()), item
    add(word, syllables, 20000)


def in_gb2312(char):
    try:
        return bool(char.encode("gb2312"))
    except UnicodeEncodeError:
        return False


for line in bz2.open(READINGS, "rt", encoding="utf-8"):
    if not line.startswith("U+"):
        continue
    cp, field, value = line.rstrip("\n").split("\t")
    char = chr(int(cp[2:], 16))
    if field == "kTGHZ2013":
        texts = [text for item in value.split() for text in item.split(":")[1].split(",")]
    elif field == "kMandarin" and in_gb2312(char):
        texts = value.split()
    else:
        continue
    for text in texts:
        if char not in rows.get(key_of(toneless(text)), {}):
            add(char, toneless(text), 2)  # before the rarest, which are no standard characters

most = max(max(own.values()) for own in rows.values())


def letter(weight):
    return chr(ord("A") + round(25 * math.log(weight + 1) / math.log(most + 1)))


print("""/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Made by lib/ime_table.py; do not edit. Words, readings and frequencies: rime-pinyin-simp
 * (https://github.com/rime/rime-pinyin-simp, pinyin_simp.dict.yaml), derived from the Pinyin IME of the
 * Android Open Source Project; licensed under the Apache License 2.0 (LICENSES/Apache-2.0.txt). Changed:
 * packed, with a clinic's words and the standard characters by Unicode's Unihan (kMandarin, kTGHZ2013;
 * LICENSES/Unicode.txt) added and some names left out.
 */
#include "config.h"
#include "lib/ime_table.h"

const char *const ime_blocks[] = {""")
keys = sorted(rows)
n_blocks = 0
for start in range(0, len(keys), BLOCK_ROWS):
    n_blocks += 1
    for key in keys[start:start + BLOCK_ROWS]:
        words = sorted(rows[key].items(), key=lambda item: (-item[1], item[0]))
        print('"' + key + "".join(word + letter(weight) for word, weight in words) + '\\n"')
    print(",")
print(f"}};\nconst size_t ime_n_blocks = {n_blocks};")
