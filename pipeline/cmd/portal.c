/* portal.c - `odp portal`: the pages alone, once or at every change of a template. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/cmd.h"
#include "core/log.h"
#include "run/inputs.h"
#include "run/runner.h"
#include "run/setup.h"

/* A run changes its options; the caller's stay as they were given. */
static enum od_rc
make_pages(const struct od_options *given, const char **where, struct od_arena *a,
           struct od_err *err)
{
	struct od_options o = *given;
	enum od_rc rc;

	o.only = "portal";
	rc = od_run(&o, a, err);
	if (!rc)
		*where = od_path_part(&o, o.serial, a);
	return rc;
}

/* Returns when the templates are others than `seen`. */
static enum od_rc
await_change(const char *templates, const char *seen, struct od_err *err)
{
	static const struct timespec pause = {.tv_nsec = 300 * 1000 * 1000};
	enum od_rc rc = OD_OK;
	bool same = true;

	while (!rc && same) {
		struct od_arena a = {0};
		const char *now;

		nanosleep(&pause, NULL);
		rc = od_inputs_templates(templates, &a, &now, err);
		same = !rc && !strcmp(now, seen);
		od_arena_release(&a);
	}
	return rc;
}

/* A mistake in a template is told, and awaits its correction. */
static enum od_rc
watch(const struct od_options *o, struct od_err *err)
{
	for (;;) {
		struct od_arena a = {0};
		struct od_err wrong = {0};
		const char *seen, *where;
		enum od_rc rc = od_inputs_templates(o->templates, &a, &seen, err);
		enum od_rc made = rc ? rc : make_pages(o, &where, &a, &wrong);

		if (!rc && !made) {
			printf("odp: the pages are in %s; waiting for a change in %s\n",
			       where, o->templates);
		} else if (!rc && wrong.kind == OD_KIND_TEMPLATE) {
			od_log_error(&wrong);
		} else if (!rc) {
			*err = wrong;
			rc = made;
		}
		fflush(stdout);
		if (!rc)
			rc = await_change(o->templates, seen, err);
		od_arena_release(&a);
		if (rc)
			return rc;
	}
}

static enum od_rc
portal(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
       struct od_err *err)
{
	const char *where;

	(void)cmd;
	if (o->only || o->from)
		return od_err_set(err, OD_KIND_USAGE,
		                  "`odp portal` is one stage: leave out --only and "
		                  "--from");
	return o->watch ? watch(o, err) : make_pages(o, &where, a, err);
}

const struct od_cmd od_cmd_portal = {
    .name = "portal",
    .summary = "write the pages of the portal",
    .details = "Makes the pages beside the live release, in output/releases/N.part, "
	       "where `odp run` goes on from. With --watch it does so whenever a "
	       "template changes: `odp run` must wait until it ends.",
    .uses = OD_USE_RUN | OD_USE_PORTAL,
    .run = portal,
};
