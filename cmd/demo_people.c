/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/demo_people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/i18n.h"

/* Common characters only; the frequent surnames stand several times. */
static const char *const surnames[] = {
	"王", "王", "王", "李", "李", "李", "张", "张", "张", "刘", "刘", "刘", "陈", "陈", "杨", "杨", "黄", "黄",
	"周", "周", "吴", "徐", "孙", "马", "朱", "胡", "胡", "郭", "何", "何", "林", "罗", "罗", "高", "郑", "梁",
	"谢", "谢", "宋", "唐", "许", "邓", "邓", "韩", "冯", "曹", "彭", "彭", "曾", "曾", "肖", "肖", "田", "董",
	"潘", "袁", "蔡", "蒋", "余", "于", "杜", "叶", "程", "魏", "苏", "吕", "丁", "任", "卢", "姚", "沈", "钟",
	"姜", "崔", "谭", "谭", "陆", "范", "汪", "廖", "石", "金", "韦", "贾", "夏", "付", "方", "邹", "熊", "白",
	"孟", "秦", "邱", "侯", "江", "尹", "薛", "段", "雷", "龙", "黎", "史", "陶", "贺", "毛", "郝", "顾", "龚",
	"单", "解", "仇", "区",
};
static const char *const men_old[] = { "建", "国", "明", "德", "生", "福", "贵", "文", "武", "成", "志", "光",
	                               "荣", "华", "庆", "友", "兴", "春", "根", "林", "水", "祥", "忠", "良",
	                               "富", "全", "长", "玉", "开", "善", "喜", "正", "立", "新", "军", "松" };
static const char *const women_old[] = { "秀", "英", "桂", "兰", "玉", "珍", "凤", "香", "菊", "梅", "芳", "翠",
	                                 "莲", "花", "素", "云", "淑", "华", "金", "银", "美", "春", "冬", "满",
	                                 "娥", "爱", "连", "巧", "细", "月", "莉", "红", "琴", "群", "珠", "霞" };
static const char *const men_young[] = { "浩", "宇", "俊", "杰", "子", "轩", "博", "文", "涛", "鹏", "磊", "强",
	                                 "伟", "超", "鑫", "凯", "晨", "阳", "天", "佑", "嘉", "豪", "思", "远" };
static const char *const women_young[] = { "婷", "雨", "欣", "怡", "佳", "思", "梦", "琪", "雪", "静", "丽", "娟",
	                                   "萍", "艳", "燕", "颖", "慧", "敏", "晓", "可", "诗", "涵", "梓", "萱" };
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

enum { SERIALS = 1000, FIRST_YEAR = 1900, DEMO_FIRST = 2010, DEMO_LAST = 2099, DAYS = (DEMO_LAST + 1 - FIRST_YEAR) * 366 };

uint32_t demo_draw(struct demo_dice *dice, uint32_t below)
{
	uint64_t x = dice->state += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64 */

	x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
	x ^= x >> 31;
	return below ? (uint32_t)((x >> 32) * below >> 32) : 0;
}

bool demo_chance(struct demo_dice *dice, uint32_t percent)
{
	return demo_draw(dice, 100) < percent;
}

int demo_normal(struct demo_dice *dice, int mean, int spread)
{
	int sum = 0;

	for (int i = 0; i < 12; i++)
		sum += (int)demo_draw(dice, 1001) - 500;
	return mean + sum * spread / 1000;
}

int demo_maker_begin(struct demo_maker *maker, uint64_t seed, uint32_t village, date_t today,
                     struct error *err)
{
	if (today < date_make(DEMO_FIRST, 1, 1) || today > date_make(DEMO_LAST, 12, 31))
		return error_set(err, ERR_INVALID, _("people are invented for the years %d to %d only: check the clock"),
		                 DEMO_FIRST, DEMO_LAST);
	*maker = (struct demo_maker){ .dice = { seed * UINT64_C(0x9E3779B97F4A7C15) + village },
		                      .today = today, .phones = village * 20000 };
	maker->used = calloc((size_t)DAYS * SERIALS / 8, 1);
	return maker->used ? 0 : error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

void demo_maker_end(struct demo_maker *maker)
{
	free(maker->used);
	maker->used = NULL;
}

static const char *given(struct demo_dice *dice, int sex, bool old)
{
	if (sex == 1)
		return old ? men_old[demo_draw(dice, COUNT(men_old))]
		           : men_young[demo_draw(dice, COUNT(men_young))];
	return old ? women_old[demo_draw(dice, COUNT(women_old))]
	           : women_young[demo_draw(dice, COUNT(women_young))];
}

static void make_name(struct demo_dice *dice, const char *surname, int sex, bool old,
                      char out[DEMO_NAME_BYTES])
{
	/* one draw after the other: the order within an expression is the compiler's */
	bool two = demo_chance(dice, old ? 85 : 70);
	const char *last = two ? given(dice, sex, old) : "";
	const char *first = given(dice, sex, old);

	snprintf(out, DEMO_NAME_BYTES, "%s%s%s", surname, first, last);
}

/* GB 11643: check digit by ISO 7064 MOD 11-2; the serial's parity is the sex. */
static void make_id(struct demo_maker *maker, struct demo_person *person)
{
	static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int year, month, day, sum = 0;
	size_t row = (size_t)(person->birth - date_make(FIRST_YEAR, 1, 1)) * SERIALS, serial;
	char digits[18];

	do {
		serial = 2 * demo_draw(&maker->dice, SERIALS / 2) + (person->sex == 1);
	} while (maker->used[(row + serial) / 8] & 1 << (row + serial) % 8);
	maker->used[(row + serial) / 8] |= (uint8_t)(1 << (row + serial) % 8);
	date_split(person->birth, &year, &month, &day);
	snprintf(digits, sizeof(digits), "430599%04u%02u%02u%03u", (unsigned)year % 10000u,
	         (unsigned)month % 100u, (unsigned)day % 100u, (unsigned)serial % 1000u);
	for (int i = 0; i < 17; i++)
		sum += (digits[i] - '0') * weights[i];
	snprintf(person->id_number, sizeof(person->id_number), "%s%c", digits, "10X98765432"[sum % 11]);
}

static struct demo_person *add(struct demo_maker *maker, struct demo_household *house, const char *surname,
                               int sex, int age, const char *relation)
{
	struct demo_person *person = &house->people[house->n];

	if (house->n == DEMO_HOUSEHOLD_MAX)
		return NULL;
	house->n++;
	person->sex = sex;
	person->relation = relation;
	person->birth = date_add_years(maker->today, -age) - 1 - (date_t)demo_draw(&maker->dice, 364);
	make_name(&maker->dice, surname ? surname : surnames[demo_draw(&maker->dice, COUNT(surnames))], sex,
	          age >= 38, person->name);
	make_id(maker, person);
	snprintf(person->phone, sizeof(person->phone), "199%08u", ++maker->phones % 100000000u);
	return person;
}

static int between(struct demo_dice *dice, int low, int high)
{
	return low + (int)demo_draw(dice, (uint32_t)(high - low + 1));
}

static void add_spouse(struct demo_maker *maker, struct demo_household *house, int head_sex, int age,
                       uint32_t percent)
{
	int other = age + between(&maker->dice, -4, 3);

	if (demo_chance(&maker->dice, percent))
		add(maker, house, NULL, 3 - head_sex, other < 20 ? 20 : other, head_sex == 1 ? "12" : "11");
}

static void add_old(struct demo_maker *maker, struct demo_household *house, const char *surname)
{
	int sex = demo_chance(&maker->dice, 75) ? 1 : 2;
	int age = between(&maker->dice, 60, 78);

	age += (int)demo_draw(&maker->dice, 10);
	add(maker, house, surname, sex, age, "02");
	add_spouse(maker, house, sex, age, age < 70 ? 80 : 55);
	if (demo_chance(&maker->dice, 15)) { /* a grandchild whose parents work elsewhere */
		int years = between(&maker->dice, 1, 15);
		add(maker, house, surname, between(&maker->dice, 1, 2), years, "40");
	}
}

static void add_middle(struct demo_maker *maker, struct demo_household *house, const char *surname)
{
	int age = between(&maker->dice, 40, 59);
	int children = (int)demo_draw(&maker->dice, 3);

	add(maker, house, surname, 1, age, "02");
	add_spouse(maker, house, 1, age, 88);
	for (int i = 0; i < children; i++) {
		int sex = between(&maker->dice, 1, 2), child = age - between(&maker->dice, 23, 32);
		if (child >= 7)
			add(maker, house, surname, sex, child, sex == 1 ? "20" : "30");
	}
	if (demo_chance(&maker->dice, 25)) {
		int sex = between(&maker->dice, 1, 2);
		add(maker, house, sex == 1 ? surname : NULL, sex, age + between(&maker->dice, 22, 30),
		    sex == 1 ? "51" : "52");
	}
}

static void add_three_generations(struct demo_maker *maker, struct demo_household *house,
                                  const char *surname)
{
	int age = between(&maker->dice, 58, 72), son = age - between(&maker->dice, 22, 29);
	int grandchildren = between(&maker->dice, 1, 2);

	add(maker, house, surname, 1, age, "02");
	add_spouse(maker, house, 1, age, 82);
	add(maker, house, surname, 1, son, "20");
	if (demo_chance(&maker->dice, 85))
		add(maker, house, NULL, 2, son - between(&maker->dice, -1, 4), "38");
	for (int i = 0; i < grandchildren; i++) {
		int sex = between(&maker->dice, 1, 2), child = son - between(&maker->dice, 23, 30);
		if (child >= 0)
			add(maker, house, surname, sex, child, sex == 1 ? "41" : "42");
	}
}

static void add_young(struct demo_maker *maker, struct demo_household *house, const char *surname)
{
	int age = between(&maker->dice, 25, 38), children = between(&maker->dice, 0, 2);

	add(maker, house, surname, 1, age, "02");
	add_spouse(maker, house, 1, age, 92);
	for (int i = 0; i < children; i++) {
		int sex = between(&maker->dice, 1, 2), child = age - between(&maker->dice, 23, 31);
		add(maker, house, surname, sex, child > 0 ? child : 0, sex == 1 ? "20" : "30");
	}
}

void demo_make_household(struct demo_maker *maker, struct demo_household *out)
{
	const char *surname = surnames[demo_draw(&maker->dice, COUNT(surnames))];
	uint32_t kind = demo_draw(&maker->dice, 100);

	memset(out, 0, sizeof(*out));
	maker->households++;
	snprintf(out->number, sizeof(out->number), "%04u", maker->households % 10000u);
	out->group = between(&maker->dice, 1, 8);
	if (kind < 42)
		add_old(maker, out, surname);
	else if (kind < 70)
		add_middle(maker, out, surname);
	else if (kind < 82)
		add_young(maker, out, surname);
	else
		add_three_generations(maker, out, surname);
}
