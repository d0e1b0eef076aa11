#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "cmd/cmd.h"
#include "core/file.h"
#include "core/log.h"
#include "mirror/head.h"
#include "mirror/mirror.h"
#include "run/lock.h"

static void
tell(const struct od_options *o, const struct od_mirror_fact *f, int64_t now,
     struct od_arena *a)
{
	int64_t age = now - f->confirmed;

	printf("odp: release %" PRIu64 " of %s %s in %s: %" PRIu64
	       " files came, %.1f MB",
	       f->serial, f->created, f->changed ? "is live" : "stays live",
	       o->operands[1], f->fetched, (double)f->bytes / 1e6);
	if (f->has_time)
		printf("; confirmed %s ago", od_head_span(age > 0 ? age : 0, a));
	printf("\n");
	if (f->has_time && age > OD_TIMESTAMP_STALE_HOURS * 3600)
		od_log_warn("the publisher was last heard %s ago: it should have been "
		            "within a night",
		            od_head_span(age, a));
}

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	struct od_mirror_opts opts = {.url = o->operands[0],
	                              .dir = o->operands[1],
	                              .public_key = o->key,
	                              .part = o->part,
	                              .accept_stale = o->accept_stale,
	                              .tries = (unsigned)o->tries,
	                              .jobs = (unsigned)o->jobs,
	                              .now = (int64_t)time(NULL)};
	struct od_mirror_fact fact;
	int lock = -1;
	enum od_rc rc;

	if (o->n_operands != 2 || !o->key)
		return od_err_set(err, OD_KIND_USAGE, "usage: odp %s %s --key FILE",
		                  cmd->name, cmd->operands);
	rc = od_dir_make(opts.dir, 0755, err);
	if (!rc)
		rc = od_lock_take(od_arena_printf(a, "%s/.mirror", opts.dir), &lock,
		                  err);
	if (rc && err->kind == OD_KIND_BUSY)
		rc = od_err_hint(err, "wait for it to end");
	if (!rc)
		rc = od_mirror(&opts, &fact, err);
	if (!rc)
		tell(o, &fact, opts.now, a);
	if (lock >= 0)
		od_lock_release(lock);
	return rc;
}

const struct od_cmd od_cmd_mirror = {
    .name = "mirror",
    .summary = "keep a copy of a publisher's release, or of one part of it",
    .operands = "URL DIR",
    .uses = OD_USE_MIRROR,
    .details =
	"URL is where the publisher serves a release, or the folder above "
	"(https://, http://,\n"
	"file:///media/usb); timestamp.json lies there. DIR/current is what to serve. "
	"Only files\n"
	"that differ are fetched, a cut transfer goes on where it ended, and "
	"DIR/current is\n"
	"switched when every byte is verified, never before. Refused with status 11: "
	"an older\n"
	"release than before, news that expired, a wrong key or byte. What the "
	"publisher took back\n"
	"is removed here. Proxies: https_proxy, http_proxy, no_proxy. With --part "
	"NAME check it by\n"
	"`odp verify DIR/current --part NAME`.\n",
    .run = run,
};
