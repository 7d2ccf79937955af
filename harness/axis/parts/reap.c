#include <sys/wait.h>
/* After a fork: the child has proved what it got. */
static void reap(long child)
{
	int status;

	if (!child)
		_exit(0);
	if (waitpid(child, &status, 0) < 0)
		err(2, "fork");
	if (WIFSIGNALED(status))
		raise(WTERMSIG(status));
	if (status)
		_exit(WEXITSTATUS(status));
}
