#include <stdio.h>

#include "cmd/cmd.h"
#include "seal/minisign.h"

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	enum od_rc rc;

	(void)a;
	if (o->n_operands != 1)
		return od_err_set(err, OD_KIND_USAGE, "usage: odp %s %s", cmd->name,
		                  cmd->operands);
	rc = od_keygen(o->operands[0], err);
	if (!rc)
		printf(
		    "odp: made %s/odp.key (secret, keep a copy offline) and %s/odp.pub "
		    "(publish it)\n",
		    o->operands[0], o->operands[0]);
	return rc;
}

const struct od_cmd od_cmd_keygen = {
    .name = "keygen",
    .summary = "make a key pair in minisign's format, without password",
    .operands = "DIR",
    .details =
	"Writes DIR/odp.key (mode 0600) and DIR/odp.pub; never overwrites a key.\n",
    .run = run,
};
