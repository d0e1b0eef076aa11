#include "run/runner.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "anon/anon.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/out.h"
#include "core/utf8.h"
#include "run/inputs.h"
#include "run/ledger.h"
#include "run/lock.h"
#include "run/notify.h"
#include "run/process.h"
#include "run/rollback.h"
#include "run/room.h"
#include "run/setup.h"
#include "run/status.h"
#include "run/tidy.h"
#include "stage/artefacts.h"
#include "stage/review.h"

struct runner {
	struct od_options *o;
	struct od_arena *a;
	struct od_ledger *ledger;
	int lock;
	struct od_facts facts;
	struct od_release live; /* serial 0: none */
	struct od_release next; /* the one being built */
	bool fresh;             /* next was not begun by an earlier run */
	uint64_t rows, files, bytes;

	/* For the last words. */
	int64_t live_before;
	int status_before;   /* of the run before this one */
	const char *told;    /* what upload says of itself, or NULL */
	const char *summary; /* of a run that succeeded */
};

static size_t
stage_index(const char *name)
{
	size_t i = 0;

	while (od_stages[i] && strcmp(od_stages[i]->name, name) != 0)
		i++;
	return i;
}

static enum od_rc
check_stage_name(const char *name, const char *option, struct od_err *err)
{
	if (!name || od_stages[stage_index(name)])
		return OD_OK;
	if (od_err_set(err, OD_KIND_USAGE, "%s: there is no stage '%s'", option, name))
		return od_err_hint(
		    err,
		    "the stages are extract, validate, analyze, emit, portal, seal, "
		    "upload");
	return err->rc;
}

/* Is the stage asked for at all? */
static bool
is_wanted(const struct runner *r, const struct od_stage *stage)
{
	if (stage == &od_stage_upload)
		return r->o->ckan && (!r->o->only || !strcmp(r->o->only, stage->name));
	return !r->o->only || !strcmp(r->o->only, stage->name);
}

/* Must it work even if nothing changed? */
static bool
is_forced(const struct runner *r, const struct od_stage *stage)
{
	if (r->o->force || r->o->only)
		return true;
	return r->o->from && stage_index(stage->name) >= stage_index(r->o->from);
}

static bool
is_skipped_by_from(const struct runner *r, const struct od_stage *stage)
{
	return r->o->from && stage_index(stage->name) < stage_index(r->o->from);
}

static enum od_rc
check_options(const struct od_options *o, struct od_err *err)
{
	bool seals = !o->only || !strcmp(o->only, "seal");
	bool reads = (!o->only && !o->accept && !o->from && !o->rollback) ||
	             (o->only && !strcmp(o->only, "extract")) ||
	             (o->from && !strcmp(o->from, "extract"));
	enum od_rc rc = check_stage_name(o->only, "--only", err);

	if (!rc)
		rc = check_stage_name(o->from, "--from", err);
	if (!rc && o->only && o->from)
		rc = od_err_set(err, OD_KIND_USAGE,
		                "--only and --from exclude each other");
	if (!rc && seals && !o->sign_key && !o->is_unsigned) {
		rc = od_err_set(err, OD_KIND_USAGE,
		                "a release needs a key to be signed with");
		return od_err_hint(
		    err, "make one with `odp keygen DIR` and pass --sign-key FILE, "
			 "or build a preview with --unsigned");
	}
	if (!rc && reads && !o->source) {
		rc = od_err_set(err, OD_KIND_USAGE, "no source is given");
		return od_err_hint(err, "pass --source URL or set ODP_SOURCE");
	}
	if (!rc && o->ckan && (!o->ckan_org || !o->ckan_token)) {
		rc = od_err_set(err, OD_KIND_USAGE,
		                "--ckan needs --ckan-org and --ckan-token");
	}
	if (!rc && !o->ckan && o->only && !strcmp(o->only, "upload"))
		rc = od_err_set(err, OD_KIND_USAGE, "upload needs --ckan URL");
	return rc;
}

static enum od_rc
root_hash(const struct runner *r, int64_t serial, const char **out, struct od_err *err)
{
	char *hex = od_arena_alloc(r->a, OD_SHA256_HEX);
	uint64_t bytes;

	*out = hex;
	return od_sha256_file(od_arena_printf(r->a, "%s/manifest.json",
	                                      od_path_release(r->o, serial, r->a)),
	                      hex, &bytes, err);
}

/*
 * What is live is decided by output/current. A run that was killed between the switch
 * and the ledger left a row 'building' for it; a ledger that was lost has no row: then
 * the release is kept and everything is built anew beside it.
 */
static enum od_rc
find_live(struct runner *r, struct od_err *err)
{
	int64_t serial = od_status_live(r->o, r->a);
	const char *root;
	enum od_rc rc;

	if (!serial)
		return OD_OK;
	rc = od_ledger_release(r->ledger, serial, r->a, &r->live, err);
	if (!rc)
		rc = root_hash(r, serial, &root, err);
	if (rc)
		return rc;
	if (r->live.serial && !strcmp(r->live.root, root))
		return OD_OK;
	if (!r->live.serial || strcmp(r->live.state, "building") != 0)
		r->live = (struct od_release){
		    .serial = serial, .created = "", .source_hash = "", .reason = ""};
	r->live.state = "live";
	r->live.root = root;
	return od_ledger_put(r->ledger, &r->live, err);
}

static int64_t
highest_release_dir(const struct runner *r)
{
	char **names =
	    od_dir_list(od_arena_printf(r->a, "%s/releases", r->o->output), r->a);
	int64_t highest = 0;

	for (; names && *names; names++) {
		char *end;
		long long n = strtoll(*names, &end, 10);

		/* A .part of a run that was killed is no release yet. */
		if (strcmp(end, ".part") != 0 && n > highest)
			highest = n;
	}
	return highest;
}

/* For `odp release`: the release that was held last, if nothing newer is live. */
static enum od_rc
find_held(struct runner *r, struct od_err *err)
{
	enum od_rc rc = od_ledger_newest(r->ledger, "held", r->a, &r->next, err);

	if (rc)
		return rc;
	if (r->next.serial <= r->live.serial) {
		rc = od_err_set(err, OD_KIND_CONFIG, "no release is held");
		return od_err_hint(err, "`odp status` shows what is live");
	}
	r->next.state = "building";
	return OD_OK;
}

/* A serial that no release has had, whether it became live or not. */
static enum od_rc
unused_serial(const struct runner *r, int64_t *serial, struct od_err *err)
{
	int64_t highest, dir = highest_release_dir(r);
	enum od_rc rc = od_ledger_highest(r->ledger, &highest, err);

	highest = dir > highest ? dir : highest;
	*serial = 1 + (r->live.serial > highest ? r->live.serial : highest);
	return rc;
}

static enum od_rc
find_next(struct runner *r, struct od_err *err)
{
	int64_t serial;
	enum od_rc rc;

	if (r->o->accept)
		return find_held(r, err);
	rc = od_ledger_newest(r->ledger, "building", r->a, &r->next, err);

	if (!rc && r->next.serial > r->live.serial)
		return OD_OK;
	if (!rc)
		rc = unused_serial(r, &serial, err);
	if (rc)
		return rc;
	r->fresh = true;
	r->next = (struct od_release){.serial = serial,
	                              .state = "building",
	                              .created = "",
	                              .source_hash = "",
	                              .root = "",
	                              .reason = ""};
	return OD_OK;
}

/* Passes to the stage's process what only the runner knows. */
static void
tell_stage(struct runner *r)
{
	struct od_options *o = r->o;

	o->serial = r->next.serial;
	o->data_serial = r->next.data_serial;
	o->emit_serial = r->next.emit_serial;
	o->created = r->next.created;
	o->live = r->live.serial ? od_path_release(o, r->live.serial, r->a) : "";
	o->previous = r->live.data_serial && r->live.data_serial != r->next.data_serial
	                  ? od_path_snapshot(o, r->live.data_serial, r->a)
	                  : "";
	o->known_source = "";
}

static enum od_rc
run_stage(struct runner *r, const struct od_stage *stage, struct od_stage_result *out,
          struct od_err *err)
{
	enum od_rc rc = od_process_run(stage, r->o, r->lock, r->a, out, err);

	if (rc) {
		err->step = stage->name;
		err->step_th = stage->summary_th;
		return rc;
	}
	od_log_event(stage->name, "%.1f s%s%s", out->seconds, *out->note ? ": " : "",
	             out->note);
	return OD_OK;
}

static enum od_rc
note_done(struct runner *r, int64_t serial, const struct od_stage *stage,
          const struct od_stage_result *result, struct od_err *err)
{
	const struct od_stage_done done = {.stage = stage->name,
	                                   .input = od_inputs(stage, &r->facts, r->a),
	                                   .note = result->note,
	                                   .rows = result->rows,
	                                   .files = result->files,
	                                   .bytes = result->bytes,
	                                   .peak = result->peak,
	                                   .seconds = result->seconds};

	return od_ledger_done(r->ledger, serial, &done, err);
}

static enum od_rc
same_input(struct runner *r, int64_t serial, const struct od_stage *stage, bool *same,
           struct od_err *err)
{
	const char *input;
	enum od_rc rc =
	    od_ledger_stage(r->ledger, serial, stage->name, r->a, &input, err);

	*same = !rc && serial && *input &&
	        !strcmp(input, od_inputs(stage, &r->facts, r->a));
	return rc;
}

/* The release whose snapshot may still be right: the one begun, else the live one. */
static enum od_rc
find_known_snapshot(struct runner *r, const struct od_release **known,
                    struct od_err *err)
{
	const struct od_release *candidates[] = {&r->next, &r->live};

	*known = NULL;
	for (size_t i = 0; i < OD_ARRAY_LEN(candidates); i++) {
		const struct od_release *c = candidates[i];
		bool same;
		enum od_rc rc;

		if (!c->data_serial || !*c->source_hash ||
		    !od_file_exists(od_path_snapshot(r->o, c->data_serial, r->a)))
			continue;
		rc = same_input(r, c->data_serial, &od_stage_extract, &same, err);
		if (rc)
			return rc;
		if (same) {
			*known = c;
			return OD_OK;
		}
	}
	return OD_OK;
}

/* Gives up a release that was begun from rows that are no longer the source's. */
static enum od_rc
drop_next(struct runner *r, struct od_err *err)
{
	enum od_rc rc = od_ledger_forget(r->ledger, r->next.serial, NULL, err);

	return rc ? rc : od_dir_remove(od_path_part(r->o, r->next.serial, r->a), err);
}

static enum od_rc
do_extract(struct runner *r, struct od_err *err)
{
	const struct od_release *known;
	struct od_stage_result result;
	const char *created;
	int64_t target;
	enum od_rc rc = find_known_snapshot(r, &known, err);

	if (rc)
		return rc;
	if (r->o->accept && known != &r->next) {
		rc = od_err_set(err, OD_KIND_CONFIG,
		                "release %lld was held under other schemas or "
		                "decisions, or its snapshot is gone",
		                (long long)r->next.serial);
		return od_err_hint(err, "run `odp run`: it reads the source anew");
	}
	if (r->o->accept || is_skipped_by_from(r, &od_stage_extract) ||
	    (r->o->only && strcmp(r->o->only, "extract") != 0)) {
		if (!known && od_err_set(err, OD_KIND_CONFIG,
		                         "there is no snapshot to go on from"))
			return od_err_hint(err, "run `odp extract` or `odp run` first");
		r->next.data_serial = known->data_serial;
		r->next.source_hash = known->source_hash;
		r->next.created = known->created;
		return OD_OK;
	}
	/* A snapshot that the ledger knows is never written over: a kill in the middle
	 * would leave other rows under the name and hash of these. */
	target = r->next.serial + (r->next.data_serial == r->next.serial);
	tell_stage(r);
	r->o->created = "";
	r->o->data_serial = target;
	if (known && !is_forced(r, &od_stage_extract))
		r->o->known_source = known->source_hash;
	rc = run_stage(r, &od_stage_extract, &result, err);
	if (rc)
		return rc;
	r->rows = result.rows;
	created = *result.created ? result.created : known ? known->created : "";
	if (result.unchanged) {
		r->next.data_serial = known->data_serial;
		r->next.source_hash = result.source_hash;
		r->next.created = created;
		return OD_OK;
	}
	if (target != r->next.serial)
		rc = drop_next(r, err);
	r->next = (struct od_release){.serial = target,
	                              .state = "building",
	                              .created = created,
	                              .source_hash = result.source_hash,
	                              .data_serial = target,
	                              .root = "",
	                              .reason = ""};
	if (!rc)
		rc = od_ledger_put(r->ledger, &r->next, err);
	return rc ? rc : note_done(r, r->next.serial, &od_stage_extract, &result, err);
}

/* Would every stage that makes files make the live release again? */
static enum od_rc
is_live_up_to_date(struct runner *r, bool *yes, struct od_err *err)
{
	static const struct od_stage *const making[] = {
	    &od_stage_validate, &od_stage_analyze, &od_stage_emit, &od_stage_portal,
	    &od_stage_seal};
	enum od_rc rc = OD_OK;

	*yes = r->live.serial && !r->o->force && !r->o->only && !r->o->from;
	for (size_t i = 0; i < OD_ARRAY_LEN(making) && *yes && !rc; i++)
		rc = same_input(r, r->live.serial, making[i], yes, err);
	return rc;
}

static enum od_rc
do_validate(struct runner *r, struct od_err *err)
{
	struct od_stage_result result;
	bool done = false;
	enum od_rc rc = OD_OK;

	if (!is_forced(r, &od_stage_validate))
		rc = same_input(r, r->next.serial, &od_stage_validate, &done, err);
	if (rc || done)
		return rc;
	tell_stage(r);
	rc = run_stage(r, &od_stage_validate, &result, err);
	if (rc && err->kind == OD_KIND_HELD) {
		struct od_err saving;

		r->next.state = "held";
		r->next.reason = err->msg;
		/* held night after night, the old snapshots would fill the disk */
		if (od_ledger_put(r->ledger, &r->next, &saving) ||
		    od_tidy_state(r->o, r->ledger, r->a, &saving))
			od_log_warn("%s", saving.msg);
	}
	return rc ? rc : note_done(r, r->next.serial, &od_stage_validate, &result, err);
}

static enum od_rc
do_analyze(struct runner *r, struct od_err *err)
{
	struct od_stage_result result;
	bool done = false;
	enum od_rc rc = OD_OK;

	if (!is_forced(r, &od_stage_analyze))
		rc = same_input(r, r->next.serial, &od_stage_analyze, &done, err);
	if (rc || done)
		return rc;
	tell_stage(r);
	rc = run_stage(r, &od_stage_analyze, &result, err);
	return rc ? rc : note_done(r, r->next.serial, &od_stage_analyze, &result, err);
}

/* Gives the new release the live one's files of emit: same inode, no copy. */
static enum od_rc
link_live_files(struct runner *r, struct od_err *err)
{
	struct od_artefacts list = {0};
	const char *from = od_path_release(r->o, r->live.serial, r->a);
	const char *to = od_path_part(r->o, r->next.serial, r->a);
	enum od_rc rc = od_artefacts_load(
	    &list, od_path_artefacts(r->o, r->live.emit_serial, r->a), r->a, err);

	for (size_t i = 0; i < list.n && !rc; i++) {
		const char *source =
		    od_arena_printf(r->a, "%s/%s", from, list.v[i].path);
		char *target = od_arena_printf(r->a, "%s/%s", to, list.v[i].path);
		char *slash = strrchr(target, '/');

		*slash = '\0';
		rc = od_dir_make(target, 0755, err);
		*slash = '/';
		unlink(target);
		if (!rc && link(source, target) != 0)
			rc = od_err_sys(err, OD_KIND_IO, errno,
			                "cannot link '%s' to '%s'", source, target);
	}
	return rc;
}

/* Were this release's files made from what they would be made from now? */
static enum od_rc
is_emitted(struct runner *r, int64_t serial, bool *yes, struct od_err *err)
{
	return same_input(r, serial, &od_stage_emit, yes, err);
}

/* An empty folder for the new release; the ledger says that nothing is in it. */
static enum od_rc
begin_part(struct runner *r, struct od_err *err)
{
	const char *part = od_path_part(r->o, r->next.serial, r->a);
	enum od_rc rc = od_ledger_forget(r->ledger, r->next.serial, "emit", err);

	if (!rc)
		rc = od_ledger_forget(r->ledger, r->next.serial, "portal", err);
	if (!rc)
		rc = od_dir_remove(part, err);
	return rc ? rc : od_dir_make(part, 0755, err);
}

/* Begins the new release with the files of the live one. */
static enum od_rc
take_over_files(struct runner *r, struct od_err *err)
{
	const struct od_stage_result result = {.note =
	                                           "taken over from the live release"};
	enum od_rc rc = begin_part(r, err);

	r->next.emit_serial = r->live.emit_serial;
	if (!rc)
		rc = link_live_files(r, err);
	if (!rc)
		rc = od_ledger_put(r->ledger, &r->next, err);
	return rc ? rc : note_done(r, r->next.serial, &od_stage_emit, &result, err);
}

static enum od_rc
do_emit(struct runner *r, struct od_err *err)
{
	struct od_stage_result result;
	bool done = false, as_live = false;
	enum od_rc rc = OD_OK;

	if (!is_forced(r, &od_stage_emit)) {
		rc = is_emitted(r, r->next.serial, &done, err);
		if (!rc && !done)
			rc = is_emitted(r, r->live.serial, &as_live, err);
	}
	if (rc || (done && od_file_is_dir(od_path_part(r->o, r->next.serial, r->a))))
		return rc;
	if (as_live)
		return take_over_files(r, err);
	rc = begin_part(r, err);
	if (rc)
		return rc;
	r->next.emit_serial = r->next.serial;
	tell_stage(r);
	rc = run_stage(r, &od_stage_emit, &result, err);
	if (!rc)
		rc = od_ledger_put(r->ledger, &r->next, err);
	return rc ? rc : note_done(r, r->next.serial, &od_stage_emit, &result, err);
}

/* Pages alone are asked for: over the files begun, or else over those of the live one.
 */
static enum od_rc
find_files(struct runner *r, struct od_err *err)
{
	bool yes;
	enum od_rc rc = is_emitted(r, r->next.serial, &yes, err);

	if (rc || (yes && od_file_is_dir(od_path_part(r->o, r->next.serial, r->a))))
		return rc;
	rc = is_emitted(r, r->live.serial, &yes, err);
	if (rc)
		return rc;
	if (yes)
		return take_over_files(r, err);
	rc = od_err_set(err, OD_KIND_CONFIG, "there are no files to make pages of");
	return od_err_hint(err, "run `odp emit` or `odp run` first");
}

static enum od_rc
do_portal(struct runner *r, struct od_err *err)
{
	struct od_stage_result result;
	bool done = false;
	enum od_rc rc = OD_OK;

	if (!is_wanted(r, &od_stage_emit) || is_skipped_by_from(r, &od_stage_emit))
		rc = find_files(r, err);
	if (!rc && !is_forced(r, &od_stage_portal))
		rc = same_input(r, r->next.serial, &od_stage_portal, &done, err);
	if (rc || done)
		return rc;
	tell_stage(r);
	rc = od_ledger_forget(r->ledger, r->next.serial, "portal", err);
	if (!rc)
		rc = run_stage(r, &od_stage_portal, &result, err);
	return rc ? rc : note_done(r, r->next.serial, &od_stage_portal, &result, err);
}

static enum od_rc
do_seal(struct runner *r, struct od_err *err)
{
	struct od_stage_result result;
	enum od_rc rc;

	tell_stage(r);
	rc = run_stage(r, &od_stage_seal, &result, err);
	if (rc)
		return rc;
	r->files = result.files;
	r->bytes = result.bytes;
	rc = note_done(r, r->next.serial, &od_stage_seal, &result, err);
	if (rc || od_status_live(r->o, r->a) != r->next.serial) {
		/* a preview beside a signed release: seen through its own path */
		r->next.state = "preview";
		return rc ? rc : od_ledger_put(r->ledger, &r->next, err);
	}
	r->next.state = "live";
	rc = root_hash(r, r->next.serial, &r->next.root, err);
	if (!rc)
		rc = od_ledger_put(r->ledger, &r->next, err);
	if (!rc) {
		r->live = r->next;
		rc = od_tidy_state(r->o, r->ledger, r->a, err);
	}
	return rc;
}

/* Nothing changed: the live release is confirmed by a new timestamp.json. */
static enum od_rc
renew_timestamp(struct runner *r, struct od_err *err)
{
	struct od_stage_result result;

	if (r->o->is_unsigned || !r->live.serial)
		return OD_OK;
	r->next = r->live;
	tell_stage(r);
	return run_stage(r, &od_stage_seal, &result, err);
}

static enum od_rc
do_upload(struct runner *r, struct od_err *err)
{
	struct od_stage_result result;
	bool done = false;
	enum od_rc rc = OD_OK;

	if (!r->live.serial)
		return od_err_set(err, OD_KIND_CONFIG,
		                  "there is no live release to upload");
	r->facts.root = r->live.root;
	r->facts.ckan = od_arena_printf(r->a, "%s,%s", r->o->ckan, r->o->ckan_org);
	if (!is_forced(r, &od_stage_upload))
		rc = same_input(r, r->live.serial, &od_stage_upload, &done, err);
	if (rc || (done && !r->o->dry_run))
		return rc;
	r->next = r->live;
	tell_stage(r);
	rc = run_stage(r, &od_stage_upload, &result, err);
	if (rc)
		return rc;
	r->told = result.note;
	if (r->o->dry_run)
		return OD_OK;
	return note_done(r, r->live.serial, &od_stage_upload, &result, err);
}

/*
 * No row of the ledger says that it is being built: killed before the switch, it is
 * nothing but a directory that the next run removes.
 */
static enum od_rc
do_rollback(struct runner *r, struct od_err *err)
{
	struct od_verify_fact fact;
	struct od_release target;
	int64_t serial;
	enum od_rc rc = od_rollback_check(r->o, r->live.serial, &fact, r->a, err);

	if (!rc)
		rc = od_ledger_release(r->ledger, r->o->rollback, r->a, &target, err);
	if (!rc)
		rc = unused_serial(r, &serial, err);
	if (rc)
		return rc;
	r->next = target;
	r->next.serial = serial;
	r->next.created = od_arena_str(r->a, fact.created);
	r->next.root = r->next.reason = "";
	if (!target.data_serial ||
	    !od_file_exists(od_path_snapshot(r->o, target.data_serial, r->a))) {
		r->next.data_serial = 0;
		r->next.source_hash = "";
		od_log_warn("the rows of release %lld are no longer kept: the next run "
		            "is compared with nothing",
		            (long long)r->o->rollback);
	}
	r->facts.source = r->next.source_hash;
	r->facts.created = r->next.created;
	rc = od_rollback_link(r->o, od_path_part(r->o, serial, r->a), r->a, err);
	if (!rc)
		rc = do_seal(r, err);
	if (rc && err->kind == OD_KIND_PRIVACY &&
	    !od_dir_remove(od_path_part(r->o, serial, r->a), &(struct od_err){0}))
		return od_err_hint(err,
		                   "the live release is untouched; remove "
		                   "'%.200s', which must not come back",
		                   od_path_release(r->o, r->o->rollback, r->a));
	return rc ? rc : od_ledger_copy_stages(r->ledger, r->o->rollback, serial, err);
}

static enum od_rc
make_release(struct runner *r, struct od_err *err)
{
	static const struct {
		const struct od_stage *stage;
		enum od_rc (*run)(struct runner *r, struct od_err *err);
	} steps[] = {{&od_stage_validate, do_validate},
	             {&od_stage_analyze, do_analyze},
	             {&od_stage_emit, do_emit},
	             {&od_stage_portal, do_portal},
	             {&od_stage_seal, do_seal}};
	bool nothing = false;
	enum od_rc rc;

	if (r->o->rollback)
		return do_rollback(r, err);
	rc = find_next(r, err);
	if (!rc)
		rc = do_extract(r, err);
	r->facts.source = r->next.source_hash;
	r->facts.created = r->next.created;
	if (!rc)
		rc = is_live_up_to_date(r, &nothing, err);
	if (!rc && nothing)
		return renew_timestamp(r, err);
	if (rc)
		return rc;
	rc = od_ledger_put(r->ledger, &r->next, err);
	for (size_t i = 0; i < OD_ARRAY_LEN(steps) && !rc; i++)
		if (is_wanted(r, steps[i].stage) &&
		    !is_skipped_by_from(r, steps[i].stage))
			rc = steps[i].run(r, err);
	return rc;
}

static enum od_rc
load_facts(struct runner *r, struct od_err *err)
{
	const struct od_spec *spec;
	enum od_rc rc = od_setup_spec(r->o, r->a, &spec, err);

	if (rc)
		return rc;
	r->facts.schemas = spec->hash;
	r->facts.source = r->live.source_hash;
	r->facts.created = r->live.created;
	r->facts.analyzed = od_stage_analyze.version;
	r->facts.base = r->o->base_url ? r->o->base_url : spec->catalog.base_url;
	r->facts.is_signed = r->o->is_unsigned ? "no" : "yes";
	rc = od_review_state(r->o->state, r->a, &r->facts.decisions, err);
	return rc ? rc
	          : od_inputs_templates(r->o->templates, r->a, &r->facts.templates,
	                                err);
}

static enum od_rc
open_runner(struct runner *r, struct od_err *err)
{
	static const char *const dirs[] = {"work", "snapshots", "findings"};
	enum od_rc rc = od_lock_take(r->o->state, &r->lock, err);

	for (size_t i = 0; i < OD_ARRAY_LEN(dirs) && !rc; i++)
		rc = od_dir_make(od_arena_printf(r->a, "%s/%s", r->o->state, dirs[i]),
		                 0700, err);
	if (!rc)
		rc = od_dir_make(od_arena_printf(r->a, "%s/releases", r->o->output),
		                 0755, err);
	if (!rc)
		rc = od_ledger_open(r->o->state, &r->ledger, err);
	return rc ? rc : find_live(r, err);
}

static const char *
summary(const struct runner *r, int64_t live_before, double seconds)
{
	if (r->o->only)
		return od_arena_printf(r->a, "stage %s is done, %.1f s%s%s", r->o->only,
		                       seconds, r->told ? ": " : "",
		                       r->told ? r->told : "");
	if (!strcmp(r->next.state ? r->next.state : "", "preview"))
		return od_arena_printf(
		    r->a, "preview %lld is built beside the live release %lld, %.1f s",
		    (long long)r->next.serial, (long long)r->live.serial, seconds);
	if (r->o->rollback)
		return od_arena_printf(
		    r->a,
		    "release %lld is live: the files of release %lld, %llu files, %.1f "
		    "MB, "
		    "%.1f s",
		    (long long)r->live.serial, (long long)r->o->rollback,
		    (unsigned long long)r->files, (double)r->bytes / 1e6, seconds);
	if (r->live.serial == live_before)
		return od_arena_printf(
		    r->a, "nothing changed, release %lld stays live, %.1f s",
		    (long long)r->live.serial, seconds);
	return od_arena_printf(
	    r->a, "release %lld is live: %llu rows read, %llu files, %.1f MB, %.1f s%s",
	    (long long)r->live.serial, (unsigned long long)r->rows,
	    (unsigned long long)r->files, (double)r->bytes / 1e6, seconds,
	    r->o->is_unsigned ? " (unsigned preview)" : "");
}

/* Nothing of what a monitor is told may change how a run ends. */
static void
write_metrics(struct runner *r)
{
	struct od_buf b = {0};
	struct od_err err = {0};

	if (r->o->metrics && (od_metrics(r->o, r->ledger, &b, r->a, &err) ||
	                      od_out_file(r->o->metrics, od_buf_view(&b), &err)))
		od_log_warn("%s", err.msg);
	od_buf_release(&b);
}

/* The last words of a run: ledger, figures for the monitor, summary. */
static void
end_run(struct runner *r, int64_t run, enum od_rc rc, struct od_err *err)
{
	struct od_err ending;

	if (rc && !err->step) { /* before, between and after the stages */
		err->step = "runner";
		err->step_th = "การเตรียมและควบคุมการทำงาน";
	}
	if (od_ledger_end_run(r->ledger, run, rc ? od_err_status(err->kind) : 0,
	                      rc ? r->next.serial : r->live.serial,
	                      rc ? err->msg : r->summary, rc ? err->step : NULL,
	                      &ending))
		od_log_warn("%s", ending.msg);
	write_metrics(r);
	if (!rc)
		printf("odp: %s\n", r->summary);
}

static enum od_rc
run_and_tell(struct runner *r, struct od_err *err)
{
	int64_t run;
	struct timespec from, to;
	enum od_rc rc = od_ledger_begin_run(r->ledger, &run, err);

	if (!rc)
		rc = od_ledger_status_before(r->ledger, run, &r->status_before, err);
	if (rc)
		return rc;
	r->live_before = r->live.serial;
	clock_gettime(CLOCK_MONOTONIC, &from);
	rc = load_facts(r, err);
	if (!rc && !r->o->only && !r->o->from && !r->o->force && !r->o->rollback)
		rc = od_room_check(r->o, r->ledger, r->live.serial, r->a, err);
	if (!rc && (!r->o->only || strcmp(r->o->only, "upload") != 0))
		rc = make_release(r, err);
	if (!rc && is_wanted(r, &od_stage_upload))
		rc = do_upload(r, err);
	clock_gettime(CLOCK_MONOTONIC, &to);
	if (!rc)
		r->summary = summary(r, r->live_before,
		                     (double)(to.tv_sec - from.tv_sec) +
		                         (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	end_run(r, run, rc, err);
	return rc;
}

/* After the lock is free: the command may take its time. */
static void
notify(const struct runner *r, enum od_rc rc, const struct od_err *err)
{
	struct od_notice n = {.serial = r->live.serial, .err = rc ? err : NULL};

	if (!r->o->notify || (rc && err->kind == OD_KIND_USAGE))
		return;
	if (rc)
		n.event = err->kind == OD_KIND_HELD ? "held" : "failed";
	else if (r->status_before)
		n.event = "recovered";
	else if (r->live.serial != r->live_before)
		n.event = "released";
	else
		return; /* an ordinary night without news */
	n.summary = r->summary;
	od_notify(r->o->notify, &n, r->a);
}

/* The reason is published, so it is text as any other that leaves the house. */
static enum od_rc
check_reason(const char *reason, struct od_arena *a, struct od_err *err)
{
	const struct od_anon_use redact = {
	    .method = od_anon_method_find(od_span_str("redact"))};
	struct od_span s = od_span_str(reason ? reason : "");
	struct od_anon_note note = {0};
	struct od_pub out;
	uint32_t cut = 0;

	if (s.n == 0 || s.n > 500 || !od_utf8_is_valid(s)) {
		if (od_err_set(err, OD_KIND_USAGE,
		               "a reason of at most 500 bytes is needed: --accept "
		               "REASON"))
			return od_err_hint(err,
			                   "it stands in the release's manifest.json: "
			                   "write what changed and who may be asked, "
			                   "by office");
	}
	if (redact.method->apply(&redact, (struct od_raw){.v = s}, a, &out, &note))
		return od_err_set(err, OD_KIND_USAGE, "the reason cannot be published");
	for (size_t i = 0; i < OD_PII_KINDS; i++)
		cut += note.cut[i];
	if (cut)
		return od_err_set(err, OD_KIND_USAGE,
		                  "the reason holds personal data, and is published");
	return OD_OK;
}

enum od_rc
od_release_held(struct od_options *o, struct od_arena *a, struct od_err *err)
{
	enum od_rc rc = check_reason(o->accept, a, err);

	if (!rc && (o->only || o->from))
		rc = od_err_set(err, OD_KIND_USAGE,
		                "`odp release` takes neither --only nor --from");
	return rc ? rc : od_run(o, a, err);
}

enum od_rc
od_run(struct od_options *o, struct od_arena *a, struct od_err *err)
{
	struct runner r = {
	    .o = o, .a = a, .lock = -1, .live = {.source_hash = "", .created = ""}};
	enum od_rc rc = check_options(o, err);

	if (!rc && o->dry_run && !(o->only && !strcmp(o->only, "upload")))
		return od_plan(o, a, err);
	if (!rc)
		rc = open_runner(&r, err);
	if (!rc)
		rc = run_and_tell(&r, err);
	od_ledger_close(r.ledger);
	if (r.lock >= 0)
		od_lock_release(r.lock);
	notify(&r, rc, err);
	return rc;
}

/* Says of one stage what a run would do with it. */
static enum od_rc
plan_stage(struct runner *r, const struct od_stage *stage, bool *earlier,
           struct od_err *err)
{
	const char *old, *why;
	enum od_rc rc;

	if (stage == &od_stage_upload) {
		r->facts.root = r->live.root;
		r->facts.ckan =
		    od_arena_printf(r->a, "%s,%s", r->o->ckan, r->o->ckan_org);
	}
	rc = od_ledger_stage(r->ledger,
	                     stage == &od_stage_extract ? r->live.data_serial
	                                                : r->live.serial,
	                     stage->name, r->a, &old, err);
	if (rc)
		return rc;
	why = od_inputs_difference(old, od_inputs(stage, &r->facts, r->a), r->a);
	if (is_skipped_by_from(r, stage))
		printf("%-9s left out by --from\n", stage->name);
	else if (is_forced(r, stage))
		printf("%-9s runs: asked for\n", stage->name);
	else if (*why)
		printf("%-9s runs: %s\n", stage->name, why);
	else if (*earlier)
		printf("%-9s runs: an earlier stage runs\n", stage->name);
	else if (stage == &od_stage_extract)
		printf("%-9s reads the source to see whether it changed; if it did, "
		       "the stages "
		       "below run too\n",
		       stage->name);
	else
		printf("%-9s skipped: its inputs are those of release %lld\n",
		       stage->name, (long long)r->live.serial);
	/* a new portal does not need new data files */
	*earlier |= stage != &od_stage_upload && (*why || is_forced(r, stage));
	return OD_OK;
}

enum od_rc
od_plan(struct od_options *o, struct od_arena *a, struct od_err *err)
{
	struct runner r = {
	    .o = o, .a = a, .lock = -1, .live = {.source_hash = "", .created = ""}};
	bool earlier = false;
	enum od_rc rc = check_stage_name(o->only, "--only", err);

	if (!rc)
		rc = check_stage_name(o->from, "--from", err);
	if (!rc)
		rc = open_runner(&r, err);
	if (!rc)
		rc = load_facts(&r, err);
	if (!rc && r.live.serial)
		printf("live release: %lld, %s\n", (long long)r.live.serial,
		       r.live.created);
	else if (!rc)
		printf("live release: none\n");
	for (size_t i = 0; od_stages[i] && !rc; i++)
		if (is_wanted(&r, od_stages[i]))
			rc = plan_stage(&r, od_stages[i], &earlier, err);
	od_ledger_close(r.ledger);
	if (r.lock >= 0)
		od_lock_release(r.lock);
	return rc;
}
