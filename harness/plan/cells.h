/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells: parts of a machine, in each of which one case runs at a time. */
#ifndef XS_CELLS_H
#define XS_CELLS_H

#include <hwloc.h>
#include <stdint.h>

#include "axis/axis.h"

#define XS_CELLS_MAX 512u

struct xs_cells {
	uint32_t count;
	uint32_t least_pus; /* of the smallest one */
	hwloc_bitmap_t set[XS_CELLS_MAX];
};

/**
 * xs_cells_cut() - cut a machine into cells
 * @n: how many; 0: as many as have two cores each, so that a case can migrate there and has its
 *	neighbours; a core that is left over is a neighbour's
 *
 * A cell is whole cores, next to each other in the machine's order; where their number is not asked
 * for, under one cache and node, and of one kind, if there are two such cores. All PUs are in a
 *cell, and none is in two. No more cells than there are cores, none of one PU beside others, and at
 *least one. Return: 0, and the sets are the caller's: xs_cells_free(); -ENOMEM. Pure.
 */
int xs_cells_cut(struct xs_cells *cells, hwloc_topology_t topology, uint32_t n);
void xs_cells_free(struct xs_cells *cells);

/**
 * xs_cell_keep() - from now on a cell is the machine of the calling process
 * @topology: this machine's
 *
 * Its affinity is the cell's, and @topology has nothing else. Return: 0, or -errno with @why set.
 */
int xs_cell_keep(hwloc_topology_t topology, hwloc_const_bitmap_t set, char why[XS_WHY_BYTES]);

#endif
