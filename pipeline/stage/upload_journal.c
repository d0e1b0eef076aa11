#include "stage/upload_journal.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/json.h"
#include "core/out.h"

enum { JOURNAL_MAX = 4 * 1024 * 1024 };

static struct od_journal_entry *
find(const struct od_journal *j, const char *package)
{
	for (size_t i = 0; i < j->n; i++)
		if (strcmp(j->v[i].package, package) == 0)
			return &j->v[i];
	return NULL;
}

static struct od_journal_entry *
add(struct od_journal *j, const char *package)
{
	if (j->n == j->cap) {
		size_t cap = j->cap ? 2 * j->cap : 32;
		struct od_journal_entry *v = od_arena_array(j->a, cap, sizeof(*v));

		if (j->n)
			memcpy(v, j->v, j->n * sizeof(*v));
		j->v = v;
		j->cap = cap;
	}
	j->v[j->n].package = od_arena_str(j->a, package);
	return &j->v[j->n++];
}

static void
set(struct od_journal *j, struct od_journal_entry *e, const char *modified,
    const char *want)
{
	e->modified = od_arena_str(j->a, modified);
	snprintf(e->want, sizeof(e->want), "%s", want);
}

void
od_journal_load(struct od_journal *j, const char *path, const char *server,
                struct od_arena *a)
{
	const struct od_json *root, *list;
	struct od_err ignored;
	struct od_span text;

	*j = (struct od_journal){.path = path, .server = server, .a = a};
	if (!od_file_exists(path) ||
	    od_file_read(path, JOURNAL_MAX, a, &text, OD_KIND_IO, &ignored) != OD_OK ||
	    od_json_parse(text, path, OD_KIND_IO, a, &root, &ignored) != OD_OK ||
	    strcmp(od_json_text(root, "server"), server) != 0)
		return;
	list = od_json_find(root, "packages");
	for (size_t i = 0; list && list->kind == OD_JSON_OBJECT && i < list->n; i++) {
		const struct od_json *one = &list->items[i];
		char *package =
		    od_arena_printf(a, "%.*s", (int)list->keys[i].n, list->keys[i].p);

		set(j, add(j, package), od_json_text(one, "modified"),
		    od_json_text(one, "want"));
	}
}

bool
od_journal_has(const struct od_journal *j, const char *package, const char *modified,
               const char *want)
{
	const struct od_journal_entry *e = find(j, package);

	return e && modified[0] && strcmp(e->modified, modified) == 0 &&
	       strcmp(e->want, want) == 0;
}

static enum od_rc
write_down(const struct od_journal *j, struct od_err *err)
{
	struct od_buf b = {0};
	enum od_rc rc;

	od_buf_puts(&b, "{\"server\":");
	od_json_string(&b, od_span_str(j->server));
	od_buf_puts(&b, ",\"packages\":{");
	for (size_t i = 0; i < j->n; i++) {
		od_buf_puts(&b, i ? ",\n" : "\n");
		od_json_string(&b, od_span_str(j->v[i].package));
		od_buf_puts(&b, ":{\"modified\":");
		od_json_string(&b, od_span_str(j->v[i].modified));
		od_buf_puts(&b, ",\"want\":");
		od_json_string(&b, od_span_str(j->v[i].want));
		od_buf_putc(&b, '}');
	}
	od_buf_puts(&b, "\n}}\n");
	rc = od_out_file(j->path, od_buf_view(&b), err);
	od_buf_release(&b);
	return rc;
}

enum od_rc
od_journal_put(struct od_journal *j, const char *package, const char *modified,
               const char *want, struct od_err *err)
{
	struct od_journal_entry *e = find(j, package);

	if (!e)
		e = add(j, package);
	set(j, e, modified, want);
	e->kept = true;
	return write_down(j, err);
}

void
od_journal_keep(struct od_journal *j, const char *package)
{
	struct od_journal_entry *e = find(j, package);

	if (e)
		e->kept = true;
}

enum od_rc
od_journal_drop(struct od_journal *j, const char *package, struct od_err *err)
{
	struct od_journal_entry *e = find(j, package);

	if (!e)
		return OD_OK;
	memmove(e, e + 1, (size_t)(j->v + j->n - e - 1) * sizeof(*e));
	j->n--;
	return write_down(j, err);
}
