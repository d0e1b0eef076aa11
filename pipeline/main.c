/* main.c - from the command line to an exit status; nothing else. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/cmd.h"
#include "core/log.h"
#include "run/process.h"

static const char unknown_command_hint[] = "`odp help` lists the commands";

static int
tell(const struct od_err *err)
{
	od_log_error(err);
	return od_err_status(err->kind);
}

/* "odp @emit ...": a stage's own process, started by the runner. */
static int
stage_process(int argc, char **argv, struct od_arena *a)
{
	struct od_options o;
	struct od_err err = {0};
	bool must_tell = true;

	for (const struct od_stage *const *s = od_stages; *s; s++) {
		enum od_rc rc;

		if (strcmp((*s)->name, argv[1] + 1) != 0)
			continue;
		rc = od_options_read(&o, OD_USE_INNER, argc - 1, argv + 1, a, &err);
		if (!rc)
			rc = od_process_stage(*s, &o, a, &must_tell, &err);
		if (rc) {
			err.step = (*s)->name;
			err.step_th = (*s)->summary_th;
		}
		return rc ? (must_tell ? tell(&err) : od_err_status(err.kind)) : 0;
	}
	return 2;
}

static int
command(int argc, char **argv, struct od_arena *a)
{
	const struct od_cmd *cmd = od_cmd_find(argv[1]);
	struct od_options o;
	struct od_err err = {0};
	enum od_rc rc;

	if (!cmd) {
		rc = od_err_set(&err, OD_KIND_USAGE, "there is no command '%s'",
		                argv[1]);
		rc = od_err_hint(&err, "%s", unknown_command_hint);
		return rc ? tell(&err) : 0;
	}
	for (int i = 2; i < argc; i++)
		if (!strcmp(argv[i], "--help")) {
			od_help_print(cmd, a);
			return 0;
		}
	rc = od_options_read(&o, cmd->uses, argc - 1, argv + 1, a, &err);
	if (!rc && o.n_operands && !cmd->operands)
		rc = od_err_set(&err, OD_KIND_USAGE, "`odp %s` takes no argument '%s'",
		                cmd->name, o.operands[0]);
	if (!rc)
		rc = cmd->run(cmd, &o, a, &err);
	return rc ? tell(&err) : 0;
}

int
main(int argc, char **argv)
{
	struct od_arena a = {0};
	int status;

	/* Modes of published files do not depend on who runs this; private ones ask. */
	umask(022);
	od_log_init();
	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		od_help_print(NULL, &a);
		status = argc < 2 ? 2 : 0;
	} else if (!strcmp(argv[1], "--version")) {
		printf("odp %s\n", OD_VERSION);
		status = 0;
	} else if (argv[1][0] == '@') {
		status = stage_process(argc, argv, &a);
	} else {
		status = command(argc, argv, &a);
	}
	od_arena_release(&a);
	if (fflush(stdout) != 0 && status == 0)
		status = 8;
	return status;
}
