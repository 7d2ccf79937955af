
static void send_soon(long ns)
{
	struct itimerval when = { .it_value = { ns / 1000000000, ns % 1000000000 / 1000 } };

	setitimer(ITIMER_REAL, &when, NULL);
}
