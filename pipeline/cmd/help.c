#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/manual.h"

static void
print_options(unsigned uses, struct od_arena *a)
{
	for (const struct od_option *o = od_options_table; o->name; o++) {
		char *left;

		if (!(o->uses & uses))
			continue;
		left = od_arena_printf(a, "--%s%s%s", o->name, o->argument ? " " : "",
		                       o->argument ? o->argument : "");
		printf("  %-20s %s%s%s%s\n", left, o->help,
		       o->fallback ? " (default: " : "", o->fallback ? o->fallback : "",
		       o->fallback ? ")" : "");
	}
}

static void
print_program(struct od_arena *a)
{
	puts("odp - publishes approved government projects as open data\n\n"
	     "usage: odp COMMAND [OPTION]...\n\ncommands:");
	for (const struct od_cmd *const *c = od_cmds; *c; c++)
		printf("  %-9s %s\n", (*c)->name, (*c)->summary);
	puts("\noptions of run, plan and the stages:");
	print_options(OD_USE_RUN, a);
	puts("\noptions of status, and of doctor beside those of run:");
	print_options(OD_USE_STATUS, a);
	puts("\noptions of verify, and --public-key of rollback:");
	print_options(OD_USE_VERIFY, a);
	puts("\noptions of mirror:");
	print_options(OD_USE_MIRROR, a);
	puts("\noptions of check:");
	print_options(OD_USE_CHECK, a);
	puts("\noptions of risk:");
	print_options(OD_USE_RISK, a);
	puts("\noptions of review:");
	print_options(OD_USE_REVIEW, a);
	puts("\noptions of retract, beside those of run:");
	print_options(OD_USE_RETRACT, a);
	puts("\noptions of search:");
	print_options(OD_USE_SEARCH, a);
	puts("\noptions of similar:");
	print_options(OD_USE_SIMILAR, a);
	puts("\noptions of help:");
	print_options(OD_USE_HELP, a);
	puts("\nEvery option can be set in the environment: --base-url as "
	     "ODP_BASE_URL, a flag\n"
	     "with 1. ODP_LOG=json or journal writes a log to standard error;\n"
	     "SOURCE_DATE_EPOCH sets the date that a release shows of itself. Secrets "
	     "are read\n"
	     "from files and the environment only.\n\nexit statuses:");
	for (const struct od_status *s = od_statuses; s->name; s++)
		printf("  %3d  %-9s %s\n", s->status, s->name, s->meaning);
}

void
od_help_print(const struct od_cmd *cmd, struct od_arena *a)
{
	if (!cmd) {
		print_program(a);
		return;
	}
	printf("usage: odp %s%s%s%s\n\n%s\n", cmd->name, cmd->operands ? " " : "",
	       cmd->operands ? cmd->operands : "", cmd->uses ? " [OPTION]..." : "",
	       cmd->summary);
	if (cmd->details)
		printf("\n%s", cmd->details);
	if (cmd->uses) {
		puts("\noptions:");
		print_options(cmd->uses, a);
	}
}

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	const struct od_cmd *of = NULL;

	(void)cmd;
	if (o->man)
		od_manual_print();
	if (o->completion)
		od_completion_print();
	if (o->man || o->completion)
		return OD_OK;
	if (o->n_operands) {
		of = od_cmd_find(o->operands[0]);
		if (!of)
			return od_err_set(err, OD_KIND_USAGE,
			                  "there is no command '%s'", o->operands[0]);
	}
	od_help_print(of, a);
	return OD_OK;
}

const struct od_cmd od_cmd_help = {
    .name = "help",
    .summary = "show this, or the options of a command",
    .operands = "[COMMAND]",
    .uses = OD_USE_HELP,
    .run = run,
};
