/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may write what. A function of the entry and the devices only, so every store that knows the same
 * comes to the same verdict, in any order: what is refused now counts when the right is given later.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sync/judge.h"
#include "sync/reason.h"

/* A region holds another when its number begins the other's: county 6, township 9, village 12 digits. */
static bool region_holds(const char *upper, const char *lower)
{
	return *upper && !strncmp(upper, lower, strlen(upper));
}

static int refuse(enum sync_reason why, char *reason, size_t size)
{
	snprintf(reason, size, "%s", sync_reason_word(why));
	return 1;
}

static int judge(void *arg, struct store *store, const struct entry *entry,
                 const struct store_device *author, const struct store_device *creator, char *reason,
                 size_t size)
{
	(void)arg;
	if (author->self)
		return 0;
	if (!author->enrolled)
		return refuse(SYNC_REASON_NOT_ENROLLED, reason, size);
	for (size_t i = 0; i < author->n_blocks; i++)
		if (entry->seq >= author->blocks[i].first && entry->seq <= author->blocks[i].last)
			return refuse(sync_reason_of_block(author->blocks[i].why), reason, size);
	if (!entry->record.seq) /* new records: of anyone, also of another village's resident */
		return 0;
	if (author->level > LEVEL_VILLAGE)
		return region_holds(author->region, creator->region)
		       ? 0 : refuse(SYNC_REASON_NOT_YOURS, reason, size);
	if (!strcmp(author->region, creator->region))
		return 0;
	const struct store_device *home =
		entry->subject.seq ? store_device_find(store, entry->subject.device) : NULL;
	if (home && !strcmp(author->region, home->region))
		return 0;
	return refuse(SYNC_REASON_NOT_YOURS, reason, size);
}

const struct store_judge SYNC_RIGHTS = { .judge = judge };
