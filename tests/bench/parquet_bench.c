/*
 * parquet_bench.c - a CSV of a release written again in a format, for measuring.
 *
 *   parquet_bench SCHEMAS DATASET FORMAT CSV OUT
 * prints rows, bytes and the seconds of CPU that writing took (reading is not counted)
 */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/arena.h"
#include "fmt/format.h"

enum { BATCH = 4096 };

struct table {
	const struct od_dataset *d;
	const struct od_format *format;
	struct od_format_file *file;
	struct od_arena text;
	struct od_pub *cells; /* BATCH rows */
	size_t rows, column, batch;
	double seconds;
	bool head; /* is past */
};

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
write_batch(struct table *t)
{
	double from = seconds();

	for (size_t i = 0; i < t->batch; i++)
		t->format->row(t->file, t->cells + i * t->d->n_fields);
	t->seconds += seconds() - from;
	t->batch = 0;
	od_arena_reset(&t->text);
}

static void
on_cell(void *p, size_t n, void *u)
{
	struct table *t = u;

	if (t->column < t->d->n_fields)
		t->cells[t->batch * t->d->n_fields + t->column] = (struct od_pub){
		    .v = od_arena_dup(&t->text, (struct od_span){p, n}), .null = !n};
	t->column++;
}

static void
on_row(int c, void *u)
{
	struct table *t = u;

	(void)c;
	if (t->head && t->column == t->d->n_fields) {
		t->rows++;
		if (++t->batch == BATCH)
			write_batch(t);
	}
	t->head = true;
	t->column = 0;
}

static void
read_csv(struct table *t, const char *path)
{
	static char piece[1 << 20];
	FILE *f = fopen(path, "rb");
	struct csv_parser p;
	size_t n;

	if (!f || csv_init(&p, CSV_STRICT) != 0) {
		perror(path);
		exit(1);
	}
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		csv_parse(&p, piece, n, on_cell, on_row, t);
	csv_fini(&p, on_cell, on_row, t);
	csv_free(&p);
	fclose(f);
	write_batch(t);
}

int
main(int argc, char **argv)
{
	struct od_arena a = {0};
	const struct od_spec *spec;
	struct od_out_fact fact;
	struct od_err err = {0};
	struct table t = {0};
	double from;

	if (argc != 6) {
		fprintf(stderr,
		        "usage: parquet_bench SCHEMAS DATASET FORMAT CSV OUT\n");
		return 2;
	}
	if (od_spec_load(argv[1], &a, &spec, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	t.d = od_dataset_find(spec, argv[2]);
	t.format = od_format_find(argv[3]);
	if (!t.d || !t.format) {
		fprintf(stderr, "no such dataset or format\n");
		return 2;
	}
	t.cells = od_arena_array(&a, BATCH * t.d->n_fields, sizeof(*t.cells));
	t.file = t.format->open(argv[5], t.d);
	read_csv(&t, argv[4]);
	from = seconds();
	if (t.format->close(t.file, &fact, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	t.seconds += seconds() - from;
	printf("%zu %llu %.2f\n", t.rows, (unsigned long long)fact.bytes, t.seconds);
	od_arena_release(&t.text);
	od_arena_release(&a);
	return 0;
}
