#include <fcntl.h>
/* The kernel hashes what is written there, with its own use of the registers. */
int urandom;
uint8_t written[4096];
static __attribute__((constructor)) void open_urandom(void)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char name[128] = "";

	while (f && fscanf(f, "%*s %*s %127s%*[^\n]", name) == 1 &&
	       strcmp(name, "blake2s_compress_ssse3"))
		;
	urandom = open("/dev/urandom", O_WRONLY);
	if (strcmp(name, "blake2s_compress_ssse3") || write(urandom, written, sizeof(written)) <= 0)
		errx(4, "skip: no BLAKE2s with SSSE3 behind /dev/urandom");
}
