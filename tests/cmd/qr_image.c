/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Half blocks from standard input as a PGM image on standard output, as a camera would see the screen. */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"

enum { SIDE = 400, SCALE = 4 };

int main(void)
{
	static char light[2 * SIDE][SIDE]; /* modules */
	char line[8 * SIDE];
	int rows = 0, columns = 0;
	while (rows < SIDE && fgets(line, sizeof(line), stdin)) {
		uint32_t cp;
		size_t n;
		int x = 0;
		for (const char *c = line; (n = utf8_next(c, &cp)) && cp != '\n' && x < SIDE; c += n, x++) {
			light[2 * rows][x] = cp == 0x2580 || cp == 0x2588;
			light[2 * rows + 1][x] = cp == 0x2584 || cp == 0x2588;
		}
		columns = x > columns ? x : columns;
		rows++;
	}
	/* a dark edge all around, as the rest of a screen */
	printf("P5\n%d %d\n255\n", (columns + 4) * SCALE, (2 * rows + 4) * SCALE);
	for (int y = 0; y < (2 * rows + 4) * SCALE; y++)
		for (int x = 0; x < (columns + 4) * SCALE; x++) {
			int my = y / SCALE - 2, mx = x / SCALE - 2;
			bool lit = my >= 0 && mx >= 0 && my < 2 * rows && mx < columns && light[my][mx];
			putchar(lit ? 255 : 0);
		}
	return 0;
}
