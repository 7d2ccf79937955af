/* In other threads than the worker: they would get what is for the process. */
#define source_block() do { \
	sigset_t all; \
	sigfillset(&all); \
	sigprocmask(SIG_BLOCK, &all, NULL); \
} while (0)
