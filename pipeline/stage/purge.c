#include "stage/purge.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "core/out.h"
#include "seal/manifest.h"
#include "seal/minisign.h"
#include "seal/publish.h"
#include "seal/scan.h"

enum { LIST_BYTES = 64 << 20 };

/* Releases share files: each inode is looked through once. */
struct seen {
	uint64_t device, inode;
	bool used, holds;
	char sha256[65];
};

struct search {
	struct od_purge *p;
	struct od_scanner *scanner;
	struct od_scan *scan;
	const char *release;
	struct seen *seen;
	size_t n, cap;
};

static struct seen *
slot(struct seen *v, size_t cap, uint64_t device, uint64_t inode)
{
	size_t i = (size_t)((inode * 0x9e3779b97f4a7c15u) >> 20) & (cap - 1);

	while (v[i].used && (v[i].inode != inode || v[i].device != device))
		i = (i + 1) & (cap - 1);
	return &v[i];
}

static struct seen *
find_seen(struct search *s, const struct stat *st)
{
	if (2 * s->n >= s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 4096;
		struct seen *v = od_alloc(cap * sizeof(*v));

		memset(v, 0, cap * sizeof(*v));
		for (size_t i = 0; i < s->cap; i++)
			if (s->seen[i].used)
				*slot(v, cap, s->seen[i].device, s->seen[i].inode) =
				    s->seen[i];
		free(s->seen);
		s->seen = v;
		s->cap = cap;
	}
	return slot(s->seen, s->cap, (uint64_t)st->st_dev, (uint64_t)st->st_ino);
}

static void
add_held(struct search *s, const char *path, const char *sha256)
{
	struct od_purge *p = s->p;
	struct od_held *h;

	if (p->n_held == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 64;
		struct od_held *v = od_arena_array(p->a, cap, sizeof(*v));

		if (p->n_held)
			memcpy(v, p->held, p->n_held * sizeof(*v));
		p->held = v;
		p->cap = cap;
	}
	h = &p->held[p->n_held++];
	h->release = s->release;
	h->path = od_arena_str(p->a, path);
	memcpy(h->sha256, sha256, sizeof(h->sha256));
}

static enum od_rc
search_file(const struct od_walk_file *f, void *u, struct od_err *err)
{
	struct search *s = u;
	struct od_scan_fact fact;
	struct seen *seen;
	struct stat st;

	s->p->files++;
	if (lstat(f->path, &st) != 0)
		return od_err_set(err, OD_KIND_IO, "cannot read '%s'", f->path);
	seen = find_seen(s, &st);
	if (!seen->used) {
		if (od_scan_file(s->scan, f->path, &fact, err))
			return err->rc;
		*seen = (struct seen){.device = (uint64_t)st.st_dev,
		                      .inode = (uint64_t)st.st_ino,
		                      .used = true,
		                      .holds = fact.hits.n[OD_SCAN_NEEDLE] != 0};
		memcpy(seen->sha256, fact.sha256, sizeof(seen->sha256));
		s->n++;
	}
	if (seen->holds)
		add_held(s, f->rel, seen->sha256);
	return OD_OK;
}

static enum od_rc
open_search(struct search *s, const struct od_span *texts, size_t n, struct od_arena *a,
            struct od_err *err)
{
	static const char *const none[] = {NULL};
	enum od_rc rc = od_scanner_open(none, a, &s->scanner, err);

	if (rc)
		return rc;
	od_scanner_look_for(s->scanner, texts, n);
	return od_scan_open(s->scanner, a, &s->scan, err);
}

static void
close_search(struct search *s)
{
	od_scan_close(s->scan);
	od_scanner_close(s->scanner);
	free(s->seen);
}

enum od_rc
od_purge_find(struct od_purge *p, const struct od_span *texts, size_t n,
              struct od_err *err)
{
	struct search s = {.p = p};
	const char *dir = od_arena_printf(p->a, "%s/releases", p->output);
	char **names = od_dir_list(dir, p->a);
	enum od_rc rc = open_search(&s, texts, n, p->a, err);

	p->n_held = 0;
	p->files = p->releases = 0;
	for (; names && *names && !rc; names++) {
		s.release = *names;
		p->releases++;
		rc = od_dir_walk(od_arena_printf(p->a, "%s/%s", dir, *names),
		                 search_file, &s, err);
	}
	close_search(&s);
	return rc;
}

const char *
od_purge_created(const struct od_purge *p, const char *release)
{
	const char *path = od_arena_printf(p->a, "%s/releases/%s/" OD_MANIFEST_NAME,
	                                   p->output, release);
	struct od_manifest m;
	struct od_err ignored;
	struct od_span text;

	if (od_file_read(path, OD_MANIFEST_LIMIT, p->a, &text, OD_KIND_VERIFY,
	                 &ignored) ||
	    od_manifest_parse(text, path, p->a, &m, &ignored))
		return "";
	return m.created;
}

enum od_rc
od_purge_releases(const struct od_purge *p, struct od_err *err)
{
	const char *live = od_live_name(p->output, p->a), *last = "";
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < p->n_held && !rc; i++) {
		const char *path = od_arena_printf(p->a, "%s/releases/%s", p->output,
		                                   p->held[i].release);
		const char *gone = od_arena_printf(p->a, "%s.gone", path);

		if (!strcmp(p->held[i].release, last))
			continue;
		last = p->held[i].release;
		if (!strcmp(last, live))
			return od_err_set(err, OD_KIND_PRIVACY,
			                  "the live release still holds what was "
			                  "retracted, in '%s'",
			                  p->held[i].path);
		/* first under another name: half a release must not look like one */
		rc = od_dir_remove(gone, err);
		if (!rc)
			rc = od_file_rename(path, gone, err);
		if (!rc)
			rc = od_dir_remove(gone, err);
	}
	return rc;
}

enum od_rc
od_purge_snapshots(const char *state, const struct od_span *texts, size_t n,
                   size_t *removed, struct od_err *err)
{
	struct od_arena a = {0};
	struct search s = {0};
	const char *dir = od_arena_printf(&a, "%s/snapshots", state);
	char **names = od_dir_list(dir, &a);
	enum od_rc rc = open_search(&s, texts, n, &a, err);

	*removed = 0;
	for (; names && *names && !rc; names++) {
		const char *path = od_arena_printf(&a, "%s/%s", dir, *names);
		struct od_scan_fact fact;

		rc = od_scan_file(s.scan, path, &fact, err);
		if (rc || !fact.hits.n[OD_SCAN_NEEDLE])
			continue;
		rc = od_dir_remove(path, err);
		*removed += !rc;
	}
	close_search(&s);
	od_arena_release(&a);
	return rc;
}

/* ---- the public list */

/* Elements of an array of the old list, without its brackets; *n counts them. */
static void
put_old(struct od_buf *b, const struct od_json *old, const char *key, size_t *n)
{
	const struct od_json *list = od_json_find(old, key);

	for (size_t i = 0; list && i < list->n; i++) {
		const struct od_json *x = &list->items[i];

		od_buf_puts(b, (*n)++ ? ",\n" : "\n");
		if (x->kind == OD_JSON_STRING) {
			od_json_string(b, x->text);
			continue;
		}
		od_buf_putc(b, '{');
		for (size_t k = 0; k < x->n; k++) {
			const struct od_json *v = &x->items[k];

			od_buf_puts(b, k ? "," : "");
			od_json_string(b, x->keys[k]);
			od_buf_putc(b, ':');
			if (v->kind == OD_JSON_STRING) {
				od_json_string(b, v->text);
			} else if (v->kind == OD_JSON_ARRAY) {
				od_buf_putc(b, '[');
				for (size_t j = 0; j < v->n; j++) {
					od_buf_puts(b, j ? "," : "");
					od_json_string(b, v->items[j].text);
				}
				od_buf_putc(b, ']');
			} else {
				od_buf_span(b, v->text);
			}
		}
		od_buf_putc(b, '}');
	}
}

static bool
is_told(const struct od_json *old, const char *sha256)
{
	const struct od_json *list = od_json_find(old, "files");

	for (size_t i = 0; list && i < list->n; i++)
		if (od_span_is(list->items[i].text, sha256))
			return true;
	return false;
}

static void
put_retraction(struct od_buf *b, uint64_t serial, const struct od_span *rows,
               size_t n_rows, size_t n_texts)
{
	od_buf_printf(b, "{\"serial\":%llu,\"rows\":[", (unsigned long long)serial);
	for (size_t i = 0; i < n_rows; i++) {
		od_buf_puts(b, i ? "," : "");
		od_json_string(b, rows[i]);
	}
	od_buf_printf(b, "],\"texts\":%zu}", n_texts);
}

static void
put_withdrawn(struct od_buf *b, const struct od_purge *p, const char *const *created,
              size_t n)
{
	const char *last = "";

	for (size_t i = 0; i < p->n_held; i++) {
		char *end;
		unsigned long long serial = strtoull(p->held[i].release, &end, 10);

		if (!strcmp(p->held[i].release, last) || *end)
			continue;
		last = p->held[i].release;
		od_buf_printf(b, "%s{\"serial\":%llu,\"created\":", n++ ? ",\n" : "\n",
		              serial);
		od_json_string(b, od_span_str(created[i]));
		od_buf_putc(b, '}');
	}
}

static int
by_hash(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
put_files(struct od_buf *b, const struct od_purge *p, const struct od_json *old,
          size_t n)
{
	const char **v = od_arena_array(p->a, p->n_held + 1, sizeof(*v));

	for (size_t i = 0; i < p->n_held; i++)
		v[i] = p->held[i].sha256;
	if (p->n_held)
		qsort(v, p->n_held, sizeof(*v), by_hash);
	for (size_t i = 0; i < p->n_held; i++)
		if ((i == 0 || strcmp(v[i], v[i - 1]) != 0) && !is_told(old, v[i]))
			od_buf_printf(b, "%s\"%s\"", n++ ? ",\n" : "\n", v[i]);
}

static enum od_rc
sign(const struct od_purge *p, struct od_span text, uint64_t serial,
     const struct od_secret_key *key, struct od_err *err)
{
	const char *path =
	    od_arena_printf(p->a, "%s/" OD_RETRACTIONS_NAME ".minisig", p->output);

	if (!key)
		return od_dir_remove(path, err);
	return od_out_file(
	    path,
	    od_minisign_sign(key, text,
	                     od_arena_printf(p->a,
	                                     "serial:%llu\tfile:" OD_RETRACTIONS_NAME,
	                                     (unsigned long long)serial),
	                     p->a),
	    err);
}

enum od_rc
od_purge_tell(const struct od_purge *p, uint64_t serial, const struct od_span *rows,
              size_t n_rows, size_t n_texts, const struct od_secret_key *key,
              struct od_err *err)
{
	const char *path = od_arena_printf(p->a, "%s/" OD_RETRACTIONS_NAME, p->output);
	const char **created = od_arena_array(p->a, p->n_held + 1, sizeof(*created));
	const struct od_json *old = NULL;
	struct od_buf b = {0};
	struct od_span text = {"", 0};
	size_t n;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < p->n_held; i++)
		created[i] = od_purge_created(p, p->held[i].release);
	if (od_file_exists(path)) {
		rc = od_file_read(path, LIST_BYTES, p->a, &text, OD_KIND_IO, err);
		if (!rc)
			rc = od_json_parse(text, path, OD_KIND_CONFIG, p->a, &old, err);
	}
	if (rc)
		return rc;
	od_buf_printf(&b, "{\"serial\":%llu,\n\"retractions\":[",
	              (unsigned long long)serial);
	n = 0;
	put_old(&b, old, "retractions", &n);
	od_buf_puts(&b, n ? ",\n" : "\n");
	put_retraction(&b, serial, rows, n_rows, n_texts);
	od_buf_puts(&b, "],\n\"withdrawn\":[");
	n = 0;
	put_old(&b, old, "withdrawn", &n);
	put_withdrawn(&b, p, created, n);
	od_buf_puts(&b, "],\n\"files\":[");
	n = 0;
	put_old(&b, old, "files", &n);
	put_files(&b, p, old, n);
	od_buf_puts(&b, "]}\n");
	rc = od_out_file(path, od_buf_view(&b), err);
	if (!rc)
		rc = sign(p, od_buf_view(&b), serial, key, err);
	od_buf_release(&b);
	return rc;
}
