#define _GNU_SOURCE
#if CPUID
#include <cpuid.h>
#endif
#include <err.h>
#if kernel_fpu
#include <fcntl.h>
#endif
#if punch-hole
#include <fcntl.h>
#endif
#if UFFD
#include <linux/userfaultfd.h>
#endif
#if THREADS
#include <pthread.h>
#endif
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if UFFD
#include <sys/ioctl.h>
#endif
#include <sys/mman.h>
#include <sys/prctl.h>
#if FAULTS
#include <sys/resource.h>
#endif
#include <sys/syscall.h>
#if itimer
#include <sys/time.h>
#endif
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#pragma GCC target("general-regs-only") /* no vectors; clang, gcc < 11: -mgeneral-regs-only */

