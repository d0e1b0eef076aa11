#include "stage/artefacts.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/json.h"
#include "core/out.h"

const char *const od_role_names[] = {"data",     "partition", "bundle", "dictionary",
                                     "metadata", "export",    NULL};

enum { MAX_BYTES = 256 * 1024 * 1024 };

static const char *
dup_text(struct od_arena *a, const char *s)
{
	return od_arena_str(a, s ? s : "");
}

void
od_artefacts_add(struct od_artefacts *list, struct od_arena *a,
                 const struct od_artefact *one)
{
	struct od_artefact *to;

	if (list->n == list->cap) {
		size_t cap = list->cap ? 2 * list->cap : 64;
		struct od_artefact *v = od_arena_array(a, cap, sizeof(*v));

		if (list->n)
			memcpy(v, list->v, list->n * sizeof(*v));
		list->v = v;
		list->cap = cap;
	}
	to = &list->v[list->n++];
	*to = *one;
	to->path = dup_text(a, one->path);
	to->dataset = dup_text(a, one->dataset);
	to->format = dup_text(a, one->format);
	to->media_type = dup_text(a, one->media_type);
	to->by = dup_text(a, one->by);
	to->value = dup_text(a, one->value);
	to->sha256 = dup_text(a, one->sha256);
	to->changed = dup_text(a, one->changed);
}

static int
by_path(const void *a, const void *b)
{
	const struct od_artefact *x = a, *y = b;

	return strcmp(x->path, y->path);
}

void
od_artefacts_sort(struct od_artefacts *list)
{
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), by_path);
}

static void
put_member(struct od_buf *b, const char *key, const char *text)
{
	od_buf_printf(b, ",\"%s\":", key);
	od_json_string(b, od_span_str(text));
}

enum od_rc
od_artefacts_save(struct od_artefacts *list, const char *path, struct od_err *err)
{
	struct od_buf b = {0};
	enum od_rc rc;

	od_artefacts_sort(list);
	od_buf_puts(&b, "{\"created\":");
	od_json_string(&b, od_span_str(list->created ? list->created : ""));
	od_buf_puts(&b, ",\"artefacts\":[");
	for (size_t i = 0; i < list->n; i++) {
		const struct od_artefact *one = &list->v[i];

		od_buf_puts(&b, i ? ",\n{\"path\":" : "\n{\"path\":");
		od_json_string(&b, od_span_str(one->path));
		put_member(&b, "role", od_role_names[one->role]);
		put_member(&b, "dataset", one->dataset);
		put_member(&b, "format", one->format);
		put_member(&b, "media_type", one->media_type);
		put_member(&b, "by", one->by);
		put_member(&b, "value", one->value);
		od_buf_puts(&b, ",\"bytes\":");
		od_buf_u64(&b, one->bytes);
		od_buf_puts(&b, ",\"rows\":");
		od_buf_u64(&b, one->rows);
		put_member(&b, "sha256", one->sha256);
		put_member(&b, "changed", one->changed);
		od_buf_putc(&b, '}');
	}
	od_buf_puts(&b, "\n]}\n");
	rc = od_out_file(path, od_buf_view(&b), err);
	od_buf_release(&b);
	return rc;
}

static bool
find_role(const char *name, enum od_role *role)
{
	for (size_t i = 0; od_role_names[i]; i++)
		if (strcmp(od_role_names[i], name) == 0) {
			*role = (enum od_role)i;
			return true;
		}
	return false;
}

static enum od_rc
load_one(const struct od_json *v, const char *path, struct od_artefact *to,
         struct od_err *err)
{
	int64_t bytes = od_json_int(v, "bytes"), rows = od_json_int(v, "rows");

	*to = (struct od_artefact){
	    .path = od_json_text(v, "path"),
	    .dataset = od_json_text(v, "dataset"),
	    .format = od_json_text(v, "format"),
	    .media_type = od_json_text(v, "media_type"),
	    .by = od_json_text(v, "by"),
	    .value = od_json_text(v, "value"),
	    .bytes = (uint64_t)bytes,
	    .rows = (uint64_t)rows,
	    .sha256 = od_json_text(v, "sha256"),
	    .changed = od_json_text(v, "changed"),
	};
	if (!to->path[0] || bytes < 0 || rows < 0 ||
	    !find_role(od_json_text(v, "role"), &to->role))
		return od_err_set(err, OD_KIND_CONFIG,
		                  "'%s' is not a list of files as emit writes it",
		                  path);
	return OD_OK;
}

enum od_rc
od_artefacts_load(struct od_artefacts *list, const char *path, struct od_arena *a,
                  struct od_err *err)
{
	const struct od_json *root, *v;
	struct od_span text;
	enum od_rc rc = od_file_read(path, MAX_BYTES, a, &text, OD_KIND_CONFIG, err);

	*list = (struct od_artefacts){0};
	if (!rc)
		rc = od_json_parse(text, path, OD_KIND_CONFIG, a, &root, err);
	if (rc)
		return rc;
	list->created = od_json_text(root, "created");
	v = od_json_find(root, "artefacts");
	if (!v || v->kind != OD_JSON_ARRAY)
		return od_err_set(err, OD_KIND_CONFIG,
		                  "'%s' is not a list of files as emit writes it",
		                  path);
	list->v = od_arena_array(a, v->n, sizeof(*list->v));
	list->n = list->cap = v->n;
	for (size_t i = 0; i < v->n && !rc; i++)
		rc = load_one(&v->items[i], path, &list->v[i], err);
	return rc;
}

const struct od_artefact *
od_artefacts_find(const struct od_artefacts *list, enum od_role role,
                  const char *dataset, const char *format, const char *by,
                  const char *value)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct od_artefact *one = &list->v[i];

		if (one->role == role && !strcmp(one->dataset, dataset) &&
		    !strcmp(one->format, format) && !strcmp(one->by, by) &&
		    !strcmp(one->value, value))
			return one;
	}
	return NULL;
}
