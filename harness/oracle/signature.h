/* SPDX-License-Identifier: GPL-2.0-only */
/* What makes two findings one: their signature. Pure; uses no vector register. */
#ifndef XS_SIGNATURE_H
#define XS_SIGNATURE_H

#include "oracle/oracle.h"

/* In this order. Each is a word without blanks; XS_SIGNATURE_NONE where it does not apply. */
enum xs_signature_word {
	XS_SIGNATURE_VERDICT,
	XS_SIGNATURE_LEG,   /* the first wrong one; "switch" where no signal came */
	XS_SIGNATURE_CLASS, /* kind of damage */
	/*
	 * The component, as its register class is called, or XS_SIGNATURE_WIDE; the field of a
	 * frame; of a frame accepted or refused the handler action that made it.
	 */
	XS_SIGNATURE_PART,
	XS_SIGNATURE_WHOSE, /* "own", "handler", "given", "guest", "other" */
	XS_SIGNATURE_ABI,   /* the frame's, or XS_SIGNATURE_BOTH; siginfo or not is one */
	XS_SIGNATURE_WORDS
};

#define XS_SIGNATURE_NONE	"-"
#define XS_SIGNATURE_WIDE	"wide" /* more than one component */
#define XS_SIGNATURE_BOTH	"both" /* seen in 64-bit and in 32-bit frames */
#define XS_SIGNATURE_WORD_BYTES 24u
#define XS_SIGNATURE_BYTES	((size_t)XS_SIGNATURE_WORDS * XS_SIGNATURE_WORD_BYTES)

struct xs_signature {
	char word[XS_SIGNATURE_WORDS][XS_SIGNATURE_WORD_BYTES];
	uint8_t alone; /* the window held no other component: it may be a wide one's part */
};

/**
 * xs_signatures() - what a bad verdict is about
 * @cpu: of the run
 *
 * Of a task's findings in one iteration the first counts: the later legs follow from it.
 * Return: their number, each another one; 0 where the verdict is not bad. Pure.
 */
uint32_t xs_signatures(struct xs_signature s[XS_RECORDS_MAX], const struct xs_verdict *v,
		       const struct xs_plan *plan, const struct xs_ending *ending,
		       const struct xs_cpu *cpu);

/** xs_wrong_legs() - legs on which a finding hides what may be wrong on others. Pure. */
uint32_t xs_wrong_legs(const struct xs_verdict *v);

/**
 * xs_signature_matches() - whether two say nothing that contradicts each other
 *
 * A component that was held alone may be all that was seen of a wide damage; a lane too narrow
 * to name its writer may be anybody's; who held nothing leaves init state in place of a whole
 * register file; and what comes in frames of both sizes is one. Pure.
 */
bool xs_signature_matches(const struct xs_signature *a, const struct xs_signature *b);

/**
 * xs_signature_follows() - whether a finding on a later leg is @a again
 *
 * Where a task's registers are wrong in the frame, or after a signal or a switch, they are so
 * on all legs from there on. A handler's, a child's, a frame's words are nobody else's. Pure.
 */
bool xs_signature_follows(const struct xs_signature *b, const struct xs_signature *a);

/** xs_signature_join() - @a, which matches @b, says what the two together do. Pure. */
void xs_signature_join(struct xs_signature *a, const struct xs_signature *b);

/** xs_signature_knows() - whether some finding may have @word there; of parts and ABIs any. Pure.
 */
bool xs_signature_knows(enum xs_signature_word at, const char *word);

/** xs_signature_print() - its words, with blanks between them. Return: @text. Pure. */
const char *xs_signature_print(char text[XS_SIGNATURE_BYTES], const struct xs_signature *s);

#endif
