/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys: what is in force, and what this place says of the keys below it. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/keys_text.h"
#include "cmd/merge_cmd.h"
#include "cmd/merge_keys.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "lib/minisign.h"

/* --- rotate, destroy-old, recovery --- */

static int keys_do_rotate(struct keys_command *c, struct error *err)
{
	int code = keys_rotate(c->store, &c->self, err);
	if (!code)
		puts(_("A new key to seal for is in force. The clinics learn it with their next answers; the one before\n"
		       "still opens what they seal for it meanwhile."));
	return code;
}

static int keys_do_destroy(struct keys_command *c, struct error *err)
{
	size_t n;
	int code = keys_destroy_old(c->store, &n, err);
	if (!code)
		printf(_("Secrets destroyed: %zu\n"), n);
	return code;
}

static int keys_do_recovery(struct keys_command *c, struct error *err)
{
	char paper[PAPER_CODE_BYTES];
	int code = keys_draw_recovery(c->store, &c->self, paper, err);
	if (!code)
		cmd_print_recovery_key(paper);
	crypto_wipe(paper, sizeof(paper));
	return code;
}

/* --- revoke and lift --- */

static bool is_place(const struct store_device *device, const char *site)
{
	char hex[2 * DEVICE_ID_BYTES + 1];
	hex_encode(hex, device->id, DEVICE_ID_BYTES);
	return !device->self && *device->region &&
	       (!strcmp(device->region, site) || (strlen(site) >= 8 && !strncmp(hex, site, strlen(site))));
}

/* The installation meant by its region or the front of its device number. */
static int find_site(struct keys_command *c, struct store_device *out, struct error *err)
{
	const struct store_device *device;
	char list[256] = "", hex[2 * DEVICE_ID_BYTES + 1];
	size_t n = 0;
	for (size_t i = 0; (device = store_device_at(c->store, i)); i++) {
		if (!is_place(device, c->operand) || (device->ended && !c->from))
			continue;
		size_t used = strlen(list);
		snprintf(list + used, sizeof(list) - used, " %s", hex_encode(hex, device->id, DEVICE_ID_BYTES));
		*out = *device;
		n++;
	}
	if (!n)
		return error_set(err, ERR_NOTFOUND, _("no installation with a good key stands under %s"), c->operand);
	return n == 1 ? 0 : error_set(err, ERR_USAGE, _("several installations stand under %s; name one of:%s"),
	                              c->operand, list);
}

/* Without --from and --all: what is here stays, what comes later does not count. */
static int first_after_held(struct keys_command *c, const struct store_device *device, uint64_t *first,
                            struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct device_vector *vectors;
	size_t n = 0;
	int code = store_vectors(c->store, &arena, &vectors, &n, err);
	*first = 1;
	for (size_t i = 0; !code && i < n; i++)
		if (!memcmp(vectors[i].device, device->id, DEVICE_ID_BYTES))
			*first = vectors[i].max + 1;
	arena_free(&arena);
	return code;
}

static int fill_block(struct keys_command *c, const struct store_device *device, struct keys_block *block,
                      struct error *err)
{
	block->range.last = UINT64_MAX;
	if (!c->reason || keylog_why_parse(c->reason, &block->why))
		return error_set(err, ERR_USAGE, _("--reason is replaced, lost, stolen, misused or suspect"));
	if (c->from < 0 || c->to < 0 || (c->to && (c->to < c->from || !c->from)) || (c->all && (c->from || c->to)))
		return error_set(err, ERR_USAGE, _("--from and --to are numbers of entries; --all stands alone"));
	if (c->to && block->why != KEYLOG_WHY_SUSPECT)
		return error_set(err, ERR_USAGE, _("only a suspect range has an end"));
	if (block->why == KEYLOG_WHY_SUSPECT && !c->from && !c->all)
		return error_set(err, ERR_USAGE, _("a suspect range needs --from, or --all"));
	block->range.first = c->all ? 1 : (uint64_t)c->from;
	if (c->to)
		block->range.last = (uint64_t)c->to;
	return block->range.first ? 0 : first_after_held(c, device, &block->range.first, err);
}

static int keys_do_revoke(struct keys_command *c, struct error *err)
{
	struct store_device device;
	struct store_info before, after;
	struct keys_block block = { .note = c->note ? c->note : "" };
	int code = find_site(c, &device, err);
	if (code || (code = fill_block(c, &device, &block, err)) ||
	    (code = store_info_get(c->store, &before, err)) ||
	    (code = keys_block(c->store, &c->self, &device, &block, err)) ||
	    (code = store_info_get(c->store, &after, err)))
		return code;
	printf(_("%s (%s): %s\nIts entries from number %" PRIu64 " on do not count; those before stay.\n"), device.name,
	       device.region, keylog_why_sentence(block.why), block.range.first);
	if (after.n_quarantined > before.n_quarantined)
		printf(_("Held back here now: %" PRIu64 "\n"), after.n_quarantined - before.n_quarantined);
	puts(_("The other clinics learn it with their next answers."));
	return 0;
}

static int keys_do_lift(struct keys_command *c, struct error *err)
{
	char *end;
	unsigned long long number = strtoull(c->operand, &end, 10);
	if (*end || !number)
		return error_set(err, ERR_USAGE, _("lift needs the number of a record that keys lists"));
	int code = keys_lift(c->store, &c->self, number, err);
	if (!code)
		puts(_("Lifted: what was held back because of it counts again."));
	return code;
}

/* --- publishers --- */

static int keys_do_publisher(struct keys_command *c, struct error *err)
{
	struct buf text = BUF_INIT;
	struct minisign_key key;
	char id[17];
	int code = file_read(c->operand, MINISIGN_MAX_BYTES, &text, err);
	if (!code && (code = minisign_parse_key(&key, span_of_buf(&text), err)))
		error_prefix(err, "%s", c->operand);
	if (!code)
		code = keys_add_publisher(c->store, &c->self, key.id, key.pk, c->note ? c->note : "", err);
	if (!code)
		printf(_("Files signed with the key %s count here and, from their next answers on, in the clinics.\n"),
		       minisign_id_text(key.id, id));
	buf_free(&text);
	return code;
}

static int keys_do_public(struct keys_command *c, struct error *err)
{
	struct buf text = BUF_INIT;
	struct minisign_key key;
	uint8_t sk[CRYPTO_SIGN_SK_BYTES];
	char comment[SITE_NAME_BYTES + 64];
	int code = keys_open_own(c->store, &c->self, err);
	if (code)
		return code;
	keys_publisher_pair(&c->self, key.id, key.pk, sk);
	crypto_wipe(sk, sizeof(sk));
	snprintf(comment, sizeof(comment), "xiangyi %s", c->self.info.self.name);
	minisign_put_key(&text, &key, comment);
	fputs(buf_text(&text), stdout);
	buf_free(&text);
	return 0;
}

/* --- the command --- */

static const struct keys_verb {
	const char *word;
	int operands;
	int (*run)(struct keys_command *command, struct error *err);
} VERBS[] = {
	{ "list", 0, keys_do_list },       { "rotate", 0, keys_do_rotate },
	{ "revoke", 1, keys_do_revoke },   { "lift", 1, keys_do_lift },
	{ "destroy-old", 0, keys_do_destroy }, { "recovery", 0, keys_do_recovery },
	{ "publisher", 1, keys_do_publisher }, { "public", 0, keys_do_public },
	{ "import", 1, keys_do_import },
};

static const struct keys_verb *find_verb(const struct cli_args *args, struct error *err)
{
	const char *word = args->n ? args->operands[0] : "list";
	int operands = args->n ? args->n - 1 : 0;
	for (size_t i = 0; i < sizeof(VERBS) / sizeof(*VERBS); i++)
		if (!strcmp(VERBS[i].word, word) && VERBS[i].operands == operands)
			return &VERBS[i];
	error_set(err, ERR_USAGE, _("keys: list, rotate, revoke SITE, lift NUMBER, destroy-old, recovery, publisher "
	                            "KEY.pub, public or import FILE.xyk"));
	return NULL;
}

static int run_verb(const struct keys_verb *verb, struct keys_command *c, struct error *err)
{
	int code = 0;
	if (verb->run != keys_do_list && verb->run != keys_do_public &&
	    !role_administers(store_session(c->store)->role))
		code = error_set(err, ERR_DENIED, _("your role may not change keys"));
	if (!code)
		code = self_begin(c->store, &c->self, err);
	if (!code)
		code = verb->run(c, err);
	self_end(&c->self);
	return code;
}

int merge_keys_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	struct keys_command c = { .store = NULL };
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "reason", CLI_TEXT, "WORD", N_("revoke: replaced, lost, stolen, misused or suspect"), &c.reason },
		{ "from", CLI_NUMBER, "NUMBER", N_("revoke: the first entry that does not count"), &c.from },
		{ "to", CLI_NUMBER, "NUMBER", N_("revoke: the last entry of a suspect range"), &c.to },
		{ "all", CLI_FLAG, NULL, N_("revoke: none of its entries counts"), &c.all },
		{ "note", CLI_TEXT, "TEXT", N_("revoke, publisher: a note that travels with it"), &c.note },
		{ "yes", CLI_FLAG, NULL, N_("import: the words of the root were compared; do not ask"), &c.yes },
		{ "words", CLI_TEXT, "WORDS", N_("import: the words of the root; they have to be the same"), &c.words },
	};
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_KEYS], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	const struct keys_verb *verb = find_verb(&args, &err);
	if (!verb || cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	c.store = opened.store;
	c.json = common.json;
	c.operand = args.n > 1 ? args.operands[1] : NULL;
	code = run_verb(verb, &c, &err);
	cmd_close(&opened);
	return code ? cli_fail(&err) : 0;
}
