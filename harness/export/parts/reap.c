
/* After a fork in the window: the child has proved its registers. */
static void reap(long child)
{
	int status;

	if (!child)
		_exit(0);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		die(2, "fork");
	if (WIFSIGNALED(status))
		kill(getpid(), WTERMSIG(status));
	if (WEXITSTATUS(status))
		_exit(WEXITSTATUS(status));
}
