static int memfd;
#define STACK_MAP MAP_SHARED
#define STACK_FD (memfd = memfd_create("stack", 0), ftruncate(memfd, STACK + 4096) ? -1 : memfd)
