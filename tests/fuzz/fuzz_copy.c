/*
 * fuzz_copy.c - rows of PostgreSQL's COPY in text form. The reader is static: its file
 * is taken in, its one external name under another.
 */
#define od_driver_postgres od_driver_postgres_fuzzed
#include "source/postgres.c"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* As the server writes a cell: the escapes of the manual, no others. */
static void
put_cell(struct od_buf *b, struct od_raw cell)
{
	if (cell.null)
		od_buf_puts(b, "\\N");
	for (size_t i = 0; i < cell.v.n; i++) {
		static const char from[] = "\b\f\n\r\t\v\\", to[] = "bfnrtv\\";
		const char *at = cell.v.p[i] ? strchr(from, cell.v.p[i]) : NULL;

		if (at)
			od_buf_putc(b, '\\');
		od_buf_putc(b, at ? to[at - from] : cell.v.p[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct od_raw cells[9], again[9];
	struct pg_cursor p = {.base = {.what = "fuzz", .cells = cells}};
	struct pg_cursor q = {.base = {.what = "fuzz", .cells = again}};
	struct od_buf line = {0};
	struct od_err err;
	char *copy;

	if (n < 1)
		return 0;
	p.base.n = q.base.n = 1 + data[0] % 8;
	/* on the heap and of this size: reading beyond is seen */
	copy = od_alloc(n);
	memcpy(copy, data + 1, n - 1);
	if (split(&p, copy, n - 1, &err) == OD_OK) {
		size_t total = 0;

		for (size_t i = 0; i < p.base.n; i++) {
			total += cells[i].v.n;
			if (i)
				od_buf_putc(&line, '\t');
			put_cell(&line, cells[i]);
		}
		if (total > n - 1)
			abort();
		if (!line.p)
			od_buf_room(&line, 1);
		if (split(&q, line.p, line.n, &err) != OD_OK)
			abort();
		for (size_t i = 0; i < p.base.n; i++)
			if (cells[i].null != again[i].null ||
			    !od_span_equal(cells[i].v, again[i].v))
				abort();
	} else if (err.kind != OD_KIND_SOURCE) {
		abort();
	}
	free(copy);
	od_buf_release(&line);
	od_buf_release(&p.text);
	od_buf_release(&q.text);
	return 0;
}
