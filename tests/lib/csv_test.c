/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/csv.h"

#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/file.h"
#include "tests/tap.h"

static struct arena arena = ARENA_INIT;

static int parse(struct csv_table *table, const char *text, struct error *err)
{
	return csv_read_bytes(table, "t.csv", text, strlen(text), &arena, err);
}

/* A table as one line: "line:cell|cell;..." */
static const char *shown(const struct csv_table *table)
{
	static struct buf buf;

	buf_clear(&buf);
	for (size_t i = 0; i < table->n_rows; i++) {
		buf_printf(&buf, "%s%zu:", i ? ";" : "", table->rows[i].line);
		for (size_t k = 0; k < table->rows[i].n; k++)
			buf_printf(&buf, "%s%s", k ? "|" : "", table->rows[i].cells[k]);
	}
	return buf_text(&buf);
}

static void test_shapes(void)
{
	static const struct {
		const char *text, *shown, *name;
	} cases[] = {
		{ "a,b\n1,2\n", "1:a|b;2:1|2", "plain" },
		{ "a,b\r\n1,2\r\n", "1:a|b;2:1|2", "CRLF" },
		{ "a,b\r1,2", "1:a|b;2:1|2", "CR" },
		{ "a,b\n1,2", "1:a|b;2:1|2", "no newline at the end" },
		{ "\xEF\xBB\xBF" "a,b\n", "1:a|b", "BOM" },
		{ "\xEF\xBB\xBF" "\"a\",b\n", "1:a|b", "BOM before a quote" },
		{ "a\n\n \n\nb\n", "1:a;5:b", "empty lines are left out" },
		{ "\"x\ny\",2\nb\n", "1:x\ny|2;3:b", "a newline in a cell" },
		{ "\"x\r\n\r\ny\",2\r\nb\r\n", "1:x\r\n\r\ny|2;4:b", "CRLF and an empty line in a cell" },
		{ "\"\n\",\"\n\n\"\n\nc\n\"\n\"\nd", "1:\n|\n\n;6:c;7:\n;9:d", "many of them" },
		{ "\"a\"\"b\",\"\"\n", "1:a\"b|", "quotes" },
		{ ",,\n", "1:||", "empty cells" },
		{ "\"\"\n", "1:", "one empty quoted cell is a row" },
		{ " a , \" b \" ,c\n", "1:a| b |c", "spaces around" },
		{ "姓名,年龄\n张三,63\n", "1:姓名|年龄;2:张三|63", "Chinese" },
		{ "", "", "nothing" },
		{ "\xEF\xBB\xBF", "", "only a BOM" },
		{ "\n\r\n", "", "only newlines" },
	};
	struct csv_table table;
	struct error err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		is(parse(&table, cases[i].text, &err), 0, cases[i].name);
		is_text(shown(&table), cases[i].shown, "its rows");
	}
}

static void test_errors(void)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "a\n\nb,\"c\nd\n", "line 3" },
		{ "a\nb,5'6\"\n", "line 2" },
		{ "a\n\n\"b\"c\n", "line 3" },
		{ "甲乙丙丁戊己庚辛壬癸\n甲\xFF乙\n", "line 2" },
		{ "\xEF\xBB\xBF" "a\n\n\xD6\xD0\n", "line 3" },
		{ "a\n\xD6\xD0\xFF\xFF\n", "line 2" },
	};
	struct csv_table table;
	struct error err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		is(parse(&table, cases[i].text, &err), ERR_INVALID, "a bad table is refused");
		ok(strstr(err.text, "t.csv: ") && strstr(err.text, cases[i].part), "%s", err.text);
	}
	is(csv_read_bytes(&table, "t", "a\nb\0c", 5, &arena, &err), ERR_INVALID, "a NUL is no text");
	is(csv_read_bytes(&table, "t", "\xFF\xFE" "a\0,\0", 6, &arena, &err), ERR_INVALID, "nor is UTF-16");
	is(csv_read_file(&table, "/no/such", &arena, &err), ERR_NOTFOUND, "no such file");
	is(csv_read_bytes(&table, "t", "", (64u << 20) + 1, &arena, &err), ERR_LIMIT, "too large");
}

static void test_gb18030(void)
{
	/* A rare character (U+20BB7) takes four bytes. */
	char text[] = "姓名,村\r\n𠮷一,甲村\r\n", bytes[200], *in = text, *out = bytes;
	size_t in_left = sizeof text - 1, out_left = sizeof bytes;
	iconv_t converter = iconv_open("GB18030", "UTF-8");
	struct csv_table table;
	struct error err;

	ok(converter != (iconv_t)-1 && iconv(converter, &in, &in_left, &out, &out_left) == 0,
	   "a table as Excel saves it");
	iconv_close(converter);
	is(csv_read_bytes(&table, "t", bytes, sizeof bytes - out_left, &arena, &err), 0, "GB18030");
	is_text(shown(&table), "1:姓名|村;2:𠮷一|甲村", "reads as the same");
	is(csv_find(&table.rows[0], "村"), 1, "find a column");
	is(csv_find(&table.rows[0], "组"), -1, "or not");
	is(csv_read_bytes(&table, "t", "\xC4\xA3\xC4\xA3,1\n", 7, &arena, &err), 0,
	   "bytes that are valid UTF-8 are UTF-8");
	is_text(table.rows[0].cells[0], "ģģ", "as they say");
}

static char *written(const char *const cells[], size_t n, bool safe)
{
	static char text[1000];
	FILE *file = fmemopen(text, sizeof text, "w");

	csv_write_row(file, cells, n, safe);
	fclose(file);
	return text;
}

static void test_write(void)
{
	static const char *const plain[] = { "a", "", NULL, "b c" };
	static const char *const hard[] = { "x,y", "say \"hi\"", "two\nlines", " edge", "\r" };
	static const char *const formulas[] = { "=1+1", "+86 10", "-5.5", "@a", "-", "+1", "=", "12-3" };
	static const char *const guarded[] = { "'=1", "'quoted'", "'-5", "'" };
	static const char *const none[] = { "" };
	struct csv_table table;
	struct error err;
	bool same;

	is_text(written(plain, 4, true), "a,,,b c\n", "plain cells");
	is_text(written(hard, 5, true), "\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\",\" edge\",\"'\r\"\n",
		"quoted where needed");
	is_text(written(formulas, 8, true), "'=1+1,'+86 10,-5.5,'@a,'-,+1,'=,12-3\n", "formulas are tamed");
	is_text(written(formulas, 8, false), "=1+1,+86 10,-5.5,@a,-,+1,=,12-3\n", "unless it is data");
	is_text(written(guarded, 4, true), "''=1,'quoted',''-5,'\n", "what looks tamed is tamed once more");
	ok(csv_is_guarded("'=1") && csv_is_guarded("''-5") && !csv_is_guarded("=1") && !csv_is_guarded("'a") &&
	   !csv_is_guarded(""), "and known by it");
	is_text(written(none, 1, true), "\"\"\n", "an empty cell is a row");
	is(parse(&table, written(hard, 5, false), &err), 0, "what we write we read");
	same = table.n_rows == 1 && table.rows[0].n == 5;
	for (int i = 0; same && i < 5; i++)
		same = !strcmp(table.rows[0].cells[i], hard[i]);
	ok(same, "as it was");
}

/* Random cells, written, read back, and their lines counted by hand. */
static void test_round_trips(void)
{
	static const char *const pieces[] = { "a", ",", "\"", "\n", "\r\n", " ", "\t", "医", "", "1" };
	bool same = true, lines = true;
	uint32_t seed = 12345;

	for (int turn = 0; turn < 2000; turn++) {
		static char cells[4][3][64], text[4000];
		FILE *file = fmemopen(text, sizeof text, "w");
		size_t line[4], breaks = 1;
		struct csv_table table;
		struct error err;

		for (int row = 0; row < 4; row++) {
			const char *const row_cells[] = { cells[row][0], cells[row][1], cells[row][2] };

			line[row] = breaks++;
			for (int i = 0; i < 3; i++) {
				cells[row][i][0] = '\0';
				for (int k = 0; k < 6; k++) {
					const char *piece;

					seed = seed * 1664525 + 1013904223;
					piece = pieces[(seed >> 20) % 10];
					breaks += strchr(piece, '\n') != NULL;
					strcat(cells[row][i], piece);
				}
			}
			csv_write_row(file, row_cells, 3, false);
		}
		fclose(file);
		same &= parse(&table, text, &err) == 0 && table.n_rows == 4;
		for (size_t row = 0; same && row < 4; row++) {
			lines &= table.rows[row].line == line[row];
			same &= table.rows[row].n == 3;
			for (size_t i = 0; same && i < 3; i++)
				same &= !strcmp(table.rows[row].cells[i], cells[row][i]);
		}
		arena_reset(&arena);
	}
	ok(same, "random cells come back");
	ok(lines, "with the lines that their rows begin on");
}

static void test_file(void)
{
	const char *base = getenv("TMPDIR");
	char path[600];
	struct csv_table table;
	struct error err;
	int fd;

	snprintf(path, sizeof path, "%s/xy-csv-XXXXXX", base && *base ? base : "/tmp");
	fd = mkstemp(path);
	ok(fd >= 0 && write(fd, "a,b\n", 4) == 4, "a file");
	close(fd);
	is(csv_read_file(&table, path, &arena, &err), 0, "is read");
	ok(table.n_rows == 1 && !strcmp(table.path, path), "with its path");
	unlink(path);
}

int main(void)
{
	test_shapes();
	test_errors();
	test_gb18030();
	test_write();
	test_round_trips();
	test_file();
	arena_free(&arena);
	return done_testing();
}
