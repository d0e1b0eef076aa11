/*
 * fuzz_fmt_csv.c - any cells, written as CSV and read by libcsv in its strict mode,
 * come back as they were; in excel.csv no cell begins a formula.
 *
 * Input: cells separated by 0xff, three a row; a cell of one 0xfe is null.
 */
#include <csv.h>
#include <stdint.h>
#include <stdlib.h>

#include "fmt/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIELDS = 3, MAX_ROWS = 64 };

static void
require(bool ok)
{
	if (!ok)
		abort();
}

struct back {
	const struct od_pub *cells;
	size_t n, at, column;
	bool excel;
};

static void
on_cell(void *p, size_t n, void *u)
{
	struct back *b = u;
	const char *text = p;
	struct od_span want;

	require(b->at < b->n);
	want = b->cells[b->at].null ? (struct od_span){0} : b->cells[b->at].v;
	if (b->excel && n) {
		if (n == want.n + 1 && text[0] == '\'') {
			text++;
			n--;
		} else {
			require(!strchr("=\t\r\n@", text[0]) || text[0] == '\0');
		}
	}
	require(n == want.n && (n == 0 || memcmp(text, want.p, n) == 0));
	b->at++;
	b->column++;
}

static void
on_row(int c, void *u)
{
	struct back *b = u;

	(void)c;
	require(b->column == FIELDS);
	b->column = 0;
}

static void
read_back(const struct od_buf *text, const struct od_pub *cells, size_t n, bool excel)
{
	struct back b = {.cells = cells, .n = n, .excel = excel};
	struct csv_parser p;

	require(csv_init(&p, CSV_STRICT | CSV_STRICT_FINI) == 0);
	require(csv_parse(&p, text->p, text->n, on_cell, on_row, &b) == text->n);
	require(csv_fini(&p, on_cell, on_row, &b) == 0);
	require(b.at == n);
	csv_free(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct od_field fields[FIELDS] = {
	    {.name = "a", .type = OD_TYPE_TEXT},
	    {.name = "b", .type = OD_TYPE_TEXT},
	    {.name = "c", .type = OD_TYPE_TEXT}};
	static const struct od_dataset d = {
	    .id = "t", .fields = fields, .n_fields = FIELDS};
	struct od_pub cells[MAX_ROWS * FIELDS];
	const char *p = (const char *)data, *end = p + size;
	struct od_buf csv = {0}, excel = {0};
	size_t n = 0;

	while (n < MAX_ROWS * FIELDS && (p < end || n % FIELDS)) {
		const char *q = p < end ? memchr(p, 0xff, (size_t)(end - p)) : end;

		q = q ? q : end;
		cells[n].v = (struct od_span){p, (size_t)(q - p)};
		cells[n].null = q - p == 1 && (unsigned char)*p == 0xfe;
		p = q < end ? q + 1 : end;
		n++;
	}
	n -= n % FIELDS;
	if (!n)
		return 0;
	for (size_t i = 0; i < n; i += FIELDS) {
		od_format_csv.encode(&d, cells + i, &csv);
		od_format_excel.encode(&d, cells + i, &excel);
	}
	read_back(&csv, cells, n, false);
	read_back(&excel, cells, n, true);
	od_buf_release(&csv);
	od_buf_release(&excel);
	return 0;
}
