#define handler_clobber(t) do { fill(t, t->other, t->owner + TASKS); asm volatile( \
	"xrstor64 %0" : : "m"(t->other), "a"((uint32_t)t->mask), "d"(0)); } while (0)
