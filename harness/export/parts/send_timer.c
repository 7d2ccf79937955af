
static void send_soon(long ns)
{
	struct itimerspec when = { .it_value = { ns / 1000000000, ns % 1000000000 } };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	static int timer = -1;

	if (timer < 0 && syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer))
		err(4, "skip: timer_create");
	syscall(SYS_timer_settime, timer, 0, &when, NULL);
}
