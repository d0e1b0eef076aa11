#include "../core/cmocka_first.h"

#include <unistd.h>

#include "check/table.h"
#include "core/buf.h"
#include "core/file.h"
#include "core/out.h"

/*
 * Cells and tables with the verdict of the standard's own implementation, and apart
 * from them what we judge otherwise, with the reason.
 */
#define CELLS "tests/cases/table_schema/cells.json"
#define TABLES "tests/cases/table_schema/tables.json"

static char dir[64];

static int
make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/odp-table-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
remove_dir(void **state)
{
	struct od_err err;

	(void)state;
	return od_dir_remove(dir, &err) != OD_OK;
}

static void
put_file(struct od_arena *a, const char *name, struct od_span text)
{
	struct od_err err;

	assert_int_equal(
	    od_out_file(od_arena_printf(a, "%s/%s", dir, name), text, &err), OD_OK);
}

static const struct od_json *
read_cases(const char *path, struct od_arena *a)
{
	const struct od_json *j;
	struct od_span text;
	struct od_err err;

	if (od_file_read(path, 1 << 24, a, &text, OD_KIND_IO, &err) ||
	    od_json_parse(text, path, OD_KIND_VERIFY, a, &j, &err))
		fail_msg("%s", err.msg);
	return j;
}

/* JSON again, for a schema inside a case. */
static void
put_json(struct od_buf *b, const struct od_json *j)
{
	static const char *const brackets[] = {
	    [OD_JSON_ARRAY] = "[]", [OD_JSON_OBJECT] = "{}"};

	switch (j->kind) {
	case OD_JSON_NULL:
		od_buf_puts(b, "null");
		break;
	case OD_JSON_BOOL:
		od_buf_puts(b, j->boolean ? "true" : "false");
		break;
	case OD_JSON_NUMBER:
		od_buf_span(b, j->text);
		break;
	case OD_JSON_STRING:
		od_json_string(b, j->text);
		break;
	case OD_JSON_ARRAY:
	case OD_JSON_OBJECT:
		od_buf_putc(b, brackets[j->kind][0]);
		for (size_t i = 0; i < j->n; i++) {
			if (i)
				od_buf_putc(b, ',');
			if (j->kind == OD_JSON_OBJECT) {
				od_json_string(b, j->keys[i]);
				od_buf_putc(b, ':');
			}
			put_json(b, &j->items[i]);
		}
		od_buf_putc(b, brackets[j->kind][1]);
		break;
	}
}

static void
put_quoted(struct od_buf *b, struct od_span cell)
{
	od_buf_putc(b, '"');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			od_buf_putc(b, '"');
		od_buf_putc(b, cell.p[i]);
	}
	od_buf_puts(b, "\"\n");
}

static void
keep_rule(void *u, const struct od_tfinding *f)
{
	struct od_buf *b = u;

	od_buf_printf(b, "%llu %s %s\n", (unsigned long long)f->row, f->field, f->rule);
}

/*
 * Findings of `file` under a schema or package, one a line; "schema: ..." if that is
 * refused itself.
 */
static const char *
check(struct od_arena *a, const char *file, struct od_span schema, size_t memory)
{
	struct od_buf b = {0};
	struct od_tcheck_opts opts = {
	    .listed = 100, .memory = memory, .found = keep_rule, .u = &b};
	struct od_tresult r;
	struct od_tschema *s;
	struct od_err err;
	const char *path = od_arena_printf(a, "%s/%s", dir, file), *out;

	if (od_tschema_parse(schema, od_arena_printf(a, "%s/schema.json", dir), path,
	                     NULL, a, &s, &err)) {
		assert_int_equal(err.kind, OD_KIND_SCHEMA);
		return od_arena_printf(a, "schema: %s", err.msg);
	}
	if (od_tcheck(path, s, &opts, a, &r, &err))
		fail_msg("%s", err.msg);
	od_tschema_release(s);
	out = od_arena_str(a, od_buf_str(&b));
	od_buf_release(&b);
	return out;
}

static bool
cell_is_accepted(struct od_arena *a, struct od_span schema, struct od_span cell)
{
	struct od_buf b = {0};
	const char *said;

	od_buf_puts(&b, "k,v\nx,");
	put_quoted(&b, cell);
	put_file(a, "cell.csv", od_buf_view(&b));
	od_buf_release(&b);
	said = check(a, "cell.csv", schema, 1 << 20);
	return !*said;
}

static unsigned
judge_cells(const struct od_json *group, const char *key, bool accept, unsigned *wrong)
{
	const struct od_json *list = od_json_find(group, key);
	struct od_arena a = {0};
	struct od_buf schema = {0};

	od_buf_puts(&schema, "{\"fields\":[{\"name\":\"k\"},");
	put_json(&schema, od_json_find(group, "field"));
	od_buf_puts(&schema, "]}");
	for (size_t i = 0; i < list->n; i++) {
		if (cell_is_accepted(&a, od_buf_view(&schema), list->items[i].text) ==
		    accept)
			continue;
		print_message("%s must be %s by %s\n", list->items[i].text.p,
		              accept ? "accepted" : "refused", od_buf_str(&schema));
		++*wrong;
	}
	od_buf_release(&schema);
	od_arena_release(&a);
	return (unsigned)list->n;
}

static void
cells_are_judged_as_the_standard_does(void **state)
{
	struct od_arena a = {0};
	const struct od_json *groups = read_cases(CELLS, &a);
	unsigned wrong = 0, accepted = 0, refused = 0;

	(void)state;
	for (size_t i = 0; i < groups->n; i++) {
		accepted += judge_cells(&groups->items[i], "accept", true, &wrong);
		refused += judge_cells(&groups->items[i], "refuse", false, &wrong);
	}
	od_arena_release(&a);
	assert_true(accepted > 400 && refused > 400);
	assert_int_equal(wrong, 0);
}

/* The findings of a case: its files written, its package applied to a.csv. */
static const char *
findings_of(struct od_arena *a, const struct od_json *c, size_t memory)
{
	const struct od_json *files = od_json_find(c, "files");
	struct od_buf package = {0};
	const char *said;

	for (size_t i = 0; i < files->n; i++)
		put_file(a, files->keys[i].p, files->items[i].text);
	put_json(&package, od_json_find(c, "package"));
	said = check(a, "a.csv", od_buf_view(&package), memory);
	od_buf_release(&package);
	return said;
}

static void
tables_are_judged_as_the_standard_does(void **state)
{
	struct od_arena a = {0};
	const struct od_json *cases = read_cases(TABLES, &a);
	unsigned wrong = 0, accepted = 0;

	(void)state;
	for (size_t i = 0; i < cases->n; i++) {
		const struct od_json *c = &cases->items[i];
		bool accept = od_json_find(c, "accept")->boolean;
		const char *said = findings_of(&a, c, 1 << 20);

		accepted += accept;
		if (accept == !*said)
			continue;
		print_message("'%s' must be %s: %s\n", od_json_text(c, "name"),
		              accept ? "accepted" : "refused", said);
		wrong++;
	}
	assert_true(cases->n > 150 && accepted > 50);
	assert_int_equal(wrong, 0);
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cells_are_judged_as_the_standard_does),
	    cmocka_unit_test(tables_are_judged_as_the_standard_does),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
