#include "stage/upload_retire.h"

#include <string.h>

/* The dataset that our package is of, by its extra `identifier` ("open-d-projects"), or
 * NULL. */
static const char *
dataset_of(const struct od_catalog *catalog, const struct od_json *package)
{
	const struct od_json *extras = od_json_find(package, "extras");
	size_t n = strlen(catalog->id);

	for (size_t i = 0; extras && extras->kind == OD_JSON_ARRAY && i < extras->n;
	     i++) {
		const char *key = od_json_text(&extras->items[i], "key");
		const char *value = od_json_text(&extras->items[i], "value");

		if (strcmp(key, "identifier") == 0 &&
		    strncmp(value, catalog->id, n) == 0 && value[n] == '-')
			return value + n + 1;
	}
	return NULL;
}

static bool
has_foreign(const struct od_catalog *catalog, const char *dataset,
            const struct od_json *package)
{
	const struct od_json *list = od_json_find(package, "resources");

	for (size_t i = 0; list && list->kind == OD_JSON_ARRAY && i < list->n; i++)
		if (!od_want_is_ours(catalog, dataset, &list->items[i]))
			return true;
	return false;
}

/* *package is NULL if it is gone, or was never or is no longer ours. */
static enum od_rc
show(struct od_upload *u, const char *name, struct od_arena *a,
     const struct od_json **package, struct od_err *err)
{
	struct od_ckan_reply r;
	enum od_rc rc = od_upload_ask(u, OD_CKAN_PACKAGE_SHOW, "id", name, a, &r, err);

	*package = NULL;
	if (rc != OD_OK || r.answer == OD_CKAN_MISSING)
		return rc;
	if (r.answer != OD_CKAN_OK)
		return od_upload_refuse(u, OD_CKAN_PACKAGE_SHOW, name, &r, err);
	if (strcmp(od_json_text(r.result, "state"), "deleted") != 0 &&
	    strcmp(od_json_text(r.result, "owner_org"), u->frame.owner_org) == 0 &&
	    dataset_of(&u->ctx->spec->catalog, r.result))
		*package = r.result;
	return OD_OK;
}

static enum od_rc
delete_package(struct od_upload *u, const char *name, struct od_arena *a,
               struct od_err *err)
{
	struct od_buf body = {0};
	struct od_ckan_reply r;
	enum od_rc rc;

	od_buf_puts(&body, "{\"id\":");
	od_json_string(&body, od_span_str(name));
	od_buf_putc(&body, '}');
	for (unsigned try = 1;; try++) {
		rc = od_ckan_post(u->ckan, OD_CKAN_PACKAGE_DELETE, od_buf_view(&body),
		                  a, &r, err);
		if (rc != OD_OK || r.answer == OD_CKAN_OK ||
		    r.answer == OD_CKAN_MISSING)
			break;
		if (r.answer != OD_CKAN_UNCLEAR || try == OD_HTTP_TRIES) {
			rc = od_upload_refuse(u, OD_CKAN_PACKAGE_DELETE, name, &r, err);
			break;
		}
		rc = od_upload_pause(u, try, &r, err);
		if (rc != OD_OK)
			break;
	}
	od_buf_release(&body);
	return rc;
}

static enum od_rc
retire(struct od_upload *u, const char *name, struct od_arena *a, struct od_err *err)
{
	const struct od_catalog *catalog = &u->ctx->spec->catalog;
	const struct od_json *package;
	enum od_rc rc = show(u, name, a, &package, err);

	if (rc != OD_OK)
		return rc;
	if (package && has_foreign(catalog, dataset_of(catalog, package), package)) {
		(void)!od_err_set(err, OD_KIND_REMOTE,
		                  "package '%s' is of a dataset that is published no "
		                  "more, and holds resources of others",
		                  name);
		return od_err_hint(err, "move them, or delete the package there");
	}
	if (package)
		od_upload_tell(u, "delete package %s", name);
	if (u->ctx->dry_run)
		return OD_OK;
	if (package)
		rc = delete_package(u, name, a, err);
	return rc == OD_OK ? od_journal_drop(&u->journal, name, err) : rc;
}

enum od_rc
od_upload_retire(struct od_upload *u, struct od_err *err)
{
	struct od_journal *j = &u->journal;
	size_t gone = 0;
	struct od_err first;
	size_t failed = 0;

	for (size_t i = 0; i < j->n; i++)
		gone += !j->v[i].kept;
	if (gone > j->n - gone) {
		(void)!od_err_set(err, OD_KIND_REMOTE,
		                  "the release has %zu packages and would delete %zu",
		                  j->n - gone, gone);
		return od_err_hint(
		    err, "look at --schemas; if it is meant, delete the packages on "
			 "the server and state/upload.json here");
	}
	for (size_t i = j->n; i-- > 0;) {
		struct od_arena work = {0};
		enum od_rc rc =
		    j->v[i].kept ? OD_OK : retire(u, j->v[i].package, &work, err);

		od_arena_release(&work);
		if (rc != OD_OK && u->ill)
			return rc;
		if (rc != OD_OK && failed++ == 0)
			first = *err;
	}
	if (failed)
		*err = first;
	return failed ? err->rc : OD_OK;
}
