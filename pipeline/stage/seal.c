#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/pool.h"
#include "row/snapshot.h"
#include "seal/assemble.h"
#include "seal/known.h"
#include "seal/publish.h"
#include "seal/retain.h"
#include "seal/scan.h"
#include "seal/timestamp.h"
#include "stage/artefacts.h"
#include "stage/retract.h"
#include "stage/stage.h"

/*
 * The last gate and the switch. In this order, so that a run killed anywhere leaves the
 * live release whole: scan and hash every file; write the manifests; sign; make the
 * tree durable; rename <serial>.part to <serial>; point `current` to it; prune. The
 * next run finds either a .part, which it seals from the start, or a finished release
 * that is not live yet, which it only switches to. After an unchanged night it is asked
 * to seal the live release: nothing is left of that but to renew timestamp.json.
 */

enum { MAX_JOBS = 64 };

struct sealing {
	struct od_stage_ctx *ctx;
	struct od_arena a;
	struct od_artefacts artefacts;
	struct od_manifest_file *files;
	struct od_scan_hits *hits; /* of each file */
	const char **paths;        /* as files are opened */
	size_t n, cap;
	struct od_scanner *scanner;
	struct od_known *known;
	pthread_mutex_t lock;
	struct od_scan *idle[MAX_JOBS]; /* scanners that no thread uses now */
	unsigned n_idle, jobs;
	uint64_t looked_at, names;
	struct od_err *err;
};

static enum od_rc
add_file(const struct od_walk_file *f, void *u, struct od_err *err)
{
	struct sealing *s = u;
	const char *fault = od_manifest_path_fault(od_span_str(f->rel));

	if (fault)
		return od_err_set(err, OD_KIND_INTERNAL, "the path '%s' %s", f->rel,
		                  fault);
	if (s->n == s->cap) {
		struct od_manifest_file *files;
		const char **paths;

		s->cap = s->cap ? 2 * s->cap : 4096;
		files = od_arena_array(&s->a, s->cap, sizeof(*files));
		paths = od_arena_array(&s->a, s->cap, sizeof(*paths));
		if (s->n) {
			memcpy(files, s->files, s->n * sizeof(*files));
			memcpy(paths, s->paths, s->n * sizeof(*paths));
		}
		s->files = files;
		s->paths = paths;
	}
	s->paths[s->n] = od_arena_str(&s->a, f->path);
	s->files[s->n].path = s->paths[s->n] + (f->rel - f->path);
	s->files[s->n].rows = -1;
	s->n++;
	return OD_OK;
}

static int
by_path(const void *key, const void *artefact)
{
	return strcmp(key, ((const struct od_artefact *)artefact)->path);
}

/* What emit said of the file, or NULL. */
static const struct od_artefact *
artefact_of(const struct sealing *s, const char *path)
{
	return s->artefacts.n ? bsearch(path, s->artefacts.v, s->artefacts.n,
	                                sizeof(*s->artefacts.v), by_path)
	                      : NULL;
}

/* The number of its rows, and its hash when it was closed. */
static enum od_rc
compare_artefact(struct sealing *s, struct od_manifest_file *f, struct od_err *err)
{
	const struct od_artefact *a = artefact_of(s, f->path);

	if (!a)
		return OD_OK;
	if (a->sha256[0] && strcmp(a->sha256, f->sha256) != 0)
		return od_err_set(
		    err, OD_KIND_VERIFY,
		    "'%s' has changed since it was written: SHA-256 differs", f->path);
	if (a->role == OD_ROLE_DATA || a->role == OD_ROLE_PARTITION)
		f->rows = (int64_t)a->rows;
	return OD_OK;
}

/*
 * Gives up the file for a link to the live one, so that it takes no room twice. The
 * link is made where a run that is killed here leaves nothing: the next one begins
 * with removing the parts.
 */
static void
share(const struct sealing *s, const struct od_manifest_file *live, size_t i)
{
	struct od_arena a = {0};
	const char *path = s->paths[i];
	const char *twin =
	    od_arena_printf(&a, "%s/" OD_PARTS_DIR "/%zu.twin", s->ctx->wd.release, i);

	if (od_known_link(s->known, live->path, live->sha256, AT_FDCWD, twin) &&
	    rename(twin, path) != 0)
		(void)unlink(twin); /* the file itself is as good */
	od_arena_release(&a);
}

/*
 * The live manifest's entry, if the file is equal to the live one: that was scanned by
 * these rules. A link need not be read for it; another file of the same size is hashed,
 * unless emit's hash tells already that it differs.
 */
static const struct od_manifest_file *
find_equal(const struct sealing *s, size_t i)
{
	const char *rel = s->files[i].path, *path = s->paths[i];
	const struct od_manifest_file *live = od_known_find(s->known, rel, path);
	const struct od_artefact *a = artefact_of(s, rel);
	char hex[OD_SHA256_HEX];
	struct od_err ignored;
	uint64_t bytes;
	struct stat st;

	if (live)
		return live;
	live = od_known_entry(s->known, rel);
	if (!live || (a && a->sha256[0] && strcmp(a->sha256, live->sha256) != 0) ||
	    lstat(path, &st) != 0 || (uint64_t)st.st_size != live->bytes ||
	    od_sha256_file(path, hex, &bytes, &ignored) ||
	    strcmp(hex, live->sha256) != 0)
		return NULL;
	share(s, live, i);
	return live;
}

static enum od_rc
scan_file(size_t i, void *u, struct od_err *err)
{
	struct sealing *s = u;
	struct od_scan_fact fact;
	struct od_scan *scan;
	enum od_rc rc;
	const struct od_manifest_file *equal = find_equal(s, i);

	od_progress_add(1);
	if (equal) {
		s->files[i].bytes = equal->bytes;
		memcpy(s->files[i].sha256, equal->sha256, sizeof(equal->sha256));
		return compare_artefact(s, &s->files[i], err);
	}
	pthread_mutex_lock(&s->lock);
	scan = s->idle[--s->n_idle];
	pthread_mutex_unlock(&s->lock);
	rc = od_scan_file(scan, s->paths[i], &fact, err);
	pthread_mutex_lock(&s->lock);
	s->idle[s->n_idle++] = scan;
	s->looked_at += fact.looked_at;
	pthread_mutex_unlock(&s->lock);
	if (rc)
		return rc;
	s->hits[i] = fact.hits;
	s->files[i].bytes = fact.bytes;
	memcpy(s->files[i].sha256, fact.sha256, sizeof(fact.sha256));
	return compare_artefact(s, &s->files[i], err);
}

/* Names files, rules and counts; what was found is never told. */
static enum od_rc
judge_hits(struct sealing *s)
{
	char text[600];
	size_t bad = 0, at = 0;

	for (size_t i = 0; i < s->n; i++) {
		s->names += s->hits[i].n[OD_SCAN_NAME];
		if (!od_scan_holds(&s->hits[i]) || ++bad > 3)
			continue;
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s'%.100s' (",
		                       bad > 1 ? ", " : "", s->files[i].path);
		for (size_t k = 0, first = 1; k < OD_SCAN_KINDS; k++)
			if (od_scan_rules[k].holds && s->hits[i].n[k] && at < 480) {
				at += (size_t)snprintf(
				    text + at, sizeof(text) - at, "%s%s %" PRIu32,
				    first ? "" : ", ", od_scan_rules[k].title,
				    s->hits[i].n[k]);
				first = 0;
			}
		at += (size_t)snprintf(text + at, sizeof(text) - at, ")");
		if (at >= sizeof(text))
			at = sizeof(text) - 1;
	}
	if (!bad)
		return OD_OK;
	if (bad > 3)
		snprintf(text + at, sizeof(text) - at, " and %zu more", bad - 3);
	if (od_err_set(s->err, OD_KIND_PRIVACY, "personal data in finished files: %s",
	               text) == OD_OK)
		return OD_OK;
	return od_err_hint(s->err,
	                   "the live release is untouched; the files lie in '%.200s'",
	                   s->ctx->wd.release);
}

static enum od_rc
open_scanners(struct sealing *s)
{
	const char **allowed = od_arena_array(&s->a, 2, sizeof(*allowed));
	struct od_retraction retracted;

	/* The one address that every page carries: the office to write to. */
	allowed[0] = s->ctx->spec->catalog.contact_email;
	if (od_scanner_open(allowed, &s->a, &s->scanner, s->err) ||
	    od_retract_load(s->ctx->wd.state, &s->a, &retracted, s->err))
		return s->err->rc;
	od_scanner_look_for(s->scanner, retracted.texts, retracted.n_texts);
	s->jobs = s->ctx->jobs < 1          ? 1
	          : s->ctx->jobs > MAX_JOBS ? MAX_JOBS
	                                    : s->ctx->jobs;
	while (s->n_idle < s->jobs) {
		if (od_scan_open(s->scanner, &s->a, &s->idle[s->n_idle], s->err))
			return s->err->rc;
		s->n_idle++;
	}
	return OD_OK;
}

static enum od_rc
scan_tree(struct sealing *s)
{
	const char *list = s->ctx->wd.artefacts;
	enum od_rc rc;

	if (list && list[0] && od_file_exists(list) &&
	    od_artefacts_load(&s->artefacts, list, &s->a, s->err))
		return s->err->rc;
	if (od_assemble_clean(s->ctx->wd.release, s->err) ||
	    od_tree_fix_modes(s->ctx->wd.release, s->err) ||
	    od_dir_walk(s->ctx->wd.release, add_file, s, s->err))
		return s->err->rc;
	if (s->n == 0)
		return od_err_set(s->err, OD_KIND_INTERNAL, "'%s' holds no files",
		                  s->ctx->wd.release);
	if (od_dir_make(od_arena_printf(&s->a, "%s/" OD_PARTS_DIR, s->ctx->wd.release),
	                0755, s->err))
		return s->err->rc;
	s->hits = od_arena_array(&s->a, s->n, sizeof(*s->hits));
	if (open_scanners(s))
		return s->err->rc;
	s->known =
	    od_known_load(s->ctx->wd.state, s->ctx->wd.live, od_scanner_id(s->scanner));
	od_progress_begin("seal", "files", s->n);
	rc = od_pool_run(s->jobs, s->n, scan_file, s, s->err);
	od_progress_end();
	return rc ? rc : judge_hits(s);
}

/* Was it held, and published all the same? The snapshot knows; NULL if not. */
static enum od_rc
read_acceptance(struct sealing *s, struct od_assembly *as)
{
	const char *snapshot = s->ctx->wd.snapshot;
	struct od_snapshot *db;
	struct od_err closing = {0};
	const char *reason = "", *gates = "";
	enum od_rc rc;

	/* an earlier release, published again, may have outlived its rows */
	if (!od_file_exists(snapshot))
		return OD_OK;
	rc = od_snapshot_open(snapshot, false, &db, s->err);
	if (rc)
		return rc;
	rc = od_snapshot_meta_get(db, "accepted", &s->a, &reason, s->err);
	if (!rc)
		rc = od_snapshot_meta_get(db, "accepted_gates", &s->a, &gates, s->err);
	if (od_snapshot_close(db, false, &closing) && !rc) {
		*s->err = closing;
		rc = s->err->rc;
	}
	if (*reason) {
		as->accepted = reason;
		as->accepted_gates = gates;
	}
	return rc;
}

static enum od_rc
write_manifests(struct sealing *s, const struct od_secret_key *key)
{
	struct od_stage_ctx *ctx = s->ctx;
	struct od_assembly as = {.dir = ctx->wd.release,
	                         .live = ctx->wd.live ? ctx->wd.live : "",
	                         .serial = ctx->serial,
	                         .created = ctx->created,
	                         .preview = key == NULL,
	                         .key = key,
	                         .files = s->files,
	                         .n_files = s->n};
	size_t parts, kept;

	if (read_acceptance(s, &as) || od_assemble(&as, &parts, &kept, s->err) ||
	    od_tree_fix_modes(ctx->wd.release, s->err) ||
	    od_file_syncfs(ctx->wd.release, s->err) ||
	    od_known_save(ctx->wd.state, ctx->wd.release, od_scanner_id(s->scanner),
	                  s->err))
		return s->err->rc;
	ctx->files = s->n;
	ctx->bytes = 0;
	for (size_t i = 0; i < s->n; i++)
		ctx->bytes += s->files[i].bytes;
	ctx->note = od_arena_printf(
	    ctx->run, "%zu of %zu parts changed, %.1f GB scanned%s", parts - kept,
	    parts, (double)s->looked_at / 1e9,
	    s->names ? od_arena_printf(&s->a, ", %" PRIu64 " places like a titled name",
	                               s->names)
		     : "");
	return OD_OK;
}

/* The finished release's name: "releases/12.part" becomes "12". */
static const char *
final_name(const struct od_stage_ctx *ctx, struct od_arena *a)
{
	return od_arena_printf(a, "%" PRIu64, ctx->serial);
}

/* An unsigned release never takes the place of a signed one. */
static enum od_rc
put_aside(struct sealing *s)
{
	const char *to = od_arena_printf(&s->a, "%s/releases/%" PRIu64 ".preview",
	                                 s->ctx->wd.output, s->ctx->serial);

	if (od_dir_remove(to, s->err) || od_file_rename(s->ctx->wd.release, to, s->err))
		return s->err->rc;
	s->ctx->note = od_arena_printf(
	    s->ctx->run, "unsigned preview kept in %s; the signed release stays live",
	    to);
	return OD_OK;
}

static enum od_rc
publish(struct sealing *s)
{
	const char *output = s->ctx->wd.output, *name = final_name(s->ctx, &s->a);
	const char *final = od_arena_printf(&s->a, "%s/releases/%s", output, name);
	const struct od_catalog *c = &s->ctx->spec->catalog;
	struct od_retention keep = {.newest = c->keep_newest,
	                            .months = c->keep_months,
	                            .days = c->keep_days,
	                            .bytes = c->keep_bytes};
	size_t removed;

	if (od_file_exists(s->ctx->wd.release)) {
		if (!strcmp(od_live_name(output, &s->a), name))
			return od_err_set(s->err, OD_KIND_INTERNAL,
			                  "release %s is live already", name);
		/* Renamed by a run that was killed before the switch, then built anew.
		 */
		if (od_dir_remove(final, s->err) ||
		    od_file_rename(s->ctx->wd.release, final, s->err))
			return s->err->rc;
	}
	if ((strcmp(od_live_name(output, &s->a), name) != 0 &&
	     od_live_switch(output, name, s->err)) ||
	    od_retain_prune(output, &keep, &removed, s->err))
		return s->err->rc;
	return OD_OK;
}

/* A run was killed between the rename and the switch: all is written already. */
static bool
only_switch_is_left(const struct sealing *s)
{
	struct od_arena a = {0};
	const char *final = od_arena_printf(&a, "%s/releases/%s", s->ctx->wd.output,
	                                    final_name(s->ctx, &a));
	bool is = !od_file_exists(s->ctx->wd.release) &&
	          od_file_exists(od_arena_printf(&a, "%s/" OD_MANIFEST_NAME, final)) &&
	          (s->ctx->unsigned_preview ||
	           od_file_exists(od_arena_printf(&a, "%s/" OD_SIGNATURE_NAME, final)));

	od_arena_release(&a);
	return is;
}

static enum od_rc
seal(struct sealing *s)
{
	struct od_secret_key *key = NULL;
	enum od_rc rc = OD_OK;
	bool aside = s->ctx->unsigned_preview && od_live_is_signed(s->ctx->wd.output);

	if (!s->ctx->unsigned_preview) {
		if (!s->ctx->sign_key || !s->ctx->sign_key[0]) {
			rc = od_err_set(s->err, OD_KIND_KEY, "no signing key is given");
			return od_err_hint(s->err,
			                   "`odp keygen DIR` makes one; an unsigned "
			                   "preview needs none");
		}
		/* Before the work: a bad key should not cost an hour first. */
		if (od_secret_key_open(s->ctx->sign_key, &key, s->err))
			return s->err->rc;
	}
	if (only_switch_is_left(s)) {
		rc = aside ? OD_OK : publish(s);
	} else {
		rc = scan_tree(s);
		if (!rc && !s->ctx->dry_run)
			rc = write_manifests(s, key);
		if (!rc && !s->ctx->dry_run)
			rc = aside ? put_aside(s) : publish(s);
	}
	/* The one clock of a release stands beside it: see seal/timestamp.h. */
	if (!rc && key && !s->ctx->dry_run)
		rc = od_timestamp_write(s->ctx->wd.output, key, (int64_t)time(NULL),
		                        s->err);
	od_secret_key_close(key);
	return rc;
}

static enum od_rc
run(struct od_stage_ctx *ctx, struct od_err *err)
{
	struct sealing s = {.ctx = ctx, .err = err};
	enum od_rc rc;

	pthread_mutex_init(&s.lock, NULL);
	rc = seal(&s);
	while (s.n_idle)
		od_scan_close(s.idle[--s.n_idle]);
	od_scanner_close(s.scanner);
	od_known_close(s.known);
	pthread_mutex_destroy(&s.lock);
	od_arena_release(&s.a);
	return rc;
}

const struct od_stage od_stage_seal = {
    .name = "seal",
    .summary = "scan, hash and sign the finished files, then make them live",
    .summary_th = "ตรวจไฟล์ที่เสร็จแล้ว ลงลายเซ็น และเผยแพร่",
    .version = "1",
    .run = run,
};
