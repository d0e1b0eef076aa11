/* opdb: a demo operational database, seeded, with the truth about what is planted. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "maker.h"

/* Exit statuses of the project: 2 usage, 8 input/output. */
enum { EXIT_USAGE = 2, EXIT_IO = 8 };

static const char usage[] =
    "usage: opdb --projects N [--seed S] --out DIR\n"
    "       opdb --projects N [--seed S] --sqlite FILE [--truth DIR]\n"
    "       opdb --schema | --help\n"
    "\n"
    "Makes a demo operational database: invented projects, units and people.\n"
    "\n"
    "  --projects N   how many projects may be published, 1 .. 10000000; about\n"
    "                 15 % more are made that may not\n"
    "  --seed S       a whole number, 1 if not given; the same seed, the same bytes\n"
    "  --out DIR      write DIR/csv/<table>.csv and DIR/truth/<list>.tsv\n"
    "  --sqlite FILE  write a SQLite database instead\n"
    "  --truth DIR    with --sqlite: write DIR/<list>.tsv\n"
    "  --schema       print the DDL of the database\n"
    "  --help         print this\n"
    "\n"
    "Exit status: 0 done, 2 usage, 8 a file could not be written.\n";

struct options {
	uint64_t projects, seed;
	const char *out, *sqlite, *truth;
};

static int
fail_usage(const char *what, const char *arg)
{
	fprintf(stderr, "opdb: %s '%s'\nopdb: see 'opdb --help'\n", what, arg);
	return EXIT_USAGE;
}

static bool
parse_number(const char *s, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(s, &end, 10);
	return *s >= '0' && *s <= '9' && !*end && !errno;
}

static void
print_schema(void)
{
	for (unsigned i = 0; od_schema_tables[i]; i++)
		fputs(od_schema_tables[i], stdout);
	for (unsigned i = 0; od_schema_indices[i]; i++)
		fputs(od_schema_indices[i], stdout);
}

/* 0 and the options, or an exit status. */
static int
parse(int argc, char **argv, struct options *o)
{
	*o = (struct options){.seed = 1};
	for (int i = 1; i < argc; i += 2) {
		const char *name = argv[i], *value = argv[i + 1];

		if (!value)
			return fail_usage("no value for option", name);
		if (!strcmp(name, "--projects")) {
			if (!parse_number(value, &o->projects) || !o->projects ||
			    o->projects > 10000000)
				return fail_usage("not a number of projects", value);
		} else if (!strcmp(name, "--seed")) {
			if (!parse_number(value, &o->seed))
				return fail_usage("not a seed", value);
		} else if (!strcmp(name, "--out")) {
			o->out = value;
		} else if (!strcmp(name, "--sqlite")) {
			o->sqlite = value;
		} else if (!strcmp(name, "--truth")) {
			o->truth = value;
		} else {
			return fail_usage("unknown option", name);
		}
	}
	if (!o->projects)
		return fail_usage("missing option", "--projects");
	if (!o->out == !o->sqlite)
		return fail_usage("give one of", "--out, --sqlite");
	if (o->out && o->truth)
		return fail_usage("not together with --out", "--truth");
	return 0;
}

static void
generate(const struct options *o, struct od_sink *sink, struct od_truth *truth)
{
	struct od_world world = {.seed = o->seed,
	                         .grammar = od_grammar_load(),
	                         .org = od_org_load(o->seed),
	                         .plan = od_plan_load()};
	struct od_maker maker;
	uint64_t k = 0;

	od_maker_init(&maker, &world, sink, truth);
	while (maker.published < o->projects && !sink->error[0])
		od_maker_project(&maker, ++k);
	od_maker_lists(&maker, k);
	od_maker_release(&maker);
	od_grammar_close(world.grammar);
	od_org_close(world.org);
	od_plan_close(world.plan);
}

int
main(int argc, char **argv)
{
	struct options o;
	struct od_sink *sink = NULL;
	struct od_truth *truth = NULL;
	char csv[4000], lists[4000];
	bool ok;
	int rc;

	if (argc == 2 && !strcmp(argv[1], "--help"))
		return fputs(usage, stdout) < 0;
	if (argc == 2 && !strcmp(argv[1], "--schema")) {
		print_schema();
		return fflush(stdout) ? EXIT_IO : 0;
	}
	rc = parse(argc, argv, &o);
	if (rc)
		return rc;
	if (o.out) {
		snprintf(csv, sizeof(csv), "%s/csv", o.out);
		snprintf(lists, sizeof(lists), "%s/truth", o.out);
		if (!od_folder_make(o.out))
			return EXIT_IO;
		o.truth = lists;
	}
	truth = od_truth_open(o.truth);
	if (!truth)
		return EXIT_IO;
	sink = o.out ? od_sink_csv(csv) : od_sink_sqlite(o.sqlite);
	if (!sink) {
		od_truth_close(truth);
		return EXIT_IO;
	}
	generate(&o, sink, truth);
	ok = od_sink_close(sink);
	return od_truth_close(truth) && ok ? 0 : EXIT_IO;
}
