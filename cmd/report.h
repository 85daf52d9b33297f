/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report of indicators, and the three ways to print it: for people, as CSV, as JSON. */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "care/care.h"
#include "care/closing.h"
#include "cmd/common.h"

struct report_case {
	rid_t subject;
	enum standing_kind kind;
	const char *condition, *detail; /* in the report's arena */
	const char *name, *masked_id;   /* "" for what is no resident's */
};

struct report_reason { /* a condition, and how many stand where they are by it */
	enum standing_kind kind;
	const char *condition;
	uint64_t n;
};

struct report {
	struct cmd_common common;
	bool csv, names, by_doctor, monthly, quarters;
	const char *code;              /* NULL: all indicators */
	struct care_period period;
	struct cmd_store opened;
	struct arena arena;
	struct care_board *board;
	const struct indicator_table *table;
	size_t at;                     /* the row of code */
	struct report_case *cases;     /* of code; all but those who met the aim */
	size_t n_cases, room_cases;
	struct report_reason *reasons;
	size_t n_reasons, room_reasons;
	bool is_closed;                /* the period; its frozen figures are: */
	struct closed_period closed;
	struct care_period months[12];
	struct indicator_count by_month[12];
	size_t n_months;
};

/* The figures to print for a group of the table, or with g at the end for the total: of a closed period the
 * frozen ones, with what came since; doctors are never frozen. at: the indicator. */
const struct indicator_count *report_counts(const struct report *report, size_t g, size_t at, bool *frozen,
                                            struct late_entries *late);
/* "   late entries: +1/+0, now 100.0", "" when there are none; returns out. */
char *report_late_text(const struct report *report, size_t g, size_t at, char out[96]);

void report_print_text(const struct report *report);
void report_print_csv(const struct report *report);
void report_print_json(const struct report *report);

/* Other reports; each prints itself. */
int report_cohorts(struct report *report, const char *disease, struct error *err);
int report_honest(struct report *report, const char *check, struct error *err);
int report_close(struct report *report, struct error *err);
int report_closed(struct report *report, struct error *err); /* wants report->table */

#endif
