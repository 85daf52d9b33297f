/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resident ID numbers: GB 11643-1999 (18 characters, ISO 7064 MOD 11-2) and the 15-digit old form. */
#ifndef FORM_IDNO_H
#define FORM_IDNO_H

#include <stdbool.h>
#include "lib/date.h"

enum { IDNO_BYTES = 19 };

enum idno_fault {
	IDNO_OK,
	IDNO_LENGTH,   /* not 15, 18, 20 or 22 characters */
	IDNO_CHARS,    /* something other than digits and a final X */
	IDNO_CHECK,    /* check digit */
	IDNO_DATE,     /* no such day */
};

struct idno {
	char text[IDNO_BYTES]; /* the first 18 (or 15) characters, half-width, X upper case */
	date_t birth;
	int sex;               /* 1 male, 2 female */
	bool unlikely;         /* valid, but born before 1890 or in the future: a warning */
};

/* Department lists give 20 (ID, disability class and grade) and 22 characters (reissued card): the
 * first 18 count. Area codes are never judged: abolished ones are legal. */
enum idno_fault idno_parse(struct idno *out, const char *text, date_t today);

/* "430599********0012": what screens show. */
void idno_mask(char out[IDNO_BYTES], const char *text);

#endif
