/*
 * Rows come in key order and go at once to the whole dataset's files and to those of
 * each part they belong to. The bytes of a row are made once a form, whatever the
 * number of files that take them. A part's files are opened with its first row: a value
 * without rows has no part.
 */
#include "stage/emit_table.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/log.h"
#include "fmt/format.h"
#include "stage/emit_files.h"

enum {
	MAX_PARTS = 400, /* each holds files open while its table is read */
	PROGRESS = 2000,
};

/* The bytes of the current row in one encoding. */
struct encoding {
	void (*encode)(const struct od_dataset *d, const struct od_pub *cells,
	               struct od_buf *line);
	struct od_buf line;
	bool ready;
};

/* The files of the whole dataset, or of one part. */
struct target {
	struct od_format_file *files[OD_FORMATS_MAX]; /* NULL until the first row */
	uint64_t rows;
	bool open;
	char newest[24]; /* change of a row */
};

struct part_set {
	const struct od_partition *p;
	const struct od_lookup *lookup; /* or NULL */
	size_t column; /* that holds the value, or the key of the lookup */
	const struct od_format *formats[OD_FORMATS_MAX];
	size_t n_formats;
	struct od_words own;    /* values met, without a lookup */
	struct target *targets; /* by number of the value */
	size_t n_targets;
};

struct scan {
	struct od_emit_table *t;
	const struct od_dataset *d;
	struct encoding encodings[OD_FORMATS_MAX];
	size_t n_encodings;
	const struct od_format *formats[OD_FORMATS_MAX];
	size_t n_formats;
	struct target whole;
	struct part_set *sets;
	size_t changed; /* column that tells when a row was changed, or n_fields */
};

static size_t
find_formats(const char *const *names, const struct od_format **to)
{
	size_t n = 0;

	for (size_t i = 0; names && names[i] && n < OD_FORMATS_MAX; i++) {
		to[n] = od_format_find(names[i]);
		n += to[n] != NULL;
	}
	return n;
}

static void
put_path(struct od_buf *b, const struct od_dataset *d, const struct part_set *set,
         struct od_span value, const struct od_format *f)
{
	od_buf_printf(b, "data/%s/", d->id);
	if (set) {
		od_buf_printf(b, "%s=", set->p->by);
		od_put_path_value(b, value);
		od_buf_putc(b, '/');
	}
	od_buf_printf(b, "%s.%s", d->id, f->extension);
}

static void
open_target(struct scan *s, struct target *to, const struct part_set *set,
            struct od_span value)
{
	const struct od_format *const *formats = set ? set->formats : s->formats;
	size_t n = set ? set->n_formats : s->n_formats;
	struct od_buf path = {0};

	for (size_t i = 0; i < n; i++) {
		path.n = 0;
		od_buf_printf(&path, "%s/", s->t->ctx->wd.release);
		put_path(&path, s->d, set, value, formats[i]);
		to->files[i] = formats[i]->open(od_buf_str(&path), s->d);
	}
	to->open = true;
	od_buf_release(&path);
}

/* ISO times compare as text. */
static void
keep_newest(struct target *to, struct od_pub when)
{
	if (!when.null && when.v.n && when.v.n < sizeof(to->newest) &&
	    strncmp(to->newest, when.v.p, when.v.n) < 0) {
		memcpy(to->newest, when.v.p, when.v.n);
		to->newest[when.v.n] = '\0';
	}
}

static void
put_row(struct scan *s, struct target *to, const struct part_set *set,
        const struct od_pub *cells)
{
	const struct od_format *const *formats = set ? set->formats : s->formats;
	size_t n = set ? set->n_formats : s->n_formats;

	for (size_t i = 0; i < n; i++) {
		struct encoding *e = s->encodings;

		if (!formats[i]->encode) {
			formats[i]->row(to->files[i], cells);
			continue;
		}
		while (e->encode != formats[i]->encode)
			e++;
		if (!e->ready) {
			e->line.n = 0;
			e->encode(s->d, cells, &e->line);
			e->ready = true;
		}
		formats[i]->line(to->files[i], od_buf_view(&e->line));
	}
	to->rows++;
	if (s->changed < s->d->n_fields)
		keep_newest(to, cells[s->changed]);
}

static enum od_rc
put_part(struct scan *s, struct part_set *set, size_t number, struct od_span value,
         const struct od_pub *cells, struct od_err *err)
{
	if (number >= MAX_PARTS)
		return od_err_set(
		    err, OD_KIND_SCHEMA,
		    "dataset '%s': '%s' would cut it into more than %d parts", s->d->id,
		    set->p->by, MAX_PARTS);
	if (!set->targets[number].open)
		open_target(s, &set->targets[number], set, value);
	put_row(s, &set->targets[number], set, cells);
	return OD_OK;
}

static enum od_rc
put_parts(struct scan *s, struct part_set *set, const struct od_pub *cells,
          struct od_err *err)
{
	struct od_pub cell = cells[set->column];
	enum od_rc rc = OD_OK;

	if (cell.null || cell.v.n == 0)
		return OD_OK;
	if (set->lookup) {
		size_t n;
		const uint32_t *numbers = od_lookup_find(set->lookup, cell.v, &n);

		for (size_t i = 0; i < n && !rc; i++)
			rc = put_part(s, set, numbers[i],
			              set->lookup->values.v[numbers[i]], cells, err);
		return rc;
	}
	return put_part(s, set, od_words_put(&set->own, &s->t->arena, cell.v), cell.v,
	                cells, err);
}

/* Keeps `newest` parallel to `files`. */
static void
add_newest(struct od_emit_table *t, size_t n, const char *when)
{
	const char **v = od_arena_array(&t->arena, t->n_newest + n, sizeof(*v));

	if (t->n_newest)
		memcpy(v, t->newest, t->n_newest * sizeof(*v));
	t->newest = v;
	for (size_t i = 0; i < n; i++)
		v[t->n_newest++] = od_arena_str(&t->arena, when);
}

static enum od_rc
close_target(struct scan *s, struct target *to, const struct part_set *set,
             struct od_span value, struct od_err *err)
{
	const struct od_format *const *formats = set ? set->formats : s->formats;
	size_t n = set ? set->n_formats : s->n_formats;
	struct od_buf path = {0}, name = {0};
	enum od_rc rc = OD_OK;

	if (value.n)
		od_buf_span(&name, value);
	for (size_t i = 0; i < n; i++) {
		struct od_out_fact fact = {0};
		struct od_err other = {0};

		path.n = 0;
		put_path(&path, s->d, set, value, formats[i]);
		if (formats[i]->close(to->files[i], &fact, rc ? &other : err) && !rc)
			rc = err->rc;
		od_artefacts_add(&s->t->files, &s->t->arena,
		                 &(struct od_artefact){
				     .path = od_buf_str(&path),
				     .role = set ? OD_ROLE_PARTITION : OD_ROLE_DATA,
				     .dataset = s->d->id,
				     .format = formats[i]->name,
				     .media_type = formats[i]->media_type,
				     .by = set ? set->p->by : "",
				     .value = set ? od_buf_str(&name) : "",
				     .bytes = fact.bytes,
				     .rows = to->rows,
				     .sha256 = fact.sha256,
				 });
	}
	add_newest(s->t, n, to->newest);
	to->open = false;
	od_buf_release(&path);
	od_buf_release(&name);
	return rc;
}

/* Closes everything, also after a failure, whose story then stays in *err. */
static enum od_rc
close_all(struct scan *s, enum od_rc rc, struct od_err *err)
{
	struct od_err other = {0};

	if (close_target(s, &s->whole, NULL, (struct od_span){0}, rc ? &other : err) &&
	    !rc)
		rc = err->rc;
	for (size_t i = 0; i < s->d->n_partitions; i++) {
		struct part_set *set = &s->sets[i];
		const struct od_words *values =
		    set->lookup ? &set->lookup->values : &set->own;

		for (size_t k = 0; k < set->n_targets && k < values->n; k++)
			if (set->targets[k].open &&
			    close_target(s, &set->targets[k], set, values->v[k],
			                 rc ? &other : err) &&
			    !rc)
				rc = err->rc;
	}
	return rc;
}

static void
add_encodings(struct scan *s, const struct od_format *const *formats, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < s->n_encodings &&
		       s->encodings[k].encode != formats[i]->encode)
			k++;
		if (formats[i]->encode && k == s->n_encodings && k < OD_FORMATS_MAX)
			s->encodings[s->n_encodings++].encode = formats[i]->encode;
	}
}

/* Forms that only a bundle will hold (bundle.h). */
static void
add_bundled(struct scan *s)
{
	const struct od_format *bundled[OD_FORMATS_MAX];
	size_t n = find_formats(s->d->bundle, bundled);

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < s->n_formats && s->formats[k] != bundled[i])
			k++;
		if (k == s->n_formats && k < OD_FORMATS_MAX)
			s->formats[s->n_formats++] = bundled[i];
	}
}

static void
plan(struct scan *s, uint64_t rows)
{
	const struct od_dataset *d = s->d;

	const struct od_field *changed =
	    od_field_find(d, s->t->ctx->spec->catalog.created_field->name);

	s->changed = changed ? od_field_index(d, changed) : d->n_fields;
	s->n_formats =
	    od_formats_of_table(&s->t->ctx->spec->catalog, d, rows, s->formats);
	add_bundled(s);
	add_encodings(s, s->formats, s->n_formats);
	s->sets = od_arena_array(&s->t->arena, d->n_partitions + 1, sizeof(*s->sets));
	for (size_t i = 0; i < d->n_partitions; i++) {
		struct part_set *set = &s->sets[i];
		const char *column;

		set->p = &d->partitions[i];
		set->lookup = s->t->lookups[i];
		column = set->lookup ? set->p->on : set->p->by;
		set->column = od_field_index(d, od_field_find(d, column));
		set->n_formats = find_formats(set->p->formats, set->formats);
		add_encodings(s, set->formats, set->n_formats);
		set->targets =
		    od_arena_array(&s->t->arena, MAX_PARTS, sizeof(*set->targets));
		set->n_targets = MAX_PARTS;
	}
}

static void
put_sql(const struct od_dataset *d, struct od_buf *b)
{
	for (size_t i = 0; i < d->n_fields; i++)
		od_buf_printf(b, "%s\"%s\"", i ? "," : "select ", d->fields[i].name);
	od_buf_printf(b, " from \"%s\" order by ", d->id);
	for (size_t i = 0; i < d->n_key; i++)
		od_buf_printf(b, "%s\"%s\"", i ? "," : "", d->key[i]->name);
}

static enum od_rc
read_rows(struct scan *s, struct od_query *q, struct od_err *err)
{
	struct od_pub *cells =
	    od_arena_array(&s->t->arena, s->d->n_fields, sizeof(*cells));
	enum od_rc rc;
	bool row;

	while (!(rc = od_query_next(q, &row, err)) && row) {
		for (size_t i = 0; i < s->d->n_fields; i++)
			cells[i] = od_query_cell(q, i);
		for (size_t i = 0; i < s->n_encodings; i++)
			s->encodings[i].ready = false;
		put_row(s, &s->whole, NULL, cells);
		for (size_t i = 0; i < s->d->n_partitions && !rc; i++)
			rc = put_parts(s, &s->sets[i], cells, err);
		if (rc)
			break;
		if (++s->t->rows % PROGRESS == 0)
			od_progress_add(PROGRESS);
	}
	od_progress_add(s->t->rows % PROGRESS);
	return rc;
}

static enum od_rc
count_rows(const struct od_dataset *d, struct od_snapshot *s, int64_t *rows,
           struct od_err *err)
{
	struct od_buf sql = {0};
	enum od_rc rc;

	od_buf_printf(&sql, "select count(*) from \"%s\"", d->id);
	rc = od_snapshot_number(s, od_buf_str(&sql), rows, err);
	od_buf_release(&sql);
	return rc;
}

enum od_rc
od_emit_table(struct od_emit_table *t, struct od_err *err)
{
	struct scan s = {.t = t, .d = t->d};
	struct od_snapshot *snapshot;
	struct od_query *q = NULL;
	struct od_buf sql = {0};
	struct od_err other = {0};
	int64_t rows = 0;
	enum od_rc rc = od_snapshot_open(t->ctx->wd.snapshot, false, &snapshot, err);

	if (rc)
		return rc;
	rc = count_rows(t->d, snapshot, &rows, err);
	plan(&s, (uint64_t)rows);
	put_sql(t->d, &sql);
	open_target(&s, &s.whole, NULL, (struct od_span){0});
	if (!rc)
		rc = od_query_open(snapshot, od_buf_str(&sql), t->d->id, &q, err);
	if (!rc)
		rc = read_rows(&s, q, err);
	rc = close_all(&s, rc, err);
	od_query_close(q);
	if (od_snapshot_close(snapshot, false, rc ? &other : err) && !rc)
		rc = err->rc;
	for (size_t i = 0; i < s.n_encodings; i++)
		od_buf_release(&s.encodings[i].line);
	for (size_t i = 0; i < t->d->n_partitions; i++)
		od_words_release(&s.sets[i].own);
	od_buf_release(&sql);
	return rc ? od_err_wrap(err, "dataset '%s'", t->d->id) : OD_OK;
}
