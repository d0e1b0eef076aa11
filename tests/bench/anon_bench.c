/*
 * anon_bench.c - cleaning and redaction over a file, for measuring.
 *
 *   anon_bench [-0] [-m METHOD] FILE   each line (or, with -0, each NUL-ended cell)
 * made publishable, in the same form; "!" and the reason for a cell that is refused
 *   anon_bench [-0] --hits FILE        what is found: cell, kind, the bytes
 *   anon_bench [-0] --doubts FILE      what would be withheld: cell, rule
 *   anon_bench [-0] --speed N FILE     N rounds over all cells in memory, MB/s, beside
 * Hyperscan with nine patterns of the same kinds, which only says that something may be
 * there: both by cell, as the product is called, and over the whole file at once
 */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "anon/anon.h"
#include "anon/clean.h"
#include "anon/detect.h"
#include "anon/doubt.h"

static struct od_span
slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct od_span s = {NULL, 0};
	char *p = NULL;

	if (!f) {
		perror(path);
		exit(1);
	}
	for (size_t room = 1 << 20;; room *= 2) {
		p = od_realloc(p, room);
		s.n += fread(p + s.n, 1, room - s.n, f);
		if (s.n < room)
			break;
	}
	fclose(f);
	s.p = p;
	return s;
}

static struct od_span
next_cell(struct od_span *rest, char mark)
{
	const char *to = memchr(rest->p, mark, rest->n);
	struct od_span cell = {rest->p, to ? (size_t)(to - rest->p) : rest->n};
	size_t used = cell.n + (to != NULL);

	rest->p += used;
	rest->n -= used;
	return cell;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What one round costs for one cell. */
typedef void work_fn(struct od_span cell, struct od_arena *row);

static void
work_clean(struct od_span cell, struct od_arena *row)
{
	struct od_span out;

	if (od_clean(cell, row, &out))
		return;
}

static void
work_detect(struct od_span cell, struct od_arena *row)
{
	od_detect(cell, row);
}

static void
work_doubt(struct od_span cell, struct od_arena *row)
{
	(void)row;
	od_doubt_find(cell);
}

static void
work_redact(struct od_span cell, struct od_arena *row)
{
	struct od_anon_note note = {0};
	struct od_pub out;

	if (od_anon_method_find(OD_SPAN("redact"))
	        ->apply(NULL, (struct od_raw){cell, false}, row, &out, &note))
		return;
}

static void
speed(struct od_span text, char mark, unsigned rounds, work_fn *work, const char *name)
{
	struct od_arena row = {0};
	double best = 1e9;

	for (unsigned i = 0; i < rounds; i++) {
		struct od_span rest = text;
		double from = seconds(), took;

		while (rest.n) {
			work(next_cell(&rest, mark), &row);
			od_arena_reset(&row);
		}
		took = seconds() - from;
		best = took < best ? took : best;
	}
	printf("%-24s %7.0f MB/s, best of %u over %zu bytes\n", name,
	       (double)text.n / best / 1e6, rounds, text.n);
	od_arena_release(&row);
}

/* What an expert would write for the same kinds; no context, no check digits. */
static const char *const patterns[] = {
    "\\b[1-8][ -]?\\d{4}[ -]?\\d{5}[ -]?\\d{2}[ -]?\\d\\b",
    "\\b0[689]\\d?[ -]?\\d{3,4}[ -]?\\d{4}\\b",
    "\\b0[2-57]\\d?[ -]?\\d{3}[ -]?\\d{3,4}\\b",
    "\\+66[ -]?\\d[ -]?\\d{3,4}[ -]?\\d{4}",
    "[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,}",
    "(?i)(line|ไลน์) ?(id)? ?[:=]? ?[~@]?[a-z0-9._-]{4,20}",
    "\\b\\d{3}-\\d-\\d{5}-\\d\\b",
    "(บ้าน)?เลขที่ ?\\d{1,4}(/\\d{1,4})? ?(หมู่|ม\\.|ซอย|ซ\\.|ถนน|ถ\\.)",
    "(นาย|นาง|นางสาว|น\\.ส\\.|ด\\.ช\\.|ด\\.ญ\\.|ดร\\.|ผศ\\.|รศ\\.|ศ\\.|นพ\\.|พญ\\."
    "|พล\\.?[อตทร]\\.|พ\\.[ตอท]\\.|ร\\.[ตอท]\\.|คุณ) ?[ก-์]{2,30} +[ก-์]{2,30}",
};

static hs_database_t *hyperscan;
static hs_scratch_t *scratch;
static unsigned long long matches;

static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
         void *context)
{
	(void)id, (void)from, (void)to, (void)flags, (void)context;
	matches++;
	return 0;
}

static void
work_hyperscan(struct od_span cell, struct od_arena *row)
{
	(void)row;
	if (hs_scan(hyperscan, cell.p, (unsigned)cell.n, 0, scratch, on_match, NULL) !=
	    HS_SUCCESS)
		abort();
}

static void
hyperscan_open(void)
{
	unsigned flags[OD_ARRAY_LEN(patterns)], ids[OD_ARRAY_LEN(patterns)];
	hs_compile_error_t *why = NULL;

	for (unsigned i = 0; i < OD_ARRAY_LEN(patterns); i++) {
		flags[i] = HS_FLAG_UTF8;
		ids[i] = i;
	}
	if (hs_compile_multi(patterns, flags, ids, OD_ARRAY_LEN(patterns),
	                     HS_MODE_BLOCK, NULL, &hyperscan, &why) != HS_SUCCESS) {
		fprintf(stderr, "pattern %d: %s\n", why->expression, why->message);
		exit(1);
	}
	if (hs_alloc_scratch(hyperscan, &scratch) != HS_SUCCESS)
		exit(1);
}

static void
print_hits(struct od_span text, char mark)
{
	struct od_arena row = {0};
	size_t n = 0;

	for (; text.n; n++) {
		struct od_span cell = next_cell(&text, mark), out;
		struct od_hits hits;

		if (od_clean(cell, &row, &out))
			continue;
		hits = od_detect(out, &row);
		for (size_t i = 0; i < hits.n; i++)
			printf("%zu\t%s\t%zu\t%.*s\n", n,
			       od_pii_kinds[hits.v[i].kind].name, hits.v[i].at,
			       (int)hits.v[i].n, out.p + hits.v[i].at);
		od_arena_reset(&row);
	}
	od_arena_release(&row);
}

static void
print_doubts(struct od_span text, char mark)
{
	struct od_arena row = {0};

	for (size_t n = 0; text.n; n++) {
		struct od_raw in = {next_cell(&text, mark), false};
		struct od_anon_note note = {0};
		struct od_pub out;

		if (!od_anon_method_find(OD_SPAN("redact"))
		         ->apply(NULL, in, &row, &out, &note) &&
		    note.doubt)
			printf("%zu\t%s\n", n, note.doubt);
		od_arena_reset(&row);
	}
	od_arena_release(&row);
}

static void
print_cells(struct od_span text, char mark, const struct od_anon_method *m)
{
	struct od_arena row = {0};

	while (text.n) {
		struct od_raw in = {next_cell(&text, mark), false};
		struct od_anon_note note = {0};
		struct od_pub out;
		const char *why = m->apply(NULL, in, &row, &out, &note);

		if (why)
			printf("!%s", why);
		else
			fwrite(out.v.p, 1, out.v.n, stdout);
		putchar(mark);
		od_arena_reset(&row);
	}
	od_arena_release(&row);
}

int
main(int argc, char **argv)
{
	const struct od_anon_method *m = od_anon_method_find(OD_SPAN("redact"));
	unsigned rounds = 0;
	bool hits = false, doubts = false;
	char mark = '\n';
	int i;

	for (i = 1; i < argc - 1; i++) {
		if (strcmp(argv[i], "-0") == 0)
			mark = 0;
		else if (strcmp(argv[i], "--hits") == 0)
			hits = true;
		else if (strcmp(argv[i], "--doubts") == 0)
			doubts = true;
		else if (strcmp(argv[i], "--speed") == 0)
			rounds = (unsigned)atoi(argv[++i]);
		else if (strcmp(argv[i], "-m") == 0)
			m = od_anon_method_find(od_span_str(argv[++i]));
	}
	if (i != argc - 1 || !m) {
		fprintf(stderr, "usage: anon_bench [-0] [-m METHOD | --hits | --doubts "
		                "| --speed N] "
		                "FILE\n");
		return 2;
	}
	struct od_span text = slurp(argv[i]);

	if (rounds) {
		speed(text, mark, rounds, work_clean, "clean");
		speed(text, mark, rounds, work_detect, "detect, by cell");
		speed(text, 1, rounds, work_detect, "detect, whole");
		speed(text, mark, rounds, work_doubt, "doubt");
		speed(text, mark, rounds, work_redact, "redact");
		hyperscan_open();
		speed(text, mark, rounds, work_hyperscan, "nine patterns, by cell");
		speed(text, 1, rounds, work_hyperscan, "nine patterns, whole");
	} else if (hits) {
		print_hits(text, mark);
	} else if (doubts) {
		print_doubts(text, mark);
	} else {
		print_cells(text, mark, m);
	}
	return 0;
}
