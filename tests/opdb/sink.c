#include "sink.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

void
od_sink_fail(struct od_sink *s, const char *fmt, ...)
{
	va_list ap;

	if (s->error[0])
		return;
	va_start(ap, fmt);
	vsnprintf(s->error, sizeof(s->error), fmt, ap);
	va_end(ap);
}

void
od_sink_begin(struct od_sink *s, enum od_table_id table)
{
	s->table = table;
	s->column = 0;
	s->rows[table]++;
	s->ops->begin(s, table);
}

void
od_sink_end(struct od_sink *s)
{
	if (s->column != od_tables[s->table].ncolumns)
		od_sink_fail(s, "bug: %u of %u columns in table '%s'", s->column,
		             od_tables[s->table].ncolumns, od_tables[s->table].name);
	s->ops->end(s);
}

void
od_sink_null(struct od_sink *s)
{
	s->ops->text(s, NULL, 0);
	s->column++;
}

void
od_sink_int(struct od_sink *s, int64_t v)
{
	s->ops->integer(s, v);
	s->column++;
}

void
od_sink_ref(struct od_sink *s, uint64_t id)
{
	if (id)
		od_sink_int(s, (int64_t)id);
	else
		od_sink_null(s);
}

void
od_sink_bool(struct od_sink *s, bool v)
{
	s->ops->boolean(s, v);
	s->column++;
}

void
od_sink_slice(struct od_sink *s, struct od_slice v)
{
	s->ops->text(s, v.p ? v.p : "", v.n);
	s->column++;
}

void
od_sink_str(struct od_sink *s, const char *v)
{
	if (v)
		od_sink_slice(s, od_slice_of(v));
	else
		od_sink_null(s);
}

void
od_sink_text(struct od_sink *s, const struct od_text *v)
{
	od_sink_slice(s, od_text_view(v));
}

void
od_sink_maybe(struct od_sink *s, const struct od_text *v)
{
	if (v->n)
		od_sink_text(s, v);
	else
		od_sink_null(s);
}

/* The cell of the current column, emptied. */
static struct od_text *
cell(struct od_sink *s)
{
	struct od_text *t = &s->cells[s->column % OD_COLUMNS_MAX];

	od_text_clear(t);
	return t;
}

void
od_sink_fixed(struct od_sink *s, int64_t v, int dp)
{
	struct od_text *t = cell(s);

	od_text_fixed(t, v, dp);
	od_sink_text(s, t);
}

void
od_sink_date(struct od_sink *s, int64_t day)
{
	struct od_text *t = cell(s);

	if (day == INT64_MAX) {
		od_sink_null(s);
		return;
	}
	od_text_date(t, day);
	od_sink_text(s, t);
}

void
od_sink_stamp(struct od_sink *s, int64_t second)
{
	struct od_text *t = cell(s);

	if (second == INT64_MAX) {
		od_sink_null(s);
		return;
	}
	od_text_stamp(t, second);
	od_sink_text(s, t);
}

bool
od_sink_close(struct od_sink *s)
{
	bool ok;

	for (unsigned i = 0; i < OD_COLUMNS_MAX; i++)
		od_text_release(&s->cells[i]);
	s->ops->close(s, !s->error[0]);
	ok = !s->error[0];
	if (!ok)
		fprintf(stderr, "opdb: %s\n", s->error);
	free(s);
	return ok;
}

bool
od_folder_make(const char *path)
{
	if (!mkdir(path, 0777) || errno == EEXIST)
		return true;
	fprintf(stderr, "opdb: cannot make folder '%s': %s\n", path, strerror(errno));
	return false;
}
