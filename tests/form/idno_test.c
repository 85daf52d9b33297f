/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/idno.h"
#include "tests/tap.h"

static const struct {
	const char *typed;
	enum idno_fault fault;
	const char *text, *birth;
	int sex;
	bool unlikely;
} cases[] = {
	/* the two examples printed in GB 11643-1999 */
	{ "11010519491231002X", IDNO_OK, "11010519491231002X", "1949-12-31", 2, false },
	{ "440524188001010014", IDNO_OK, "440524188001010014", "1880-01-01", 1, true },
	{ "11010519491231002x", IDNO_OK, "11010519491231002X", "1949-12-31", 2, false },
	{ " １１０１０５１９４９１２３１００２Ｘ　", IDNO_OK, "11010519491231002X", "1949-12-31", 2, false },
	{ "11010519491231002X43", IDNO_OK, "11010519491231002X", "1949-12-31", 2, false },
	{ "11010519491231002X43B1", IDNO_OK, "11010519491231002X", "1949-12-31", 2, false },
	{ "110105491231002", IDNO_OK, "110105491231002", "1949-12-31", 2, false },
	{ "43059920000229001X", IDNO_OK, "43059920000229001X", "2000-02-29", 1, false },
	{ "430599202701010012", IDNO_OK, "430599202701010012", "2027-01-01", 1, true },
	{ "110105194912310021", IDNO_CHECK, NULL, NULL, 0, false },
	{ "11010519491231003X", IDNO_CHECK, NULL, NULL, 0, false },
	{ "430599190002290013", IDNO_DATE, NULL, NULL, 0, false },
	{ "110105491331002", IDNO_DATE, NULL, NULL, 0, false },
	{ "", IDNO_LENGTH, NULL, NULL, 0, false },
	{ "1101051949123100", IDNO_LENGTH, NULL, NULL, 0, false },
	{ "11010519491231002X431", IDNO_LENGTH, NULL, NULL, 0, false },
	{ "1101051949123100２XX", IDNO_LENGTH, NULL, NULL, 0, false },
	{ "1101051949123X002X", IDNO_CHARS, NULL, NULL, 0, false },
	{ "11010519491231002Y", IDNO_CHARS, NULL, NULL, 0, false },
	{ "11010549123100X", IDNO_CHARS, NULL, NULL, 0, false },
	{ "十一万零一百零五一九四九一二三一零零", IDNO_CHARS, NULL, NULL, 0, false },
};

int main(void)
{
	date_t today = date_make(2026, 11, 22);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct idno idno;
		char birth[DATE_TEXT_BYTES];
		is(idno_parse(&idno, cases[i].typed, today), cases[i].fault, cases[i].typed);
		if (cases[i].fault)
			continue;
		is_text(idno.text, cases[i].text, "its number");
		is_text(date_format(idno.birth, birth), cases[i].birth, "its birth date");
		is(idno.sex, cases[i].sex, "its sex");
		is(idno.unlikely, cases[i].unlikely, "whether it is unlikely");
	}
	struct idno idno;
	is(idno_parse(&idno, "11010519491231002X", date_make(1949, 12, 30)), IDNO_OK, "born tomorrow");
	ok(idno.unlikely, "is unlikely");

	char masked[IDNO_BYTES];
	idno_mask(masked, "430599194001010012");
	is_text(masked, "430599********0012", "a masked number");
	idno_mask(masked, "43059919400101001243B1");
	is_text(masked, "430599********0012", "a masked disability number");
	idno_mask(masked, "430599400101001");
	is_text(masked, "430599******001", "a masked old number");
	idno_mask(masked, "1234567");
	is_text(masked, "*******", "what is no number is hidden");
	idno_mask(masked, "");
	is_text(masked, "", "nothing stays nothing");
	return done_testing();
}
