/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the form loader share; doc/forms.md is the description of what they accept. */
#ifndef FORM_LOAD_H
#define FORM_LOAD_H

#include "form/form.h"
#include "form/rules_set.h"
#include "lib/csv.h"

enum { LOAD_PROBLEMS_MOST = 50, LOAD_FIELDS_MOST = 4000 };

enum load_reference_kind { REFERENCE_FORM, REFERENCE_SUBJECT_FORM, REFERENCE_SUBJECT_FIELD };

/* A name that can be judged only when every form is known. */
struct load_reference {
	const struct form *form;
	const char *path;
	size_t line, column;
	enum load_reference_kind kind;
	const char *name;
	struct load_reference *next;
};

enum load_kind { LOAD_FORM, LOAD_CODES, LOAD_RULES };

/* A file that was given besides the folder. */
struct load_file {
	enum load_kind kind;
	const char *name, *path; /* "visit.csv" and where it lies */
};

struct loader {
	const char *dir;
	const struct load_file *files;
	size_t n_files;
	struct arena *arena;   /* lives as long as the set */
	struct arena scratch;  /* the file that is being read */
	struct arena pending;  /* until the end of the load */
	const char *path;      /* of the file that is being read */
	void (*report)(void *arg, const char *line);
	void *arg;
	char text[512];        /* the problems so far, for struct error */
	int n_problems;
	bool no_memory;
	struct form_list *codes; /* code lists of data/codes read so far */
	size_t n_codes, cap_codes;
	struct rule_set *rules;
	struct load_reference *references;
};

/* Note one problem; column counts cells from 1. */
void load_problem(struct loader *loader, size_t line, size_t column, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Note a name to be judged at the end; it must live in the set's arena. */
void load_refer(struct loader *loader, const struct form *form, size_t line, size_t column,
                enum load_reference_kind kind, const char *name);

/* Copies into the set's arena; "" is shared. On a lack of memory "" and loader->no_memory. */
const char *load_copy(struct loader *loader, const char *text);
void *load_array(struct loader *loader, size_t n, size_t size);

/* Find out what the files given besides the folder are; a strange one is a problem. ERR_NOMEM. */
int load_files(struct loader *loader, const char *const files[], size_t n, struct error *err);
/* The names of all *.csv files of a kind in order, in the pending arena; a missing folder has none. */
int load_names(struct loader *loader, enum load_kind kind, const char ***out, size_t *n,
               struct error *err);
/* Where a file of that name lies, in the set's arena; "" when there is no memory for it. */
const char *load_path(struct loader *loader, enum load_kind kind, const char *name);

/* One sheet: its header row and the rows below. */
struct load_sheet {
	const struct csv_row *header, *rows;
	size_t n_rows;
};

/* Fill at[i] with the index of column names[i] in the header or -1; unknown and repeated headings are
 * problems unless extra is given, which gets their number and whose columns[] their indexes. */
struct load_extra {
	size_t n;
	size_t columns[32];
};
void load_header(struct loader *loader, const struct load_sheet *sheet, const char *const names[],
                 size_t n, int at[], struct load_extra *extra);

/* The trimmed cell of a row, "" when the column or the cell is missing. */
const char *load_cell(const struct csv_row *row, int at);

/* True when the row has no text in any cell. */
bool load_row_empty(const struct csv_row *row);

/* Both languages or neither; with required, both. columns are the indexes for the message. */
void load_labels(struct loader *loader, const struct csv_row *row, int at_zh, int at_en, bool required,
                 const char *out[LANG_N]);

bool load_name_valid(const char *name);

int load_rules(struct loader *loader, struct error *err);
void load_choices(struct loader *loader, const struct load_sheet *sheet, struct form_list **out,
                  size_t *n_out);
/* A shared list by its file name ("diseases.csv"), NULL when it cannot be had (already reported). */
const struct form_list *load_codes(struct loader *loader, const char *name, size_t line,
                                   size_t column);
void load_survey(struct loader *loader, struct form *form, const struct load_sheet *survey,
                 const struct form_list *lists, size_t n_lists);
/* The names and tags tables of a form whose fields stand. */
bool load_index(struct loader *loader, struct form *form);
/* form->order; reports a circle. */
void load_order(struct loader *loader, struct form *form, size_t column);

/* Parse a cell and check what it refers to; NULL when it is refused (reported). */
const struct expr *load_expression(struct loader *loader, const struct form *form, int field,
                                   const char *heading, const char *text, size_t column,
                                   bool is_choice_filter);

#endif
