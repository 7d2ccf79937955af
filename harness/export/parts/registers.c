
/* Registers as words of an XSAVE area, from @at on; a task chooses the bits @own. */
static struct file {
	const char *name;
	int component, at, words, step, lanes;
	uint64_t init, own;
} files[] = {
#if X87
	{ "st", 0, 4, 8, 2, 1, 0, ~0ul },
	{ "FCW", 0, 0, 1, 1, 1, 0x37f, 0xc00 },
#endif
#if SSE
	{ "MXCSR", 1, 3, 1, 1, 1, 0x1f80, 0x603f },
	{ "xmm", 1, 20, 32, 1, 2, 0, ~0ul },
#endif
#if AVX
	{ "upper half of ymm", 2, 72, 32, 1, 2, 0, ~0ul },
#endif
#if OPMASK
	{ "k", 5, 0, 8, 1, 1, 0, ~0ul },
#endif
#if ZMM
	{ "upper half of zmm", 6, 0, 64, 1, 4, 0, ~0ul },
	{ "zmm16 + ", 7, 0, 128, 1, 8, 0, ~0ul },
#endif
#if PKRU
	{ "PKRU", 9, 0, 1, 1, 1, 0, 0xfffffffc },
#endif
}, *const files_end = files + sizeof(files) / sizeof(*files);
