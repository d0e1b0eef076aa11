#include "stage/upload.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"
#include "remote/ckan.h"
#include "stage/artefacts.h"
#include "stage/upload_want.h"

enum { MANIFEST_MAX = 64 * 1024 * 1024 };

struct upload {
	struct od_stage_ctx *ctx;
	struct od_ckan *ckan;
	const char *live;
	struct od_want_frame frame;
	uint64_t steps; /* writes wanted, done or only planned */
	uint64_t packages;
	size_t failed;       /* datasets */
	struct od_err first; /* why the first of them failed */
	bool ill; /* the server gives no clear answers: no dataset can go on */
};

/* One dataset on its way. */
struct parcel {
	struct od_want_package want;
	struct od_arena *work;
	const struct od_json *have; /* package_show, or NULL if there is none */
	bool refused;  /* the last failure was the server's no to one file */
	size_t failed; /* such files */
	struct od_err first;
};

/* The plan, one line a write: "create package open-d-x". */
OD_PRINTF(2, 3) static void tell(struct upload *u, const char *fmt, ...)
{
	va_list ap;

	u->steps++;
	if (!u->ctx->dry_run)
		return;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static enum od_rc
ask(struct upload *u, enum od_ckan_verb verb, const char *key, const char *value,
    struct od_arena *a, struct od_ckan_reply *r, struct od_err *err)
{
	const struct od_http_part args[] = {{key, value}};
	enum od_rc rc = od_ckan_get(u->ckan, verb, args, key ? 1 : 0, a, r, err);

	u->ill = u->ill || rc != OD_OK;
	return rc;
}

/* Before another look at what became of a write. */
static enum od_rc
pause_try(struct upload *u, unsigned next, const struct od_ckan_reply *r,
          struct od_err *err)
{
	enum od_rc rc = od_ckan_wait(u->ckan, next, r, err);

	u->ill = u->ill || rc != OD_OK;
	return rc;
}

/* The error of a reply that ends the work on `what`. */
static enum od_rc
refuse(struct upload *u, enum od_ckan_verb verb, const char *what,
       const struct od_ckan_reply *r, struct od_err *err)
{
	u->ill = u->ill || r->answer == OD_CKAN_UNCLEAR;
	return od_ckan_error(u->ckan, verb, what, r, err);
}

/* What is to be sent: the live release. */

static enum od_rc
find_live(struct upload *u, const char **artefacts, struct od_err *err)
{
	const struct od_workdir *wd = &u->ctx->wd;
	struct od_arena *run = u->ctx->run;
	const char *current = od_arena_printf(run, "%s/current", wd->output);
	const struct od_json *manifest, *preview;
	const char *path;
	struct od_span text;
	int64_t serial;
	enum od_rc rc;

	/* `current` is what the world sees; in a run that has just switched it, `live`
	 * may still name the release before. */
	u->live = od_file_is_dir(current) ? current : wd->live;
	if (!u->live || !u->live[0]) {
		(void)!od_err_set(err, OD_KIND_CONFIG,
		                  "there is no live release in '%s'", wd->output);
		return od_err_hint(err, "run `odp run` first");
	}
	path = od_arena_printf(run, "%s/manifest.json", u->live);
	rc = od_file_read(path, MANIFEST_MAX, run, &text, OD_KIND_VERIFY, err);
	if (rc == OD_OK)
		rc = od_json_parse(text, path, OD_KIND_VERIFY, run, &manifest, err);
	if (rc != OD_OK)
		return rc;
	serial = od_json_int(manifest, "serial");
	preview = od_json_find(manifest, "preview");
	if (serial < 1)
		return od_err_set(err, OD_KIND_VERIFY, "'%s' has no serial", path);
	path = od_arena_printf(run, "%s/manifest.json.minisig", u->live);
	if ((preview && preview->boolean) || !od_file_exists(path)) {
		(void)!od_err_set(err, OD_KIND_VERIFY,
		                  "the live release %lld is not signed",
		                  (long long)serial);
		return od_err_hint(
		    err, "only a sealed release is uploaded: run `odp run` with "
			 "a signing key");
	}
	*artefacts = u->ctx->serial == (uint64_t)serial
	                 ? wd->artefacts
	                 : od_arena_printf(run, "%s/snapshots/%lld.artefacts.json",
	                                   wd->state, (long long)serial);
	return OD_OK;
}

/* Whether the server knows us, and how it wants things called. */

static enum od_rc
check_organization(struct upload *u, struct od_err *err)
{
	const struct od_http_part show[] = {{"id", u->ctx->ckan_org},
	                                    {"include_datasets", "false"},
	                                    {"include_users", "false"}};
	struct od_arena *run = u->ctx->run;
	struct od_ckan_reply r;
	enum od_rc rc;

	rc = od_ckan_get(u->ckan, OD_CKAN_ORGANIZATION_SHOW, show, OD_ARRAY_LEN(show),
	                 run, &r, err);
	if (rc != OD_OK)
		return rc;
	if (r.answer == OD_CKAN_MISSING)
		return od_err_set(err, OD_KIND_CONFIG,
		                  "there is no organization '%s' at '%s'",
		                  u->ctx->ckan_org, od_ckan_host(u->ckan));
	if (r.answer != OD_CKAN_OK)
		return refuse(u, OD_CKAN_ORGANIZATION_SHOW, u->ctx->ckan_org, &r, err);
	u->frame.owner_org = od_json_text(r.result, "id");
	rc = ask(u, OD_CKAN_ORGANIZATION_LIST_FOR_USER, "permission", "create_dataset",
	         run, &r, err);
	if (rc != OD_OK)
		return rc;
	if (r.answer != OD_CKAN_OK || r.result->kind != OD_JSON_ARRAY)
		return refuse(u, OD_CKAN_ORGANIZATION_LIST_FOR_USER, u->ctx->ckan_org,
		              &r, err);
	for (size_t i = 0; i < r.result->n; i++)
		if (strcmp(od_json_text(&r.result->items[i], "id"),
		           u->frame.owner_org) == 0)
			return OD_OK;
	/* To a token that does not hold CKAN answers reads like to anybody: with
	 * nothing in the list. Only a write would give 403, and that after the whole
	 * body. */
	if (r.result->n == 0)
		(void)!od_err_set(
		    err, OD_KIND_KEY,
		    "the token is not valid at '%s', or its user may create "
		    "datasets nowhere",
		    od_ckan_host(u->ckan));
	else
		(void)!od_err_set(
		    err, OD_KIND_KEY,
		    "the token's user may not create datasets in organization "
		    "'%s' at '%s'",
		    u->ctx->ckan_org, od_ckan_host(u->ckan));
	return od_err_hint(err, "make a new token for a user who is editor in the "
	                        "organization, and put it into the token file");
}

static bool
is_license(const char *theirs, const char *ours)
{
	size_t n = strlen(theirs);

	/* "CC-BY-4.0" is "cc-by" to CKAN */
	return strncasecmp(theirs, ours, n) == 0 && n &&
	       (!ours[n] || (ours[n] == '-' &&
	                     strspn(ours + n, "-.0123456789") == strlen(ours + n)));
}

/* The server's own word for our licence, or ours if it has none. */
static enum od_rc
find_license(struct upload *u, struct od_err *err)
{
	const char *ours = u->ctx->spec->catalog.license_id;
	struct od_ckan_reply r;
	enum od_rc rc = ask(u, OD_CKAN_LICENSE_LIST, NULL, NULL, u->ctx->run, &r, err);

	u->frame.license_id = ours;
	if (rc != OD_OK || r.answer != OD_CKAN_OK || r.result->kind != OD_JSON_ARRAY)
		return rc;
	for (size_t i = 0; i < r.result->n; i++) {
		const char *id = od_json_text(&r.result->items[i], "id");

		if (is_license(id, ours))
			u->frame.license_id = id;
		if (strcmp(id, ours) == 0)
			break;
	}
	return OD_OK;
}

/* The form of ckanext-scheming; a server without it does not know the action (400). */
static enum od_rc
find_form(struct upload *u, struct od_err *err)
{
	struct od_ckan_reply r;
	enum od_rc rc = ask(u, OD_CKAN_SCHEMING_DATASET_SCHEMA_SHOW, "type", "dataset",
	                    u->ctx->run, &r, err);

	if (rc != OD_OK)
		return rc;
	if (r.answer == OD_CKAN_OK)
		u->frame.form.schema = r.result;
	else if (r.answer == OD_CKAN_UNCLEAR || r.answer == OD_CKAN_DENIED)
		return refuse(u, OD_CKAN_SCHEMING_DATASET_SCHEMA_SHOW, "dataset", &r,
		              err);
	return OD_OK;
}

static enum od_rc
preflight(struct upload *u, struct od_err *err)
{
	struct od_ckan_reply r;
	enum od_rc rc = ask(u, OD_CKAN_STATUS_SHOW, NULL, NULL, u->ctx->run, &r, err);

	if (rc == OD_OK && r.answer != OD_CKAN_OK)
		rc = refuse(u, OD_CKAN_STATUS_SHOW, "status", &r, err);
	if (rc != OD_OK)
		return rc;
	od_log_event("ckan", "CKAN %.20s", od_json_text(r.result, "ckan_version"));
	rc = check_organization(u, err);
	if (rc == OD_OK)
		rc = find_license(u, err);
	if (rc == OD_OK)
		rc = find_form(u, err);
	return rc;
}

/* The package. */

static enum od_rc
show_package(struct upload *u, struct parcel *p, struct od_err *err)
{
	struct od_ckan_reply r;
	enum od_rc rc =
	    ask(u, OD_CKAN_PACKAGE_SHOW, "id", p->want.name, p->work, &r, err);

	p->have = NULL;
	if (rc != OD_OK || r.answer == OD_CKAN_MISSING)
		return rc;
	if (r.answer != OD_CKAN_OK)
		return refuse(u, OD_CKAN_PACKAGE_SHOW, p->want.name, &r, err);
	p->have = r.result;
	if (strcmp(od_json_text(p->have, "owner_org"), p->want.owner_org) != 0) {
		(void)!od_err_set(err, OD_KIND_REMOTE,
		                  "package '%s' belongs to another organization",
		                  p->want.name);
		return od_err_hint(
		    err, "rename that package on the server, or choose another "
			 "--ckan-org");
	}
	if (strcmp(od_json_text(p->have, "state"), "deleted") == 0) {
		(void)!od_err_set(err, OD_KIND_REMOTE,
		                  "package '%s' was deleted on the server",
		                  p->want.name);
		return od_err_hint(err, "a person did that: restore or purge it there");
	}
	return OD_OK;
}

static enum od_rc
create_package(struct upload *u, struct parcel *p, struct od_err *err)
{
	struct od_ckan_reply r;
	struct od_buf body = {0};
	enum od_rc rc = OD_OK;

	tell(u, "create package %s", p->want.name);
	if (u->ctx->dry_run)
		return OD_OK;
	od_want_create(&p->want, u->frame.form.schema != NULL, &body);
	for (unsigned try = 1; !p->have; try++) {
		rc = od_ckan_post(u->ckan, OD_CKAN_PACKAGE_CREATE, od_buf_view(&body),
		                  p->work, &r, err);
		if (rc != OD_OK)
			break;
		/* Unclear: it may stand. Invalid: another client may have made it
		 * meanwhile, and its name is taken. Both are answered by looking. */
		if (r.answer == OD_CKAN_UNCLEAR)
			rc = pause_try(u, try, &r, err);
		if (rc == OD_OK)
			rc = show_package(u, p, err);
		if (rc != OD_OK || p->have)
			break;
		if (r.answer != OD_CKAN_UNCLEAR || try == OD_HTTP_TRIES) {
			rc = refuse(u, OD_CKAN_PACKAGE_CREATE, p->want.name, &r, err);
			break;
		}
	}
	od_buf_release(&body);
	return rc;
}

/* Brings the metadata up to date, against a package that others may change meanwhile.
 */
static enum od_rc
revise_package(struct upload *u, struct parcel *p, struct od_err *err)
{
	struct od_buf update = {0}, names = {0}, body = {0};
	struct od_ckan_reply r;
	enum od_rc rc = OD_OK;

	for (unsigned try = 1;; try++) {
		update.n = names.n = body.n = 0;
		if (!od_want_update(&p->want, p->have, &update, &names))
			break;
		if (try == 1)
			tell(u, "patch package %s (%s)", p->want.name,
			     od_buf_str(&names));
		if (u->ctx->dry_run)
			break;
		od_buf_puts(&body, "{\"match\":{\"id\":");
		od_json_string(&body, od_span_str(od_json_text(p->have, "id")));
		od_buf_puts(&body, ",\"metadata_modified\":");
		od_json_string(&body,
		               od_span_str(od_json_text(p->have, "metadata_modified")));
		od_buf_puts(&body, "},\"update\":{");
		od_buf_span(&body, od_buf_view(&update));
		od_buf_puts(&body, "},\"include\":[\"-*\"]}");
		rc = od_ckan_post(u->ckan, OD_CKAN_PACKAGE_REVISE, od_buf_view(&body),
		                  p->work, &r, err);
		if (rc != OD_OK || r.answer == OD_CKAN_OK)
			break;
		if (try == OD_HTTP_TRIES ||
		    (r.answer != OD_CKAN_STALE && r.answer != OD_CKAN_UNCLEAR)) {
			rc = refuse(u, OD_CKAN_PACKAGE_REVISE, p->want.name, &r, err);
			break;
		}
		rc = pause_try(u, try, &r, err);
		if (rc == OD_OK)
			rc = show_package(u, p, err);
		if (rc == OD_OK && !p->have)
			rc =
			    od_err_set(err, OD_KIND_REMOTE,
			               "package '%s' vanished meanwhile", p->want.name);
		if (rc != OD_OK)
			break;
	}
	od_buf_release(&update);
	od_buf_release(&names);
	od_buf_release(&body);
	return rc;
}

/* Its resources. */

/* By what the server says of the file. A resource whose file was lost has the url ___.
 */
static bool
has_bytes(const struct od_want_resource *w, const struct od_json *have)
{
	const char *url = od_json_text(have, "url");
	int64_t size = od_json_int(have, "size");
	size_t n = strlen(url);

	return strcmp(od_json_text(have, "sha256"), w->sha256) == 0 &&
	       (size < 0 || (uint64_t)size == w->bytes) &&
	       strcmp(od_json_text(have, "url_type"), "upload") == 0 &&
	       !(n >= 4 && strcmp(url + n - 4, "/___") == 0);
}

static enum od_rc
show_resource(struct upload *u, struct parcel *p, const struct od_want_resource *w,
              const struct od_json **have, struct od_err *err)
{
	struct od_ckan_reply r;
	enum od_rc rc = ask(u, OD_CKAN_RESOURCE_SHOW, "id", w->id, p->work, &r, err);

	*have = NULL;
	if (rc != OD_OK || r.answer == OD_CKAN_MISSING)
		return rc;
	if (r.answer != OD_CKAN_OK)
		return refuse(u, OD_CKAN_RESOURCE_SHOW, w->path, &r, err);
	if (strcmp(od_json_text(r.result, "package_id"), od_json_text(p->have, "id")) !=
	    0)
		return od_err_set(err, OD_KIND_REMOTE,
		                  "the id of resource '%s' is taken by another package",
		                  w->path);
	*have = r.result;
	return OD_OK;
}

/* A file goes out only as it was sealed. */
static enum od_rc
check_file(const struct od_want_resource *w, const char *path, struct od_err *err)
{
	char hex[OD_SHA256_HEX];
	uint64_t bytes;
	enum od_rc rc = od_sha256_file(path, hex, &bytes, err);

	if (rc == OD_OK && (bytes != w->bytes || strcmp(hex, w->sha256) != 0)) {
		(void)!od_err_set(err, OD_KIND_VERIFY,
		                  "'%s' is not the file that was sealed", path);
		rc = od_err_hint(err, "run `odp verify`; build the release again");
	}
	return rc;
}

static enum od_rc
send_file(struct upload *u, struct parcel *p, const struct od_want_resource *w,
          bool exists, struct od_ckan_reply *r, struct od_err *err)
{
	const char *path = od_arena_printf(p->work, "%s/%s", u->live, w->path);
	const struct od_ckan_file file = {path, w->file_name, w->media_type};
	const struct od_http_part parts[] = {
	    {"id", w->id},
	    {"name", w->name},
	    {"description", w->description},
	    {"format", w->format},
	    {"mimetype", w->media_type},
	    {"sha256", w->sha256},
	    {"release_path", w->path},
	    {"url_type", "upload"},
	    {"url",
	     w->file_name}, /* a form may demand one; CKAN puts its own in place */
	    {"package_id", od_json_text(p->have, "id")},
	};
	size_t n = OD_ARRAY_LEN(parts) - (exists ? 1 : 0);
	enum od_rc rc = check_file(w, path, err);

	if (rc != OD_OK)
		return rc;
	return od_ckan_send_file(
	    u->ckan, exists ? OD_CKAN_RESOURCE_PATCH : OD_CKAN_RESOURCE_CREATE, parts,
	    n, &file, p->work, r, err);
}

/* After a write whose outcome is unknown, only the bytes themselves are evidence. */
static enum od_rc
compare_bytes(struct upload *u, struct parcel *p, const struct od_want_resource *w,
              bool *same, struct od_err *err)
{
	char hex[OD_SHA256_HEX];
	enum od_rc rc = od_ckan_hash_resource(u->ckan, od_json_text(p->have, "id"),
	                                      w->id, w->bytes, hex, err);

	*same = strcmp(hex, w->sha256) == 0;
	return rc;
}

/* Creates a resource or replaces its file, until the server has the bytes. */
static enum od_rc
put_file(struct upload *u, struct parcel *p, const struct od_want_resource *w,
         struct od_err *err)
{
	const struct od_json *have;
	struct od_ckan_reply r;
	bool same = false;
	enum od_rc rc = show_resource(u, p, w, &have, err);

	for (unsigned try = 1; rc == OD_OK; try++) {
		rc = send_file(u, p, w, have != NULL, &r, err);
		if (rc != OD_OK)
			return rc;
		u->ctx->files++;
		u->ctx->bytes += w->bytes;
		if (r.answer == OD_CKAN_OK && has_bytes(w, r.result))
			return OD_OK;
		if (r.answer != OD_CKAN_OK && r.answer != OD_CKAN_UNCLEAR)
			return od_ckan_error(u->ckan,
			                     have ? OD_CKAN_RESOURCE_PATCH
			                          : OD_CKAN_RESOURCE_CREATE,
			                     w->path, &r, err);
		if (r.answer == OD_CKAN_UNCLEAR)
			rc = pause_try(u, try, &r, err);
		if (rc == OD_OK)
			rc = show_resource(u, p, w, &have, err);
		if (rc == OD_OK && have && has_bytes(w, have)) {
			rc = compare_bytes(u, p, w, &same, err);
			if (rc != OD_OK || same)
				return rc;
		}
		if (rc == OD_OK && try == OD_HTTP_TRIES) {
			r.answer = OD_CKAN_UNCLEAR;
			return refuse(u, OD_CKAN_RESOURCE_PATCH, w->path, &r, err);
		}
	}
	return rc;
}

static enum od_rc
patch_resource(struct upload *u, struct parcel *p, const struct od_want_resource *w,
               struct od_span members, struct od_err *err)
{
	struct od_buf body = {0};
	struct od_ckan_reply r;
	enum od_rc rc;

	od_buf_printf(&body, "{\"id\":\"%s\",", w->id);
	od_buf_span(&body, members);
	od_buf_putc(&body, '}');
	/* Doing it twice gives the same, so that an unclear outcome is simply repeated.
	 */
	for (unsigned try = 1;; try++) {
		rc = od_ckan_post(u->ckan, OD_CKAN_RESOURCE_PATCH, od_buf_view(&body),
		                  p->work, &r, err);
		if (rc != OD_OK || r.answer == OD_CKAN_OK)
			break;
		if (r.answer != OD_CKAN_UNCLEAR || try == OD_HTTP_TRIES) {
			rc = refuse(u, OD_CKAN_RESOURCE_PATCH, w->path, &r, err);
			break;
		}
		rc = pause_try(u, try, &r, err);
		if (rc != OD_OK)
			break;
	}
	od_buf_release(&body);
	return rc;
}

static enum od_rc
put_resource(struct upload *u, struct parcel *p, const struct od_want_resource *w,
             struct od_err *err)
{
	const struct od_json *have = od_want_find(p->have, w->id);
	struct od_buf members = {0}, names = {0};
	enum od_rc rc = OD_OK;

	if (!have || !has_bytes(w, have)) {
		tell(u, "%s resource %s in %s (%llu bytes)", have ? "patch" : "create",
		     w->path, p->want.name, (unsigned long long)w->bytes);
		if (!u->ctx->dry_run)
			rc = put_file(u, p, w, err);
	} else if (od_want_resource_update(w, have, &members, &names)) {
		tell(u, "patch resource %s in %s (%s)", w->path, p->want.name,
		     od_buf_str(&names));
		if (!u->ctx->dry_run)
			rc = patch_resource(u, p, w, od_buf_view(&members), err);
	}
	od_buf_release(&members);
	od_buf_release(&names);
	od_progress_add(1);
	return rc;
}

/* A file that the server refuses costs itself: the others of the dataset go on. */
static enum od_rc
put_resources(struct upload *u, struct parcel *p, struct od_err *err)
{
	for (size_t i = 0; i < p->want.n_resources; i++) {
		enum od_rc rc;

		p->refused = false;
		rc = put_resource(u, p, &p->want.resources[i], err);
		if (rc != OD_OK && !p->refused)
			return rc;
		if (rc != OD_OK && p->failed++ == 0)
			p->first = *err;
	}
	return OD_OK;
}

static bool
is_wanted(const struct parcel *p, const char *id)
{
	for (size_t i = 0; i < p->want.n_resources; i++)
		if (strcmp(p->want.resources[i].id, id) == 0)
			return true;
	return false;
}

static enum od_rc
delete_resource(struct upload *u, struct parcel *p, const char *id, const char *path,
                struct od_err *err)
{
	struct od_buf body = {0};
	struct od_ckan_reply r;
	enum od_rc rc;

	od_buf_puts(&body, "{\"id\":");
	od_json_string(&body, od_span_str(id));
	od_buf_putc(&body, '}');
	for (unsigned try = 1;; try++) {
		rc = od_ckan_post(u->ckan, OD_CKAN_RESOURCE_DELETE, od_buf_view(&body),
		                  p->work, &r, err);
		if (rc != OD_OK || r.answer == OD_CKAN_OK ||
		    r.answer == OD_CKAN_MISSING)
			break;
		if (r.answer != OD_CKAN_UNCLEAR || try == OD_HTTP_TRIES) {
			rc = refuse(u, OD_CKAN_RESOURCE_DELETE, path, &r, err);
			break;
		}
		rc = pause_try(u, try, &r, err);
		if (rc != OD_OK)
			break;
	}
	od_buf_release(&body);
	return rc;
}

/* Removes what we once sent and no longer have. What others added stays. */
static enum od_rc
delete_vanished(struct upload *u, struct parcel *p, struct od_err *err)
{
	const struct od_json *list = od_json_find(p->have, "resources");
	enum od_rc rc = OD_OK;

	for (size_t i = 0; list && list->kind == OD_JSON_ARRAY && i < list->n; i++) {
		const struct od_json *one = &list->items[i];
		const char *id = od_json_text(one, "id");
		const char *path = od_json_text(one, "release_path");

		if (is_wanted(p, id) ||
		    !od_want_is_ours(&u->ctx->spec->catalog, p->want.dataset->id, one))
			continue;
		tell(u, "delete resource %s in %s", path, p->want.name);
		if (!u->ctx->dry_run)
			rc = delete_resource(u, p, id, path, err);
		if (rc != OD_OK)
			break;
	}
	return rc;
}

/* One dataset. */

static enum od_rc
send_parcel(struct upload *u, struct parcel *p, struct od_err *err)
{
	uint64_t before;
	enum od_rc rc = show_package(u, p, err);

	if (rc == OD_OK && !p->have)
		rc = create_package(u, p, err);
	before = od_ckan_writes(u->ckan);
	if (rc == OD_OK)
		rc = put_resources(u, p, err);
	/* Each of those writes has moved metadata_modified. */
	if (rc == OD_OK && od_ckan_writes(u->ckan) != before)
		rc = show_package(u, p, err);
	if (rc == OD_OK && p->have)
		rc = revise_package(u, p, err);
	if (rc == OD_OK && p->have)
		rc = delete_vanished(u, p, err);
	if (rc == OD_OK && p->failed) {
		*err = p->first;
		rc = err->rc;
	}
	return rc;
}

static enum od_rc
send_dataset(struct upload *u, const struct od_dataset *d, struct od_err *err)
{
	struct od_arena work = {0};
	struct parcel p = {.work = &work};
	enum od_rc rc = od_want_package(&u->frame, d, &work, &p.want, err);

	if (rc == OD_OK && p.want.n_resources) {
		u->packages++;
		rc = send_parcel(u, &p, err);
	}
	od_arena_release(&work);
	return rc;
}

/* Whether the next dataset would fail in the same way. */
static bool
ends_all(const struct upload *u, const struct od_err *err)
{
	return u->ill || (err->kind != OD_KIND_REMOTE && err->kind != OD_KIND_SCHEMA);
}

static enum od_rc
send_all(struct upload *u, struct od_err *err)
{
	const struct od_spec *spec = u->ctx->spec;

	for (size_t i = 0; i < spec->n_datasets; i++) {
		enum od_rc rc = send_dataset(u, &spec->datasets[i], err);

		if (rc != OD_OK && ends_all(u, err))
			return od_err_wrap(err, "dataset '%s'", spec->datasets[i].id);
		if (rc != OD_OK && u->failed++ == 0)
			u->first = *err;
	}
	if (!u->failed)
		return OD_OK;
	*err = u->first;
	return od_err_wrap(err,
	                   "%zu of %zu datasets are not up to date on CKAN; the first",
	                   u->failed, spec->n_datasets);
}

static enum od_rc
check_options(const struct od_stage_ctx *ctx, struct od_err *err)
{
	const struct {
		const char *value, *name, *variable;
	} needed[] = {{ctx->ckan, "--ckan", "ODP_CKAN"},
	              {ctx->ckan_org, "--ckan-org", "ODP_CKAN_ORG"},
	              {ctx->ckan_token, "--ckan-token", "ODP_CKAN_TOKEN"}};

	for (size_t i = 0; i < OD_ARRAY_LEN(needed); i++)
		if (!needed[i].value || !needed[i].value[0])
			return od_err_set(err, OD_KIND_USAGE, "upload needs %s (or %s)",
			                  needed[i].name, needed[i].variable);
	return OD_OK;
}

static enum od_rc
open_ckan(struct upload *u, const struct od_upload_services *services,
          struct od_err *err)
{
	struct od_http_opts opts = {
	    .base = u->ctx->ckan,
	    .stall_seconds = services->stall_seconds,
	    .sleep_ms = services->sleep_ms,
	    .random = services->random,
	    .u = services->u,
	};
	char *token = NULL;
	enum od_rc rc =
	    od_ckan_token_load(u->ctx->ckan_token, u->ctx->run, &token, err);

	if (rc != OD_OK)
		return rc;
	opts.token = token;
	rc = od_ckan_open(&opts, u->ctx->run, &u->ckan, err);
	/* libcurl keeps its own copy, wiped by od_ckan_close(). */
	explicit_bzero(token, strlen(token));
	return rc;
}

enum od_rc
od_upload_run(struct od_stage_ctx *ctx, const struct od_upload_services *services,
              struct od_err *err)
{
	struct upload u = {.ctx = ctx};
	struct od_artefacts list = {0};
	const char *artefacts = NULL;
	enum od_rc rc = check_options(ctx, err);

	if (rc == OD_OK)
		rc = find_live(&u, &artefacts, err);
	if (rc == OD_OK)
		rc = od_artefacts_load(&list, artefacts, ctx->run, err);
	if (rc == OD_OK)
		rc = open_ckan(&u, services, err);
	if (rc != OD_OK)
		return rc;
	u.frame.spec = ctx->spec;
	u.frame.base_url = ctx->base_url;
	u.frame.artefacts = &list;
	od_progress_begin("upload", "files", 0);
	rc = preflight(&u, err);
	if (rc == OD_OK)
		rc = send_all(&u, err);
	od_progress_end();
	if (u.steps == 0)
		ctx->note = "CKAN is up to date";
	else
		ctx->note = od_arena_printf(ctx->run, "%llu packages, %llu changes%s",
		                            (unsigned long long)u.packages,
		                            (unsigned long long)u.steps,
		                            ctx->dry_run ? " planned" : "");
	od_ckan_close(u.ckan);
	return rc;
}

static enum od_rc
run(struct od_stage_ctx *ctx, struct od_err *err)
{
	static const struct od_upload_services real;

	return od_upload_run(ctx, &real, err);
}

const struct od_stage od_stage_upload = {
    .name = "upload",
    .summary = "send what changed in the live release to CKAN",
    .version = "1",
    .run = run,
};
