#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static struct task {
	const char *name;
	void (*run)(struct task *t);
	uint64_t mask, init, keep; /* components of XSAVE: in use or init; init; to come back */
	_Alignas(64) uint64_t image[512], other[512], entry[512]; /* to load; handler's; found */
	const uint64_t *want; /* what has to come back */
	long call, arg[5]; /* the system call with its registers loaded, if any */
	uint8_t *stack, *fpstate; /* of a worker */
	volatile uint32_t inside, generation, lacks; /* inside: loaded, no signal yet */
	volatile unsigned long windows, signals, full, faults, before;
	int cpu, worker, thread; /* its worker's CPU, the next ones, -1: any; whom it serves, how */
	int owner, pid, hold, hold_us, period_us;
} *tasks, *volatile self; /* in memory that all processes share; the worker of this process */

static int cpus[CPU_SETSIZE], ncpus;
static long end, xcr0, result; /* of the system call */
extern const char held[], left[]; /* from here to there registers are loaded */
static __thread _Alignas(64) uint64_t dump[512]; /* what a window found in the registers */
#define more(t) ((t)->windows++ && (t)->period_us ? usleep((t)->period_us) : 0, time(NULL) < end)
#define corrupt(...) (dprintf(1, "corrupt: " __VA_ARGS__), _exit(1))

static void pin(int tid, int cpu)
{
	cpu_set_t set = { 0 };

	CPU_SET(cpus[(cpu + ncpus) % ncpus], &set);
	if (cpu >= 0 && sched_setaffinity(tid, sizeof(set), &set))
		err(2, "sched_setaffinity");
}

/* Each word: its owner in bits 48-62, its place in 32-47, below the number of the window. */
static void fill(struct task *t, uint64_t *image, uint64_t owner)
{
	image[64] = t->mask & xcr0 & ~(image == t->image ? t->init : 0); /* XSTATE_BV */
	t->generation += 0x9e3779b9; /* every bit changes */
	for (struct file *f = files; f < files_end; f++)
		for (int i = 0; i < f->words; i++) {
			uint64_t at = f->at + i * f->step, value = at << 32 | t->generation;
			int in = VECTORS >> (i / f->lanes + 16 * (f->component == 7)) & 1;

			image[at] = f->init | (f->own & ((owner | 0x8000) << 48 | value));
			if (t == self && image == t->image && f->lanes > 1 && !in) /* VECTORS */
				image[at] = 0; /* not in VECTORS */
		}
}

/* Components in @keep have to be what @t wants, others init (PKRU: any). MXCSR is always valid. */
static void judge(struct task *t, const uint64_t *area, uint64_t keep, const char *when)
{
	for (struct file *f = files; f < files_end; f++)
		for (int i = 0; t->mask >> f->component & 1 && i < f->words; i++) {
			int at = f->at + i * f->step, c = f->component;
			int kept = (keep & t->want[64]) >> c & 1;
			uint64_t bits = f->own | f->init, want = kept ? t->want[at] : f->init;
			uint64_t found = at == 3 || area[64] >> c & 1 ? area[at] : f->init;
			unsigned int owner = (found >> 48) - 0x8000;

			if ((found ^ want) & bits && (c != 9 || keep >> 9 & 1))
				corrupt("%s, %s: %s%d word %d is %#lx, not %#lx; data of %s\n",
					t->name, t->pid == getpid() ? when : "in a new child",
					f->name, i / f->lanes, i % f->lanes, found & bits,
					want & bits, owner < TASKS ? tasks[owner].name :
					owner < 2 * TASKS ? "a signal handler" : "nobody known");
		}
}
