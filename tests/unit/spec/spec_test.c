/* schemas/ as it is in this tree, and with one thing wrong. */
#include "../core/cmocka_first.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/out.h"
#include "spec/spec.h"

static char dir[64];
static struct od_arena files; /* of all tests */
static struct od_err err;

static const char *
path_of(const char *rel)
{
	return od_arena_printf(&files, "%s/%s", dir, rel);
}

static struct od_span
text_of(const char *rel)
{
	struct od_span text;

	assert_int_equal(
	    od_file_read(path_of(rel), 1 << 24, &files, &text, OD_KIND_IO, &err),
	    OD_OK);
	return text;
}

static void
put(const char *rel, struct od_span text)
{
	FILE *f = fopen(path_of(rel), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	assert_int_equal(fclose(f), 0);
}

static enum od_rc
copy(const struct od_walk_file *f, void *u, struct od_err *e)
{
	struct od_span text;
	char *folder = od_arena_str(&files, path_of(f->rel)), *end;

	(void)u;
	end = strrchr(folder, '/');
	*end = '\0';
	if (od_dir_make(folder, 0700, e) ||
	    od_file_read(f->path, 1 << 24, &files, &text, OD_KIND_IO, e))
		return e->rc;
	put(f->rel, text);
	return OD_OK;
}

static int
copy_schemas(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/odp-spec-XXXXXX");
	assert_non_null(mkdtemp(dir));
	return od_dir_walk("schemas", copy, NULL, &err) == OD_OK ? 0 : -1;
}

static int
remove_schemas(void **state)
{
	(void)state;
	od_arena_release(&files);
	return od_dir_remove(dir, &err);
}

static void
what_is_declared_is_loaded(void **state)
{
	struct od_arena a = {0};
	const struct od_spec *s, *again;
	const struct od_dataset *d;
	const struct od_field *f;

	(void)state;
	assert_int_equal(od_spec_load("schemas", &a, &s, &err), OD_OK);
	assert_int_equal(od_spec_load(dir, &a, &again, &err), OD_OK);
	assert_string_equal(s->hash, again->hash); /* wherever it lies */
	assert_string_equal(s->catalog.id, "open-d");
	d = od_dataset_find(s, "project_areas");
	assert_non_null(d);
	assert_string_equal(d->parent->id, "projects");
	assert_int_equal(d->n_partitions, 1);
	assert_string_equal(d->partitions[0].field->name, "province_code");
	assert_true(d->n_rules > 0);
	f = od_field_find(d, "project_id");
	assert_ptr_equal(f->ref_dataset, d->parent);
	assert_string_equal(f->ref_field->name, "project_id");
	assert_int_equal(od_field_index(d, f), 0);
	assert_true(od_dataset_find(s, "summary_year")->derived);
	assert_null(od_dataset_find(s, "nothing"));
	assert_null(od_field_find(d, "nothing"));
	assert_non_null(od_advice_find(s, "required"));
	assert_null(od_advice_find(s, "nothing"));
	od_arena_release(&a);
}

/* A file of schemas/ in which a piece is replaced, where it stands first. */
static const struct {
	const char *file, *old, *with, *why;
} faults[] = {
    {"catalog.yaml", "id: open-d", "", "key 'id' is missing"},
    {"catalog.yaml", "id: open-d", "id: open-d\nidd: x", "unknown key 'idd'"},
    {"catalog.yaml", "open-d/\n", "open-d\n", "base_url must end with '/'"},
    {"catalog.yaml", "valid: 50", "valid: 51", "must add up to 100"},
    {"catalog.yaml", "field: updated_at", "field: name_th", "no datetime field"},
    {"catalog.yaml", "datasets:\n", "datasets: []\nx:\n", "unknown key 'x'"},
    {"catalog.yaml", "  - project_texts\n", "  - projects\n", "stands twice"},
    {"catalog.yaml", "  - project_texts\n", "  - Projects\n", "snake_case"},
    {"catalog.yaml", "  - project_texts\n", "  - nothing\n", "nothing"},
    {"catalog.yaml", "  - oc4ids\n", "  - nothing\n", "nothing"},
    {"datasets/projects/dataset.yaml", "version:", "versions:", "unknown key"},
    {"datasets/project_areas/dataset.yaml", "by: province_code", "by: nothing",
     "no column 'nothing' to cut by"},
    {"datasets/project_areas/dataset.yaml", "    public: true\n", "", "anonymize"},
    {"datasets/project_areas/dataset.yaml", "type: id", "type: number", "number"},
    {"datasets/project_areas/dataset.yaml", "max_rejected: 0.5%", "max_rejected: 0.5",
     "must be a percentage"},
    {"datasets/project_areas/dataset.yaml", "max_rejected: 0.5%", "max_rejected: 101%",
     "must be a percentage"},
    {"datasets/project_areas/dataset.yaml", "groups: [province_code",
     "groups: [nothing", "has the column 'nothing'"},
    {"datasets/project_areas/dataset.yaml", "dataset: projects, field: project_id",
     "dataset: projects, field: nothing", "has no field 'nothing'"},
    {"datasets/project_areas/dataset.yaml", "dataset: projects, field: project_id",
     "dataset: nothing, field: project_id", "nothing"},
    {"datasets/project_areas/dataset.yaml", "effect: reject", "effect: hold",
     "effect must be reject, parent or warn"},
    {"datasets/project_areas/dataset.yaml", "name: district_elsewhere",
     "name: District", "snake_case"},
    {"datasets/project_areas/dataset.yaml", "codelist: provinces", "codelist: nothing",
     "nothing"},
    {"datasets/project_areas/dataset.yaml", "  - name: seq", "  - name: project_id",
     "stands twice"},
    {"datasets/project_areas/dataset.yaml", "key: [project_id", "key: [nothing",
     "'nothing' is not declared"},
    {"datasets/project_areas/dataset.yaml",
     "key:", "quasi: [seq]\nkey:", "'persons: true'"},
    {"datasets/project_areas/extract.sql", "select", ";select",
     "one SELECT without a semicolon"},
    {"datasets/summary_year/dataset.yaml", "public: true", "anonymize: []",
     "anonymize"},
    {"datasets/project_budgets/dataset.yaml", "sums: [amount]", "sums: [nothing]",
     "'nothing' is not declared"},
    {"datasets/project_budgets/dataset.yaml", "on: project_id}", "on: nothing}",
     "both datasets must have the column 'nothing'"},
    {"advice.yaml", "required:\n  title:", "required:\n  titel:", "titel"},
    {"exports/years.yaml", "title:", "titel:", "titel"},
    {"vocab/provinces.csv", "code,", "codes,", "the header must be"},
};

static void
a_fault_is_told_with_its_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(faults); i++) {
		struct od_span good = text_of(faults[i].file);
		const char *at = strstr(good.p, faults[i].old);
		size_t out = strlen(faults[i].old);
		struct od_arena a = {0};
		const struct od_spec *s;
		char *bad;

		if (!at)
			fail_msg("%s has no '%s'", faults[i].file, faults[i].old);
		bad = od_arena_printf(&files, "%.*s%s%s", (int)(at - good.p), good.p,
		                      faults[i].with, at + out);
		put(faults[i].file, od_span_str(bad));
		if (od_spec_load(dir, &a, &s, &err) == OD_OK)
			fail_msg("%s: '%s' was accepted", faults[i].file,
			         faults[i].with);
		assert_int_equal(err.kind, OD_KIND_SCHEMA);
		if (!strstr(err.msg, dir) || !strstr(err.msg, faults[i].why))
			fail_msg("'%s': %s", faults[i].why, err.msg);
		put(faults[i].file, good);
		od_arena_release(&a);
	}
}

static void
the_hash_is_that_of_every_byte_but_the_readme(void **state)
{
	struct od_arena a = {0};
	const struct od_spec *s, *other;

	(void)state;
	assert_int_equal(od_spec_load(dir, &a, &s, &err), OD_OK);
	put("README.md", OD_SPAN("other"));
	assert_int_equal(od_spec_load(dir, &a, &other, &err), OD_OK);
	assert_string_equal(s->hash, other->hash);
	put("datasets/projects/about.en.md", OD_SPAN("other"));
	assert_int_equal(od_spec_load(dir, &a, &other, &err), OD_OK);
	assert_string_not_equal(s->hash, other->hash);
	assert_int_not_equal(od_spec_load("/nowhere", &a, &other, &err), OD_OK);
	assert_int_equal(err.kind, OD_KIND_SCHEMA);
	od_arena_release(&a);
}

#define IN_COPY(f) cmocka_unit_test_setup_teardown(f, copy_schemas, remove_schemas)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_COPY(what_is_declared_is_loaded),
	    IN_COPY(a_fault_is_told_with_its_file),
	    IN_COPY(the_hash_is_that_of_every_byte_but_the_readme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
