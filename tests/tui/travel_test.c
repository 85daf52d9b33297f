/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stick's way through the screens: join, send, merge, receipt; every step by keys. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "care/care.h"
#include "care/move.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/sync.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"
#include "tests/tui/fixture.h"
#include "tests/tui/snapshot.h"
#include "tui/screens.h"

static struct app app;

static void enter(const char *dir)
{
	app_start(&app, dir);
	app.next = unlock_new(&app);
	app.stack[app.depth++] = app.next;
	app.next = NULL;
	snapshot_keys(&app, "'" FIXTURE_PASSWORD "' Enter");
}

/* The Sync screen, "type a path" (the last line), the folder and the deed's digit. */
static void on_stick(const char *deed)
{
	char keys[64];

	snapshot_keys(&app, "3 End Enter");
	snprintf(keys, sizeof(keys), "'stick' Enter %s", deed);
	snapshot_keys(&app, keys);
}

/* An invented system with up to two USB sticks that are folders here; NULL: none is plugged in. */
static void plug(const char *first, const char *second)
{
	const char *points[] = { first, second };
	char text[512] = "";
	struct error err;

	for (size_t i = 0; i < 2 && points[i]; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%zu 1 8:%zu / %s rw - vfat /dev/sd%c1 rw\n",
		         30 + i, 17 + 16 * i, points[i], (int)('b' + i));
	file_write_atomic("system/proc/self/mountinfo", text, strlen(text), &err);
}

static void make_system(void)
{
	static const char *const labels[] = { "村室U盘", "备用" };
	char path[256], link_path[256], device[32];
	struct error err;

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "system/sys/devices/usb%d/block/sd%c/sd%c1", i + 1, 'b' + i, 'b' + i);
		file_make_dirs(path, 0700, &err);
		strcat(path, "/partition");
		file_write_atomic(path, "1\n", 2, &err);
		file_make_dirs("system/sys/dev/block", 0700, &err);
		file_make_dirs("system/dev/disk/by-label", 0700, &err);
		*strrchr(path, '/') = '\0';
		snprintf(link_path, sizeof(link_path), "../../../../%s", path);
		snprintf(path, sizeof(path), "system/sys/dev/block/8:%d", 17 + 16 * i);
		ok(!symlink(link_path, path), "a device");
		snprintf(path, sizeof(path), "system/dev/disk/by-label/%s", labels[i]);
		snprintf(device, sizeof(device), "../../sd%c1", 'b' + i);
		ok(!symlink(device, path), "its label");
	}
	file_write_atomic("system/sys/devices/usb2/block/sdc/ro", "1\n", 2, &err);
	file_make_dirs("system/proc/self", 0700, &err);
	plug(NULL, NULL);
	setenv("XIANGYI_SYSTEM", "system", 1);
}

static int enrol(struct error *err)
{
	struct enrol_request request;
	char answer[SYNC_PATH_BYTES];
	int code = enrol_read_request(&request, "stick/430599101201.XYR", err);

	if (!code)
		code = enrol_accept(app.store, &request, false, answer, err);
	return code ? code : file_copy(answer, "stick/ANSWER.XYA", err);
}

/* The township has a record of somebody whom the village sent too. */
static void link_twice(void)
{
	static const char *const values[][2] = { { "name", "王秀瑛" }, { "sex", "2" }, { "birth_date", "1955-03-08" },
		                                 { "id_number", "430599195503080025" } };
	const struct form *form = form_set_find(app.forms, "resident");
	struct change_field fields[4];
	struct error err = { 0 };

	for (int i = 0; i < 4; i++)
		fields[i] = (struct change_field){ .tag = form_tag(form, values[i][0]),
			                           .value = span_of(values[i][1], strlen(values[i][1])) };
	const struct change change = { .form = "resident", .fields = fields, .n_fields = 4 };
	ok(!store_save(app.store, &change, 1, NULL, &err), "the same person once more");
	snapshot_keys(&app, "F4 2");
	app_draw(&app);
	ok(snapshot_matches("checks-duplicates-zh"), "screen checks-duplicates-zh");
	snapshot_keys(&app, "Enter");
	app_draw(&app);
	ok(snapshot_matches("checks-one-person-zh"), "screen checks-one-person-zh");
	snapshot_keys(&app, "1 Enter");
	ok(snapshot_has("已认定为同一人"), "they are linked");
	ok(snapshot_has("没有像是重复建档的人"), "and not proposed again");
	snapshot_keys(&app, "Esc");
	for (int i = 0; i < 10 && app.depth > 1; i++)
		snapshot_keys(&app, "Esc");
	snapshot_keys(&app, "2 'wxy' Down Enter");
	app_draw(&app);
	ok(snapshot_matches("resident-linked-zh"), "screen resident-linked-zh");
	rid_t moved = app.recent[0];
	ok(!care_move(app.store, moved, "430599101202", "嫁到乙村", &err), "she moves to another village");
	snapshot_keys(&app, "Esc Esc Esc 2 'wxy' Down Enter");
	app_draw(&app);
	ok(snapshot_matches("resident-moved-zh"), "screen resident-moved-zh");
}

int main(void)
{
	char cwd[4096];
	struct term_options terminal = { .theme = THEME_DARK, .type = "xterm-256color", .rows = 24,
		                         .cols = 80 };
	char *srcdir = realpath(getenv("srcdir") ? getenv("srcdir") : ".", NULL);
	struct error err = { 0 };

	if (!srcdir || !getcwd(cwd, sizeof(cwd)) || chdir(scratch_begin()) || mkdir("stick", 0700))
		return 99;
	setenv("srcdir", srcdir, 1);
	free(srcdir);
	setenv("XIANGYI_TODAY", "2026-11-22", 1);
	unsetenv("NO_COLOR");
	i18n_init("zh");
	terminal.out = fopen("/dev/null", "w");
	if (fixture_make("village", &err) || fixture_make_township("township", &err) ||
	    term_start(&terminal, &err)) {
		printf("Bail out! %s\n", err.text);
		return 99;
	}

	make_system();
	enter("village");
	on_stick("1");
	ok(snapshot_has("没有送出"), "before joining nothing is sent, and the screen says so");
	on_stick("3");
	ok(snapshot_has("申请已写好"), "the request is on the stick");
	app_stop(&app);

	enter("township");
	snapshot_keys(&app, "5");
	ok(snapshot_matches("township-empty-zh"), "screen township-empty-zh");
	if (!ok(!enrol(&err), "the township takes the request"))
		printf("# %s\n", err.text);
	app_stop(&app);

	enter("village");
	on_stick("2");
	ok(snapshot_has("核对词要对一遍"), "the words are shown before anything is taken over");
	snapshot_keys(&app, "n");
	ok(snapshot_has("没有归入"), "without comparing nothing is changed");
	on_stick("2");
	snapshot_keys(&app, "y");
	ok(snapshot_has("本室已归入示范镇卫生院"), "the answer makes the clinic a member");
	snapshot_keys(&app, "Esc");
	plug("stick", NULL);
	snapshot_keys(&app, "3");
	ok(snapshot_has("村室U盘") && snapshot_has("，共 "), "the stick is found, with its size and free space");
	snapshot_keys(&app, "Home Enter 1");
	ok(snapshot_has("已写入并核对"), "the bundle is written and verified");
	ok(snapshot_has("可以拔下 U 盘了"), "and the stick may be removed");
	plug(NULL, NULL);
	app_stop(&app);

	enter("township");
	on_stick("1");
	ok(snapshot_has("1 个文件，0 个未收"), "the township merges one file");
	snapshot_keys(&app, "Esc 5");
	ok(snapshot_matches("township-zh"), "screen township-zh");
	link_twice();
	app_stop(&app);

	enter("village");
	on_stick("2");
	ok(snapshot_has("的回执：已收"), "the receipt is read");
	ok(snapshot_matches("sync-receipt-zh"), "screen sync-receipt-zh");
	snapshot_keys(&app, "Esc");
	on_stick("1");
	ok(snapshot_has("没有要送的"), "then nothing is left to send");
	ok(!snapshot_has("可以拔下"), "and of a folder it is not said that it may be removed");
	plug("/proc", "/sys");
	ok(!sync_set_host(app.store, "township.example", &err), "a host is known");
	snapshot_keys(&app, "Esc 3 Home Down Down");
	ok(snapshot_matches("sync-sticks-zh"), "screen sync-sticks-zh");
	setenv("XIANGYI_SSH", "/nonexistent", 1);
	struct change_field phone = { .tag = 22, .kind = ENTRY_TEXT, .value = span_of("13900000001", 11) };
	struct change change = { .form = "resident", .fields = &phone, .n_fields = 1 };
	rid_t saved = 0;
	ok(!store_save(app.store, &change, 1, &saved, &err), "something new is recorded");
	snapshot_keys(&app, "Enter 1");
	ok(snapshot_has("没有送出：/nonexistent 启动不了"), "a line that cannot be had says so");
	app_stop(&app);

	term_stop();
	fclose(terminal.out);
	ok(!chdir(cwd) && !file_remove_tree(scratch_dir, &err), "the folder is removed");
	return done_testing();
}
