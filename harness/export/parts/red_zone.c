/* What a signal has to leave alone below the stack pointer. */
#define window_red_zone(does) \
	"leaq -128(%%rsp), %%rdi; movl $16, %%ecx; movq %[to], %%rax; " does "\n"
