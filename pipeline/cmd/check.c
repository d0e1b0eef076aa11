#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "check/table.h"
#include "cmd/cmd.h"
#include "core/file.h"

/* Keys of one rule that are held in memory: about two million rows. */
enum { KEY_MEMORY = 64 * 1024 * 1024 };

static void
print(void *u, const struct od_tfinding *f)
{
	const char *path = u;

	printf("%s:%" PRIu64 ": %s%s%s\n", path, f->row, f->field,
	       *f->field ? ": " : "", f->rule);
}

static void
print_counts(const struct od_tresult *r)
{
	for (size_t i = 0; i < r->n_counts; i++)
		printf("  %10" PRIu64 "  %s%s%s\n", r->counts[i].n, r->counts[i].field,
		       *r->counts[i].field ? ": " : "", r->counts[i].rule);
}

static bool
is_file(const char *path)
{
	return strchr(path, '/') || strchr(path, '.');
}

/* "schemas/datasets/projects/dataset.yaml": the folder of schemas and the id, or NULL.
 */
static const char *
dataset_of(const char *path, struct od_arena *a, const char **id)
{
	static const char tail[] = "/dataset.yaml", middle[] = "/datasets/";
	size_t n = strlen(path), t = sizeof(tail) - 1, m = sizeof(middle) - 1;
	const char *from, *end = path + n - t;

	if (n < t || strcmp(end, tail) != 0)
		return NULL;
	for (from = end; from > path && from[-1] != '/';)
		from--;
	if ((size_t)(from - path) < m || strncmp(from - m, middle, m) != 0)
		return NULL;
	*id = od_arena_dup(a, (struct od_span){from, (size_t)(end - from)}).p;
	return od_arena_dup(a, (struct od_span){path, (size_t)(from - m - path)}).p;
}

static enum od_rc
load_dataset(const char *dir, const char *id, const char *file, struct od_arena *a,
             struct od_tschema **out, struct od_err *err)
{
	const struct od_spec *spec;
	const struct od_dataset *d;
	enum od_rc rc = od_spec_load(dir, a, &spec, err);

	if (rc)
		return rc;
	d = od_dataset_find(spec, id);
	if (!d && od_err_set(err, OD_KIND_CONFIG, "there is no dataset '%s' in '%s'",
	                     id, dir))
		return od_err_hint(err, "--schema takes a dataset's id, or a file with "
		                        "'.' or '/' in its name");
	return od_tschema_of(spec, d, file, a, out, err);
}

/* A foreign schema may use our codelists, where there are some. */
static enum od_rc
load_file(const struct od_options *o, struct od_arena *a, struct od_tschema **out,
          struct od_err *err)
{
	char *catalog = od_arena_printf(a, "%s/catalog.yaml", o->schemas);
	const struct od_spec *spec = NULL;
	enum od_rc rc = OD_OK;

	if (od_file_exists(catalog))
		rc = od_spec_load(o->schemas, a, &spec, err);
	return rc ? rc : od_tschema_load(o->schema, o->operands[0], spec, a, out, err);
}

static enum od_rc
judge(const struct od_options *o, const struct od_tschema *s, struct od_arena *a,
      struct od_err *err)
{
	const char *path = o->operands[0];
	struct od_tcheck_opts opts = {.listed = (size_t)o->limit,
	                              .memory = KEY_MEMORY,
	                              .found = print,
	                              .u = (void *)(uintptr_t)path};
	struct od_tresult r;
	enum od_rc rc = od_tcheck(path, s, &opts, a, &r, err);

	if (rc)
		return rc;
	printf("odp: %s: %" PRIu64 " rows, %" PRIu64 " findings\n", path, r.rows,
	       r.findings);
	print_counts(&r);
	for (size_t i = 0; i < s->n_unseen; i++)
		printf("  not checked: %s\n", s->unseen[i]);
	if (!r.findings)
		return OD_OK;
	return od_err_set(err, OD_KIND_DATA,
	                  "'%s' breaks its schema: %" PRIu64 " findings", path,
	                  r.findings);
}

static enum od_rc
run(const struct od_cmd *cmd, struct od_options *o, struct od_arena *a,
    struct od_err *err)
{
	struct od_tschema *s = NULL;
	const char *dir, *id;
	enum od_rc rc;

	if (o->n_operands != 1 || !o->schema)
		return od_err_set(err, OD_KIND_USAGE, "usage: odp %s %s --schema X",
		                  cmd->name, cmd->operands);
	if (o->limit < 1)
		return od_err_set(err, OD_KIND_USAGE, "--limit must be at least 1");
	dir = dataset_of(o->schema, a, &id);
	if (dir)
		rc = load_dataset(dir, id, o->operands[0], a, &s, err);
	else if (is_file(o->schema))
		rc = load_file(o, a, &s, err);
	else
		rc = load_dataset(o->schemas, o->schema, o->operands[0], a, &s, err);
	if (!rc)
		rc = judge(o, s, a, err);
	od_tschema_release(s);
	return rc;
}

const struct od_cmd od_cmd_check = {
    .name = "check",
    .summary = "check a CSV file against a Table Schema or one of our datasets",
    .operands = "FILE",
    .uses = OD_USE_CHECK,
    .details =
	"FILE is CSV in UTF-8, or - for standard input. X is a Table Schema, a "
	"resource "
	"or a\n"
	"data package (JSON or YAML; PACKAGE#NAME picks a resource), a dataset.yaml, "
	"or "
	"the id\n"
	"of a dataset below --schemas. Each finding is a line FILE:ROW: FIELD: RULE on "
	"standard\n"
	"output; rows count from 1 with the header; no value is ever shown. Findings "
	"of "
	"keys\n"
	"follow those of cells. The status is 14 if there are findings.\n",
    .run = run,
};
