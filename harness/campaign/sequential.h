/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a variant of a case hits as often as the case itself, in as few runs as will do. */
#ifndef XS_SEQUENTIAL_H
#define XS_SEQUENTIAL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Every run of a test lasts equally long, or until it hits. A rate of hits per
 * second and a chance p that a run hits are then the same: what has f times
 * the rate hits with 1 - (1 - p)^f. A test compares two of them, that of the
 * case itself and a quarter of it, so that half is in the middle.
 */
#define XS_ERROR_RATE	 0.05 /* of a test, on either side, */
#define XS_RATE_LOST	 0.25 /* for what has the whole rate, or this part of it */
#define XS_RATE_NEVER	 0.10 /* never to hit is to have less than this part, as surely */
#define XS_TEST_RUNS_MAX 500u /* then it is left undecided */

/* How well the case itself is known before the first test. */
#define XS_STANDARD_HITS     20u  /* so many hits, */
#define XS_STANDARD_RUNS_MAX 200u /* or so many runs */

/* Wald's sequential probability ratio test, A. Wald, Ann. Math. Stat. 16 (1945). */
struct xs_sequential {
	double llr;	      /* logarithm of how much more likely the whole rate is */
	double chance, lost;  /* that a run hits at the whole rate, and at XS_RATE_LOST of it */
	uint32_t hits, runs;  /* so far */
	uint32_t units;	      /* the length of those runs, in lengths of a run */
	uint32_t never_units; /* that many without a hit, and it never hits */
};

enum xs_decision {
	XS_OPEN,  /* more runs */
	XS_KEEPS, /* the rate is rather the whole one */
	XS_LOSES, /* it is rather a quarter, or less */
};

/* What an ingredient is to a case: how the case does without it. */
enum xs_weight {
	XS_WEIGHT_OPEN, /* more runs, or none left: undecided */
	XS_NECESSARY,	/* it never hits */
	XS_HELPS,	/* it hits less often */
	XS_IRRELEVANT,	/* it hits as often */
	XS_WEIGHTS
};

/**
 * xs_chance() - the chance that a run hits, from runs of the case itself
 *
 * Jeffreys' estimate, at most 0.9: a few runs that all hit do not prove that a
 * single miss means something. Never 0. Pure.
 */
double xs_chance(uint32_t hits, uint32_t runs);

/**
 * xs_standard_known() - whether runs of the case itself are enough to test against
 *
 * The error rates of a test are those against a chance that is known. Against one
 * that is estimated from too few hits they are a multiple: from ten runs 30 % of
 * what hits as often as a case of 10 % is refused. Pure.
 */
bool xs_standard_known(uint32_t hits, uint32_t runs);

/** xs_chance_at() - the chance of what has @factor times the rate. Pure. */
double xs_chance_at(double chance, double factor);

/** xs_sequential_begin() - a test against what hits with @chance, between 0 and 1 */
void xs_sequential_begin(struct xs_sequential *s, double chance);

/** xs_sequential_add() - one more run, of @units times the usual length */
void xs_sequential_add(struct xs_sequential *s, bool hit, uint32_t units);

/**
 * xs_sequential_decision() - what the runs so far say
 *
 * At the whole rate XS_LOSES comes with XS_ERROR_RATE at most, and so does
 * XS_KEEPS at XS_RATE_LOST of it or less, as nearly as Wald's bounds go, and if
 * .chance is the case's. Estimated from as many runs as xs_standard_known() wants
 * it is about 10 %, for chances up to 95 %. Pure.
 */
enum xs_decision xs_sequential_decision(const struct xs_sequential *s);

/** xs_sequential_weight() - the same, with what never hits told from what hits less often. Pure. */
enum xs_weight xs_sequential_weight(const struct xs_sequential *s);

/**
 * xs_sequential_units() - how long the next run should be, in lengths of a run
 *
 * What has not hit in the first six gets longer ones: it might only need more time. Pure.
 */
uint32_t xs_sequential_units(const struct xs_sequential *s);

/** xs_sequential_full() - whether it has had all the runs that a test may have */
bool xs_sequential_full(const struct xs_sequential *s);

/**
 * xs_sign_test() - how likely so few of one kind are among unequal pairs
 *
 * Return: the chance of @few or fewer heads in @few + @many throws. Pure.
 */
double xs_sign_test(uint32_t few, uint32_t many);

/**
 * xs_slower() - whether hits take far longer than in the case itself
 * @hits, @spent_ns: hits, and the time that all runs together took until them
 * @of_hits, @of_ns: the same of the case itself
 *
 * @factor times the time for each hit, and 50 ms more, which is what the start of a run may
 * differ by. Were times to a hit exponential, then the factor 3 would be chance in two of a
 * hundred tests (an F test on five hits and ten). Pure.
 */
bool xs_slower(uint32_t hits, uint64_t spent_ns, uint32_t of_hits, uint64_t of_ns, double factor);

/**
 * xs_slower_factor() - the factor for xs_slower() that is chance in one of twenty
 *
 * For @hits and @of_hits of what is equally fast: from 2, for twelve each, to 2.8 for five
 * each. The logarithm of a mean time has the variance 1 / hits. Never less than 2. Pure.
 */
double xs_slower_factor(uint32_t hits, uint32_t of_hits);

/**
 * xs_run_length_ms() - how long a run of a test should last
 * @spent_ns: sum of the times until the hit, or of the whole run without one
 * @hits: not 0
 *
 * Three times the mean time to a hit: what hits at random then does so with 95 %. From
 * 150 ms, below which the start of a run counts for more than its length, to @most_ms. Pure.
 */
uint32_t xs_run_length_ms(uint64_t spent_ns, uint32_t hits, uint32_t most_ms);

/**
 * xs_sure_length_ms() - how long a run has to be to hit with 99 %
 *
 * From @hits in @runs of @run_ms each, taking the lower end of Wilson's interval. @hits is
 * not 0. Return: a whole number of seconds, in milliseconds. Pure.
 */
uint32_t xs_sure_length_ms(uint32_t hits, uint32_t runs, uint32_t run_ms);

#endif
