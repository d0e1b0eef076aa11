#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "core/utf8.h"
#include "search/find.h"

static const char *const places[] = {"name", "main", "all", NULL};

/* One line a result: id, fiscal year, budget, name. */
static enum od_rc
print_list(struct od_search *s, const struct od_search_result *r, int64_t limit,
           struct od_err *err)
{
	static const char *const columns[] = {"project_id", "fiscal_year_be",
	                                      "budget_total", "name_th"};
	struct od_arena a = {0};
	enum od_rc rc = OD_OK;

	for (uint32_t doc = 0; doc < r->docs.bound && limit > 0 && !rc; doc++) {
		if (!od_docs_has(&r->docs, doc))
			continue;
		for (size_t i = 0; i < OD_ARRAY_LEN(columns) && !rc; i++) {
			struct od_span value;

			rc = od_search_value(s, doc, columns[i], &a, &value, err);
			if (!rc)
				printf("%s%.*s", i ? "\t" : "", (int)value.n, value.p);
		}
		putchar('\n');
		od_arena_reset(&a);
		limit--;
	}
	od_arena_release(&a);
	return rc;
}

/* Many queries: one line each, the number and the ids of its results. */
static enum od_rc
print_ids(struct od_search *s, const struct od_search_result *r, int64_t limit,
          struct od_err *err)
{
	struct od_arena a = {0};
	enum od_rc rc = OD_OK;

	printf("%zu", r->n);
	for (uint32_t doc = 0; doc < r->docs.bound && limit > 0 && !rc; doc++) {
		struct od_span value;

		if (!od_docs_has(&r->docs, doc))
			continue;
		rc = od_search_value(s, doc, "project_id", &a, &value, err);
		if (!rc)
			printf(" %.*s", (int)value.n, value.p);
		od_arena_reset(&a);
		limit--;
	}
	putchar('\n');
	od_arena_release(&a);
	return rc;
}

static enum od_rc
answer(struct od_search *s, struct od_search_query *q, const struct od_options *o,
       bool one, struct od_err *err)
{
	struct od_search_result r;
	struct od_arena a = {0};
	enum od_rc rc;

	if (!od_utf8_is_valid(q->text))
		return od_err_set(err, OD_KIND_USAGE, "a query must be UTF-8");
	rc = od_search_run(s, q, &a, &r, err);
	if (!rc && o->count)
		printf("%zu\n", r.n);
	else if (!rc)
		rc = one ? print_list(s, &r, o->limit, err)
		         : print_ids(s, &r, o->limit, err);
	od_arena_release(&a);
	return rc;
}

static enum od_rc
answer_all(struct od_search *s, struct od_search_query *q, const struct od_options *o,
           struct od_err *err)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	enum od_rc rc = OD_OK;

	while (!rc && (n = getline(&line, &room, stdin)) >= 0) {
		n -= n && line[n - 1] == '\n';
		q->text = (struct od_span){line, (size_t)n};
		rc = answer(s, q, o, false, err);
	}
	free(line);
	return rc;
}

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	struct od_search_query q = {.filters = o->where};
	struct od_search *s = NULL;
	unsigned place = 0;
	enum od_rc rc;

	while (places[place] && strcmp(places[place], o->in) != 0)
		place++;
	if (o->n_operands != 2 || !places[place] || o->limit < 0)
		return od_err_set(
		    err, OD_KIND_USAGE,
		    "usage: odp %s %s [--in name|main|all] [--where FACET=VALUE,...]",
		    cmd->name, cmd->operands);
	q.where = (enum od_search_where)place;
	rc =
	    od_search_open(od_arena_printf(a, "%s/search", o->operands[0]), a, &s, err);
	if (!rc && strcmp(o->operands[1], "-") != 0) {
		q.text = od_span_str(o->operands[1]);
		rc = answer(s, &q, o, true, err);
	} else if (!rc) {
		rc = answer_all(s, &q, o, err);
	}
	od_search_close(s);
	return rc;
}

const struct od_cmd od_cmd_search = {
    .name = "search",
    .summary = "find projects in a release, as its search page does",
    .operands = "DIR QUERY",
    .uses = OD_USE_SEARCH,
    .details =
	"DIR is a release or output/current. All words of QUERY must occur, "
	"\"a phrase\" as it\n"
	"stands, -word must not. Printed are id, fiscal year, budget and name, a line "
	"a project,\n"
	"newest year and largest budget first. QUERY - reads queries from standard "
	"input, a line\n"
	"each, and answers each with a line: the number of projects, and their ids.\n"
	"--where takes year, status, ministry, department, division, province, "
	"strategy, plan and\n"
	"covid with a code.\n",
    .run = run,
};
