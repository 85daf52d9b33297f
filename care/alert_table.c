/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The alerts as rows of the derived table "alert", what is asked of it, and what people answer. */
#include "config.h"
#include "care/alert_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/person.h"
#include "care/prepared.h"
#include "form/form.h"
#include "lib/i18n.h"

enum { VALUE_BYTES = 900 }; /* of one row; an alert is at most 50 bytes */

static void put_row(struct buf *out, const struct alert_row *row)
{
	buf_put_u8(out, (uint8_t)row->rule);
	buf_put_u8(out, (uint8_t)row->state);
	buf_put_zigzag(out, row->since);
	buf_put_u8(out, row->last != DATE_NONE);
	if (row->last != DATE_NONE)
		buf_put_zigzag(out, row->last);
	buf_put_u8(out, row->answered != DATE_NONE);
	if (row->answered != DATE_NONE)
		buf_put_zigzag(out, row->answered);
	buf_put_u64(out, row->cause);
	buf_put_u64(out, row->answer);
}

static bool take_date(struct span *in, date_t *out)
{
	int64_t value;
	if (!span_zigzag(in, &value) || value < -4000000 || value > 4000000)
		return false;
	*out = (date_t)value;
	return true;
}

static bool take_optional(struct span *in, date_t *out)
{
	uint8_t has;
	*out = DATE_NONE;
	return span_u8(in, &has) && (!has || take_date(in, out));
}

static bool take_row(struct span *in, struct alert_row *out)
{
	uint8_t rule, state;
	if (!span_u8(in, &rule) || rule >= ALERT_N || !span_u8(in, &state) ||
	    state < ALERT_IS_OPEN || state > ALERT_IS_CLOSED || !take_date(in, &out->since) ||
	    !take_optional(in, &out->last) || !take_optional(in, &out->answered) ||
	    !span_u64(in, &out->cause) || !span_u64(in, &out->answer))
		return false;
	out->rule = rule;
	out->state = state;
	return true;
}

int alert_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
		 struct derive_sink *sink, struct error *err)
{
	const struct care_prepared *of = prepared;
	struct buf value = BUF_INIT;
	struct alert_row *rows;
	size_t n_rows, i = 0;
	uint8_t key[9];
	(void)deriver;
	put_u64_be(key, in->subject);
	int rc = alert_of_duties(form_set_rules(store_forms(in->store)), &of->facts, of->duties,
				 of->n_duties, in->arena, &rows, &n_rows, err);
	for (key[8] = 0; !rc && i < n_rows && key[8] < UINT8_MAX; key[8]++) {
		buf_clear(&value);
		for (; i < n_rows && value.len_bytes < VALUE_BYTES; i++)
			if (rows[i].state != ALERT_IS_CLOSED)
				put_row(&value, &rows[i]);
		if (value.failed)
			rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
		else if (value.len_bytes)
			rc = derive_put(sink, span_of(key, sizeof key), span_of_buf(&value), err);
	}
	buf_free(&value);
	return rc;
}

/* --- words --- */

#define ALERT_ROW(name, word, owner, form, table, rule, label, sentence)                           \
	{word, form, table, rule, label, sentence, ALERT_OF_##owner},
static const struct {
	const char *word, *form, *table, *rule, *label, *sentence;
	enum alert_owner owner;
} alerts[] = {ALERT_LIST(ALERT_ROW)};
#undef ALERT_ROW

const char *alert_label(const struct alert *alert)
{
	return _(alerts[alert->rule].label);
}

const char *alert_text(const struct alert *alert)
{
	return _(alerts[alert->rule].sentence);
}

const char *alert_word(const struct alert *alert)
{
	return alerts[alert->rule].word;
}

const char *alert_owner_label(enum alert_owner owner)
{
#define OWNER_ROW(name, word, label) label,
	static const char *const labels[] = {"", ALERT_OWNER_LIST(OWNER_ROW)};
#undef OWNER_ROW
	return owner == ALERT_OF_NONE ? "" : _(labels[owner]);
}

const char *alert_state_label(enum alert_state state)
{
#define STATE_ROW(name, word, label) label,
	static const char *const labels[] = {"", ALERT_STATE_LIST(STATE_ROW)};
#undef STATE_ROW
	return state == ALERT_IS_NONE ? "" : _(labels[state]);
}

const char *alert_source(const struct rule_set *rules, const struct alert *alert,
			 struct arena *arena)
{
	const struct rule *rule =
	    rule_find(rules, alerts[alert->rule].table, alerts[alert->rule].rule, -1, alert->since);
	return rule_source_text(rule, _("no rule in force gives this alert"), arena);
}

double alert_weight(const struct rule_set *rules, const struct alert *alert)
{
	char name[64];
	double weight = 0;
	snprintf(name, sizeof name, "alert.%s", alerts[alert->rule].word);
	if (!rule_number(rules, "priority", name, -1, date_today(), &weight))
		rule_number(rules, "priority", "alert.default", -1, date_today(), &weight);
	return weight;
}

/* Of the basic record and of staff only the names are restricted, and those any list shows. */
static bool is_restricted(const struct form_set *forms, const char *form_id)
{
	const struct form *form = form_set_find(forms, form_id);
	return form && form->restricted && form->programme[0] && strcmp(form->programme, "clinic");
}

bool alert_is_restricted(struct store *store, const struct alert *alert)
{
	const struct form_set *forms = store_forms(store);
	struct arena arena = ARENA_INIT;
	struct record cause;
	struct error err;
	bool restricted = is_restricted(forms, alerts[alert->rule].form);
	if (!restricted && alert->cause && !store_record(store, alert->cause, &arena, &cause, &err))
		restricted = is_restricted(forms, cause.form);
	arena_free(&arena);
	return restricted;
}

/* --- as they stand today --- */

struct alert alert_of_row(rid_t subject, const struct alert_row *row)
{
	struct alert out = {.subject = subject,
			    .rule = row->rule,
			    .since = row->since,
			    .state = row->state,
			    .owner = alerts[row->rule].owner,
			    .cause = row->cause,
			    .answer = row->answer,
			    .answered = row->answered};
	snprintf(out.form, sizeof out.form, "%s", alerts[row->rule].form);
	return out;
}

bool alert_holds(const struct alert_row *row, date_t today)
{
	return row->since != DATE_NONE && row->since <= today &&
	       (row->last == DATE_NONE || today <= row->last);
}

bool alert_tell(rid_t subject, const struct alert_row *row, date_t today,
		bool (*each)(void *arg, const struct alert *alert), void *arg)
{
	if (!alert_holds(row, today) || row->state == ALERT_IS_CLOSED)
		return true;
	struct alert alert = alert_of_row(subject, row);
	return each(arg, &alert);
}

struct alert_walk {
	const struct rule_set *rules;
	date_t today;
	bool (*each)(void *arg, const struct alert *alert);
	void *arg;
	bool damaged;
	int rc;
	struct error *err;
};

static bool give_rows(void *arg, rid_t subject, struct span value)
{
	struct alert_walk *walk = arg;
	struct alert_row row;
	while (value.len_bytes) {
		if (!take_row(&value, &row)) {
			walk->damaged = true;
			return false;
		}
		if (!alert_tell(subject, &row, walk->today, walk->each, walk->arg))
			return false;
	}
	return true;
}

static bool give_person(void *arg, const struct facts *facts, struct arena *arena)
{
	struct alert_walk *walk = arg;
	struct alert_row *rows = NULL;
	size_t n = 0;
	walk->rc = alert_compute(walk->rules, facts, arena, &rows, &n, walk->err);
	for (size_t i = 0; !walk->rc && i < n; i++)
		if (!alert_tell(facts->subject, &rows[i], walk->today, walk->each, walk->arg))
			return false;
	return !walk->rc;
}

int care_alerts_each(struct store *store, bool (*each)(void *arg, const struct alert *alert),
		     void *arg, struct error *err)
{
	struct alert_walk walk = {.rules = form_set_rules(store_forms(store)),
				  .today = date_today(),
				  .each = each,
				  .arg = arg,
				  .err = err};
	int rc = persons_walk(store, "alert", give_rows, give_person, &walk, err);
	rc = rc ? rc : walk.rc;
	if (!rc && walk.damaged)
		return error_set(err, ERR_CORRUPT,
				 _("a row of the table of alerts is damaged: run xiangyi-admin "
				   "check --rebuild"));
	return rc;
}

static bool count_open(void *arg, const struct alert *alert)
{
	*(size_t *)arg += alert->state == ALERT_IS_OPEN;
	return true;
}

int care_alerts_count(struct store *store, size_t *n_open, struct error *err)
{
	*n_open = 0;
	int rc = care_alerts_each(store, count_open, n_open, err);
	return rc ? rc : care_alerts_across(store, count_open, n_open, err);
}

static int compare_alerts(const void *a, const void *b)
{
	const struct alert *x = a, *y = b;
	if (x->since != y->since)
		return x->since > y->since ? -1 : 1;
	return x->rule - y->rule;
}

int care_alerts_of(struct store *store, rid_t subject, struct arena *arena, struct alert **out,
		   size_t *n, struct error *err)
{
	struct facts facts;
	struct alert_row *rows = NULL;
	size_t n_rows = 0;
	*out = NULL;
	*n = 0;
	int rc = fact_of(store, subject, arena, &facts, err);
	if (!rc)
		rc = alert_compute(form_set_rules(store_forms(store)), &facts, arena, &rows,
				   &n_rows, err);
	if (rc || !n_rows)
		return rc;
	*out = arena_array(arena, n_rows, sizeof **out);
	if (!*out)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (size_t i = 0; i < n_rows; i++)
		if (alert_holds(&rows[i], date_today()))
			(*out)[(*n)++] = alert_of_row(subject, &rows[i]);
	qsort(*out, *n, sizeof **out, compare_alerts);
	return 0;
}

/* --- answers --- */

void alert_answered_by(struct store *store, const struct alert *alert, char form[48], rid_t *record)
{
	struct arena arena = ARENA_INIT;
	struct record cause;
	struct error err;
	bool known = alert->cause && !store_record(store, alert->cause, &arena, &cause, &err);
	bool same = known && (!alert->form[0] || !strcmp(alert->form, cause.form));
	snprintf(form, 48, "%s", alert->form[0] ? alert->form : known ? cause.form : "");
	/* the check of a referral and the telephone call stand in the record itself */
	*record = same && (!alert->form[0] || alert->rule == ALERT_REFERRAL || alert->rule == ALERT_CLUSTER)
		      ? alert->cause
		      : 0;
	arena_free(&arena);
}

static struct change_field field_of(const struct form *form, const char *name, const char *text)
{
	return (struct change_field){
	    .tag = form_tag(form, name), .kind = ENTRY_TEXT, .value = span_of(text, strlen(text))};
}

int care_alert_answer(struct store *store, const struct alert *alert, enum alert_state state,
		      const char *reason, struct error *err)
{
	const struct form *form = form_set_find(store_forms(store), "alert_action");
	char date[DATE_TEXT_BYTES], since[DATE_TEXT_BYTES], code[12], state_code[12], owner[12];
	if (!form)
		return error_set(err, ERR_NOTFOUND, _("the form \"alert_action\" is missing"));
	if (state < ALERT_IS_OPEN || state > ALERT_IS_CLOSED ||
	    (state == ALERT_IS_CLOSED && !reason[strspn(reason, " \t\n")]))
		return error_set(err, ERR_INVALID,
				 _("say why the alert is closed: the reason is missing"));
	snprintf(code, sizeof code, "%d", alert->rule + 1);
	snprintf(state_code, sizeof state_code, "%d", (int)state);
	snprintf(owner, sizeof owner, "%d", (int)alert->owner);
	const struct change_field fields[] = {
	    field_of(form, "action_date", date_format(date_today(), date)),
	    field_of(form, "alert", code),
	    field_of(form, "since", date_format(alert->since, since)),
	    field_of(form, "state", state_code),
	    field_of(form, "owner", owner),
	    field_of(form, "reason", reason),
	};
	const struct change change = {.form = "alert_action",
				      .subject = alert->subject,
				      .fields = fields,
				      .n_fields = sizeof fields / sizeof *fields - !*reason};
	return store_save(store, &change, 1, NULL, err);
}
