#include "stage/owners.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/json.h"
#include "core/out.h"
#include "stage/advice.h"

enum { FINDINGS_BYTES = 1 << 30, CODE_BYTES = 64 };

static const char nobody[] = "none";

/* A finding and whose it is. */
struct entry {
	const char *ministry, *department; /* `nobody` where there is none */
	struct od_span line;               /* of the list */
	size_t number;                     /* in it */
};

struct owners {
	const struct od_spec *spec;
	struct od_snapshot *s;
	struct od_query **lookups; /* one a dataset with an owner */
	struct od_arena a, line;
	struct entry *v;
	size_t n;
	struct od_err *err;
};

/* A code becomes a name of a file only if nothing in it means more to a path. */
static const char *
file_name(struct owners *o, struct od_pub cell)
{
	if (cell.null || !cell.v.n || cell.v.n > CODE_BYTES)
		return nobody;
	for (size_t i = 0; i < cell.v.n; i++) {
		char c = cell.v.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= 'a' && c <= 'z') && c != '-' && c != '_')
			return nobody;
	}
	return od_arena_dup(&o->a, cell.v).p;
}

static enum od_rc
open_lookup(struct owners *o, const struct od_dataset *d, struct od_query **out)
{
	struct od_buf sql = {0};
	enum od_rc rc;

	od_buf_printf(&sql, "select \"%s\", %s%s%s from \"%s\" where \"%s\" = :key ",
	              d->owner[0]->name, d->n_owner > 1 ? "\"" : "",
	              d->n_owner > 1 ? d->owner[1]->name : "null",
	              d->n_owner > 1 ? "\"" : "", d->id, d->key[0]->name);
	od_buf_printf(&sql,
	              "union all select a, b from _owners where dataset = '%s' and key "
	              "= cast(:key as text)",
	              d->id);
	rc = od_query_open(o->s, od_buf_str(&sql), "owners", out, o->err);
	od_buf_release(&sql);
	return rc;
}

static enum od_rc
find_owner(struct owners *o, const struct od_json *j, struct entry *e)
{
	const struct od_dataset *d =
	    od_dataset_find(o->spec, od_json_text(j, "dataset"));
	const char *key = od_json_text(j, "key");
	struct od_query **q;
	bool row = false;
	enum od_rc rc = OD_OK;

	e->ministry = e->department = nobody;
	if (d && !d->n_owner && d->parent) {
		key = od_json_text(j, "parent");
		d = d->parent;
	}
	if (!d || !d->n_owner || !*key)
		return OD_OK;
	q = &o->lookups[d - o->spec->datasets];
	if (!*q)
		rc = open_lookup(o, d, q);
	if (rc)
		return rc;
	od_query_restart(*q);
	od_query_bind(*q, 0, (struct od_pub){.v = od_span_str(key)});
	rc = od_query_next(*q, &row, o->err);
	if (!rc && row) {
		e->ministry = file_name(o, od_query_cell(*q, 0));
		e->department = file_name(o, od_query_cell(*q, 1));
	}
	return rc;
}

static enum od_rc
load(struct owners *o, const char *path)
{
	struct od_span text;
	size_t lines = 1;
	enum od_rc rc =
	    od_file_read(path, FINDINGS_BYTES, &o->a, &text, OD_KIND_IO, o->err);

	if (rc)
		return rc;
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	o->v = od_arena_array(&o->a, lines, sizeof(*o->v));
	for (const char *at = text.p, *end = at + text.n; at < end && !rc;) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct entry *e = &o->v[o->n];
		const struct od_json *j;

		e->line = (struct od_span){at, (size_t)((stop ? stop : end) - at)};
		e->number = o->n++;
		od_arena_reset(&o->line);
		rc = od_json_parse(e->line, path, OD_KIND_IO, &o->line, &j, o->err);
		if (!rc)
			rc = find_owner(o, j, e);
		at = e->line.p + e->line.n + 1;
	}
	return rc;
}

static int
by_owner(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->ministry, y->ministry);

	if (!order)
		order = strcmp(x->department, y->department);
	return order ? order : (x->number > y->number) - (x->number < y->number);
}

static void
put_cell(struct od_out *out, const char *text, char after)
{
	od_out_putc(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			od_out_putc(out, '"');
		od_out_putc(out, *text);
	}
	od_out_putc(out, '"');
	od_out_putc(out, after);
}

static enum od_rc
put_entry(struct owners *o, struct od_out *out, const struct entry *e)
{
	static const char *const members[] = {"dataset", "row",  "key",
	                                      "field",   "rule", "effect"};
	const struct od_dataset *d;
	const struct od_text2 *title, *mend;
	const struct od_json *j;
	const char *rule;
	enum od_rc rc;

	od_arena_reset(&o->line);
	rc = od_json_parse(e->line, "finding", OD_KIND_INTERNAL, &o->line, &j, o->err);
	if (rc)
		return rc;
	for (size_t i = 0; i < OD_ARRAY_LEN(members); i++)
		put_cell(out, od_json_text(j, members[i]), ',');
	rule = od_json_text(j, "rule");
	d = od_dataset_find(o->spec, od_json_text(j, "dataset"));
	title = od_rule_title(o->spec, d, rule);
	mend = od_rule_mend(o->spec, d, rule);
	put_cell(out, title ? title->th : "", ',');
	put_cell(out, mend ? mend->th : "", ',');
	put_cell(out, title ? title->en : "", ',');
	put_cell(out, mend ? mend->en : "", '\n');
	return OD_OK;
}

static const char *
path_of(struct owners *o, const char *dir, const struct entry *e)
{
	/* of nobody: one file beside the folders of ministries */
	if (!strcmp(e->ministry, nobody))
		return od_arena_printf(&o->a, "%s/%s.csv", dir, nobody);
	return od_arena_printf(&o->a, "%s/%s/%s.csv", dir, e->ministry, e->department);
}

/* Of one owner: from `i` on; returns where the next one's begin. */
static enum od_rc
write_one(struct owners *o, const char *dir, size_t *i)
{
	const struct entry *first = &o->v[*i];
	const char *path = path_of(o, dir, first);
	struct od_out *out;
	enum od_rc rc = OD_OK;

	if (strcmp(first->ministry, nobody) != 0)
		rc = od_dir_make(od_arena_printf(&o->a, "%s/%s", dir, first->ministry),
		                 0700, o->err);
	if (rc)
		return rc;
	out = od_out_open(path, &(struct od_out_opts){.mode = 0600});
	od_out_puts(out, "\xef\xbb\xbf"
	                 "dataset,row,key,field,rule,effect,title_th,mend_th,title_en,"
	                 "mend_en\n");
	for (; *i < o->n && !rc && !strcmp(o->v[*i].ministry, first->ministry) &&
	       (!strcmp(first->ministry, nobody) ||
	        !strcmp(o->v[*i].department, first->department));
	     (*i)++)
		rc = put_entry(o, out, &o->v[*i]);
	if (rc) {
		od_out_abandon(out);
		return rc;
	}
	return od_out_close(out, NULL, o->err);
}

static enum od_rc
write_all(struct owners *o, const char *findings)
{
	static const char extension[] = ".ndjson";
	size_t n = strlen(findings), x = sizeof(extension) - 1, i = 0;
	const char *dir;
	enum od_rc rc;

	n -= n > x && !strcmp(findings + n - x, extension) ? x : 0;
	dir = od_arena_printf(&o->a, "%.*s.owners", (int)n, findings);
	rc = od_dir_remove(dir, o->err);
	if (!rc)
		rc = od_dir_make(dir, 0700, o->err);
	while (i < o->n && !rc)
		rc = write_one(o, dir, &i);
	return rc;
}

enum od_rc
od_owner_files(const struct od_spec *spec, struct od_snapshot *s, const char *findings,
               struct od_err *err)
{
	struct owners o = {.spec = spec, .s = s, .err = err};
	enum od_rc rc;

	o.lookups = od_arena_array(&o.a, spec->n_datasets, sizeof(struct od_query *));
	rc = load(&o, findings);
	if (!rc && o.n)
		qsort(o.v, o.n, sizeof(*o.v), by_owner);
	if (!rc)
		rc = write_all(&o, findings);
	for (size_t i = 0; i < spec->n_datasets; i++)
		od_query_close(o.lookups[i]);
	od_arena_release(&o.a);
	od_arena_release(&o.line);
	return rc;
}
