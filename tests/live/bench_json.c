// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether xsavage-bench measures, says so in JSON, and stops when it is told to. Times are
 * not looked at: a loaded machine may have any.
 * Usage: bench_json XSAVAGE_BENCH. Exit code: 0 pass, 1 fail, 4 skip.
 */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STOP_MS 120000 /* it takes milliseconds on an idle machine */
#define RUN_MS	1200000
#define POLL_US 10000
#define HEAD_US 1000000 /* until it is interrupted, in the middle of a benchmark */

static const char *const names[] = {
	"arena/stay",
	"arena/fork",
	"arena/ratio",
	"arena/cost",
	"arena/observe",
	"arena/pressure",
	"arena/mixture",
	"engine/raise",
	"engine/workers/processes/2",
	"engine/pressure/2",
	"engine/cells/1",
	"oracle/load/sse",
	"oracle/iteration/sse",
	"plant/frame/sse",
	"plant/tracer/sse",
	"deliver/warm/sse/altstack/self",
	"deliver/dontneed/avx/plain/peer-same-core",
	"deliver/uffd-missing/sse/altstack/peer-other-core",
	"mitigate/signal/mlock",
	"mitigate/setup/mlock-top",
	"mitigate/thread/populate-write",
	"mitigate/limit/none/64KiB",
	"mitigate/limit/mlock/64KiB",
	"mitigate/memcpy/touch-each/10000",
};

#define NAMES (sizeof(names) / sizeof(names[0]))

static int fail(const char *what, const char *detail)
{
	fprintf(stderr, "bench_json: FAILED: %s%s%s\n", what, *detail ? ": " : "", detail);
	return 1;
}

/* Start it; its report goes to @out. */
static pid_t start(const char *bench, const char *min_time, FILE *out)
{
	const pid_t pid = fork();

	if (!pid) {
		dup2(fileno(out), STDOUT_FILENO);
		execl(bench, bench, "--benchmark_format=json", min_time, NULL);
		_exit(127);
	}
	return pid;
}

/* Its exit code within @ms, or -1 where it has none: a signal has killed it, or we have to. */
static int finish(pid_t pid, int ms)
{
	int status = 0;
	pid_t over = 0;

	for (; pid > 0 && !over && ms > 0; ms -= POLL_US / 1000) {
		over = waitpid(pid, &status, WNOHANG);
		if (!over)
			usleep(POLL_US);
	}
	if (pid > 0 && !over) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	return over > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Its orphans are ours: 0 when there is none. */
static int left_nothing(void)
{
	int ms = 0;

	while (waitpid(-1, NULL, WNOHANG) >= 0) {
		if ((ms += POLL_US / 1000) > STOP_MS)
			return fail("processes are left", "");
		usleep(POLL_US);
	}
	return 0;
}

static json_t *find(json_t *benchmarks, const char *name)
{
	json_t *value;
	size_t i;

	json_array_foreach(benchmarks, i, value)
	{
		const char *found = json_string_value(json_object_get(value, "name"));

		if (found && !strncmp(found, name, strlen(name)))
			return value;
	}
	return NULL;
}

/* A benchmark has a time and no error; stopped: the last one has an error. */
static int check_one(json_t *benchmark, const char *name, bool stopped)
{
	const char *error = json_string_value(json_object_get(benchmark, "error_message"));

	if (!benchmark)
		return fail("no such benchmark", name);
	if (stopped)
		return error && strstr(error, "stopped by") ? 0 : fail("it was not stopped", name);
	/* Something is missing here: no failure, and no number. */
	if (error)
		return strncmp(error, "skip: ", 6) ? fail(name, error) : 0;
	return json_number_value(json_object_get(benchmark, "real_time")) > 0
		       ? 0
		       : fail("it took no time", name);
}

static int check_report(FILE *out, bool stopped)
{
	json_error_t error;
	json_t *root, *all;
	int rc = 0;

	if (fseek(out, 0, SEEK_SET))
		return fail("no way back in its file", strerror(errno));
	root = json_loadf(out, 0, &error);
	if (!root)
		return fail("no JSON", error.text);
	all = json_object_get(root, "benchmarks");
	if (!json_string_value(json_object_get(json_object_get(root, "context"), "kernel")))
		rc = fail("no kernel in the context", "");
	for (size_t i = stopped ? NAMES - 1 : 0; !rc && i < NAMES; i++)
		rc = check_one(find(all, names[i]), names[i], stopped);
	json_decref(root);
	return rc;
}

/* Say what the report has of it. */
static int fail_code(FILE *out, int code, bool stopped)
{
	char line[512];

	rewind(out);
	while (fgets(line, sizeof(line), out))
		if (strstr(line, "\"error_message\""))
			fputs(line, stderr);
	snprintf(line, sizeof(line), "%s, exit code %d (-1: it was killed)",
		 stopped ? "interrupted" : "not interrupted", code);
	return fail("it did not exit as it should", line);
}

/* One run from start to end, interrupted or not. */
static int check(const char *bench, bool stop)
{
	FILE *out = tmpfile();
	int code, rc;
	pid_t pid;

	if (!out)
		return fail("no temporary file", strerror(errno));
	pid = start(bench, stop ? "--benchmark_min_time=60" : "--benchmark_min_time=0.01s", out);
	if (pid > 0 && stop) {
		usleep(HEAD_US);
		kill(pid, SIGINT);
	}
	code = finish(pid, stop ? STOP_MS : RUN_MS);
	if (code != (stop ? 128 + SIGINT : 0) && (stop || code != 4))
		rc = fail_code(out, code, stop);
	else
		rc = check_report(out, stop);
	fclose(out);
	if (left_nothing())
		rc = 1;
	return rc ? rc : stop ? 0 : code;
}

int main(int argc, char **argv)
{
	int rc;

	if (argc != 2 || prctl(PR_SET_CHILD_SUBREAPER, 1)) {
		fputs("Usage: bench_json XSAVAGE_BENCH\n", stderr);
		return 1;
	}
	rc = check(argv[1], false);
	return rc ? rc : check(argv[1], true);
}
