
static void worker(struct task *t)
{
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t ss = { .ss_size = STACK@LESS_COPY@ };
#if UFFD
	struct uffdio_register reg = { .range.len = STACK, .mode = @UFFD_MODE@ };
#if MINOR
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_MINOR_SHMEM };
#else
	struct uffdio_api api = { .api = UFFD_API };
#endif
#endif
#if MEMFD
	int fd = memfd_create("stack", 0);
#endif
#if THREADS
	pthread_t id;
#endif

#if MANY
	self = t;
#endif
#if SERVANT
	t->tid = getpid();
#endif
	sigaction(@SIGNO@, &sa, NULL);
#if BAD
	sa.sa_flags |= SA_NODEFER;
#endif
#if READONLY
	sa.sa_flags = SA_SIGINFO;
#endif
#if SEGV
	sigaddset(&sa.sa_mask, @SIGNO@);
	sigaction(SIGSEGV, &sa, NULL);
#endif
#if MEMFD
	t->stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
#else
	t->stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
#if punch-hole
	t->fd = fd;
#endif
#if bad-tail
	mprotect(t->stack + 4096, 4096, PROT_NONE); /* fpstate is to end there */
#endif
	ss.ss_sp = t->stack@PLUS_COPY@;
#if autodisarm
	ss.ss_flags = (int)(1u << 31); /* SS_AUTODISARM */
#endif
#if MEMFD
	if (t->stack == MAP_FAILED || ftruncate(fd, STACK) || sigaltstack(&ss, NULL) ||
	    raise(@SIGNO@))
#else
	if (t->stack == MAP_FAILED || sigaltstack(&ss, NULL) || raise(@SIGNO@))
#endif
		err(2, "signal stack");
#if BOUNDARY
	ss.ss_size -= (uintptr_t)(t->fpstate + BOUNDARY) % 4096; /* which moves fpstate down */
	if (sigaltstack(&ss, NULL) || raise(@SIGNO@) || t->fpstate + BOUNDARY >= t->stack + STACK)
		errx(4, "skip: fpstate ends before the boundary");
#endif
#if UFFD
	reg.range.start = (uintptr_t)t->stack;
	t->fd = syscall(SYS_userfaultfd, 0);
	if (t->fd < 0 || ioctl(t->fd, UFFDIO_API, &api) || ioctl(t->fd, UFFDIO_REGISTER, &reg) ||
	    pthread_create(&id, NULL, resolve, t))
		err(4, "skip: userfaultfd (be root, or sysctl vm.unprivileged_userfaultfd=1)");
#endif
#if SELF
#if kill
	t->arg[0] = getpid();
#else
	t->arg[0] = t->arg[1] = getpid();
#endif
#endif
#if thread
	for (int i = 0; i < TASKS; i++)
		if (!tasks[i].run && &tasks[tasks[i].worker] == t &&
		    pthread_create(&id, NULL, thread, &tasks[i]))
			err(2, "pthread_create");
#endif
	usleep(100000); /* until the others run */
	loop(t);
}
