
static void worker(struct task *t)
{
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t ss = { .ss_size = STACK@LESS_COPY@ };
#if UFFD
	struct uffdio_register reg = { .range.len = STACK, .mode = @UFFD_MODE@ };
	struct uffdio_api api = { .api = UFFD_API, .features = @UFFD_FEATURES@ };
#endif
#if THREADS
	pthread_t id;
#endif

	self = t;
	sigaction(SIGNO, &sa, NULL);
#if BAD
	sa.sa_flags |= SA_NODEFER;
#endif
#if READONLY
	sa.sa_flags = SA_SIGINFO;
#endif
#if SEGV
	sigaddset(&sa.sa_mask, SIGNO);
	sigaction(SIGSEGV, &sa, NULL);
#endif
#if MEMFD
	int fd = memfd_create("stack", 0);

	if (fd < 0 || ftruncate(fd, STACK))
		die(4, "memfd_create");
	t->stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
#else
	t->stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
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
	if (t->stack == MAP_FAILED || sigaltstack(&ss, NULL) || raise(SIGNO))
		die(2, "signal stack");
#if BOUNDARY
	ss.ss_size -= (uintptr_t)(t->fpstate + BOUNDARY) % 4096; /* which moves fpstate down */
	t->fpstate = NULL;
	if (sigaltstack(&ss, NULL) || raise(SIGNO) || t->fpstate + BOUNDARY >= t->stack + STACK)
		die(4, "fpstate ends before the boundary");
#endif
#if UFFD
	reg.range.start = (uintptr_t)t->stack;
	t->fd = syscall(SYS_userfaultfd, 0);
	if (t->fd < 0 || ioctl(t->fd, UFFDIO_API, &api) || ioctl(t->fd, UFFDIO_REGISTER, &reg))
		die(4, "userfaultfd (be root, or sysctl vm.unprivileged_userfaultfd=1)");
#endif
#if UFFD
#if RESOLVER_ELSEWHERE
	pin(0, cpus[(t->cpu + 1) % ncpus]); /* the thread, which inherits that */
#endif
	if (pthread_create(&id, NULL, resolve, t))
		die(2, "pthread_create");
#if RESOLVER_ELSEWHERE
	pin(0, cpus[t->cpu % ncpus]);
#endif
#endif
#if SELF
#if kill
	t->call = SYS_kill;
	t->arg[0] = getpid();
	t->arg[1] = SIGNO;
#else
	t->call = SYS_tgkill;
	t->arg[0] = t->arg[1] = getpid();
	t->arg[2] = SIGNO;
#endif
#endif
#if thread
	for (int i = 0; i < TASKS; i++)
		if (tasks[i].run == thread && &tasks[tasks[i].worker] == t &&
		    pthread_create(&id, NULL, neighbour, &tasks[i]))
			die(2, "pthread_create");
#endif
	loop(t);
}
