/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts of clinics and staff, and those that only many records together show. */
#include "config.h"
#include "care/alert.h"

#include <stdio.h>
#include <stdlib.h>
#include "care/alert_table.h"

enum { CLINIC_IS_CLOSED = 3 };

static void expiry(struct alert_list *list, enum alert_rule rule, const char *warn, date_t until,
		   rid_t cause)
{
	if (until != DATE_NONE)
		alert_add(list, rule, until - alert_number(list, "clinic", warn, until), DATE_NONE,
			  cause);
}

void alerts_of_places(struct alert_list *list)
{
	const struct event *pooling = fact_last(list->facts, EVENT_POOLING, INT32_MAX);
	FACT_EACH(one, list->facts, EVENT_CLINIC) {
		if (one->v[CLINIC_STATE] == CLINIC_IS_CLOSED)
			return;
		expiry(list, ALERT_LICENCE, "licence_warn_days", one->v[CLINIC_LICENCE_UNTIL],
		       one->record);
	}
	FACT_EACH(one, list->facts, EVENT_STAFF)
	if (one->v[STAFF_LEFT] == DATE_NONE)
		expiry(list, ALERT_LICENCE, "licence_warn_days", one->v[STAFF_LICENCE_UNTIL],
		       one->record);
	if (pooling && pooling->v[POOLING_DESIGNATED] == YES)
		expiry(list, ALERT_DESIGNATION, "designation_warn_days", pooling->v[POOLING_UNTIL],
		       pooling->record);
}

/* --- across records --- */

enum { SIGNS = SYMPTOM_PAROTID - SYMPTOM_FEVER + 1 };

struct across_staff {
	rid_t subject;
	int32_t clinic;
	date_t sixty;
	struct alert_row row;
};

struct across_day {
	rid_t subject;
	date_t date;
	bool phoned;
	int32_t n[SIGNS];
	struct alert_row row;
};

struct across {
	struct store *store;
	const struct rule_set *rules;
	struct arena *arena; /* of the whole walk */
	struct across_staff *staff;
	struct across_day *days;
	size_t n_staff, cap_staff, n_days, cap_days;
	bool failed;
	struct error *err;
	int rc;
};

static void *room(struct across *across, void *items, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return items;
	void *grown = arena_array(across->arena, *cap ? *cap * 2 : 32, size);
	if (!grown) {
		across->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < n * size; i++)
		((char *)grown)[i] = ((char *)items)[i];
	*cap = *cap ? *cap * 2 : 32;
	return grown;
}

/* Qualified, here, and a doctor: head of the clinic or village doctor. */
static void take_staff(struct across *across, const struct facts *facts, const struct event *one)
{
	enum { HEAD = 1, VILLAGE_DOCTOR = 2 };
	double years;
	int role = one->v[STAFF_ROLE];
	if (one->v[STAFF_LEFT] != DATE_NONE || one->v[STAFF_QUALIFIED] != YES ||
	    one->v[STAFF_CLINIC] == EVENT_NONE || (role != HEAD && role != VILLAGE_DOCTOR))
		return;
	struct across_staff *grown =
	    room(across, across->staff, across->n_staff, &across->cap_staff, sizeof *grown);
	if (!grown)
		return;
	across->staff = grown;
	struct across_staff *out = &grown[across->n_staff++];
	*out = (struct across_staff){
	    .subject = facts->subject, .clinic = one->v[STAFF_CLINIC], .sixty = DATE_NONE};
	if (one->v[STAFF_BIRTH] != DATE_NONE &&
	    rule_number(across->rules, "clinic", "retire_age", -1, one->v[STAFF_BIRTH], &years))
		out->sixty = duty_birthday(one->v[STAFF_BIRTH], (int)years);
	out->row = (struct alert_row){.rule = ALERT_ONLY_DOCTOR,
				      .since = out->sixty,
				      .last = DATE_NONE,
				      .cause = facts->subject};
	alert_take_actions(facts, &out->row);
}

/* The day's counts; what was done about the cluster of that day is told by its own actions. */
static void take_day(struct across *across, const struct facts *facts, const struct event *one)
{
	if (one->date == DATE_NONE)
		return;
	struct across_day *grown =
	    room(across, across->days, across->n_days, &across->cap_days, sizeof *grown);
	if (!grown)
		return;
	across->days = grown;
	struct across_day *out = &grown[across->n_days++];
	*out = (struct across_day){.subject = facts->subject,
				   .date = one->date,
				   .phoned = one->v[SYMPTOM_PHONED] != EVENT_NONE};
	for (size_t i = 0; i < SIGNS; i++)
		out->n[i] = one->v[SYMPTOM_FEVER + i] > 0 ? one->v[SYMPTOM_FEVER + i] : 0;
	out->row = (struct alert_row){
	    .rule = ALERT_CLUSTER, .since = one->date, .last = DATE_NONE, .cause = facts->subject};
	alert_take_actions(facts, &out->row);
}

static bool take_record(void *arg, const struct record *record, struct arena *scratch)
{
	struct across *across = arg;
	struct facts facts;
	across->rc = fact_of(across->store, record->id, scratch, &facts, across->err);
	if (across->rc)
		return false;
	FACT_EACH(one, &facts, EVENT_STAFF)
	take_staff(across, &facts, one);
	FACT_EACH(one, &facts, EVENT_SYMPTOM)
	take_day(across, &facts, one);
	return !across->failed;
}

/* Only staff and day lists: what a village's residents have is no matter of these. */
static int read_across(struct across *across)
{
	static const char *const forms[] = {"staff", "symptom_log"};
	int rc = 0;
	for (size_t i = 0; i < sizeof forms / sizeof *forms && !rc; i++) {
		rc = store_each_master(across->store, forms[i], take_record, across, across->err);
		if (!rc)
			rc = across->rc;
	}
	if (!rc && across->failed)
		rc = error_set(across->err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	return rc;
}

static int compare_days(const void *a, const void *b)
{
	const struct across_day *x = a, *y = b;
	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return (x->subject > y->subject) - (x->subject < y->subject);
}

static int number_of(const struct across *across, const char *rule, date_t on)
{
	double value;
	return rule_number(across->rules, "infectious", rule, -1, on, &value) ? (int)value : 0;
}

/* The counts of one sign from a day on to the i-th record. */
static int sum_since(const struct across *across, size_t i, size_t sign, date_t first)
{
	int sum = 0;
	for (size_t j = i + 1; j-- > 0 && across->days[j].date >= first;)
		sum += across->days[j].n[sign];
	return sum;
}

static bool is_cluster(const struct across *across, size_t i)
{
	date_t day = across->days[i].date;
	int at_once = number_of(across, "cluster_cases", day),
	    week = number_of(across, "cluster_week_cases", day);
	int length = number_of(across, "cluster_week_days", day);
	for (size_t sign = 0; sign < SIGNS; sign++)
		if (across->days[i].n[sign] &&
		    ((at_once && sum_since(across, i, sign, day) >= at_once) ||
		     (week && length && sum_since(across, i, sign, day - length + 1) >= week)))
			return true;
	return false;
}

/* Telephoned on that day or since, in any of the records while it would be shown. */
static bool is_phoned(const struct across *across, size_t i, int shown)
{
	for (size_t j = 0; j < across->n_days; j++)
		if (across->days[j].phoned && across->days[j].date >= across->days[i].date &&
		    across->days[j].date <= across->days[i].date + shown)
			return true;
	return false;
}

static bool tell_clusters(struct across *across, bool (*each)(void *arg, const struct alert *alert),
			  void *arg)
{
	if (across->n_days)
		qsort(across->days, across->n_days, sizeof *across->days, compare_days);
	for (size_t i = 0; i < across->n_days; i++) {
		struct across_day *day = &across->days[i];
		int shown = number_of(across, "cluster_show_days", day->date);
		/* of several records of a day the last one has all its counts */
		if ((i + 1 < across->n_days && across->days[i + 1].date == day->date) ||
		    !is_cluster(across, i) || is_phoned(across, i, shown))
			continue;
		day->row.last = day->date + shown;
		if (!alert_tell(day->subject, &day->row, date_today(), each, arg))
			return false;
	}
	return true;
}

static bool is_alone(const struct across *across, size_t i)
{
	for (size_t j = 0; j < across->n_staff; j++)
		if (j != i && across->staff[j].clinic == across->staff[i].clinic)
			return false;
	return true;
}

int care_alerts_across(struct store *store, bool (*each)(void *arg, const struct alert *alert),
		       void *arg, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct across across = {.store = store,
				.rules = form_set_rules(store_forms(store)),
				.arena = &arena,
				.err = err};
	int rc = read_across(&across);
	bool more = !rc && tell_clusters(&across, each, arg);
	for (size_t i = 0; more && i < across.n_staff; i++)
		if (is_alone(&across, i))
			more = alert_tell(across.staff[i].subject, &across.staff[i].row,
					  date_today(), each, arg);
	arena_free(&arena);
	return rc;
}
