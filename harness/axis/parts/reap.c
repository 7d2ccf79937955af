#include <sys/wait.h>
/* After a fork: the child has proved what it got. */
static void reap(long child)
{
	int status;

	if (!child)
		_exit(0);
	if (child < 0)
		errx(2, "fork");
	while (waitpid(child, &status, 0) < 0)
		; /* a late signal */
	if (WIFSIGNALED(status))
		raise(WTERMSIG(status));
	if (status)
		_exit(WEXITSTATUS(status));
}
