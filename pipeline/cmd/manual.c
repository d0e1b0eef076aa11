#include "cmd/manual.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "stage/stage.h"

/* ---- odp(1) */

/* Text in roff: no line may begin as a request, and a hyphen of ours is one to copy. */
static void
put(const char *text)
{
	bool at_start = true;

	for (; *text; text++) {
		if (at_start && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (*text == '\\' || *text == '-')
			putchar('\\');
		putchar(*text == '\\' ? 'e' : *text);
		at_start = *text == '\n';
	}
}

/* What a paragraph tells of: "--name" in bold, what it takes in italics. */
static void
put_term(const char *dashes, const char *name, const char *argument)
{
	fputs(".TP\n\\fB", stdout);
	put(dashes);
	put(name);
	fputs("\\fR", stdout);
	if (argument) {
		fputs(" \\fI", stdout);
		put(argument);
		fputs("\\fR", stdout);
	}
	putchar('\n');
}

/* Which commands take an option; those of a run in one word. */
static void
put_users(unsigned uses)
{
	const char *comma = "";

	fputs("For ", stdout);
	if (uses & OD_USE_RUN) {
		fputs("run, the stages and what runs them", stdout);
		comma = ", ";
	}
	for (const struct od_cmd *const *c = od_cmds; *c; c++)
		if (((*c)->uses & uses) && !((*c)->uses & uses & OD_USE_RUN)) {
			printf("%s%s", comma, (*c)->name);
			comma = ", ";
		}
	puts(".");
}

static void
put_commands(void)
{
	puts(".SH COMMANDS");
	for (const struct od_cmd *const *c = od_cmds; *c; c++) {
		put_term("", (*c)->name, (*c)->operands);
		put((*c)->summary);
		puts(".");
		if ((*c)->details)
			put((*c)->details);
	}
}

static void
put_options(void)
{
	puts(".SH OPTIONS");
	for (const struct od_option *o = od_options_table; o->name; o++) {
		unsigned uses = o->uses & ~(unsigned)OD_USE_INNER;

		if (!uses)
			continue;
		put_term("--", o->name, o->argument);
		put(o->help);
		if (o->fallback) {
			fputs(" (default: ", stdout);
			put(o->fallback);
			fputs(")", stdout);
		}
		puts(".");
		put_users(uses);
	}
}

static void
put_statuses(void)
{
	puts(".SH \"EXIT STATUS\"");
	for (const struct od_status *s = od_statuses; s->name; s++) {
		printf(".TP\n\\fB%d\\fR %s\n", s->status, s->name);
		put(s->meaning);
		fputs(".\nNext: ", stdout);
		put(s->action);
		puts(".");
	}
}

void
od_manual_print(void)
{
	puts(
	    ".TH ODP 1 \"\" \"Open\\-D\" \"User Commands\"\n"
	    ".SH NAME\nodp \\- publish approved government projects as open data\n"
	    ".SH SYNOPSIS\n.B odp\n.I COMMAND\n[\\fIOPTION\\fR]...\n"
	    ".SH DESCRIPTION\n"
	    "Takes approved projects out of an operational database, cuts out personal "
	    "data,\n"
	    "checks them, and turns them into a signed release: tables, bundles, a "
	    "catalogue\n"
	    "and a portal. A release is whole or absent; whatever fails, the live one "
	    "stays.");
	put_commands();
	put_options();
	puts(".SH ENVIRONMENT\n"
	     "Every option can be set in the environment: \\-\\-base\\-url as\n"
	     ".BR ODP_BASE_URL ,\na flag with 1. "
	     "The command line wins.\n"
	     ".TP\n.B ODP_LOG\njson or journal: a log on standard error.\n"
	     ".TP\n.B SOURCE_DATE_EPOCH\nThe date that a release shows of itself.");
	put_statuses();
	puts(".SH FILES\n"
	     ".TP\n.I /etc/odp/odp.env\nOptions of the units of systemd; "
	     "build.env, upload.env and db.env beside it.\n"
	     ".TP\n.I /usr/share/doc/odp/cron/README.md\nHow to install, and what to "
	     "do by "
	     "exit status, in English and Thai.\n"
	     ".SH \"SEE ALSO\"\n.BR minisign (1),\n.BR systemd.timer (5)");
}

/* ---- completion */

static void
put_option_words(unsigned uses)
{
	const char *blank = "";

	for (const struct od_option *o = od_options_table; o->name; o++)
		if (o->uses & uses & ~(unsigned)OD_USE_INNER) {
			printf("%s--%s", blank, o->name);
			blank = " ";
		}
}

/* Options whose value is a FILE, a DIR or a STAGE, as the pattern of a case. */
static void
put_case(const char *argument, const char *completion)
{
	const char *bar = "\t";

	for (const struct od_option *o = od_options_table; o->name; o++)
		if (o->argument && !strcmp(o->argument, argument) &&
		    (o->uses & ~(unsigned)OD_USE_INNER)) {
			printf("%s--%s", bar, o->name);
			bar = "|";
		}
	printf(") mapfile -t COMPREPLY < <(compgen %s -- \"$cur\"); return ;;\n",
	       completion);
}

void
od_completion_print(void)
{
	puts("# bash completion for odp; made by `odp help --completion`.\n"
	     "_odp() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev='' options=''\n"
	     "\t((COMP_CWORD == 0)) || prev=${COMP_WORDS[COMP_CWORD-1]}\n\tcase $prev "
	     "in");
	put_case("FILE", "-f");
	put_case("DIR", "-d");
	fputs("\t--only|--from) mapfile -t COMPREPLY < <(compgen -W \"", stdout);
	for (const struct od_stage *const *s = od_stages; *s; s++)
		printf("%s%s", s == od_stages ? "" : " ", (*s)->name);
	puts("\" -- \"$cur\"); return ;;\n\tesac\n\tif ((COMP_CWORD == 1)); then");
	fputs("\t\tmapfile -t COMPREPLY < <(compgen -W \"", stdout);
	for (const struct od_cmd *const *c = od_cmds; *c; c++)
		printf("%s%s", c == od_cmds ? "" : " ", (*c)->name);
	puts("\" -- \"$cur\")\n\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in");
	for (const struct od_cmd *const *c = od_cmds; *c; c++) {
		printf("\t%s) options=\"", (*c)->name);
		put_option_words((*c)->uses);
		puts("\" ;;");
	}
	puts("\tesac\n\tif [[ $cur == -* ]]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
	     "\telse\n\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n\tfi\n}\n"
	     "complete -o filenames -F _odp odp");
}
