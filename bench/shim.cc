// SPDX-License-Identifier: GPL-2.0-only
/* Google Benchmark for C: the one C++ file. */
#include "shim.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

/* Never defined: the name under which C knows a State. */
static benchmark::State *state(struct xs_bench *b)
{
	return reinterpret_cast<benchmark::State *>(b);
}

/* Up to 1.7 it refuses an 's' behind the seconds, from 1.8 on it warns of its absence: ours may
 * have it or not.
 */
static char *with_unit(char *arg)
{
	static const char option[] = "--benchmark_min_time=";
	std::string text = arg;

	if (text.compare(0, sizeof(option) - 1, option) || text.size() < sizeof(option))
		return arg;
	if (text.back() == 's')
		text.pop_back();
	if (!std::isdigit(static_cast<unsigned char>(text.back())))
		return arg;
	text += XS_BENCH_SECONDS;
	return strdup(text.c_str()); /* as argv, for the life of the program */
}

int xs_bench_flags(int *argc, char **argv, void (*help)(void))
{
	for (int i = 1; i < *argc; i++)
		argv[i] = with_unit(argv[i]);
	benchmark::Initialize(argc, argv, help);
	for (int i = 1; i < *argc; i++) {
		if (argv[i][0] == '-') {
			std::cerr << argv[0] << ": unknown option: " << argv[i] << "\n";
			return -EINVAL;
		}
	}
	return 0;
}

void xs_bench_help(void)
{
	benchmark::PrintDefaultHelp();
}

void xs_bench_context(const char *key, const char *value)
{
	benchmark::AddCustomContext(key, value);
}

static double least(const std::vector<double> &v)
{
	return *std::min_element(v.begin(), v.end());
}

static double most(const std::vector<double> &v)
{
	return *std::max_element(v.begin(), v.end());
}

void xs_bench_register(const char *name, bool once, void (*run)(struct xs_bench *b, void *arg),
		       void *arg)
{
	benchmark::internal::Benchmark *b =
		benchmark::RegisterBenchmark(name, [run, arg](benchmark::State &s) {
			run(reinterpret_cast<struct xs_bench *>(&s), arg);
		});

	b->UseManualTime()->Unit(once ? benchmark::kSecond : benchmark::kMicrosecond);
	if (once)
		b->Iterations(1)
			->ComputeStatistics("least", least)
			->ComputeStatistics("most", most);
}

int xs_bench_main(void)
{
	const size_t chosen = benchmark::RunSpecifiedBenchmarks();

	benchmark::Shutdown();
	if (!std::cout.flush())
		return -EIO;
	return chosen ? 0 : -ENOENT;
}

uint64_t xs_bench_iterations(const struct xs_bench *b)
{
	return static_cast<uint64_t>(reinterpret_cast<const benchmark::State *>(b)->max_iterations);
}

bool xs_bench_next(struct xs_bench *b)
{
	return state(b)->KeepRunning();
}

void xs_bench_time(struct xs_bench *b, uint64_t ns)
{
	state(b)->SetIterationTime(static_cast<double>(ns) / 1e9);
}

void xs_bench_counter(struct xs_bench *b, const char *name, double value)
{
	state(b)->counters[name] = value;
}

void xs_bench_rate(struct xs_bench *b, const char *name, double total)
{
	state(b)->counters[name] = benchmark::Counter(total, benchmark::Counter::kIsRate);
}

void xs_bench_label(struct xs_bench *b, const char *text)
{
	state(b)->SetLabel(text);
}

void xs_bench_skip(struct xs_bench *b, const char *why)
{
	state(b)->SkipWithError(why);
}
