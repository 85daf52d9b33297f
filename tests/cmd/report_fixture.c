/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills DIR with a village store for tests/cmd/report.sh: three managed, one of them no more. With PERIOD, that is
 * closed before the visit that was missing in it is written down. */
#include "config.h"
#include "care/closing.h"
#include "tests/care/people.h"

static int close_period(const char *text)
{
	struct care_period period;
	if (!care_period_parse(&period, text, date_today(), &err) && !care_close_period(store, &period, NULL, &err))
		return 0;
	fprintf(stderr, "%s\n", err.text);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc != 2 && argc != 3)
		return 2;
	forms = scene_forms();
	if (!make_store(argv[1], "甲村卫生室", "430599101201"))
		return 1;
	managed("王小明");
	managed("张三");
	rid_t late = managed("李四");
	visit(late, "2026-10-01", "165", "95");
	SAVE("resident", managed("赵六"), 0, "status", "2", "status_date", "2026-06-01");
	int failed = 0;
	if (argc == 3) {
		failed = close_period(argv[2]);
		visit(late, "2026-10-12", "130", "80");
	}
	store_close(store);
	form_set_free(forms);
	return failed;
}
