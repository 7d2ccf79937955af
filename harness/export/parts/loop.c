static void loop(struct task *t)
{
	while (more(t)) {
		if (t->stack) {
			stack_drop(t->stack + DROP_FROM, t->stack + DROP_TO);
			source_arm(t);
			t->before = stack_faults();
		}
		window(t);
		handler_done();
	}
}
