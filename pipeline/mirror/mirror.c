#include "mirror/mirror.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/out.h"
#include "mirror/head.h"
#include "mirror/local.h"
#include "mirror/origin.h"
#include "mirror/taken.h"
#include "seal/publish.h"
#include "seal/verify.h"

enum {
	ROUNDS = 3, /* the publisher may release while we fetch */
	PAUSE_US = 300000,
};

struct mirror {
	const struct od_mirror_opts *opts;
	struct od_mirror_fact *fact;
	struct od_arena a; /* of one round */
	struct od_origin origin;
	struct od_public_key key;
	struct od_head head;
	struct od_local local;
	struct od_taken taken;
	uint64_t held; /* the highest serial ever seen here */
	bool live_is_taken;
	const struct od_manifest_file *parts; /* those that are mirrored */
	size_t n_parts;
	struct od_manifest_file *files;
	size_t n, cap;
	struct od_err *err;
};

/* ---- what is to be had */

/* The serial of the timestamp that lies here: our own disk, so its word is taken. */
static uint64_t
seen_serial(struct mirror *m)
{
	const char *path =
	    od_arena_printf(&m->a, "%s/" OD_TIMESTAMP_NAME, m->opts->dir);
	struct od_timestamp t;
	struct od_err ignored;
	struct od_span text;

	if (od_file_read(path, OD_TIMESTAMP_LIMIT, &m->a, &text, OD_KIND_IO,
	                 &ignored) ||
	    od_timestamp_parse(text, &m->a, &t, &ignored))
		return 0;
	return t.serial;
}

static enum od_rc
check_serial(struct mirror *m, uint64_t serial)
{
	if (serial >= m->held)
		return OD_OK;
	(void)!od_err_set(m->err, OD_KIND_VERIFY,
	                  "'%s' shows release %llu, but %llu was seen here before",
	                  m->opts->url, (unsigned long long)serial,
	                  (unsigned long long)m->held);
	return od_err_hint(m->err,
	                   "an old copy is shown as the newest: ask the publisher "
	                   "which release is live");
}

static enum od_rc
read_head(struct mirror *m)
{
	const struct od_mirror_opts *o = m->opts;
	enum od_rc rc = od_head_time(&m->origin, &m->key, o->accept_stale, o->now,
	                             &m->a, &m->head, m->err);

	if (rc && m->err->kind == OD_KIND_VERIFY) {
		/* Perhaps read between the document and its signature. */
		usleep(PAUSE_US);
		rc = od_head_time(&m->origin, &m->key, o->accept_stale, o->now, &m->a,
		                  &m->head, m->err);
	}
	if (rc || (m->head.has_time && check_serial(m, m->head.time.serial)))
		return m->err->rc;
	m->taken = (struct od_taken){0};
	if (m->head.retractions.n &&
	    od_taken_parse(m->head.retractions, &m->a, &m->taken, m->err))
		return m->err->rc;
	if (od_taken_obey(&m->taken, &m->local, &m->live_is_taken, m->err) ||
	    od_head_root(&m->origin, &m->key, &m->a, &m->head, m->err))
		return m->err->rc;
	return check_serial(m, m->head.manifest.serial);
}

static enum od_rc
choose_parts(struct mirror *m)
{
	const struct od_manifest *root = &m->head.manifest;
	const char *only =
	    m->opts->part
		? od_arena_printf(&m->a, OD_PARTS_DIR "/%s.json", m->opts->part)
		: NULL;

	m->parts = root->parts;
	m->n_parts = root->n_parts;
	for (size_t i = 0; only && i < root->n_parts; i++)
		if (!strcmp(root->parts[i].path, only)) {
			m->parts = &root->parts[i];
			m->n_parts = 1;
			return OD_OK;
		}
	if (!only)
		return OD_OK;
	(void)!od_err_set(m->err, OD_KIND_CONFIG, "the release has no part '%s'",
	                  m->opts->part);
	return od_err_hint(m->err, "manifest.json of the release names its parts");
}

static enum od_rc
add_files(struct mirror *m, const struct od_manifest_file *v, size_t n)
{
	if (n > (size_t)OD_RELEASE_FILES_LIMIT - m->n)
		return od_err_set(m->err, OD_KIND_VERIFY, "more than %d files",
		                  OD_RELEASE_FILES_LIMIT);
	if (m->n + n > m->cap) {
		struct od_manifest_file *more;

		m->cap = 2 * (m->n + n);
		more = od_arena_array(&m->a, m->cap, sizeof(*more));
		if (m->n)
			memcpy(more, m->files, m->n * sizeof(*more));
		m->files = more;
	}
	for (size_t i = 0; i < n; i++) {
		if (od_taken_has_file(&m->taken, v[i].sha256))
			return od_err_set(m->err, OD_KIND_VERIFY,
			                  "the release holds '%s', which was taken "
			                  "back",
			                  v[i].path);
		m->files[m->n++] = v[i];
	}
	return OD_OK;
}

/* ---- fetching */

static int
by_hash(const void *a, const void *b)
{
	return strcmp(((const struct od_fetch_file *)a)->sha256,
	              ((const struct od_fetch_file *)b)->sha256);
}

/* Fetches those that no local file is the same as; of equal ones, one. */
static enum od_rc
obtain(struct mirror *m, const struct od_manifest_file *v, size_t n)
{
	struct od_fetch_file *want = od_arena_array(&m->a, n + 1, sizeof(*want));
	uint64_t bytes = 0, room = od_local_room(&m->local);
	size_t k = 0, unique = 0;
	enum od_rc rc;

	for (size_t i = 0; i < n; i++)
		if (!od_local_find(&m->local, &v[i]))
			want[k++] = (struct od_fetch_file){.path = v[i].path,
			                                   .bytes = v[i].bytes,
			                                   .sha256 = v[i].sha256};
	if (k)
		qsort(want, k, sizeof(*want), by_hash);
	for (size_t i = 0; i < k; i++) {
		if (unique && !by_hash(&want[unique - 1], &want[i]))
			continue;
		want[i].done = od_local_object(&m->local, want[i].sha256);
		want[i].partial = od_local_partial(&m->local, want[i].sha256);
		bytes += want[i].bytes;
		if (od_dir_make(od_arena_printf(&m->a, "%s/.mirror/objects/%.2s",
		                                m->opts->dir, want[i].sha256),
		                0700, m->err))
			return m->err->rc;
		want[unique++] = want[i];
	}
	if (bytes > room)
		return od_err_set(m->err, OD_KIND_IO,
		                  "%.1f MB are to come, and %.1f MB are free in '%s'",
		                  (double)bytes / 1e6, (double)room / 1e6,
		                  m->opts->dir);
	if (!unique)
		return OD_OK;
	od_progress_begin("fetch", "bytes", bytes);
	rc = od_origin_files(&m->origin, m->head.below, want, unique, m->err);
	od_progress_end();
	if (!rc) {
		m->fact->fetched += unique;
		m->fact->bytes += bytes;
	}
	return rc;
}

static enum od_rc
read_part(struct mirror *m, const struct od_manifest_file *entry)
{
	const char *path = od_local_find(&m->local, entry);
	struct od_manifest part;
	char hex[OD_SHA256_HEX];
	struct od_span text;

	if (!path)
		return od_err_set(m->err, OD_KIND_IO, "'%s' is gone", entry->path);
	if (od_file_read(path, OD_MANIFEST_LIMIT, &m->a, &text, OD_KIND_IO, m->err))
		return m->err->rc;
	od_sha256_hex(text, hex);
	if (strcmp(hex, entry->sha256) != 0)
		return od_err_set(m->err, OD_KIND_VERIFY,
		                  "'%s' is damaged on this disk", path);
	if (od_manifest_parse(text, entry->path, &m->a, &part, m->err))
		return m->err->rc;
	if (part.n_parts || part.serial > m->head.manifest.serial)
		return od_err_set(m->err, OD_KIND_VERIFY,
		                  "'%s' does not belong to the root", entry->path);
	return add_files(m, part.files, part.n_files);
}

static enum od_rc
obtain_all(struct mirror *m)
{
	m->n = 0;
	if (obtain(m, m->parts, m->n_parts) ||
	    (!m->opts->part &&
	     add_files(m, m->head.manifest.files, m->head.manifest.n_files)))
		return m->err->rc;
	for (size_t i = 0; i < m->n_parts; i++)
		if (read_part(m, &m->parts[i]))
			return m->err->rc;
	return obtain(m, m->files, m->n);
}

/* ---- building */

static enum od_rc
link_files(struct mirror *m, const char *tree, const struct od_manifest_file *v,
           size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *from = od_local_find(&m->local, &v[i]);
		char *to = od_arena_printf(&m->a, "%s/%s", tree, v[i].path);
		char *slash = strrchr(to, '/');

		if (!from)
			return od_err_set(m->err, OD_KIND_IO, "'%s' is gone",
			                  v[i].path);
		*slash = '\0';
		if (od_dir_make(to, 0755, m->err))
			return m->err->rc;
		*slash = '/';
		if (od_local_link(from, to, m->err))
			return m->err->rc;
	}
	return OD_OK;
}

static enum od_rc
put_file(struct mirror *m, const char *dir, const char *name, struct od_span text)
{
	return od_out_file(od_arena_printf(&m->a, "%s/%s", dir, name), text, m->err);
}

static enum od_rc
build(struct mirror *m, const char *tree)
{
	struct od_verify_opts opts = {.public_key = m->opts->public_key,
	                              .part = m->opts->part,
	                              .min_serial = m->held,
	                              .jobs = m->opts->jobs};
	struct od_verify_fact fact;

	if (od_dir_remove(tree, m->err) || od_dir_make(tree, 0755, m->err) ||
	    link_files(m, tree, m->parts, m->n_parts) ||
	    link_files(m, tree, m->files, m->n) ||
	    put_file(m, tree, OD_MANIFEST_NAME, m->head.text) ||
	    put_file(m, tree, OD_SIGNATURE_NAME, m->head.signature) ||
	    od_tree_fix_modes(tree, m->err) || od_verify(tree, &opts, &fact, m->err))
		return m->err->rc;
	return od_file_syncfs(tree, m->err);
}

/* The name of the new tree: one number has two trees if its parts are others now. */
static const char *
tree_name(struct mirror *m)
{
	const char *name =
	    od_arena_printf(&m->a, "%llu", (unsigned long long)m->head.manifest.serial);

	return strcmp(name, m->local.live) != 0 ? name
	                                        : od_arena_printf(&m->a, "%s.1", name);
}

static enum od_rc
switch_over(struct mirror *m, const char *tree)
{
	const char *name = tree_name(m), *keep = m->live_is_taken ? "" : m->local.live;
	const char *final =
	    od_arena_printf(&m->a, "%s/releases/%s", m->opts->dir, name);

	if (od_local_remove_tree(&m->local, name, m->err) ||
	    od_file_rename(tree, final, m->err) ||
	    od_live_switch(m->opts->dir, name, m->err) ||
	    od_local_tidy(&m->local, name, keep, m->err))
		return m->err->rc;
	m->fact->changed = true;
	return OD_OK;
}

/* Beside `current`, so that this mirror can be mirrored, and knows what it saw. */
static enum od_rc
keep_words(struct mirror *m)
{
	static const char time_sig[] = OD_TIMESTAMP_NAME ".minisig",
			  list_sig[] = OD_RETRACTIONS_NAME ".minisig";
	const char *dir = m->opts->dir;

	if (m->head.retractions.n &&
	    (put_file(m, dir, OD_RETRACTIONS_NAME, m->head.retractions) ||
	     put_file(m, dir, list_sig, m->head.retractions_signature)))
		return m->err->rc;
	if (m->head.has_time &&
	    (put_file(m, dir, OD_TIMESTAMP_NAME, m->head.time_text) ||
	     put_file(m, dir, time_sig, m->head.time_signature)))
		return m->err->rc;
	return OD_OK;
}

static enum od_rc
update(struct mirror *m)
{
	const char *tree = od_arena_printf(&m->a, "%s/.mirror/next", m->opts->dir);

	if (choose_parts(m))
		return m->err->rc;
	if (!strcmp(m->head.root, m->local.live_root) && !m->live_is_taken &&
	    od_local_has_parts(&m->local, m->parts, m->n_parts, !m->opts->part))
		return od_local_tidy(&m->local, m->local.live, m->local.live, m->err);
	if (obtain_all(m))
		return m->err->rc;
	if (build(m, tree)) {
		/* A file that lay here has rotted: look at each, fetch what is bad. */
		if (m->err->kind != OD_KIND_VERIFY || m->local.distrust)
			return m->err->rc;
		m->local.distrust = true;
		if (obtain_all(m) || build(m, tree))
			return m->err->rc;
	}
	return switch_over(m, tree);
}

/* ---- rounds */

static void
begin_round(struct mirror *m)
{
	bool distrust = m->local.distrust;
	uint64_t seen;

	od_arena_release(&m->a);
	m->files = NULL;
	m->n = m->cap = 0;
	od_local_open(&m->local, m->opts->dir, &m->a);
	m->local.distrust = distrust;
	seen = seen_serial(m);
	m->held = seen > m->local.serial ? seen : m->local.serial;
}

/* Did the publisher go on while we fetched? Then it is worth another round. */
static bool
moved_on(struct mirror *m, const char *root)
{
	struct od_arena a = {0};
	struct od_head head;
	struct od_err ignored;
	bool yes = !od_head_time(&m->origin, &m->key, m->opts->accept_stale,
	                         m->opts->now, &a, &head, &ignored) &&
	           head.has_time && strcmp(head.time.root, root) != 0;

	od_arena_release(&a);
	return yes;
}

static enum od_rc
rounds(struct mirror *m)
{
	enum od_rc rc;
	char root[65];

	for (unsigned round = 1;; round++) {
		begin_round(m);
		rc = read_head(m);
		if (!rc)
			rc = update(m);
		if (!rc || round == ROUNDS ||
		    (m->err->kind != OD_KIND_VERIFY && m->err->kind != OD_KIND_REMOTE))
			return rc;
		memcpy(root, m->head.has_time ? m->head.time.root : "",
		       m->head.has_time ? 65 : 1);
		if (!root[0] || !moved_on(m, root))
			return rc;
	}
}

static void
add_hint(struct mirror *m, const char *more)
{
	const char *hint = od_arena_str(&m->a, m->err->hint);

	(void)!od_err_hint(m->err, "%s%s%s", hint, *hint ? "; " : "", more);
}

/*
 * No new release came, and the live one holds what was taken back: better an incomplete
 * tree than one that shows it. The failure stays, with a word about this.
 */
static void
cut_live(struct mirror *m)
{
	struct od_err err = {0};
	size_t removed = 0;

	if (od_taken_cut_live(&m->taken, &m->local, &removed, &err))
		od_log_warn("%s", err.msg);
	else if (removed)
		add_hint(m, od_arena_printf(&m->a,
		                            "%zu files that were taken back are gone "
		                            "from the live release",
		                            removed));
}

/* How old is what is served? It ends the hint of a failure. */
static void
tell_age(struct mirror *m)
{
	const char *path =
	    od_arena_printf(&m->a, "%s/" OD_TIMESTAMP_NAME, m->opts->dir);
	struct od_timestamp t;
	struct od_err ignored;
	struct od_span text;

	if (od_file_read(path, OD_TIMESTAMP_LIMIT, &m->a, &text, OD_KIND_IO,
	                 &ignored) ||
	    od_timestamp_parse(text, &m->a, &t, &ignored) || t.created > m->opts->now)
		return;
	add_hint(m, od_arena_printf(&m->a, "release %llu stays live, confirmed %s ago",
	                            (unsigned long long)m->local.serial,
	                            od_head_span(m->opts->now - t.created, &m->a)));
}

enum od_rc
od_mirror(const struct od_mirror_opts *opts, struct od_mirror_fact *fact,
          struct od_err *err)
{
	struct mirror m = {
	    .opts = opts, .fact = fact, .origin = {.root = -1}, .err = err};
	enum od_rc rc = od_public_key_load(opts->public_key, &m.key, err);

	*fact = (struct od_mirror_fact){0};
	if (!rc)
		rc = od_dir_make(od_arena_printf(&m.a, "%s/releases", opts->dir), 0755,
		                 err);
	if (!rc)
		rc = od_origin_open(opts->url, opts->tries, &m.a, &m.origin, err);
	if (!rc) {
		struct od_arena origin = m.a; /* outlives the rounds */

		m.a = (struct od_arena){0};
		rc = rounds(&m);
		if (!rc)
			rc = keep_words(&m);
		if (rc && m.live_is_taken && !fact->changed)
			cut_live(&m);
		if (rc && m.local.serial)
			tell_age(&m);
		if (!rc) {
			fact->serial = m.head.manifest.serial;
			snprintf(fact->created, sizeof(fact->created), "%s",
			         m.head.manifest.created);
			fact->files = m.n;
			fact->has_time = m.head.has_time;
			fact->confirmed = m.head.time.created;
			fact->expires = m.head.time.expires;
		}
		od_arena_release(&m.a);
		m.a = origin;
	}
	od_origin_close(&m.origin);
	od_arena_release(&m.a);
	return rc;
}
