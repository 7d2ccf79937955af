// SPDX-License-Identifier: GPL-2.0-only
/* The guest's side of the stream: frames, and files as frames. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "send.h"

int xs_vm_write(int fd, const void *bytes, size_t count)
{
	const char *at = bytes;

	while (count) {
		ssize_t n = write(fd, at, count);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			at += n;
			count -= (size_t)n;
		}
	}
	return 0;
}

int xs_vm_send(int link, enum xs_vm_frame type, const void *bytes, size_t count)
{
	uint8_t header[XS_VM_HEADER_BYTES] = { (uint8_t)type };
	int err;

	xs_vm_put(header + 1, count, 4);
	err = xs_vm_write(link, header, sizeof(header));
	return err ? err : xs_vm_write(link, bytes, count);
}

void xs_vm_send_failure(int link, const char *what, const char *which, int err)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "%s %s: %s", what, which, strerror(-err));

	if (n >= (int)sizeof(text))
		n = sizeof(text) - 1;
	xs_vm_send(link, XS_VM_FAIL, text, (size_t)n);
}

static int send_file(int link, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char bytes[16384];
	uint8_t size_le[8];
	uint64_t size = 0;
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	err = xs_vm_send(link, XS_VM_FILE, name, strlen(name));
	while (!err && (n = read(fd, bytes, sizeof(bytes))) > 0) {
		err = xs_vm_send(link, XS_VM_DATA, bytes, (size_t)n);
		size += (uint64_t)n;
	}
	if (!err && n < 0)
		err = -errno;
	close(fd);
	xs_vm_put(size_le, size, sizeof(size_le));
	return err ? err : xs_vm_send(link, XS_VM_CLOSE, size_le, sizeof(size_le));
}

int xs_vm_send_files(int link, const char *work, const struct timespec *start)
{
	DIR *dir = opendir(work);
	const struct dirent *entry;
	int err = 0;

	while (dir && !err && (entry = readdir(dir))) {
		struct stat st;

		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		if (st.st_ctim.tv_sec < start->tv_sec ||
		    (st.st_ctim.tv_sec == start->tv_sec && st.st_ctim.tv_nsec < start->tv_nsec))
			continue;
		err = send_file(link, dirfd(dir), entry->d_name);
		if (err)
			xs_vm_send_failure(link, "cannot send", entry->d_name, err);
	}
	if (dir)
		closedir(dir);
	return err;
}
