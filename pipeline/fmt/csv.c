/*
 * RFC 4180, twice: csv for machines (UTF-8, no BOM, LF) and excel.csv for people (BOM,
 * CRLF, cells that would run as a formula made text by a leading apostrophe). The BOM
 * garbles the first column name for many readers and its lack garbles Thai in Excel: no
 * single file serves both.
 *
 * Null and the empty text are both written as nothing.
 */
#include "fmt/guard.h"
#include "fmt/lines.h"
#include "fmt/scan.h"

/* A leading or trailing space is quoted too: some readers strip what is not. */
static bool
needs_quotes(struct od_span v)
{
	uint64_t any = 0;
	size_t i = 0;

	if (v.n == 0)
		return false;
	if (v.p[0] == ' ' || v.p[0] == '\t' || v.p[v.n - 1] == ' ' ||
	    v.p[v.n - 1] == '\t')
		return true;
	for (; i + 8 <= v.n; i += 8) {
		uint64_t x = od_scan_load(v.p + i);

		any |= od_scan_equal(x, ',') | od_scan_equal(x, '"') |
		       od_scan_equal(x, '\n') | od_scan_equal(x, '\r');
	}
	if (any & OD_SCAN_HIGH)
		return true;
	for (; i < v.n; i++)
		if (v.p[i] == ',' || v.p[i] == '"' || v.p[i] == '\n' || v.p[i] == '\r')
			return true;
	return false;
}

static void
put_cell(struct od_buf *b, struct od_span v, bool guarded)
{
	bool quoted = needs_quotes(v);
	char *to = od_buf_room(b, 2 * v.n + 3);
	const char *p = v.p, *end = v.p + v.n;

	if (quoted)
		*to++ = '"';
	if (guarded)
		*to++ = '\'';
	if (!quoted) {
		memcpy(to, p, v.n);
		b->n = (size_t)(to + v.n - b->p);
		return;
	}
	while (p < end) {
		const char *q = memchr(p, '"', (size_t)(end - p));
		size_t n = (size_t)((q ? q + 1 : end) - p);

		memcpy(to, p, n);
		to += n;
		p += n;
		if (q)
			*to++ = '"';
	}
	*to++ = '"';
	b->n = (size_t)(to - b->p);
}

static bool
is_text(enum od_type t)
{
	return t == OD_TYPE_TEXT || t == OD_TYPE_CODE;
}

static void
put_row(const struct od_dataset *d, const struct od_pub *cells, struct od_buf *b,
        bool guard)
{
	size_t from = b->n;

	for (size_t i = 0; i < d->n_fields; i++) {
		if (i)
			od_buf_putc(b, ',');
		if (!cells[i].null && cells[i].v.n)
			put_cell(b, cells[i].v,
			         guard && is_text(d->fields[i].type) &&
			             od_guard_is_needed(cells[i].v));
	}
	if (b->n == from) /* a line of nothing would be no row */
		od_buf_puts(b, "\"\"");
}

static void
put_names(const struct od_dataset *d, struct od_buf *b)
{
	for (size_t i = 0; i < d->n_fields; i++) {
		if (i)
			od_buf_putc(b, ',');
		od_buf_puts(b, d->fields[i].name);
	}
}

static void
csv_head(const struct od_dataset *d, struct od_buf *b)
{
	put_names(d, b);
	od_buf_putc(b, '\n');
}

static void
csv_encode(const struct od_dataset *d, const struct od_pub *cells, struct od_buf *b)
{
	put_row(d, cells, b, false);
	od_buf_putc(b, '\n');
}

static void
excel_head(const struct od_dataset *d, struct od_buf *b)
{
	od_buf_puts(b, "\xef\xbb\xbf");
	put_names(d, b);
	od_buf_puts(b, "\r\n");
}

static void
excel_encode(const struct od_dataset *d, const struct od_pub *cells, struct od_buf *b)
{
	put_row(d, cells, b, true);
	od_buf_puts(b, "\r\n");
}

static const struct od_lines csv = {csv_head, csv_encode, "", "", ""};
static const struct od_lines excel = {excel_head, excel_encode, "", "", ""};

static struct od_format_file *
csv_open(const char *path, const struct od_dataset *d)
{
	return od_lines_open(path, d, &csv);
}

static struct od_format_file *
excel_open(const char *path, const struct od_dataset *d)
{
	return od_lines_open(path, d, &excel);
}

const struct od_format od_format_csv = {
    .name = "csv",
    .extension = "csv",
    .media_type = "text/csv",
    .eu_file_type = "CSV",
    .title = {"CSV สำหรับโปรแกรม (UTF-8)", "CSV for programs (UTF-8)"},
    .open = csv_open,
    .row = od_lines_row,
    .close = od_lines_close,
    .encode = csv_encode,
    .line = od_lines_line,
};

const struct od_format od_format_excel = {
    .name = "excel",
    .extension = "excel.csv",
    .media_type = "text/csv",
    .eu_file_type = "CSV",
    .title = {"CSV สำหรับเปิดใน Excel", "CSV for Excel"},
    .open = excel_open,
    .row = od_lines_row,
    .close = od_lines_close,
    .encode = excel_encode,
    .line = od_lines_line,
};
