
/* Writes to /dev/urandom while it holds registers: the kernel hashes, with its own use of them. */
static void kernel_fpu(struct task *t)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	static uint8_t data[4096];
	char name[128] = "";

	while (f && fscanf(f, "%*s %*s %127s%*[^\n]", name) == 1 &&
	       strcmp(name, "blake2s_compress_ssse3"))
		;
	t->arg[0] = open("/dev/urandom", O_WRONLY);
	if (strcmp(name, "blake2s_compress_ssse3") || write(t->arg[0], data, sizeof(data)) <= 0)
		errx(4, "skip: no BLAKE2s with SSSE3 behind /dev/urandom");
	t->call = SYS_write;
	t->arg[1] = (long)data;
	t->arg[2] = sizeof(data);
	loop(t);
}
