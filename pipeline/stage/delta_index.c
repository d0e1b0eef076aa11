/* delta_index.c - changes/index.json, written and read; see delta.h. */
#include <string.h>

#include "core/file.h"
#include "stage/delta.h"

enum { MAX_BYTES = 64 << 20 };

static void
put_string(struct od_buf *b, const char *key, const char *value)
{
	od_buf_printf(b, ",\"%s\":", key);
	od_json_string(b, od_span_str(value));
}

static void
put_words(struct od_buf *b, const char *key, const char *const *words, size_t n)
{
	od_buf_printf(b, ",\"%s\":[", key);
	for (size_t i = 0; i < n; i++) {
		od_buf_puts(b, i ? "," : "");
		od_json_string(b, od_span_str(words[i]));
	}
	od_buf_putc(b, ']');
}

static void
put_table(struct od_buf *b, uint64_t release, const struct od_delta_table *t)
{
	struct od_arena a = {0};
	bool begun = false;

	od_buf_puts(b, "{\"dataset\":");
	od_json_string(b, od_span_str(t->dataset));
	put_words(b, "key", t->key, t->n_key);
	put_words(b, "columns", t->columns, t->n_columns);
	od_buf_printf(b,
	              ",\"added\":%llu,\"changed\":%llu,\"removed\":%llu,"
	              "\"withheld\":%llu,\"bytes\":%llu",
	              (unsigned long long)t->added, (unsigned long long)t->changed,
	              (unsigned long long)t->removed, (unsigned long long)t->withheld,
	              (unsigned long long)t->bytes);
	od_buf_puts(b, ",\"cells\":{");
	for (size_t i = 0; i < t->n_columns; i++) {
		if (!t->cells || !t->cells[i])
			continue;
		od_buf_printf(b, "%s\"%s\":%llu", begun ? "," : "", t->columns[i],
		              (unsigned long long)t->cells[i]);
		begun = true;
	}
	od_buf_printf(b, "},\"whole\":%s,\"lessened\":%s", t->whole ? "true" : "false",
	              t->lessened ? "true" : "false");
	put_string(b, "csv_before", t->before);
	put_string(b, "csv_after", t->after);
	od_buf_puts(b, ",\"files\":[");
	begun = false;
	for (int i = 0; i < OD_DELTA_FILES; i++) {
		if (!t->has[i])
			continue;
		od_buf_puts(b, begun ? "," : "");
		od_json_string(b,
		               od_span_str(od_delta_path(&a, release, t->dataset, i)));
		begun = true;
	}
	od_buf_puts(b, "]}");
	od_arena_release(&a);
}

static void
put_csvs(struct od_buf *b, const struct od_artefacts *files)
{
	bool begun = false;

	od_buf_puts(b, ",\n\"csv\":{");
	for (size_t i = 0; i < files->n; i++) {
		const struct od_artefact *f = &files->v[i];

		if (f->role != OD_ROLE_DATA || strcmp(f->format, "csv") != 0)
			continue;
		od_buf_printf(b, "%s\"%s\":\"%s\"", begun ? ",\n " : "\n ", f->dataset,
		              f->sha256);
		begun = true;
	}
	od_buf_putc(b, '}');
}

void
od_deltas_put(const struct od_deltas *d, const struct od_artefacts *files,
              struct od_buf *b)
{
	od_buf_puts(b, "{\"rules\":");
	od_json_string(b, od_span_str(d->rules));
	put_csvs(b, files);
	od_buf_puts(b, ",\n\"deltas\":[");
	for (size_t i = 0; i < d->n; i++) {
		const struct od_delta *one = &d->v[i];

		od_buf_printf(b, "%s{\"release\":%llu,\"since\":%llu", i ? ",\n" : "\n",
		              (unsigned long long)one->release,
		              (unsigned long long)one->since);
		put_string(b, "created", one->created);
		put_string(b, "created_before", one->before);
		od_buf_puts(b, ",\"datasets\":[");
		for (size_t k = 0; k < one->n; k++) {
			od_buf_puts(b, k ? ",\n " : "\n ");
			put_table(b, one->release, &one->tables[k]);
		}
		od_buf_puts(b, "]}");
	}
	od_buf_puts(b, "\n]}\n");
}

/* ---- reading */

static const char *const *
read_words(const struct od_json *list, struct od_arena *a, size_t *n)
{
	const char **v;

	*n = list ? list->n : 0;
	v = od_arena_array(a, *n + 1, sizeof(*v));
	for (size_t i = 0; i < *n; i++)
		v[i] = list->items[i].text.p;
	return v;
}

static uint64_t
number(const struct od_json *v, const char *key)
{
	int64_t n = od_json_int(v, key);

	return n < 0 ? 0 : (uint64_t)n;
}

static bool
is_true(const struct od_json *v, const char *key)
{
	const struct od_json *x = od_json_find(v, key);

	return x && x->kind == OD_JSON_BOOL && x->boolean;
}

static bool
lists(const struct od_json *files, const char *path)
{
	for (size_t i = 0; files && i < files->n; i++)
		if (od_span_is(files->items[i].text, path))
			return true;
	return false;
}

static struct od_delta_table
read_table(const struct od_json *v, uint64_t release, struct od_arena *a)
{
	struct od_delta_table t = {.dataset = od_json_text(v, "dataset"),
	                           .added = number(v, "added"),
	                           .changed = number(v, "changed"),
	                           .removed = number(v, "removed"),
	                           .withheld = number(v, "withheld"),
	                           .bytes = number(v, "bytes"),
	                           .whole = is_true(v, "whole"),
	                           .lessened = is_true(v, "lessened"),
	                           .before = od_json_text(v, "csv_before"),
	                           .after = od_json_text(v, "csv_after")};
	const struct od_json *cells = od_json_find(v, "cells");

	t.key = read_words(od_json_find(v, "key"), a, &t.n_key);
	t.columns = read_words(od_json_find(v, "columns"), a, &t.n_columns);
	t.cells = od_arena_array(a, t.n_columns + 1, sizeof(*t.cells));
	for (size_t i = 0; i < t.n_columns; i++)
		t.cells[i] = number(cells, t.columns[i]);
	for (int i = 0; i < OD_DELTA_FILES; i++)
		t.has[i] = lists(od_json_find(v, "files"),
		                 od_delta_path(a, release, t.dataset, i));
	return t;
}

static struct od_delta
read_delta(const struct od_json *v, struct od_arena *a)
{
	struct od_delta d = {.release = number(v, "release"),
	                     .since = number(v, "since"),
	                     .created = od_json_text(v, "created"),
	                     .before = od_json_text(v, "created_before")};
	const struct od_json *tables = od_json_find(v, "datasets");

	d.n = tables ? tables->n : 0;
	d.tables = od_arena_array(a, d.n + 1, sizeof(*d.tables));
	for (size_t i = 0; i < d.n; i++) {
		d.tables[i] = read_table(&tables->items[i], d.release, a);
		d.bytes += d.tables[i].bytes;
	}
	return d;
}

enum od_rc
od_deltas_load(const char *dir, struct od_arena *a, struct od_deltas *out,
               struct od_err *err)
{
	const char *path = od_arena_printf(a, "%s/" OD_DELTA_INDEX, dir);
	const struct od_json *root, *list;
	struct od_span text;
	enum od_rc rc;

	*out = (struct od_deltas){.rules = ""};
	if (!*dir || !od_file_exists(path))
		return OD_OK;
	rc = od_file_read(path, MAX_BYTES, a, &text, OD_KIND_CONFIG, err);
	if (!rc)
		rc = od_json_parse(text, path, OD_KIND_CONFIG, a, &root, err);
	if (rc)
		return rc;
	out->rules = od_json_text(root, "rules");
	out->tables = od_json_find(root, "csv");
	list = od_json_find(root, "deltas");
	out->n = list ? list->n : 0;
	out->v = od_arena_array(a, out->n + 1, sizeof(*out->v));
	for (size_t i = 0; i < out->n; i++)
		out->v[i] = read_delta(&list->items[i], a);
	return OD_OK;
}
