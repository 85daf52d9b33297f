/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills DIR with a village store for tests/cmd/report.sh: three managed, one of them no more. */
#include "config.h"
#include "tests/care/people.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	forms = scene_forms();
	if (!make_store(argv[1], "甲村卫生室", "430599101201"))
		return 1;
	managed("王小明");
	managed("张三");
	visit(managed("李四"), "2026-10-01", "165", "95");
	SAVE("resident", managed("赵六"), 0, "status", "2", "status_date", "2026-06-01");
	store_close(store);
	form_set_free(forms);
	return 0;
}
