#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sink.h"

/* One write a table and 64 KiB: fewer larger ones were not faster. */
enum { FLUSH_AT = 65536 };

struct csv_sink {
	struct od_sink base;
	char dir[4000];
	FILE *file[OD_TABLES];
	struct od_text buf[OD_TABLES];
	struct od_text *at; /* buffer of the row's table */
};

static void
path_of(const struct csv_sink *c, unsigned table, const char *suffix, char *out,
        size_t size)
{
	snprintf(out, size, "%s/%s.csv%s", c->dir, od_tables[table].name, suffix);
}

static void
flush(struct csv_sink *c, unsigned table)
{
	struct od_text *b = &c->buf[table];

	if (b->n && !c->base.error[0] && fwrite(b->p, 1, b->n, c->file[table]) != b->n)
		od_sink_fail(&c->base, "cannot write '%s/%s.csv': %s", c->dir,
		             od_tables[table].name, strerror(errno));
	od_text_clear(b);
}

static void
begin(struct od_sink *s, enum od_table_id table)
{
	struct csv_sink *c = (struct csv_sink *)s;

	c->at = &c->buf[table];
}

static void
put_comma(struct csv_sink *c)
{
	if (c->base.column)
		od_text_put(c->at, ",", 1);
}

static void
put_quoted(struct od_text *out, const char *p, size_t n)
{
	od_text_put(out, "\"", 1);
	while (n) {
		const char *q = memchr(p, '"', n);
		size_t k = q ? (size_t)(q - p) + 1 : n;

		od_text_put(out, p, k);
		if (q)
			od_text_put(out, "\"", 1);
		p += k;
		n -= k;
	}
	od_text_put(out, "\"", 1);
}

static bool
needs_quotes(const char *p, size_t n)
{
	if (!n) /* an empty text, as against a null */
		return true;
	for (size_t i = 0; i < n; i++)
		if (p[i] == ',' || p[i] == '"' || p[i] == '\n' || p[i] == '\r')
			return true;
	return p[0] == '\\' || p[0] == ' ' || p[n - 1] == ' ';
}

static void
put_text(struct od_sink *s, const char *p, size_t n)
{
	struct csv_sink *c = (struct csv_sink *)s;

	put_comma(c);
	if (!p)
		return;
	if (needs_quotes(p, n))
		put_quoted(c->at, p, n);
	else
		od_text_put(c->at, p, n);
}

static void
put_integer(struct od_sink *s, int64_t v)
{
	struct csv_sink *c = (struct csv_sink *)s;

	put_comma(c);
	od_text_int(c->at, v);
}

static void
put_boolean(struct od_sink *s, bool v)
{
	put_text(s, v ? "t" : "f", 1);
}

static void
end(struct od_sink *s)
{
	struct csv_sink *c = (struct csv_sink *)s;

	od_text_put(c->at, "\n", 1);
	if (c->at->n >= FLUSH_AT)
		flush(c, (unsigned)(c->at - c->buf));
}

static void
close_files(struct od_sink *s, bool keep)
{
	struct csv_sink *c = (struct csv_sink *)s;
	char part[4096], final[4096];

	for (unsigned i = 0; i < OD_TABLES; i++) {
		if (!c->file[i])
			continue;
		flush(c, i);
		if (fclose(c->file[i]))
			od_sink_fail(s, "cannot write '%s/%s.csv': %s", c->dir,
			             od_tables[i].name, strerror(errno));
		od_text_release(&c->buf[i]);
	}
	for (unsigned i = 0; i < OD_TABLES; i++) {
		path_of(c, i, ".part", part, sizeof(part));
		path_of(c, i, "", final, sizeof(final));
		if (!keep || s->error[0])
			remove(part);
		else if (rename(part, final))
			od_sink_fail(s, "cannot rename '%s': %s", part,
			             strerror(errno));
	}
}

static const struct od_sink_ops ops = {
    .begin = begin,
    .text = put_text,
    .integer = put_integer,
    .boolean = put_boolean,
    .end = end,
    .close = close_files,
};

struct od_sink *
od_sink_csv(const char *dir)
{
	struct csv_sink *c;
	char path[4096];

	if (!od_folder_make(dir))
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c) {
		fprintf(stderr, "opdb: out of memory\n");
		return NULL;
	}
	c->base.ops = &ops;
	snprintf(c->dir, sizeof(c->dir), "%s", dir);
	for (unsigned i = 0; i < OD_TABLES; i++) {
		path_of(c, i, ".part", path, sizeof(path));
		c->file[i] = fopen(path, "wb");
		if (!c->file[i]) {
			od_sink_fail(&c->base, "cannot create '%s': %s", path,
			             strerror(errno));
			od_sink_close(&c->base);
			return NULL;
		}
		setvbuf(c->file[i], NULL, _IONBF, 0); /* we buffer ourselves */
		od_text_puts(&c->buf[i], od_tables[i].columns);
		od_text_put(&c->buf[i], "\n", 1);
	}
	return &c->base;
}
