#include "stage/bundle.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/pool.h"
#include "fmt/format.h"
#include "fmt/zip.h"
#include "stage/bundle_text.h"
#include "stage/describe.h"
#include "stage/emit_files.h"

/* A member made in memory, or a file of the release. */
struct member {
	const char *name;
	struct od_span text;
	const char *path; /* NULL: text */
	char sha256[OD_SHA256_HEX];
};

struct bundle {
	const char *path; /* below the release */
	struct od_text2 title, description;
	const char *dataset, *by, *value;
	const char *newest;
	const struct od_artefact **tables; /* the data files */
	size_t n_tables, cap;
	uint64_t bytes; /* of the tables: how much work it is */
	bool whole;
	/* filled by its task */
	struct od_arena arena;
	struct od_out_fact fact;
};

struct bundles {
	const struct od_stage_ctx *ctx;
	const struct od_artefacts *files;
	const struct od_artefacts *before; /* what the live release holds */
	struct bundle *v;
	size_t n, cap;
};

/* ---- which bundles there are */

static bool
has_word(const char *const *words, const char *word)
{
	for (size_t i = 0; words && words[i]; i++)
		if (!strcmp(words[i], word))
			return true;
	return false;
}

static struct bundle *
add_bundle(struct bundles *all, struct bundle one)
{
	if (all->n == all->cap) {
		size_t cap = all->cap ? 2 * all->cap : 64;
		struct bundle *v = od_arena_array(all->ctx->run, cap, sizeof(*v));

		if (all->n)
			memcpy(v, all->v, all->n * sizeof(*v));
		all->v = v;
		all->cap = cap;
	}
	all->v[all->n] = one;
	return &all->v[all->n++];
}

static void
add_table(struct bundles *all, struct bundle *b, size_t file, const char *const *newest,
          size_t n_newest)
{
	if (b->n_tables == b->cap) {
		size_t cap = b->cap ? 2 * b->cap : 16;
		const struct od_artefact **v = od_arena_array(
		    all->ctx->run, cap, sizeof(const struct od_artefact *));

		if (b->n_tables)
			memcpy(v, b->tables,
			       b->n_tables * sizeof(const struct od_artefact *));
		b->tables = v;
		b->cap = cap;
	}
	b->tables[b->n_tables++] = &all->files->v[file];
	b->bytes += all->files->v[file].bytes;
	if (file < n_newest && strcmp(newest[file], b->newest) > 0)
		b->newest = newest[file];
}

/* "fiscal_year_be" -> "fiscal-year", "province_code" -> "province". */
static const char *
name_of_parts(struct od_arena *a, const char *by)
{
	static const char *const endings[] = {"_be", "_ce", "_code", "_id"};
	char *name = od_arena_str(a, by);
	size_t n = strlen(name);

	for (size_t i = 0; i < OD_ARRAY_LEN(endings); i++) {
		size_t k = strlen(endings[i]);

		if (n > k && !strcmp(name + n - k, endings[i])) {
			name[n - k] = '\0';
			break;
		}
	}
	for (char *p = name; *p; p++)
		if (*p == '_')
			*p = '-';
	return name;
}

/* The value as it stands in the path of the part: ".../by=VALUE/..." */
static const char *
value_in_path(struct od_arena *a, const struct od_artefact *f)
{
	const char *from = strchr(f->path, '=') + 1;

	return od_arena_dup(a, (struct od_span){from, strcspn(from, "/")}).p;
}

static struct od_text2
title_of_part(struct od_arena *a, const struct od_catalog *c, const struct od_field *f,
              const char *value)
{
	const struct od_code *code =
	    f->codelist ? od_codelist_find(f->codelist, od_span_str(value)) : NULL;

	return (struct od_text2){
	    od_arena_printf(a, "%s: %s %s%s%s", c->title.th, f->title.th, value,
	                    code ? " " : "", code ? code->name_th : ""),
	    od_arena_printf(a, "%s: %s %s%s%s", c->title.en, f->title.en, value,
	                    code ? " " : "", code ? code->name_en : "")};
}

static struct bundle *
bundle_of_part(struct bundles *all, const struct od_partition *p,
               const struct od_artefact *f)
{
	struct od_arena *a = all->ctx->run;
	const struct od_catalog *c = &all->ctx->spec->catalog;

	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].by, f->by) && !strcmp(all->v[i].value, f->value))
			return &all->v[i];
	return add_bundle(all, (struct bundle){
				   .path = od_arena_printf(a, "bundles/%s-%s.zip",
	                                                   name_of_parts(a, f->by),
	                                                   value_in_path(a, f)),
				   .title = title_of_part(a, c, p->field, f->value),
				   .description = c->description,
				   .dataset = "",
				   .by = f->by,
				   .value = f->value,
				   .newest = "",
			       });
}

static const struct od_partition *
partition_of(const struct od_dataset *d, const char *by)
{
	for (size_t i = 0; i < d->n_partitions; i++)
		if (!strcmp(d->partitions[i].by, by))
			return &d->partitions[i];
	return NULL;
}

static void
add_whole(struct bundles *all, const struct od_dataset *d)
{
	add_bundle(all,
	           (struct bundle){
		       .path = od_arena_printf(all->ctx->run, "bundles/%s.zip", d->id),
		       .title = d->title,
		       .description = d->description,
		       .dataset = d->id,
		       .by = "",
		       .value = "",
		       .newest = "",
		       .whole = true,
		   });
}

static void
plan_dataset(struct bundles *all, const struct od_dataset *d, const char *const *newest,
             size_t n_newest)
{
	size_t own = SIZE_MAX; /* position: pointers move when bundles are added */

	for (size_t i = 0; i < all->files->n; i++) {
		const struct od_artefact *f = &all->files->v[i];

		if (strcmp(f->dataset, d->id) != 0 || !has_word(d->bundle, f->format))
			continue;
		if (f->role == OD_ROLE_DATA) {
			if (own == SIZE_MAX) {
				own = all->n;
				add_whole(all, d);
			}
			add_table(all, &all->v[own], i, newest, n_newest);
		} else if (f->role == OD_ROLE_PARTITION) {
			const struct od_partition *p = partition_of(d, f->by);

			add_table(all, bundle_of_part(all, p, f), i, newest, n_newest);
		}
	}
}

static int
by_work(const void *a, const void *b)
{
	const struct bundle *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return strcmp(x->path, y->path);
}

/* ---- what is in one */

struct contents {
	struct member *v;
	size_t n, cap;
	struct od_arena *a;
};

static struct member *
add_member(struct contents *c, const char *name)
{
	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 64;
		struct member *v = od_arena_array(c->a, cap, sizeof(*v));

		if (c->n)
			memcpy(v, c->v, c->n * sizeof(*v));
		c->v = v;
		c->cap = cap;
	}
	c->v[c->n] = (struct member){.name = name};
	return &c->v[c->n++];
}

static void
add_text(struct contents *c, const char *name, struct od_buf *b)
{
	struct member *m = add_member(c, name);

	m->text = od_arena_dup(c->a, od_buf_view(b));
	od_sha256_hex(m->text, m->sha256);
	b->n = 0;
}

static void
add_file(struct contents *c, const struct od_stage_ctx *ctx,
         const struct od_artefact *f)
{
	struct member *m = add_member(c, f->path);

	m->path = od_arena_printf(c->a, "%s/%s", ctx->wd.release, f->path);
	memcpy(m->sha256, f->sha256, sizeof(m->sha256));
}

static void
add_path(struct contents *c, const struct bundles *all, const char *path)
{
	for (size_t i = 0; i < all->files->n; i++)
		if (!strcmp(all->files->v[i].path, path)) {
			add_file(c, all->ctx, &all->files->v[i]);
			return;
		}
}

static bool
uses_codelist(const struct bundles *all, const struct bundle *b,
              const struct od_codelist *l)
{
	for (size_t i = 0; i < b->n_tables; i++) {
		const struct od_dataset *d =
		    od_dataset_find(all->ctx->spec, b->tables[i]->dataset);

		for (size_t k = 0; k < d->n_fields; k++)
			if (d->fields[k].codelist == l)
				return true;
	}
	return false;
}

static bool
is_first_of_dataset(const struct bundle *b, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(b->tables[k]->dataset, b->tables[i]->dataset))
			return false;
	return true;
}

static void
add_documents(const struct bundles *all, const struct bundle *b, struct contents *c)
{
	const struct od_stage_ctx *ctx = all->ctx;
	struct od_bundle_readme readme = {b->title, b->description, b->newest,
	                                  b->tables, b->n_tables};
	const struct od_artefact **tables =
	    od_arena_array(c->a, b->n_tables, sizeof(const struct od_artefact *));
	struct od_package package = {
	    .title = b->title,
	    .description = b->description,
	    .tables = tables,
	    .whole = b->whole,
	    .created =
		b->newest[0] ? od_arena_printf(c->a, "%s+07:00", b->newest) : ""};
	struct od_buf text = {0};

	for (size_t i = 0; i < b->n_tables; i++)
		if (!strcmp(b->tables[i]->format, "csv"))
			tables[package.n++] = b->tables[i];
	od_bundle_readme_th(ctx, &readme, &text);
	add_text(c, "README.th.txt", &text);
	od_bundle_readme_en(ctx, &readme, &text);
	add_text(c, "README.en.txt", &text);
	add_path(c, all, "LICENSE.txt");
	add_path(c, all, "CITATION.cff");
	package.name =
	    od_arena_dup(c->a,
	                 (struct od_span){b->path + sizeof("bundles/") - 1,
	                                  strlen(b->path) - sizeof("bundles/.zip") + 1})
		.p;
	od_describe_package(ctx, &package, &text);
	add_text(c, "datapackage.json", &text);
	od_describe_csvw(ctx, &package, &text);
	add_text(c, "csv-metadata.json", &text);
	for (size_t i = 0; i < b->n_tables; i++)
		if (is_first_of_dataset(b, i))
			add_path(c, all,
			         od_dictionary_path(
				     c->a, od_dataset_find(ctx->spec,
			                                   b->tables[i]->dataset)));
	for (size_t i = 0; i < ctx->spec->n_codelists; i++)
		if (uses_codelist(all, b, &ctx->spec->codelists[i]))
			add_path(c, all,
			         od_codelist_path(c->a, &ctx->spec->codelists[i]));
	od_buf_release(&text);
}

static void
add_sums(struct contents *c)
{
	struct od_buf text = {0};

	for (size_t i = 0; i < c->n; i++)
		od_buf_printf(&text, "%s  %s\n", c->v[i].sha256, c->v[i].name);
	add_text(c, "SHA256SUMS", &text);
	od_buf_release(&text);
}

/* ---- making one */

/*
 * Takes a bundle from the live release if that has equal contents: its comment is the
 * hash of its checksums, and its own hash is the one its run noted. That note lies in
 * the private state, so a file spoiled since then is not signed again.
 */
static bool
keep_live(const struct bundles *all, struct bundle *b, const char *comment,
          const char *target)
{
	const struct od_stage_ctx *ctx = all->ctx;
	const char *live = od_arena_printf(&b->arena, "%s/%s", ctx->wd.live, b->path);
	const struct od_artefact *before = od_artefacts_find(
	    all->before, OD_ROLE_BUNDLE, b->dataset, "zip", b->by, b->value);
	char found[OD_ZIP_COMMENT_MAX];
	struct od_err ignored = {0};

	if (!before || !ctx->wd.live[0])
		return false;
	od_zip_read_comment(live, found);
	if (strcmp(found, comment) != 0 ||
	    od_sha256_file(live, b->fact.sha256, &b->fact.bytes, &ignored) ||
	    strcmp(b->fact.sha256, before->sha256) != 0)
		return false;
	unlink(target);
	return link(live, target) == 0;
}

static enum od_rc
make(size_t i, void *u, struct od_err *err)
{
	struct bundles *all = u;
	struct bundle *b = &all->v[i];
	struct contents c = {.a = &b->arena};
	const char *target =
	    od_arena_printf(&b->arena, "%s/%s", all->ctx->wd.release, b->path);
	const char *comment;
	struct od_zip *z;
	enum od_rc rc;

	add_documents(all, b, &c);
	for (size_t k = 0; k < b->n_tables; k++)
		add_file(&c, all->ctx, b->tables[k]);
	add_sums(&c);
	comment = od_arena_printf(&b->arena, "SHA-256 of SHA256SUMS: %s",
	                          c.v[c.n - 1].sha256);
	od_progress_add(1);
	if (keep_live(all, b, comment, target))
		return OD_OK;
	z = od_zip_open(target);
	for (size_t k = 0; k < c.n; k++) {
		if (c.v[k].path)
			od_zip_file(z, c.v[k].name, c.v[k].path);
		else
			od_zip_add(z, c.v[k].name, c.v[k].text);
	}
	od_zip_comment(z, comment);
	rc = od_zip_close(z, &b->fact, err);
	return rc ? od_err_wrap(err, "bundle '%s'", b->path) : OD_OK;
}

/* ---- what stays outside */

static bool
is_loose(const struct od_stage_ctx *ctx, const struct od_artefact *f)
{
	const struct od_format *formats[OD_FORMATS_MAX];
	size_t n = od_formats_of_table(&ctx->spec->catalog,
	                               od_dataset_find(ctx->spec, f->dataset), f->rows,
	                               formats);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(formats[i]->name, f->format))
			return true;
	return false;
}

/* Removes the files that were only made for the bundles. */
static enum od_rc
remove_bundled(const struct od_stage_ctx *ctx, struct od_artefacts *files,
               struct od_err *err)
{
	size_t n = 0;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < files->n; i++) {
		const struct od_artefact *f = &files->v[i];

		if (rc || f->role != OD_ROLE_DATA || is_loose(ctx, f))
			files->v[n++] = *f;
		else
			rc = od_dir_remove(od_arena_printf(ctx->run, "%s/%s",
			                                   ctx->wd.release, f->path),
			                   err);
	}
	files->n = n;
	return rc;
}

enum od_rc
od_bundle_documents(const struct od_stage_ctx *ctx, struct od_artefacts *files,
                    struct od_err *err)
{
	struct od_buf b = {0};
	enum od_rc rc;

	od_bundle_license(&ctx->spec->catalog, &b);
	rc = od_emit_metadata(ctx, "LICENSE.txt", "text/plain", od_buf_view(&b), files,
	                      err);
	b.n = 0;
	od_bundle_citation(ctx, &b);
	if (!rc)
		rc = od_emit_metadata(ctx, "CITATION.cff", "application/yaml",
		                      od_buf_view(&b), files, err);
	od_buf_release(&b);
	return rc;
}

enum od_rc
od_bundle_all(const struct od_stage_ctx *ctx, struct od_artefacts *files,
              const struct od_artefacts *before, const char *const *newest,
              size_t n_newest, struct od_err *err)
{
	struct bundles all = {.ctx = ctx, .files = files, .before = before};
	enum od_rc rc;

	for (size_t i = 0; i < ctx->spec->n_datasets; i++)
		plan_dataset(&all, &ctx->spec->datasets[i], newest, n_newest);
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_work);
	rc = od_dir_make(od_arena_printf(ctx->run, "%s/bundles", ctx->wd.release), 0755,
	                 err);
	od_progress_begin("emit", "bundles", all.n);
	if (!rc)
		rc = od_pool_run(ctx->jobs, all.n, make, &all, err);
	od_progress_end();
	for (size_t i = 0; i < all.n; i++) {
		struct bundle *b = &all.v[i];
		uint64_t rows = 0;

		for (size_t k = 0; k < b->n_tables; k++)
			rows += b->tables[k]->rows;
		od_arena_release(&b->arena);
		if (!rc)
			od_artefacts_add(
			    files, ctx->run,
			    &(struct od_artefact){.path = b->path,
			                          .role = OD_ROLE_BUNDLE,
			                          .dataset = b->dataset,
			                          .format = "zip",
			                          .media_type = "application/zip",
			                          .by = b->by,
			                          .value = b->value,
			                          .bytes = b->fact.bytes,
			                          .rows = rows,
			                          .sha256 = b->fact.sha256});
	}
	return rc ? rc : remove_bundled(ctx, files, err);
}
