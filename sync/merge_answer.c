/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"
#include "sync/keys.h"
#include "sync/merge_int.h"
#include "sync/reply.h"

/* The device that sent the file, and the last of its files gets the answer beside it. */
static bool is_last_of_sender(const struct merge_report *report, size_t at, const struct sent *sent)
{
	for (size_t i = at + 1; i < report->n_files; i++)
		if (*report->files[i].region && 
		    !memcmp(sent[i].head.sender, sent[at].head.sender, DEVICE_ID_BYTES))
			return false;
	return *report->files[at].region != '\0';
}

static int write_answer(struct merger *m, const struct merge_file_report *file, const struct sent *sent,
                        const struct store_device *to, struct error *err)
{
	struct answer answer = { .self = &m->self, .to = to, .certificate = true,
		                 .clock_offset_s = file->clock_offset_s };
	struct reply reply = { .answer = &answer, .holdings = sent->has_holdings ? &sent->holdings : NULL };
	struct export_report given;
	const char *slash = strrchr(file->path, '/');
	size_t n = slash ? (size_t)(slash - file->path) : 0;
	snprintf(reply.folder, sizeof(reply.folder), "%.*s", n ? (int)n : 1, slash ? file->path : ".");
	int code = reply_in_store(m->store, &answer, err);
	if (code)
		return code;
	if (!(code = reply_in_folder(m->store, &reply, m->progress, &given, err))) {
		m->report->receipts++;
		m->report->given += given.entries - given.carried;
		m->report->carried += given.carried;
	} else if (code == ERR_DENIED || code == ERR_NOSPACE || code == ERR_IO) {
		code = error_prefix(err, _("the entries are merged, but the receipt could not be "
		                           "written beside the bundle (it lies in answers/)"));
	}
	return code;
}

int merge_answer(struct merger *m, const struct sent *sent, struct error *err)
{
	int code = 0;
	for (size_t i = 0; !code && i < m->report->n_files; i++) {
		if (!is_last_of_sender(m->report, i, sent))
			continue;
		const struct store_device *to = store_device_find(m->store, sent[i].head.sender);
		if (!to || !to->enrolled || to->ended)
			continue;
		struct store_device copy = *to;
		code = keys_renew(m->store, &m->self, &copy, err);
		if (!code)
			code = write_answer(m, &m->report->files[i], &sent[i], &copy, err);
	}
	return code;
}
