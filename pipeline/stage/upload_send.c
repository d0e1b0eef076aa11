#include "stage/upload_send.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/hash.h"
#include "core/log.h"
#include "stage/upload_diff.h"
#include "stage/upload_table.h"

/* One dataset on its way. */
struct parcel {
	struct od_want_package want;
	struct od_arena *work;
	const struct od_json *have; /* package_show, or NULL if there is none */
	bool refused;  /* the last failure was the server's no to one file */
	size_t failed; /* such files */
	struct od_err first;
};

void
od_upload_tell(struct od_upload *u, const char *fmt, ...)
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

enum od_rc
od_upload_ask(struct od_upload *u, enum od_ckan_verb verb, const char *key,
              const char *value, struct od_arena *a, struct od_ckan_reply *r,
              struct od_err *err)
{
	const struct od_http_part args[] = {{key, value}};
	enum od_rc rc = od_ckan_get(u->ckan, verb, args, key ? 1 : 0, a, r, err);

	u->ill = u->ill || rc != OD_OK;
	return rc;
}

enum od_rc
od_upload_pause(struct od_upload *u, unsigned next, const struct od_ckan_reply *r,
                struct od_err *err)
{
	enum od_rc rc = od_ckan_wait(u->ckan, next, r, err);

	u->ill = u->ill || rc != OD_OK;
	return rc;
}

/* The error of a reply that ends the work on `what`. */
enum od_rc
od_upload_refuse(struct od_upload *u, enum od_ckan_verb verb, const char *what,
                 const struct od_ckan_reply *r, struct od_err *err)
{
	u->ill = u->ill || r->answer == OD_CKAN_UNCLEAR;
	return od_ckan_error(u->ckan, verb, what, r, err);
}

/* The package. */

static enum od_rc
show_package(struct od_upload *u, struct parcel *p, struct od_err *err)
{
	struct od_ckan_reply r;
	enum od_rc rc = od_upload_ask(u, OD_CKAN_PACKAGE_SHOW, "id", p->want.name,
	                              p->work, &r, err);

	p->have = NULL;
	if (rc != OD_OK || r.answer == OD_CKAN_MISSING)
		return rc;
	if (r.answer != OD_CKAN_OK)
		return od_upload_refuse(u, OD_CKAN_PACKAGE_SHOW, p->want.name, &r, err);
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
create_package(struct od_upload *u, struct parcel *p, struct od_err *err)
{
	struct od_ckan_reply r;
	struct od_buf body = {0};
	enum od_rc rc = OD_OK;

	od_upload_tell(u, "create package %s", p->want.name);
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
			rc = od_upload_pause(u, try, &r, err);
		if (rc == OD_OK)
			rc = show_package(u, p, err);
		if (rc != OD_OK || p->have)
			break;
		if (r.answer != OD_CKAN_UNCLEAR || try == OD_HTTP_TRIES) {
			rc = od_upload_refuse(u, OD_CKAN_PACKAGE_CREATE, p->want.name,
			                      &r, err);
			break;
		}
	}
	od_buf_release(&body);
	return rc;
}

/* Brings the metadata up to date, against a package that others may change meanwhile.
 */
static enum od_rc
revise_package(struct od_upload *u, struct parcel *p, struct od_err *err)
{
	struct od_buf update = {0}, names = {0}, body = {0};
	struct od_ckan_reply r;
	enum od_rc rc = OD_OK;

	for (unsigned try = 1;; try++) {
		update.n = names.n = body.n = 0;
		if (!od_want_update(&p->want, p->have, u->frame.form.schema != NULL,
		                    &update, &names))
			break;
		if (try == 1)
			od_upload_tell(u, "patch package %s (%s)", p->want.name,
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
			rc = od_upload_refuse(u, OD_CKAN_PACKAGE_REVISE, p->want.name,
			                      &r, err);
			break;
		}
		rc = od_upload_pause(u, try, &r, err);
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
show_resource(struct od_upload *u, struct parcel *p, const struct od_want_resource *w,
              const struct od_json **have, struct od_err *err)
{
	struct od_ckan_reply r;
	enum od_rc rc =
	    od_upload_ask(u, OD_CKAN_RESOURCE_SHOW, "id", w->id, p->work, &r, err);

	*have = NULL;
	if (rc != OD_OK || r.answer == OD_CKAN_MISSING)
		return rc;
	if (r.answer != OD_CKAN_OK)
		return od_upload_refuse(u, OD_CKAN_RESOURCE_SHOW, w->path, &r, err);
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
send_file(struct od_upload *u, struct parcel *p, const struct od_want_resource *w,
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
compare_bytes(struct od_upload *u, struct parcel *p, const struct od_want_resource *w,
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
put_file(struct od_upload *u, struct parcel *p, const struct od_want_resource *w,
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
		p->refused =
		    r.answer == OD_CKAN_TOO_LARGE || r.answer == OD_CKAN_INVALID;
		if (r.answer != OD_CKAN_OK && r.answer != OD_CKAN_UNCLEAR)
			return od_upload_refuse(
			    u, have ? OD_CKAN_RESOURCE_PATCH : OD_CKAN_RESOURCE_CREATE,
			    w->path, &r, err);
		if (r.answer == OD_CKAN_UNCLEAR)
			rc = od_upload_pause(u, try, &r, err);
		if (rc == OD_OK)
			rc = show_resource(u, p, w, &have, err);
		if (rc == OD_OK && have && has_bytes(w, have)) {
			rc = compare_bytes(u, p, w, &same, err);
			if (rc != OD_OK || same)
				return rc;
		}
		if (rc == OD_OK && try == OD_HTTP_TRIES) {
			r.answer = OD_CKAN_UNCLEAR;
			return od_upload_refuse(u, OD_CKAN_RESOURCE_PATCH, w->path, &r,
			                        err);
		}
	}
	return rc;
}

/*
 * A write on one resource that gives the same when it is done twice, so that an unclear
 * outcome is simply repeated. A body without its last brace.
 */
static enum od_rc
repeat_write(struct od_upload *u, struct parcel *p, enum od_ckan_verb verb,
             const struct od_want_resource *w, struct od_buf *body, struct od_err *err)
{
	struct od_ckan_reply r;
	enum od_rc rc;

	od_buf_putc(body, '}');
	for (unsigned try = 1;; try++) {
		rc = od_ckan_post(u->ckan, verb, od_buf_view(body), p->work, &r, err);
		if (rc != OD_OK || r.answer == OD_CKAN_OK ||
		    (verb == OD_CKAN_DATASTORE_DELETE && r.answer == OD_CKAN_MISSING))
			break;
		if (r.answer != OD_CKAN_UNCLEAR || try == OD_HTTP_TRIES) {
			p->refused = r.answer != OD_CKAN_UNCLEAR;
			rc = od_upload_refuse(u, verb, w->path, &r, err);
			break;
		}
		rc = od_upload_pause(u, try, &r, err);
		if (rc != OD_OK)
			break;
	}
	od_buf_release(body);
	return rc;
}

static enum od_rc
patch_resource(struct od_upload *u, struct parcel *p, const struct od_want_resource *w,
               struct od_span members, struct od_err *err)
{
	struct od_buf body = {0};

	od_buf_printf(&body, "{\"id\":\"%s\",", w->id);
	od_buf_span(&body, members);
	return repeat_write(u, p, OD_CKAN_RESOURCE_PATCH, w, &body, err);
}

/* Its table. */

static enum od_rc
show_table(struct od_upload *u, struct parcel *p, const struct od_want_resource *w,
           const struct od_json **have, struct od_err *err)
{
	const struct od_http_part args[] = {{"resource_id", w->id}, {"limit", "0"}};
	struct od_ckan_reply r;
	enum od_rc rc = od_ckan_get(u->ckan, OD_CKAN_DATASTORE_SEARCH, args,
	                            OD_ARRAY_LEN(args), p->work, &r, err);

	*have = NULL;
	u->ill = u->ill || rc != OD_OK;
	if (rc != OD_OK || r.answer == OD_CKAN_MISSING)
		return rc;
	if (r.answer != OD_CKAN_OK)
		return od_upload_refuse(u, OD_CKAN_DATASTORE_SEARCH, w->path, &r, err);
	*have = r.result;
	return OD_OK;
}

/* Makes the columns what is declared. A table with others goes, and its rows with it:
 * `emptied`. */
static enum od_rc
put_columns(struct od_upload *u, struct parcel *p, const struct od_want_resource *w,
            bool *emptied, struct od_err *err)
{
	const struct od_dataset *d = p->want.dataset;
	const struct od_json *have = NULL;
	enum od_table_state state = OD_TABLE_OTHER;
	struct od_buf body = {0};
	enum od_rc rc = OD_OK;

	if (od_want_find(p->have, w->id) || !u->ctx->dry_run)
		rc = show_table(u, p, w, &have, err);
	if (rc == OD_OK && have)
		state = od_table_compare(d, have);
	if (rc != OD_OK || state == OD_TABLE_CURRENT)
		return rc;
	od_upload_tell(u, "%s table of %s in %s",
	               !have                     ? "create"
	               : state == OD_TABLE_WORDS ? "describe"
	                                         : "replace",
	               w->path, p->want.name);
	if (u->ctx->dry_run)
		return OD_OK;
	*emptied = have && state == OD_TABLE_OTHER;
	if (*emptied) {
		od_buf_printf(&body, "{\"resource_id\":\"%s\",\"force\":true", w->id);
		rc = repeat_write(u, p, OD_CKAN_DATASTORE_DELETE, w, &body, err);
		if (rc != OD_OK)
			return rc;
	}
	od_buf_printf(&body,
	              "{\"resource_id\":\"%s\",\"force\":true,\"fields\":", w->id);
	od_table_fields(d, &body);
	return repeat_write(u, p, OD_CKAN_DATASTORE_CREATE, w, &body, err);
}

/*
 * Whether the loader is at it. One that has not said a word for an hour is lost: so
 * long ckanext-xloader itself waits (ckanext.xloader.assume_task_stale_after).
 */
static bool
is_loading(const struct od_json *task)
{
	enum { STALE_SECONDS = 3600 };
	const char *status = od_json_text(task, "status");
	struct tm at = {0};

	if (strcmp(status, "pending") != 0 && strncmp(status, "running", 7) != 0)
		return false;
	return !strptime(od_json_text(task, "last_updated"), "%Y-%m-%dT%H:%M:%S",
	                 &at) ||
	       difftime(time(NULL), timegm(&at)) < STALE_SECONDS;
}

/*
 * A file that is sent is loaded by itself. One that was there before its table, or
 * whose load failed, is loaded when we ask, unless that is on its way.
 */
static enum od_rc
load_rows(struct od_upload *u, struct parcel *p, const struct od_want_resource *w,
          struct od_err *err)
{
	const struct od_json *have;
	struct od_ckan_reply r;
	struct od_buf body = {0};
	enum od_rc rc = show_table(u, p, w, &have, err);

	if (rc != OD_OK || !have || od_json_int(have, "total") == (int64_t)w->rows)
		return rc;
	rc = od_upload_ask(u, OD_CKAN_XLOADER_STATUS, "resource_id", w->id, p->work, &r,
	                   err);
	if (rc != OD_OK)
		return rc;
	if (r.answer == OD_CKAN_OK && is_loading(r.result)) {
		u->loading++;
		return OD_OK;
	}
	od_upload_tell(u, "load table of %s in %s", w->path, p->want.name);
	if (u->ctx->dry_run)
		return OD_OK;
	od_buf_printf(&body, "{\"resource_id\":\"%s\",\"ignore_hash\":true", w->id);
	return repeat_write(u, p, OD_CKAN_XLOADER_SUBMIT, w, &body, err);
}

/* The file, and the words about it. `sent`: its bytes went out. */
static enum od_rc
put_bytes(struct od_upload *u, struct parcel *p, const struct od_want_resource *w,
          bool *sent, struct od_err *err)
{
	const struct od_json *have = od_want_find(p->have, w->id);
	struct od_buf members = {0}, names = {0};
	enum od_rc rc = OD_OK;

	*sent = !have || !has_bytes(w, have);
	if (*sent) {
		od_upload_tell(u, "%s resource %s in %s (%llu bytes)",
		               have ? "patch" : "create", w->path, p->want.name,
		               (unsigned long long)w->bytes);
		if (!u->ctx->dry_run)
			rc = put_file(u, p, w, err);
	} else if (od_want_resource_update(w, have, &members, &names)) {
		od_upload_tell(u, "patch resource %s in %s (%s)", w->path, p->want.name,
		               od_buf_str(&names));
		if (!u->ctx->dry_run)
			rc = patch_resource(u, p, w, od_buf_view(&members), err);
	}
	od_buf_release(&members);
	od_buf_release(&names);
	return rc;
}

/*
 * The columns come first where they can, since the loader starts when the file is
 * there; those of a new file right after it, mostly before the loader is that far.
 */
static enum od_rc
put_resource(struct od_upload *u, struct parcel *p, const struct od_want_resource *w,
             struct od_err *err)
{
	bool known = od_want_find(p->have, w->id) != NULL;
	bool sent = false, emptied = false;
	enum od_rc rc = OD_OK;

	if (w->table && known)
		rc = put_columns(u, p, w, &emptied, err);
	if (rc == OD_OK)
		rc = put_bytes(u, p, w, &sent, err);
	if (rc == OD_OK && w->table && !known)
		rc = put_columns(u, p, w, &emptied, err);
	if (rc == OD_OK && w->table && (known ? !sent : emptied))
		rc = load_rows(u, p, w, err);
	od_progress_add(1);
	return rc;
}

/* A file that the server refuses costs itself: the others of the dataset go on. */
static enum od_rc
put_resources(struct od_upload *u, struct parcel *p, struct od_err *err)
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
delete_resource(struct od_upload *u, struct parcel *p, const char *id, const char *path,
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
			rc =
			    od_upload_refuse(u, OD_CKAN_RESOURCE_DELETE, path, &r, err);
			break;
		}
		rc = od_upload_pause(u, try, &r, err);
		if (rc != OD_OK)
			break;
	}
	od_buf_release(&body);
	return rc;
}

/* Removes what we once sent and no longer have. What others added stays. */
static enum od_rc
delete_vanished(struct od_upload *u, struct parcel *p, struct od_err *err)
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
		od_upload_tell(u, "delete resource %s in %s", path, p->want.name);
		if (!u->ctx->dry_run)
			rc = delete_resource(u, p, id, path, err);
		if (rc != OD_OK)
			break;
	}
	return rc;
}

/* One dataset. */

/* Files first, then the words about them, then what is no longer there. */
static enum od_rc
send_parts(struct od_upload *u, struct parcel *p, struct od_err *err)
{
	uint64_t before = od_ckan_writes(u->ckan);
	enum od_rc rc = put_resources(u, p, err);

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

/* Notes how the server has it now, for the next night. */
static enum od_rc
note_parcel(struct od_upload *u, struct parcel *p, const char *want, bool written,
            struct od_err *err)
{
	enum od_rc rc = OD_OK;

	if (u->ctx->dry_run)
		return OD_OK;
	if (written)
		rc = show_package(u, p, err);
	if (rc == OD_OK && p->have)
		rc = od_journal_put(&u->journal, p->want.name,
		                    od_json_text(p->have, "metadata_modified"), want,
		                    err);
	return rc;
}

/* A table is filled, or fails to be, when nobody looks, and the package tells nothing.
 */
static enum od_rc
look_at_tables(struct od_upload *u, struct parcel *p, bool *full, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	*full = true;
	for (size_t i = 0; i < p->want.n_resources && *full; i++) {
		const struct od_want_resource *w = &p->want.resources[i];
		const struct od_json *have;

		if (!w->table)
			continue;
		rc = show_table(u, p, w, &have, err);
		if (rc != OD_OK)
			break;
		*full = have &&
		        od_table_compare(p->want.dataset, have) == OD_TABLE_CURRENT &&
		        od_json_int(have, "total") == (int64_t)w->rows;
	}
	return rc;
}

static enum od_rc
send_parcel(struct od_upload *u, struct parcel *p, struct od_err *err)
{
	uint64_t before = od_ckan_writes(u->ckan);
	char want[OD_SHA256_HEX];
	bool full = false;
	enum od_rc rc = show_package(u, p, err);

	if (rc != OD_OK)
		return rc;
	od_want_hash(&p->want, u->frame.form.schema != NULL, want);
	if (p->have &&
	    od_journal_has(&u->journal, p->want.name,
	                   od_json_text(p->have, "metadata_modified"), want)) {
		rc = look_at_tables(u, p, &full, err);
		if (rc != OD_OK)
			return rc;
	}
	if (full) {
		od_progress_add(p->want.n_resources);
		return OD_OK;
	}
	if (!p->have)
		rc = create_package(u, p, err);
	if (rc == OD_OK)
		rc = send_parts(u, p, err);
	if (rc == OD_OK)
		rc = note_parcel(u, p, want, od_ckan_writes(u->ckan) != before, err);
	return rc;
}

enum od_rc
od_upload_dataset(struct od_upload *u, const struct od_dataset *d, struct od_err *err)
{
	struct od_arena work = {0};
	struct parcel p = {.work = &work};
	enum od_rc rc = od_want_package(&u->frame, d, &work, &p.want, err);

	if (rc == OD_OK && p.want.n_resources) {
		u->packages++;
		od_journal_keep(&u->journal, p.want.name);
		rc = send_parcel(u, &p, err);
	}
	od_arena_release(&work);
	return rc;
}
