/*
 * search_bench.c - how fast the search index is made, how large it is, how fast it
 *answers.
 *
 *	build/tests/bench/search_bench SNAPSHOT DIR [JOBS]   the index of SNAPSHOT,
 *below DIR/search
 *
 * Then DIR is as a release to `odp search`. Rates are of wall and of processor time: on
 *a machine that does other things the second says more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "core/file.h"
#include "search/build.h"

static double
now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
show(const char *name, const struct od_index_fact *f)
{
	printf("%-6s %8.2f MB: pages %.2f, lists %.2f, root %.3f; %llu leaves, %llu "
	       "pages, %llu runs\n",
	       name, (double)f->bytes / 1e6, (double)f->page_bytes / 1e6,
	       (double)f->list_bytes / 1e6, (double)f->root_bytes / 1e6,
	       (unsigned long long)f->leaves, (unsigned long long)f->pages,
	       (unsigned long long)f->runs);
}

int
main(int argc, char **argv)
{
	struct od_arena a = {0};
	struct od_search_fact f;
	struct od_search_input in = {.jobs = 2};
	struct od_err err;
	struct rusage use;
	double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);

	if (argc < 3)
		return 2;
	in.snapshot = argv[1];
	in.dir = od_arena_printf(&a, "%s/search", argv[2]);
	if (argc > 3)
		in.jobs = (unsigned)strtoul(argv[3], NULL, 10);
	if (od_search_decl_load("site-templates", &a, &in.decl, &err) ||
	    od_dir_remove(in.dir, &err) || od_search_build(&in, &a, &f, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	wall = now(CLOCK_MONOTONIC) - wall;
	cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	getrusage(RUSAGE_SELF, &use);
	printf("%llu records in %.2f s (%.0f a second), %.2f s of processors (%.0f); "
	       "%llu files, %.2f MB, %ld MB of memory\n",
	       (unsigned long long)f.records, wall, (double)f.records / wall, cpu,
	       (double)f.records / cpu, (unsigned long long)f.files,
	       (double)f.bytes / 1e6, use.ru_maxrss / 1024);
	show("name", &f.name);
	show("main", &f.main);
	show("facet", &f.facet);
	show("prose", &f.prose);
	printf("records %.2f MB, texts %.2f MB\n", (double)f.record_bytes / 1e6,
	       (double)f.text_bytes / 1e6);
	od_arena_release(&a);
	return 0;
}
