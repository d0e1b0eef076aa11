/* The file of publishable rows, and the findings beside it. */
#include "../core/cmocka_first.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "row/findings.h"
#include "row/snapshot.h"

static const struct od_field fields[] = {
    {.name = "id", .type = OD_TYPE_ID, .required = true},
    {.name = "seq", .type = OD_TYPE_CODE, .required = true},
    {.name = "text", .type = OD_TYPE_TEXT},
};
static const struct od_field *const one[] = {&fields[0]};
static const struct od_field *const both[] = {&fields[0], &fields[1]};
static const struct od_dataset datasets[] = {
    {.id = "a", .fields = fields, .n_fields = 3, .key = one, .n_key = 1},
    {.id = "b", .fields = fields, .n_fields = 3, .key = both, .n_key = 2},
    {.id = "c",
     .fields = fields,
     .n_fields = 3,
     .key = one,
     .n_key = 1,
     .derived = true},
};
static const struct od_spec spec = {.datasets = datasets, .n_datasets = 3};

static char dir[64], file[96];
static struct od_arena a;
static struct od_err err;

static int
make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/odp-row-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/s.sqlite", dir);
	return 0;
}

static int
remove_dir(void **state)
{
	(void)state;
	od_arena_release(&a);
	return od_dir_remove(dir, &err);
}

static struct od_snapshot *
create(void)
{
	struct od_snapshot *s;

	assert_int_equal(od_snapshot_create(file, &spec, &s, &err), OD_OK);
	return s;
}

static struct od_snapshot *
reopen(struct od_snapshot *s, bool writable)
{
	assert_int_equal(od_snapshot_close(s, false, &err), OD_OK);
	assert_int_equal(od_snapshot_open(file, writable, &s, &err), OD_OK);
	return s;
}

static bool
add(struct od_snapshot *s, size_t dataset, const char *id, const char *seq,
    const char *text)
{
	const struct od_pub cells[] = {
	    {od_span_str(id), false},
	    {od_span_str(seq), false},
	    {text ? od_span_str(text) : (struct od_span){0}, text == NULL}};
	bool duplicate;

	assert_int_equal(
	    od_snapshot_add(s, &datasets[dataset], cells, &duplicate, &err), OD_OK);
	return !duplicate;
}

static int64_t
number(struct od_snapshot *s, const char *sql)
{
	int64_t n;

	assert_int_equal(od_snapshot_number(s, sql, &n, &err), OD_OK);
	return n;
}

static void
rows_come_back_as_they_were_in_the_order_of_their_keys(void **state)
{
	static const char *const want[][2] = {
	    {"9", "ก\n\"b\""}, {"10", NULL}, {"999999999999999999", ""}};
	struct od_snapshot *s = create();
	struct od_query *q;
	bool row;

	(void)state;
	assert_true(add(s, 0, "999999999999999999", "1", ""));
	assert_true(add(s, 0, "10", "01", NULL));
	assert_true(add(s, 0, "9", "x", "ก\n\"b\""));
	assert_false(add(s, 0, "10", "2", "another")); /* a duplicate is not added */
	s = reopen(s, false);
	assert_int_equal(od_query_open(s, "select id, text, seq from a order by id",
	                               "rows", &q, &err),
	                 OD_OK);
	assert_int_equal(od_query_columns(q), 3);
	assert_string_equal(od_query_column(q, 1), "text");
	for (size_t i = 0; i < OD_ARRAY_LEN(want); i++) {
		struct od_pub text;

		assert_int_equal(od_query_next(q, &row, &err), OD_OK);
		assert_true(row);
		assert_true(
		    od_span_equal(od_query_cell(q, 0).v, od_span_str(want[i][0])));
		text = od_query_cell(q, 1);
		assert_int_equal(text.null, want[i][1] == NULL);
		if (want[i][1])
			assert_true(od_span_equal(text.v, od_span_str(want[i][1])));
	}
	assert_int_equal(od_query_next(q, &row, &err), OD_OK);
	assert_false(row);
	od_query_close(q);
	assert_int_equal(number(s, "select count(*) from a where seq = '01'"), 1);
	assert_int_equal(od_snapshot_close(s, true, &err), OD_OK);
}

static void
a_key_of_two_columns_is_a_duplicate_as_a_whole(void **state)
{
	struct od_snapshot *s = create();

	(void)state;
	assert_true(add(s, 1, "1", "1", "a"));
	assert_true(add(s, 1, "1", "2", "a"));
	assert_false(add(s, 1, "1", "2", "b"));
	assert_int_equal(number(s, "select count(*) from b"), 2);
	/* what is derived is made by validate */
	assert_int_equal(
	    number(s, "select count(*) from sqlite_master where name = 'c'"), 0);
	assert_int_equal(od_snapshot_close(s, false, &err), OD_OK);
}

static void
parameters_are_bound_by_name_and_digits_as_a_number_too(void **state)
{
	struct od_snapshot *s = create();
	struct od_query *q;
	bool row;

	(void)state;
	add(s, 0, "7", "007", "a");
	s = reopen(s, false);
	assert_int_equal(
	    od_query_open(s, "select id from a where id = :id", "q", &q, &err), OD_OK);
	assert_int_equal(od_query_params(q), 1);
	assert_string_equal(od_query_param(q, 0), "id");
	for (unsigned i = 0; i < 2; i++) {
		od_query_restart(q);
		od_query_bind(q, 0, (struct od_pub){OD_SPAN("7"), false});
		assert_int_equal(od_query_next(q, &row, &err), OD_OK);
		assert_true(row);
		assert_int_equal(od_query_int(q, 0), 7);
	}
	od_query_restart(q);
	od_query_bind(q, 0, (struct od_pub){{NULL, 0}, true});
	assert_int_equal(od_query_next(q, &row, &err), OD_OK);
	assert_false(row);
	od_query_close(q);
	assert_int_equal(od_snapshot_close(s, false, &err), OD_OK);
}

static void
what_is_said_of_the_release_is_kept(void **state)
{
	struct od_snapshot *s = create();
	const char *value;

	(void)state;
	assert_int_equal(od_snapshot_meta_put(s, "created", "2026", &err), OD_OK);
	assert_int_equal(od_snapshot_meta_put(s, "created", "it's", &err), OD_OK);
	s = reopen(s, false);
	assert_int_equal(od_snapshot_meta_get(s, "created", &a, &value, &err), OD_OK);
	assert_string_equal(value, "it's");
	assert_int_equal(od_snapshot_meta_get(s, "nothing", &a, &value, &err), OD_OK);
	assert_string_equal(value, "");
	assert_int_equal(od_snapshot_close(s, false, &err), OD_OK);
}

static void
a_reader_cannot_write_and_a_fault_names_no_value(void **state)
{
	struct od_snapshot *s = create();
	struct od_query *q;
	int64_t changes;

	(void)state;
	add(s, 0, "1", "1", "secret");
	s = reopen(s, false);
	assert_int_not_equal(od_snapshot_exec(s, "delete from a", NULL, &err), OD_OK);
	assert_int_equal(err.kind, OD_KIND_IO);
	assert_null(strstr(err.msg, "secret"));
	assert_int_not_equal(od_query_open(s, "select none from a", "q", &q, &err),
	                     OD_OK);
	assert_int_equal(err.kind, OD_KIND_SCHEMA);
	assert_int_not_equal(od_snapshot_exec(s, "no sql", NULL, &err), OD_OK);
	s = reopen(s, true);
	assert_int_equal(od_snapshot_exec(s, "delete from a", &changes, &err), OD_OK);
	assert_int_equal(changes, 1);
	assert_int_equal(od_snapshot_close(s, true, &err), OD_OK);
	assert_int_not_equal(od_snapshot_open("/nowhere/s", false, &s, &err), OD_OK);
	assert_int_equal(err.kind, OD_KIND_IO);
}

/* What is deleted is not in the file's free pages either. */
static void
what_a_writer_deletes_is_gone_from_the_file(void **state)
{
	struct od_snapshot *s = create();
	struct od_span bytes;

	(void)state;
	add(s, 0, "1", "1", "withdrawn-text");
	add(s, 0, "2", "1", "other-text");
	s = reopen(s, true);
	assert_int_equal(od_snapshot_exec(s, "delete from a where id = 1", NULL, &err),
	                 OD_OK);
	assert_int_equal(od_snapshot_close(s, true, &err), OD_OK);
	assert_int_equal(od_file_read(file, 1 << 24, &a, &bytes, OD_KIND_IO, &err),
	                 OD_OK);
	assert_null(memmem(bytes.p, bytes.n, "withdrawn-text", 14));
	assert_non_null(memmem(bytes.p, bytes.n, "other-text", 10));
}

static const char *
list(struct od_findings *f, bool append)
{
	const char *path = od_arena_printf(&a, "%s/findings", dir);
	struct od_span text;
	struct stat st;

	assert_int_equal(od_findings_write(f, path, append, &err), OD_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(od_file_read(path, 1 << 30, &a, &text, OD_KIND_IO, &err),
	                 OD_OK);
	return text.p;
}

static void
findings_are_listed_by_place_and_counted_by_rule(void **state)
{
	struct od_findings *f = od_findings_open(&spec);
	struct od_snapshot *s = create();
	const struct od_finding found[] = {
	    {&datasets[1], 3, "1/2", "1", &fields[2], "type", "reject", NULL},
	    {&datasets[0], 9, NULL, NULL, NULL, "key", "reject", NULL},
	    {&datasets[0], 2, "5\"", NULL, &fields[2], "doubt", "withheld", "ab"},
	    {&datasets[0], 2, "5\"", NULL, &fields[1], "type", "warn", NULL},
	    {&datasets[0], 2, "5\"", NULL, &fields[1], "range", "warn", NULL},
	};
	static const char lines[] =
	    "{\"dataset\":\"a\",\"row\":2,\"key\":\"5\\\"\",\"field\":\"seq\",\"rule\":"
	    "\"range\",\"effect\":\"warn\"}\n"
	    "{\"dataset\":\"a\",\"row\":2,\"key\":\"5\\\"\",\"field\":\"seq\",\"rule\":"
	    "\"type\",\"effect\":\"warn\"}\n"
	    "{\"dataset\":\"a\",\"row\":2,\"key\":\"5\\\"\",\"field\":\"text\","
	    "\"rule\":"
	    "\"doubt\",\"effect\":\"withheld\",\"ref\":\"ab\"}\n"
	    "{\"dataset\":\"a\",\"row\":9,\"rule\":\"key\",\"effect\":\"reject\"}\n"
	    "{\"dataset\":\"b\",\"row\":3,\"key\":\"1/2\",\"parent\":\"1\",\"field\":"
	    "\"text\",\"rule\":\"type\",\"effect\":\"reject\"}\n";

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(found); i++)
		od_findings_add(f, &found[i]);
	assert_string_equal(list(f, true), lines); /* appended to nothing */
	assert_string_equal(list(f, false), lines);
	assert_int_equal(strlen(list(f, true)), 2 * strlen(lines));
	assert_int_equal(od_findings_store(f, s, &err), OD_OK);
	assert_int_equal(od_findings_store(f, s, &err), OD_OK); /* adds */
	assert_int_equal(number(s, "select count(*) from _quality"), 5);
	assert_int_equal(number(s, "select sum(n) from _quality"), 10);
	assert_int_equal(od_snapshot_close(s, false, &err), OD_OK);
	od_findings_close(f);
}

static void
a_flood_of_one_rule_is_counted_but_not_listed(void **state)
{
	struct od_findings *f = od_findings_open(&spec);
	struct od_snapshot *s = create();
	const char *text;
	size_t lines = 0;

	(void)state;
	for (uint64_t i = 1; i <= OD_FINDINGS_LISTED + 5; i++)
		od_findings_add(f, &(struct od_finding){.d = &datasets[0],
		                                        .row = i,
		                                        .rule = "type",
		                                        .effect = "warn"});
	od_findings_add(
	    f, &(struct od_finding){
		   .d = &datasets[0], .row = 1, .rule = "key", .effect = "warn"});
	for (text = list(f, false); *text; text++)
		lines += *text == '\n';
	assert_int_equal(lines, OD_FINDINGS_LISTED + 1);
	assert_int_equal(od_findings_store(f, s, &err), OD_OK);
	assert_int_equal(number(s, "select n from _quality where rule = 'type'"),
	                 OD_FINDINGS_LISTED + 5);
	assert_int_equal(od_snapshot_close(s, false, &err), OD_OK);
	od_findings_close(f);
}

static void
a_key_is_told_with_slashes(void **state)
{
	const struct od_pub cells[] = {
	    {OD_SPAN("12"), false}, {OD_SPAN("a"), false}, {{NULL, 0}, true}};
	struct od_buf b = {0};

	(void)state;
	od_findings_key(&datasets[1], cells, &b);
	assert_string_equal(od_buf_str(&b), "12/a");
	od_buf_release(&b);
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_DIR(rows_come_back_as_they_were_in_the_order_of_their_keys),
	    IN_DIR(a_key_of_two_columns_is_a_duplicate_as_a_whole),
	    IN_DIR(parameters_are_bound_by_name_and_digits_as_a_number_too),
	    IN_DIR(what_is_said_of_the_release_is_kept),
	    IN_DIR(a_reader_cannot_write_and_a_fault_names_no_value),
	    IN_DIR(what_a_writer_deletes_is_gone_from_the_file),
	    IN_DIR(findings_are_listed_by_place_and_counted_by_rule),
	    IN_DIR(a_flood_of_one_rule_is_counted_but_not_listed),
	    cmocka_unit_test(a_key_is_told_with_slashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
