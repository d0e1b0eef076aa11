#include "stage/upload_want.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/out.h"
#include "spec/yaml.h"
#include "stage/upload_diff.h"
#include "stage/upload_journal.h"

static const char *const formats[] = {"csv", NULL};
static const char *const words_th[] = {"ที่ดิน", "ประชากร", NULL};
static const char *const words_en[] = {"land", "land", "R&D", NULL};

struct fixture {
	struct od_arena a;
	struct od_dataset d;
	struct od_spec spec;
	struct od_stage_ctx ctx;
	struct od_artefacts files;
	struct od_want_frame frame;
	struct od_want_package p;
	struct od_err err;
};

static const struct od_json *
json(struct fixture *f, const char *text)
{
	const struct od_json *out;

	assert_int_equal(od_json_parse(od_span_str(text), "test", OD_KIND_INTERNAL,
	                               &f->a, &out, &f->err),
	                 OD_OK);
	return out;
}

static void
give(struct fixture *f, const char *path, enum od_role role, const char *format)
{
	const struct od_artefact one = {
	    .path = path,
	    .role = role,
	    .dataset = "plan_items",
	    .format = format,
	    .media_type = "text/csv",
	    .by = "",
	    .value = "",
	    .bytes = 3,
	    .sha256 = "abc",
	};

	od_artefacts_add(&f->files, &f->a, &one);
}

static void
setup(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->d.id = "plan_items";
	f->d.version = "1.0.0";
	f->d.title = (struct od_text2){"แผน", "Plans"};
	f->d.description = f->d.grain = f->d.title;
	f->d.keywords_th = words_th;
	f->d.keywords_en = words_en;
	f->d.formats = formats;
	f->d.dir = "x";
	f->spec.catalog.id = "open-d";
	f->spec.catalog.base_url = "https://x.example/";
	f->spec.catalog.contact = f->d.title;
	f->spec.catalog.contact_email = "a@x.example";
	f->ctx.spec = &f->spec;
	f->ctx.base_url = "https://x.example/";
	f->frame.ctx = &f->ctx;
	f->frame.owner_org = "org";
	f->frame.license_id = "cc-by";
	f->frame.artefacts = &f->files;
	give(f, "data/plan_items/plan_items.csv", OD_ROLE_DATA, "csv");
	give(f, "bundles/plan_items.zip", OD_ROLE_BUNDLE, "zip");
	give(f, "dictionary/plan_items-dictionary.csv", OD_ROLE_DICTIONARY, "csv");
	give(f, "catalog.ttl", OD_ROLE_METADATA, "ttl");
}

static enum od_rc
want(struct fixture *f)
{
	return od_want_package(&f->frame, &f->d, &f->a, &f->p, &f->err);
}

static void
a_package_holds_the_files_of_its_dataset(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f);
	assert_int_equal(want(&f), OD_OK);
	assert_string_equal(f.p.name, "open-d-plan-items");
	assert_int_equal(f.p.n_resources, 3);
	assert_string_equal(f.p.resources[0].file_name, "plan_items.csv");
	assert_string_equal(f.p.resources[1].format, "ZIP");
	assert_string_equal(f.p.resources[2].file_name, "plan_items-dictionary.csv");
	assert_int_equal(f.p.tags.n, 2); /* without marks: ประชากร, land */
	od_arena_release(&f.a);
}

static void
what_was_sent_is_no_difference(void **state)
{
	struct od_buf body = {0}, update = {0}, names = {0};
	const struct od_json *have;
	struct fixture f;

	(void)state;
	setup(&f);
	assert_int_equal(want(&f), OD_OK);
	od_want_create(&f.p, false, &body);
	have = json(&f, od_buf_str(&body));
	assert_false(od_want_update(&f.p, have, false, &update, &names));
	f.d.version = "1.1.0";
	f.frame.license_id = "odc-by";
	assert_int_equal(want(&f), OD_OK);
	assert_true(od_want_update(&f.p, have, false, &update, &names));
	assert_string_equal(od_buf_str(&names), "license_id, extras");
	od_buf_release(&body);
	od_buf_release(&update);
	od_buf_release(&names);
	od_arena_release(&f.a);
}

static void
extras_of_others_stay(void **state)
{
	struct od_buf update = {0}, names = {0};
	struct fixture f;

	(void)state;
	setup(&f);
	assert_int_equal(want(&f), OD_OK);
	assert_true(
	    od_want_update(&f.p,
	                   json(&f, "{\"extras\":[{\"key\":\"theirs\",\"value\":\"1\"},"
	                            "{\"key\":\"identifier\",\"value\":\"old\"}]}"),
	                   false, &update, &names));
	assert_non_null(strstr(od_buf_str(&update),
	                       "\"extras\":[{\"key\":\"theirs\",\"value\":\"1\"},"
	                       "{\"key\":\"uri\""));
	assert_null(strstr(od_buf_str(&update), "old"));
	od_buf_release(&update);
	od_buf_release(&names);
	od_arena_release(&f.a);
}

static void
ours_is_what_has_the_id_of_its_path(void **state)
{
	char id[OD_UUID_TEXT];
	struct fixture f;
	const char *text;

	(void)state;
	setup(&f);
	od_want_resource_id(&f.spec.catalog, "plan_items", "data/a.csv", id);
	text = od_arena_printf(&f.a, "{\"id\":\"%s\",\"release_path\":\"data/a.csv\"}",
	                       id);
	assert_true(od_want_is_ours(&f.spec.catalog, "plan_items", json(&f, text)));
	assert_false(od_want_is_ours(&f.spec.catalog, "projects", json(&f, text)));
	text = od_arena_printf(&f.a, "{\"id\":\"%s\",\"release_path\":\"data/b.csv\"}",
	                       id);
	assert_false(od_want_is_ours(&f.spec.catalog, "plan_items", json(&f, text)));
	text = od_arena_printf(&f.a, "{\"id\":\"%s\"}", id);
	assert_false(od_want_is_ours(&f.spec.catalog, "plan_items", json(&f, text)));
	od_arena_release(&f.a);
}

/* Writes YAML to a file, since trees know their place in one. */
static const struct od_node *
yaml(struct fixture *f, const char *text)
{
	char path[] = "/tmp/upload_want_XXXXXX";
	const struct od_node *root;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(od_yaml_load(path, OD_KIND_SCHEMA, &f->a, &root, &f->err),
	                 OD_OK);
	unlink(path);
	return root;
}

static void
a_form_gets_what_is_declared_and_what_it_knows(void **state)
{
	struct fixture f;
	struct od_buf body = {0};
	const struct od_json *made;

	(void)state;
	setup(&f);
	f.frame.form.schema = json(
	    &f, "{\"dataset_fields\":[{\"field_name\":\"data_type\",\"required\":true},"
		"{\"field_name\":\"objective\"},{\"field_name\":\"license_id\"},"
		"{\"field_name\":\"tag_string\",\"required\":true}]}");
	f.d.gdc = yaml(&f, "data_type: ระเบียน\nobjective: [ก, ข]\nlicense_id: Open\n"
	                   "unknown_there: x\n");
	assert_int_equal(want(&f), OD_OK);
	od_want_create(&f.p, true, &body);
	made = json(&f, od_buf_str(&body));
	assert_string_equal(od_json_text(made, "data_type"), "ระเบียน");
	assert_int_equal(od_json_find(made, "objective")->n, 2);
	assert_string_equal(od_json_text(made, "license_id"), "Open");
	assert_string_equal(od_json_text(made, "tag_string"), "ที่ดิน,ประชากร,land");
	assert_null(od_json_find(made, "unknown_there"));
	assert_null(od_json_find(made, "tags"));
	od_buf_release(&body);
	od_arena_release(&f.a);
}

static void
a_bad_declaration_is_a_schema_fault(void **state)
{
	static const struct {
		const char *gdc, *says;
	} cases[] = {
	    {"objective: [ก]\n",
	     "lacks fields that the CKAN server requires: data_type"},
	    {"data_type: x\ntitle: y\n", "'title' is decided by the publisher"},
	    {"data_type: {a: b}\n", "'data_type' must be a text or a list of texts"},
	    {"data_type: [[a]]\n", "'data_type' must be a text or a list of texts"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f;

		setup(&f);
		f.frame.form.schema = json(&f, "{\"dataset_fields\":[{\"field_name\":"
		                               "\"data_type\",\"required\":true}]}");
		f.d.gdc = yaml(&f, cases[i].gdc);
		assert_int_equal(want(&f), OD_RUN);
		assert_int_equal(f.err.kind, OD_KIND_SCHEMA);
		assert_non_null(strstr(f.err.msg, cases[i].says));
		od_arena_release(&f.a);
	}
}

/* A form with choices, one that needs a text beside "others", and the computed fields.
 */
#define FORM                                                                           \
	"{\"dataset_fields\":[{\"field_name\":\"license_id\",\"required\":true,"       \
	"\"choices\":[{\"value\":\"cc-by\"},{\"value\":\"other\"}]},"                  \
	"{\"field_name\":\"objective\",\"choices\":[{\"value\":\"ก\"},"              \
	"{\"value\":\"อื่นๆ\"}]},{\"field_name\":\"objective_other\"},"      \
	"{\"field_name\":\"last_updated_date\"},"                                      \
	"{\"field_name\":\"disaggregate\"},{\"field_name\":\"unit_of_measure\"},"      \
	"{\"field_name\":\"first_year_of_data\"},"                                     \
	"{\"field_name\":\"last_year_of_data\"}]}"

static void
values_are_choices_of_the_form(void **state)
{
	static const struct {
		const char *gdc, *says; /* NULL: taken */
		const char *license;
	} cases[] = {
	    {"license_id: cc-by\n", NULL, "cc-by"},
	    {"license_id: Creative Commons\n", NULL, "other"},
	    {"license_id: Public\n",
	     "'Public' is no choice of the CKAN server for 'license_id'", NULL},
	    {"license_id: cc-by\nobjective: [ก, ข]\n",
	     "'ข' is no choice of the CKAN server for 'objective'", NULL},
	    {"license_id: cc-by\nobjective: [ก, อื่นๆ]\n",
	     "without a text in 'objective_other'", NULL},
	    {"license_id: cc-by\nobjective: [ก, อื่นๆ]\nobjective_other: x\n", NULL,
	     "cc-by"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct fixture f;
		struct od_buf body = {0};

		setup(&f);
		f.frame.form.schema = json(&f, FORM);
		f.spec.catalog.node =
		    yaml(&f, "gdc_alternatives:\n  license_id:\n    Creative Commons: "
		             "[cc0, other, cc-by]\n");
		f.d.gdc = yaml(&f, cases[i].gdc);
		assert_int_equal(want(&f), cases[i].says ? OD_RUN : OD_OK);
		if (cases[i].says) {
			assert_int_equal(f.err.kind, OD_KIND_SCHEMA);
			assert_non_null(strstr(f.err.msg, cases[i].says));
		} else {
			od_want_create(&f.p, true, &body);
			assert_string_equal(
			    od_json_text(json(&f, od_buf_str(&body)), "license_id"),
			    cases[i].license);
		}
		od_buf_release(&body);
		od_arena_release(&f.a);
	}
}

static void
dates_of_the_data_fill_the_form(void **state)
{
	static const struct od_field year = {.name = "fiscal_year_be"};
	struct od_artefact part = {.path = "p",
	                           .role = OD_ROLE_PARTITION,
	                           .dataset = "other",
	                           .by = "fiscal_year_be",
	                           .value = "2567"};
	struct od_buf body = {0};
	const struct od_json *made;
	struct fixture f;

	(void)state;
	setup(&f);
	f.ctx.created = "2026-06-30T10:00:00+07:00";
	f.frame.form.schema = json(&f, FORM);
	f.d.gdc =
	    yaml(&f, "license_id: cc-by\ndisaggregate: [x]\nunit_of_measure: y\n");
	f.d.derived = true;
	f.d.fields = &year;
	f.d.n_fields = 1;
	od_artefacts_add(&f.files, &f.a, &part);
	part.value = "2561";
	od_artefacts_add(&f.files, &f.a, &part);
	assert_int_equal(want(&f), OD_OK);
	od_want_create(&f.p, true, &body);
	made = json(&f, od_buf_str(&body));
	assert_string_equal(od_json_text(made, "last_updated_date"), "2026-06-30");
	assert_string_equal(od_json_text(made, "first_year_of_data"), "2561");
	assert_string_equal(od_json_text(made, "last_year_of_data"), "2567");
	od_buf_release(&body);
	od_arena_release(&f.a);
}

static void
the_journal_tells_what_it_was_told(void **state)
{
	char dir[] = "/tmp/upload_journal_XXXXXX";
	struct od_arena a = {0};
	struct od_journal j;
	struct od_err err;
	const char *path;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path = od_arena_printf(&a, "%s/upload.json", dir);
	od_journal_load(&j, path, "x.example", &a);
	assert_int_equal(od_journal_put(&j, "one", "2026-01-01", "aa", &err), OD_OK);
	assert_int_equal(od_journal_put(&j, "two", "2026-01-02", "bb", &err), OD_OK);
	assert_int_equal(od_journal_put(&j, "one", "2026-01-03", "cc", &err), OD_OK);
	od_journal_load(&j, path, "x.example", &a);
	assert_true(od_journal_has(&j, "one", "2026-01-03", "cc"));
	assert_true(od_journal_has(&j, "two", "2026-01-02", "bb"));
	assert_false(od_journal_has(&j, "one", "2026-01-01", "cc"));
	assert_false(od_journal_has(&j, "one", "2026-01-03", "aa"));
	assert_false(od_journal_has(&j, "three", "2026-01-03", "aa"));
	od_journal_load(&j, path, "other.example", &a);
	assert_false(od_journal_has(&j, "one", "2026-01-03", "cc"));
	assert_int_equal(od_out_file(path, OD_SPAN("{\"server\":\"x.exa"), &err),
	                 OD_OK);
	od_journal_load(&j, path, "x.example", &a);
	assert_int_equal(j.n, 0);
	assert_int_equal(od_dir_remove(dir, &err), OD_OK);
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_package_holds_the_files_of_its_dataset),
	    cmocka_unit_test(what_was_sent_is_no_difference),
	    cmocka_unit_test(extras_of_others_stay),
	    cmocka_unit_test(ours_is_what_has_the_id_of_its_path),
	    cmocka_unit_test(a_form_gets_what_is_declared_and_what_it_knows),
	    cmocka_unit_test(a_bad_declaration_is_a_schema_fault),
	    cmocka_unit_test(values_are_choices_of_the_form),
	    cmocka_unit_test(dates_of_the_data_fill_the_form),
	    cmocka_unit_test(the_journal_tells_what_it_was_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
