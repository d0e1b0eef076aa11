/*
 * portal.c - the stage that makes the web pages of a release.
 *
 * Templates, words, page kinds and assets come from site-templates/; rows from the
 * snapshot; sizes and checksums from the files that emit made. Pages are made by tasks
 * on several threads; what a task makes does not depend on which thread ran it, and
 * the sitemap is put together in the order of tasks.
 */
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/out.h"
#include "core/pool.h"
#include "row/snapshot.h"
#include "seal/known.h"
#include "search/build.h"
#include "site/escape.h"
#include "site/lexicon.h"
#include "site/maker.h"
#include "site/map.h"
#include "site/pages.h"
#include "stage/artefacts.h"
#include "stage/news.h"
#include "stage/portal_model.h"
#include "stage/portal_tree.h"
#include "stage/portal_withdrawn.h"
#include "stage/stage.h"

enum {
	MAX_ASSET = 4 * 1024 * 1024,
	SITEMAP_URLS = 50000, /* sitemaps.org: at most so many a file … */
	SITEMAP_BYTES = 50 * 1024 * 1024 - 1024, /* … and so many bytes */
};

#define FAVICON "favicon.ico"

/* ---- what earlier portals left */

static enum od_rc
remove_below(struct od_stage_ctx *ctx, const char *name, struct od_err *err)
{
	const char *path = od_arena_printf(ctx->run, "%s/%s", ctx->wd.release, name);

	return od_dir_remove(path, err);
}

static bool
is_emitted(const struct od_artefacts *files, const char *head)
{
	size_t n = strlen(head);

	for (size_t i = 0; i < files->n; i++)
		if (!strncmp(files->v[i].path, head, n) &&
		    (files->v[i].path[n] == '/' || files->v[i].path[n] == 0))
			return true;
	return false;
}

/* Everything that a page kind may have made, and the files around the pages. */
static enum od_rc
clean(struct od_stage_ctx *ctx, const struct od_pages *pages,
      const struct od_artefacts *files, struct od_err *err)
{
	char **names = od_dir_list(ctx->wd.release, ctx->run);
	enum od_rc rc = remove_below(ctx, "assets", err);

	if (!rc)
		rc = remove_below(ctx, "en", err);
	if (!rc)
		rc = remove_below(ctx, "csp.txt", err);
	if (!rc)
		rc = remove_below(ctx, FAVICON, err);
	for (size_t i = 0; i < pages->n && !rc; i++) {
		const char *head = od_path_head(&pages->kinds[i].path, ctx->run);

		if (!*head || is_emitted(files, head))
			return od_err_set(
			    err, OD_KIND_TEMPLATE,
			    "page kind '%s': the path '%s' is not its own",
			    pages->kinds[i].id, pages->kinds[i].path.pattern);
		rc = remove_below(ctx, head, err);
	}
	for (size_t i = 0; names && names[i] && !rc; i++)
		if (!strncmp(names[i], "sitemap", strlen("sitemap")))
			rc = remove_below(ctx, names[i], err);
	return rc;
}

/* ---- assets: names hold the hash of the content, so that caches may keep them; but
 * for FAVICON, which browsers look for by its name beside files that cannot name an
 * icon: feeds, pictures, CSV */

static const char *
asset_column(const char *name, struct od_arena *a)
{
	char *out = od_arena_str(a, name);

	for (char *p = out; *p; p++)
		if (*p == '.' || *p == '-')
			*p = '_';
	return out;
}

static enum od_rc
copy_asset(struct od_stage_ctx *ctx, const char *name, const char **to,
           struct od_err *err)
{
	struct od_arena *a = ctx->run;
	const char *dot = strrchr(name, '.');
	char hex[OD_SHA256_HEX];
	struct od_span bytes;
	enum od_rc rc =
	    od_file_read(od_arena_printf(a, "%s/assets/%s", ctx->wd.templates, name),
	                 MAX_ASSET, a, &bytes, OD_KIND_TEMPLATE, err);
	struct od_out *out;

	if (rc)
		return rc;
	od_sha256_hex(bytes, hex);
	*to = strcmp(name, FAVICON)
	          ? od_arena_printf(a, "assets/%.*s.%.10s%s",
	                            (int)(dot ? (size_t)(dot - name) : strlen(name)),
	                            name, hex, dot ? dot : "")
	          : FAVICON;
	out = od_out_open(od_arena_printf(a, "%s/%s", ctx->wd.release, *to), NULL);
	od_out_span(out, bytes);
	ctx->files++;
	return od_out_close(out, NULL, err);
}

static enum od_rc
copy_assets(struct od_stage_ctx *ctx, struct od_fixed_row *row, struct od_err *err)
{
	struct od_arena *a = ctx->run;
	const char *dir = od_arena_printf(a, "%s/assets", ctx->wd.templates);
	char **names = od_dir_list(dir, a);
	const char **columns;
	struct od_value *values;
	size_t n = 0;

	if (!names)
		return od_err_set(err, OD_KIND_TEMPLATE, "cannot read '%s'", dir);
	while (names[n])
		n++;
	columns = od_arena_array(a, n + 1, sizeof(*columns));
	values = od_arena_array(a, n + 1, sizeof(*values));
	for (size_t i = 0; i < n; i++) {
		const char *to;
		enum od_rc rc = copy_asset(ctx, names[i], &to, err);

		if (rc)
			return rc;
		columns[i] = asset_column(names[i], a);
		values[i] = od_value_str(to);
	}
	*row = (struct od_fixed_row){{"asset", columns, n}, values};
	return OD_OK;
}

/* ---- pages */

/* What a task leaves: its part of the sitemap. */
struct part {
	struct od_buf locs; /* <url>…</url> each */
	uint64_t files, bytes;
};

struct work {
	struct od_stage_ctx *ctx;
	const struct od_maker *maker;
	struct od_known *known; /* pages of the live release */
	struct part *parts;
};

struct hand {
	struct od_tree tree;
	struct part *part;
	const char *base_url;
};

static void
put_loc(struct od_buf *b, const char *base_url, const struct od_page_out *page)
{
	size_t n = strlen(page->path), index = strlen("index.html");

	if (n >= index && !strcmp(page->path + n - index, "index.html"))
		n -= index;
	od_buf_puts(b, "<url><loc>");
	od_escape_html(b, od_span_str(base_url));
	od_escape_html(b, (struct od_span){page->path, n});
	od_buf_puts(b, "</loc><lastmod>");
	od_escape_html(b, page->lastmod);
	od_buf_puts(b, "</lastmod></url>\n");
}

static enum od_rc
put_page(void *u, const struct od_page_out *page, struct od_err *err)
{
	struct hand *h = u;

	if (page->sitemap)
		put_loc(&h->part->locs, h->base_url, page);
	h->part->files++;
	h->part->bytes += page->body.n;
	od_progress_add(1);
	return od_tree_put(&h->tree, page->path, page->body, err);
}

static enum od_rc
run_task(size_t i, void *u, struct od_err *err)
{
	struct work *w = u;
	struct hand hand = {.part = &w->parts[i], .base_url = w->ctx->base_url};
	const struct od_page_sink sink = {put_page, &hand};
	enum od_rc rc;

	od_tree_init(&hand.tree, w->ctx->wd.release, w->known);
	rc = od_maker_run(w->maker, i, &sink, err);
	od_tree_release(&hand.tree);
	return rc;
}

/* ---- sitemap */

struct sitemap {
	struct od_stage_ctx *ctx;
	struct od_buf index;
	struct od_out *out; /* the file being written, or NULL */
	const char *name;   /* its name */
	char newest[32];    /* lastmod of its pages */
	size_t files, urls, bytes;
};

static enum od_rc
close_sitemap(struct sitemap *m, struct od_err *err)
{
	struct od_out *out = m->out;

	if (!out)
		return OD_OK;
	od_buf_puts(&m->index, "<sitemap><loc>");
	od_escape_html(&m->index, od_span_str(m->ctx->base_url));
	od_buf_printf(&m->index, "%s</loc><lastmod>%s</lastmod></sitemap>\n", m->name,
	              m->newest);
	m->out = NULL;
	od_out_puts(out, "</urlset>\n");
	return od_out_close(out, NULL, err);
}

static void
open_sitemap(struct sitemap *m)
{
	struct od_stage_ctx *ctx = m->ctx;

	m->name = od_arena_printf(ctx->run, "sitemap-%zu.xml", ++m->files);
	m->newest[0] = '\0';
	m->out = od_out_open(
	    od_arena_printf(ctx->run, "%s/%s", ctx->wd.release, m->name), NULL);
	od_out_puts(m->out,
	            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	            "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
	m->urls = 0;
	m->bytes = 200;
	ctx->files++;
}

/* A sitemap is as new as the newest of its pages. */
static void
keep_newest(struct sitemap *m, struct od_span line)
{
	static const char tag[] = "<lastmod>";
	const char *at = memmem(line.p, line.n, tag, sizeof(tag) - 1);
	size_t n = 0;

	if (!at)
		return;
	for (at += sizeof(tag) - 1; at[n] != '<'; n++)
		;
	if (n < sizeof(m->newest) && strncmp(at, m->newest, n) > 0) {
		memcpy(m->newest, at, n);
		m->newest[n] = '\0';
	}
}

/* Takes the <url> lines of one task. */
static enum od_rc
add_locs(struct sitemap *m, struct od_span locs, struct od_err *err)
{
	while (locs.n) {
		const char *eol = memchr(locs.p, '\n', locs.n);
		size_t n = (size_t)(eol - locs.p) + 1;

		if (m->out &&
		    (m->urls == SITEMAP_URLS || m->bytes + n > SITEMAP_BYTES)) {
			enum od_rc rc = close_sitemap(m, err);

			if (rc)
				return rc;
		}
		if (!m->out)
			open_sitemap(m);
		od_out_put(m->out, locs.p, n);
		keep_newest(m, (struct od_span){locs.p, n});
		m->urls++;
		m->bytes += n;
		locs.p += n;
		locs.n -= n;
	}
	return OD_OK;
}

static enum od_rc
write_text(struct od_stage_ctx *ctx, const char *name, struct od_span bytes,
           struct od_err *err)
{
	struct od_out *out = od_out_open(
	    od_arena_printf(ctx->run, "%s/%s", ctx->wd.release, name), NULL);

	od_out_span(out, bytes);
	ctx->files++;
	return od_out_close(out, NULL, err);
}

static enum od_rc
write_sitemap(struct work *w, size_t n_tasks, struct od_err *err)
{
	struct sitemap m = {.ctx = w->ctx};
	struct od_err ignored;
	enum od_rc rc = OD_OK, closed;

	od_buf_puts(&m.index,
	            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex "
	            "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
	for (size_t i = 0; i < n_tasks && !rc; i++)
		rc = add_locs(&m, od_buf_view(&w->parts[i].locs), err);
	closed = close_sitemap(&m, rc ? &ignored : err);
	rc = rc ? rc : closed;
	od_buf_puts(&m.index, "</sitemapindex>\n");
	if (!rc)
		rc = write_text(w->ctx, "sitemap.xml", od_buf_view(&m.index), err);
	od_buf_release(&m.index);
	return rc;
}

/* ---- the stage */

static enum od_rc
make_pages(struct od_stage_ctx *ctx, const struct od_maker *maker, struct od_err *err)
{
	size_t n = od_maker_tasks(maker);
	struct work w = {.ctx = ctx,
	                 .maker = maker,
	                 .known = od_known_load(NULL, ctx->wd.live, NULL)};
	enum od_rc rc;

	w.parts = od_arena_array(ctx->run, n + 1, sizeof(*w.parts));
	rc = od_pool_run(ctx->jobs, n, run_task, &w, err);
	od_known_close(w.known);
	for (size_t i = 0; i < n; i++) {
		ctx->files += w.parts[i].files;
		ctx->bytes += w.parts[i].bytes;
	}
	if (!rc)
		rc = write_sitemap(&w, n, err);
	for (size_t i = 0; i < n; i++)
		od_buf_release(&w.parts[i].locs);
	return rc;
}

/* What a server should send with every file: the policy as one line, as in the pages.
 */
static enum od_rc
write_policy(struct od_stage_ctx *ctx, const struct od_pages *pages, struct od_err *err)
{
	return write_text(
	    ctx, "csp.txt",
	    od_span_str(od_arena_printf(ctx->run, "%s; %s\n", pages->policy,
	                                pages->policy_header)),
	    err);
}

static enum od_rc
load_models(struct od_stage_ctx *ctx, const struct od_artefacts *files,
            struct od_model *models, size_t *n, struct od_err *err)
{
	struct od_snapshot *s;
	struct od_err ignored;
	enum od_rc rc = od_snapshot_open(ctx->wd.snapshot, false, &s, err), closed;

	if (rc)
		return rc;
	rc = od_portal_models(ctx, files, s, models, n, err);
	if (!rc)
		rc = od_portal_withdrawn(ctx, s, &models[*n], err);
	if (!rc)
		rc = od_portal_withdrawn_write(ctx, &models[(*n)++], err);
	closed = od_snapshot_close(s, false, rc ? &ignored : err);
	return rc ? rc : closed;
}

/* The index of the search page; a set of templates may do without. */
static enum od_rc
make_search(struct od_stage_ctx *ctx, struct od_err *err)
{
	struct od_search_input in = {
	    .snapshot = ctx->wd.snapshot,
	    .dir = od_arena_printf(ctx->run, "%s/search", ctx->wd.release),
	    .jobs = ctx->jobs,
	};
	struct od_search_fact fact;
	enum od_rc rc = od_search_decl_load(ctx->wd.templates, ctx->run, &in.decl, err);

	if (rc || !in.decl)
		return rc;
	od_progress_begin("portal", "records", 0);
	rc = od_search_build(&in, ctx->run, &fact, err);
	od_progress_end();
	ctx->files += fact.files;
	ctx->bytes += fact.bytes;
	return rc;
}

static enum od_rc
run(struct od_stage_ctx *ctx, struct od_err *err)
{
	const struct od_pages *pages;
	const struct od_lexicon *lexicon;
	const struct od_map *map;
	struct od_artefacts files = {0};
	struct od_model models[OD_PORTAL_MODELS];
	struct od_fixed_row fixed[2];
	struct od_maker *maker;
	struct od_maker_input in = {
	    .templates = ctx->wd.templates,
	    .snapshot = ctx->wd.snapshot,
	    .news = od_arena_printf(ctx->run, "%s.news", ctx->wd.snapshot),
	    .base_url = ctx->base_url,
	    .created = ctx->created,
	    .spec = ctx->spec,
	    .models = models,
	    .fixed = fixed,
	    .n_fixed = OD_ARRAY_LEN(fixed),
	    .arena = ctx->run,
	};
	struct od_err ignored = {0};
	enum od_rc rc = od_pages_load(ctx->wd.templates, ctx->run, &pages, err);

	if (!rc)
		rc = od_lexicon_load(ctx->wd.templates, ctx->run, &lexicon, err);
	if (!rc)
		rc = od_map_load(ctx->wd.templates, ctx->run, &map, err);
	if (!rc)
		rc = od_artefacts_load(&files, ctx->wd.artefacts, ctx->run, err);
	if (!rc)
		rc = load_models(ctx, &files, models, &in.n_models, err);
	if (!rc)
		rc = clean(ctx, pages, &files, err);
	if (!rc)
		rc = copy_assets(ctx, &fixed[1], err);
	if (rc)
		return rc;
	fixed[0] = od_portal_site(ctx, pages);
	in.pages = pages;
	in.lexicon = lexicon;
	in.map = map;
	rc = od_news_make(ctx, in.news, err);
	if (!rc)
		rc = od_maker_open(&in, &maker, err);
	if (!rc) {
		od_progress_begin("portal", "pages", 0);
		rc = make_pages(ctx, maker, err);
		od_progress_end();
	}
	if (od_dir_remove(in.news, rc ? &ignored : err) && !rc)
		rc = err->rc;
	if (!rc)
		rc = make_search(ctx, err);
	return rc ? rc : write_policy(ctx, pages, err);
}

const struct od_stage od_stage_portal = {
    .name = "portal",
    .summary = "pages, feeds, sitemap and search from templates and the snapshot",
    .summary_th = "สร้างหน้าเว็บ",
    .version = "4",
    .run = run,
};
