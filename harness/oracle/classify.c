// SPDX-License-Identifier: GPL-2.0-only
/* Classifies what a wrong register holds: whose data arrived. */
#include <errno.h>
#include <string.h>

#include "oracle/classify.h"
#include "state/frame.h"
#include "task/layout.h"

/* More differing bits than this are no "few bits flipped". */
#define FLIPPED_BITS_MAX	8
#define FLIPPED_BITS_MAX_NARROW 2
#define OWNERS_COUNTED		8u

const char *const xs_class_names[] = { "none",	  "init",    "stale",	"foreign",
				       "shifted", "flipped", "unknown", NULL };

/* Who the record's task is, as its patterns say. */
struct self {
	uint32_t owner;
	uint32_t tasks;		       /* of the plan */
	enum xs_pattern_role expected; /* whose values belong there */
	enum xs_pattern_role own;      /* what the window held before anything was put in */
};

static enum xs_class flipped_or_unknown(uint64_t expected, uint64_t actual, int limit)
{
	return __builtin_popcountll(expected ^ actual) <= limit ? XS_CLASS_FLIPPED
								: XS_CLASS_UNKNOWN;
}

/* Its own values where values from outside belong are old ones: what was put in is lost. */
static bool is_self(const struct self *self, uint32_t role)
{
	return role == self->expected || (self->expected == XS_PATTERN_GIVEN && role == self->own);
}

static bool is_self_narrow(const struct self *self, uint32_t owner, uint32_t modulus)
{
	const uint32_t expected = xs_pattern_narrow_owner(self->owner, self->expected);
	const uint32_t own = xs_pattern_narrow_owner(self->owner, self->own);

	return owner == expected % modulus ||
	       (self->expected == XS_PATTERN_GIVEN && owner == own % modulus);
}

/* What a lane says of its writer, in the form that its file has, or that a wider one has. */
static int decode(const struct xs_lane *lane, struct xs_pattern *p)
{
	const struct xs_file_row *file = &xs_files[lane->file];

	if (file->decode && !file->decode(lane->actual, p))
		return 0;
	return file->bytes == 8 ? xs_pattern_decode(lane->actual, p) : -EINVAL;
}

static bool is_in_place(const struct xs_lane *lane, const struct xs_pattern *p)
{
	return p->file == lane->file && p->reg == lane->reg && p->lane == lane->lane;
}

/*
 * Arbitrary bytes, all ones among them, may decode as a task that there is not. They do not say
 * where they stand, too: what does is of a task that an earlier case had.
 */
static bool is_somebodys(const struct xs_lane *lane, const struct xs_pattern *p,
			 const struct self *self)
{
	return p->role < XS_PATTERN_ROLES &&
	       (p->owner < self->tasks ||
		(xs_files[lane->file].bytes == 8 && is_in_place(lane, p)));
}

static enum xs_class classify_pattern(struct xs_lane *lane, const struct self *self, int limit)
{
	struct xs_pattern p;

	if (decode(lane, &p) || !is_somebodys(lane, &p, self))
		return flipped_or_unknown(lane->expected, lane->actual, limit);
	lane->decoded = 1;
	lane->role = p.role;
	lane->from_file = p.file;
	lane->from_reg = p.reg;
	lane->from_lane = p.lane;
	lane->owner = p.owner;
	lane->generation = p.generation;
	if (p.owner != self->owner || !is_self(self, p.role))
		return XS_CLASS_FOREIGN;
	return is_in_place(lane, &p) ? XS_CLASS_STALE : XS_CLASS_SHIFTED;
}

/* They know owners modulo a few only: no decoded owner. */
static enum xs_class classify_narrow(const struct xs_lane *lane, const struct self *self)
{
	uint32_t owner, generation;

	if (xs_pattern_narrow_decode(lane->file, lane->actual, &owner, &generation))
		return flipped_or_unknown(lane->expected, lane->actual, FLIPPED_BITS_MAX_NARROW);
	return is_self_narrow(self, owner, xs_files[lane->file].owners) ? XS_CLASS_STALE
									: XS_CLASS_FOREIGN;
}

static enum xs_class classify_lane(struct xs_lane *lane, const struct xs_lane_at *at,
				   const struct self *self, const struct xs_cpu *cpu)
{
	const struct xs_file_row *file = &xs_files[lane->file];

	if (lane->actual == file->init ||
	    (lane->file == XS_FILE_PKRU && lane->actual == cpu->init_pkru))
		return XS_CLASS_INIT;
	/* A full x87 stack, or tiles, where there were to be none: this task's or another's. */
	if (file->constant && lane->actual == xs_lane_pattern(at, 0, 0, 0))
		return XS_CLASS_STALE;
	if (file->owners)
		return classify_narrow(lane, self);
	return classify_pattern(lane, self,
				file->bytes == 8 ? FLIPPED_BITS_MAX : FLIPPED_BITS_MAX_NARROW);
}

/* An x87 exponent says nothing that its significand, if that is wrong too, does not. */
static int said_already(const struct xs_lane_at *at, const struct xs_record *r,
			const struct xs_cpu *cpu)
{
	struct xs_lane_at low = *at;

	if (at->span->file != XS_FILE_EXPONENT)
		return 0;
	low.offset -= 8;
	low.bytes = 8;
	return xs_lane_get(r->expected, cpu, &low) != xs_lane_get(r->actual, cpu, &low);
}

/* Votes for the owner of the foreign lanes. */
struct owners {
	uint32_t n;
	struct {
		uint16_t owner;
		uint8_t role;
		uint32_t votes;
	} of[OWNERS_COUNTED];
};

static void vote(struct owners *o, const struct xs_lane *lane)
{
	uint32_t i = 0;

	while (i < o->n && (o->of[i].owner != lane->owner || o->of[i].role != lane->role))
		i++;
	if (i == OWNERS_COUNTED)
		return;
	if (i == o->n) {
		o->of[o->n].owner = lane->owner;
		o->of[o->n].role = lane->role;
		o->of[o->n++].votes = 0;
	}
	o->of[i].votes++;
}

/* The class of most lanes; a tie goes to the one that says more. */
static enum xs_class most(const uint32_t by_class[XS_CLASSES])
{
	static const uint8_t order[] = { XS_CLASS_FOREIGN, XS_CLASS_STALE,   XS_CLASS_SHIFTED,
					 XS_CLASS_INIT,	   XS_CLASS_FLIPPED, XS_CLASS_UNKNOWN };
	enum xs_class best = XS_CLASS_NONE;

	for (uint32_t i = 0; i < sizeof(order); i++)
		if (by_class[order[i]] > by_class[best])
			best = order[i];
	return best;
}

static void elect(struct xs_finding *f, const struct owners *o)
{
	uint32_t best = 0;

	f->owner_known = o->n > 0;
	for (uint32_t i = 0; i < o->n; i++) {
		if (o->of[i].votes <= best)
			continue;
		best = o->of[i].votes;
		f->owner = o->of[i].owner;
		f->role = o->of[i].role;
	}
}

static void keep(struct xs_finding *f, const struct xs_lane *lane)
{
	if (f->kept == XS_LANES_KEPT || f->kept_of_file[lane->file] == XS_LANES_KEPT_OF_FILE)
		return;
	f->kept_of_file[lane->file]++;
	f->lane[f->kept++] = *lane;
}

/* Whether a lane without room for its writer's name could be of the elected owner. */
static bool fits(const struct xs_finding *f, const struct xs_lane *lane)
{
	const uint32_t narrow = xs_pattern_narrow_owner(f->owner, f->role);
	const struct xs_file_row *file = &xs_files[lane->file];
	uint32_t owner, generation;

	return file->constant ||
	       (!xs_pattern_narrow_decode(lane->file, lane->actual, &owner, &generation) &&
		owner == narrow % file->owners);
}

/*
 * MXCSR, FCW, FSW, FOP, the tags and TILECFG hold few or no bits of their owner: where they
 * fit the task that the wide lanes name, they are that task's, whatever else they would fit.
 */
static bool is_attributed(const struct xs_finding *f, const struct xs_lane *lane)
{
	return f->owner_known && !lane->decoded && lane->class == XS_CLASS_STALE && fits(f, lane);
}

bool xs_classify_lane(const struct xs_finding *f, const struct xs_cpu *cpu, uint32_t tasks,
		      const struct xs_lane_at *at, struct xs_lane *lane)
{
	const struct xs_record *r = f->record;
	const struct self self = { .owner = r->task,
				   .tasks = tasks,
				   .expected = r->role,
				   .own = r->depth ? XS_PATTERN_HANDLER : XS_PATTERN_TASK };

	*lane = (struct xs_lane){ .file = at->span->file,
				  .reg = at->reg,
				  .lane = at->lane,
				  .expected = xs_lane_get(r->expected, cpu, at),
				  .actual = xs_lane_get(r->actual, cpu, at) };
	if (lane->expected == lane->actual || said_already(at, r, cpu))
		return false;
	lane->class = (uint8_t)classify_lane(lane, at, &self, cpu);
	if (is_attributed(f, lane))
		lane->class = XS_CLASS_FOREIGN;
	return true;
}

/* What a frame says of itself, or the kernel computes, is no task's: each word is right or not. */
static void classify_words(struct xs_finding *f, const struct xs_record *r, uint8_t file,
			   uint32_t words)
{
	for (uint32_t word = 0; word < words; word++) {
		struct xs_lane lane = { .file = file,
					.reg = (uint8_t)word,
					.expected = xs_frame_get64(r->expected, 8u * word),
					.actual = xs_frame_get64(r->actual, 8u * word) };

		if (lane.expected == lane.actual)
			continue;
		lane.class = (uint8_t)(file == XS_FILE_LAYOUT
					       ? XS_CLASS_UNKNOWN
					       : flipped_or_unknown(lane.expected, lane.actual,
								    FLIPPED_BITS_MAX));
		f->lanes++;
		f->by_class[lane.class]++;
		if (f->kept < XS_LANES_KEPT)
			f->lane[f->kept++] = lane;
	}
	f->class = (uint8_t)most(f->by_class);
}

void xs_classify(struct xs_finding *f, const struct xs_record *r, const struct xs_cpu *cpu,
		 uint32_t tasks)
{
	struct owners owners = { 0 };
	struct xs_lane lane;

	memset(f, 0, sizeof(*f));
	f->record = r;
	if (r->leg == XS_LEG_LAYOUT) {
		classify_words(f, r, XS_FILE_LAYOUT, XS_LAYOUT_FIELDS);
		return;
	}
	if (r->leg == XS_LEG_KERNEL) {
		classify_words(f, r, XS_FILE_RESULT, r->image_bytes / 8);
		return;
	}
	XS_FOR_EACH_LANE(at, r->registers, cpu)
		if (xs_classify_lane(f, cpu, tasks, &at, &lane) &&
		    lane.class == XS_CLASS_FOREIGN && lane.decoded)
			vote(&owners, &lane);
	/* From here on it is known whose narrow lanes may be. */
	elect(f, &owners);
	XS_FOR_EACH_LANE(at, r->registers, cpu)
	{
		if (!xs_classify_lane(f, cpu, tasks, &at, &lane))
			continue;
		f->lanes++;
		f->by_class[lane.class]++;
		keep(f, &lane);
	}
	f->class = (uint8_t)most(f->by_class);
}
