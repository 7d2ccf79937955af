// SPDX-License-Identifier: GPL-2.0-only
/* Which run a report is of. */
#include "report/run.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t = { 0 };

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void xs_run_new(struct xs_run *run)
{
	const time_t now = time(NULL);
	struct utsname name;
	uint64_t id[2] = { 0 };
	struct tm tm;

	/* A guest that has just booted may have nothing random yet: its clocks have to do. */
	if (getrandom(id, sizeof(id), GRND_NONBLOCK) != sizeof(id))
		memset(id, 0, sizeof(id));
	id[0] ^= clock_ns(CLOCK_REALTIME) ^ (uint64_t)getpid() << 48;
	id[1] ^= clock_ns(CLOCK_MONOTONIC);
	snprintf(run->id, sizeof(run->id), "%016llx%016llx", (unsigned long long)id[0],
		 (unsigned long long)id[1]);
	run->host[0] = run->begun[0] = '\0';
	if (!uname(&name))
		memcpy(run->host, name.nodename, sizeof(run->host));
	if (gmtime_r(&now, &tm))
		strftime(run->begun, sizeof(run->begun), "%Y-%m-%dT%H:%M:%SZ", &tm);
}

json_t *xs_run_to_json(const struct xs_run *run)
{
	json_t *host = json_string(run->host), *release = json_string(run->release);

	/* Nobody has promised that a name is UTF-8. */
	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:b}", "id", run->id, "command", run->command,
			 "host", host ? host : json_string("?"), "begun", run->begun, "release",
			 release ? release : json_string(""), "abi", run->contract);
}
