/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/likeness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "form/idno.h"
#include "form/rules.h"
#include "lib/pinyin.h"
#include "lib/utf8.h"

/* FNV-1a, 64 bits; never 0, which means unknown. */
uint64_t likeness_hash(const void *bytes, size_t n_bytes)
{
	const uint8_t *at = bytes;
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < n_bytes; i++)
		hash = (hash ^ at[i]) * UINT64_C(1099511628211);
	return hash ? hash : 1;
}

/* --- names --- */

/* Surnames of two characters; all others have one. */
static const char compound_surnames[] = "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 "
					"太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 轩辕 百里 呼延 东郭 南门 ";

static bool is_compound(const uint32_t *name)
{
	char text[16];
	size_t n = utf8_put(name[0], text);

	n += utf8_put(name[1], text + n);
	text[n] = ' ';
	text[n + 1] = '\0';
	return strstr(compound_surnames, text) != NULL;
}

/* As it sounds in the south: n for l, z c s for zh ch sh, n for ng at the end. */
static uint64_t sound_of(const uint32_t *name, size_t n)
{
	char text[LIKENESS_NAME * 9];
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		const char *readings[1];
		char plain[5];
		const char *syllable = plain;
		if (pinyin_readings(name[i], readings, 1))
			syllable = readings[0];
		else
			utf8_put(name[i], plain);
		size_t end = strlen(syllable);
		if (end > 1 && syllable[end - 1] == 'g' && syllable[end - 2] == 'n')
			end--;
		for (size_t k = 0; k < end && len + 2 < sizeof(text); k++) {
			if (k == 1 && syllable[1] == 'h' && strchr("zcs", syllable[0]))
				continue;
			text[len++] = k == 0 && syllable[0] == 'l' ? 'n' : syllable[k];
		}
		text[len++] = ' ';
	}
	return len ? likeness_hash(text, len) : 0;
}

static void fill_name(struct likeness *out, const char *name)
{
	uint32_t c;
	size_t step;

	for (; name && (step = utf8_next(name, &c)) > 0 && out->n_name < LIKENESS_NAME; name += step)
		if (c > ' ' && c != 0x3000 && c != 0xb7)
			out->name[out->n_name++] = c;
	if (!out->n_name)
		return;
	out->n_surname = out->n_name > 2 && is_compound(out->name) ? 2 : out->n_name > 1 ? 1 : 0;
	out->name_hash = likeness_hash(out->name, out->n_name * sizeof(out->name[0]));
	out->given = likeness_hash(out->name + out->n_surname,
	                           (out->n_name - out->n_surname) * sizeof(out->name[0]));
	out->sound = sound_of(out->name, out->n_name);
}

static uint64_t phone_of(const char *text)
{
	uint64_t digits = 0;
	size_t n = 0;

	for (; text && *text && n < 18; text++)
		if (*text >= '0' && *text <= '9') {
			digits = digits * 10 + (uint64_t)(*text - '0');
			n++;
		}
	return n >= 7 ? digits : 0;
}

void likeness_fill(struct likeness *out, const struct duplicate_person *person)
{
	const char *id = person->id_number ? person->id_number : "";
	struct idno parsed;

	memset(out, 0, sizeof(*out));
	fill_name(out, person->name);
	out->sex = (uint8_t)(person->sex && person->sex[0] >= '1' && person->sex[0] <= '2' ? person->sex[0] - '0' : 0);
	out->birth = person->birth_date && *person->birth_date ? date_parse(person->birth_date) : DATE_NONE;
	out->phone = phone_of(person->phone);
	if (person->household && *person->household)
		out->household = likeness_hash(person->household, strlen(person->household));
	out->id_valid = *id && idno_parse(&parsed, id, date_today()) == IDNO_OK && strlen(parsed.text) == LIKENESS_ID;
	if (out->id_valid)
		memcpy(out->id, parsed.text, LIKENESS_ID);
	else
		strncat(out->id, id, LIKENESS_ID);
	out->same_name = out->same_phone = 1;
}

/* --- weights --- */

void likeness_weights(struct likeness_weights *out, const struct rule_set *rules, uint64_t residents)
{
	double rate = 0.05;

	*out = (struct likeness_weights){ .rules = rules, .today = date_today(), .residents = residents };
	rule_number(rules, "duplicate", "rate", -1, out->today, &rate);
	/* rate * N pairs of one person among N(N-1)/2 */
	out->prior = log2(2 * rate / (double)(residents > 1 ? residents - 1 : 1));
}

struct weighing {
	const struct likeness_weights *weights;
	struct duplicate_pair *pair;
};

static double rule_value(const struct likeness_weights *weights, const char *rule)
{
	double bits = 0;

	rule_number(weights->rules, "duplicate", rule, -1, weights->today, &bits);
	return bits;
}

static void weigh_bits(struct weighing *w, enum duplicate_field field, const char *rule, double bits)
{
	w->pair->fields[field] = bits;
	w->pair->rules[field] = rule;
	w->pair->weight += bits;
}

static void weigh(struct weighing *w, enum duplicate_field field, const char *rule)
{
	weigh_bits(w, field, rule, rule_value(w->weights, rule));
}

/* A value that many have says little: at most log2(N / bearers). */
static void weigh_frequent(struct weighing *w, enum duplicate_field field, const char *rule, uint32_t bearers)
{
	double max = rule_value(w->weights, rule), bits = log2((double)w->weights->residents / (double)bearers);

	weigh_bits(w, field, rule, bits < 0 ? 0 : bits < max ? bits : max);
}

/* Characters that differ; SIZE_MAX when the lengths differ by more than one. */
static size_t name_distance(const struct likeness *x, const struct likeness *y)
{
	const struct likeness *s = x->n_name < y->n_name ? x : y, *l = s == x ? y : x;
	size_t differ = 0;

	if (l->n_name - s->n_name > 1)
		return SIZE_MAX;
	if (l->n_name == s->n_name) {
		for (size_t i = 0; i < l->n_name; i++)
			differ += l->name[i] != s->name[i];
		return differ;
	}
	for (size_t i = 0, k = 0; i < l->n_name; i++) { /* one left out */
		if (k < s->n_name && l->name[i] == s->name[k])
			k++;
		else
			differ++;
	}
	return differ;
}

static void weigh_name(struct weighing *w, const struct likeness *x, const struct likeness *y)
{
	if (!x->n_name || !y->n_name)
		return;
	if (x->name_hash == y->name_hash)
		weigh_frequent(w, DUPLICATE_FIELD_NAME, "name_same_max",
		               x->same_name > y->same_name ? x->same_name : y->same_name);
	else if (x->sound == y->sound)
		weigh(w, DUPLICATE_FIELD_NAME, "name_sound");
	else
		weigh(w, DUPLICATE_FIELD_NAME, name_distance(x, y) <= 1 ? "name_one" : "name_differs");
}

/* One digit, or day and month turned. */
static bool birth_close(date_t x, date_t y)
{
	char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES];
	int differ = 0, ya, ma, da, yb, mb, db;

	date_format(x, a);
	date_format(y, b);
	for (size_t i = 0; a[i] && b[i]; i++)
		differ += a[i] != b[i];
	date_split(x, &ya, &ma, &da);
	date_split(y, &yb, &mb, &db);
	return differ == 1 || (ya == yb && ma == db && da == mb);
}

static void weigh_birth(struct weighing *w, const struct likeness *x, const struct likeness *y)
{
	int year_x, year_y, month, day;

	if (x->birth == DATE_NONE || y->birth == DATE_NONE)
		return;
	date_split(x->birth, &year_x, &month, &day);
	date_split(y->birth, &year_y, &month, &day);
	weigh(w, DUPLICATE_FIELD_BIRTH,
	      x->birth == y->birth             ? "birth_same" :
	      birth_close(x->birth, y->birth)  ? "birth_close" :
	      year_x == year_y                 ? "birth_year" : "birth_differs");
}

static void weigh_id(struct weighing *w, const struct likeness *x, const struct likeness *y)
{
	size_t differ = 0;

	if (!x->id[0] || !y->id[0])
		return;
	for (size_t i = 0; i < LIKENESS_ID; i++)
		differ += x->id[i] != y->id[i];
	if (differ == 0 && x->id_valid)
		weigh(w, DUPLICATE_FIELD_ID, "id_same");
	else if (differ <= 2)
		weigh(w, DUPLICATE_FIELD_ID, "id_close");
	else if (x->id_valid && y->id_valid)
		weigh(w, DUPLICATE_FIELD_ID, "id_differs");
}

static void weigh_all(struct weighing *w, const struct likeness *x, const struct likeness *y)
{
	weigh_name(w, x, y);
	weigh_birth(w, x, y);
	if (x->sex && y->sex)
		weigh(w, DUPLICATE_FIELD_SEX, x->sex == y->sex ? "sex_same" : "sex_differs");
	weigh_id(w, x, y);
	if (x->phone && x->phone == y->phone)
		weigh_frequent(w, DUPLICATE_FIELD_PHONE, "phone_same_max",
		               x->same_phone > y->same_phone ? x->same_phone : y->same_phone);
	else if (x->phone && y->phone)
		weigh(w, DUPLICATE_FIELD_PHONE, "phone_differs");
	if (x->household && y->household)
		weigh(w, DUPLICATE_FIELD_HOUSEHOLD,
		      x->household == y->household ? "household_same" : "household_differs");
}

/* --- rules before weights --- */

static bool same_id(const struct likeness *x, const struct likeness *y)
{
	return x->id_valid && y->id_valid && !memcmp(x->id, y->id, LIKENESS_ID);
}

static bool near_name(const struct likeness *x, const struct likeness *y)
{
	return x->n_name && y->n_name && (x->sound == y->sound || name_distance(x, y) <= 1);
}

static bool are_twins(const struct likeness *x, const struct likeness *y)
{
	return x->birth != DATE_NONE && x->birth == y->birth && x->household && x->household == y->household &&
	       x->n_name && y->n_name && x->given != y->given && !same_id(x, y);
}

bool likeness_compare(const struct likeness_weights *weights, const struct likeness *x, const struct likeness *y,
                      struct duplicate_pair *out)
{
	struct weighing w = { weights, out };
	bool swapped = x->rid > y->rid;

	*out = (struct duplicate_pair){ .a = swapped ? y->rid : x->rid, .b = swapped ? x->rid : y->rid,
		                        .weight = weights->prior, .kind = DUPLICATE_PROBABLE };
	weigh_all(&w, x, y);
	if (same_id(x, y)) {
		out->kind = near_name(x, y) && x->birth == y->birth && x->sex == y->sex ? DUPLICATE_CERTAIN
		                                                                        : DUPLICATE_NUMBER_TWICE;
		return true;
	}
	if (out->weight < rule_value(weights, "show"))
		return false;
	if (are_twins(x, y))
		out->kind = DUPLICATE_TWINS;
	return true;
}
