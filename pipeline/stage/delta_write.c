/* delta_write.c - the files of one table in a delta; see delta.h. */
#include <string.h>

#include "core/buf.h"
#include "core/json.h"
#include "core/out.h"
#include "fmt/format.h"
#include "stage/delta.h"

static const struct od_pub nothing = {.null = true};

struct od_delta_out {
	const char *dir;
	uint64_t release;
	struct od_delta_table *t;
	struct od_arena *a;
	struct od_dataset tables[OD_DELTA_NDJSON]; /* columns of the CSV files */
	struct od_format_file *files[OD_DELTA_NDJSON];
	struct od_out *ndjson;
	struct od_pub *row; /* room for one */
	struct od_buf line;
};

const char *
od_delta_path(struct od_arena *a, uint64_t release, const char *dataset, int file)
{
	static const char *const endings[OD_DELTA_FILES] = {
	    "-added.csv", "-changed.csv", "-removed.csv", ".ndjson"};

	return od_arena_printf(a, OD_DELTA_DIR "/%llu/%s%s",
	                       (unsigned long long)release, dataset, endings[file]);
}

/* A table of texts, its columns those of `head`, then those of `tail`. */
static struct od_dataset
plain_table(struct od_arena *a, const char *id, const char *const *head, size_t n_head,
            const char *const *tail, size_t n_tail)
{
	struct od_field *fields = od_arena_array(a, n_head + n_tail, sizeof(*fields));

	for (size_t i = 0; i < n_head; i++)
		fields[i] = (struct od_field){.name = head[i], .type = OD_TYPE_TEXT};
	for (size_t i = 0; i < n_tail; i++)
		fields[n_head + i] =
		    (struct od_field){.name = tail[i], .type = OD_TYPE_TEXT};
	return (struct od_dataset){
	    .id = id, .fields = fields, .n_fields = n_head + n_tail};
}

struct od_delta_out *
od_delta_open(const char *release_dir, uint64_t release, struct od_delta_table *t,
              struct od_arena *a)
{
	static const char *const changed[] = {"field", "old", "new", "old_withheld"};
	struct od_delta_out *o = od_arena_alloc(a, sizeof(*o));

	*o = (struct od_delta_out){
	    .dir = release_dir, .release = release, .t = t, .a = a};
	o->tables[OD_DELTA_ADDED] =
	    plain_table(a, t->dataset, t->columns, t->n_columns, NULL, 0);
	o->tables[OD_DELTA_CHANGED] = plain_table(a, t->dataset, t->key, t->n_key,
	                                          changed, OD_ARRAY_LEN(changed));
	o->tables[OD_DELTA_REMOVED] =
	    plain_table(a, t->dataset, t->key, t->n_key, NULL, 0);
	o->row = od_arena_array(a, t->n_key + OD_ARRAY_LEN(changed), sizeof(*o->row));
	t->added = t->changed = t->removed = t->withheld = t->bytes = 0;
	t->cells = od_arena_array(a, t->n_columns + 1, sizeof(*t->cells));
	memset(t->has, 0, sizeof(t->has));
	return o;
}

static const char *
path_of(struct od_delta_out *o, int file)
{
	return od_arena_printf(o->a, "%s/%s", o->dir,
	                       od_delta_path(o->a, o->release, o->t->dataset, file));
}

/* A file is opened with its first line. */
static void
put_row(struct od_delta_out *o, int file, const struct od_pub *cells)
{
	if (!o->files[file])
		o->files[file] = od_format_csv.open(path_of(o, file), &o->tables[file]);
	o->t->has[file] = true;
	od_format_csv.row(o->files[file], cells);
}

static void
put_value(struct od_buf *b, struct od_pub v)
{
	if (v.null || !v.v.n)
		od_buf_puts(b, "null");
	else
		od_json_string(b, v.v);
}

static void
begin_line(struct od_delta_out *o, const char *change)
{
	o->line.n = 0;
	od_buf_printf(&o->line, "{\"change\":\"%s\",\"key\":{", change);
}

static void
put_key(struct od_delta_out *o, const struct od_pub *key)
{
	for (size_t i = 0; i < o->t->n_key; i++) {
		od_buf_printf(&o->line, "%s\"%s\":", i ? "," : "", o->t->key[i]);
		put_value(&o->line, key[i]);
	}
	od_buf_putc(&o->line, '}');
}

static void
end_line(struct od_delta_out *o)
{
	if (!o->ndjson)
		o->ndjson = od_out_open(path_of(o, OD_DELTA_NDJSON), NULL);
	o->t->has[OD_DELTA_NDJSON] = true;
	od_buf_puts(&o->line, "}\n");
	od_out_span(o->ndjson, od_buf_view(&o->line));
}

static size_t
column_of(const struct od_delta_table *t, const char *name)
{
	size_t i = 0;

	while (i < t->n_columns && strcmp(t->columns[i], name) != 0)
		i++;
	return i;
}

void
od_delta_added(struct od_delta_out *o, const struct od_pub *cells)
{
	for (size_t i = 0; i < o->t->n_key; i++)
		o->row[i] = cells[column_of(o->t, o->t->key[i])];
	begin_line(o, "added");
	put_key(o, o->row);
	od_buf_puts(&o->line, ",\"values\":{");
	for (size_t i = 0; i < o->t->n_columns; i++) {
		od_buf_printf(&o->line, "%s\"%s\":", i ? "," : "", o->t->columns[i]);
		put_value(&o->line, cells[i]);
	}
	od_buf_putc(&o->line, '}');
	end_line(o);
	put_row(o, OD_DELTA_ADDED, cells);
	o->t->added++;
}

void
od_delta_removed(struct od_delta_out *o, const struct od_pub *key)
{
	begin_line(o, "removed");
	put_key(o, key);
	end_line(o);
	put_row(o, OD_DELTA_REMOVED, key);
	o->t->removed++;
}

void
od_delta_changed(struct od_delta_out *o, const struct od_pub *key,
                 const struct od_delta_cell *cells, size_t n)
{
	struct od_pub *tail = o->row + o->t->n_key;

	begin_line(o, "changed");
	put_key(o, key);
	od_buf_puts(&o->line, ",\"fields\":{");
	memcpy(o->row, key, o->t->n_key * sizeof(*key));
	for (size_t i = 0; i < n; i++) {
		const struct od_delta_cell *c = &cells[i];
		const char *name = o->t->columns[c->column];

		od_buf_printf(&o->line, "%s\"%s\":{", i ? "," : "", name);
		if (c->withheld) {
			od_buf_puts(&o->line, "\"old_withheld\":true");
		} else {
			od_buf_puts(&o->line, "\"old\":");
			put_value(&o->line, c->old);
		}
		od_buf_puts(&o->line, ",\"new\":");
		put_value(&o->line, c->now);
		od_buf_putc(&o->line, '}');
		tail[0] = (struct od_pub){.v = od_span_str(name)};
		tail[1] = c->withheld ? nothing : c->old;
		tail[2] = c->now;
		tail[3] =
		    (struct od_pub){.v = od_span_str("true"), .null = !c->withheld};
		put_row(o, OD_DELTA_CHANGED, o->row);
		o->t->cells[c->column]++;
		o->t->withheld += c->withheld;
	}
	od_buf_putc(&o->line, '}');
	end_line(o);
	o->t->changed++;
}

enum od_rc
od_delta_close(struct od_delta_out *o, struct od_err *err)
{
	struct od_err other = {0};
	struct od_out_fact fact;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < OD_DELTA_NDJSON; i++) {
		if (!o->files[i])
			continue;
		if (od_format_csv.close(o->files[i], &fact, rc ? &other : err) && !rc)
			rc = err->rc;
		o->t->bytes += fact.bytes;
	}
	if (o->ndjson) {
		if (od_out_close(o->ndjson, &fact, rc ? &other : err) && !rc)
			rc = err->rc;
		o->t->bytes += fact.bytes;
	}
	od_buf_release(&o->line);
	return rc;
}
