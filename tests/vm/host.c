// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's side of tests/vm/run: starts QEMU, takes the stream of the guest's
 * init from QEMU's standard output, and ends QEMU when all has arrived.
 *
 * The guest runs a kernel that may be broken, so nothing it sends is trusted.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "console.h"
#include "stream.h"

/* No exit code came from the guest; the host's own trouble kept it from coming. */
#define EXIT_GUEST 2
#define EXIT_HOST  3

/* Where QEMU finds its monitor. */
#define MONITOR_FD 3

struct receiver {
	int from;	     /* the stream */
	int monitor;	     /* QEMU's */
	int signals;	     /* readable once this program is to end */
	int64_t deadline_ns; /* CLOCK_MONOTONIC */
	struct xs_vm_console console;
	bool stopped; /* the stream has ended too early */
	int out_dir;  /* -1: files are not wanted */
	int file;     /* the file being received; -1 if none */
	char name[256];
	char temporary[32]; /* what it is called until it is whole */
	uint64_t size_bytes;
	int status; /* of the guest's command, as wait() gives it */
	uint8_t bytes[XS_VM_FRAME_MAX + 1];
};

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

/* Says what is wrong. Returns @err, or -EPROTO where it is the guest that failed. */
static int fail(const char *what, const char *which, int err)
{
	fprintf(stderr, "tests/vm/run: %s%s%s%s\n", what, which, err ? ": " : "",
		err ? strerror(-err) : "");
	return err ? err : -EPROTO;
}

static int damaged(const char *how)
{
	return fail("the guest's stream is damaged: ", how, 0);
}

/* Waits until @fd is ready for @events, for the time limit or for a signal. */
static int await(struct receiver *r, int fd, short events)
{
	struct pollfd fds[2] = { { fd, events, 0 }, { r->signals, POLLIN, 0 } };

	do {
		int64_t left_ms = (r->deadline_ns - now_ns()) / 1000000;
		int ready;

		if (left_ms < 0)
			return fail("no exit code before the timeout (--timeout)", "", 0);
		ready = poll(fds, 2, left_ms < 1000 ? (int)left_ms + 1 : 1000);
		if (ready < 0 && errno != EINTR)
			return fail("cannot wait", "", -errno);
		if (fds[1].revents)
			return -ECANCELED;
		if (ready == 0 && xs_vm_console_dead(&r->console, now_ns()))
			return fail("the guest has panicked, and does not reboot", "", 0);
	} while (!fds[0].revents);
	return 0;
}

/* Writes all, however slow the reader of a pipe is. */
static int write_all(struct receiver *r, int fd, const void *bytes, size_t count)
{
	const char *at = bytes;

	while (count) {
		int err = await(r, fd, POLLOUT);
		ssize_t n;

		if (err)
			return err;
		/* No more than a pipe that is ready takes without blocking. */
		n = write(fd, at, count < PIPE_BUF ? count : PIPE_BUF);
		if (n < 0 && errno == EPIPE)
			return -EPIPE;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return fail("cannot write ", fd == r->file ? r->name : "the output",
				    -errno);
		if (n > 0) {
			at += n;
			count -= (size_t)n;
		}
	}
	return 0;
}

/* Reads exactly @count bytes. */
static int receive(struct receiver *r, void *bytes, size_t count)
{
	uint8_t *at = bytes;

	while (count) {
		int err = await(r, r->from, POLLIN);
		ssize_t n;

		if (err)
			return err;
		n = read(r->from, at, count);
		if (n == 0) {
			r->stopped = true;
			return fail("the guest stopped without an exit code", "", 0);
		}
		if (n < 0 && errno != EINTR)
			return fail("cannot read from QEMU", "", -errno);
		if (n > 0) {
			at += n;
			count -= (size_t)n;
		}
	}
	return 0;
}

/* Firmware and the kernel's probing of the port may come before it. */
static int receive_greeting(struct receiver *r)
{
	const char *greeting = XS_VM_GREETING;
	size_t matched = 0;

	while (greeting[matched]) {
		char c;
		int err = receive(r, &c, 1);

		if (err)
			return err;
		/* Its first byte is nowhere else in it but at its end. */
		matched = c == greeting[matched] ? matched + 1 : c == greeting[0];
	}
	return 0;
}

/* A name in --out and nowhere else. */
static int begin_file(struct receiver *r, size_t length)
{
	const char *name = (const char *)r->bytes;
	int number = 0;

	if (r->out_dir < 0 || r->file >= 0)
		return damaged("a file out of place");
	if (length == 0 || length >= sizeof(r->name) || strlen(name) != length ||
	    strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return damaged("a file name that is none");
	memcpy(r->name, name, length + 1);
	r->size_bytes = 0;
	do {
		snprintf(r->temporary, sizeof(r->temporary), ".xsavage-vm.%d.%d", getpid(),
			 number++);
		r->file = openat(r->out_dir, r->temporary,
				 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	} while (r->file < 0 && errno == EEXIST);
	return r->file < 0 ? fail("cannot write to --out", "", -errno) : 0;
}

static int end_file(struct receiver *r, size_t length)
{
	int err = 0;

	if (r->file < 0 || length != 8 || xs_vm_get(r->bytes, 8) != r->size_bytes)
		return damaged("a file that is not whole");
	if (close(r->file) < 0)
		err = -errno;
	r->file = -1;
	/* Replaces a link, does not follow it. */
	if (!err && renameat(r->out_dir, r->temporary, r->out_dir, r->name) < 0)
		err = -errno;
	if (err)
		unlinkat(r->out_dir, r->temporary, 0);
	return err ? fail("cannot write to --out: ", r->name, err) : 0;
}

/* Returns 1 after the last frame, 0 after another one, -errno. */
static int take_frame(struct receiver *r, uint8_t type, size_t length)
{
	switch (type) {
	case XS_VM_STDOUT:
	case XS_VM_STDERR:
		return write_all(r, type == XS_VM_STDOUT ? 1 : 2, r->bytes, length);
	case XS_VM_FILE:
		return begin_file(r, length);
	case XS_VM_DATA:
		if (r->file < 0)
			return damaged("data of no file");
		r->size_bytes += length;
		return write_all(r, r->file, r->bytes, length);
	case XS_VM_CLOSE:
		return end_file(r, length);
	case XS_VM_EXIT:
		if (r->file >= 0 || length != 4)
			return damaged("an exit status out of place");
		r->status = (int)xs_vm_get(r->bytes, 4);
		return 1;
	case XS_VM_FAIL:
		return fail("in the guest: ", (const char *)r->bytes, 0);
	default:
		return damaged("a frame of no known type");
	}
}

static int receive_all(struct receiver *r, const char *monitor_command)
{
	int err = receive_greeting(r);

	if (!err && *monitor_command && dprintf(r->monitor, "%s\n", monitor_command) < 0)
		err = fail("cannot write to QEMU's monitor", "", -errno);
	while (!err) {
		uint8_t header[XS_VM_HEADER_BYTES];
		size_t length;

		err = receive(r, header, sizeof(header));
		length = xs_vm_get(header + 1, 4);
		if (!err && length > XS_VM_FRAME_MAX)
			err = damaged("a frame that is too long");
		if (!err)
			err = receive(r, r->bytes, length);
		if (err)
			break;
		r->bytes[length] = 0;
		err = take_frame(r, header[0], length);
	}
	if (r->file >= 0) {
		close(r->file);
		unlinkat(r->out_dir, r->temporary, 0);
	}
	return err < 0 ? err : 0;
}

/* What becomes QEMU. Does not return. */
static void run_qemu(char **command, int log, int stream, int monitor, const sigset_t *unblocked)
{
	const struct rlimit no_core = { 0, 0 };
	int null = open("/dev/null", O_RDONLY);

	sigprocmask(SIG_SETMASK, unblocked, NULL);
	/* A KVM that does not work can make QEMU abort(). */
	setrlimit(RLIMIT_CORE, &no_core);
	if (dup2(null, 0) >= 0 && dup2(stream, 1) >= 0 && dup2(log, 2) >= 0 &&
	    dup2(monitor, MONITOR_FD) >= 0)
		execvp(command[0], command);
	perror(command[0]);
	_exit(EXIT_HOST);
}

/*
 * Returns QEMU's pid, or -errno. @r->from gets what it writes to standard
 * output, @r->monitor its monitor.
 */
static pid_t start_qemu(struct receiver *r, char **command, const char *log_path,
			const sigset_t *unblocked)
{
	int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	pid_t parent = getpid(), pid;
	int stream[2], monitor[2];

	if (log < 0 || pipe2(stream, O_CLOEXEC) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, monitor) < 0)
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		/* However this program ends, its guest ends with it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			run_qemu(command, log, stream[1], monitor[1], unblocked);
		_exit(EXIT_HOST);
	}
	close(log);
	close(stream[1]);
	close(monitor[1]);
	r->from = stream[0];
	r->monitor = monitor[0];
	return pid;
}

/* Ends QEMU, and says so where somebody else has. */
static void end_qemu(const struct receiver *r, pid_t qemu)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	int status;

	/* The stream's end comes first. */
	for (int i = 0; r->stopped && i < 100; i++) {
		if (waitpid(qemu, &status, WNOHANG) == 0) {
			nanosleep(&pause, NULL);
			continue;
		}
		if (WIFSIGNALED(status))
			fprintf(stderr, "tests/vm/run: signal %d (%s) ended the emulator\n",
				WTERMSIG(status), strsignal(WTERMSIG(status)));
		return;
	}
	/* All is here: waiting for the guest to shut down would cost half a second. */
	kill(qemu, SIGKILL);
	waitpid(qemu, NULL, 0);
}

/* The shell's convention: 128 + N for a command that signal N killed. */
static int exit_code(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "tests/vm/run: signal %d (%s) killed the guest's command\n",
		WTERMSIG(status), strsignal(WTERMSIG(status)));
	return 128 + WTERMSIG(status);
}

/* The signals that end this program, readable; @unblocked is the mask before. */
static int open_signals(sigset_t *unblocked)
{
	sigset_t ending;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGHUP);
	sigprocmask(SIG_BLOCK, &ending, unblocked);
	return signalfd(-1, &ending, SFD_CLOEXEC);
}

/*
 * host TIMEOUT_S OUT_DIR|"" MONITOR_COMMAND|"" CONSOLE QEMU_LOG DONE_FILE QEMU [ARG...]
 *
 * Gives QEMU's monitor the command once the guest is up. Exits with the code of
 * the guest's command after making DONE_FILE; without it that has failed.
 */
int main(int argc, char **argv)
{
	static struct receiver r = { .out_dir = -1, .file = -1 };
	pid_t parent = getppid(), qemu;
	sigset_t unblocked;
	int done, err;

	if (argc < 8) {
		fputs("this is a part of tests/vm/run\n", stderr);
		return EXIT_HOST;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	r.signals = open_signals(&unblocked);
	if (r.signals < 0 || getppid() != parent)
		return EXIT_HOST;
	r.console.path = argv[4];
	r.deadline_ns = now_ns() + strtoll(argv[1], NULL, 10) * 1000000000LL;
	if (*argv[2]) {
		r.out_dir = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (r.out_dir < 0) {
			fail("cannot open --out ", argv[2], -errno);
			return EXIT_HOST;
		}
	}
	qemu = start_qemu(&r, argv + 7, argv[5], &unblocked);
	if (qemu < 0) {
		fail("cannot start ", argv[7], qemu);
		return EXIT_HOST;
	}
	err = receive_all(&r, argv[3]);
	end_qemu(&r, qemu);
	if (err == -EPIPE)
		return 128 + SIGPIPE;
	if (err)
		return err == -EPROTO ? EXIT_GUEST : EXIT_HOST;
	done = open(argv[6], O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (done < 0) {
		fail("cannot write ", argv[6], -errno);
		return EXIT_HOST;
	}
	return exit_code(r.status);
}
