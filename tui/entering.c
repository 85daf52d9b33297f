/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/entering.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "tui/drafts.h"
#include "tui/people.h"

static const char *text_of(const struct entering *entering, const struct record *record,
                           const char *name)
{
	const struct form *form = record->id ? form_set_find(entering->app->forms, record->form) : NULL;
	uint32_t tag = form ? form_tag(form, name) : 0;

	return tag ? record_text(record, tag) : "";
}

static const char *last_visit(void *arg, const char *name)
{
	struct entering *entering = arg;

	return text_of(entering, &entering->previous, name);
}

static struct span last_visit_rows(void *arg, const char *name)
{
	struct entering *entering = arg;
	uint32_t tag = form_tag(entering->form, name);
	const struct record_field *field =
		entering->previous.id && tag ? record_field(&entering->previous, tag) : NULL;

	return field && field->n_leaves && field->leaves[0].kind == ENTRY_ROWS ? field->leaves[0].value :
	                                                                         span_of(NULL, 0);
}

static const char *subject_field(void *arg, const char *name)
{
	struct entering *entering = arg;

	return text_of(entering, &entering->person, name);
}

/* Whether a record may be the one before that in hand, which is of the day limit (DATE_NONE: a new one). */
static bool comes_before(const struct entering *entering, const struct record *record, date_t limit, date_t day)
{
	return !strcmp(record->form, entering->form->id) && !record->retired &&
	       record->id != entering->record.id && (limit == DATE_NONE || day < limit);
}

static date_t day_in_hand(const struct entering *entering)
{
	return entering->record.id ? record_day(entering->app, &entering->record) : DATE_NONE;
}

/* The newest record of this form before the one in hand; any day for a new one. */
static int find_previous(struct entering *entering, struct error *err)
{
	struct record *records;
	size_t n;
	date_t best = DATE_NONE, limit = day_in_hand(entering);
	int code = store_records_of(entering->app->store, entering->subject, NULL, &entering->arena,
	                            &records, &n, err);

	for (size_t i = 0; !code && i < n; i++) {
		struct record *record = &records[i];
		date_t day = record_day(entering->app, record);
		if (record->id == entering->subject)
			entering->person = *record;
		if (comes_before(entering, record, limit, day) && (!entering->previous.id || day > best)) {
			entering->previous = *record;
			best = day;
		}
	}
	return code;
}

struct newest {
	const struct entering *entering;
	date_t limit, best;
	rid_t id;
};

static bool take_newest(void *arg, const struct record *record, struct arena *arena)
{
	struct newest *newest = arg;
	date_t day = record_day(newest->entering->app, record);

	(void)arena;
	if (comes_before(newest->entering, record, newest->limit, day) && (!newest->id || day >= newest->best)) {
		newest->id = record->id;
		newest->best = day;
	}
	return true;
}

/* The same for an event that belongs to nobody: the last line of its register. */
static int find_last_line(struct entering *entering, struct error *err)
{
	struct newest newest = { .entering = entering, .limit = day_in_hand(entering), .best = DATE_NONE };
	int code = store_each_master(entering->app->store, entering->form->id, take_newest, &newest, err);

	if (!code && newest.id)
		code = store_record(entering->app->store, newest.id, &entering->arena, &entering->previous, err);
	return code;
}

static bool take_any(void *arg, const struct record *record, struct arena *arena)
{
	rid_t *found = arg;

	(void)arena;
	*found = record->id;
	return false;
}

/* A record of this form of another resident becomes the example; false: there is none. Those looked through go into
 * arena. */
static bool take_example(struct entering *entering, rid_t resident, struct arena *arena)
{
	struct store *store = entering->app->store;
	struct record *records, *example = &entering->example;
	struct error err;
	size_t n = 0;

	if (resident == entering->subject ||
	    store_records_of(store, resident, entering->form->id, arena, &records, &n, &err))
		return false;
	for (size_t i = 0; i < n && !example->id; i++)
		if (comes_before(entering, &records[i], DATE_NONE, DATE_NONE) &&
		    store_record(store, records[i].id, &entering->arena, example, &err))
			example->id = 0;
	return example->id != 0;
}

static bool take_first_example(void *arg, const struct record *record, struct arena *arena)
{
	return !take_example(arg, record->id, arena);
}

/* What the clinic wrote into this form for others: of who was opened last, else of anyone. It is only a proposal, so
 * a store that cannot be read gives none; looked for once, when a default asks for it. */
static const char *last_here(void *arg, const char *name)
{
	struct entering *entering = arg;
	const struct app *app = entering->app;
	struct error err;

	for (size_t i = 0; !entering->looked_here && i < app->n_recent && !entering->example.id; i++)
		take_example(entering, app->recent[i], &entering->scratch);
	if (!entering->looked_here && !entering->example.id)
		store_each_master(app->store, entering->form->subject, take_first_example, entering, &err);
	entering->looked_here = true;
	return text_of(entering, &entering->example, name);
}

/* A new resident most likely lives where the one opened last does, else where any does. */
static int find_neighbour(struct entering *entering, struct error *err)
{
	const struct app *app = entering->app;
	rid_t neighbour = app->n_recent ? app->recent[0] : 0;
	int code = neighbour ? 0 : store_each_master(app->store, entering->form->id, take_any, &neighbour, err);

	if (!code && neighbour)
		code = store_record(app->store, neighbour, &entering->arena, &entering->previous, err);
	return code;
}

/* The only record of that form that the resident has; 0: none or several. */
static rid_t only_record(struct entering *entering, const char *form_id)
{
	struct record *records;
	struct error err;
	rid_t only = 0;
	size_t n = 0, found = 0;

	if (store_records_of(entering->app->store, entering->subject, form_id, &entering->arena, &records, &n, &err))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(records[i].form, form_id) && !records[i].retired) {
			only = records[i].id;
			found++;
		}
	return found == 1 ? only : 0;
}

/* Which contract, which illness: where the resident has one only, it stands there already. */
static int propose_records(struct entering *entering, struct error *err)
{
	char text[VERSION_TEXT_BYTES];
	struct version version;
	int code = 0;

	for (int i = 0; !code && entering->subject && i < entering->form->n_fields; i++) {
		const struct form_field *field = &entering->form->fields[i];
		const struct form *wanted =
			field->type == FORM_RECORD ? form_set_find(entering->app->forms, field->record_form) : NULL;
		if (!wanted || !wanted->subject[0] || field->repeat >= 0 ||
		    !values_is_relevant(entering->values, i, ROW_NONE))
			continue;
		rid_t only = only_record(entering, wanted->id);
		if (only && !(code = store_version_of(entering->app->store, only, &version, err)))
			code = values_set(entering->values, i, ROW_NONE, version_format(&version, text), err);
	}
	return code;
}

static int start_values(struct entering *entering, struct error *err)
{
	int code = values_new(&entering->values, entering->form, &entering->context, err);

	if (code)
		return code;
	if (!entering->record.id) {
		code = values_fill_defaults(entering->values, err);
		return code ? code : propose_records(entering, err);
	}
	code = record_entry_fields(&entering->record, &entering->arena, &entering->before,
	                           &entering->n_before, err);
	return code ? code : values_load(entering->values, entering->before, entering->n_before, err);
}

int entering_new(struct entering **out, struct app *app, const char *form_id, rid_t subject,
                 rid_t record, struct error *err)
{
	struct entering *entering = calloc(1, sizeof(*entering));
	int code = 0;

	if (!entering)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	entering->app = app;
	entering->subject = subject;
	entering->writable = role_writes(store_session(app->store)->role);
	entering->form = form_set_find(app->forms, form_id);
	if (!entering->form)
		code = error_set(err, ERR_NOTFOUND,
		                 _("this version does not know the form \"%s\": a newer one does"), form_id);
	entering->context = (struct expr_context){
		.today = app->today,
		.rules = form_set_rules(app->forms),
		.last_visit = last_visit,
		.last_visit_rows = last_visit_rows,
		.last_here = last_here,
		.subject = subject_field,
		.operator_name = store_session(app->store)->display_name,
		.arg = entering,
	};
	if (!code && record)
		code = store_record(app->store, record, &entering->arena, &entering->record, err);
	if (!code && record)
		code = care_audit_record(app->store, &entering->record, err);
	/* An edit of a retired record would bring it back for others as well. */
	entering->writable &= !entering->record.retired;
	if (!code && subject)
		code = find_previous(entering, err);
	else if (!code && entering->form->kind == FORM_EVENT && !entering->form->subject[0])
		code = find_last_line(entering, err);
	else if (!code && !record && !strcmp(form_id, "resident"))
		code = find_neighbour(entering, err);
	if (!code)
		code = start_values(entering, err);
	drafts_name(entering->draft, sizeof(entering->draft), form_id, subject, record);
	if (code) {
		entering_free(entering);
		return code;
	}
	*out = entering;
	return 0;
}

void entering_free(struct entering *entering)
{
	if (!entering)
		return;
	values_free(entering->values);
	arena_free(&entering->scratch);
	arena_free(&entering->arena);
	free(entering);
}

void entering_tidy(struct entering *entering)
{
	arena_reset(&entering->scratch);
}

/* --- drafts --- */

struct draft_search {
	const char *name;
	int64_t modified;
	bool found;
};

static bool match_draft(void *arg, const char *name, int64_t modified)
{
	struct draft_search *search = arg;

	if (strcmp(name, search->name))
		return true;
	search->found = true;
	search->modified = modified;
	return false;
}

bool entering_has_draft(struct entering *entering, int64_t *modified)
{
	struct draft_search search = { .name = entering->draft };
	struct error err;

	if (draft_each(entering->app->store, match_draft, &search, &err))
		return false;
	*modified = search.modified;
	return search.found;
}

int entering_take_draft(struct entering *entering, struct error *err)
{
	struct buf bytes = BUF_INIT;
	int code = draft_load(entering->app->store, entering->draft, &bytes, err);

	if (!code)
		code = values_unpack(entering->values, span_of_buf(&bytes), err);
	if (!code)
		entering->changed = true;
	buf_free(&bytes);
	return code;
}

int entering_keep_draft(struct entering *entering, struct error *err)
{
	struct buf bytes = BUF_INIT;
	int code = values_pack(entering->values, &bytes, err);

	if (!code)
		code = draft_save(entering->app->store, entering->draft, span_of_buf(&bytes), err);
	if (bytes.data)
		crypto_wipe(bytes.data, bytes.len_bytes);
	buf_free(&bytes);
	return code;
}

void entering_drop_draft(struct entering *entering)
{
	struct error err;

	draft_remove(entering->app->store, entering->draft, &err);
}

/* --- saving --- */

/* Whether something that was written is written otherwise now; filling what was left empty is no correction. */
static bool corrects(struct entering *entering)
{
	struct arena arena = ARENA_INIT;
	struct entry_field *changed;
	struct error err;
	size_t n = 0;
	bool found = values_changes(entering->values, entering->before, entering->n_before, &arena, &changed, &n, &err) != 0;

	for (size_t i = 0; !found && i < n; i++) {
		const struct record_field *stored = record_field(&entering->record, changed[i].tag);
		found = stored && stored->leaves[0].value.len_bytes > 0;
	}
	arena_free(&arena);
	return found;
}

bool entering_needs_reason(struct entering *entering)
{
	struct entry_origin origin;
	struct error err;

	if (!entering->record.id || entering->form->kind != FORM_EVENT ||
	    store_origin(entering->app->store, entering->record.id, &origin, &err))
		return false;
	/* DATE_NONE, for a clock that named no day, is before every day. */
	return date_of_seconds(origin.wall) < entering->app->today && corrects(entering);
}

static const char *typed(const struct entering *entering, const char *name)
{
	int field = form_field_find(entering->form, name);

	return field < 0 ? "" : values_get(entering->values, field, ROW_NONE);
}

size_t entering_duplicates(struct entering *entering, struct arena *arena, struct duplicate_pair **out)
{
	const struct duplicate_person person = {
		typed(entering, "name"), typed(entering, "sex"), typed(entering, "birth_date"),
		typed(entering, "id_number"), typed(entering, "phone"), typed(entering, "household"),
	};
	struct duplicate_report report = { .n = 0 };
	struct error err;

	*out = NULL;
	if (strcmp(entering->form->id, "resident") || entering->record.id ||
	    care_duplicates_before(entering->app->store, &person, DUPLICATES_SHOWN, arena, &report, &err))
		return 0;
	*out = report.pairs;
	return report.n;
}

static bool same_value(const struct leaf *a, const struct leaf *b)
{
	return a->kind == b->kind && a->value.len_bytes == b->value.len_bytes &&
	       !memcmp(a->value.data, b->value.data, a->value.len_bytes);
}

bool entering_conflicted(const struct entering *entering)
{
	for (size_t i = 0; entering->record.id && i < entering->record.n_fields; i++)
		if (entering->record.fields[i].standing == FIELD_OPEN)
			return true;
	return false;
}

const char *entering_others(const struct entering *entering, int field, struct arena *arena)
{
	const struct form_field *def = &entering->form->fields[field];
	const struct record_field *stored =
		entering->record.id && def->tag ? record_field(&entering->record, def->tag) : NULL;
	const char *text = "";

	for (size_t i = 1; stored && i < stored->n_leaves; i++) {
		const struct leaf *leaf = &stored->leaves[i];
		if (leaf->kind != ENTRY_TEXT || same_value(leaf, &stored->leaves[0]))
			continue;
		const char *value = arena_strndup(arena, (const char *)leaf->value.data, leaf->value.len_bytes);
		const char *label = value ? form_value_label(def, value, i18n_lang(), arena) : NULL;
		const char *more = arena_printf(arena, "%s%s%s", text, *text ? ", " : "",
		                                label && *label ? label : _("(empty)"));
		text = more ? more : text;
	}
	return text;
}

/* Fields that differ and were not changed are written again as they are shown: then all have seen all. */
static size_t add_settled(const struct entering *entering, struct change_field *fields, size_t n)
{
	size_t n_all = n;

	for (size_t i = 0; i < entering->record.n_fields; i++) {
		const struct record_field *stored = &entering->record.fields[i];
		bool listed = false;
		for (size_t k = 0; k < n; k++)
			listed = listed || fields[k].tag == stored->tag;
		if (!listed && stored->standing == FIELD_OPEN)
			fields[n_all++] = (struct change_field){ .tag = stored->tag,
				                                 .kind = stored->leaves[0].kind,
				                                 .value = stored->leaves[0].value };
	}
	return n_all;
}

static int compare_tags(const void *a, const void *b)
{
	const struct change_field *fa = a, *fb = b;

	return (fa->tag > fb->tag) - (fa->tag < fb->tag);
}

/* The leaves of the stored field are what this change has seen. */
static int add_bases(const struct record *record, struct change_field *field, struct arena *arena)
{
	const struct record_field *stored = record->id ? record_field(record, field->tag) : NULL;

	if (!stored || !stored->n_leaves)
		return 0;
	rid_t *bases = arena_array(arena, stored->n_leaves, sizeof(*bases));
	if (!bases)
		return ERR_NOMEM;
	for (size_t i = 0; i < stored->n_leaves; i++)
		bases[i] = stored->leaves[i].entry;
	field->bases = bases;
	field->n_bases = stored->n_leaves;
	return 0;
}

int entering_save(struct entering *entering, const char *reason, rid_t *record, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct entry_field *changed;
	size_t n = 0, n_fields = 0;
	int code = values_changes(entering->values, entering->before, entering->n_before, &arena,
	                          &changed, &n, err);

	if (code)
		goto out;
	*record = entering->record.id;
	if (!n && entering->record.id && !entering->settle) {
		entering_drop_draft(entering);
		goto out;
	}
	struct change_field *fields = arena_array(&arena, n + 1 + entering->record.n_fields, sizeof(*fields));
	if (!fields) {
		code = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
		goto out;
	}
	if (reason[0]) /* the smallest tag: fields stay in tag order */
		fields[n_fields++] = (struct change_field){ .tag = TAG_REASON, .kind = ENTRY_TEXT,
			                                    .value = span_of(reason, strlen(reason)) };
	for (size_t i = 0; i < n; i++)
		fields[n_fields++] = (struct change_field){ .tag = changed[i].tag, .kind = changed[i].kind,
			                                    .value = changed[i].value };
	if (entering->settle) {
		n_fields = add_settled(entering, fields, n_fields);
		qsort(fields, n_fields, sizeof(*fields), compare_tags);
	}
	for (size_t i = 0; !code && i < n_fields; i++)
		code = add_bases(&entering->record, &fields[i], &arena);
	if (code) {
		error_set(err, code, "%s", error_kind(code));
		goto out;
	}
	struct change change = { .record = entering->record.id, .form = entering->form->id,
		                 .subject = entering->form->subject[0] ? entering->subject : 0,
		                 .fields = fields, .n_fields = n_fields };
	code = store_save(entering->app->store, &change, 1, record, err);
	if (!code)
		entering_drop_draft(entering);
out:
	arena_free(&arena);
	return code;
}
