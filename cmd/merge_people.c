/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is one person: possible duplicates, and the links that say so. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "care/duplicate.h"
#include "care/link.h"
#include "cmd/merge_cmd.h"
#include "form/idno.h"
#include "lib/i18n.h"

enum { PAIRS_DEFAULT = 200 };

struct person_line {
	char version[VERSION_TEXT_BYTES], id[IDNO_BYTES];
	const char *name, *birth, *phone, *village;
	const char *device; /* the place that made the record */
};

static const char *text_named(struct store *store, const struct record *record, const char *field)
{
	return record_text(record, form_tag(form_set_find(store_forms(store), record->form), field));
}

static int read_person(struct store *store, rid_t rid, struct arena *arena, struct person_line *out, struct error *err)
{
	struct record record;
	struct entry_origin origin;
	int rc = store_record(store, rid, arena, &record, err);

	if (!rc)
		rc = store_origin(store, rid, &origin, err);
	if (rc)
		return rc;
	version_format(&origin.version, out->version);
	idno_mask(out->id, text_named(store, &record, "id_number"));
	out->name = text_named(store, &record, "name");
	out->birth = text_named(store, &record, "birth_date");
	out->phone = text_named(store, &record, "phone");
	out->village = text_named(store, &record, "village");
	out->device = origin.device ? origin.device->name : "";
	return 0;
}

static void person_json(struct json *json, const char *key, const struct person_line *one)
{
	json_object(json, key);
	json_text(json, "record", one->version);
	json_text(json, "name", one->name);
	json_text(json, "birth_date", one->birth);
	json_text(json, "id_number", one->id);
	json_text(json, "phone", one->phone);
	json_text(json, "clinic", one->device);
	json_end(json, '}');
}

static void person_text(const struct person_line *one)
{
	printf("  %s  ", one->version);
	cli_put(stdout, one->name);
	printf("  %s  %s  ", one->birth, one->id);
	cli_put(stdout, one->phone);
	printf("  ");
	cli_put(stdout, one->device);
	putchar('\n');
}

/* --- duplicates --- */

static int show_pair(struct store *store, const struct duplicate_pair *pair, struct json *json, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct person_line a, b;
	int rc = read_person(store, pair->a, &arena, &a, err);

	if (!rc)
		rc = read_person(store, pair->b, &arena, &b, err);
	if (!rc && json) {
		json_object(json, NULL);
		json_text(json, "kind", duplicate_word(pair->kind));
		json_decimal(json, "weight", pair->weight, 1);
		json_text(json, "explanation", duplicate_explain(pair, &arena));
		person_json(json, "a", &a);
		person_json(json, "b", &b);
		json_end(json, '}');
	} else if (!rc) {
		printf("%s  %+.1f\n", duplicate_sentence(pair->kind), pair->weight);
		person_text(&a);
		person_text(&b);
		printf("    %s\n", duplicate_explain(pair, &arena));
	}
	arena_free(&arena);
	return rc;
}

/* What is certain by rule, and only that, needs no person. */
static int link_certain(struct store *store, const struct duplicate_report *report, uint64_t *linked, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < report->n; i++) {
		if (report->pairs[i].kind != DUPLICATE_CERTAIN)
			continue;
		rc = care_link(store, report->pairs[i].a, report->pairs[i].b, LINK_SAME,
		               _("same ID number, birth date, sex and name"), err);
		*linked += !rc;
	}
	return rc;
}

static int show_pairs(struct store *store, const struct duplicate_report *report, bool as_json, struct error *err)
{
	struct json json;
	int rc = 0;

	if (as_json) {
		json_begin(&json, stdout);
		json_array(&json, NULL);
	}
	for (size_t i = 0; !rc && i < report->n; i++)
		rc = show_pair(store, &report->pairs[i], as_json ? &json : NULL, err);
	if (as_json) {
		json_end(&json, ']');
		return rc;
	}
	if (!rc)
		printf(_("%" PRIu64 " residents, %" PRIu64 " pairs compared, %zu shown\n"), report->residents,
		       report->compared, report->n);
	if (!rc && report->n_left_off)
		printf(_("%zu less likely pairs are left off\n"), report->n_left_off);
	return rc;
}

int merge_duplicates_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	bool certain = false;
	long max = PAIRS_DEFAULT;
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "max", CLI_NUMBER, "N", N_("show at most so many, best first"), &max },
		{ "link-certain", CLI_FLAG, NULL, N_("link those that are certain by rule"), &certain },
	};
	struct arena arena = ARENA_INIT;
	struct duplicate_report report;
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	uint64_t linked = 0;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_DUPLICATES], &err);

	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (max < 1 || max > 100000) {
		error_set(&err, ERR_USAGE, _("--max is a number from 1 to 100000"));
		return cli_fail(&err);
	}
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	const struct duplicate_question question = { .max = (size_t)max };
	code = care_duplicates(opened.store, &question, &arena, &report, NULL, &err);
	if (!code && certain) {
		code = link_certain(opened.store, &report, &linked, &err);
		if (!code)
			code = care_duplicates(opened.store, &question, &arena, &report, NULL, &err);
	}
	if (!code)
		code = show_pairs(opened.store, &report, common.json, &err);
	if (!code && certain && !common.json)
		printf(_("Linked: %" PRIu64 "\n"), linked);
	arena_free(&arena);
	cmd_close(&opened);
	return code ? cli_fail(&err) : 0;
}

/* --- links --- */

int merge_find_resident(struct store *store, const char *text, rid_t *out, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct version version;
	struct hit *hits;
	size_t n = 0;
	int rc;

	if (version_parse(text, &version))
		return store_find_version(store, &version, out, err);
	rc = store_search(store, text, 2, &arena, &hits, &n, err);
	if (!rc && (n != 1 || hits[0].reason != HIT_ID))
		rc = error_set(err, ERR_NOTFOUND,
		               n > 1 ? _("%s: several residents have it; give the record's number")
		                     : _("%s: no resident has this record or ID number"), text);
	if (!rc)
		*out = hits[0].resident;
	arena_free(&arena);
	return rc;
}

static int run_pair(int argc, char **argv, enum merge_command command,
                    int (*act)(struct store *store, rid_t a, rid_t b, const char *reason, struct error *err),
                    const char *done)
{
	struct cmd_common common = { .json = false };
	const char *reason = "";
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "reason", CLI_TEXT, "TEXT", N_("why; it is kept with the link"), &reason },
	};
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	rid_t a = 0, b = 0;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &MERGE_COMMANDS[command],
	                     &err);

	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (!*reason) {
		error_set(&err, ERR_USAGE, _("--reason is needed"));
		return cli_fail(&err);
	}
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	code = merge_find_resident(opened.store, args.operands[0], &a, &err);
	if (!code)
		code = merge_find_resident(opened.store, args.operands[1], &b, &err);
	if (!code)
		code = act(opened.store, a, b, reason, &err);
	cmd_close(&opened);
	if (code)
		return cli_fail(&err);
	if (!common.json)
		puts(done);
	return 0;
}

static int act_link(struct store *store, rid_t a, rid_t b, const char *reason, struct error *err)
{
	return care_link(store, a, b, LINK_SAME, reason, err);
}

static int act_apart(struct store *store, rid_t a, rid_t b, const char *reason, struct error *err)
{
	return care_link(store, a, b, LINK_NOT_SAME, reason, err);
}

int merge_link_run(int argc, char **argv)
{
	return run_pair(argc, argv, MERGE_COMMAND_LINK, act_link, _("Linked: shown as one person."));
}

int merge_not_same_run(int argc, char **argv)
{
	return run_pair(argc, argv, MERGE_COMMAND_NOT_SAME, act_apart, _("Noted as two people: not proposed again."));
}

int merge_unlink_run(int argc, char **argv)
{
	return run_pair(argc, argv, MERGE_COMMAND_UNLINK, care_unlink, _("Taken back: both stand as before."));
}
