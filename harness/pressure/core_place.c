// SPDX-License-Identifier: GPL-2.0-only
/* Where children leave their core files: a folder that is gone afterwards, whoever is killed. */
#include "pressure/core_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "axis/axis.h"
#include "task/probe.h"
#include "task/sys.h"

#define PATTERN	     "/proc/sys/kernel/core_pattern"
#define FILTER	     "/proc/self/coredump_filter"
#define LIMIT_BYTES  (4ul << 20) /* many times what a core takes: less would cut it short */
#define REMOVE_US    10000u
#define REMOVE_TRIES 1000u /* a child that dumps while it is killed is done by then */

/* Remove all files of @folder: a descriptor of the one that is a core, or -errno. */
static int empty(int folder)
{
	const int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	const struct dirent *e;
	int core = -ENOENT;

	if (!d) {
		const int rc = -errno;

		if (again >= 0)
			close(again);
		return rc;
	}
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.' && (!e->d_name[1] || !strcmp(e->d_name, "..")))
			continue;
		if (core < 0) {
			core = openat(folder, e->d_name,
				      O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
			core = core < 0 ? -errno : core;
		}
		unlinkat(folder, e->d_name, 0);
	}
	closedir(d);
	return core;
}

/* By name alone: the guardian was there before the folder. Nobody else's is touched. */
static int undo(void *arg)
{
	const struct xs_core_place *p = arg;
	int rc = 0;

	for (uint32_t n = 0; n < REMOVE_TRIES; n++) {
		const int folder = open(p->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		struct stat st;
		int core;

		if (folder < 0)
			return errno == ENOENT ? 0 : -errno;
		if (fstat(folder, &st) || st.st_uid != geteuid()) {
			close(folder);
			return -EPERM;
		}
		core = empty(folder);
		if (core >= 0)
			close(core);
		close(folder);
		rc = rmdir(p->path) ? -errno : 0;
		if (rc != -ENOTEMPTY && rc != -EEXIST)
			break;
		xs_sleep_us(REMOVE_US);
	}
	return rc == -ENOENT ? 0 : rc;
}

int xs_core_open(struct xs_core_place *p)
{
	const char *dir = getenv("TMPDIR");
	int rc;

	p->fd = -1;
	p->guardian = (struct xs_guardian){ .undo = undo, .arg = p, .fd = -1 };
	/* Nobody else's: undo() takes the name, and the owner, for a proof that we made it. */
	if (snprintf(p->path, sizeof(p->path), "%s/xsavage-core-%d-%llx",
		     dir && *dir == '/' ? dir : "/tmp", getpid(),
		     (unsigned long long)xs_rdtsc()) >= (int)sizeof(p->path))
		return -ENAMETOOLONG;
	rc = xs_guardian_start(&p->guardian);
	if (rc)
		return rc;
	rc = mkdir(p->path, 0700) ? -errno : 0;
	if (!rc)
		p->fd = open(p->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (!rc && p->fd < 0)
		rc = -errno;
	if (rc)
		xs_guardian_end(&p->guardian);
	return rc;
}

int xs_core_close(struct xs_core_place *p)
{
	if (p->fd < 0)
		return 0;
	close(p->fd);
	p->fd = -1;
	return xs_guardian_end(&p->guardian);
}

int xs_core_enter(const struct xs_core_place *p)
{
	struct rlimit core;
	long rc;
	int fd;

	if (getrlimit(RLIMIT_CORE, &core))
		return -errno;
	core.rlim_cur = core.rlim_max;
	if (setrlimit(RLIMIT_CORE, &core) || fchdir(p->fd))
		return -errno;
	fd = open(FILTER, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = xs_syscall3(SYS_write, fd, (long)"0", 1);
	close(fd);
	return rc < 0 ? (int)rc : 0;
}

int xs_core_take(const struct xs_core_place *p)
{
	const int fd = empty(p->fd);
	struct stat st;

	if (fd < 0 || (!fstat(fd, &st) && S_ISREG(st.st_mode)))
		return fd;
	close(fd);
	return -ENOENT;
}

/* core(5): what a core file is called, or who gets it. */
static int supported_pattern(char *why)
{
	char text[256];
	const int fd = open(PATTERN, O_RDONLY | O_CLOEXEC);
	long n;

	if (fd < 0)
		return xs_why(-errno, why, "core dumps (CONFIG_COREDUMP): " PATTERN ": %m");
	n = xs_syscall3(SYS_read, fd, (long)text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return xs_why((int)n, why, PATTERN ": %m");
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	/* "|PROGRAM", "@SOCKET", "/PATH": none of them is ours to follow. */
	if (text[0] && text[0] != '|' && text[0] != '@' && !strchr(text, '/'))
		return 0;
	return xs_why(-EOPNOTSUPP, why,
		      "core files in the working directory (kernel.core_pattern is \"%.80s\")",
		      text);
}

static int supported_limit(char *why)
{
	struct rlimit core;

	if (getrlimit(RLIMIT_CORE, &core))
		return xs_why(-errno, why, "RLIMIT_CORE: %m");
	if (core.rlim_max >= LIMIT_BYTES)
		return 0;
	return xs_why(-EPERM, why, "core files of 4 MiB (RLIMIT_CORE's hard limit is %llu)",
		      (unsigned long long)core.rlim_max);
}

/* Whether a child leaves a core: 1, 0 or -errno. */
static int try_core(const struct xs_core_place *p)
{
	/* Without a signal at its end: the caller's handling of SIGCHLD does not matter. */
	const long pid = xs_syscall6(SYS_clone, 0, 0, 0, 0, 0, 0);
	int status = 0, fd;
	long rc;

	if (!pid) {
		const int entered = xs_core_enter(p);

		xs_syscall3(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0);
		if (!entered) {
			signal(SIGXCPU, SIG_DFL);
			xs_syscall3(SYS_kill, xs_syscall3(SYS_getpid, 0, 0, 0), SIGXCPU, 0);
		}
		xs_exit(entered ? -entered : EIO);
	}
	if (pid < 0)
		return (int)pid;
	rc = xs_wait4(pid, &status, __WALL);
	if (rc < 0)
		return (int)rc;
	if (WIFEXITED(status))
		return -WEXITSTATUS(status);
	fd = xs_core_take(p);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	close(fd);
	return 1;
}

int xs_core_supported(char *why)
{
	struct xs_core_place p;
	int rc = 0;

	if (xs_on_valgrind())
		rc = xs_why(-EOPNOTSUPP, why, "Valgrind writes a core file of its own");
	if (!rc)
		rc = supported_pattern(why);

	if (!rc)
		rc = supported_limit(why);
	if (rc)
		return rc;
	rc = xs_core_open(&p);
	if (rc)
		return xs_why(rc, why, "a folder for core files ($TMPDIR, or /tmp): %m");
	rc = try_core(&p);
	xs_core_close(&p);
	if (rc > 0)
		return 0;
	if (rc < 0)
		return xs_why(rc, why, "a child that dumps core: %m");
	return xs_why(-EOPNOTSUPP, why,
		      "a core file of a child that dies (CONFIG_ELF_CORE, fs.suid_dumpable)");
}
