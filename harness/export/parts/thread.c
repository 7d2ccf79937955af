
static void *thread(void *arg)
{
	struct task *t = arg;

#if PINS
	pin(0, t->cpu);
#endif
	loop(t);
	return NULL;
}
