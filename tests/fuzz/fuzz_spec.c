/*
 * fuzz_spec.c - schemas/ with a piece of one of its files replaced: it is loaded as it
 * says or refused with the file's name.
 *
 * Input: a byte that picks the file, two for the place in it (parts of 65536), one for
 * the bytes taken out there; the rest is put in. So the empty input is the good schema,
 * which must load.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"
#include "spec/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define T2 "{th: ก, en: a}"

static const struct {
	const char *name, *text;
} files[] = {
    {"catalog.yaml",
     "id: a\ntitle: " T2 "\ndescription: " T2 "\npublisher: " T2
     "\npublisher_uri: https://a/\npublisher_homepage: https://a/\ncontact: " T2
     "\ncontact_email: a@b.c\ncontact_phone: 1\nlicense_id: CC-BY-4.0\n"
     "license_uri: https://a/\nlicense_title: " T2
     "\nbase_url: https://a/\nspatial: " T2 "\ncreated: {dataset: a, field: day}\n"
     "retention: {newest: 7, months: 12}\nchanges: {releases: 30, megabytes: 64}\n"
     "catalog_page: 10\ngdc_alternatives: {a: {b: [c, d]}}\nexports: [e]\n"
     "small_tables: {up_to_rows: 9, formats: [csv]}\napi: " T2
     "\nscore: {valid: 50, clean: 30, filled: 20}\ndatasets: [a, b, c]\n"},
    {"datasets/a/dataset.yaml",
     "version: 1.0.0\ntitle: " T2 "\ndescription: " T2 "\ngrain: " T2
     "\nkeywords: {th: [ก], en: [a]}\ntheme: GOVE\nfrequency: DAILY\nkey: [id]\n"
     "formats: [csv]\nbundle: [csv]\nsums: [n]\npartitions:\n"
     "  - {by: code, formats: [csv]}\nlimits: {max_rejected: 0.5%, groups: [code], "
     "max_group_change: 30%}\nfields:\n"
     "  - {name: id, type: id, title: " T2 ", description: " T2
     ", public: true, required: true, unique: true, example: \"1\"}\n"
     "  - {name: day, type: datetime, title: " T2 ", description: " T2
     ", public: true}\n"
     "  - {name: month, type: code, title: " T2 ", description: " T2
     ", anonymize: \"generalize: month\"}\n"
     "  - {name: code, type: code, title: " T2 ", description: " T2
     ", public: true, codelist: v, max_length: 9, pattern: \"[0-9]+\"}\n"
     "  - {name: n, type: decimal, title: " T2 ", description: " T2
     ", public: true, scale: 2, minimum: 0, maximum: 10, unit: baht, "
     "deprecated: {since: 2026-01-01, until: 2027-01-01, use: code}}\n"
     "  - {name: t, type: text, title: " T2 ", description: " T2
     ", anonymize: redact}\n"
     "rules:\n  - {name: r, where: r.n > 1, effect: warn, title: " T2 ", mend: " T2
     "}\n"},
    {"datasets/b/dataset.yaml",
     "version: 1.0.0\ntitle: " T2 "\ndescription: " T2 "\ngrain: " T2
     "\nkeywords: {th: [ก], en: [a]}\ntheme: GOVE\nfrequency: DAILY\n"
     "key: [id, seq]\nformats: [csv]\nparent: {dataset: a, on: id}\n"
     "on_reject: parent\npersons: true\nquasi: [seq]\nk: 12\n"
     "adds_up_to:\n  - {dataset: a, on: [id]}\npartitions:\n"
     "  - {by: code, via: {dataset: a, on: id}, formats: [csv]}\nfields:\n"
     "  - {name: id, type: id, title: " T2 ", description: " T2
     ", public: true, required: true, references: {dataset: a, field: id}}\n"
     "  - {name: seq, type: integer, title: " T2 ", description: " T2
     ", public: true, required: true}\n"
     "  - {name: n, type: integer, title: " T2 ", description: " T2
     ", public: true, suppress_below: 11}\n"},
    {"datasets/c/dataset.yaml",
     "version: 1.0.0\ntitle: " T2 "\ndescription: " T2 "\ngrain: " T2
     "\nkeywords: {th: [ก], en: [a]}\ntheme: GOVE\nfrequency: DAILY\nkey: [id]\n"
     "formats: [csv]\nfields:\n  - {name: id, type: id, title: " T2 ", description: " T2
     ", public: true, required: true}\n"},
    {"advice.yaml", "required:\n  title: " T2 "\n  mend: " T2 "\n"},
    {"exports/e.yaml",
     "title: " T2 "\ndescription: " T2 "\npath: api/{id}.json\ncolumns:\n  id: " T2
     "\nrows: select 1\nschema: '{}'\n"},
    {"vocab/v.csv", "code,name_th,name_en,valid_from,valid_to\n1,ก,a,2020-01-01,\n"},
    {"datasets/a/extract.sql", "select 1"},
    {"datasets/b/extract.sql", "select 1"},
    {"datasets/c/derive.sql", "select 1"},
    {"datasets/a/about.th.md", "ก"},
    {"datasets/a/about.en.md", "a"},
    {"datasets/b/about.th.md", "ก"},
    {"datasets/b/about.en.md", "a"},
    {"datasets/c/about.th.md", "ก"},
    {"datasets/c/about.en.md", "a"},
};

static char dir[] = "/tmp/odp-fuzz-spec-XXXXXX";

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static void
put(const char *name, const void *text, size_t n)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	require(f && fwrite(text, 1, n, f) == n && fclose(f) == 0);
}

static void
leave(void)
{
	struct od_err err;

	if (od_dir_remove(dir, &err))
		return;
}

static void
make(void)
{
	static const char *const folders[] = {"datasets",   "datasets/a", "datasets/b",
	                                      "datasets/c", "exports",    "vocab"};

	require(mkdtemp(dir) && atexit(leave) == 0);
	for (size_t i = 0; i < OD_ARRAY_LEN(folders); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", dir, folders[i]);
		require(mkdir(path, 0700) == 0);
	}
	for (size_t i = 0; i < OD_ARRAY_LEN(files); i++)
		put(files[i].name, files[i].text, strlen(files[i].text));
}

/* What spec.h promises of whatever loads. */
static void
check(const struct od_spec *s)
{
	require(s->n_datasets > 0);
	for (size_t i = 0; i < s->n_datasets; i++) {
		const struct od_dataset *d = &s->datasets[i];

		require(od_dataset_find(s, d->id) == d && d->n_fields && d->n_key);
		require(*d->title.th && *d->title.en && !strchr(d->sql, ';'));
		for (size_t k = 0; k < d->n_key; k++)
			require(d->key[k]->required);
		for (size_t k = 0; k < d->n_fields; k++) {
			const struct od_field *f = &d->fields[k];

			require(od_field_find(d, f->name) == f && f->anonymize);
			require(!f->ref_dataset == !f->ref_field && f->scale <= 9);
		}
		for (size_t k = 0; k < d->n_partitions; k++)
			require(d->partitions[k].field != NULL);
	}
	for (size_t i = 0; i < s->n_codelists; i++)
		for (size_t k = 0; k < s->codelists[i].n; k++) {
			const struct od_code *c = &s->codelists[i].codes[k];

			require(od_codelist_find(&s->codelists[i],
			                         od_span_str(c->code)) == c);
		}
}

static enum od_rc
load(void)
{
	struct od_arena a = {0};
	const struct od_spec *s;
	struct od_err err;
	enum od_rc rc = od_spec_load(dir, &a, &s, &err);

	if (rc == OD_OK)
		check(s);
	else
		require(err.kind == OD_KIND_SCHEMA && strstr(err.msg, dir));
	od_arena_release(&a);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static bool made;
	struct od_buf b = {0};
	size_t file, length, at, out;

	if (!made) {
		make();
		made = true;
		require(load() == OD_OK);
	}
	if (n < 4)
		return 0;
	file = data[0] % OD_ARRAY_LEN(files);
	length = strlen(files[file].text);
	at = (size_t)(data[1] << 8 | data[2]) * (length + 1) / 65536;
	out = data[3] < length - at ? data[3] : length - at;
	od_buf_put(&b, files[file].text, at);
	od_buf_put(&b, data + 4, n - 4);
	od_buf_put(&b, files[file].text + at + out, length - at - out);
	put(files[file].name, b.p, b.n);
	(void)!load();
	put(files[file].name, files[file].text, length);
	od_buf_release(&b);
	return 0;
}
