/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The facts of one resident: what duties and indicators need of the records, read once, as numbers
 * and dates. The derived table "fact" keeps them, so that an indicator reads no records.
 *
 * Rows of "fact", all numbers as lib/buf.h writes them:
 *   key 00 | resident u64: birth, status, status date, spans, contracts, enrolments
 *   key 01 | year u16 | chunk u8 | resident u64: visits, examinations and checked referrals of one year
 */
#ifndef CARE_FACT_H
#define CARE_FACT_H

#include "db/derive.h"
#include "db/store.h"
#include "lib/arena.h"

/* Codes of the printed forms and of data/forms that the code decides by. */
enum { STATUS_ACTIVE = 1, STATUS_DEAD = 2, STATUS_MOVED = 3, STATUS_LOST = 4, STATUS_REFUSED = 5 };
enum { CLOSED_DEAD = 1, CLOSED_MOVED = 2, CLOSED_LOST = 3, CLOSED_REFUSED = 4 };
enum { MODE_CLINIC = 1, MODE_HOME = 2, MODE_PHONE = 3 };
enum { CLASS_CONTROLLED = 1, CLASS_UNCONTROLLED = 2, CLASS_ADVERSE = 3, CLASS_COMPLICATION = 4 };
enum { OUTCOME_LOST = 2 };
enum { CATEGORY_POOR_BEFORE = 10 }; /* 脱贫户 */

struct fact_span { /* a low-income category */
	int category;
	bool cleared;              /* the risk of 21, 22, 23 */
	date_t cleared_date;       /* DATE_NONE: from the beginning */
	date_t from, to;           /* DATE_NONE: open */
};
struct fact_contract { /* signed or renewed; to is the day before an earlier ending */
	rid_t record;
	date_t from, to;
};
struct fact_enrolment {
	rid_t record;
	date_t enrolled, closed;   /* closed DATE_NONE: open */
	int closed_reason;
};
struct fact_visit {
	rid_t record;              /* 0 when read from the table */
	date_t date;
	int mode, outcome, class, sbp, dbp; /* 0: missing */
	bool adverse, danger_sign, referred;
	date_t next;               /* as the doctor set it; not kept in the table */
};
struct fact_referral {
	rid_t record;
	date_t date, checked;      /* DATE_NONE: not yet checked */
	bool urgent;
};

struct facts {
	date_t birth, status_date;
	int status;                /* 0: no resident record was among the records */
	struct fact_span *spans;
	struct fact_contract *contracts;
	struct fact_enrolment *enrolments;
	struct fact_visit *visits;         /* oldest first */
	struct fact_referral *referrals;   /* oldest first */
	date_t *exams;                     /* yearly examinations, oldest first */
	size_t n_spans, n_contracts, n_enrolments, n_visits, n_referrals, n_exams;
};

/* Read from the records of one resident in any order; retired records do not count. ERR_NOMEM. */
int fact_read(const struct form_set *forms, const struct record *records, size_t n,
              struct arena *arena, struct facts *out, struct error *err);

/* Deriver of the table "fact". */
int fact_derive(const struct deriver *deriver, struct store *store, rid_t subject,
                const struct record *records, size_t n, struct derive_sink *sink, struct error *err);

enum { FACT_KEY_BYTES = 16, FACT_CHUNK_BYTES = 900 };

/* Both forms of a row, for the deriver and its tests. The value of a year holds the events from
 * *event on, as many as fit; *event is moved on and is beyond the last when all are written. */
void fact_put_person(struct buf *out, const struct facts *facts);
bool fact_put_year(struct buf *out, const struct facts *facts, int year, size_t *event);
/* Add what a value holds to *out (zeroed before the first). False: damaged or memory is short. */
bool fact_take_person(struct span in, struct arena *arena, struct facts *out);
bool fact_take_year(struct span in, int year, struct arena *arena, struct facts *out);

/* Face-to-face with a complete reading: what counts as a visit (decisions on hypertension). */
bool fact_visit_counts(const struct fact_visit *visit);
bool fact_span_holds(const struct fact_span *span, date_t on);
/* The category's risk is cleared on that day. */
bool fact_span_cleared(const struct fact_span *span, date_t on);

#endif
