// SPDX-License-Identifier: GPL-2.0-only
/* Loads the topology that a plan is made for: this machine's, or a described one. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "case/str.h"
#include "plan/plan.h"

#define XML_BYTES_MAX (16 << 20) /* machines of a thousand PUs need about one MiB */

static bool is_file(const char *machine)
{
	const char *end = machine ? strrchr(machine, '.') : NULL;

	return end && !strcmp(end, ".xml");
}

/* What is wrong with a whole machine; a file of it may be made anew. */
static int refuse(const char *machine, const char *wrong, char why[XS_WHY_BYTES])
{
	struct xs_str s = xs_str_open(why, XS_WHY_BYTES);

	xs_str_file(&s, machine ? machine : "this machine");
	xs_str_add(&s, ": %s%s", wrong, is_file(machine) ? ": export it anew with lstopo" : "");
	return -EINVAL;
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
			const unsigned long long arity = strtoull(text, NULL, 0);

			if (arity > XS_SYNTHETIC_PUS_MAX || pus * arity > XS_SYNTHETIC_PUS_MAX)
				return true;
			pus *= arity;
		}
		start = *text == ':' || isspace((unsigned char)*text) ||
			(start && (*text == '+' || *text == '-'));
	}
	return false;
}

static int describe_by_file(hwloc_topology_t topology, const char *path, char why[XS_WHY_BYTES])
{
	struct xs_str s = xs_str_open(why, XS_WHY_BYTES);
	struct stat st;

	/* hwloc would read an endless device until the memory is full. */
	if (!stat(path, &st) && (!S_ISREG(st.st_mode) || st.st_size > XML_BYTES_MAX)) {
		xs_str_file(&s, path);
		xs_str_add(&s, ": not a file of at most %d MiB", XML_BYTES_MAX >> 20);
		return -EINVAL;
	}
	errno = 0;
	if (hwloc_topology_set_xml(topology, path)) {
		int ret = errno ? -errno : -EINVAL;

		xs_str_file(&s, path);
		xs_str_add(&s, ": %s", strerror(-ret));
		return ret;
	}
	return 0;
}

static int describe(hwloc_topology_t topology, const char *machine, char why[XS_WHY_BYTES])
{
	struct xs_str s = xs_str_open(why, XS_WHY_BYTES);

	if (is_file(machine))
		return describe_by_file(topology, machine, why);
	xs_str_quote(&s, machine);
	if (too_many_pus(machine))
		xs_str_add(&s, " has more than %u PUs: describe fewer", XS_SYNTHETIC_PUS_MAX);
	else if (hwloc_topology_set_synthetic(topology, machine))
		xs_str_put(&s, " does not describe a machine: name levels from the outside in, "
			       "the last one pu, as in \"pack:2 l3:4 core:8 pu:2\"");
	else
		return 0;
	return -EINVAL;
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

	if (!hwloc_topology_is_thissystem(topology))
		return xs_why(-EINVAL, why,
			      "the environment makes hwloc show another machine than this one: "
			      "unset HWLOC_XMLFILE, HWLOC_SYNTHETIC and HWLOC_FSROOT");
	errno = 0;
	cpus = hwloc_bitmap_alloc();
	if (!cpus || hwloc_get_cpubind(topology, cpus, HWLOC_CPUBIND_THREAD) ||
	    hwloc_topology_restrict(topology, cpus, 0))
		ret = xs_why(errno ? -errno : -ENOMEM, why,
			     "cannot restrict the topology to the CPU affinity: %m");
	hwloc_bitmap_free(cpus);
	return ret;
}

/*
 * Whether the tree is what plans rely on: every object has PUs, numbered one after the other, as
 * many as its cpuset has CPUs. hwloc sees to that where it looks at a machine; what an XML file
 * says it believes. Return: the object's PUs, or 0 where it is not so.
 */
static unsigned int count_pus(hwloc_obj_t object, unsigned int first)
{
	unsigned int pus = 0;

	if (object->type == HWLOC_OBJ_PU)
		pus = object->logical_index == first &&
		      hwloc_bitmap_isset(object->cpuset, object->os_index);
	for (hwloc_obj_t child = object->first_child; child; child = child->next_sibling) {
		const unsigned int more = count_pus(child, first + pus);

		if (!more)
			return 0;
		pus += more;
	}
	return hwloc_bitmap_weight(object->cpuset) == (int)pus ? pus : 0;
}

static int check(hwloc_topology_t topology, const char *machine, char why[XS_WHY_BYTES])
{
	static const hwloc_obj_type_t types[] = { HWLOC_OBJ_PACKAGE, HWLOC_OBJ_L3CACHE,
						  HWLOC_OBJ_L2CACHE, HWLOC_OBJ_CORE };
	hwloc_obj_t pu = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, 0);
	const char *wrong = NULL;

	if (!count_pus(hwloc_get_root_obj(topology), 0))
		wrong = "a core, cache or package has no PUs, or not those that it says";
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (hwloc_get_type_depth(topology, types[i]) == HWLOC_TYPE_DEPTH_MULTIPLE)
			wrong = "cores, caches or packages lie within their like";
	for (; pu && !wrong; pu = pu->next_cousin)
		if (pu->os_index > INT32_MAX)
			wrong = "a PU's number is out of range";
	return wrong ? refuse(machine, wrong, why) : 0;
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

	if (hwloc_topology_init(topology))
		return xs_why(-ENOMEM, why, "no memory for the topology");
	ret = machine ? describe(*topology, machine, why) : 0;
	errno = 0;
	if (!ret &&
	    (hwloc_topology_set_flags(*topology, flags) || hwloc_topology_load(*topology))) {
		ret = machine ? refuse(machine, "hwloc cannot load it", why)
			      : xs_why(errno ? -errno : -EINVAL, why,
				       "hwloc cannot load this machine's topology: %m");
	}
	if (!ret && !machine)
		ret = restrict_to_binding(*topology, why);
	if (!ret)
		ret = check(*topology, machine, why);
	if (ret)
		hwloc_topology_destroy(*topology);
	return ret;
}
