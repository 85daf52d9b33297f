/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/closing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "db/exchange.h"
#include "lib/i18n.h"

/* X(NAME, field of the form period_close) */
#define CLOSING_FIELD_LIST(X)                                                                      \
	X(DATE, "closed_date")                                                                     \
	X(PERIOD, "period")                                                                        \
	X(REGION, "region")                                                                        \
	X(NAME, "name")                                                                            \
	X(DIGEST, "digest")                                                                        \
	X(FIGURES, "figures")
#define CLOSING_ENUM(name, field) CLOSING_##name,
enum { CLOSING_FIELD_LIST(CLOSING_ENUM) CLOSING_N };
#undef CLOSING_ENUM

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static int find_tags(const struct form_set *forms, uint32_t tags[CLOSING_N], struct error *err)
{
#define CLOSING_NAME(name, field) field,
	static const char *const fields[] = { CLOSING_FIELD_LIST(CLOSING_NAME) };
#undef CLOSING_NAME
	const struct form *form = form_set_find(forms, "period_close");
	for (int i = 0; i < CLOSING_N; i++) {
		tags[i] = form ? form_tag(form, fields[i]) : 0;
		if (!tags[i])
			return error_set(err, ERR_NOTFOUND, _("the form period_close has no field %s"), fields[i]);
	}
	return 0;
}

/* --- closing --- */

/* "annex4_htn 33 20 2" a line: code, denominator, numerator, apart; rows with nothing are left out. */
static const char *figures_text(const struct indicator_table *table, const struct indicator_count *counts,
                                struct arena *arena)
{
	struct buf out = BUF_INIT;
	for (size_t i = 0; i < table->n_indicators; i++)
		if (counts[i].denominator || counts[i].numerator || counts[i].apart)
			buf_printf(&out, "%s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", table->indicators[i].code,
			           counts[i].denominator, counts[i].numerator, counts[i].apart);
	const char *text = out.failed ? NULL : arena_strdup(arena, buf_text(&out));
	buf_free(&out);
	return text;
}

struct closing {
	uint32_t tags[CLOSING_N];
	char period[PERIOD_TEXT_BYTES], today[DATE_TEXT_BYTES], digest[2 * CRYPTO_HASH_BYTES + 1];
	struct arena arena;
};

static bool fill_change(struct closing *closing, const struct indicator_table *table,
                        const struct indicator_group *group, struct change *out)
{
	const char *figures = figures_text(table, group->counts, &closing->arena);
	const char *texts[CLOSING_N] = { closing->today, closing->period, group->key, group->name,
		                         closing->digest, figures };
	struct change_field *fields = arena_array(&closing->arena, CLOSING_N, sizeof *fields);
	size_t n = 0;
	if (!figures || !fields)
		return false;
	for (int i = 0; i < CLOSING_N; i++)
		if (*texts[i])
			fields[n++] = (struct change_field){ .tag = closing->tags[i], .kind = ENTRY_TEXT,
				                             .value = span_of(texts[i], strlen(texts[i])) };
	*out = (struct change){ .form = "period_close", .fields = fields, .n_fields = n };
	return true;
}

static int save_closing(struct store *store, struct closing *closing, const struct indicator_table *table,
                        struct error *err)
{
	struct change *changes = arena_array(&closing->arena, table->n_groups + 1, sizeof *changes);
	if (!changes)
		return no_memory(err);
	for (size_t g = 0; g <= table->n_groups; g++)
		if (!fill_change(closing, table, g < table->n_groups ? &table->groups[g] : &table->total,
		                 &changes[g]))
			return no_memory(err);
	return store_save(store, changes, table->n_groups + 1, NULL, err);
}

static int check_period(struct store *store, const struct care_period *period, char text[PERIOD_TEXT_BYTES],
                        struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct closed_period closed;
	struct error none = { 0 };
	care_period_text(period, text);
	if (strchr(text, ' '))
		return error_set(err, ERR_INVALID,
		                 _("%s is not over or no whole month, quarter or year: only those are closed"), text);
	int rc = care_closed_period(store, period, NULL, 0, &arena, &closed, &none);
	arena_free(&arena);
	return rc ? 0 : error_set(err, ERR_EXISTS, _("the period %s is closed already"), text);
}

int care_close_period(struct store *store, const struct care_period *period, struct progress *progress,
                      struct error *err)
{
	const struct indicator_question question = { *period, GROUP_VILLAGE };
	const struct indicator_table *table;
	struct closing closing = { .arena = ARENA_INIT };
	struct care_board *board = NULL;
	uint8_t digest[CRYPTO_HASH_BYTES];
	int rc = find_tags(store_forms(store), closing.tags, err);
	if (!rc)
		rc = check_period(store, period, closing.period, err);
	if (!rc)
		rc = store_digest(store, digest, err);
	if (!rc)
		rc = care_board_new(&board, store, &question, progress, err);
	if (!rc)
		rc = care_board_table(board, &table, err);
	if (!rc) {
		date_format(date_today(), closing.today);
		for (size_t i = 0; i < sizeof digest; i++)
			snprintf(closing.digest + 2 * i, 3, "%02x", digest[i]);
		rc = save_closing(store, &closing, table, err);
	}
	care_board_free(board);
	arena_free(&closing.arena);
	return rc;
}

/* --- reading --- */

struct reading {
	struct store *store;
	char own_region[REGION_BYTES];
	uint32_t tags[CLOSING_N];
	const char *period;
	const struct indicator_view *indicators;
	size_t n_indicators;
	struct arena *arena;
	struct closed_period *out;
	size_t cap;
	bool found, failed;
};

static int begin_reading(struct reading *in, struct store *store, struct error *err)
{
	struct store_info info;
	int rc = find_tags(store_forms(store), in->tags, err);
	if (!rc)
		rc = store_info_get(store, &info, err);
	if (!rc) {
		in->store = store;
		snprintf(in->own_region, sizeof in->own_region, "%s", info.self.region);
	}
	return rc;
}

/* Closed here and not retired: closings of the clinics below come with their bundles. */
static bool is_own(const struct reading *in, const struct record *record)
{
	struct entry_origin origin;
	struct error err;
	return !record->retired && !store_origin(in->store, record->id, &origin, &err) && origin.device &&
	       !strcmp(origin.device->region, in->own_region);
}

static void read_figures(struct reading *in, const char *text, struct closed_group *group, bool *known)
{
	char code[64];
	uint64_t denominator, numerator, apart;
	int used;
	for (; sscanf(text, " %63s %" SCNu64 " %" SCNu64 " %" SCNu64 "%n", code, &denominator, &numerator, &apart,
	              &used) == 4; text += used)
		for (size_t i = 0; i < in->n_indicators; i++)
			if (!strcmp(in->indicators[i].code, code)) {
				group->counts[i] = (struct indicator_count){ denominator, numerator, apart };
				known[i] = true;
			}
}

static bool add_group(struct reading *in, const struct closed_group *group)
{
	struct closed_period *out = in->out;
	if (out->n_groups == in->cap) {
		size_t cap = in->cap ? in->cap * 2 : 16;
		struct closed_group *groups = arena_array(in->arena, cap, sizeof *groups);
		if (!groups)
			return false;
		if (out->n_groups)
			memcpy(groups, out->groups, out->n_groups * sizeof *groups);
		out->groups = groups;
		in->cap = cap;
	}
	out->groups[out->n_groups++] = *group;
	return true;
}

/* Of several closings of one region the first one that comes holds. */
static bool held_already(const struct reading *in, const char *region)
{
	if (!*region)
		return in->found;
	for (size_t i = 0; i < in->out->n_groups; i++)
		if (!strcmp(in->out->groups[i].region, region))
			return true;
	return false;
}

static bool take_record(void *arg, const struct record *record, struct arena *scratch)
{
	struct reading *in = arg;
	const char *region = record_text(record, in->tags[CLOSING_REGION]);
	(void)scratch;
	if (strcmp(record_text(record, in->tags[CLOSING_PERIOD]), in->period) != 0 || held_already(in, region) ||
	    !is_own(in, record))
		return true;
	bool *known = arena_array(in->arena, in->n_indicators + 1, sizeof *known);
	struct closed_group group = {
		.region = arena_strdup(in->arena, region),
		.name = arena_strdup(in->arena, record_text(record, in->tags[CLOSING_NAME])),
		.counts = arena_array(in->arena, in->n_indicators + 1, sizeof *group.counts),
		.known = known,
	};
	in->failed = !known || !group.region || !group.name || !group.counts;
	if (in->failed)
		return false;
	read_figures(in, record_text(record, in->tags[CLOSING_FIGURES]), &group, known);
	if (*region) {
		in->failed = !add_group(in, &group);
		return !in->failed;
	}
	in->found = true;
	in->out->total = group;
	in->out->closed = date_parse(record_text(record, in->tags[CLOSING_DATE]));
	in->out->digest = arena_strdup(in->arena, record_text(record, in->tags[CLOSING_DIGEST]));
	return true;
}

int care_closed_period(struct store *store, const struct care_period *period,
                       const struct indicator_view *indicators, size_t n_indicators, struct arena *arena,
                       struct closed_period *out, struct error *err)
{
	char text[PERIOD_TEXT_BYTES];
	struct reading in = { .period = care_period_text(period, text), .indicators = indicators,
		              .n_indicators = n_indicators, .arena = arena, .out = out };
	*out = (struct closed_period){ .closed = DATE_NONE, .digest = "",
		                       .nothing = arena_array(arena, n_indicators + 1, sizeof *out->nothing) };
	int rc = out->nothing ? begin_reading(&in, store, err) : no_memory(err);
	if (!rc)
		rc = store_each_master(store, "period_close", take_record, &in, err);
	if (!rc && (in.failed || (in.found && !out->digest)))
		rc = no_memory(err);
	if (!rc && !in.found)
		rc = error_set(err, ERR_NOTFOUND, _("the period %s is not closed"), text);
	return rc;
}

const struct indicator_count *care_closed_counts(const struct closed_period *closed, const char *region)
{
	for (size_t i = 0; i < closed->n_groups; i++)
		if (!strcmp(closed->groups[i].region, region))
			return closed->groups[i].counts;
	return closed->nothing;
}

bool care_late_entries(const struct indicator_count *then, const struct indicator_count *now,
                       struct late_entries *out)
{
	out->denominator = (int64_t)(now->denominator - then->denominator);
	out->numerator = (int64_t)(now->numerator - then->numerator);
	return out->denominator || out->numerator;
}

/* --- which are closed --- */

struct listing {
	struct reading reading;
	struct closed_mark *marks;
	size_t n, cap;
};

/* Of several closings of a period the first one holds, as above. */
static bool list_record(void *arg, const struct record *record, struct arena *scratch)
{
	struct listing *list = arg;
	const struct reading *in = &list->reading;
	const char *period = record_text(record, in->tags[CLOSING_PERIOD]);
	(void)scratch;
	if (*record_text(record, in->tags[CLOSING_REGION]) || !is_own(in, record))
		return true;
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->marks[i].period, period))
			return true;
	if (list->n == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 32;
		struct closed_mark *marks = arena_array(in->arena, cap, sizeof *marks);
		list->reading.failed = !marks;
		if (!marks)
			return false;
		if (list->n)
			memcpy(marks, list->marks, list->n * sizeof *marks);
		list->marks = marks;
		list->cap = cap;
	}
	struct closed_mark *mark = &list->marks[list->n++];
	snprintf(mark->period, sizeof mark->period, "%s", period);
	mark->closed = date_parse(record_text(record, in->tags[CLOSING_DATE]));
	return true;
}

static int compare_marks(const void *a, const void *b)
{
	return strcmp(((const struct closed_mark *)b)->period, ((const struct closed_mark *)a)->period);
}

int care_closed_list(struct store *store, struct arena *arena, struct closed_mark **out, size_t *n,
                     struct error *err)
{
	struct listing list = { .reading = { .arena = arena } };
	int rc = begin_reading(&list.reading, store, err);
	if (!rc)
		rc = store_each_master(store, "period_close", list_record, &list, err);
	if (!rc && list.reading.failed)
		rc = no_memory(err);
	if (list.n)
		qsort(list.marks, list.n, sizeof *list.marks, compare_marks);
	*out = list.marks;
	*n = rc ? 0 : list.n;
	return rc;
}
