/*
 * delta_carry.c - earlier deltas, taken over into a new release; see delta.h. The
 * NDJSON file has all that the others have: what must be written anew is made of it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "stage/delta.h"

enum { MAX_BYTES = 1 << 30 };

/* ---- what must go */

static void
put_name(struct od_buf *b, const struct od_pub *key, size_t n_key, const char *field)
{
	for (size_t i = 0; i < n_key; i++) {
		if (!key[i].null)
			od_buf_span(b, key[i].v);
		od_buf_putc(b, '\x1f'); /* no cell has one: cleaning takes them out */
	}
	if (field)
		od_buf_puts(b, field);
}

void
od_delta_gone_add(struct od_delta_gone *g, const struct od_pub *key, size_t n_key,
                  const char *field)
{
	put_name(&g->text, key, n_key, field);
	od_buf_putc(&g->text, '\0');
	g->n++;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
od_delta_gone_sort(struct od_delta_gone *g, struct od_arena *a)
{
	const char *at = g->text.p;

	g->v = od_arena_array(a, g->n + 1, sizeof(*g->v));
	for (size_t i = 0; i < g->n; i++, at += strlen(at) + 1)
		g->v[i] = at;
	if (g->n)
		qsort(g->v, g->n, sizeof(*g->v), by_text);
}

static bool
is_gone(const struct od_delta_gone *g, struct od_buf *room, const struct od_pub *key,
        size_t n_key, const char *field)
{
	const char *name;

	if (!g->n)
		return false;
	room->n = 0;
	put_name(room, key, n_key, field);
	name = od_buf_str(room);
	return bsearch(&name, g->v, g->n, sizeof(*g->v), by_text) != NULL;
}

/* ---- one table of one delta */

struct carry {
	const struct od_delta_table *t;
	const struct od_delta_gone *gone;
	const struct od_retraction *retracted;
	struct od_delta_out *out; /* NULL: only looks whether anything must go */
	bool hit;
	struct od_buf room;
	struct od_pub *key, *row;
	struct od_delta_cell *cells;
	struct od_arena line;
};

static struct od_pub
text_of(const struct od_json *v)
{
	if (!v || v->kind != OD_JSON_STRING)
		return (struct od_pub){.null = true};
	return (struct od_pub){.v = v->text};
}

static bool
is_retracted(const struct carry *c, struct od_pub v)
{
	return !v.null && od_retract_has_text(c->retracted, v.v);
}

static void
carry_added(struct carry *c, const struct od_json *values)
{
	for (size_t i = 0; i < c->t->n_columns; i++) {
		c->row[i] = text_of(od_json_find(values, c->t->columns[i]));
		if (is_retracted(c, c->row[i]) ||
		    is_gone(c->gone, &c->room, c->key, c->t->n_key, c->t->columns[i])) {
			c->row[i] = (struct od_pub){.null = true};
			c->hit = true;
		}
	}
	if (c->out)
		od_delta_added(c->out, c->row);
}

static void
carry_changed(struct carry *c, const struct od_json *fields)
{
	size_t n = 0;

	for (size_t i = 0; i < c->t->n_columns; i++) {
		const char *name = c->t->columns[i];
		const struct od_json *f = od_json_find(fields, name), *withheld;
		struct od_delta_cell *cell = &c->cells[n];

		if (!f)
			continue;
		withheld = od_json_find(f, "old_withheld");
		*cell = (struct od_delta_cell){
		    .column = i,
		    .old = text_of(od_json_find(f, "old")),
		    .now = text_of(od_json_find(f, "new")),
		    .withheld = withheld && withheld->boolean,
		};
		if (is_retracted(c, cell->now) ||
		    is_gone(c->gone, &c->room, c->key, c->t->n_key, name)) {
			c->hit = true;
			continue;
		}
		if (is_retracted(c, cell->old))
			c->hit = cell->withheld = true;
		n++;
	}
	if (c->out && n)
		od_delta_changed(c->out, c->key, c->cells, n);
}

static void
carry_line(struct carry *c, const struct od_json *line)
{
	const char *change = od_json_text(line, "change");
	bool removed = !strcmp(change, "removed"), lost = false;

	for (size_t i = 0; i < c->t->n_key; i++) {
		c->key[i] =
		    text_of(od_json_find(od_json_find(line, "key"), c->t->key[i]));
		lost |= is_retracted(c, c->key[i]);
	}
	if (!removed)
		lost |= is_gone(c->gone, &c->room, c->key, c->t->n_key, NULL);
	if (lost)
		c->hit = true;
	else if (removed && c->out)
		od_delta_removed(c->out, c->key);
	else if (!strcmp(change, "added"))
		carry_added(c, od_json_find(line, "values"));
	else if (!removed)
		carry_changed(c, od_json_find(line, "fields"));
}

static enum od_rc
carry_lines(struct carry *c, struct od_span text, const char *path, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	while (text.n && !rc) {
		const char *stop = memchr(text.p, '\n', text.n);
		struct od_span one = {text.p, stop ? (size_t)(stop - text.p) : text.n};
		const struct od_json *line;

		text.p += one.n + (stop != NULL);
		text.n -= one.n + (stop != NULL);
		od_arena_reset(&c->line);
		rc = od_json_parse(one, path, OD_KIND_CONFIG, &c->line, &line, err);
		if (!rc)
			carry_line(c, line);
	}
	return rc;
}

static enum od_rc
link_files(const char *from, const char *to, const struct od_delta *delta,
           const struct od_delta_table *t, struct od_arena *a, struct od_err *err)
{
	enum od_rc rc = od_dir_make(od_arena_printf(a, "%s/" OD_DELTA_DIR "/%llu", to,
	                                            (unsigned long long)delta->release),
	                            0755, err);

	for (int i = 0; i < OD_DELTA_FILES && !rc; i++) {
		const char *path = od_delta_path(a, delta->release, t->dataset, i);
		const char *source = od_arena_printf(a, "%s/%s", from, path);
		const char *target = od_arena_printf(a, "%s/%s", to, path);

		if (!t->has[i])
			continue;
		unlink(target);
		if (link(source, target) != 0)
			rc = od_err_sys(err, OD_KIND_IO, errno,
			                "cannot link '%s' to '%s'", source, target);
	}
	return rc;
}

enum od_rc
od_delta_carry(const char *from, const char *to, const struct od_delta *delta,
               struct od_delta_table *t, const struct od_delta_gone *gone,
               const struct od_retraction *retracted, struct od_arena *a,
               struct od_err *err)
{
	struct od_delta_table old = *t;
	struct carry c = {.t = &old, .gone = gone, .retracted = retracted};
	struct od_arena file = {0};
	struct od_err other = {0};
	struct od_span text;
	const char *path = od_arena_printf(
	    a, "%s/%s", from,
	    od_delta_path(a, delta->release, t->dataset, OD_DELTA_NDJSON));
	enum od_rc rc = OD_OK;

	if (!t->has[OD_DELTA_NDJSON] || (!gone->n && !retracted->n_texts))
		return link_files(from, to, delta, t, a, err);
	c.key = od_arena_array(a, t->n_key + 1, sizeof(*c.key));
	c.row = od_arena_array(a, t->n_columns + 1, sizeof(*c.row));
	c.cells = od_arena_array(a, t->n_columns + 1, sizeof(*c.cells));
	rc = od_file_read(path, MAX_BYTES, &file, &text, OD_KIND_CONFIG, err);
	if (!rc)
		rc = carry_lines(&c, text, path, err);
	if (!rc && !c.hit)
		rc = link_files(from, to, delta, t, a, err);
	if (!rc && c.hit) {
		c.out = od_delta_open(to, delta->release, t, a);
		t->lessened = true;
		rc = carry_lines(&c, text, path, err);
		if (od_delta_close(c.out, rc ? &other : err) && !rc)
			rc = err->rc;
	}
	od_buf_release(&c.room);
	od_arena_release(&c.line);
	od_arena_release(&file);
	return rc;
}
