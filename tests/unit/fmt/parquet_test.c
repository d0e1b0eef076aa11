#include "fmt_test.h"

#include "fmt/dictionary.h"
#include "fmt/parquet_column.h"
#include "parquet_read.h"

enum { COLUMNS = 9 };

/* One column of each type, and a decimal without a fraction. */
static const struct od_field fields[COLUMNS] = {
    {.name = "id", .type = OD_TYPE_ID, .title = {"รหัส", "Id"}},
    {.name = "code", .type = OD_TYPE_CODE, .title = {"รหัส", "Code"}},
    {.name = "text", .type = OD_TYPE_TEXT, .title = {"ความ \"ก\"", "Text"}},
    {.name = "n", .type = OD_TYPE_INTEGER, .title = {"จำนวน", "Number"}},
    {.name = "amount",
     .type = OD_TYPE_DECIMAL,
     .scale = 2,
     .title = {"เงิน", "Money"},
     .unit = "baht"},
    {.name = "whole", .type = OD_TYPE_DECIMAL, .title = {"เงิน", "Money"}},
    {.name = "is", .type = OD_TYPE_BOOLEAN, .title = {"ใช่", "Is"}},
    {.name = "day", .type = OD_TYPE_DATE, .title = {"วัน", "Day"}},
    {.name = "at", .type = OD_TYPE_DATETIME, .title = {"เวลา", "Time"}},
};

static const struct od_catalog catalog = {.license_uri = "https://example.org/licence"};

static const struct od_dataset d = {.id = "table",
                                    .version = "1.2.3",
                                    .title = {"ตาราง", "Table"},
                                    .fields = fields,
                                    .n_fields = COLUMNS,
                                    .catalog = &catalog};

/* A table of one column. */
static struct od_dataset
one_column(enum od_type type)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (fields[i].type == type)
			return (struct od_dataset){.id = "one",
			                           .fields = &fields[i],
			                           .n_fields = 1,
			                           .version = "1.0.0",
			                           .title = {"ก", "a"}};
	fail();
	return d;
}

/* Writes `rows` rows made by make(), reads them back and compares every cell. */
static struct parquet
round_trip(const struct od_dataset *table, size_t rows,
           void (*make)(size_t row, struct od_pub *cells, struct od_arena *a, void *u),
           void *u, struct od_arena *a)
{
	const char *path = new_path("t.parquet");
	struct od_format_file *f = od_format_parquet.open(path, table);
	struct od_pub *cells = od_arena_array(a, table->n_fields + 1, sizeof(*cells));
	struct od_arena row = {0};
	struct od_out_fact fact;
	struct od_err err = {0};
	struct parquet back;
	struct od_span bytes;

	for (size_t i = 0; i < rows; i++) {
		od_arena_reset(&row);
		make(i, cells, &row, u);
		od_format_parquet.row(f, cells);
	}
	if (od_format_parquet.close(f, &fact, &err))
		fail_msg("%s", err.msg);
	bytes = read_file(path, a);
	remove_path(path);
	assert_int_equal(fact.bytes, bytes.n);
	if (!parquet_read(&back, bytes, a))
		fail_msg("the file is no Parquet");
	assert_int_equal(back.rows, rows);
	assert_int_equal(back.columns, table->n_fields);
	for (size_t i = 0; i < rows; i++) {
		od_arena_reset(&row);
		make(i, cells, &row, u);
		for (size_t k = 0; k < table->n_fields; k++) {
			struct od_span was = parquet_cell(&back, i, k);
			bool null = cells[k].null || !cells[k].v.n;

			if (null != !was.p ||
			    (!null && !od_span_equal(was, cells[k].v)))
				fail_msg("row %zu column %zu: '%.*s' for '%.*s'", i, k,
				         (int)was.n, was.p, (int)cells[k].v.n,
				         cells[k].v.p);
		}
	}
	od_arena_release(&row);
	return back;
}

static bool
is_numbered(const struct parquet *f, size_t group, size_t column)
{
	return od_tnode_field(parquet_chunk(f, group, column), 11) != NULL;
}

/* ---- cells */

static const char *const table_rows[][COLUMNS] = {
    {"1", "007", "ก", "0", "0.00", "0", "true", "1970-01-01", "1970-01-01T00:00:00"},
    {"999999999999999999", "=1+1", "a,\"b\"\r\n'c'", "-999999999999999999", "-0.05",
     "-1", "false", "2024-02-29", "2024-12-28T23:59:59"},
    {"12", "", "\xf0\x9f\x98\x80\xef\xbf\xbf", "999999999999999999",
     "9999999999999999.99", "999999999999999999", NULL, "0001-01-01",
     "0001-01-01T00:00:01"},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
    {"2", "-", "\xe0\xb8\xb3\xcc\x81 \t ", "42", "-9999999999999999.99", "7", "true",
     "9999-12-31", "9999-12-31T23:59:59"},
    {"3", "0", "NULL", "-1", "0.01", "10", "false", "1969-12-31",
     "1969-12-31T23:59:59"},
    {"4", "๐๑", "\\N", "7", "1500000.50", "100", "true", "1900-03-01",
     "2000-02-29T12:00:00"},
};

static void
given(size_t row, struct od_pub *cells, struct od_arena *a, void *u)
{
	(void)a;
	(void)u;
	for (size_t i = 0; i < COLUMNS; i++)
		cells[i] = cell(table_rows[row][i]);
}

static void
cells_of_every_type_come_back_as_they_were(void **state)
{
	struct od_arena a = {0};

	(void)state;
	round_trip(&d, OD_ARRAY_LEN(table_rows), given, NULL, &a);
	od_arena_release(&a);
}

static void
an_empty_table_has_its_columns(void **state)
{
	struct od_arena a = {0};
	struct parquet f = round_trip(&d, 0, given, NULL, &a);

	(void)state;
	assert_int_equal(f.groups, 0);
	od_arena_release(&a);
}

static void
columns_have_the_types_that_readers_know(void **state)
{
	/* physical, member of LogicalType, ConvertedType */
	static const int types[COLUMNS][3] = {{6, 1, 0},   {6, 1, 0}, {6, 1, 0},
	                                      {2, 10, 18}, {2, 5, 5}, {2, 5, 5},
	                                      {0, 0, -1},  {1, 6, 6}, {2, 8, -1}};
	struct od_arena a = {0};
	struct parquet f = round_trip(&d, 1, given, NULL, &a);
	const struct od_tnode *schema = od_tnode_field(f.footer, 2), *e;

	(void)state;
	for (size_t i = 0; i < COLUMNS; i++) {
		e = od_tnode_item(schema, i + 1);
		assert_true(od_span_is(od_tnode_field(e, 4)->bytes, fields[i].name));
		assert_int_equal(od_tnode_number(e, 1, -1), types[i][0]);
		assert_int_equal(
		    od_tnode_field(e, 10) ? od_tnode_field(e, 10)->items->id : 0,
		    types[i][1]);
		assert_int_equal(od_tnode_number(e, 6, -1), types[i][2]);
		assert_int_equal(od_tnode_number(e, 3, -1), 1);
	}
	e = od_tnode_item(schema, 5); /* money: DECIMAL(18, 2), told twice */
	assert_int_equal(od_tnode_number(e, 7, -1), 2);
	assert_int_equal(od_tnode_number(e, 8, -1), 18);
	assert_int_equal(od_tnode_number(od_tnode_field(e, 10)->items, 1, -1), 2);
	assert_int_equal(od_tnode_number(od_tnode_field(e, 10)->items, 2, -1), 18);
	e = od_tnode_field(od_tnode_item(schema, 9), 10)
	        ->items; /* a time: not UTC, microseconds */
	assert_int_equal(od_tnode_field(e, 1)->type, 2);
	assert_int_equal(od_tnode_field(e, 2)->items->id, 2);
	od_arena_release(&a);
}

static void
the_footer_says_what_the_file_is(void **state)
{
	static const char *const notes[][2] = {
	    {"dataset", "table"},
	    {"version", "1.2.3"},
	    {"title_th", "ตาราง"},
	    {"title_en", "Table"},
	    {"license", "https://example.org/licence"},
	};
	struct od_arena a = {0};
	struct parquet f = round_trip(&d, 1, given, NULL, &a);
	const struct od_tnode *list = od_tnode_field(f.footer, 5);
	struct od_span titles;

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(notes); i++) {
		assert_true(od_span_is(od_tnode_field(od_tnode_item(list, i), 1)->bytes,
		                       notes[i][0]));
		assert_true(od_span_is(od_tnode_field(od_tnode_item(list, i), 2)->bytes,
		                       notes[i][1]));
	}
	titles = od_arena_dup(&a, od_tnode_field(od_tnode_item(list, 5), 2)->bytes);
	assert_non_null(
	    strstr(titles.p, "\"text\":{\"th\":\"ความ \\\"ก\\\"\",\"en\":\"Text\"},"));
	assert_non_null(strstr(titles.p, "\"en\":\"Money\",\"unit\":\"baht\"}"));
	assert_int_equal(od_tnode_number(f.footer, 1, 0), 2);
	assert_int_equal(od_tnode_field(f.footer, 7)->n, COLUMNS);
	od_arena_release(&a);
}

/* ---- nulls */

static void
sometimes(size_t row, struct od_pub *cells, struct od_arena *a, void *u)
{
	size_t every = *(size_t *)u;

	for (size_t i = 0; i < COLUMNS; i++)
		cells[i] =
		    cell(every && row % every == i % every ? table_rows[0][i]
		                                           : (i % 2 ? "" : NULL));
	(void)a;
}

static void
nulls_come_back_however_they_are_spread(void **state)
{
	static const size_t every[] = {0, 1, 2, 7, 8, 9, 100, 40000};
	struct od_arena a = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(every); i++) {
		size_t n = every[i];
		struct parquet f =
		    round_trip(&d, n == 40000 ? 80000 : 1000, sometimes, &n, &a);
		const struct od_tnode *told =
		    od_tnode_field(parquet_chunk(&f, 0, 4), 12);

		if (n == 0) {
			assert_int_equal(od_tnode_number(told, 3, -1), 1000);
			assert_null(od_tnode_field(told, 5));
			assert_false(is_numbered(&f, 0, 2));
		}
		od_arena_reset(&a);
	}
	od_arena_release(&a);
}

/* ---- dictionaries */

static const char *
name(size_t i, struct od_arena *a)
{
	return od_arena_printf(a, "หน่วยงานที่ %zu", i);
}

/* u: from which row on every value is new. */
static void
repeated(size_t row, struct od_pub *cells, struct od_arena *a, void *u)
{
	size_t until = *(size_t *)u;

	cells[0] = cell(name(row < until ? row % 50 : row, a));
}

static void
a_dictionary_is_kept_while_it_pays(void **state)
{
	struct od_dataset t = one_column(OD_TYPE_TEXT);
	size_t never = SIZE_MAX, always = 0, later = 40000;
	struct od_arena a = {0};
	struct parquet f;

	(void)state;
	f = round_trip(&t, 100000, repeated, &never, &a);
	assert_true(is_numbered(&f, 0, 0));
	assert_true(f.file.n < 20000); /* 30 bytes and more each */
	od_arena_reset(&a);
	f = round_trip(&t, 100000, repeated, &always, &a);
	assert_false(is_numbered(&f, 0, 0));
	od_arena_reset(&a);
	/* the dictionary fills, the pages after it are plain */
	f = round_trip(&t, 120000, repeated, &later, &a);
	assert_int_equal(f.groups, 1);
	assert_true(is_numbered(&f, 0, 0));
	assert_true(od_tnode_number(parquet_chunk(&f, 0, 0), 6, 0) > 1000000);
	od_arena_release(&a);
}

static void
a_dictionary_numbers_each_value_once_and_ends_at_its_limit(void **state)
{
	struct od_dictionary dict = {.width = 8};
	uint64_t v;
	bool added;

	(void)state;
	for (v = 0; v < OD_DICTIONARY_ENTRIES; v++) {
		struct od_span s = {(const char *)&v, sizeof(v)};
		uint32_t at = od_dictionary_put(&dict, s, &added);

		if (at == OD_DICTIONARY_FULL)
			break;
		assert_int_equal(at, v);
		assert_true(added);
		assert_int_equal(od_dictionary_put(&dict, s, &added), v);
		assert_false(added);
	}
	assert_true(v == OD_DICTIONARY_BYTES / 8 || v == OD_DICTIONARY_BYTES / 8 - 1 ||
	            v == OD_DICTIONARY_ENTRIES);
	v = UINT64_MAX;
	assert_int_equal(
	    od_dictionary_put(&dict, (struct od_span){(const char *)&v, 8}, &added),
	    OD_DICTIONARY_FULL);
	v = 17;
	assert_int_equal(
	    od_dictionary_put(&dict, (struct od_span){(const char *)&v, 8}, &added),
	    17);
	od_dictionary_reset(&dict);
	assert_int_equal(
	    od_dictionary_put(&dict, (struct od_span){(const char *)&v, 8}, &added), 0);
	od_dictionary_release(&dict);
}

static void
texts_that_differ_in_their_last_byte_alone_are_different(void **state)
{
	struct od_dictionary dict = {0};
	bool added;

	(void)state;
	assert_int_equal(od_dictionary_put(&dict, OD_SPAN(""), &added), 0);
	assert_int_equal(od_dictionary_put(&dict, OD_SPAN("a"), &added), 1);
	assert_int_equal(od_dictionary_put(&dict, OD_SPAN("a\0"), &added), 2);
	assert_int_equal(od_dictionary_put(&dict, OD_SPAN("12345678"), &added), 3);
	assert_int_equal(od_dictionary_put(&dict, OD_SPAN("12345678\0"), &added), 4);
	assert_int_equal(od_dictionary_put(&dict, OD_SPAN("a"), &added), 1);
	assert_false(added);
	assert_true(
	    od_span_equal(od_dictionary_plain(&dict, 2), OD_SPAN("\2\0\0\0a\0")));
	od_dictionary_release(&dict);
}

/* ---- row groups */

static void
counted(size_t row, struct od_pub *cells, struct od_arena *a, void *u)
{
	(void)u;
	cells[0] = cell(od_arena_printf(a, "%zu", row));
	cells[1] = cell(od_arena_printf(a, "%zu", row % 100));
	cells[2] = cell(row % 5 ? name(row / 9, a) : NULL);
	cells[3] = cell(od_arena_printf(a, "%zu", row / 1000));
	cells[4] = cell(od_arena_printf(a, "%zu.25", row * 7919));
	cells[5] = cell(NULL);
	cells[6] = cell(row % 3 ? "true" : "false");
	cells[7] =
	    cell(od_arena_printf(a, "20%02zu-%02zu-11", row % 90 + 10, row % 12 + 1));
	cells[8] =
	    cell(od_arena_printf(a, "2024-01-11T%02zu:%02zu:09", row % 24, row % 60));
}

static void
a_long_table_has_several_row_groups(void **state)
{
	struct od_arena a = {0};
	struct parquet f = round_trip(&d, 3 * (1 << 17) + 1, counted, NULL, &a);

	(void)state;
	assert_int_equal(f.groups, 4);
	assert_int_equal(
	    od_tnode_number(od_tnode_item(od_tnode_field(f.footer, 4), 3), 3, -1), 1);
	od_arena_release(&a);
}

/* Text that cannot be compressed: u tells how long. */
static void
random_text(size_t row, struct od_pub *cells, struct od_arena *a, void *u)
{
	size_t n = *(size_t *)u;
	char *p = od_arena_text(a, n);
	uint64_t seed = row + 1;

	for (size_t i = 0; i < n; i++) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		p[i] = (char)(seed >> 56);
	}
	cells[0] = (struct od_pub){.v = {p, n}};
}

static void
a_row_group_is_bounded_in_bytes_too(void **state)
{
	struct od_dataset t = one_column(OD_TYPE_TEXT);
	size_t some = 4000, much = 3 << 20;
	struct od_arena a = {0};
	struct parquet f = round_trip(&t, 10000, random_text, &some, &a);

	(void)state;
	assert_true(f.groups > 3 && f.groups < 10);
	od_arena_reset(&a);
	/* a text longer than a page and a dictionary */
	round_trip(&t, 3, random_text, &much, &a);
	od_arena_release(&a);
}

/* ---- bounds */

struct texts {
	const char *const *v;
};

static void
listed(size_t row, struct od_pub *cells, struct od_arena *a, void *u)
{
	(void)a;
	cells[0] = cell(((struct texts *)u)->v[row]);
}

static void
bounds_are_those_of_the_types_own_order(void **state)
{
	static const struct {
		enum od_type type;
		const char *const v[4];
		const char *least, *most; /* NULL: told by no one */
		size_t n;
	} cases[] = {
	    /* bytes above 0x7f are the greatest, not negative */
	    {OD_TYPE_TEXT, {"z", "ก", "Z", NULL}, "Z", "ก", 0},
	    {OD_TYPE_TEXT, {"a", "ab", "aa", "b"}, "a", "b", 0},
	    {OD_TYPE_ID, {"9", "10", "100", NULL}, "10", "9", 0},
	    {OD_TYPE_TEXT, {NULL, NULL, "", NULL}, NULL, NULL, 0},
	    {OD_TYPE_TEXT,
	     {"a", "0123456789012345678901234567890123456789012345678901234567890123",
	      "b", "c"},
	     "0123456789012345678901234567890123456789012345678901234567890123",
	     "c",
	     0},
	    {OD_TYPE_TEXT,
	     {"a", "01234567890123456789012345678901234567890123456789012345678901234",
	      "b", "c"},
	     NULL,
	     NULL,
	     0},
	    {OD_TYPE_INTEGER,
	     {"-1", "1", "256", NULL},
	     "\xff\xff\xff\xff\xff\xff\xff\xff",
	     "\0\1\0\0\0\0\0\0",
	     8},
	    {OD_TYPE_DECIMAL,
	     {"-0.01", "-0.02", "0.00", NULL},
	     "\xfe\xff\xff\xff\xff\xff\xff\xff",
	     "\0\0\0\0\0\0\0\0",
	     8},
	    {OD_TYPE_DATE,
	     {"1970-01-02", "1969-12-31", NULL, NULL},
	     "\xff\xff\xff\xff",
	     "\1\0\0\0",
	     4},
	    {OD_TYPE_BOOLEAN, {"true", "true", "true", NULL}, "\1", "\1", 1},
	};
	struct od_arena a = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_dataset t = one_column(cases[i].type);
		struct texts u = {cases[i].v};
		struct parquet f = round_trip(&t, 4, listed, &u, &a);
		const struct od_tnode *told =
		    od_tnode_field(parquet_chunk(&f, 0, 0), 12);
		int64_t nulls = 0;

		for (size_t k = 0; k < 4; k++)
			nulls += !cases[i].v[k] || !cases[i].v[k][0];
		assert_int_equal(od_tnode_number(told, 3, -1), nulls);
		if (!cases[i].least) {
			assert_null(od_tnode_field(told, 5));
			assert_null(od_tnode_field(told, 6));
		} else {
			size_t n = cases[i].n ? cases[i].n : strlen(cases[i].least);
			size_t m = cases[i].n ? cases[i].n : strlen(cases[i].most);

			assert_true(od_span_equal(od_tnode_field(told, 6)->bytes,
			                          (struct od_span){cases[i].least, n}));
			assert_true(od_span_equal(od_tnode_field(told, 5)->bytes,
			                          (struct od_span){cases[i].most, m}));
		}
		assert_null(od_tnode_field(told, 1)); /* the older ones have no order */
		assert_null(od_tnode_field(told, 2));
	}
	od_arena_release(&a);
}

/* ---- what is refused, and what stays the same */

static void
a_cell_that_is_not_of_its_type_is_told_at_close(void **state)
{
	static const struct {
		enum od_type type;
		const char *text;
	} cases[] = {
	    {OD_TYPE_INTEGER, "1.5"},
	    {OD_TYPE_INTEGER, "-"},
	    {OD_TYPE_INTEGER, "1000000000000000000"},
	    {OD_TYPE_DECIMAL, "1"},
	    {OD_TYPE_DECIMAL, "1.5"},
	    {OD_TYPE_DECIMAL, ".50"},
	    {OD_TYPE_DECIMAL, "50"},
	    {OD_TYPE_DECIMAL, "1,50"},
	    {OD_TYPE_DECIMAL, "1.-5"},
	    {OD_TYPE_DECIMAL, "10000000000000000.00"},
	    {OD_TYPE_BOOLEAN, "t"},
	    {OD_TYPE_DATE, "2567"},
	    {OD_TYPE_DATE, "2024-13-01"},
	    {OD_TYPE_DATE, "2024-00-01"},
	    {OD_TYPE_DATE, "2024-01-32"},
	    {OD_TYPE_DATE, "2024/01/02"},
	    {OD_TYPE_DATE, "2024-01-02T00:00:00"},
	    {OD_TYPE_DATETIME, "2024-01-02"},
	    {OD_TYPE_DATETIME, "2024-01-02 00:00:00"},
	    {OD_TYPE_DATETIME, "2024-01-02T24:00:00"},
	    {OD_TYPE_DATETIME, "2024-01-02T00:60:00"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_dataset t = one_column(cases[i].type);
		const char *path = new_path("t.parquet");
		struct od_format_file *f = od_format_parquet.open(path, &t);
		struct od_pub c = cell(cases[i].text);
		struct od_err err = {0};

		od_format_parquet.row(f, &c);
		if (!od_format_parquet.close(f, NULL, &err))
			fail_msg("'%s' is taken for a value of its type",
			         cases[i].text);
		assert_int_equal(err.kind, OD_KIND_INTERNAL);
		assert_non_null(strstr(err.msg, t.fields[0].name));
		if (strlen(cases[i].text) > 4) /* no message tells a value */
			assert_null(strstr(err.msg, cases[i].text));
		remove_path(path);
	}
}

static void
equal_rows_give_equal_bytes(void **state)
{
	struct od_arena a = {0};
	struct parquet one = round_trip(&d, 70000, counted, NULL, &a);
	struct parquet two = round_trip(&d, 70000, counted, NULL, &a);

	(void)state;
	assert_true(od_span_equal(one.file, two.file));
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cells_of_every_type_come_back_as_they_were),
	    cmocka_unit_test(an_empty_table_has_its_columns),
	    cmocka_unit_test(columns_have_the_types_that_readers_know),
	    cmocka_unit_test(the_footer_says_what_the_file_is),
	    cmocka_unit_test(nulls_come_back_however_they_are_spread),
	    cmocka_unit_test(a_dictionary_is_kept_while_it_pays),
	    cmocka_unit_test(
		a_dictionary_numbers_each_value_once_and_ends_at_its_limit),
	    cmocka_unit_test(texts_that_differ_in_their_last_byte_alone_are_different),
	    cmocka_unit_test(a_long_table_has_several_row_groups),
	    cmocka_unit_test(a_row_group_is_bounded_in_bytes_too),
	    cmocka_unit_test(bounds_are_those_of_the_types_own_order),
	    cmocka_unit_test(a_cell_that_is_not_of_its_type_is_told_at_close),
	    cmocka_unit_test(equal_rows_give_equal_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
