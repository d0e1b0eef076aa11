/*
 * analyze_bench.c - what the search for similar projects loses, and what it costs.
 *
 *   analyze_bench SNAPSHOT QUERIES [DUPLICATES]
 *
 * Recall of the first ten against a comparison with every project, for QUERIES projects
 * spread over all; with the pairs of DUPLICATES (ids of two projects a line, as the
 * truth of the demo database or of the sample has them) also how many stand in the
 * first three of one another, and precision and recall of pairs from each threshold on,
 * where pairs within a department do not count. Seconds are of one processor.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analyze/grams.h"
#include "analyze/near.h"
#include "core/arena.h"
#include "core/file.h"

/* As schemas/datasets/similar_projects has them. */
static const double weights[] = {1.5, 1.2, 1, 0.5, 0.5, 0.3};
static const char sql_file[] = "schemas/datasets/similar_projects/analyze.sql";

enum { TEXTS = sizeof(weights) / sizeof(*weights), AGENCY = TEXTS + 1, NEAREST = 10 };

struct project {
	int64_t id;
	size_t at; /* in symbols */
	char department[64];
};

static struct od_buf symbols;
static struct project *projects;
static size_t n_projects;

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
fail(const char *what)
{
	fprintf(stderr, "analyze_bench: %s\n", what);
	exit(1);
}

static void
load(const char *path)
{
	struct od_arena a = {0};
	struct od_span sql;
	struct od_err err;
	sqlite3 *db;
	sqlite3_stmt *s;
	size_t room = 0;

	if (od_file_read(sql_file, 1 << 20, &a, &sql, OD_KIND_IO, &err))
		fail(err.msg);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, sql.p, (int)sql.n, &s, NULL) != SQLITE_OK)
		fail(sqlite3_errmsg(db));
	sqlite3_bind_int64(s, sqlite3_bind_parameter_index(s, ":from"), 0);
	sqlite3_bind_int64(s, sqlite3_bind_parameter_index(s, ":to"), INT64_MAX);
	while (sqlite3_step(s) == SQLITE_ROW) {
		struct project *p;
		const char *agency = (const char *)sqlite3_column_text(s, AGENCY);

		if (n_projects == room) {
			room = room ? 2 * room : 4096;
			projects = od_realloc(projects, room * sizeof(*projects));
		}
		p = &projects[n_projects++];
		*p =
		    (struct project){.id = sqlite3_column_int64(s, 0), .at = symbols.n};
		snprintf(p->department, sizeof(p->department), "%.*s",
		         (int)(strrchr(agency, '/') - agency), agency);
		for (int i = 1; i <= TEXTS; i++) {
			const char *text = (const char *)sqlite3_column_text(s, i);

			od_gram_symbols(&symbols, NULL, od_span_str(text ? text : ""));
		}
	}
	sqlite3_finalize(s);
	sqlite3_close(db);
	od_arena_release(&a);
}

static void
measure_recall(const struct od_near *near, struct od_near_desk *desk, size_t queries)
{
	struct od_hit quick[NEAREST], all[NEAREST];
	double quick_s = 0, all_s = 0;
	size_t found = 0, wanted = 0;

	for (size_t i = 0; i < queries; i++) {
		size_t doc = i * n_projects / queries;
		double t0 = seconds(), t1;
		size_t n = od_near_find(near, desk, doc, quick, NEAREST), m;

		t1 = seconds();
		m = od_near_find_all(near, desk, doc, all, NEAREST);
		quick_s += t1 - t0;
		all_s += seconds() - t1;
		wanted += m;
		/* of equals any will do */
		for (size_t k = 0; k < n && m; k++)
			found += quick[k].score >= all[m - 1].score;
	}
	printf("recall of the first ten   %.4f of %zu projects\n",
	       wanted ? (double)found / (double)wanted : 0, queries);
	printf("one project               %.0f us; %.0f us by comparing with all\n",
	       quick_s / (double)queries * 1e6, all_s / (double)queries * 1e6);
}

static int
by_id(const void *key, const void *p)
{
	int64_t a = *(const int64_t *)key, b = ((const struct project *)p)->id;

	return (a > b) - (a < b);
}

static size_t
number_of(int64_t id)
{
	const struct project *p =
	    bsearch(&id, projects, n_projects, sizeof(*projects), by_id);

	return p ? (size_t)(p - projects) : SIZE_MAX;
}

struct pair {
	size_t a, b; /* a < b */
	double score;
	bool planted;
};

static int
by_pair(const void *x, const void *y)
{
	const struct pair *p = x, *q = y;

	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	return (p->b > q->b) - (p->b < q->b);
}

static bool
apart(size_t a, size_t b)
{
	return strcmp(projects[a].department, projects[b].department) != 0;
}

static struct od_buf
read_pairs(const char *path, size_t *n)
{
	struct od_buf pairs = {0};
	FILE *f = fopen(path, "r");
	int64_t x, y;
	char line[256];

	if (!f)
		fail("cannot open the list of duplicates");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNd64 " %" SCNd64, &x, &y) == 2) {
			struct pair p = {number_of(x), number_of(y), 0, true};

			if (p.a == SIZE_MAX || p.b == SIZE_MAX || !apart(p.a, p.b))
				continue;
			if (p.a > p.b)
				p = (struct pair){p.b, p.a, 0, true};
			od_buf_put(&pairs, &p, sizeof(p));
			(*n)++;
		}
	}
	fclose(f);
	return pairs;
}

static void
measure_duplicates(const struct od_near *near, struct od_near_desk *desk,
                   const char *path)
{
	size_t n_planted = 0, n, in_three = 0;
	struct od_buf all = read_pairs(path, &n_planted);
	struct pair *v;

	/* the planted first: equal pairs behind them are the same, found */
	for (size_t doc = 0; doc < n_projects; doc++) {
		struct od_hit hits[NEAREST];
		size_t found = od_near_find(near, desk, doc, hits, NEAREST);

		for (size_t k = 0; k < found; k++) {
			size_t other = hits[k].doc;
			struct pair p = {doc < other ? doc : other,
			                 doc < other ? other : doc,
			                 hits[k].score + (k < 3 ? 2 : 0), false};

			if (apart(doc, other))
				od_buf_put(&all, &p, sizeof(p));
		}
	}
	v = (struct pair *)(void *)all.p;
	n = all.n / sizeof(*v);
	qsort(v, n, sizeof(*v), by_pair);
	for (size_t i = 0, k; i < n; i = k) {
		bool three = false, planted = false;
		double score = 0;

		for (k = i; k < n && !by_pair(&v[i], &v[k]); k++) {
			double s = v[k].score >= 2 ? v[k].score - 2 : v[k].score;

			three = three || v[k].score >= 2;
			planted = planted || v[k].planted;
			score = s > score ? s : score;
			v[k].score = 0;
			v[k].planted = false;
		}
		v[i].score = score;
		v[i].planted = planted;
		in_three += planted && three;
	}
	printf("planted pairs             %zu, in the first three %zu (%.4f)\n",
	       n_planted, in_three, (double)in_three / (double)n_planted);
	for (double line = 0.50; line < 0.805; line += 0.05) {
		size_t found = 0, right = 0;

		for (size_t i = 0; i < n; i++) {
			found += v[i].score >= line;
			right += v[i].score >= line && v[i].planted;
		}
		printf("threshold %.2f            precision %.3f, recall %.3f, %zu "
		       "pairs\n",
		       line, found ? (double)right / (double)found : 1,
		       (double)right / (double)n_planted, found);
	}
	od_buf_release(&all);
}

int
main(int argc, char **argv)
{
	double t0 = seconds(), t1, t2, t3;
	const uint8_t **docs;
	struct od_vectors *v;
	struct od_near *near;
	struct od_near_desk *desk;

	if (argc < 3) {
		fprintf(stderr, "usage: analyze_bench SNAPSHOT QUERIES [DUPLICATES]\n");
		return 2;
	}
	load(argv[1]);
	docs = od_alloc((n_projects + 1) * sizeof(*docs));
	for (size_t i = 0; i < n_projects; i++)
		docs[i] = (const uint8_t *)symbols.p + projects[i].at;
	t1 = seconds();
	v = od_vectors_open(docs, n_projects, weights, TEXTS, 1);
	t2 = seconds();
	near = od_near_open(v, 1);
	desk = od_near_desk_open(near);
	t3 = seconds();
	printf("projects                  %zu, %zu terms, %zu a project\n", n_projects,
	       v->n_terms, v->start[n_projects] / (n_projects + !n_projects));
	printf("reading, vectors, index   %.2f s, %.2f s, %.2f s\n", t1 - t0, t2 - t1,
	       t3 - t2);
	measure_recall(near, desk, strtoul(argv[2], NULL, 10));
	if (argc > 3)
		measure_duplicates(near, desk, argv[3]);
	od_near_desk_close(desk);
	od_near_close(near);
	od_vectors_close(v);
	free(docs);
	free(projects);
	od_buf_release(&symbols);
	return 0;
}
