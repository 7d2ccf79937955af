// SPDX-License-Identifier: GPL-2.0-only
/* Cuts a machine into cells: runs of cores in the order that hwloc gives them. */
#include "plan/cells.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define CELL_CORES 2u

static hwloc_obj_t first_core(hwloc_topology_t topology)
{
	return hwloc_get_obj_by_depth(topology,
				      hwloc_get_type_or_below_depth(topology, HWLOC_OBJ_CORE), 0);
}

/* Whether two cores are of different caches, packages, nodes or kinds. */
static bool apart(hwloc_topology_t topology, hwloc_obj_t a, hwloc_obj_t b)
{
	static const hwloc_obj_type_t types[] = { HWLOC_OBJ_PACKAGE, HWLOC_OBJ_L3CACHE };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (hwloc_get_ancestor_obj_by_type(topology, types[i], a) !=
		    hwloc_get_ancestor_obj_by_type(topology, types[i], b))
			return true;
	return !hwloc_bitmap_isequal(a->nodeset, b->nodeset) ||
	       hwloc_cpukinds_get_by_cpuset(topology, a->cpuset, 0) !=
		       hwloc_cpukinds_get_by_cpuset(topology, b->cpuset, 0);
}

/*
 * How many cores from @core on are of one kind, and under one cache and node. One that is alone is
 * counted with its neighbours.
 */
static uint32_t alike(hwloc_topology_t topology, hwloc_obj_t core)
{
	hwloc_obj_t next = core->next_cousin;
	uint32_t cores = 1;

	for (; next && (cores < CELL_CORES || !apart(topology, core, next)); cores++) {
		core = next;
		next = next->next_cousin;
	}
	return next && !next->next_cousin ? cores + 1 : cores;
}

/* Cut @cores cores from @core on, which moves behind them, into @n cells, as even as can be. */
static int cut(struct xs_cells *cells, hwloc_obj_t *core, uint32_t cores, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		hwloc_bitmap_t set = hwloc_bitmap_alloc();
		const uint32_t end = (i + 1) * cores / n, begin = i * cores / n;

		if (!set)
			return -ENOMEM;
		for (uint32_t c = begin; c < end; c++, *core = (*core)->next_cousin)
			hwloc_bitmap_or(set, set, (*core)->cpuset);
		cells->set[cells->count++] = set;
		if ((uint32_t)hwloc_bitmap_weight(set) < cells->least_pus)
			cells->least_pus = (uint32_t)hwloc_bitmap_weight(set);
	}
	return 0;
}

/* As many cells as have their cores, of each run of cores that are alike. */
static int cut_alike(struct xs_cells *cells, hwloc_topology_t topology, hwloc_obj_t core)
{
	int rc = 0;

	while (core && !rc) {
		const uint32_t cores = alike(topology, core);

		rc = cut(cells, &core, cores, cores < CELL_CORES ? 1 : cores / CELL_CORES);
	}
	return rc;
}

int xs_cells_cut(struct xs_cells *cells, hwloc_topology_t topology, uint32_t n)
{
	hwloc_obj_t core = first_core(topology);
	uint32_t cores = 0;

	*cells = (struct xs_cells){ .least_pus = UINT32_MAX };
	for (hwloc_obj_t c = core; c; c = c->next_cousin)
		cores++;
	if (!n && cores / CELL_CORES <= XS_CELLS_MAX)
		return cut_alike(cells, topology, core);
	if (!n)
		n = XS_CELLS_MAX;
	for (n = n < cores ? n : cores;; n--) {
		int rc;

		core = first_core(topology);
		rc = cut(cells, &core, cores, n);
		if (rc || n == 1 || cells->least_pus > 1)
			return rc;
		xs_cells_free(cells);
	}
}

void xs_cells_free(struct xs_cells *cells)
{
	for (uint32_t i = 0; i < cells->count; i++)
		hwloc_bitmap_free(cells->set[i]);
	*cells = (struct xs_cells){ .least_pus = UINT32_MAX };
}

int xs_cell_keep(hwloc_topology_t topology, hwloc_const_bitmap_t set, char why[XS_WHY_BYTES])
{
	errno = 0;
	if (!hwloc_set_cpubind(topology, set, HWLOC_CPUBIND_PROCESS) &&
	    !hwloc_topology_restrict(topology, set, 0))
		return 0;
	return xs_why(errno ? -errno : -EINVAL, why, "cannot keep to a cell's CPUs: %m");
}
