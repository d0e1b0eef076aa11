#include <stddef.h>
#include <string.h>

#include "cmd/cmd.h"

const struct od_cmd *const od_cmds[] = {
    &od_cmd_run,      &od_cmd_extract, &od_cmd_validate, &od_cmd_analyze,
    &od_cmd_emit,     &od_cmd_portal,  &od_cmd_seal,     &od_cmd_upload,
    &od_cmd_release,  &od_cmd_plan,    &od_cmd_status,   &od_cmd_keygen,
    &od_cmd_verify,   &od_cmd_check,   &od_cmd_risk,     &od_cmd_review,
    &od_cmd_retract,  &od_cmd_search,  &od_cmd_similar,  &od_cmd_doctor,
    &od_cmd_rollback, &od_cmd_mirror,  &od_cmd_help,     NULL};

const struct od_cmd *
od_cmd_find(const char *name)
{
	for (const struct od_cmd *const *c = od_cmds; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}
