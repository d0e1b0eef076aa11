/* cmd.h - the subcommands of odp. */
#ifndef OD_CMD_CMD_H
#define OD_CMD_CMD_H

#include "core/arena.h"
#include "core/err.h"
#include "run/options.h"

struct od_cmd {
	const char *name;
	const char *summary;  /* one line of `odp help` */
	const char *operands; /* "DIR", or NULL */
	unsigned uses;        /* OD_USE_*: the options it takes */
	const char *details;  /* paragraph of `odp help COMMAND`, or NULL */
	OD_CHECKED enum od_rc (*run)(const struct od_cmd *cmd, struct od_options *o,
	                             struct od_arena *a, struct od_err *err);
};

/* Ends with NULL. */
extern const struct od_cmd *const od_cmds[];

/* NULL if there is none. */
const struct od_cmd *od_cmd_find(const char *name);

extern const struct od_cmd od_cmd_run, od_cmd_extract, od_cmd_validate, od_cmd_analyze,
    od_cmd_emit, od_cmd_portal, od_cmd_seal, od_cmd_upload, od_cmd_release, od_cmd_plan,
    od_cmd_status, od_cmd_keygen, od_cmd_verify, od_cmd_check, od_cmd_risk,
    od_cmd_review, od_cmd_retract, od_cmd_search, od_cmd_similar, od_cmd_doctor,
    od_cmd_rollback, od_cmd_mirror, od_cmd_help;

/* Prints the help of a command, or with NULL of the program. */
void od_help_print(const struct od_cmd *cmd, struct od_arena *a);

#endif
