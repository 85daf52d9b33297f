/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/merge_cmd.h"
#include "cmd/paper_read.h"
#include "cmd/stick_pick.h"
#include "db/maintain.h"
#include "lib/i18n.h"
#include "sync/spool.h"
#include "sync/sync.h"

enum { CLOCK_FAULT_S = 600 }; /* a bundle from the future: its sender's clock is fast */

static void result_json(struct json *json, const struct apply_result *result)
{
	json_number(json, "new", (long long)result->fresh);
	json_number(json, "known", (long long)result->known);
	json_number(json, "waiting", (long long)result->waiting);
	json_number(json, "quarantined", (long long)result->quarantined);
	json_number(json, "forks", (long long)result->forks);
	json_number(json, "conflicts", (long long)result->conflicts);
}

static void report_json(struct json *json, const struct merge_report *report)
{
	for (size_t i = 0; i < report->n_files; i++) {
		const struct merge_file_report *file = &report->files[i];
		json_object(json, NULL);
		json_text(json, "path", file->path);
		json_text(json, "sender", *file->sender ? file->sender : NULL);
		json_text(json, "region", *file->region ? file->region : NULL);
		json_number(json, "entries", (long long)file->entries);
		result_json(json, &file->result);
		json_number(json, "missing", (long long)file->missing);
		json_number(json, "clock_offset_s", (long long)file->clock_offset_s);
		json_text(json, "key_ended", *file->ended ? file->ended : NULL);
		json_text(json, "refused", file->error.code ? file->error.text : NULL);
		json_text(json, "code", file->error.code ? error_name(file->error.code) : NULL);
		json_end(json, '}');
	}
}

static void file_text(const struct merge_file_report *file)
{
	const struct apply_result *result = &file->result;
	if (file->error.code) {
		cli_warn("%s: %s", file->path, file->error.text);
		return;
	}
	printf(_("%s (%s): %" PRIu64 " new, %" PRIu64 " known\n"), file->sender, file->region, result->fresh,
	       result->known);
	if (result->waiting || result->quarantined)
		printf(_("  held back: %" PRIu64 ", waiting for earlier entries: %" PRIu64 "\n"),
		       result->quarantined, result->waiting);
	if (file->missing)
		printf(_("  still missing below what is here: %" PRIu64 "\n"), file->missing);
	if (result->conflicts)
		printf(_("  conflicts to look at: %" PRIu64 " (xiangyi-merge conflicts)\n"), result->conflicts);
	if (result->forks)
		printf(_("  %" PRIu64 " numbers are used twice: two copies of one store are at work\n"),
		       result->forks);
	if (*file->ended)
		printf(_("  its key was ended: %s; what it wrote since does not count (xiangyi-merge keys)\n"),
		       file->ended);
	if (file->clock_offset_s > CLOCK_FAULT_S)
		printf(_("  the clock of this clinic is %" PRId64 " minutes fast\n"), file->clock_offset_s / 60);
}

/* Merge one operand; several are merged one after the other and the worst counts. */
static int merge_one(struct store *store, const char *path, bool dry_run, struct json *json)
{
	struct arena arena = ARENA_INIT;
	struct merge_report report = { .n_files = 0 };
	struct progress_bar bar;
	struct error err = { 0 };
	progress_bar_begin(&bar);
	int code = (dry_run ? sync_merge_try : sync_merge)(store, path, &arena, &bar.progress, &report, &err);
	progress_bar_end(&bar);
	if (json)
		report_json(json, &report);
	for (size_t i = 0; !json && i < report.n_files; i++)
		file_text(&report.files[i]);
	if (!json && report.receipts)
		printf(_("Receipts written: %" PRIu64 "\n"), report.receipts);
	if (report.set_back)
		cli_warn(_("this store is older than it was: an old copy was put back. The clinics send again what it "
		           "lost, once each has imported its new receipt; what it said of keys since then has to be said "
		           "again (xiangyi-merge keys)"));
	if (!json && report.given)
		printf(_("Entries given back to clinics that had lost them: %" PRIu64 "\n"), report.given);
	if (!json && report.carried)
		printf(_("Entries of others put beside the receipts, about residents whom these clinics have: %" PRIu64 "\n"),
		       report.carried);
	if (!json && dry_run)
		puts(_("Only tried: nothing was changed."));
	if (!json && !code && report.safe_to_remove && !dry_run)
		puts(_("It is safe to remove the stick."));
	int exit_code = code ? cli_fail(&err) : 0;
	arena_free(&arena);
	return exit_code;
}

struct merge_job {
	struct cmd_common common;
	const char *stick, *qr;
	char found[SYNC_PATH_BYTES]; /* the stick's folder, or the scanned bundle */
	struct buf paper;            /* what was scanned */
	bool dry_run;
};

/* What needs no store, and so no password: the stick, the scanner. */
static int look_first(struct merge_job *job, const struct cli_args *args, struct error *err)
{
	if (job->qr)
		return args->n ? error_set(err, ERR_USAGE, _("--qr and a file exclude each other"))
		               : cmd_read_paper(job->qr, &job->paper, err);
	return args->n ? 0 : cmd_pick_stick(job->stick, false, job->found, err);
}

/* There is no stick that the answer could be written to. */
static void tell_answer(struct store *store, const char *bundle)
{
	struct envelope_head head;
	const struct store_device *sender = spool_peek(bundle, &head, NULL) ? NULL : store_device_find(store, head.sender);
	if (sender)
		printf(_("The answer lies in %s/answers/%s.xya; xiangyi-sync qr shows it as codes\n"), store_dir(store),
		       sender->region);
}

static int merge_paper(struct store *store, struct merge_job *job, struct json *json)
{
	struct error err;
	if (cmd_put_paper(store, &job->paper, "XYB", job->found, &err))
		return cli_fail(&err);
	int exit_code = merge_one(store, job->found, job->dry_run, json);
	if (!exit_code && !json)
		tell_answer(store, job->found);
	cmd_drop_paper(store);
	return exit_code;
}

static int merge_operands(struct store *store, struct merge_job *job, const struct cli_args *args)
{
	struct json json = { .file = NULL }, *out = job->common.json ? &json : NULL;
	int exit_code = 0;
	if (out) {
		json_begin(&json, stdout);
		json_array(&json, NULL);
	}
	if (job->qr)
		exit_code = merge_paper(store, job, out);
	else if (!args->n)
		exit_code = merge_one(store, job->found, job->dry_run, out);
	for (int i = 0; i < args->n; i++) {
		int code = merge_one(store, args->operands[i], job->dry_run, out);
		exit_code = code ? code : exit_code;
	}
	if (out)
		json_end(&json, ']');
	return exit_code;
}

int merge_merge_run(int argc, char **argv)
{
	struct merge_job job = { .qr = NULL };
	const struct cli_option options[] = {
		CMD_OPTIONS(&job.common),
		CMD_STICK_OPTION(&job.stick),
		CMD_QR_OPTION(&job.qr),
		{ "dry-run", CLI_FLAG, NULL, N_("say what would be merged; change nothing, answer nobody"), &job.dry_run },
	};
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_MERGE], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (look_first(&job, &args, &err) || cmd_open(&opened, &job.common, &err)) {
		buf_free(&job.paper);
		return cli_fail(&err);
	}
	int exit_code = 1;
	if (store_session(opened.store)->role == ROLE_AUDITOR) {
		error_set(&err, ERR_DENIED, _("the role of %s does not allow to merge"), role_word(ROLE_AUDITOR));
		cli_fail(&err);
	} else {
		exit_code = merge_operands(opened.store, &job, &args);
		if (store_checkpoint(opened.store, &err))
			exit_code = cli_fail(&err);
	}
	cmd_close(&opened);
	buf_free(&job.paper);
	return exit_code;
}

int merge_digest_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	uint8_t digest[CRYPTO_HASH_BYTES];
	char hex[2 * CRYPTO_HASH_BYTES + 1];
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_DIGEST], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	code = store_digest(opened.store, digest, &err);
	cmd_close(&opened);
	if (code)
		return cli_fail(&err);
	hex_encode(hex, digest, sizeof(digest));
	if (common.json) {
		struct json json;
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_text(&json, "digest", hex);
		json_end(&json, '}');
	} else {
		puts(hex);
	}
	return 0;
}
