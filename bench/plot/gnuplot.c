// SPDX-License-Identifier: GPL-2.0-only
/* Run gnuplot: a script in, a picture out. */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plot/plot.h"

#define SVG_MAX ((long)16 << 20)

/* What a file holds, to be freed; NULL with errno set. */
static char *contents(FILE *f)
{
	long bytes;
	char *text;

	if (fseek(f, 0, SEEK_END) || (bytes = ftell(f)) < 0)
		return NULL;
	if (bytes > SVG_MAX) {
		errno = EFBIG;
		return NULL;
	}
	rewind(f);
	text = malloc((size_t)bytes + 1);
	if (!text)
		return NULL;
	text[fread(text, 1, (size_t)bytes, f)] = '\0';
	return text;
}

/* Files at both ends: no pipe that could be full. */
static int spawn(FILE *in, FILE *out, pid_t *pid)
{
	/* Without the user's own settings. */
	static char name[] = "gnuplot", defaults[] = "-d";
	char *const argv[] = { name, defaults, NULL };
	posix_spawn_file_actions_t actions;
	int rc = posix_spawn_file_actions_init(&actions);

	if (rc)
		return -rc;
	/* The offset is shared: the child reads on where this process stands. */
	rewind(in);
	rc = posix_spawn_file_actions_adddup2(&actions, fileno(in), STDIN_FILENO);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
	if (!rc)
		rc = posix_spawnp(pid, name, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -rc;
}

static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

int xs_gnuplot(FILE *script, char **svg, char why[XS_WHY_BYTES])
{
	FILE *out = tmpfile();
	pid_t pid;
	int rc = out ? 0 : -errno;

	*svg = NULL;
	if (!rc && (fflush(script) || ferror(script)))
		rc = -EIO;
	if (rc) {
		snprintf(why, XS_WHY_BYTES, "no temporary file: %s", strerror(-rc));
		goto out;
	}
	rc = spawn(script, out, &pid);
	if (rc) {
		snprintf(why, XS_WHY_BYTES, "gnuplot cannot be run: %s%s", strerror(-rc),
			 rc == -ENOENT ? "; on Debian: apt-get install gnuplot-nox" : "");
		goto out;
	}
	rc = wait_for(pid);
	if (rc) {
		snprintf(why, XS_WHY_BYTES, "gnuplot failed; what it says is above");
		goto out;
	}
	*svg = contents(out);
	if (!*svg || !strstr(*svg, "<svg") || !strstr(*svg, "</svg>")) {
		rc = -EIO;
		snprintf(why, XS_WHY_BYTES, "gnuplot's picture is not whole");
		free(*svg);
		*svg = NULL;
	}
out:
	if (out)
		fclose(out);
	return rc;
}
