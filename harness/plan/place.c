// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where tasks go: workers over the machine, every other task near its worker.
 *
 * Two PUs stand in exactly one relation, the first of these that holds:
 *
 *   same-pu   they are one PU
 *   smt       they are of one core
 *   l2        their cores share an L2 cache
 *   l3        their cores share an L3 cache
 *   package   their cores are of different packages
 *   numa      their cores are of the same NUMA node
 *   random    none of these; a core of another node of the package, say
 *
 * A place asks for a PU in that relation to the worker's. So l3 asks for a core
 * beyond the worker's L2 and numa for one beyond its L3: where the machine can
 * tell two places apart, they are different PUs. Where hwloc reports no caches,
 * cores or packages, as in many virtual machines, nothing is in the relations
 * that need them (without cores every PU counts as one).
 *
 * Where no PU is in the relation, those of xs_place_fallbacks are tried in turn:
 * first what still is another core under the cache or node that was asked for,
 * from the far end; then outward from near to far; then the worker's own core,
 * and its own PU last. Package has nothing outside and goes inward.
 * A place asked for as random is any PU, the worker's own included; random and
 * unpinned never fall back.
 */
#include <stdbool.h>

#include "plan/plan.h"

const uint8_t xs_place_fallbacks[XS_PLACES][XS_PLACES] = {
	[XS_PLACE_SMT] = { XS_PLACE_L2, XS_PLACE_L3, XS_PLACE_NUMA, XS_PLACE_RANDOM,
			   XS_PLACE_PACKAGE, XS_PLACE_SAME_PU },
	[XS_PLACE_L2] = { XS_PLACE_L3, XS_PLACE_NUMA, XS_PLACE_RANDOM, XS_PLACE_PACKAGE,
			  XS_PLACE_SMT, XS_PLACE_SAME_PU },
	[XS_PLACE_L3] = { XS_PLACE_L2, XS_PLACE_NUMA, XS_PLACE_RANDOM, XS_PLACE_PACKAGE,
			  XS_PLACE_SMT, XS_PLACE_SAME_PU },
	[XS_PLACE_NUMA] = { XS_PLACE_L3, XS_PLACE_L2, XS_PLACE_RANDOM, XS_PLACE_PACKAGE,
			    XS_PLACE_SMT, XS_PLACE_SAME_PU },
	[XS_PLACE_PACKAGE] = { XS_PLACE_RANDOM, XS_PLACE_NUMA, XS_PLACE_L3, XS_PLACE_L2,
			       XS_PLACE_SMT, XS_PLACE_SAME_PU },
};

/* More kinds of CPU than any machine has; further ones count as the last. */
#define KINDS_MAX 8u

static hwloc_obj_t first_pu(hwloc_obj_t object)
{
	while (object->type != HWLOC_OBJ_PU)
		object = object->first_child;
	return object;
}

static bool in(hwloc_obj_t object, hwloc_obj_t pu)
{
	return object && hwloc_bitmap_isset(object->cpuset, pu->os_index);
}

/* A worker's PU and what is around it; NULL where the machine has no such object. */
struct around {
	hwloc_obj_t pu, core, l2, l3, node, package;
};

static struct around look_around(hwloc_topology_t topology, hwloc_obj_t pu)
{
	hwloc_obj_t node = pu;

	/* NUMA nodes hang, beside the tree of PUs, on what they are local to. */
	while (node->parent && !node->memory_arity)
		node = node->parent;
	return (struct around){
		.pu = pu,
		.core = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu),
		.l2 = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_L2CACHE, pu),
		.l3 = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_L3CACHE, pu),
		.node = node,
		.package = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_PACKAGE, pu),
	};
}

static enum xs_place relation(const struct around *a, hwloc_obj_t pu)
{
	if (pu == a->pu)
		return XS_PLACE_SAME_PU;
	if (in(a->core, pu))
		return XS_PLACE_SMT;
	if (in(a->l2, pu))
		return XS_PLACE_L2;
	if (in(a->l3, pu))
		return XS_PLACE_L3;
	if (a->package && !in(a->package, pu))
		return XS_PLACE_PACKAGE;
	if (in(a->node, pu))
		return XS_PLACE_NUMA;
	return XS_PLACE_RANDOM;
}

/* The first core, or PU of a machine without cores; next_cousin is the next. */
static hwloc_obj_t first_core(hwloc_topology_t topology)
{
	int depth = hwloc_get_type_or_below_depth(topology, HWLOC_OBJ_CORE);

	return hwloc_get_obj_by_depth(topology, depth, 0);
}

/* The core's PU number @rank, or NULL. */
static hwloc_obj_t core_pu(hwloc_obj_t core, unsigned int rank)
{
	hwloc_obj_t pu = first_pu(core);

	while (rank-- && pu)
		pu = pu->next_cousin;
	return pu && in(core, pu) ? pu : NULL;
}

/* How many PUs are in each relation, of those with the fewest tasks there. */
struct survey {
	unsigned int count[XS_PLACES];
	uint16_t load[XS_PLACES];
};

static uint16_t load_of(const uint16_t *load, hwloc_obj_t pu)
{
	return load ? load[pu->logical_index] : 0;
}

static struct survey look_everywhere(hwloc_topology_t topology, const struct around *a,
				     const uint16_t *load)
{
	hwloc_obj_t pu = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, 0);
	struct survey s = { 0 };

	for (; pu; pu = pu->next_cousin) {
		enum xs_place p = relation(a, pu);

		if (!s.count[p] || load_of(load, pu) < s.load[p]) {
			s.load[p] = load_of(load, pu);
			s.count[p] = 0;
		}
		if (load_of(load, pu) == s.load[p])
			s.count[p]++;
	}
	return s;
}

/* Candidate number @nth of those that the survey counted at @place. */
static hwloc_obj_t candidate(hwloc_topology_t topology, const struct around *a,
			     const struct survey *s, const uint16_t *load, enum xs_place place,
			     unsigned int nth)
{
	bool any = true;

	for (unsigned int rank = 0; any; rank++) {
		any = false;
		for (hwloc_obj_t core = first_core(topology); core; core = core->next_cousin) {
			hwloc_obj_t pu = core_pu(core, rank);

			if (!pu)
				continue;
			any = true;
			if (relation(a, pu) == place && load_of(load, pu) == s->load[place] &&
			    nth-- == 0)
				return pu;
		}
	}
	return a->pu; /* not reached: nth is less than the survey's count */
}

/* Neighbouring salts give unrelated numbers: the finalizer of MurmurHash3. */
static uint32_t scramble(uint32_t x)
{
	x ^= x >> 16;
	x *= 0x85ebca6bu;
	x ^= x >> 13;
	x *= 0xc2b2ae35u;
	return x ^ x >> 16;
}

hwloc_obj_t xs_place_near(hwloc_topology_t topology, hwloc_obj_t pu, enum xs_place place,
			  uint32_t salt, const uint16_t *load, enum xs_place *got)
{
	unsigned int pus = (unsigned int)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	struct around a;
	struct survey s;

	*got = place;
	if (place == XS_PLACE_UNPINNED)
		return NULL;
	if (place == XS_PLACE_SAME_PU)
		return pu;
	if (place == XS_PLACE_RANDOM)
		return hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, scramble(salt) % pus);

	a = look_around(topology, pu);
	s = look_everywhere(topology, &a, load);
	for (const uint8_t *next = xs_place_fallbacks[place]; !s.count[*got]; next++)
		*got = *next;
	return candidate(topology, &a, &s, load, *got, salt % s.count[*got]);
}

static unsigned int kind_of(hwloc_topology_t topology, hwloc_obj_t core)
{
	int kind = hwloc_cpukinds_get_by_cpuset(topology, core->cpuset, 0);

	if (kind < 0)
		return 0; /* hwloc does not know */
	return (unsigned int)kind < KINDS_MAX ? (unsigned int)kind : KINDS_MAX - 1;
}

/* From @core on, the next PU of that rank on a core of that kind; steps @core past it. */
static hwloc_obj_t next_of_kind(hwloc_topology_t topology, hwloc_obj_t *core, unsigned int kind,
				unsigned int rank)
{
	hwloc_obj_t pu = NULL;

	for (; *core && !pu; *core = (*core)->next_cousin)
		if (kind_of(topology, *core) == kind)
			pu = core_pu(*core, rank);
	return pu;
}

void xs_place_spread(hwloc_topology_t topology, hwloc_obj_t pu[], unsigned int n)
{
	hwloc_obj_t core[KINDS_MAX];
	unsigned int found = 0, before;

	for (unsigned int rank = 0; found < n; rank++) {
		unsigned int start = found;

		for (unsigned int k = 0; k < KINDS_MAX; k++)
			core[k] = first_core(topology);
		do {
			before = found;
			/* hwloc numbers the kinds from the least to the most powerful. */
			for (unsigned int k = KINDS_MAX; k-- && found < n;) {
				pu[found] = next_of_kind(topology, &core[k], k, rank);
				found += pu[found] != NULL;
			}
		} while (found < n && found > before);
		if (found == start)
			break;
	}
	for (unsigned int i = found; i < n; i++)
		pu[i] = pu[i - found];
}
