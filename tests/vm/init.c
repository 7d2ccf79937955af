// SPDX-License-Identifier: GPL-2.0-only
/*
 * The init of a test kernel's guest: runs one command and sends its output, the
 * files that it wrote and its exit status to the host.
 *
 * Built static and without vector registers, and while the command runs it
 * makes system calls only: the kernel under it may lose the registers that
 * libc's memcpy() and printf() would use.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "send.h"

/* What tests/vm/run puts into the initramfs beside this program. */
#define COMMAND_PATH "/vm/command" /* words: path, argv[0], argv[1], ... */
#define ENV_PATH     "/vm/env"	   /* words: NAME=VALUE */
#define FILES_PATH   "/vm/files"   /* exists: send the files that the command writes */
#define WORK_DIR     "/work"	   /* where the command runs */
/* Exists: that stream is a terminal on the host. Words: rows, columns. */
static const char *const tty_path[] = { "/vm/tty1", "/vm/tty2" };

/* A file of words, each ended by a NUL. */
struct words {
	char bytes[256 * 1024];
	char *word[4096 + 1]; /* ends with NULL */
	int count;
};

/* One of the command's two output streams. */
struct relay {
	enum xs_vm_frame type;
	int from; /* our end; -1 once it is at its end */
	int to;	  /* the command's end */
};

static int open_link(void)
{
	int fd = open("/dev/ttyS1", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios tio;
	int err;

	if (fd < 0)
		return -errno;
	if (tcgetattr(fd, &tio) < 0)
		goto fail;
	cfmakeraw(&tio);
	tio.c_cflag |= CLOCAL | CREAD;
	cfsetspeed(&tio, B115200);
	if (tcsetattr(fd, TCSANOW, &tio) < 0)
		goto fail;
	return fd;
fail:
	err = -errno;
	close(fd);
	return err;
}

/* Best effort: what a kernel does not have, the command will miss or not. */
static void mount_all(void)
{
	static const struct {
		const char *type, *target, *data;
	} mounts[] = {
		{ "devtmpfs", "/dev", NULL },
		{ "devpts", "/dev/pts", "ptmxmode=666" },
		{ "tmpfs", "/dev/shm", "mode=1777" },
		{ "tmpfs", "/tmp", "mode=1777" },
		{ "proc", "/proc", NULL },
		{ "sysfs", "/sys", NULL },
		{ "debugfs", "/sys/kernel/debug", NULL },
		{ "cgroup2", "/sys/fs/cgroup", NULL },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].target, 0755);
		mount(mounts[i].type, mounts[i].target, mounts[i].type, 0, mounts[i].data);
	}
}

/* Returns an allocated list, or NULL with errno set. */
static struct words *load_words(const char *path)
{
	struct words *w = calloc(1, sizeof(*w));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t have = 0;
	ssize_t n;

	if (!w || fd < 0)
		goto fail;
	while ((n = read(fd, w->bytes + have, sizeof(w->bytes) - have)) > 0)
		have += (size_t)n;
	if (n < 0)
		goto fail;
	errno = E2BIG;
	if (have == sizeof(w->bytes))
		goto fail;
	for (size_t at = 0; at < have; at += strlen(w->bytes + at) + 1) {
		if ((size_t)w->count + 1 >= sizeof(w->word) / sizeof(w->word[0]))
			goto fail;
		w->word[w->count++] = w->bytes + at;
	}
	close(fd);
	return w;
fail:
	if (fd >= 0)
		close(fd);
	free(w);
	return NULL;
}

/* A terminal that changes no byte, as large as the host's. */
static int open_terminal(struct relay *relay, const struct words *size)
{
	struct winsize ws = { 0 };
	struct termios tio;
	char path[32];
	int unlocked = 0;
	int number;

	relay->from = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (relay->from < 0 || ioctl(relay->from, TIOCSPTLCK, &unlocked) < 0 ||
	    ioctl(relay->from, TIOCGPTN, &number) < 0)
		return -errno;
	snprintf(path, sizeof(path), "/dev/pts/%d", number);
	relay->to = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (relay->to < 0 || tcgetattr(relay->to, &tio) < 0)
		return -errno;
	cfmakeraw(&tio);
	tcsetattr(relay->to, TCSANOW, &tio);
	if (size->count == 2) {
		ws.ws_row = (unsigned short)strtoul(size->word[0], NULL, 10);
		ws.ws_col = (unsigned short)strtoul(size->word[1], NULL, 10);
		ioctl(relay->to, TIOCSWINSZ, &ws);
	}
	return 0;
}

static int open_relay(struct relay *relay, const char *tty)
{
	struct words *size = load_words(tty);
	int ends[2];
	int err = size ? open_terminal(relay, size) : -ENOENT;

	free(size);
	if (!err)
		return 0;
	/* No terminal there, or a kernel without pseudo terminals. */
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	relay->from = ends[0];
	relay->to = ends[1];
	return 0;
}

/* Does not return: the errno of what failed goes into @error_fd. */
static void run_command(const struct words *command, char **env, const struct relay *relays,
			int error_fd)
{
	sigset_t none;
	int err;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (dup2(relays[0].to, 1) >= 0 && dup2(relays[1].to, 2) >= 0 && chdir(WORK_DIR) == 0) {
		ioctl(1, TIOCSCTTY, 0);
		execve(command->word[0], command->word + 1, env);
	}
	err = -errno;
	xs_vm_write(error_fd, &err, sizeof(err));
	_exit(127);
}

/* Returns the command's pid, or -errno. */
static pid_t start_command(const struct words *command, char **env, struct relay *relays)
{
	int error[2], err = 0;
	pid_t pid;

	if (pipe2(error, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		run_command(command, env, relays, error[1]);
	close(error[1]);
	close(relays[0].to);
	close(relays[1].to);
	if (read(error[0], &err, sizeof(err)) != sizeof(err))
		err = 0;
	close(error[0]);
	return err ? err : pid;
}

/* Passes on what there is now. */
static void relay_some(int link, struct relay *relay)
{
	char bytes[4096];
	ssize_t n = read(relay->from, bytes, sizeof(bytes));

	if (n > 0) {
		xs_vm_send(link, relay->type, bytes, (size_t)n);
	} else if (n == 0 || errno != EINTR) { /* a terminal ends with EIO */
		close(relay->from);
		relay->from = -1;
	}
}

/* Passes on output and reaps orphans until @child ends; returns its status. */
static int relay_until_exit(int link, struct relay *relays, pid_t child)
{
	struct signalfd_siginfo died;
	sigset_t mask;
	int status, deaths;

	/* No handler: a kernel under test may not survive its init's first signal frame. */
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	deaths = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	for (;;) {
		struct pollfd fds[3] = { { relays[0].from, POLLIN, 0 },
					 { relays[1].from, POLLIN, 0 },
					 { deaths, POLLIN, 0 } };
		/* Without signalfd() a look ten times a second has to do. */
		int ready = poll(fds, 3, deaths < 0 ? 100 : -1);
		pid_t pid;

		while (deaths >= 0 && read(deaths, &died, sizeof(died)) > 0)
			;

		for (int i = 0; i < 2; i++)
			if (ready > 0 && fds[i].revents)
				relay_some(link, &relays[i]);
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == child)
				return status;
	}
}

/* Ends what the command left running, and passes on the rest of its output. */
static void finish_command(int link, struct relay *relays)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	pid_t pid;

	kill(-1, SIGKILL);
	/* For one second at most: a process may be stuck in the kernel. */
	for (int i = 0; i < 100; i++) {
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0)
			break;
		nanosleep(&pause, NULL);
	}
	for (int i = 0; i < 2; i++) {
		if (relays[i].from >= 0)
			fcntl(relays[i].from, F_SETFL, O_NONBLOCK);
		while (relays[i].from >= 0)
			relay_some(link, &relays[i]);
	}
}

static void serve(int link)
{
	struct relay relays[2] = { { XS_VM_STDOUT, -1, -1 }, { XS_VM_STDERR, -1, -1 } };
	const struct words *command = load_words(COMMAND_PATH);
	const struct words *env = load_words(ENV_PATH);
	struct timespec start;
	uint8_t status_le[4] = { 0 };
	sigset_t mask;
	pid_t pid;
	int err = 0;

	/* No command: a probe boot, which has got as far as it can. */
	if (access(COMMAND_PATH, F_OK) < 0) {
		xs_vm_send(link, XS_VM_EXIT, status_le, sizeof(status_le));
		return;
	}
	if (!command || command->count < 2 || !env) {
		xs_vm_send_failure(link, "cannot read", command ? ENV_PATH : COMMAND_PATH, -errno);
		return;
	}
	for (int i = 0; i < 2 && !err; i++)
		err = open_relay(&relays[i], tty_path[i]);
	if (err) {
		xs_vm_send_failure(link, "cannot open", "a pipe", err);
		return;
	}
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	/* The clock of file times. */
	clock_gettime(CLOCK_REALTIME_COARSE, &start);
	pid = start_command(command, (char **)env->word, relays);
	if (pid < 0) {
		xs_vm_send_failure(link, "cannot run", command->word[0], pid);
		return;
	}
	xs_vm_put(status_le, (uint32_t)relay_until_exit(link, relays, pid), sizeof(status_le));
	finish_command(link, relays);
	if (access(FILES_PATH, F_OK) < 0 || xs_vm_send_files(link, WORK_DIR, &start) == 0)
		xs_vm_send(link, XS_VM_EXIT, status_le, sizeof(status_le));
}

int main(void)
{
	int link, null;

	/* Run by hand on a host, this would unmount nothing but reboot it. */
	if (getpid() != 1) {
		fputs("this is the init of a guest of tests/vm/run\n", stderr);
		return 2;
	}
	mount_all();
	/* The console's own port too: it may share its interrupt with ours. */
	null = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
	link = open_link();
	if (link >= 0 && xs_vm_write(link, XS_VM_GREETING, strlen(XS_VM_GREETING)) == 0) {
		serve(link);
		tcdrain(link);
	} else {
		int console = open("/dev/ttyS0", O_WRONLY | O_NOCTTY);

		dprintf(console, "init: no second serial port: /dev/ttyS1: %s\n", strerror(-link));
	}
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}
