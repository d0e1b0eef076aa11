#include <stdio.h>

#include "cmd/cmd.h"
#include "core/file.h"
#include "core/utf8.h"
#include "search/like.h"

enum { DRAFT_LIMIT = 1 << 20 };

static enum od_rc
read_draft(const char *path, struct od_arena *a, struct od_span *text,
           struct od_err *err)
{
	enum od_rc rc = od_file_read(path, DRAFT_LIMIT, a, text, OD_KIND_USAGE, err);

	if (!rc && !od_utf8_is_valid(*text))
		rc = od_err_set(err, OD_KIND_USAGE, "'%s' is not UTF-8", path);
	return rc;
}

/* One line: likeness in percent, id, year, budget, name, phrases. */
static enum od_rc
print_hit(struct od_search *s, const struct od_like_hit *hit, struct od_err *err)
{
	static const char *const columns[] = {"project_id", "fiscal_year_be",
	                                      "budget_total", "name_th"};
	struct od_arena a = {0};
	enum od_rc rc = OD_OK;

	printf("%u", hit->percent);
	for (size_t i = 0; i < OD_ARRAY_LEN(columns) && !rc; i++) {
		struct od_span value;

		rc = od_search_value(s, hit->doc, columns[i], &a, &value, err);
		if (!rc)
			printf("\t%.*s", (int)value.n, value.p);
	}
	for (size_t i = 0; i < hit->n_phrases; i++)
		printf("%s%.*s", i ? " | " : "\t", (int)hit->phrases[i].n,
		       hit->phrases[i].p);
	putchar('\n');
	od_arena_release(&a);
	return rc;
}

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	struct od_like_hit hits[OD_LIKE_HITS];
	struct od_search *s = NULL;
	struct od_like *like = NULL;
	struct od_span text;
	size_t n = 0;
	enum od_rc rc;

	if (o->n_operands != 1 || !o->text)
		return od_err_set(err, OD_KIND_USAGE, "usage: odp %s %s --text FILE",
		                  cmd->name, cmd->operands);
	rc = read_draft(o->text, a, &text, err);
	if (!rc)
		rc = od_search_open(od_arena_printf(a, "%s/search", o->operands[0]), a,
		                    &s, err);
	if (!rc)
		rc = od_like_open(s, a, &like, err);
	if (!rc)
		rc = od_like_find(like, text, a, hits, &n, err);
	for (size_t i = 0; i < n && !rc; i++)
		rc = print_hit(s, &hits[i], err);
	od_like_close(like);
	od_search_close(s);
	return rc;
}

const struct od_cmd od_cmd_similar = {
    .name = "similar",
    .summary = "find the projects in a release that a draft is most like",
    .operands = "DIR",
    .uses = OD_USE_SIMILAR,
    .details =
	"DIR is a release or output/current. The text of a proposal is held against "
	"names,\n"
	"objectives, outputs and target groups, as the portal's page for drafts does. "
	"Printed are\n"
	"likeness in percent, id, fiscal year, budget, name and the phrases that both "
	"have, a line a\n"
	"project, at most ten, the nearest first.\n",
    .run = run,
};
