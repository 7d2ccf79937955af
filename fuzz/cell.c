// SPDX-License-Identifier: GPL-2.0-only
/* Takes a cell of the machine. */
#include "fuzz/cell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "plan/cells.h"

/*
 * Whose lock on the folder of its first CPU it is has the cell, until the process ends: there is
 * such a folder, it can be locked by whoever can read it, and nothing is left behind.
 */
static bool take(hwloc_const_bitmap_t set)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d", hwloc_bitmap_first(set));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return true;
	close(fd);
	return false;
}

static int take_any(const struct xs_cells *cells, hwloc_topology_t topology, char why[XS_WHY_BYTES])
{
	char list[64];
	uint32_t i = 0;

	while (i < cells->count && !take(cells->set[i]))
		i++;
	if (i == cells->count)
		return 0;
	hwloc_bitmap_list_snprintf(list, sizeof(list), cells->set[i]);
	fprintf(stderr, "INFO: cell %u of %u: CPUs %s\n", i, cells->count, list);
	return xs_cell_keep(topology, cells->set[i], why);
}

int xs_fuzz_open(struct xs_session *s, char why[XS_WHY_BYTES])
{
	struct xs_cells cells;
	int rc = xs_session_open(s, why);

	if (rc)
		return rc;
	rc = xs_cells_cut(&cells, s->topology, 0);
	if (rc)
		xs_why(rc, why, "no memory for cells");
	else if (cells.count > 1)
		rc = take_any(&cells, s->topology, why);
	xs_cells_free(&cells);
	if (rc)
		xs_session_close(s);
	return rc;
}
