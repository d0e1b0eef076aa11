/*
 * ResourceSync 1.1 (ANSI/NISO Z39.99-2017): what the release holds, and what changed
 * since the one before. Pages are not in it; they are in the sitemap.
 */
#include <string.h>

#include "stage/changes.h"
#include "stage/describe.h"
#include "stage/emit_files.h"

#define DIR "sync/"
#define XML "application/xml"

enum { MAX_ENTRIES = 50000 }; /* of a sitemap, and so of a list */

struct sync {
	const struct od_stage_ctx *ctx;
	const struct od_artefacts *before;
	struct od_artefacts *files;
	size_t n; /* of files that are told: the lists themselves are not */
	struct od_buf b;
};

static void
put_xml(struct od_buf *b, const char *text)
{
	for (; *text; text++)
		if (*text == '&')
			od_buf_puts(b, "&amp;");
		else if (*text == '<')
			od_buf_puts(b, "&lt;");
		else if (*text == '"')
			od_buf_puts(b, "&quot;");
		else
			od_buf_putc(b, *text);
}

static void
put_url(struct sync *s, const char *path)
{
	put_xml(&s->b, s->ctx->base_url);
	put_xml(&s->b, path);
}

/* The beginning of a list, up to and with its own <rs:md>. */
static void
begin(struct sync *s, const char *element, const char *up, const char *up_path,
      const char *capability)
{
	s->b.n = 0;
	od_buf_printf(&s->b,
	              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s "
	              "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" "
	              "xmlns:rs=\"http://www.openarchives.org/rs/terms/\">\n",
	              element);
	if (up) {
		od_buf_printf(&s->b, "<rs:ln rel=\"%s\" href=\"", up);
		put_url(s, up_path);
		od_buf_puts(&s->b, "\"/>\n");
	}
	od_buf_printf(&s->b, "<rs:md capability=\"%s\"", capability);
}

static void
put_time(struct sync *s, const char *name, const char *time)
{
	od_buf_printf(&s->b, " %s=\"", name);
	put_xml(&s->b, time);
	od_buf_putc(&s->b, '"');
}

static void
put_file(struct sync *s, const struct od_artefact *f, const char *change)
{
	od_buf_puts(&s->b, "<url><loc>");
	put_url(s, f->path);
	od_buf_puts(&s->b, "</loc>");
	if (!change || strcmp(change, "deleted") != 0)
		od_buf_printf(&s->b, "<lastmod>%s</lastmod>", f->changed);
	od_buf_puts(&s->b, "<rs:md");
	if (change) {
		od_buf_printf(&s->b, " change=\"%s\"", change);
		put_time(s, "datetime",
		         strcmp(change, "deleted") != 0 ? f->changed : s->ctx->created);
	}
	if (!change || strcmp(change, "deleted") != 0)
		od_buf_printf(&s->b, " hash=\"sha-256:%s\" length=\"%llu\"", f->sha256,
		              (unsigned long long)f->bytes);
	if (f->media_type[0])
		put_time(s, "type", f->media_type);
	od_buf_puts(&s->b, "/></url>\n");
}

static enum od_rc
write(struct sync *s, const char *path, struct od_err *err)
{
	return od_emit_metadata(s->ctx, path, XML, od_buf_view(&s->b), s->files, err);
}

/* ---- the lists */

static const char *
part_path(struct sync *s, size_t part)
{
	return od_arena_printf(s->ctx->run, DIR "resourcelist-%zu.xml", part + 1);
}

static enum od_rc
write_part(struct sync *s, const char *path, size_t from, size_t to, bool indexed,
           struct od_err *err)
{
	begin(s, "urlset", "up", DIR "capabilitylist.xml", "resourcelist");
	put_time(s, "at", s->ctx->created);
	od_buf_puts(&s->b, "/>\n");
	if (indexed) {
		od_buf_puts(&s->b, "<rs:ln rel=\"index\" href=\"");
		put_url(s, DIR "resourcelist.xml");
		od_buf_puts(&s->b, "\"/>\n");
	}
	for (size_t i = from; i < to; i++)
		put_file(s, &s->files->v[i], NULL);
	od_buf_puts(&s->b, "</urlset>\n");
	return write(s, path, err);
}

/* One list, or lists of 50,000 and an index of them. */
static enum od_rc
write_resources(struct sync *s, struct od_err *err)
{
	size_t parts = (s->n + MAX_ENTRIES - 1) / MAX_ENTRIES;
	enum od_rc rc = OD_OK;

	if (parts <= 1)
		return write_part(s, DIR "resourcelist.xml", 0, s->n, false, err);
	for (size_t i = 0; i < parts && !rc; i++) {
		size_t to = (i + 1) * MAX_ENTRIES;

		rc = write_part(s, part_path(s, i), i * MAX_ENTRIES,
		                to < s->n ? to : s->n, true, err);
	}
	if (rc)
		return rc;
	begin(s, "sitemapindex", "up", DIR "capabilitylist.xml", "resourcelist");
	put_time(s, "at", s->ctx->created);
	od_buf_puts(&s->b, "/>\n");
	for (size_t i = 0; i < parts; i++) {
		od_buf_puts(&s->b, "<sitemap><loc>");
		put_url(s, part_path(s, i));
		od_buf_puts(&s->b, "</loc></sitemap>\n");
	}
	od_buf_puts(&s->b, "</sitemapindex>\n");
	return write(s, DIR "resourcelist.xml", err);
}

static bool
is_list(const char *path)
{
	return !strncmp(path, DIR, strlen(DIR));
}

/*
 * What changed since the live release; in the first release, everything. A list without
 * an entry is no valid one: *written tells whether there is one.
 */
static enum od_rc
write_changes(struct sync *s, bool *written, struct od_err *err)
{
	const char *from = s->before->created && s->before->created[0]
	                       ? s->before->created
	                       : s->ctx->created;
	struct od_artefacts now = {
	    .v = od_arena_array(s->ctx->run, s->n + 1, sizeof(*now.v)), .n = s->n};
	size_t entries = 0;

	memcpy(now.v, s->files->v, s->n * sizeof(*now.v));
	od_artefacts_sort(&now);
	begin(s, "urlset", "up", DIR "capabilitylist.xml", "changelist");
	put_time(s, "from", from);
	put_time(s, "until", s->ctx->created);
	od_buf_puts(&s->b, "/>\n");
	for (size_t i = 0; i < now.n && entries < MAX_ENTRIES; i++) {
		const struct od_artefact *f = &now.v[i],
					 *old = od_changes_find(s->before, f->path);

		if (old && !strcmp(old->sha256, f->sha256))
			continue;
		put_file(s, f, old ? "updated" : "created");
		entries++;
	}
	for (size_t i = 0; i < s->before->n && entries < MAX_ENTRIES; i++) {
		const struct od_artefact *old = &s->before->v[i];

		if (is_list(old->path) || od_changes_find(&now, old->path))
			continue;
		put_file(s, old, "deleted");
		entries++;
	}
	od_buf_puts(&s->b, "</urlset>\n");
	/* A list that is cut short would be a false one. */
	*written = entries && entries < MAX_ENTRIES;
	return *written ? write(s, DIR "changelist.xml", err) : OD_OK;
}

static void
put_capability(struct sync *s, const char *path, const char *capability)
{
	od_buf_puts(&s->b, "<url><loc>");
	put_url(s, path);
	od_buf_printf(&s->b, "</loc><rs:md capability=\"%s\"/></url>\n", capability);
}

static enum od_rc
write_capabilities(struct sync *s, bool changes, struct od_err *err)
{
	enum od_rc rc;

	begin(s, "urlset", "up", DIR "description.xml", "capabilitylist");
	od_buf_puts(&s->b, "/>\n");
	put_capability(s, DIR "resourcelist.xml", "resourcelist");
	if (changes)
		put_capability(s, DIR "changelist.xml", "changelist");
	od_buf_puts(&s->b, "</urlset>\n");
	rc = write(s, DIR "capabilitylist.xml", err);
	if (rc)
		return rc;
	begin(s, "urlset", "describedby", "void.ttl", "description");
	od_buf_puts(&s->b, "/>\n");
	put_capability(s, DIR "capabilitylist.xml", "capabilitylist");
	od_buf_puts(&s->b, "</urlset>\n");
	return write(s, DIR "description.xml", err);
}

enum od_rc
od_describe_sync(const struct od_stage_ctx *ctx, const struct od_artefacts *before,
                 struct od_artefacts *files, struct od_err *err)
{
	struct sync s = {.ctx = ctx, .before = before, .files = files, .n = files->n};
	bool changes = false;
	enum od_rc rc = write_resources(&s, err);

	if (!rc)
		rc = write_changes(&s, &changes, err);
	if (!rc)
		rc = write_capabilities(&s, changes, err);
	od_buf_release(&s.b);
	return rc;
}
