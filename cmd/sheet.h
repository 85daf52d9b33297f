/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What spreadsheets make of values: days as numbers, days with a time behind them, guarded formulas. */
#ifndef CMD_SHEET_H
#define CMD_SHEET_H

#include "form/form.h"
#include "lib/csv.h"

/* Take the ' away that csv_write_row() put before what a spreadsheet would run, in all cells. */
void sheet_unguard(struct csv_table *table);

/* The value that a cell of a date, datetime or time field stands for, in arena; cell itself where nothing is to be
 * understood. Numbers are days since 1899-12-30 (Excel's 1900 system, right from 1900-03-01 on) and parts of a
 * day. Whole numbers below 4000 (1910-12-13) are left alone: they are rather years. NULL: no memory. */
const char *sheet_value(const struct form_field *field, const char *cell, struct arena *arena);

#endif
