#include "cmd/cmd.h"
#include "run/runner.h"
#include "run/status.h"

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	(void)cmd;
	return od_run(o, a, err);
}

const struct od_cmd od_cmd_run = {
    .name = "run",
    .summary = "take the source to a signed, live release",
    .uses = OD_USE_RUN,
    .details = "Runs extract, validate, analyze, emit, portal and seal, and upload if "
	       "--ckan is "
	       "given. A\n"
	       "stage whose inputs have not changed since the live release is skipped; "
	       "if nothing\n"
	       "changed, the live release stays. Without --sign-key a run is refused; "
	       "--unsigned\n"
	       "builds a preview, which never replaces a signed release.\n",
    .run = run,
};

static enum od_rc
release(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
        struct od_err *err)
{
	(void)cmd;
	return od_release_held(o, a, err);
}

const struct od_cmd od_cmd_release = {
    .name = "release",
    .summary = "publish the release that was held last",
    .uses = OD_USE_RUN | OD_USE_RELEASE,
    .details =
	"Takes the rows that were read when it was held, and nothing newer: look "
	"at them\n"
	"first (`odp status`, state/findings). The reason and the broken gates "
	"stand in\n"
	"the release's manifest.json, for everybody to read. The next night is "
	"compared\n"
	"with this release.\n",
    .run = release,
};

static enum od_rc
plan(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
     struct od_err *err)
{
	(void)cmd;
	return od_plan(o, a, err);
}

const struct od_cmd od_cmd_plan = {
    .name = "plan",
    .summary = "say which stages would run, and why; change nothing",
    .uses = OD_USE_RUN,
    .run = plan,
};

static enum od_rc
status(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
       struct od_err *err)
{
	(void)cmd;
	return od_status_print(o, a, err);
}

const struct od_cmd od_cmd_status = {
    .name = "status",
    .summary = "show the live release, the last runs and what is held",
    .uses = OD_USE_STATUS,
    .details =
	"--json prints one document: live, stages, held, runs (the last ten, "
	"with exit status\n"
	"and failed step) and free_bytes. `odp run --metrics FILE` writes figures "
	"for\n"
	"Prometheus; cron/README.md lists them.\n",
    .run = status,
};

/* The commands that are one stage each. */
static enum od_rc
one_stage(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
          struct od_err *err)
{
	if (o->only || o->from)
		return od_err_set(err, OD_KIND_USAGE,
		                  "`odp %s` is one stage: leave out --only "
		                  "and --from",
		                  cmd->name);
	o->only = cmd->name;
	return od_run(o, a, err);
}

const struct od_cmd od_cmd_extract = {
    .name = "extract",
    .summary = "read the source, anonymize and check every row, write the snapshot",
    .uses = OD_USE_RUN,
    .run = one_stage,
};
const struct od_cmd od_cmd_validate = {
    .name = "validate",
    .summary = "check the whole set, make the derived datasets, hold what looks wrong",
    .uses = OD_USE_RUN,
    .run = one_stage,
};
const struct od_cmd od_cmd_analyze = {
    .name = "analyze",
    .summary = "find similar projects and likely duplicates in the published texts",
    .uses = OD_USE_RUN,
    .run = one_stage,
};
const struct od_cmd od_cmd_emit = {
    .name = "emit",
    .summary = "write the data files, bundles and catalogue",
    .uses = OD_USE_RUN,
    .run = one_stage,
};
const struct od_cmd od_cmd_seal = {
    .name = "seal",
    .summary = "scan the finished bytes, sign the manifest, make the release live",
    .uses = OD_USE_RUN,
    .run = one_stage,
};
const struct od_cmd od_cmd_upload = {
    .name = "upload",
    .summary = "bring CKAN up to the live release",
    .uses = OD_USE_RUN | OD_USE_UPLOAD,
    .run = one_stage,
};
