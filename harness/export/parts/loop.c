
/* Until the end: load, hold and prove registers; a worker takes signals meanwhile. */
static void loop(struct task *t)
{
#if TIMED
	long lead_ns = 5000;

#endif
	while (time(NULL) < end) {
		fill(t, t->image, t - tasks);
		t->seen = t->release = 0;
		t->keep = ~0ull;
#if none
		if (t->stack) /* what the kernel does not write must not matter */
			memset(t->fpstate, 0xff, t->stack + STACK - t->fpstate);
#else
#if MISSING_LOWER
		if (t->stack && DROP(t->stack@PLUS_COPY@, t->fpstate + BOUNDARY))
#endif
#if MISSING_UPPER
		if (t->stack && DROP(t->fpstate + BOUNDARY, t->stack + STACK))
#endif
#if MISSING_ALL
		if (t->stack && DROP(t->stack@PLUS_COPY@, t->stack + STACK))
#endif
			die(2, "making pages absent");
#endif
#if FAULT
		t->faults = faults();
#endif
#if TIMED
		if (t->stack)
#if DELAY
			send_soon(lead_ns + @DELAY_US@ * 1000l);
#else
			send_soon(lead_ns);
#endif
#endif
#if forker
		long child = window(t, t->stack ? @HOLD_US@ : 50);
#else
		window(t, t->stack ? @HOLD_US@ : 50);
#endif
#if RESTORE
		t->refaulted += t->seen && faults() != t->faults;
#endif
#if TIMED
		if (!t->seen && lead_ns < 2000000)
			lead_ns *= 2;
#endif
#if forker
		judge(t, dump, dump[64], t->keep, t->seen ? "after sigreturn" :
		      t->call == SYS_fork && !child ? "in a new child" : "without a signal");
		if (t->call == SYS_fork)
			reap(child);
#else
		judge(t, dump, dump[64], t->keep, t->seen ? "after sigreturn" : "without a signal");
#endif
		t->windows++;
#if PERIOD
		if (t->period_us)
			usleep(t->period_us);
#endif
	}
}
