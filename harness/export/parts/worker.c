static void worker(struct task *t)
{
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t ss = { .ss_size = STACK - COPIES };

	self = t, t->want = t->image;
	sigaction(SIGNO, &sa, NULL);
	handler_open(&sa);
	stack_signal(&sa);
	t->stack = mmap(NULL, STACK + 4096, PROT_READ | PROT_WRITE, STACK_MAP, STACK_FD, 0);
	ss.ss_sp = t->stack + COPIES;
	ss.ss_flags = HANDLER_STACK;
	if (t->stack == MAP_FAILED || sigaltstack(&ss, NULL) || raise(SIGNO))
		err(2, "signal stack");
	ss.ss_size -= (uintptr_t)(t->fpstate + BOUNDARY) % 4096; /* which moves fpstate down */
	if (sigaltstack(&ss, NULL) || raise(SIGNO) || t->fpstate + BOUNDARY >= t->stack + STACK)
		errx(4, "skip: fpstate has no more than %d bytes", BOUNDARY);
	handler_prepare(t);
	stack_watch(t);
	source_open(t);
	start_threads(t);
	usleep(100000); /* until the others run */
	loop(t);
}
