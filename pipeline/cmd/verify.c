#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "mirror/against.h"
#include "seal/verify.h"

static void
tell_part(const char *name, enum od_difference how, void *u)
{
	static const char *const words[] = {[OD_ONLY_HERE] = "only here",
	                                    [OD_ONLY_THERE] = "only there",
	                                    [OD_CHANGED] = "differs"};

	(void)u;
	printf("%-10s %s\n", words[how], name);
}

static enum od_rc
compare(const struct od_options *o, struct od_arena *a, struct od_err *err)
{
	char *here = realpath(o->operands[0], NULL);
	struct od_against x = {
	    .url = o->against, .public_key = o->public_key, .part = tell_part};
	enum od_rc rc;

	x.dir = od_arena_printf(a, "file://%s", here ? here : o->operands[0]);
	free(here);
	rc = od_against(&x, err);
	if (!rc)
		printf("odp: the same as %s, byte for byte\n", o->against);
	return rc;
}

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	struct od_verify_opts opts = {
	    .public_key = o->public_key, .part = o->part, .jobs = (unsigned)o->jobs};
	struct od_verify_fact fact;
	enum od_rc rc;

	if (o->n_operands != 1 || !o->public_key)
		return od_err_set(err, OD_KIND_USAGE,
		                  "usage: odp %s %s --public-key FILE", cmd->name,
		                  cmd->operands);
	rc = od_verify(o->operands[0], &opts, &fact, err);
	if (!rc)
		printf("odp: release %llu of %s holds: %llu files, %.1f MB, %llu "
		       "parts, signature "
		       "and every hash\n",
		       (unsigned long long)fact.serial, fact.created,
		       (unsigned long long)fact.files, (double)fact.bytes / 1e6,
		       (unsigned long long)fact.parts);
	if (!rc && o->against)
		rc = compare(o, a, err);
	return rc;
}

const struct od_cmd od_cmd_verify = {
    .name = "verify",
    .summary = "check a release, or one part of it, against manifest and signature",
    .operands = "DIR",
    .uses = OD_USE_VERIFY,
    .details =
	"DIR is a release, output/current, or a part's manifest "
	"(DIR/parts/NAME.json).\n"
	"Checked are the signature of manifest.json, the hash of every part, "
	"size and hash\n"
	"of every file, and that nothing else lies there. --against URL compares "
	"it with another\n"
	"server's release by the signed roots; status 11 if they differ.\n",
    .run = run,
};
