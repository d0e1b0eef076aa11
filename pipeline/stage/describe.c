#include "stage/describe.h"

#include <stdio.h>
#include <string.h>

#include "fmt/format.h"
#include "stage/describe_graph.h"
#include "stage/emit_files.h"
#include "stage/export.h"

enum { MAX_PAGE = 50 * 1000 * 1000 }; /* ckanext-dcat reads no more */

#define CSVW "application/csvm+json"

const char *
od_dataset_iri(struct od_arena *a, const struct od_stage_ctx *ctx,
               const struct od_dataset *d, const char *name)
{
	return od_arena_printf(a, "%sdatasets/%s/#%s", ctx->base_url, d->id, name);
}

const char *
od_landing_url(struct od_arena *a, const struct od_stage_ctx *ctx,
               const struct od_dataset *d)
{
	return od_arena_printf(a, "%sdatasets/%s/", ctx->base_url, d->id);
}

const char *
od_download_url(struct od_arena *a, const struct od_stage_ctx *ctx,
                const struct od_artefact *f)
{
	return od_arena_printf(a, "%s%s?v=%.12s", ctx->base_url, f->path, f->sha256);
}

size_t
od_listed_files(const struct od_artefacts *files, const struct od_dataset *d,
                struct od_listed *to, size_t max)
{
	const struct od_artefact *zip =
	    od_artefacts_find(files, OD_ROLE_BUNDLE, d->id, "zip", "", "");
	size_t n = 0;

	for (size_t i = 0; od_formats[i] && n < max; i++) {
		const struct od_format *f = od_formats[i];
		const struct od_artefact *file =
		    od_artefacts_find(files, OD_ROLE_DATA, d->id, f->name, "", "");

		if (file)
			to[n++] = (struct od_listed){file, f->name, f->eu_file_type,
			                             f->title};
	}
	if (zip && n < max)
		to[n++] = (struct od_listed){
		    zip,
		    "zip",
		    "ZIP",
		    {"ชุดไฟล์ ZIP พร้อมคำอธิบายข้อมูล", "ZIP with documentation"}};
	return n;
}

#define YEAR "fiscal_year_be"

static bool
year_of(const struct od_artefact *f, int *year)
{
	if (f->role != OD_ROLE_PARTITION || strcmp(f->by, YEAR) != 0 ||
	    strlen(f->value) != 4 || sscanf(f->value, "%4d", year) != 1)
		return false;
	return *year > 2443 && *year < 2743; /* 1901 to 2199 in the Common Era */
}

bool
od_dataset_period(const struct od_artefacts *files, const struct od_dataset *d,
                  struct od_period *p)
{
	bool all = d->derived && od_field_find(d, YEAR);
	int first = 9999, last = 0, year;

	for (size_t i = 0; i < files->n; i++)
		if ((all || !strcmp(files->v[i].dataset, d->id)) &&
		    year_of(&files->v[i], &year)) {
			first = year < first ? year : first;
			last = year > last ? year : last;
		}
	if (!last)
		return false;
	p->first_be = first;
	p->last_be = last;
	/* A Thai fiscal year begins on 1 October of the year before. */
	snprintf(p->from, sizeof(p->from), "%04d-10-01", (first - 544) % 10000);
	snprintf(p->to, sizeof(p->to), "%04d-09-30", (last - 543) % 10000);
	return true;
}

const char *
od_latin_title(struct od_arena *a, const struct od_dataset *d)
{
	return od_arena_printf(a, "%s (%s)", d->title.th, d->id);
}

static enum od_rc
write_package(const struct od_stage_ctx *ctx, struct od_artefacts *files,
              struct od_buf *b, struct od_err *err)
{
	const struct od_catalog *c = &ctx->spec->catalog;
	size_t room = ctx->spec->n_datasets;
	const struct od_artefact **tables =
	    od_arena_array(ctx->run, room, sizeof(*tables));
	/* What is listed meanwhile moves the list. */
	struct od_artefact *copies = od_arena_array(ctx->run, room, sizeof(*copies));
	enum od_rc rc;
	struct od_package p = {.name = c->id,
	                       .title = c->title,
	                       .description = c->description,
	                       .whole = true,
	                       .created = ctx->created};

	for (size_t i = 0; i < ctx->spec->n_datasets; i++) {
		const struct od_artefact *f = od_artefacts_find(
		    files, OD_ROLE_DATA, ctx->spec->datasets[i].id, "csv", "", "");

		if (f) {
			copies[p.n] = *f;
			tables[p.n] = &copies[p.n];
			p.n++;
		}
	}
	p.tables = tables;
	b->n = 0;
	od_describe_package(ctx, &p, b);
	rc = od_emit_metadata(ctx, "datapackage.json", "application/json",
	                      od_buf_view(b), files, err);
	b->n = 0;
	od_describe_csvw(ctx, &p, b);
	if (!rc)
		rc = od_emit_metadata(ctx, "csv-metadata.json", CSVW, od_buf_view(b),
		                      files, err);
	for (size_t i = 0; i < p.n && !rc; i++) {
		const char *dir = od_arena_printf(ctx->run, "data/%s/csv-metadata.json",
		                                  copies[i].dataset);

		b->n = 0;
		od_describe_csvw_table(ctx, &copies[i], b);
		rc = od_emit_metadata(ctx, dir, CSVW, od_buf_view(b), files, err);
	}
	return rc;
}

static const struct {
	const char *extension, *media_type;
	void (*write)(const struct od_graph *g, struct od_buf *b);
} forms[] = {
    {"ttl", "text/turtle", od_graph_turtle},
    {"jsonld", "application/ld+json", od_graph_jsonld},
    {"rdf", "application/rdf+xml", od_graph_rdfxml},
};

const char *
od_dcat_page_path(struct od_arena *a, size_t number, const char *extension)
{
	if (number == 0)
		return od_arena_printf(a, "catalog.%s", extension);
	return od_arena_printf(a, "catalog-%zu.%s", number + 1, extension);
}

static enum od_rc
write_catalog(const struct od_stage_ctx *ctx, struct od_artefacts *files,
              struct od_buf *b, struct od_err *err)
{
	size_t size = ctx->spec->catalog.page;
	size_t pages = (ctx->spec->n_datasets + size - 1) / size;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < pages * OD_ARRAY_LEN(forms) && !rc; i++) {
		const size_t form = i % OD_ARRAY_LEN(forms);
		const struct od_dcat_page page = {i / OD_ARRAY_LEN(forms), pages,
		                                  forms[form].extension};
		struct od_graph g = {0};

		od_describe_dcat(ctx, files, &page, &g);
		b->n = 0;
		forms[form].write(&g, b);
		od_graph_release(&g);
		if (b->n > MAX_PAGE)
			return od_err_set(err, OD_KIND_SCHEMA,
			                  "a page of the catalogue has %zu bytes; "
			                  "harvesters stop at %d: make catalog_page "
			                  "smaller",
			                  b->n, MAX_PAGE);
		rc = od_emit_metadata(
		    ctx, od_dcat_page_path(ctx->run, page.number, page.extension),
		    forms[form].media_type, od_buf_view(b), files, err);
	}
	return rc;
}

static enum od_rc
write_void(const struct od_stage_ctx *ctx, struct od_artefacts *files, struct od_buf *b,
           struct od_err *err)
{
	struct od_graph g = {0};

	od_describe_void(ctx, &g);
	b->n = 0;
	od_graph_turtle(&g, b);
	od_graph_release(&g);
	return od_emit_metadata(ctx, "void.ttl", "text/turtle", od_buf_view(b), files,
	                        err);
}

enum od_rc
od_describe(const struct od_stage_ctx *ctx, struct od_artefacts *files,
            struct od_err *err)
{
	struct od_buf b = {0};
	enum od_rc rc = write_package(ctx, files, &b, err);

	if (!rc)
		rc = write_catalog(ctx, files, &b, err);
	if (!rc)
		rc = write_void(ctx, files, &b, err);
	if (!rc) {
		b.n = 0;
		od_describe_datajson(ctx, files, &b);
		rc = od_emit_metadata(ctx, "data.json", "application/json",
		                      od_buf_view(&b), files, err);
	}
	b.n = 0;
	if (!rc && od_export_openapi(ctx, files, &b))
		rc = od_emit_metadata(ctx, "api/openapi.json", "application/json",
		                      od_buf_view(&b), files, err);
	od_buf_release(&b);
	return rc;
}
