
static void forker(struct task *t)
{
	t->call = SYS_fork;
	loop(t);
}
