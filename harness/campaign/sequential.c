// SPDX-License-Identifier: GPL-2.0-only
/* Wald's sequential test on runs that hit or miss, and the lengths of such runs. */
#include "campaign/sequential.h"

#include <math.h>

#include "case/case.h"
#include "report/interval.h"

#define CHANCE_MAX 0.9
#define RUN_MIN_MS 150u
#define RUN_MEANS  3u
#define LONG_UNITS 4u
#define LONG_AFTER 6u
#define START_NS   5e7
#define SURE	   0.99

#define ONE_OF_TWENTY 1.645 /* standard deviations, on one side */

double xs_chance(uint32_t hits, uint32_t runs)
{
	return fmin((hits + 0.5) / (runs + 1.0), CHANCE_MAX);
}

bool xs_standard_known(uint32_t hits, uint32_t runs)
{
	return hits >= XS_STANDARD_HITS || runs >= XS_STANDARD_RUNS_MAX;
}

double xs_chance_at(double chance, double factor)
{
	return -expm1(factor * log1p(-chance));
}

void xs_sequential_begin(struct xs_sequential *s, double chance)
{
	const double never = xs_chance_at(chance, XS_RATE_NEVER);

	*s = (struct xs_sequential){
		.chance = chance,
		.lost = xs_chance_at(chance, XS_RATE_LOST),
		.never_units = (uint32_t)fmin(ceil(log(XS_ERROR_RATE) / log1p(-never)), UINT32_MAX),
	};
}

void xs_sequential_add(struct xs_sequential *s, bool hit, uint32_t units)
{
	const double chance = xs_chance_at(s->chance, units), lost = xs_chance_at(s->lost, units);

	s->runs++;
	s->units += units;
	s->hits += hit;
	s->llr += hit ? log(chance / lost) : log1p(-chance) - log1p(-lost);
}

uint32_t xs_sequential_units(const struct xs_sequential *s)
{
	return !s->hits && s->runs >= LONG_AFTER ? LONG_UNITS : 1;
}

enum xs_decision xs_sequential_decision(const struct xs_sequential *s)
{
	static const double bound = (1 - XS_ERROR_RATE) / XS_ERROR_RATE;

	if (s->llr >= log(bound))
		return XS_KEEPS;
	return s->llr <= -log(bound) ? XS_LOSES : XS_OPEN;
}

enum xs_weight xs_sequential_weight(const struct xs_sequential *s)
{
	const enum xs_decision decision = xs_sequential_decision(s);

	if (decision == XS_KEEPS)
		return XS_IRRELEVANT;
	if (decision == XS_LOSES && s->hits)
		return XS_HELPS;
	return !s->hits && s->units >= s->never_units ? XS_NECESSARY : XS_WEIGHT_OPEN;
}

bool xs_sequential_full(const struct xs_sequential *s)
{
	return s->runs >= XS_TEST_RUNS_MAX;
}

double xs_sign_test(uint32_t few, uint32_t many)
{
	const uint32_t n = few + many;
	double term = pow(0.5, n), sum = 0;

	for (uint32_t k = 0; k <= few; k++) {
		sum += term;
		term *= (double)(n - k) / (k + 1);
	}
	return sum;
}

bool xs_slower(uint32_t hits, uint64_t spent_ns, uint32_t of_hits, uint64_t of_ns, double factor)
{
	if (!hits || !of_hits)
		return !hits && of_hits;
	return (double)spent_ns / hits > factor * (double)of_ns / of_hits + START_NS;
}

double xs_slower_factor(uint32_t hits, uint32_t of_hits)
{
	return fmax(exp(ONE_OF_TWENTY * sqrt(1.0 / hits + 1.0 / of_hits)), 2);
}

uint32_t xs_run_length_ms(uint64_t spent_ns, uint32_t hits, uint32_t most_ms)
{
	const uint64_t ms = RUN_MEANS * (spent_ns / hits) / 1000000 + 1;

	if (ms >= most_ms)
		return most_ms;
	if (ms >= RUN_MIN_MS)
		return (uint32_t)ms;
	return RUN_MIN_MS < most_ms ? RUN_MIN_MS : most_ms;
}

uint32_t xs_sure_length_ms(uint32_t hits, uint32_t runs, uint32_t run_ms)
{
	const double chance = fmin(xs_wilson(hits, runs).low, CHANCE_MAX);
	const double ms = run_ms * fmax(log1p(-SURE) / log1p(-chance), 1);

	return (uint32_t)fmin(ceil(ms / 1000) * 1000, XS_DURATION_MAX_MS);
}
