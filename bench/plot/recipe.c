// SPDX-License-Identifier: GPL-2.0-only
/* The pictures: which benchmarks each shows, and how. */
#include "plot/plot.h"

const struct xs_recipe xs_recipes[] = {
	{ .id = "latency",
	  .title = "Signal delivery: latency",
	  .text = "Time of a signal; each step to the right is ten times rarer. A line that lies "
		  "higher at p50 costs "
		  "more each time, one that only rises on the right costs more now and then. "
		  "Dashed: no alternate stack.",
	  .pattern = "deliver/*/*/*/*",
	  .panel = "$3 in use, sender $5",
	  .series = "$2 $4",
	  .category = "$c",
	  .counters = { "p50", "p90", "p99", "p99.9", "p99.99", "max" },
	  .extra = { "p1", "p10", "faults" },
	  .unit = "ns",
	  .along = "percentile",
	  .lines = true },
	{ .id = "mitigate_signal",
	  .title = "Mitigations: cost of a signal",
	  .text = "Time of a signal whose stack was dropped before, with each mitigation: half of "
		  "the signals (p50) and all but "
		  "one "
		  "in a hundred (p99) being faster. Compare with the row \"none\": left of it is "
		  "cheaper, as a page that is present needs no fault.",
	  .pattern = "mitigate/signal/*",
	  .panel = "",
	  .series = "$c",
	  .category = "$3",
	  .counters = { "p50", "p99" },
	  .extra = { "p90", "p99.9", "max", "faults", "warm_p50", "warm_p99" },
	  .unit = "ns" },
	{ .id = "mitigate_setup",
	  .title = "Mitigations: one-time cost of a thread",
	  .text = "Time that a thread spends once to prepare its signal stack: what it has to earn "
		  "back by cheaper or safer signals.",
	  .pattern = "mitigate/setup/*",
	  .panel = "",
	  .series = "$c",
	  .category = "$3",
	  .counters = { "setup_ns", "setup_p99_ns" },
	  .extra = { "pages", "locked_pages", "process_us", "process_locked_pages" },
	  .unit = "ns" },
	{ .id = "mitigate_thread",
	  .title = "Mitigations: creation of a thread",
	  .text = "Time to create a thread with its signal stack prepared (thread_us) and with one "
		  "that is left as it is (bare_us), measured in turn. The distance between the two "
		  "points of a row "
		  "is what the mitigation adds.",
	  .pattern = "mitigate/thread/*",
	  .panel = "",
	  .series = "$c",
	  .category = "$3",
	  .counters = { "thread_us", "bare_us" },
	  .extra = { "ratio" },
	  .unit = "us" },
	{ .id = "mitigate_memcpy",
	  .title = "Mitigations: a vector memcpy under preemption signals",
	  .text = "Throughput of a copy that is interrupted at each rate, in percent of the same "
		  "copy left alone. Further left is slower; a mitigation is worth its cost where "
		  "its points lie right of those of \"none\".",
	  .pattern = "mitigate/memcpy/*/*",
	  .panel = "",
	  .series = "$4 signals/s",
	  .category = "$3",
	  .counters = { "percent" },
	  .extra = { "gb_per_s", "signals_per_s" },
	  .unit = "percent",
	  .linear = true },
	{ .id = "mitigate_limit",
	  .title = "Mitigations: threads until RLIMIT_MEMLOCK",
	  .text = "How many threads can prepare their signal stack until the kernel refuses "
		  "(ENOMEM), for each limit. A hollow point on the right met no limit in as many "
		  "threads as were tried.",
	  .pattern = "mitigate/limit/*/*",
	  .panel = "",
	  .series = "$4",
	  .category = "$3",
	  .counters = { "protected" },
	  .extra = { "faults", "faults_then" },
	  .unit = "threads" },
	{ .id = "effect",
	  .title = "Mitigations: effect",
	  .text = "Runs that hit per million signals on each kernel, with the 95 % interval. Left "
		  "is "
		  "better; a hollow point at 0 means that none was seen, and its bar ends at the "
		  "rate that this cannot rule out. Stack fresh: each signal is the first on a new "
		  "one; lost: its pages are taken away before each signal.",
	  .pattern = "effect/*/*/*",
	  .panel = "$2, stack $3",
	  .series = "$f",
	  .category = "$4",
	  .counters = { "hits_per_million" },
	  .rate = true,
	  .extra = { "signals", "faulted", "hits" },
	  .unit = "hits per million signals" },
	{ .id = "first",
	  .title = "Time to the first finding",
	  .text = "Time from start to first finding on each kernel: the median, and the bar from "
		  "the fastest run to the slowest. Left is better; a hollow point has runs that "
		  "found nothing until their limit.",
	  .pattern = "first/*/*",
	  .panel = "$2",
	  .series = "$3",
	  .category = "$f",
	  .counters = { "median_s" },
	  .low = "least_s",
	  .high = "most_s",
	  .extra = { "found", "runs" },
	  .unit = "s",
	  .found = true },
	{ .id = "plant",
	  .title = "Time from a corruption to its verdict",
	  .text = "Time from a planted corruption, in the signal frame or by a tracer, to the "
		  "verdict, for each register class.",
	  .pattern = "plant/*/*",
	  .panel = "",
	  .series = "$c",
	  .category = "$2 $3",
	  .counters = { "p50_us", "p99_us" },
	  .extra = { "max_us" },
	  .unit = "us" },
	{ .id = "oracle",
	  .title = "Cost of the oracle",
	  .text = "Time to load, check and dump the registers of each class and to judge what was "
		  "found, and that of a whole iteration, most of which is the kernel's.",
	  .pattern = "oracle/*/*",
	  .panel = "",
	  .series = "$2",
	  .category = "$3",
	  .counters = { "ns" },
	  .extra = { "share" },
	  .unit = "ns" },
	{ .id = "workers",
	  .title = "Growth with the number of workers",
	  .text = "Verified signals a second of all workers together. It grows as long as there "
		  "are "
		  "idle CPUs.",
	  .pattern = "engine/workers/*",
	  .panel = "",
	  .series = "$f",
	  .category = "$3",
	  .counters = { "signals_per_s" },
	  .unit = "signals/s",
	  .along = "workers",
	  .lines = true,
	  .linear = true },
	{ .id = "pressure",
	  .title = "Growth with the number of pressure tasks",
	  .text = "Verified signals a second beside that many pressure tasks, which share the "
		  "worker's CPU.",
	  .pattern = "engine/pressure/*",
	  .panel = "",
	  .series = "$f",
	  .category = "$3",
	  .counters = { "signals_per_s" },
	  .unit = "signals/s",
	  .along = "pressure tasks",
	  .lines = true,
	  .linear = true },
};

const uint32_t xs_recipes_count = sizeof(xs_recipes) / sizeof(xs_recipes[0]);
