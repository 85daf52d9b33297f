/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/paper_read.h"
#include "cmd/stick_pick.h"
#include "cmd/sync_cmd.h"
#include "lib/i18n.h"
#include "sync/sync.h"

enum { NOTES_SHOWN = 20 };

static void package_json(struct json *json, const struct package_report *package)
{
	static const char *const how[] = { "added", "changed", "removed" };
	json_number(json, "forms_number", (long long)package->number);
	json_bool(json, "forms_new", package->fresh);
	json_text(json, "forms_refused", package->refused);
	json_array(json, "forms_changes");
	for (size_t i = 0; i < package->n_changes; i++) {
		json_object(json, NULL);
		json_text(json, "how", how[package->changes[i].how]);
		json_text(json, "what", package->changes[i].what);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void print_json(const struct import_report *report)
{
	struct json json;
	char day[DATE_TEXT_BYTES];
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_bool(&json, "enrolled_now", report->enrolled_now);
	json_text(&json, "township", report->township);
	json_text(&json, "fingerprint",
	          report->enrolled_now || report->keys.replaced ? report->fingerprint : NULL);
	json_number(&json, "keyring", (long long)report->keys.number);
	json_bool(&json, "keyring_older", report->keys.rollback);
	json_bool(&json, "keyring_branched", report->keys.branched);
	json_bool(&json, "township_replaced", report->keys.replaced);
	json_number(&json, "keys_ended", (long long)report->keys.n_blocks);
	json_number(&json, "held", (long long)report->held);
	json_number(&json, "missing", (long long)report->missing);
	json_number(&json, "quarantined", (long long)report->quarantined);
	json_number(&json, "waiting", (long long)report->waiting);
	json_number(&json, "returned", (long long)report->returned);
	json_number(&json, "carried", (long long)report->carried);
	json_number(&json, "transfers", (long long)report->transfers);
	json_bool(&json, "renewed", report->tripwire);
	json_text(&json, "answered", report->answered == DATE_NONE ? NULL : date_format(report->answered, day));
	package_json(&json, &report->package);
	json_array(&json, "notes");
	for (size_t i = 0; i < report->n_notes; i++) {
		json_object(&json, NULL);
		json_number(&json, "entry", (long long)report->notes[i].seq);
		json_text(&json, "reason", report->notes[i].reason);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_end(&json, '}');
}

/* What the answer says of keys, in plain words. */
static void print_keys(const struct import_report *report)
{
	const struct keys_news *keys = &report->keys;
	if (keys->replaced)
		printf(_("%s has new keys, proved by the old ones or by the level above it. Its words now: %s\n"),
		       report->township, report->fingerprint);
	if (keys->rollback)
		printf(_("Its keyring has the number %" PRIu64 ", older than number %" PRIu64 " that is known here: it was\n"
		         "not taken over (an old stick, or the level above was set back)\n"),
		       keys->number, keys->seen);
	if (keys->branched)
		puts(_("The level above was set back: what it had said of keys before still counts here"));
	if (keys->n_blocks)
		printf(_("Keys that were ended or doubted since: %zu (xiangyi-sync status lists them)\n"), keys->n_blocks);
}

void cmd_print_import(const struct import_report *report)
{
	char day[DATE_TEXT_BYTES];
	if (report->enrolled_now)
		printf(_("This clinic is now enrolled at %s\nIts words: %s\n"), report->township,
		       report->fingerprint);
	print_keys(report);
	if (report->answered != DATE_NONE)
		printf(_("%s, %s: holds %" PRIu64 " entries, lacks %" PRIu64 "\n"), report->township,
		       date_format(report->answered, day), report->held, report->missing);
	if (report->returned)
		printf(_("Entries that were lost here and came back: %" PRIu64 "\n"), report->returned);
	if (report->carried)
		printf(_("New entries of others about your residents: %" PRIu64 "\n"), report->carried);
	if (report->quarantined || report->waiting)
		printf(_("Held back there: %" PRIu64 ", waiting for earlier entries: %" PRIu64 "\n"),
		       report->quarantined, report->waiting);
	for (size_t i = 0; i < report->n_notes && i < NOTES_SHOWN; i++)
		printf(_("  entry %" PRIu64 ": %s\n"), report->notes[i].seq, report->notes[i].reason);
	if (report->n_notes > NOTES_SHOWN)
		printf(_("  and %d more; --json lists them\n"), (int)(report->n_notes - NOTES_SHOWN));
	cmd_print_package(&report->package);
	if (report->tripwire)
		puts(_("This store is an older or second copy: the level above holds entries of it that are not\n"
		       "here. It got a new identity and nothing was lost; carry the new request.xyr to the level\n"
		       "above and import its answer."));
}

struct trust {
	bool yes;
	const char *words; /* as heard, NULL: ask */
};

/* Both sides read the words aloud; only then is the key that of the level above. */
static bool compare_words(void *arg, const struct import_offer *offer)
{
	const struct trust *trust = arg;
	if (trust->yes)
		return true;
	if (trust->words && !cmd_same_words(trust->words, offer->fingerprint))
		cli_warn(_("these are not the words of %s (%s), which are: %s"), offer->township, offer->region,
		         offer->fingerprint);
	if (trust->words)
		return cmd_same_words(trust->words, offer->fingerprint);
	fprintf(stderr, _("%s (%s) answers. Its words:\n\n  %s\n\n"), offer->township, offer->region,
	        offer->fingerprint);
	if (offer->root)
		fprintf(stderr, _("%s vouches for it; the words of that key:\n\n  %s\n\n"), offer->root,
		        offer->root_fingerprint);
	return cmd_ask_yes(_("Does the township's screen show the same words? (yes/no) "));
}

struct import_job {
	struct cmd_common common;
	struct trust trust;
	bool replace;
	const char *stick, *qr;
	char path[SYNC_PATH_BYTES]; /* of the answers */
	struct buf paper;           /* what was scanned */
};

/* What needs no store, and so no password: the stick, the scanner. */
static int look_first(struct import_job *job, const struct cli_args *args, struct error *err)
{
	if (job->qr)
		return args->n ? error_set(err, ERR_USAGE, _("--qr and a file exclude each other"))
		               : cmd_read_paper(job->qr, &job->paper, err);
	if (!args->n)
		return cmd_pick_stick(job->stick, false, job->path, err);
	snprintf(job->path, sizeof(job->path), "%s", args->operands[0]);
	return 0;
}

static int import(struct import_job *job, struct arena *arena, struct import_report *report, struct error *err)
{
	const struct import_ask ask = { compare_words, &job->trust };
	struct cmd_store opened;
	int code = cmd_open(&opened, &job->common, err);
	if (code)
		return code;
	if (job->qr)
		code = cmd_put_paper(opened.store, &job->paper, "XYA", job->path, err);
	if (!code)
		code = (job->replace ? sync_import_anew : sync_import)(opened.store, job->path, arena, &ask, report, err);
	if (job->qr)
		cmd_drop_paper(opened.store);
	cmd_close(&opened);
	return code;
}

int sync_import_run(int argc, char **argv)
{
	struct import_job job = { .replace = false };
	const struct cli_option options[] = {
		CMD_OPTIONS(&job.common),
		{ "yes", CLI_FLAG, NULL, N_("the words of a new level above were compared; do not ask"), &job.trust.yes },
		{ "words", CLI_TEXT, "WORDS", N_("the words as heard from there; they have to be the same"),
		  &job.trust.words },
		{ "replace-township", CLI_FLAG, NULL,
		  N_("forget the level above and follow the one that signed this answer"), &job.replace },
		CMD_STICK_OPTION(&job.stick),
		CMD_QR_OPTION(&job.qr),
	};
	struct cli_args args;
	struct import_report report;
	struct arena arena = ARENA_INIT;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &SYNC_COMMANDS[SYNC_COMMAND_IMPORT], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	code = look_first(&job, &args, &err);
	if (!code)
		code = import(&job, &arena, &report, &err);
	if (!code && job.common.json)
		print_json(&report);
	else if (!code)
		cmd_print_import(&report);
	buf_free(&job.paper);
	arena_free(&arena);
	return code ? cli_fail(&err) : 0;
}
