/*
 * describe.h - what catalogues and programs read about the files of a release:
 * catalog.ttl, .jsonld and .rdf with their pages (DCAT-AP 3.0.1, one graph), void.ttl,
 * data.json (DCAT-US 1.1, non-federal), datapackage.json (Data Package 2.0),
 * csv-metadata.json (CSVW), sync/ (ResourceSync 1.1).
 */
#ifndef OD_STAGE_DESCRIBE_H
#define OD_STAGE_DESCRIBE_H

#include "core/buf.h"
#include "stage/artefacts.h"
#include "stage/stage.h"

/*
 * Writes all but ResourceSync and lists them. `files` already holds data, dictionaries,
 * bundles and exports, with their dates.
 */
OD_CHECKED enum od_rc od_describe(const struct od_stage_ctx *ctx,
                                  struct od_artefacts *files, struct od_err *err);

/* The parts, into a buffer. Strings that need room are made in ctx->run. */
struct od_graph;
void od_describe_void(const struct od_stage_ctx *ctx, struct od_graph *g);

/* One page of the catalogue: its datasets, and what is said of the whole. */
struct od_dcat_page {
	size_t number, of;     /* from 0 */
	const char *extension; /* pages lead to those of their own form: "ttl" */
};
void od_describe_dcat(const struct od_stage_ctx *ctx, const struct od_artefacts *files,
                      const struct od_dcat_page *page, struct od_graph *g);

/* "catalog.ttl", "catalog-2.ttl" */
const char *od_dcat_page_path(struct od_arena *a, size_t number, const char *extension);
void od_describe_datajson(const struct od_stage_ctx *ctx,
                          const struct od_artefacts *files, struct od_buf *b);

/* Lists the files so far and what changed since `before`, which is sorted. */
OD_CHECKED enum od_rc od_describe_sync(const struct od_stage_ctx *ctx,
                                       const struct od_artefacts *before,
                                       struct od_artefacts *files, struct od_err *err);

/* A package of tables: of the whole release, or of a bundle. */
struct od_package {
	const char *name;
	struct od_text2 title, description;
	const struct od_artefact *const *tables; /* CSV files, one a dataset */
	size_t n;
	bool whole;          /* the tables are whole: foreign keys hold between them */
	const char *created; /* RFC 3339, or "" */
};
void od_describe_package(const struct od_stage_ctx *ctx, const struct od_package *p,
                         struct od_buf *b);

/* CSVW metadata of a package's tables, and of one table beside its file. */
void od_describe_csvw(const struct od_stage_ctx *ctx, const struct od_package *p,
                      struct od_buf *b);
void od_describe_csvw_table(const struct od_stage_ctx *ctx,
                            const struct od_artefact *table, struct od_buf *b);

/* ---- shared by the forms */

/* IRI of a thing about a dataset: BASE/datasets/ID/#NAME. */
const char *od_dataset_iri(struct od_arena *a, const struct od_stage_ctx *ctx,
                           const struct od_dataset *d, const char *name);
const char *od_landing_url(struct od_arena *a, const struct od_stage_ctx *ctx,
                           const struct od_dataset *d);

/* URL of a file with a version: a harvester fetches it again when the bytes change. */
const char *od_download_url(struct od_arena *a, const struct od_stage_ctx *ctx,
                            const struct od_artefact *f);

/* The files of a dataset that a catalogue lists: whole forms, then its bundle. */
struct od_listed {
	const struct od_artefact *file;
	const char *name; /* "csv", "zip" */
	const char *eu_file_type;
	struct od_text2 title; /* of the form */
};
size_t od_listed_files(const struct od_artefacts *files, const struct od_dataset *d,
                       struct od_listed *to, size_t max);
enum { OD_MAX_LISTED = 16 };

/*
 * First and last day of the fiscal years in the data. A derived table with a fiscal
 * year has those of the tables that are cut by it; false: neither.
 */
struct od_period {
	char from[24], to[24];
	int first_be, last_be; /* years of the Buddhist Era */
};
bool od_dataset_period(const struct od_artefacts *files, const struct od_dataset *d,
                       struct od_period *p);

/* What a core CKAN calls the catalogue's licence; it finds one by its title. */
struct od_ckan_license {
	const char *id, *title;
};
struct od_ckan_license od_ckan_license_of(const struct od_catalog *c);

/* A title that holds Latin letters: CKAN makes a name of it and drops Thai ones. */
const char *od_latin_title(struct od_arena *a, const struct od_dataset *d);

#endif
