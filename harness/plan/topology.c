// SPDX-License-Identifier: GPL-2.0-only
/* Loads the topology that a plan is made for: this machine's, or a described one. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/plan.h"

#define XML_BYTES_MAX (16 << 20) /* machines of a thousand PUs need about one MiB */

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && !strcmp(text + n - m, end);
}

/*
 * The number of PUs that a description asks for: the product of its levels'
 * arities, each a number alone or after a ':'. What stands in parentheses
 * (attributes) or brackets (memory) is no level. hwloc itself would allocate
 * for minutes before it found 10^9 PUs too many.
 */
static bool too_many_pus(const char *text)
{
	unsigned long long pus = 1;
	unsigned int depth = 0;
	bool start = true; /* a number that begins here is an arity */

	for (; *text; text++) {
		if (*text == '(' || *text == '[')
			depth++;
		else if ((*text == ')' || *text == ']') && depth)
			depth--;
		if (!depth && start && *text >= '0' && *text <= '9') {
			unsigned long long arity = strtoull(text, NULL, 0);

			if (arity > XS_SYNTHETIC_PUS_MAX)
				return true;
			pus *= arity;
			if (pus > XS_SYNTHETIC_PUS_MAX)
				return true;
		}
		start = *text == ':' || isspace((unsigned char)*text) ||
			(start && (*text == '+' || *text == '-'));
	}
	return false;
}

static int describe_by_file(hwloc_topology_t topology, const char *path, char why[XS_WHY_BYTES])
{
	struct stat st;

	/* hwloc would read an endless device until the memory is full. */
	if (!stat(path, &st) && (!S_ISREG(st.st_mode) || st.st_size > XML_BYTES_MAX)) {
		snprintf(why, XS_WHY_BYTES, "%.160s: not a file of at most %d MiB", path,
			 XML_BYTES_MAX >> 20);
		return -EINVAL;
	}
	errno = 0;
	if (hwloc_topology_set_xml(topology, path)) {
		int ret = errno ? -errno : -EINVAL;

		snprintf(why, XS_WHY_BYTES, "%.160s: %s", path, strerror(-ret));
		return ret;
	}
	return 0;
}

static int describe(hwloc_topology_t topology, const char *machine, char why[XS_WHY_BYTES])
{
	if (ends_with(machine, ".xml"))
		return describe_by_file(topology, machine, why);
	if (too_many_pus(machine)) {
		snprintf(why, XS_WHY_BYTES, "\"%.120s\" has more than %u PUs: describe fewer",
			 machine, XS_SYNTHETIC_PUS_MAX);
		return -EINVAL;
	}
	if (hwloc_topology_set_synthetic(topology, machine)) {
		snprintf(why, XS_WHY_BYTES,
			 "\"%.80s\" does not describe a machine: name levels from the outside in, "
			 "the last one pu, as in \"pack:2 l3:4 core:8 pu:2\"",
			 machine);
		return -EINVAL;
	}
	return 0;
}

/*
 * The same as HWLOC_TOPOLOGY_FLAG_RESTRICT_TO_CPUBINDING, which needs
 * _IS_THISSYSTEM and with it makes hwloc believe whatever machine the
 * environment names; the check below would then never find out.
 */
static int restrict_to_binding(hwloc_topology_t topology, char why[XS_WHY_BYTES])
{
	hwloc_bitmap_t cpus;
	int ret = 0;

	if (!hwloc_topology_is_thissystem(topology)) {
		snprintf(why, XS_WHY_BYTES,
			 "the environment makes hwloc show another machine than this one: "
			 "unset HWLOC_XMLFILE, HWLOC_SYNTHETIC and HWLOC_FSROOT");
		return -EINVAL;
	}
	errno = 0;
	cpus = hwloc_bitmap_alloc();
	if (!cpus || hwloc_get_cpubind(topology, cpus, HWLOC_CPUBIND_THREAD) ||
	    hwloc_topology_restrict(topology, cpus, 0)) {
		ret = errno ? -errno : -ENOMEM;
		snprintf(why, XS_WHY_BYTES, "cannot restrict the topology to the CPU affinity: %s",
			 strerror(-ret));
	}
	hwloc_bitmap_free(cpus);
	return ret;
}

int xs_topology_load(hwloc_topology_t *topology, const char *machine, char why[XS_WHY_BYTES])
{
	/*
	 * I/O devices are off by default. The x86 backend, which visits every
	 * CPU to run CPUID there, adds nothing to sysfs that a plan needs and
	 * waits wherever a CPU is busy.
	 */
	unsigned long flags = HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING |
			      HWLOC_TOPOLOGY_FLAG_NO_DISTANCES | HWLOC_TOPOLOGY_FLAG_NO_MEMATTRS;
	int ret;

	if (hwloc_topology_init(topology)) {
		snprintf(why, XS_WHY_BYTES, "no memory for the topology");
		return -ENOMEM;
	}
	ret = machine ? describe(*topology, machine, why) : 0;
	if (ret)
		goto out;
	errno = 0;
	if (hwloc_topology_set_flags(*topology, flags) || hwloc_topology_load(*topology)) {
		ret = machine || !errno ? -EINVAL : -errno;
		if (machine)
			snprintf(why, XS_WHY_BYTES, "%.120s: hwloc cannot load it%s", machine,
				 ends_with(machine, ".xml") ? ": export it anew with lstopo" : "");
		else
			snprintf(why, XS_WHY_BYTES, "hwloc cannot load this machine's topology: %s",
				 strerror(-ret));
		goto out;
	}
	ret = machine ? 0 : restrict_to_binding(*topology, why);
out:
	if (ret)
		hwloc_topology_destroy(*topology);
	return ret;
}
