
/* Registers in an XSAVE area, by words: init state, fixed bits, and the bits of a task's own. */
static const struct file {
	const char *name;
	int component, words, at, step, per_register;
	uint64_t init, base, own;
} files[] = {
#if X87
	{ "st", 0, 8, 4, 2, 1, 0, 1ull << 63, ~0ull },
	{ "FCW, tags", 0, 1, 0, 1, 1, 0x37f, 0xff0000037f, 0xc00 },
#endif
#if SSE
	{ "MXCSR", 1, 1, 3, 1, 1, 0x1f80, 0x1f80, 0x603f },
	{ "xmm", 1, 32, 20, 1, 2, 0, 1ull << 63, ~0ull },
#endif
#if AVX
	{ "upper half of ymm", 2, 32, 0, 1, 2, 0, 1ull << 63, ~0ull },
#endif
#if OPMASK
	{ "k", 5, 8, 0, 1, 1, 0, 1ull << 63, ~0ull },
#endif
#if ZMM
	{ "upper half of zmm", 6, 64, 0, 1, 4, 0, 1ull << 63, ~0ull },
	{ "zmm16 + ", 7, 128, 0, 1, 8, 0, 1ull << 63, ~0ull },
#endif
#if PKRU
	{ "PKRU", 9, 1, 0, 1, 1, 0, 0, 0xfffffffc },
#endif
};
#define WORD(area, f, i) (((uint64_t *)(area))[(off[f->component] / 8 + f->at + (i) * f->step)])
#define FOR_EACH_WORD(t, f, i)                                                          \
	for (const struct file *f = files; f < files + sizeof(files) / sizeof(*f); f++) \
		for (int i = 0; (t)->mask >> f->component & 1 && i < f->words; i++)

static struct task {
	const char *name;
	void (*run)(struct task *t);
	uint64_t mask, keep; /* components: to load, and those that have to come back */
	_Alignas(64) uint64_t image[512]; /* what it loads: an XSAVE area */
	volatile uint32_t inside, release, generation, seen;
	long call, arg[3]; /* the system call of its window, if any */
	int cpu, fd; /* its worker's, the next ones, or -1: any */
#if SERVANT
	int worker, tid; /* whom it serves */
#endif
#if YIELDS
	int yields;
#endif
#if BAD
	int bad;
#endif
#if PERIOD
	unsigned int period_us;
#endif
	uint8_t *stack, *fpstate; /* of a worker */
	unsigned long faults, windows, signals, faulted, refaulted, refused;
} *tasks; /* in memory that all processes share */

static __thread _Alignas(64) uint64_t dump[512]; /* what was in the registers: an XSAVE area */
#if ACT
static _Alignas(64) uint64_t other[512]; /* what the handler loads */
#endif
static int off[10] = { [2] = 576 }, cpus[CPU_SETSIZE], ncpus; /* in XSAVE areas; to run on */
static __thread struct task *self;
static time_t end;

static void die(int code, const char *what)
{
	fprintf(stderr, "%s: %s: %m\n", code == 4 ? "skip" : "error", what);
	_exit(code);
}
