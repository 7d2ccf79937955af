// SPDX-License-Identifier: GPL-2.0-only
/* Executes the program of exec_program.S from a window, and takes what it has found. */
#include "pressure/exec_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pressure/exec_program.h"
#include "task/probe.h"
#include "task/sys.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010u /* uapi/linux/memfd.h, since 6.3 */
#endif

#define FOUND_BYTES (XS_IMAGE_MAX + sizeof(int32_t)) /* .found and .refused */

/* No FCW: what is in the dump's first bytes until the program has written it. */
static const uint16_t nothing = 0xffff;

/* A memfd that may be executed: a descriptor, or -errno. */
static int executable_memfd(void)
{
	struct stat st;
	int fd =
		(int)xs_syscall3(SYS_memfd_create, (long)"xsavage-exec", MFD_CLOEXEC | MFD_EXEC, 0);

	if (fd == -EINVAL) /* before 6.3 all were */
		fd = (int)xs_syscall3(SYS_memfd_create, (long)"xsavage-exec", MFD_CLOEXEC, 0);
	if (fd < 0)
		return fd;
	if (!fstat(fd, &st) && (st.st_mode & S_IXUSR))
		return fd;
	close(fd);
	return -EACCES;
}

int xs_exec_supported(char *why)
{
	const char *what = "an executable memfd (sysctl vm.memfd_noexec)";
	int rc;

	if (xs_on_valgrind())
		return xs_why(-EOPNOTSUPP, why, "Valgrind would not run the new program");
	rc = executable_memfd();
	if (rc >= 0) {
		close(rc);
		/* No file has that number: where there is such a system call it says so. */
		rc = (int)xs_syscall6(SYS_execveat, -1, (long)"", 0, 0, AT_EMPTY_PATH, 0);
		if (rc == -EBADF)
			return 0;
		what = "execveat()";
	}
	return xs_why(rc, why, "%s: %s", what, strerror(-rc));
}

/* Write the program, with its parameters, to its file. */
static int make_program(const struct xs_task *t, const struct xs_exec_file *e)
{
	const size_t bytes = (uintptr_t)xs_exec_program_end - (uintptr_t)xs_exec_program;
	const struct xs_exec_parameters p = { .mask = t->level->window.dump_mask,
					      .bytes = t->shared->cpu.image_bytes,
					      .fd = (uint32_t)e->dump };

	if (pwrite(e->program, xs_exec_program, bytes, 0) != (ssize_t)bytes ||
	    pwrite(e->program, &p, sizeof(p), XS_EXEC_PARAMETERS) != sizeof(p))
		return -EIO;
	return 0;
}

static int open_files(const struct xs_task *t, struct xs_exec_file *e)
{
	e->program = executable_memfd();
	if (e->program < 0)
		return e->program;
	/* Not close-on-exec: the new program writes to it. */
	e->dump = (int)xs_syscall3(SYS_memfd_create, (long)"xsavage-dump", 0, 0);
	if (e->dump < 0)
		return e->dump;
	if (ftruncate(e->dump, FOUND_BYTES))
		return -errno;
	e->found = mmap(NULL, FOUND_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, e->dump, 0);
	if (e->found == MAP_FAILED)
		return -errno;
	e->refused = (int32_t *)(e->found + XS_IMAGE_MAX);
	return make_program(t, e);
}

int xs_exec_open(struct xs_task *t, struct xs_exec_file *e)
{
	const int rc = open_files(t, e);

	return rc ? xs_task_fail(t, rc, "making the program that it executes") : 0;
}

void xs_exec_close(const struct xs_exec_file *e)
{
	if (e->found && e->found != MAP_FAILED)
		munmap(e->found, FOUND_BYTES);
	if (e->dump > 0)
		close(e->dump);
	if (e->program > 0)
		close(e->program);
}

void xs_exec_begin(const struct xs_exec_file *e)
{
	__builtin_memcpy(e->found, &nothing, sizeof(nothing));
	*e->refused = 0;
}

void xs_exec_run(const struct xs_task *t, const struct xs_exec_file *e)
{
	static const char *const argv[] = { "xsavage-exec", NULL };
	struct xs_window *w = &t->level->window;

	w->hold_syscall = SYS_execveat;
	w->args[0] = (uint64_t)e->program;
	w->args[1] = (uintptr_t) "";
	w->args[2] = (uintptr_t)argv;
	w->args[3] = (uintptr_t)(argv + 1);
	w->args[4] = AT_EMPTY_PATH;
	xs_window_run(w);
	*e->refused = w->result;
	xs_exit(0);
}

int xs_exec_end(struct xs_task *t, const struct xs_exec_file *e)
{
	if (*e->refused)
		return xs_task_fail(t, *e->refused, "execveat() in its window");
	if (!__builtin_memcmp(e->found, &nothing, sizeof(nothing)))
		return xs_task_fail(t, -EIO, "its program left no dump");
	return 0;
}
