/*
 * ckan_tiny.c - the stage `upload` on a release of two small tables, for tests.
 *
 *   ckan_tiny DIR make VARIANT          builds DIR/output and DIR/state
 *   ckan_tiny DIR send URL ORG TOKENFILE [--dry-run] [--no-sleep]
 *
 * VARIANT: a word that becomes content, so that another word gives other bytes; with
 * "-fewer" at its end the second format is left out. CKAN_TINY_DATASETS in the
 * environment is the number of tables, 1 to 3.
 * Prints the note, or the error and its hint, and exits as odp would.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/out.h"
#include "stage/artefacts.h"
#include "stage/upload.h"

static void
must(enum od_rc rc, const struct od_err *err)
{
	if (rc == OD_OK)
		return;
	fprintf(stderr, "odp: %s\n", err->msg);
	if (err->hint[0])
		fprintf(stderr, "hint: %s\n", err->hint);
	exit(od_err_status(err->kind));
}

static const char *const words_th[] = {"โครงการ", "ที่ดิน", "ประชากร", NULL};
static const char *const words_en[] = {"projects", "R&D", "budget 2568", NULL};

static const char *const formats[] = {"csv", "json", NULL};

enum { ROWS = 2000 };

static const struct od_field fields[] = {
    {.name = "number", .type = OD_TYPE_INTEGER, .title = {"ลำดับที่", "Number"}},
    {.name = "table_name", .type = OD_TYPE_TEXT, .title = {"ชื่อตาราง", "Table"}},
    {.name = "variant", .type = OD_TYPE_CODE, .title = {"รุ่น", "Variant"}},
    {.name = "word",
     .type = OD_TYPE_TEXT,
     .title = {"คำ", "Word"},
     .description = {"คำว่าโครงการ", "The word for project"}},
};

static void
make_dataset(struct od_dataset *d, const char *id, struct od_arena *a)
{
	d->id = id;
	d->version = "1.0.0";
	d->title = (struct od_text2){od_arena_printf(a, "ตาราง %s", id),
	                             od_arena_printf(a, "Table %s", id)};
	d->description =
	    (struct od_text2){"ข้อมูล <b>โครงการ</b> *ทั้งหมด*",
	                      "All [projects](javascript:alert(1)) of a_b"};
	d->grain = (struct od_text2){"หนึ่งแถวคือหนึ่งโครงการ", "one row is one project"};
	d->formats = formats;
	d->fields = fields;
	d->n_fields = sizeof(fields) / sizeof(*fields);
	d->keywords_th = words_th;
	d->keywords_en = words_en;
	d->dir = "schemas/datasets/x";
}

static void
make_spec(struct od_spec *s, const char *n, struct od_arena *a)
{
	struct od_dataset *d = od_arena_array(a, 3, sizeof(*d));

	make_dataset(&d[0], "first_table", a);
	make_dataset(&d[1], "second", a);
	make_dataset(&d[2], "third", a);
	s->datasets = d;
	s->n_datasets = n ? (size_t)(*n - '0') : 2;
	s->catalog.id = "open-d";
	s->catalog.base_url = "https://portal.example/open-d/";
	s->catalog.license_id = "CC-BY-4.0";
	s->catalog.contact = (struct od_text2){"กองยุทธศาสตร์", "Division"};
	s->catalog.contact_email = "opendata@portal.example";
}

static void
add_file(struct od_artefacts *list, const char *root, const char *dataset,
         const char *format, const char *variant, struct od_arena *a)
{
	const char *path =
	    od_arena_printf(a, "data/%s/%s.%s", dataset, dataset, format);
	const char *full = od_arena_printf(a, "%s/%s", root, path);
	struct od_artefact f = {
	    .path = path,
	    .role = OD_ROLE_DATA,
	    .dataset = dataset,
	    .format = format,
	    .media_type = strcmp(format, "csv") == 0 ? "text/csv" : "application/json",
	    .by = "",
	    .value = "",
	    .rows = ROWS,
	};
	struct od_out_opts opts = {.sha256 = true};
	struct od_out_fact fact;
	struct od_err err;
	struct od_out *o = od_out_open(full, &opts);

	if (strcmp(format, "csv") == 0)
		od_out_puts(o, "number,table_name,variant,word\r\n");
	for (int i = 0; i < ROWS; i++)
		od_out_puts(
		    o, od_arena_printf(a, "%d,%s,%s,โครงการ\r\n", i, dataset, variant));
	must(od_out_close(o, &fact, &err), &err);
	f.bytes = fact.bytes;
	f.sha256 = od_arena_str(a, fact.sha256);
	od_artefacts_add(list, a, &f);
}

static void
make(const char *dir, const char *variant, const struct od_spec *s, struct od_arena *a)
{
	const char *root = od_arena_printf(a, "%s/output/current", dir);
	bool fewer = strstr(variant, "-fewer") != NULL;
	struct od_artefacts list = {0};
	struct od_err err;

	must(od_dir_remove(root, &err), &err);
	for (size_t i = 0; i < s->n_datasets; i++) {
		add_file(&list, root, s->datasets[i].id, "csv", variant, a);
		if (!fewer)
			add_file(&list, root, s->datasets[i].id, "json", variant, a);
	}
	must(od_out_file(od_arena_printf(a, "%s/manifest.json", root),
	                 OD_SPAN("{\"serial\":1}"), &err),
	     &err);
	must(od_out_file(od_arena_printf(a, "%s/manifest.json.minisig", root),
	                 OD_SPAN("x"), &err),
	     &err);
	must(od_dir_make(od_arena_printf(a, "%s/state/snapshots", dir), 0700, &err),
	     &err);
	must(od_artefacts_save(
		 &list, od_arena_printf(a, "%s/state/snapshots/1.artefacts.json", dir),
		 &err),
	     &err);
}

static void
no_sleep(unsigned ms, void *u)
{
	(void)ms;
	(void)u;
}

int
main(int argc, char **argv)
{
	struct od_upload_services services = {0};
	struct od_arena a = {0};
	struct od_spec spec = {0};
	struct od_stage_ctx ctx = {.spec = &spec, .serial = 1, .run = &a, .jobs = 1};
	struct od_err err;

	if (argc < 4)
		return 2;
	make_spec(&spec, getenv("CKAN_TINY_DATASETS"), &a);
	if (strcmp(argv[2], "make") == 0) {
		make(argv[1], argv[3], &spec, &a);
		od_arena_release(&a);
		return 0;
	}
	if (argc < 6)
		return 2;
	ctx.wd.output = od_arena_printf(&a, "%s/output", argv[1]);
	ctx.wd.state = od_arena_printf(&a, "%s/state", argv[1]);
	ctx.wd.live = "";
	ctx.wd.artefacts =
	    od_arena_printf(&a, "%s/snapshots/1.artefacts.json", ctx.wd.state);
	ctx.base_url = spec.catalog.base_url;
	ctx.ckan = argv[3];
	ctx.ckan_org = argv[4];
	ctx.ckan_token = argv[5];
	services.stall_seconds = 2;
	for (int i = 6; i < argc; i++) {
		if (strcmp(argv[i], "--dry-run") == 0)
			ctx.dry_run = true;
		if (strcmp(argv[i], "--no-sleep") == 0)
			services.sleep_ms = no_sleep;
	}
	must(od_upload_run(&ctx, &services, &err), &err);
	printf("%s\n", ctx.note ? ctx.note : "");
	od_arena_release(&a);
	return 0;
}
