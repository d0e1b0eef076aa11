#include <stdlib.h>

#include "cmd/cmd.h"
#include "run/runner.h"

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	char *end = NULL;

	if (o->n_operands == 1)
		o->rollback = strtoll(o->operands[0], &end, 10);
	if (!end || *end || o->rollback < 1 || o->only || o->from)
		return od_err_set(
		    err, OD_KIND_USAGE,
		    "usage: odp %s SERIAL, and options of a run but --only "
		    "and --from",
		    cmd->name);
	if (!o->sign_key || o->is_unsigned)
		return od_err_set(
		    err, OD_KIND_USAGE,
		    "a release that is published again is signed anew: it "
		    "needs --sign-key");
	return od_run(o, a, err);
}

const struct od_cmd od_cmd_rollback = {
    .name = "rollback",
    .summary = "publish an earlier release again, under a new serial",
    .operands = "SERIAL",
    .uses = OD_USE_RUN | OD_USE_ROLLBACK,
    .details =
	"The release must be kept below releases/ and verify. Its files are "
	"scanned for personal\n"
	"data and for all that was retracted since, and signed anew: mirrors see a "
	"newer\n"
	"release. It shows its own dates. The next run publishes the source as it "
	"is then, so\n"
	"correct the source first or stop the timer. --ckan brings CKAN back "
	"too.\n",
    .run = run,
};
