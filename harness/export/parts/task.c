
static struct task {
	const char *name;
	void (*run)(struct task *t);
#if KEEP
	uint64_t mask, keep; /* components of XSAVE: to load; that have to come back */
#else
	uint64_t mask; /* components of XSAVE to load */
#endif
	_Alignas(64) uint64_t image[512]; /* what it loads: an XSAVE area */
#if CALLS
	long call, arg[3]; /* the system call with its registers loaded, if any */
#endif
	uint8_t *stack, *fpstate; /* of a worker */
	volatile uint32_t inside, generation; /* inside: registers are loaded, no signal yet */
#if FAULT
	volatile unsigned long windows, signals, full, faults, before;
#else
#if SEGV
	volatile unsigned long windows, signals, full;
#else
	volatile unsigned long windows, signals;
#endif
#endif
#if LATER
#if FD
	int faulted, fd;
#else
	int faulted;
#endif
#else
#if FD
	int fd;
#endif
#endif
#if BAD
	int bad;
#endif
#if PINS
	int cpu; /* its worker's, the next ones, or -1: any */
#endif
#if SERVANT
	int worker, tid; /* whom it serves */
#endif
#if YIELDS
	int yields;
#endif
#if PERIOD
	unsigned int period_us;
#endif
} *tasks; /* in memory that all processes share */

/* What was in the registers, after a window and at a handler's entry: XSAVE areas. */
static @THREAD@_Alignas(64) uint64_t dump[512], entry[512];
#if ACT
static _Alignas(64) uint64_t other[512]; /* what the handler loads */
#endif
#if MANY
static @THREAD@struct task *self;
#endif
#if PINS
static int cpus[CPU_SETSIZE], ncpus; /* to run on */
#else
#if RESOLVER_ELSEWHERE
static cpu_set_t all;
#endif
#endif
#if forker
static long child; /* what fork() returned */
#endif
#if FAR
static unsigned int xcr0;
#endif
static time_t end;
#if PINS

static void pin(int tid, int cpu)
{
	cpu_set_t set;

#if UNPINNED
	if (cpu < 0)
		return;
#endif
	CPU_ZERO(&set);
	CPU_SET(cpus[cpu % ncpus], &set);
	if (sched_setaffinity(tid, sizeof(set), &set))
		err(2, "sched_setaffinity");
}
#endif
#if FAULTS

static unsigned long faults(void)
{
	struct rusage r;

	getrusage(RUSAGE_THREAD, &r);
	return r.ru_minflt + r.ru_majflt;
}
#endif

/* Each word: its owner in bits 48-62, its place in 32-47, below the number of the window. */
static void fill(struct task *t, uint64_t *image, uint64_t owner)
{
	image[64] = @MASK@; /* XSTATE_BV */
	t->generation += 0x9e3779b9; /* every bit changes */
	for (struct file *f = files; f < files_end; f++)
		for (int i = 0; i < f->words; i++) {
			uint64_t at = f->at + i * f->step, value = at << 32 | t->generation;

			image[at] = f->init | (f->own & ((owner | 0x8000) << 48 | value));
#if VECTORS
			int reg = i / f->lanes + (f->component == 7 ? 16 : 0);

			/* Vector registers that are not in use: zero. */
			if (image == t->image && t->stack && f->lanes > 1 && ~@VECTORS@u >> reg & 1)
				image[at] = 0;
#endif
		}
}

#if KEEP
/* Components in ->keep have to be @t's own, the others in init state. */
#endif
static void judge(struct task *t, const uint64_t *area, const char *when)
{
	for (struct file *f = files; f < files_end; f++)
		for (int i = 0; t->mask >> f->component & 1 && i < f->words; i++) {
			int at = f->at + i * f->step, used = area[64] >> f->component & 1;
			uint64_t found = used ? area[at] & (f->own | f->init) : f->init;
#if KEEP
			int kept = area != entry && t->keep >> f->component & 1;
#else
			int kept = area != entry; /* handlers start in init state */
#endif
			uint64_t want = kept ? t->image[at] : f->init;
			unsigned int owner = (found >> 48) - 0x8000;

#if PKRU
			if (f->component == 9 && !kept) /* the kernel has an own init state */
				continue;
#endif
			if (found == want)
				continue;
			dprintf(1, "corrupt: %s, %s: %s%d word %d is %#lx, not %#lx; data of %s\n",
				t->name, when, f->name, i / f->lanes, i % f->lanes, found,
#if ACT
				want, owner < TASKS ? tasks[owner].name :
				owner < 2 * TASKS ? "a signal handler" : "nobody known");
#else
				want, owner < TASKS ? tasks[owner].name : "nobody known");
#endif
			_exit(1);
		}
}
