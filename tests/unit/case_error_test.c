// SPDX-License-Identifier: GPL-2.0-only
/* What is no case: every error of the text with its line, and every field out of its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>

#include "case/case.h"
#include "case/schema.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"

/* Errors, each with its line. What follows the texts here are lists made from the tables. */
static const struct {
	const char *text, *why;
} errors[] = {
	{ "", "t:1: no [case] section" },
	{ "\n# nothing\n\n", "t:3: no [case] section" },
	{ "[worker]\ncount = 2\n", "t:2: no [case] section" },
	{ "name = x\n[case]\n", "t:1: key before the first section; start with [case]" },
	{ "[case]\n\n[wrker]\n", "t:3: unknown section 'wrker'; sections: case, worker, signal" },
	{ "[Case]\n", "t:1: unknown section 'Case'" },
	{ "[case ]\n", "t:1: unknown section 'case '" },
	{ "[case]\n[pressure]\n", "t:2: unknown pressure ''; kinds: " },
	{ "[case]\n[pressure foo]\n", "t:2: unknown pressure 'foo'; kinds: vector-process, " },
	{ "[case]\n[pressures]\n", "t:2: unknown section 'pressures'" },
	{ "[case\n", "t:1: section header without ']'" },
	{ "[case] name = x\n", "t:1: text after the section header" },
	{ "[case];\n", "t:1: text after the section header" },
	{ "[case]\n[stack]\n# x\n[stack]\n", "t:4: [stack] again, after line 2" },
	{ "[case]\n[case]\n", "t:2: [case] again, after line 1" },
	{ "[case]\n[pressure yield]\n[pressure  yield]\n",
	  "t:3: [pressure yield] again, after line 2" },
	{ "[case]\nname = x\n\nname = x\n", "t:4: name again, after line 2" },
	{ "[case]\nfoo = 1\n",
	  "t:2: 'foo' is not a key of [case]; keys: name, duration_ms, signals, seed" },
	{ "[case]\n[worker]\ndelay_us = 1\n",
	  "t:3: 'delay_us' is not a key of [worker] but of [signal]" },
	{ "[case]\n[handler]\nhold_us = 1\n",
	  "t:3: 'hold_us' is not a key of [handler] but of [worker], [stack]; keys: action" },
	{ "[case]\nname\n", "t:2: neither key = value nor [section]" },
	{ "[case]\nname = x\n  y\n", "t:3: neither key = value nor [section]" },
	{ "[case]\nname = \n", "t:2: [case] name: '' is not 1 to 47 of a-z" },
	{ "[case]\nname = -x\n", "t:2: [case] name: '-x' is not" },
	{ "[case]\nname = a/b\n", "t:2: [case] name: 'a/b' is not" },
	{ "[case]\nname = n23456789012345678901234567890123456789012345678\n",
	  "t:2: [case] name: 'n234567890123456789012345678901234567...' is not 1 to 47" },
	{ "[case]\nduration_ms = 0\n",
	  "t:2: [case] duration_ms: '0' is not a whole number from 1 to 86400000" },
	{ "[case]\nduration_ms = -1\n", "t:2: [case] duration_ms: '-1' is not" },
	{ "[case]\nduration_ms = 1s\n", "t:2: [case] duration_ms: '1s' is not" },
	{ "[case]\nduration_ms = 1 # s\n", "t:2: [case] duration_ms: '1 # s' is not" },
	{ "[case]\nduration_ms = 0x10\n", "t:2: [case] duration_ms: '0x10' is not" },
	{ "[case]\nseed = 4294967296\n",
	  "t:2: [case] seed: '4294967296' is not a whole number from 0 to 4294967295" },
	{ "[case]\nsignals = 18446744073709551617\n",
	  "t:2: [case] signals: '18446744073709551617' is not" },
	{ "[case]\n[worker]\ncount = 1000000000\n",
	  "t:3: [worker] count: '1000000000' is not a whole number from 1 to 64" },
	{ "[case]\n[worker]\ncpus = 5-2\n",
	  "t:3: [worker] cpus: '5-2' is neither auto nor a list" },
	{ "[case]\n[worker]\ncpus = 1024\n", "t:3: [worker] cpus: '1024' is neither" },
	{ "[case]\n[worker]\ncpus = 0,\n", "t:3: [worker] cpus: '0,' is neither" },
	{ "[case]\n[worker]\ncpus = 0-\n", "t:3: [worker] cpus: '0-' is neither" },
	{ "[case]\n[worker]\ncpus = 0 1\n", "t:3: [worker] cpus: '0 1' is neither" },
	{ "[case]\n[worker]\nregisters =\n",
	  "t:3: [worker] registers: '' is wrong here; use all, or names" },
	{ "[case]\n[worker]\nregisters = sse,xmm\n",
	  "t:3: [worker] registers: 'xmm' is wrong here" },
	{ "[case]\n[worker]\nregisters = sse,sse\n",
	  "t:3: [worker] registers: 'sse' is wrong here" },
	{ "[case]\n[worker]\nregisters = sse x87\n",
	  "t:3: [worker] registers: 'x87' is wrong here" },
	{ "[case]\n[worker]\nregisters = sse,all\n",
	  "t:3: [worker] registers: 'all' is wrong here" },
	{ "[case]\n[worker]\nregisters = none\n",
	  "t:3: [worker] registers: 'none' is wrong here; use all, or names" },
	{ "[case]\n[worker]\ninit =\n",
	  "t:3: [worker] init: '' is wrong here; use all, none, or names" },
	{ "[case]\n[worker]\ninit = none,avx\n", "t:3: [worker] init: 'none' is wrong here" },
	{ "[case]\n[worker]\ninit = avx,none\n", "t:3: [worker] init: 'none' is wrong here" },
	{ "[case]\n[worker]\ninit = avx,\n", "t:3: [worker] init: '' is wrong here" },
	{ "[case]\n[worker]\nvectors =\n",
	  "t:3: [worker] vectors: '' is neither all nor an ascending list such as 0,2-5" },
	{ "[case]\n[worker]\nvectors = none\n", "t:3: [worker] vectors: 'none' is neither" },
	{ "[case]\n[worker]\nvectors = 3-1\n", "t:3: [worker] vectors: '3-1' is neither" },
	{ "[case]\n[worker]\nvectors = 32\n", "t:3: [worker] vectors: '32' is neither" },
	{ "[case]\n[worker]\nvectors = 0-32\n", "t:3: [worker] vectors: '0-32' is neither" },
	{ "[case]\n[worker]\nvectors = 0,0\n", "t:3: [worker] vectors: '0,0' is neither" },
	{ "[case]\n[worker]\nvectors = 0-4,4\n", "t:3: [worker] vectors: '0-4,4' is neither" },
	{ "[case]\n[worker]\nvectors = 31,0\n", "t:3: [worker] vectors: '31,0' is neither" },
	{ "[case]\n[worker]\nvectors = 0-31,\n", "t:3: [worker] vectors: '0-31,' is neither" },
	{ "[case]\n[worker]\nvectors = ,1\n", "t:3: [worker] vectors: ',1' is neither" },
	{ "[case]\n[worker]\nvectors = 1,,2\n", "t:3: [worker] vectors: '1,,2' is neither" },
	{ "[case]\n[worker]\nvectors = 1-\n", "t:3: [worker] vectors: '1-' is neither" },
	{ "[case]\n[worker]\nvectors = -1\n", "t:3: [worker] vectors: '-1' is neither" },
	{ "[case]\n[worker]\nvectors = 1-2-3\n", "t:3: [worker] vectors: '1-2-3' is neither" },
	{ "[case]\n[worker]\nvectors = 0, 1\n", "t:3: [worker] vectors: '0, 1' is neither" },
	{ "[case]\n[worker]\nvectors = 0,all\n", "t:3: [worker] vectors: '0,all' is neither" },
	{ "[case]\n[worker]\nvectors = 0x1\n", "t:3: [worker] vectors: '0x1' is neither" },
	{ "[case]\n[worker]\nvectors = 4294967296\n",
	  "t:3: [worker] vectors: '4294967296' is neither" },
	{ "[case]\n[worker]\nhold = no-row\n",
	  "t:3: [worker] hold: 'no-row' is not one of: spin, yield" },
	{ "[case]\n[worker]\nhold = spin;x\n",
	  "t:3: [worker] hold: 'spin;x' is not one of: spin, yield" },
	{ "[case]\n[signal]\nsource = nosuch\n",
	  "t:3: [signal] source: 'nosuch' is not one of: tgkill-self, " },
	{ "[case]\n[signal]\nplace = l3\n",
	  "t:3: [signal] place: tgkill-self has no sender; leave the key out, or choose an entry "
	  "that has: tgkill-peer" },
	{ "[case]\n[handler]\naction = Return\n",
	  "t:3: [handler] action: 'Return' is not one of: return, clobber, nest, yield" },
	{ "[case]\n[handler]\naction =\n", "t:3: [handler] action: '' is not one of: return" },
	{ "[case]\n[handler]\nabi = x32\n",
	  "t:3: [handler] abi: 'x32' is not one of: x86-64, ia32, ia32-rt" },
	{ "[case]\n[handler]\naction = nest\ndepth = 0\n",
	  "t:4: [handler] depth: '0' is not a whole number from 1 to 4" },
	{ "[case]\n[handler]\naction = nest\ndepth = 5\n", "t:4: [handler] depth: '5' is not" },
	{ "[case]\n[handler]\ndepth = 5\naction = fork\n", "t:3: [handler] depth: '5' is not" },
	{ "[case]\n[handler]\ndepth = 1\n",
	  "t:3: [handler] depth: return has no depth; leave the key out, or choose an entry that "
	  "has: nest" },
	{ "[case]\n[handler]\ndepth = 2\naction = clobber\n",
	  "t:3: [handler] depth: clobber has no depth" },
	{ "[case]\n[stack]\nmissing = none\n",
	  "t:3: [stack] missing: 'none' is not one of: all, lower, upper" },
	{ "[case]\n[stack]\nrestore = both\n",
	  "t:3: [stack] restore: 'both' is not one of: all, lower, upper, none" },
	{ "[case]\n[stack]\nrestore = none\n",
	  "t:3: [stack] restore: none has no pages whose contents survive and whose reading "
	  "faults; leave the key out" },
	{ "[case]\n[stack]\nfault = remap\nboundary = 64\nrestore = lower\n",
	  "t:5: [stack] restore: remap has no pages whose contents survive" },
	{ "[case]\n[stack]\nboundary = 65\n",
	  "t:3: [stack] boundary: '65' is neither none nor a multiple of 64 from -128 to 16320" },
	{ "[case]\n[stack]\nboundary = -192\n", "t:3: [stack] boundary: '-192' is neither" },
	{ "[case]\n[stack]\nboundary = -65\n", "t:3: [stack] boundary: '-65' is neither" },
	{ "[case]\n[stack]\nboundary = -0\n", "t:3: [stack] boundary: '-0' is neither" },
	{ "[case]\n[stack]\nboundary = -none\n", "t:3: [stack] boundary: '-none' is neither" },
	{ "[case]\n[stack]\nboundary = 16384\n", "t:3: [stack] boundary: '16384' is neither" },
	{ "[case]\n[stack]\nboundary = 4294967295\n",
	  "t:3: [stack] boundary: '4294967295' is neither" },
	{ "[case]\n[stack]\nmissing = lower\nfault = remap\n",
	  "t:3: [stack] missing: lower is a side of the boundary; set boundary" },
	{ "[case]\n[stack]\nboundary = 64\nmissing = upper\n",
	  "t:4: [stack] missing: fault = none takes no page away" },
	{ "[case]\n[stack]\nhold_us = 2000\nfault = dontneed\n",
	  "t:3: [stack] hold_us: dontneed has no resolver; leave the key out, or choose an entry "
	  "that has: uffd-missing" },
	{ "[case]\n[stack]\nresolver_place = l3\n",
	  "t:3: [stack] resolver_place: none has no resolver" },
	{ "[case]\n[pressure yield]\nregisters = sse\n",
	  "t:3: [pressure yield] registers: yield has no registers; leave the key out, or choose "
	  "an entry that has: vector-process, vector-thread" },
	{ "[case]\n[pressure migrate]\nhold = spin\n",
	  "t:3: [pressure migrate] hold: migrate has no registers" },
	{ "[case]\n[pressure vector-thread]\ncount = 65\n",
	  "t:3: [pressure vector-thread] count: '65' is not" },
	{ "[case]\nname = \xff\n", "t:2: byte 0xff in column 8 is no text" },
	{ "[case]\n# \xed\xa0\x80\n", "t:2: byte 0xed in column 3 is no text" },
	{ "[case]\n# \xc0\xaf\n", "t:2: byte 0xc0 in column 3 is no text" },
	{ "[case]\n# \xe0\x82\xb0\n", "t:2: byte 0xe0 in column 3 is no text" },
	{ "[case]\n# \xf0\x82\x82\xac\n", "t:2: byte 0xf0 in column 3 is no text" },
	{ "[case]\n# \xc2\x9b\n", "t:2: byte 0xc2 in column 3 is no text" },
	{ "[case]\n# \xf4\x90\x80\x80\n", "t:2: byte 0xf4 in column 3 is no text" },
	{ "[case]\n# \xc3", "t:2: byte 0xc3 in column 3 is no text" },
	{ "[case]\n\x1b[2J\n", "t:2: byte 0x1b in column 1 is no text" },
	{ "[case]\rname = x\n", "t:1: byte 0x0d in column 7 is no text" },
	{ "[case]\nn\xc3\xa9 = x\n", "t:2: 'n\?\?' is not a key of [case]" },
};

static void assert_error(const char *text, size_t bytes, const char *want)
{
	char why[XS_WHY_BYTES] = "";
	struct xs_case c;

	assert_int_equal(xs_case_parse(&c, text, bytes, "t", why), -EINVAL);
	if (strncmp(why, want, strlen(want)) != 0)
		fail_msg("\"%s\"\nis not \"%s\"", why, want);
}

static void test_errors(void **unused)
{
	static const char nul[] = "[case]\nname = a\0b\n";
	char *big = test_malloc(XS_CASE_TEXT_MAX + 1);
	char line[XS_CASE_LINE_MAX + 32];
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		assert_error(errors[i].text, strlen(errors[i].text), errors[i].why);
	assert_error(nul, sizeof(nul) - 1, "t:2: byte 0x00 in column 9 is no text");
	snprintf(line, sizeof(line), "[case]\n#%0*d", (int)XS_CASE_LINE_MAX, 0);
	assert_error(line, strlen(line), "t:2: line of 161 bytes, at most 160");
	memset(big, '\n', XS_CASE_TEXT_MAX + 1);
	assert_error(big, XS_CASE_TEXT_MAX + 1, "t:1: more than 16384 bytes");
	big[XS_CASE_TEXT_MAX - 1] = 'x';
	assert_error(big, XS_CASE_TEXT_MAX, "t:16384: neither key = value nor [section]");
	test_free(big);
}

/* A side of the boundary needs one: which methods take "restore" is the table's. */
static void test_restore(void **unused)
{
	static const char *const sides[] = { "lower", "upper" };
	char text[200], want[200], why[XS_WHY_BYTES] = "";
	struct xs_str reason = xs_str_open(why, sizeof(why));
	struct xs_case c;

	(void)unused;
	for (unsigned int row = 0; row < XS_STACKS; row++) {
		if (!(xs_flags(XS_AXIS_STACK, row) & XS_STACK_RESTORES))
			continue;
		for (unsigned int i = 0; i < 2; i++) {
			snprintf(text, sizeof(text), "[case]\n[stack]\nrestore = %s\nfault = %s\n",
				 sides[i], xs_name(XS_AXIS_STACK, row));
			snprintf(want, sizeof(want),
				 "t:3: [stack] restore: %s is a side of the boundary", sides[i]);
			assert_error(text, strlen(text), want);
		}
	}
	/* The check itself, whatever the table has. */
	xs_case_default(&c);
	c.restore = XS_MISSING_UPPER;
	assert_string_equal(xs_missing_check(&c, &reason)->name, "restore");
	assert_string_equal(why, "upper is a side of the boundary; set boundary, or restore = all");
	c.boundary = 0;
	assert_null(xs_missing_check(&c, &reason));
	c.boundary = XS_BOUNDARY_NONE;
	c.restore = XS_MISSING_ALL;
	assert_null(xs_missing_check(&c, &reason));
}

static void assert_refused(const struct xs_case *c, const char *title)
{
	char why[XS_WHY_BYTES] = "";

	assert_int_equal(xs_case_valid(c, NULL), -EINVAL);
	assert_int_equal(xs_case_valid(c, why), -EINVAL);
	if (strncmp(why, title, strlen(title)) != 0)
		fail_msg("\"%s\"\nis not \"%s\"", why, title);
}

/* A valid case @good with @change made to it, as "c", is not valid. */
#define REFUSED(title, change)                                                                     \
	do {                                                                                       \
		struct xs_case c;                                                                  \
                                                                                                   \
		memcpy(&c, &good, sizeof(c));                                                      \
		change;                                                                            \
		assert_refused(&c, title);                                                         \
	} while (0)

/* Fields that no text can say. */
static void test_valid(void **unused)
{
	struct xs_case good;

	(void)unused;
	xs_case_default(&good);
	assert_int_equal(xs_case_valid(&good, NULL), 0);
	REFUSED("[case] name: ''", c.name[0] = '\0');
	REFUSED("[case] name: 'case'", c.name[10] = 'x');
	REFUSED("[case] name: 'nnn", memset(c.name, 'n', sizeof(c.name)));
	REFUSED("[case] duration_ms: '0'", c.duration_ms = 0);
	REFUSED("[case] signals: ", c.signals = XS_SIGNALS_MAX + 1);
	REFUSED("[worker] count: '1000000000'", c.workers = 1000000000);
	REFUSED("[worker] cpus: 'x'", strcpy(c.cpus, "x"));
	REFUSED("[worker] registers: '0x0'", c.registers = 0);
	REFUSED("[worker] registers: '0x", c.registers |= 1u << XS_STATES);
	REFUSED("[worker] init: '0x", c.init = 1u << XS_STATES);
	REFUSED("[worker] vectors: '0x0' is neither", c.vectors = 0);
	REFUSED("[worker] hold: '", c.hold = XS_HOLDS);
	REFUSED("[signal] source: ", c.signal = XS_SIGNALS);
	REFUSED("[signal] place: tgkill-self has no sender", c.signal_place = XS_PLACE_SMT);
}

static void test_valid_handler_and_stack(void **unused)
{
	struct xs_case good;
	char title[40];

	(void)unused;
	xs_case_default(&good);
	snprintf(title, sizeof(title), "[handler] action: '%d'", XS_HANDLERS);
	REFUSED(title, c.handler = XS_HANDLERS);
	REFUSED("[handler] action: '255'", c.handler = UINT8_MAX);
	REFUSED("[handler] abi: '3' is not one of: x86-64", c.abi = XS_ABIS);
	REFUSED("[handler] depth: return has no depth", c.depth = 2);
	REFUSED("[handler] depth: return has no depth", c.depth = 0);
	REFUSED("[handler] depth: '0'", (c.handler = XS_HANDLER_nest, c.depth = 0));
	REFUSED("[handler] depth: '5'", (c.handler = XS_HANDLER_nest, c.depth = XS_DEPTH_MAX + 1));
	REFUSED("[stack] fault: ", c.fault = XS_STACKS);
	REFUSED("[stack] boundary: '100'", c.boundary = 100);
	REFUSED("[stack] hold_us: none has no resolver", c.fault_hold_us = 1);
	REFUSED("[stack] missing: fault = none", c.missing = XS_MISSING_LOWER);
	REFUSED("[stack] missing: lower is a side",
		(c.missing = XS_MISSING_LOWER, c.fault = XS_STACK_remap));
	REFUSED("[stack] missing: '3' is not one of: all",
		(c.missing = XS_MISSING_NONE, c.fault = XS_STACK_remap));
	REFUSED("[stack] restore: none has no pages", c.restore = XS_MISSING_ALL);
	REFUSED("[stack] restore: none has no pages", c.restore = XS_MISSINGS);
	for (uint32_t row = 0; row < XS_STACKS; row++) {
		if (!(xs_flags(XS_AXIS_STACK, row) & XS_STACK_RESTORES))
			continue;
		REFUSED("[stack] restore: '4'", (c.fault = (uint8_t)row, c.restore = XS_MISSINGS));
		REFUSED("[stack] restore: upper is a side",
			(c.fault = (uint8_t)row, c.restore = XS_MISSING_UPPER));
	}
}

static void test_valid_pressures(void **unused)
{
	struct xs_case good;

	(void)unused;
	xs_case_default(&good);
	REFUSED("5 pressures, at most 4", c.pressures = 5);
	REFUSED("pressure 0 is not in use", c.pressure[0].count = 1);
	REFUSED("pressure 0: no kind", (c.pressures = 1, c.pressure[0].kind = XS_PRESSURES));
	xs_case_pressure_default(&good.pressure[0], XS_PRESSURE_vector_process);
	xs_case_pressure_default(&good.pressure[1], XS_PRESSURE_yield);
	good.pressures = 2;
	assert_int_equal(xs_case_valid(&good, NULL), 0);
	REFUSED("[pressure vector-process] registers: '0x0'", c.pressure[0].registers = 0);
	REFUSED("[pressure yield] registers: yield has no", c.pressure[1].registers = 1);
	REFUSED("[pressure vector-process]: kinds do not ascend",
		memcpy(&c.pressure[1], &c.pressure[0], sizeof(c.pressure[0])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_restore),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_valid_handler_and_stack),
		cmocka_unit_test(test_valid_pressures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
