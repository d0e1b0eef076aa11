#include "stage/facade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/json.h"
#include "stage/changes.h"
#include "stage/describe.h"
#include "stage/emit_files.h"
#include "stage/upload_want.h"

#define JSON "application/json"

enum { PAGE = 100 }; /* what CKAN's harvester asks for */

struct facade {
	const struct od_stage_ctx *ctx;
	struct od_artefacts *files;
	struct od_artefacts known; /* the files before these answers */
	char organization[OD_UUID_TEXT];
	struct od_ckan_license license;
	struct od_want_package *packages;
	struct od_span *shown; /* the packages as JSON */
	size_t n;
	struct od_buf b;
};

static void
put(struct od_buf *b, const char *key, const char *text)
{
	od_buf_printf(b, ",\"%s\":", key);
	od_json_string(b, od_span_str(text));
}

/* ---- dates: CKAN's are UTC and do not say so */

static const char *
ckan_time(struct od_arena *a, const char *date)
{
	struct tm t = {0};
	int hours = 0, minutes = 0;
	char sign = '+', text[32];
	time_t at;

	if (sscanf(date, "%4d-%2d-%2dT%2d:%2d:%2d%c%2d:%2d", &t.tm_year, &t.tm_mon,
	           &t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec, &sign, &hours,
	           &minutes) < 6)
		return date;
	t.tm_year -= 1900;
	t.tm_mon -= 1;
	at = timegm(&t) - (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	if (!gmtime_r(&at, &t) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &t))
		return date;
	return od_arena_str(a, text);
}

/* The harvester goes by this date alone, so that documents count too. */
static const char *
package_date(const struct facade *f, const struct od_dataset *d)
{
	const char *date = od_changes_of(f->ctx, &f->known, d->id);

	for (size_t i = 0; i < f->known.n; i++) {
		const struct od_artefact *one = &f->known.v[i];

		if ((one->role == OD_ROLE_BUNDLE || one->role == OD_ROLE_DICTIONARY) &&
		    !strcmp(one->dataset, d->id) && strcmp(one->changed, date) > 0)
			date = one->changed;
	}
	return date;
}

static const char *
file_date(const struct facade *f, const char *path)
{
	for (size_t i = 0; i < f->known.n; i++)
		if (!strcmp(f->known.v[i].path, path))
			return f->known.v[i].changed;
	return f->ctx->created;
}

/* ---- what is shown */

static void
put_organization(const struct facade *f, struct od_buf *b, bool count)
{
	const struct od_catalog *c = &f->ctx->spec->catalog;

	od_buf_puts(b, "{\"id\":");
	od_json_string(b, od_span_str(f->organization));
	put(b, "name", c->id);
	put(b, "title", c->publisher.th);
	put(b, "display_name", c->publisher.th);
	put(b, "description", c->publisher.en);
	put(b, "type", "organization");
	put(b, "state", "active");
	put(b, "approval_status", "approved");
	put(b, "image_url", "");
	od_buf_puts(b, ",\"is_organization\":true");
	if (count)
		od_buf_printf(b, ",\"package_count\":%zu", f->n);
	od_buf_putc(b, '}');
}

static void
put_resource(struct facade *f, struct od_buf *b, const struct od_want_resource *r,
             const char *package, size_t position)
{
	const struct od_artefact file = {.path = r->path, .sha256 = r->sha256};

	od_buf_puts(b, position ? ",\n {\"id\":" : "\n {\"id\":");
	od_json_string(b, od_span_str(r->id));
	put(b, "package_id", package);
	put(b, "name", r->name);
	put(b, "description", r->description);
	put(b, "format", r->format);
	put(b, "mimetype", r->media_type);
	put(b, "url", od_download_url(f->ctx->run, f->ctx, &file));
	put(b, "sha256", r->sha256);
	put(b, "hash", "");
	put(b, "state", "active");
	put(b, "last_modified", ckan_time(f->ctx->run, file_date(f, r->path)));
	od_buf_printf(b, ",\"size\":%llu,\"position\":%zu,\"url_type\":null}",
	              (unsigned long long)r->bytes, position);
}

static void
put_pairs(struct od_buf *b, const struct od_want_package *p)
{
	od_buf_puts(b, ",\"tags\":[");
	for (size_t i = 0; i < p->tags.n; i++) {
		od_buf_puts(b, i ? ",{\"name\":" : "{\"name\":");
		od_json_string(b, od_span_str(p->tags.values[i]));
		put(b, "display_name", p->tags.values[i]);
		put(b, "state", "active");
		od_buf_puts(b, ",\"vocabulary_id\":null}");
	}
	od_buf_puts(b, "],\"extras\":[");
	for (size_t i = 0; i + 1 < p->extras.n; i += 2) {
		od_buf_puts(b, i ? ",{\"key\":" : "{\"key\":");
		od_json_string(b, od_span_str(p->extras.values[i]));
		put(b, "value", p->extras.values[i + 1]);
		od_buf_putc(b, '}');
	}
	od_buf_putc(b, ']');
}

static void
put_package(struct facade *f, struct od_buf *b, const struct od_want_package *p)
{
	char id[OD_UUID_TEXT];

	od_want_dataset_id(&f->ctx->spec->catalog, p->dataset->id, id);
	od_buf_puts(b, "{\"id\":");
	od_json_string(b, od_span_str(id));
	put(b, "name", p->name);
	for (size_t i = 0; i < p->n_fields; i++)
		put(b, p->fields[i].key, p->fields[i].values[0]);
	put(b, "license_title", f->license.title);
	put(b, "license_url", f->ctx->spec->catalog.license_uri);
	put(b, "type", "dataset");
	put(b, "state", "active");
	put(b, "version", p->dataset->version);
	put(b, "metadata_modified",
	    ckan_time(f->ctx->run, package_date(f, p->dataset)));
	put(b, "owner_org", f->organization);
	od_buf_puts(b, ",\"organization\":");
	put_organization(f, b, false);
	od_buf_puts(b,
	            ",\"isopen\":true,\"private\":false,\"groups\":[],"
	            "\"relationships_as_subject\":[],\"relationships_as_object\":[]");
	od_buf_printf(b, ",\"num_resources\":%zu,\"num_tags\":%zu", p->n_resources,
	              p->tags.n);
	put_pairs(b, p);
	od_buf_puts(b, ",\"resources\":[");
	for (size_t i = 0; i < p->n_resources; i++)
		put_resource(f, b, &p->resources[i], id, i);
	od_buf_puts(b, "]}");
}

/* ---- answers */

static void
begin(struct facade *f, const char *action)
{
	f->b.n = 0;
	od_buf_printf(&f->b,
	              "{\"help\":\"https://docs.ckan.org/en/2.11/api/#%s\","
	              "\"success\":true,\"result\":",
	              action);
}

static enum od_rc
end(struct facade *f, const char *path, struct od_err *err)
{
	od_buf_puts(&f->b, "}\n");
	return od_emit_metadata(f->ctx, od_arena_str(f->ctx->run, path), JSON,
	                        od_buf_view(&f->b), f->files, err);
}

/* api/3/action/NAME */
static enum od_rc
end_action(struct facade *f, const char *action, struct od_err *err)
{
	return end(f, od_arena_printf(f->ctx->run, "api/3/action/%s", action), err);
}

/* api/3/NAME/VALUE.json */
static enum od_rc
end_value(struct facade *f, const char *action, const char *value, struct od_err *err)
{
	return end(f, od_arena_printf(f->ctx->run, "api/3/%s/%s.json", action, value),
	           err);
}

static enum od_rc
write_lists(struct facade *f, struct od_err *err)
{
	enum od_rc rc;

	begin(f, "package_list");
	for (size_t i = 0; i < f->n; i++) {
		od_buf_puts(&f->b, i ? "," : "[");
		od_json_string(&f->b, od_span_str(f->packages[i].name));
	}
	od_buf_putc(&f->b, ']');
	rc = end_action(f, "package_list", err);
	begin(f, "organization_list");
	od_buf_putc(&f->b, '[');
	od_json_string(&f->b, od_span_str(f->ctx->spec->catalog.id));
	od_buf_putc(&f->b, ']');
	if (!rc)
		rc = end_action(f, "organization_list", err);
	begin(f, "group_list");
	od_buf_puts(&f->b, "[]");
	if (!rc)
		rc = end_action(f, "group_list", err);
	begin(f, "status_show");
	od_buf_puts(&f->b, "{\"ckan_version\":\"2.11\",\"extensions\":[]");
	put(&f->b, "site_title", f->ctx->spec->catalog.title.th);
	put(&f->b, "site_url", f->ctx->base_url);
	put(&f->b, "locale_default", "th");
	od_buf_putc(&f->b, '}');
	return rc ? rc : end_action(f, "status_show", err);
}

static enum od_rc
write_shows(struct facade *f, struct od_err *err)
{
	const char *organization[] = {f->organization, f->ctx->spec->catalog.id};
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < f->n && !rc; i++) {
		const struct od_want_package *p = &f->packages[i];
		char id[OD_UUID_TEXT];

		od_want_dataset_id(&f->ctx->spec->catalog, p->dataset->id, id);
		begin(f, "package_show");
		od_buf_span(&f->b, f->shown[i]);
		rc = end_value(f, "package_show", p->name, err);
		begin(f, "package_show");
		od_buf_span(&f->b, f->shown[i]);
		if (!rc)
			rc = end_value(f, "package_show", id, err);
		for (size_t k = 0; k < p->n_resources && !rc; k++) {
			begin(f, "resource_show");
			put_resource(f, &f->b, &p->resources[k], id, 0);
			rc = end_value(f, "resource_show", p->resources[k].id, err);
		}
	}
	for (size_t i = 0; i < OD_ARRAY_LEN(organization) && !rc; i++) {
		begin(f, "organization_show");
		put_organization(f, &f->b, true);
		rc = end_value(f, "organization_show", organization[i], err);
	}
	return rc;
}

static void
put_results(struct facade *f, size_t from)
{
	begin(f, "package_search");
	od_buf_printf(&f->b,
	              "{\"count\":%zu,\"sort\":\"id asc\",\"facets\":{},"
	              "\"search_facets\":{},\"results\":[",
	              f->n);
	for (size_t i = from; i < from + PAGE && i < f->n; i++) {
		od_buf_puts(&f->b, i > from ? ",\n" : "\n");
		od_buf_span(&f->b, f->shown[i]);
	}
	od_buf_puts(&f->b, "]}");
}

/* Pages of a hundred and an empty one, which a client takes for the end. */
static enum od_rc
write_search(struct facade *f, struct od_err *err)
{
	enum od_rc rc;

	put_results(f, 0);
	rc = end_action(f, "package_search", err);
	for (size_t from = 0; from < f->n && !rc; from += PAGE) {
		put_results(f, from);
		rc = end_value(f, "package_search",
		               od_arena_printf(f->ctx->run, "%zu", from), err);
	}
	put_results(f, f->n);
	if (!rc)
		rc = end_value(f, "package_search", "end", err);
	/* What a server sends with status 404. */
	f->b.n = 0;
	od_buf_puts(&f->b, "{\"success\":false,\"error\":{\"__type\":\"Not Found "
	                   "Error\",\"message\":\"Not found\"}");
	return rc ? rc : end(f, "api/3/not_found.json", err);
}

static int
by_id(const void *a, const void *b)
{
	/* Each begins with {"id":"UUID". */
	return memcmp(((const struct od_span *)a)->p, ((const struct od_span *)b)->p,
	              sizeof("{\"id\":\"") - 1 + OD_UUID_TEXT - 1);
}

/* The packages as upload would make them for a CKAN without a form. */
static enum od_rc
make_packages(struct facade *f, struct od_err *err)
{
	const struct od_spec *spec = f->ctx->spec;
	const struct od_want_frame frame = {.ctx = f->ctx,
	                                    .owner_org = f->organization,
	                                    .license_id = f->license.id,
	                                    .artefacts = &f->known};
	enum od_rc rc = OD_OK;

	f->packages =
	    od_arena_array(f->ctx->run, spec->n_datasets, sizeof(*f->packages));
	f->shown = od_arena_array(f->ctx->run, spec->n_datasets, sizeof(*f->shown));
	for (size_t i = 0; i < spec->n_datasets && !rc; i++)
		rc = od_want_package(&frame, &spec->datasets[i], f->ctx->run,
		                     &f->packages[i], err);
	f->n = spec->n_datasets;
	for (size_t i = 0; i < f->n && !rc; i++) {
		f->b.n = 0;
		put_package(f, &f->b, &f->packages[i]);
		f->shown[i] = od_arena_dup(f->ctx->run, od_buf_view(&f->b));
	}
	return rc;
}

enum od_rc
od_facade(const struct od_stage_ctx *ctx, struct od_artefacts *files,
          struct od_err *err)
{
	const struct od_catalog *c = &ctx->spec->catalog;
	struct facade f = {.ctx = ctx, .files = files, .known = *files};
	enum od_rc rc;

	f.license = od_ckan_license_of(c);
	od_want_dataset_id(c, "|organization",
	                   f.organization); /* no dataset is named so */
	rc = make_packages(&f, err);
	if (!rc)
		rc = write_lists(&f, err);
	if (!rc)
		rc = write_shows(&f, err);
	if (!rc && f.n)
		qsort(f.shown, f.n, sizeof(*f.shown), by_id);
	if (!rc)
		rc = write_search(&f, err);
	od_buf_release(&f.b);
	return rc;
}
