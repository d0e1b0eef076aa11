#include "stage/upload.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/log.h"
#include "remote/ckan.h"
#include "stage/artefacts.h"
#include "stage/upload_retire.h"
#include "stage/upload_send.h"
#include "stage/upload_table.h"

enum { MANIFEST_MAX = 64 * 1024 * 1024 };

/* What is to be sent: the live release. */

static enum od_rc
find_live(struct od_upload *u, struct od_err *err)
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
	if (u->ctx->serial != (uint64_t)serial)
		return od_err_set(err, OD_KIND_VERIFY,
		                  "'%s' is release %lld, but %llu was to be uploaded",
		                  u->live, (long long)serial,
		                  (unsigned long long)u->ctx->serial);
	return OD_OK;
}

/* Whether the server knows us, and how it wants things called. */

static enum od_rc
check_organization(struct od_upload *u, struct od_err *err)
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
		return od_upload_refuse(u, OD_CKAN_ORGANIZATION_SHOW, u->ctx->ckan_org,
		                        &r, err);
	u->frame.owner_org = od_json_text(r.result, "id");
	rc = od_upload_ask(u, OD_CKAN_ORGANIZATION_LIST_FOR_USER, "permission",
	                   "create_dataset", run, &r, err);
	if (rc != OD_OK)
		return rc;
	if (r.answer != OD_CKAN_OK || r.result->kind != OD_JSON_ARRAY)
		return od_upload_refuse(u, OD_CKAN_ORGANIZATION_LIST_FOR_USER,
		                        u->ctx->ckan_org, &r, err);
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
find_license(struct od_upload *u, struct od_err *err)
{
	const char *ours = u->ctx->spec->catalog.license_id;
	struct od_ckan_reply r;
	enum od_rc rc =
	    od_upload_ask(u, OD_CKAN_LICENSE_LIST, NULL, NULL, u->ctx->run, &r, err);

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
find_form(struct od_upload *u, struct od_err *err)
{
	struct od_ckan_reply r;
	enum od_rc rc = od_upload_ask(u, OD_CKAN_SCHEMING_DATASET_SCHEMA_SHOW, "type",
	                              "dataset", u->ctx->run, &r, err);

	if (rc != OD_OK)
		return rc;
	if (r.answer == OD_CKAN_OK)
		u->frame.form.schema = r.result;
	else if (r.answer == OD_CKAN_UNCLEAR || r.answer == OD_CKAN_DENIED)
		return od_upload_refuse(u, OD_CKAN_SCHEMING_DATASET_SCHEMA_SHOW,
		                        "dataset", &r, err);
	return OD_OK;
}

static enum od_rc
preflight(struct od_upload *u, struct od_err *err)
{
	struct od_ckan_reply r;
	enum od_rc rc =
	    od_upload_ask(u, OD_CKAN_STATUS_SHOW, NULL, NULL, u->ctx->run, &r, err);

	if (rc == OD_OK && r.answer != OD_CKAN_OK)
		rc = od_upload_refuse(u, OD_CKAN_STATUS_SHOW, "status", &r, err);
	if (rc != OD_OK)
		return rc;
	od_log_event("ckan", "CKAN %.20s", od_json_text(r.result, "ckan_version"));
	u->frame.tables = od_table_served(r.result);
	rc = check_organization(u, err);
	if (rc == OD_OK)
		rc = find_license(u, err);
	if (rc == OD_OK)
		rc = find_form(u, err);
	return rc;
}

/* Whether the next dataset would fail in the same way. */
static bool
ends_all(const struct od_upload *u, const struct od_err *err)
{
	return u->ill || (err->kind != OD_KIND_REMOTE && err->kind != OD_KIND_SCHEMA);
}

static enum od_rc
send_all(struct od_upload *u, struct od_err *err)
{
	const struct od_spec *spec = u->ctx->spec;
	struct od_err first;
	size_t failed = 0;

	for (size_t i = 0; i < spec->n_datasets; i++) {
		enum od_rc rc = od_upload_dataset(u, &spec->datasets[i], err);

		if (rc != OD_OK && ends_all(u, err))
			return od_err_wrap(err, "dataset '%s'", spec->datasets[i].id);
		if (rc != OD_OK && failed++ == 0)
			first = *err;
	}
	if (!failed)
		return OD_OK;
	*err = first;
	return od_err_wrap(err,
	                   "%zu of %zu datasets are not up to date on CKAN; the first",
	                   failed, spec->n_datasets);
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
open_ckan(struct od_upload *u, const struct od_upload_services *services,
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
	struct od_upload u = {.ctx = ctx};
	struct od_artefacts list = {0};
	enum od_rc rc = check_options(ctx, err);

	if (rc == OD_OK)
		rc = find_live(&u, err);
	if (rc == OD_OK)
		rc = od_artefacts_load(&list, ctx->wd.artefacts, ctx->run, err);
	if (rc == OD_OK)
		rc = open_ckan(&u, services, err);
	if (rc != OD_OK)
		return rc;
	u.frame.ctx = ctx;
	u.frame.artefacts = &list;
	od_journal_load(&u.journal,
	                od_arena_printf(ctx->run, "%s/upload.json", ctx->wd.state),
	                od_ckan_host(u.ckan), ctx->run);
	od_progress_begin("upload", "files", 0);
	rc = preflight(&u, err);
	if (rc == OD_OK)
		rc = send_all(&u, err);
	if (rc == OD_OK)
		rc = od_upload_retire(&u, err);
	od_progress_end();
	if (u.steps == 0 && u.loading)
		ctx->note = od_arena_printf(ctx->run,
		                            "CKAN is up to date; tables that it still "
		                            "fills: %llu",
		                            (unsigned long long)u.loading);
	else if (u.steps == 0)
		ctx->note = "CKAN is up to date";
	else
		ctx->note = od_arena_printf(ctx->run, "%llu packages, %llu changes%s",
		                            (unsigned long long)u.packages,
		                            (unsigned long long)u.steps,
		                            ctx->dry_run ? " planned" : "");
	od_ckan_close(u.ckan);
	return rc;
}

enum od_rc
od_upload_check(struct od_stage_ctx *ctx, struct od_err *err)
{
	static const struct od_upload_services real;
	struct od_upload u = {.ctx = ctx};
	enum od_rc rc = check_options(ctx, err);

	if (rc == OD_OK)
		rc = open_ckan(&u, &real, err);
	if (rc != OD_OK)
		return rc;
	u.frame.ctx = ctx;
	rc = preflight(&u, err);
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
    .summary_th = "ส่งชุดที่เผยแพร่ไปยัง CKAN",
    .version = "1",
    .run = run,
};
