/* One of our own datasets as a schema of its CSV files. */
#include <string.h>

#include "check/tload.h"
#include "core/file.h"

static const struct od_span empty[] = {{"", 0}};

static void
make_fields(const struct od_dataset *d, struct od_arena *a, struct od_tschema *s)
{
	s->dialect = od_dialect_default;
	s->checker = od_checker_open(d);
	s->fields = od_arena_array(a, d->n_fields, sizeof(*s->fields));
	s->n = d->n_fields;
	for (size_t i = 0; i < s->n; i++)
		s->fields[i] = (struct od_tfield){.name = d->fields[i].name,
		                                  .type = &od_ttype_own,
		                                  .format = "default",
		                                  .required = d->fields[i].required,
		                                  .unique = d->fields[i].unique,
		                                  .missing = {empty, 1},
		                                  .max_length = SIZE_MAX,
		                                  .own = &d->fields[i],
		                                  .checker = s->checker,
		                                  .index = i};
}

static void
note(struct od_tschema *s, const char *text)
{
	if (s->n_unseen < OD_ARRAY_LEN(s->unseen))
		s->unseen[s->n_unseen++] = text;
}

static struct od_tkey
key_of(const struct od_dataset *d, const struct od_field *const *fields, size_t n,
       struct od_arena *a)
{
	size_t *at = od_arena_array(a, n, sizeof(*at));

	for (size_t i = 0; i < n; i++)
		at[i] = od_field_index(d, fields[i]);
	return (struct od_tkey){at, n};
}

/* "projects.csv" beside the file, or where a release has it: ../projects/projects.csv.
 */
static const char *
find_table(const char *file, const char *id, struct od_arena *a)
{
	const char *slash = strrchr(file, '/'), *path;
	int n = slash ? (int)(slash - file + 1) : 0;

	path = od_arena_printf(a, "%.*s%s.csv", n, file, id);
	if (!od_file_exists(path))
		path = od_arena_printf(a, "%.*s../%s/%s.csv", n, file, id, id);
	return od_file_exists(path) ? path : NULL;
}

static void
make_references(const struct od_dataset *d, const char *file, struct od_arena *a,
                struct od_tschema *s)
{
	struct od_tforeign *all = od_arena_array(a, d->n_fields, sizeof(*all));

	s->foreigns = all;
	for (size_t i = 0; i < d->n_fields; i++) {
		const struct od_field *f = &d->fields[i];
		struct od_tforeign *r = &all[s->n_foreigns];
		struct od_tschema *other = s;

		if (!f->ref_dataset)
			continue;
		r->on = SIZE_MAX;
		r->key = key_of(d, &f, 1, a);
		r->other.resource = f->ref_dataset == d ? "" : f->ref_dataset->id;
		r->other.path =
		    *r->other.resource ? find_table(file, f->ref_dataset->id, a) : file;
		if (!r->other.path) {
			note(s, od_arena_printf(a, "'%s': no %s.csv beside the file",
			                        f->name, f->ref_dataset->id));
			continue;
		}
		if (*r->other.resource) {
			other = od_arena_alloc(a, sizeof(*other));
			make_fields(f->ref_dataset, a, other);
			other->loaded = s->loaded;
			s->loaded = other;
		}
		r->other.schema = other;
		r->other.key = key_of(f->ref_dataset, &f->ref_field, 1, a);
		s->n_foreigns++;
	}
}

enum od_rc
od_tschema_of(const struct od_spec *spec, const struct od_dataset *d, const char *file,
              struct od_arena *a, struct od_tschema **out, struct od_err *err)
{
	struct od_tschema *s = od_arena_alloc(a, sizeof(*s));

	(void)spec, (void)err;
	make_fields(d, a, s);
	s->primary = key_of(d, d->key, d->n_key, a);
	make_references(d, file, a, s);
	if (d->n_rules)
		note(s, od_arena_printf(a, "%zu rules in SQL: they need the snapshot",
		                        d->n_rules));
	*out = s;
	return OD_OK;
}
