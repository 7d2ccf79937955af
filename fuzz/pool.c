// SPDX-License-Identifier: GPL-2.0-only
/* libFuzzer target for pool's reader: any bytes give a report, which can be printed, or an error.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/pool.h"

/* What is printed is looked at by nobody but the sanitizers. */
static void print_all(const struct xs_pool *p)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return;
	xs_pool_ktap(f, p);
	xs_pool_html(f, p);
	xs_pool_json(f, p, "0");
	fclose(f);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xs_reader r = { .file = "FILE" };
	char why[XS_WHY_BYTES];
	struct xs_pool p;

	if (xs_pool_open(&p, NULL, why))
		abort();
	if (!xs_pool_add(&p, &r, (const char *)data, size)) {
		xs_pool_conclude(&p);
		print_all(&p);
	} else if (strncmp(r.why, "FILE:", 5) != 0) {
		abort(); /* an error that does not say where */
	}
	xs_pool_close(&p);
	return 0;
}
