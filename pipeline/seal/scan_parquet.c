/*
 * Source: https://github.com/apache/parquet-format. Read are the values of dictionary
 * pages and plain pages, each as a text of its own as in a CSV: in a page texts stand
 * behind the bytes of their length, which may be digits, and numbers are binary. What
 * the metadata holds is looked at too: names, titles, least and greatest values.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "core/buf.h"
#include "seal/scan_inside.h"
#include "seal/thrift_tree.h"

/* What is beyond these is not ours. */
enum { FOOTER_LIMIT = 64 << 20, PAGE_LIMIT = 1 << 30 };

/* Numbers of the enums Type, FieldRepetitionType, PageType, Encoding and
 * CompressionCodec. */
enum { INT64 = 2, BYTE_ARRAY = 6 };
enum { OPTIONAL = 1 };
enum { DATA_PAGE = 0, DICTIONARY_PAGE = 2 };
enum { PLAIN = 0 };
enum { ZSTD = 6 };

/* Members of LogicalType */
enum { DECIMAL = 5, INTEGER = 10 };

struct parquet {
	struct od_scan *scan;
	const char *path;
	int fd;
	uint64_t bytes;
	struct od_arena a;
	struct od_buf chunk, page, number;
	ZSTD_DCtx *unpacker;
};

static bool
read_at(struct parquet *f, uint64_t from, uint64_t n, struct od_buf *to)
{
	to->n = 0;
	if (from > f->bytes || n > f->bytes - from)
		return false;
	od_buf_room(to, (size_t)n + 1);
	while (to->n < n) {
		ssize_t got = pread(f->fd, to->p + to->n, (size_t)n - to->n,
		                    (off_t)(from + to->n));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to->n += (size_t)got;
	}
	return true;
}

static void
put_text(struct parquet *f, const char *p, size_t n)
{
	od_scan_put(f->scan, p, n);
	od_scan_put(f->scan, "\n", 1);
}

static uint64_t
little(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)(unsigned char)p[i] << 8 * i;
	return v;
}

/* ---- values */

static bool
put_texts(struct parquet *f, struct od_span v)
{
	while (v.n >= 4) {
		uint64_t n = little(v.p, 4);

		if (n > v.n - 4)
			return false;
		put_text(f, v.p + 4, (size_t)n);
		v.p += 4 + n;
		v.n -= 4 + n;
	}
	return v.n == 0;
}

/* As they are written elsewhere: with a point before the last `scale` digits. */
static bool
put_numbers(struct parquet *f, struct od_span v, int scale)
{
	for (size_t i = 0; i + 8 <= v.n; i += 8) {
		int64_t number = (int64_t)little(v.p + i, 8);
		uint64_t size = number < 0 ? -(uint64_t)number : (uint64_t)number;
		char digits[32];
		int n = snprintf(digits, sizeof(digits), "%0*llu", scale + 1,
		                 (unsigned long long)size);

		f->number.n = 0;
		od_buf_puts(&f->number, number < 0 ? "-" : "");
		od_buf_put(&f->number, digits, (size_t)(n - scale));
		od_buf_puts(&f->number, scale ? "." : "");
		od_buf_put(&f->number, digits + n - scale, (size_t)scale);
		put_text(f, f->number.p, f->number.n);
	}
	return v.n % 8 == 0;
}

/* Values that a text could hide in: dates, times and booleans cannot. */
static bool
put_values(struct parquet *f, const struct od_tnode *element, struct od_span v)
{
	const struct od_tnode *logical = od_tnode_field(element, 10);
	int64_t type = od_tnode_number(element, 1, -1);
	int kind = logical && logical->items ? logical->items->id : 0;
	int64_t scale = od_tnode_number(element, 7, 0);

	if (type == BYTE_ARRAY)
		return put_texts(f, v);
	if (type == INT64 && (kind == INTEGER || kind == DECIMAL || !kind))
		return scale >= 0 && scale <= 18 && put_numbers(f, v, (int)scale);
	return true;
}

/* ---- pages */

static bool
put_page(struct parquet *f, const struct od_tnode *element, const struct od_tnode *head)
{
	const struct od_tnode *data = od_tnode_field(head, 5);
	const struct od_tnode *dictionary = od_tnode_field(head, 7);
	struct od_span v = od_buf_view(&f->page);
	int64_t type = od_tnode_number(head, 1, -1);

	if (type == DICTIONARY_PAGE && dictionary)
		return put_values(f, element, v);
	if (type != DATA_PAGE || !data)
		return false;
	if (od_tnode_number(data, 2, -1) != PLAIN)
		return true; /* numbers of a dictionary */
	if (od_tnode_number(element, 3, -1) == OPTIONAL) {
		uint64_t levels = v.n < 4 ? 0 : little(v.p, 4);

		if (v.n < 4 || levels > v.n - 4)
			return false;
		v.p += 4 + levels;
		v.n -= 4 + levels;
	}
	return put_values(f, element, v);
}

static bool
unpack(struct parquet *f, const char *p, size_t n, int64_t plain)
{
	if (plain < 0 || plain > PAGE_LIMIT)
		return false;
	f->page.n = 0;
	od_buf_room(&f->page, (size_t)plain + 1);
	f->page.n = ZSTD_decompressDCtx(f->unpacker, f->page.p, (size_t)plain, p, n);
	return f->page.n == (size_t)plain;
}

static bool
scan_chunk(struct parquet *f, const struct od_tnode *element,
           const struct od_tnode *meta)
{
	int64_t from = od_tnode_number(meta, 11, od_tnode_number(meta, 9, -1));
	int64_t n = od_tnode_number(meta, 7, -1);
	const char *p, *end;

	if (!element || from < 0 || n < 0 || od_tnode_number(meta, 4, -1) != ZSTD ||
	    od_tnode_number(meta, 1, -1) != od_tnode_number(element, 1, -2) ||
	    !read_at(f, (uint64_t)from, (uint64_t)n, &f->chunk))
		return false;
	p = f->chunk.p;
	end = p + f->chunk.n;
	while (p < end) {
		struct od_arena a = {0};
		size_t used = 0;
		const struct od_tnode *head =
		    od_tnode_read((struct od_span){p, (size_t)(end - p)}, &a, &used);
		int64_t packed = od_tnode_number(head, 3, -1);
		bool ok =
		    head && packed >= 0 && packed <= end - p - (int64_t)used &&
		    unpack(f, p + used, (size_t)packed, od_tnode_number(head, 2, -1)) &&
		    put_page(f, element, head);

		od_arena_release(&a);
		if (!ok)
			return false;
		p += used + (size_t)packed;
	}
	return true;
}

/* ---- the file */

static void
put_metadata(struct parquet *f, const struct od_tnode *n)
{
	if (n->type == OD_TNODE_BINARY)
		put_text(f, n->bytes.p, n->bytes.n);
	for (const struct od_tnode *i = n->items; i; i = i->next)
		put_metadata(f, i);
}

/* Every page must be one that is looked at: the chunks fill the file up to the footer.
 */
static bool
scan_groups(struct parquet *f, const struct od_tnode *footer, uint64_t end)
{
	const struct od_tnode *schema = od_tnode_field(footer, 2);
	const struct od_tnode *groups = od_tnode_field(footer, 4);
	uint64_t seen = 4;

	if (!schema || !groups)
		return false;
	for (const struct od_tnode *g = groups->items; g; g = g->next) {
		const struct od_tnode *chunks = od_tnode_field(g, 1);
		size_t column = 0;

		for (const struct od_tnode *c = chunks ? chunks->items : NULL; c;
		     c = c->next) {
			const struct od_tnode *meta = od_tnode_field(c, 3);

			if (!scan_chunk(f, od_tnode_item(schema, ++column), meta))
				return false;
			seen += (uint64_t)od_tnode_number(meta, 7, 0);
		}
	}
	return seen == end;
}

static bool
scan_file(struct parquet *f)
{
	const struct od_tnode *footer;
	struct od_buf tail = {0};
	size_t used = 0;
	uint64_t n;
	bool ok = f->bytes >= 12 && read_at(f, f->bytes - 8, 8, &tail) &&
	          !memcmp(tail.p + 4, "PAR1", 4);

	n = ok ? little(tail.p, 4) : 0;
	ok = ok && n <= f->bytes - 12 && n <= FOOTER_LIMIT &&
	     read_at(f, f->bytes - 8 - n, n, &tail);
	footer = ok ? od_tnode_read(od_buf_view(&tail), &f->a, &used) : NULL;
	ok = footer && used == n;
	if (ok) {
		put_metadata(f, footer);
		ok = scan_groups(f, footer, f->bytes - 8 - n);
	}
	od_buf_release(&tail);
	return ok;
}

enum od_rc
od_parquet_scan(struct od_scan *scan, const char *path, struct od_scan_hits *hits,
                struct od_err *err)
{
	struct parquet f = {.scan = scan, .path = path};
	struct stat st = {0};
	enum od_rc rc = OD_OK;

	f.fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (f.fd < 0 || fstat(f.fd, &st) != 0)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot open '%s'", path);
	f.bytes = (uint64_t)st.st_size;
	f.unpacker = ZSTD_createDCtx();
	od_scan_start(scan);
	if (!rc && (!f.unpacker || !scan_file(&f)))
		rc = od_err_set(err, OD_KIND_IO,
		                "cannot look into '%s': broken, or not written here",
		                path);
	od_scan_end(scan, hits);
	if (f.fd >= 0)
		close(f.fd);
	ZSTD_freeDCtx(f.unpacker);
	od_arena_release(&f.a);
	od_buf_release(&f.chunk);
	od_buf_release(&f.page);
	od_buf_release(&f.number);
	return rc;
}
