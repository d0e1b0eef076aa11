/*
 * Public examples of odd input, where they are: what our reader finds in a CSV is what
 * the corpus says, and what our writers make of any text is read again as the same
 * text.
 */
#include "fmt_test.h"

#include <glob.h>

#include "check/reader.h"
#include "core/json.h"

#define CORPORA "../shared/corpora/"

static void
skip_without(const char *path)
{
	if (access(path, R_OK) == 0)
		return;
	print_message("%s is not there: skipped\n", path);
	skip();
}

static struct od_reader *
reader_of(const char *path, const struct od_dialect *dialect)
{
	struct od_reader *reader = NULL;
	struct od_err err = {0};

	if (od_reader_open(path, dialect, &reader, &err))
		fail_msg("%s", err.msg);
	return reader;
}

/* The next row without a fault; false at the end. */
static bool
next(struct od_reader *reader, struct od_row *row)
{
	struct od_err err = {0};
	bool more = false;

	if (od_reader_next(reader, row, &more, &err))
		fail_msg("%s", err.msg);
	if (more && row->fault)
		fail_msg("row %llu: %s", (unsigned long long)row->number, row->fault);
	return more;
}

static void
assert_span(struct od_span got, struct od_span want)
{
	if (got.n != want.n || memcmp(got.p, want.p, got.n) != 0)
		fail_msg("'%.*s' is not '%.*s'", (int)got.n, got.p, (int)want.n,
		         want.p);
}

/* A path with other bytes in it, for as long as the test lasts. */
static const char *
written(const char *name, const char *bytes, size_t n)
{
	const char *path = new_path(name);
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return path;
}

/*
 * Each row as the corpus has it in JSON, an array (it tells of one table in another
 * shape and with other values); all rows, written anew, go to `again`.
 */
static void
rows_are(const char *path, const struct od_json *want, struct od_buf *again)
{
	static const enum od_type types[MAX_CELLS] = {
	    OD_TYPE_TEXT, OD_TYPE_TEXT, OD_TYPE_TEXT, OD_TYPE_TEXT, OD_TYPE_TEXT};
	struct od_reader *reader = reader_of(path, &od_dialect_default);
	struct od_arena a = {0};
	struct od_span labels[MAX_CELLS] = {0};
	struct od_row row;
	size_t rows = 0, columns = 0;

	for (; next(reader, &row); rows++) {
		struct od_pub cells[MAX_CELLS] = {0};
		struct od_dataset d;

		assert_in_range(row.n, 1, MAX_CELLS);
		d = dataset_of(types, row.n);
		for (size_t i = 0; i < row.n; i++)
			cells[i].v = row.cells[i];
		od_format_csv.encode(&d, cells, again);
		if (rows == 0) {
			columns = row.n;
			for (size_t i = 0; i < columns; i++)
				labels[i] = od_arena_dup(&a, row.cells[i]);
			continue;
		}
		assert_int_equal(row.n, columns);
		if (want->kind != OD_JSON_ARRAY)
			continue;
		assert_true(rows <= want->n);
		for (size_t i = 0; i < columns; i++) {
			const struct od_json *cell =
			    od_json_find(&want->items[rows - 1], labels[i].p);

			assert_non_null(cell);
			assert_span(row.cells[i], cell->text);
		}
	}
	assert_true(rows > 1);
	assert_true(want->kind != OD_JSON_ARRAY || rows == want->n + 1);
	od_reader_close(reader);
	od_arena_release(&a);
}

static void
the_tables_of_the_corpus_are_read_and_written_again(void **state)
{
	glob_t files;

	(void)state;
	skip_without(CORPORA "csv/csvs/simple.csv");
	assert_int_equal(glob(CORPORA "csv/csvs/*.csv", 0, NULL, &files), 0);
	assert_true(files.gl_pathc >= 12);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		const char *base = strrchr(files.gl_pathv[i], '/') + 1;
		struct od_arena a = {0};
		struct od_buf once = {0}, twice = {0};
		const struct od_json *want;
		struct od_err err = {0};
		char json[256];

		snprintf(json, sizeof(json), CORPORA "csv/json/%.*s.json",
		         (int)strlen(base) - 4, base);
		if (od_json_parse(read_file(json, &a), json, OD_KIND_IO, &a, &want,
		                  &err))
			fail_msg("%s", err.msg);
		rows_are(files.gl_pathv[i], want, &once);
		base = written("again.csv", once.p, once.n);
		rows_are(base, want, &twice);
		remove_path(base);
		assert_int_equal(once.n, twice.n);
		assert_memory_equal(once.p, twice.p, once.n);
		od_buf_release(&once);
		od_buf_release(&twice);
		od_arena_release(&a);
	}
	globfree(&files);
}

/* Strings that broke somebody's program, in two columns: a line of the file each. */
static void
naughty_strings_come_back_as_they_were(void **state)
{
	static const enum od_type types[] = {OD_TYPE_TEXT, OD_TYPE_TEXT};
	struct od_dataset d = dataset_of(types, 2);
	struct od_arena a = {0};
	struct od_span text;
	size_t strings = 0;

	(void)state;
	skip_without(CORPORA "strings/blns.txt");
	text = read_file(CORPORA "strings/blns.txt", &a);
	for (const char *p = text.p, *to; (to = strchr(p, '\n')); p = to + 1) {
		struct od_span line = {p, (size_t)(to - p)};
		const struct od_pub cells[] = {{line, false}, {line, false}};
		const struct od_json *back;
		struct od_buf b = {0};
		struct od_err err = {0};
		struct od_reader *reader;
		struct od_row row;
		const char *path;

		if (line.n == 0)
			continue;
		od_buf_puts(&b, "a,b\n");
		od_format_csv.encode(&d, cells, &b);
		path = written("a.csv", b.p, b.n);
		reader = reader_of(path, &od_dialect_default);
		assert_true(next(reader, &row));
		assert_true(next(reader, &row));
		assert_int_equal(row.n, 2);
		assert_span(row.cells[0], line);
		assert_span(row.cells[1], line);
		assert_false(next(reader, &row));
		od_reader_close(reader);
		remove_path(path);

		b.n = 0;
		od_format_ndjson.encode(&d, cells, &b);
		if (od_json_parse((struct od_span){b.p, b.n}, "a line", OD_KIND_IO, &a,
		                  &back, &err))
			fail_msg("%s", err.msg);
		assert_span(od_json_find(back, "b")->text, line);
		od_buf_release(&b);
		strings++;
	}
	assert_true(strings > 500);
	od_arena_release(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_tables_of_the_corpus_are_read_and_written_again),
	    cmocka_unit_test(naughty_strings_come_back_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
