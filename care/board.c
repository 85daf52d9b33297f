/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All indicators of everybody, and what each subject adds to them. */
#include "config.h"
#include "care/indicator.h"
#include "care/person.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/tally.h"
#include "lib/i18n.h"

struct share { /* what one subject adds: offset of its packed counts */
	rid_t subject;
	uint32_t group;
	uint32_t at;
};

struct care_board {
	struct store *store;
	struct indicator_question question;
	struct arena arena; /* the definitions */
	struct indicator_set set;
	struct indicator_view *views;
	struct judge judge;
	struct tally tally;
	struct share *shares; /* by subject */
	size_t n_shares, cap_shares;
	struct buf packed;
	struct indicator_count *counts; /* of the subject in hand */
	struct arena answer;
	struct indicator_table table;
	int rc;
	struct error *err; /* while everybody is read */
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

/* --- packed counts: for each indicator with any, its number plus 1 and three varints; 0 ends --- */

static void pack(struct care_board *board)
{
	for (size_t i = 0; i < board->set.n; i++) {
		const struct indicator_count *one = &board->counts[i];
		if (!one->denominator && !one->numerator && !one->apart)
			continue;
		buf_put_varint(&board->packed, i + 1);
		buf_put_varint(&board->packed, one->denominator);
		buf_put_varint(&board->packed, one->numerator);
		buf_put_varint(&board->packed, one->apart);
	}
	buf_put_u8(&board->packed, 0);
}

static void unpack(const struct care_board *board, uint32_t at, struct indicator_count *out)
{
	struct span in = span_of(board->packed.data + at, board->packed.len_bytes - at);
	uint64_t i;
	memset(out, 0, board->set.n * sizeof *out);
	while (span_varint(&in, &i) && i && i <= board->set.n) {
		struct indicator_count *one = &out[i - 1];
		if (!span_varint(&in, &one->denominator) || !span_varint(&in, &one->numerator) ||
		    !span_varint(&in, &one->apart))
			return;
	}
}

/* --- subjects --- */

static struct share *find_share(const struct care_board *board, rid_t subject, size_t *at)
{
	size_t low = 0, high = board->n_shares;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (board->shares[middle].subject < subject)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return low < board->n_shares && board->shares[low].subject == subject ? &board->shares[low] : NULL;
}

static int insert_share(struct care_board *board, size_t at, struct share share, struct error *err)
{
	if (board->n_shares == board->cap_shares) {
		size_t cap = board->cap_shares ? board->cap_shares * 2 : 1024;
		struct share *grown = realloc(board->shares, cap * sizeof *grown);
		if (!grown)
			return no_memory(err);
		board->shares = grown;
		board->cap_shares = cap;
	}
	if (at < board->n_shares)
		memmove(&board->shares[at + 1], &board->shares[at],
		        (board->n_shares - at) * sizeof *board->shares);
	board->shares[at] = share;
	board->n_shares++;
	return 0;
}

/* Judge the facts of one subject and put their share in the place of the old one. */
static int take_subject(struct care_board *board, const struct facts *facts, struct error *err)
{
	size_t at;
	struct share *old = find_share(board, facts->subject, &at), share = { .subject = facts->subject };
	int rc;
	if (old) {
		unpack(board, old->at, board->counts);
		tally_add(&board->tally, old->group, board->counts, -1);
	}
	tally_judge(&board->judge, &board->set, facts, board->counts);
	rc = tally_group_of(&board->tally, board->store, facts, board->question.by, &share.group, err);
	if (rc)
		return rc;
	share.at = (uint32_t)board->packed.len_bytes;
	pack(board);
	if (board->packed.failed || board->packed.len_bytes > UINT32_MAX)
		return no_memory(err);
	tally_add(&board->tally, share.group, board->counts, 1);
	if (old) {
		*old = share;
		return 0;
	}
	return insert_share(board, at, share, err);
}

static bool take_each(void *arg, const struct facts *facts, struct arena *arena)
{
	struct care_board *board = arg;
	(void)arena;
	board->rc = take_subject(board, facts, board->err);
	return !board->rc;
}

/* Another record of the person has the share now, or had it. */
static void drop_share(struct care_board *board, rid_t subject)
{
	size_t at;
	struct share *old = find_share(board, subject, &at);
	if (!old)
		return;
	unpack(board, old->at, board->counts);
	tally_add(&board->tally, old->group, board->counts, -1);
	board->n_shares--;
	memmove(old, old + 1, (board->n_shares - at) * sizeof *old);
}

int care_board_update(struct care_board *board, rid_t subject, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct person person;
	struct facts facts;
	int rc = person_of(board->store, subject, &arena, &person, err);
	if (!rc)
		rc = person_facts(board->store, &person, &arena, &facts, err);
	for (size_t i = 0; !rc && i < person.n; i++)
		if (person.members[i] != facts.subject)
			drop_share(board, person.members[i]);
	if (!rc)
		rc = take_subject(board, &facts, err);
	arena_free(&arena);
	return rc;
}

/* --- the board --- */

static int prepare(struct care_board *board, struct error *err)
{
	const struct form_set *forms = store_forms(board->store);
	const struct care_period *period = &board->question.period;
	int rc = indicator_set_load(&board->set, forms, period->on, &board->arena, err);
	if (!rc)
		rc = judge_begin(&board->judge, forms, period->first, period->on, err);
	if (rc)
		return rc;
	board->views = indicator_views(&board->set, &board->arena);
	board->counts = arena_array(&board->arena, board->set.n + 1, sizeof *board->counts);
	if (!board->views || !board->counts)
		return no_memory(err);
	return tally_begin(&board->tally, board->set.n, err);
}

int care_board_new(struct care_board **out, struct store *store,
                   const struct indicator_question *question, struct progress *progress,
                   struct error *err)
{
	struct care_board *board = calloc(1, sizeof *board);
	*out = NULL;
	if (!board)
		return no_memory(err);
	board->store = store;
	board->question = *question;
	board->err = err;
	int rc = prepare(board, err);
	if (!rc)
		rc = fact_each(store, take_each, board, progress, err);
	if (!rc)
		rc = board->rc;
	if (rc) {
		care_board_free(board);
		return rc;
	}
	*out = board;
	return 0;
}

void care_board_free(struct care_board *board)
{
	if (!board)
		return;
	judge_end(&board->judge);
	tally_end(&board->tally);
	arena_free(&board->answer);
	arena_free(&board->arena);
	buf_free(&board->packed);
	free(board->shares);
	free(board);
}

int care_board_table(struct care_board *board, const struct indicator_table **out, struct error *err)
{
	arena_reset(&board->answer);
	board->table = (struct indicator_table){ .indicators = board->views,
		                                 .n_indicators = board->set.n };
	int rc = tally_table(&board->tally, &board->set, store_forms(board->store), &board->answer,
	                     &board->table, err);
	*out = &board->table;
	return rc;
}
