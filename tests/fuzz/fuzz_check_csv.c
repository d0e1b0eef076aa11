/*
 * fuzz_check_csv.c - the reader of `odp check`: any bytes are rows or faults, and what
 * was read, written with every cell in quotes, is read the same again.
 *
 * Input: a byte that picks the dialect, then the file.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check/reader.h"
#include "core/buf.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct od_dialect dialects[] = {
    {.delimiter = ',', .quote = '"', .double_quote = true, .header = true},
    {.delimiter = ';', .quote = '\'', .double_quote = true, .skip_initial = true},
    {.delimiter = '\t', .quote = '"', .escape = '\\', .comment = '#'},
    {.delimiter = '|', .quote = 0, .escape = '\\', .skip_blank = true},
    {.delimiter = ',', .quote = '"', .escape = '"', .double_quote = true},
};

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static const char *
file_of(const void *data, size_t n)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("csv", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	require(ftruncate(fd, 0) == 0);
	require(n == 0 || pwrite(fd, data, n, 0) == (ssize_t)n);
	return path;
}

/* A cell as the first dialect has it. */
static void
quote(struct od_buf *b, struct od_span cell)
{
	od_buf_puts(b, "\"");
	for (size_t i = 0; i < cell.n; i++)
		od_buf_put(b, cell.p[i] == '"' ? "\"\"" : cell.p + i,
		           cell.p[i] == '"' ? 2 : 1);
	od_buf_puts(b, "\"");
}

/* Reads all rows into `rows`, one text each; false: one of them has a fault. */
static bool
read_all(const char *path, const struct od_dialect *d, size_t size, struct od_buf *rows)
{
	struct od_reader *r;
	struct od_err err;
	struct od_row row;
	uint64_t number = 0;
	bool sound = true, more = true;

	require(od_reader_open(path, d, &r, &err) == OD_OK);
	for (;;) {
		size_t bytes = 0;

		require(od_reader_next(r, &row, &more, &err) == OD_OK);
		if (!more)
			break;
		require(row.number > number && row.number <= size);
		number = row.number;
		sound &= row.fault == NULL;
		for (size_t i = 0; i < row.n; i++) {
			bytes += row.cells[i].n;
			require(row.fault || od_utf8_is_valid(row.cells[i]));
			od_buf_puts(rows, i ? "," : "");
			quote(rows, row.cells[i]);
		}
		require(bytes <= size);
		od_buf_puts(rows, "\n");
	}
	require(od_reader_next(r, &row, &more, &err) == OD_OK && !more);
	od_reader_close(r);
	return sound;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct od_dialect *d;
	struct od_buf once = {0}, twice = {0};

	if (!n)
		return 0;
	d = &dialects[data[0] % OD_ARRAY_LEN(dialects)];
	require(od_dialect_is_usable(d));
	if (read_all(file_of(data + 1, n - 1), d, n, &once)) {
		require(read_all(file_of(once.p, once.n), &dialects[0], once.n + 1,
		                 &twice));
		require(once.n == twice.n &&
		        (!once.n || !memcmp(once.p, twice.p, once.n)));
	}
	od_buf_release(&once);
	od_buf_release(&twice);
	return 0;
}
