// SPDX-License-Identifier: GPL-2.0-only
/* xsavage list: every entry of the five axes, and why it is missing here. */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "case/case.h"
#include "cmd/cmd.h"
#include "handler/handler.h"
#include "pressure/pressure.h"
#include "report/triage.h"
#include "signal/signal.h"
#include "stack/stack.h"
#include "state/state.h"
#include "worker/compat.h"

static const struct argp argp = {
	.doc = "Lists what cases are made of: register classes, handler actions, frames, signal "
	       "sources, stack-fault methods and pressure kinds, each with what it is and whether "
	       "it works here.\v"
	       "The names are those that case files use.",
};

/* @why is left empty for the next line. */
static void line(const char *name, const char *summary, int rc, char *why)
{
	printf("  %-16s %-4s %s\n", name, rc ? "no" : "yes", summary);
	if (rc)
		printf("  %-16s      (%s)\n", "", why[0] ? why : strerror(-rc));
	why[0] = '\0';
}

static void states(const struct xs_cpu *cpu)
{
	char why[XS_WHY_BYTES] = "";

	puts("Register classes ([worker] and [pressure] registers):");
	for (unsigned int i = 0; i < XS_STATES; i++)
		line(xs_states[i].name, xs_states[i].summary, xs_state_supported(i, cpu, why), why);
	if (xs_state_undriven(cpu)) {
		printf("  components of XCR0 that no class has:");
		xs_triage_components(stdout, xs_state_undriven(cpu));
		putchar('\n');
	}
}

static void handlers(const struct xs_cpu *cpu)
{
	char why[XS_WHY_BYTES] = "";

	puts("\nHandler actions ([handler] action):");
	for (unsigned int i = 0; i < XS_HANDLERS; i++) {
		const struct xs_handler_action *a = xs_handlers[i];

		line(a->name, a->summary, a->supported ? a->supported(cpu, why) : 0, why);
	}
	puts("\nFrames ([handler] abi):");
	line(xs_abi_names[XS_ABI_X86_64], "64-bit frames", 0, why);
	line(xs_abi_names[XS_ABI_IA32], "32-bit frames, left by sigreturn()",
	     xs_compat_supported(why), why);
	line(xs_abi_names[XS_ABI_IA32_RT], "32-bit frames with siginfo, left by rt_sigreturn()",
	     xs_compat_supported(why), why);
}

/* The axes whose supported() needs no CPU. */
#define LIST_AXIS(title, rows, count)                                                              \
	do {                                                                                       \
		char why[XS_WHY_BYTES] = "";                                                       \
		puts("\n" title);                                                                  \
		for (unsigned int i = 0; i < (count); i++)                                         \
			line((rows)[i]->name, (rows)[i]->summary,                                  \
			     (rows)[i]->supported ? (rows)[i]->supported(why) : 0, why);           \
	} while (0)

int xs_cmd_list(int argc, char **argv)
{
	struct xs_cpu cpu;

	if (argp_parse(&argp, argc, argv, 0, NULL, NULL))
		return 2;
	xs_cpu_read(&cpu);
	states(&cpu);
	handlers(&cpu);
	LIST_AXIS("Signal sources ([signal] source):", xs_signals, XS_SIGNALS);
	LIST_AXIS("Stack-fault methods ([stack] fault):", xs_stacks, XS_STACKS);
	LIST_AXIS("Pressure kinds ([pressure KIND]):", xs_pressures, XS_PRESSURES);
	return 0;
}
