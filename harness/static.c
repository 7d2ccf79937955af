// SPDX-License-Identifier: GPL-2.0-only
/* What the archives of libraries ask for and a static program does not find. */
#include <search.h>
#include <stddef.h>

/*
 * hwloc: libudev, of which there is no archive, and which names disks; and plugins, which would
 * bring a libc of their own. Without them it reads sysfs alone, which is all that a plan takes of
 * it.
 */
#define NONE(prototype)                                                                            \
	prototype                                                                                  \
	{                                                                                          \
		return NULL;                                                                       \
	}

NONE(void *udev_new(void))
NONE(void *udev_unref(void *udev __attribute__((unused))))
NONE(void *udev_device_new_from_subsystem_sysname(void *udev __attribute__((unused))))
NONE(void *udev_device_get_property_value(void *device __attribute__((unused))))
NONE(void *udev_device_unref(void *device __attribute__((unused))))
NONE(void *__wrap_dlopen(const char *path __attribute__((unused))))

/*
 * libelf of elfutils 0.192: the trees of an open file, which its archive was made without. One
 * thread at a time reads a file, so there is no lock behind the root.
 */
__attribute__((weak)) void eu_search_tree_init(void **root)
{
	*root = NULL;
}

__attribute__((weak)) void eu_search_tree_fini(void **root, void (*free_node)(void *))
{
	tdestroy(*root, free_node);
}

__attribute__((weak)) void *eu_tsearch(const void *key, void **root,
				       int (*compare)(const void *, const void *))
{
	return tsearch(key, root, compare);
}

__attribute__((weak)) void *eu_tdelete(const void *key, void **root,
				       int (*compare)(const void *, const void *))
{
	return tdelete(key, root, compare);
}
