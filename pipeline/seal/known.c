#include "seal/known.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/out.h"

enum { NOTE_LIMIT = 4096, PATH_BYTES = 4096 };

struct od_known {
	const char *live;               /* its folder */
	struct timespec sealed;         /* when the live manifest was written */
	struct od_manifest_file *files; /* of all parts, by path */
	size_t n, cap;
	struct od_arena paths;
};

static const char *
note_path(const char *state, struct od_arena *a)
{
	return od_arena_printf(a, "%s/sealed.json", state);
}

/* Does the note speak of the manifest with this hash, and of these rules? */
static bool
is_noted(const char *state, const char *rules, const char *hex, struct od_arena *a)
{
	const struct od_json *note;
	struct od_span text;
	struct od_err ignored;

	return state && state[0] &&
	       od_file_read(note_path(state, a), NOTE_LIMIT, a, &text, OD_KIND_IO,
	                    &ignored) == OD_OK &&
	       od_json_parse(text, "note", OD_KIND_IO, a, &note, &ignored) == OD_OK &&
	       strcmp(od_json_text(note, "rules"), rules) == 0 &&
	       strcmp(od_json_text(note, "manifest"), hex) == 0;
}

/* The live root, if there are no rules or it is the one that the note speaks of. */
static bool
load_root(const char *state, const char *live, const char *rules, struct od_arena *a,
          struct od_manifest *root)
{
	struct od_span text;
	struct od_err ignored;
	char hex[OD_SHA256_HEX];

	if (od_file_read(od_arena_printf(a, "%s/" OD_MANIFEST_NAME, live),
	                 OD_MANIFEST_LIMIT, a, &text, OD_KIND_IO, &ignored))
		return false;
	od_sha256_hex(text, hex);
	return (!rules || is_noted(state, rules, hex, a)) &&
	       od_manifest_parse(text, live, a, root, &ignored) == OD_OK;
}

/* A part as the root names it. */
static bool
load_part(const char *live, const struct od_manifest_file *entry, struct od_arena *a,
          struct od_manifest *part)
{
	struct od_span text;
	struct od_err ignored;
	char hex[OD_SHA256_HEX];

	if (od_file_read(od_arena_printf(a, "%s/%s", live, entry->path),
	                 OD_MANIFEST_LIMIT, a, &text, OD_KIND_IO, &ignored))
		return false;
	od_sha256_hex(text, hex);
	return strcmp(hex, entry->sha256) == 0 &&
	       od_manifest_parse(text, entry->path, a, part, &ignored) == OD_OK;
}

/* Takes over a part's entries. */
static void
take_part(struct od_known *k, const struct od_manifest *part)
{
	while (k->n + part->n_files > k->cap) {
		k->cap = k->cap ? k->cap + k->cap / 2 : 4096;
		k->files = od_realloc(k->files, k->cap * sizeof(*k->files));
	}
	for (size_t i = 0; i < part->n_files; i++) {
		k->files[k->n] = part->files[i];
		k->files[k->n].path = od_arena_str(&k->paths, part->files[i].path);
		k->n++;
	}
}

struct od_known *
od_known_load(const char *state, const char *live, const char *rules)
{
	struct od_known *k = od_alloc(sizeof(*k));
	struct od_arena roots = {0}, parts = {0};
	struct od_manifest root, part;
	struct stat st;
	bool whole;

	*k = (struct od_known){0};
	whole =
	    live && live[0] &&
	    lstat(od_arena_printf(&roots, "%s/" OD_MANIFEST_NAME, live), &st) == 0 &&
	    load_root(state, live, rules, &roots, &root);
	for (size_t i = 0; whole && i < root.n_parts; i++) {
		whole = load_part(live, &root.parts[i], &parts, &part);
		if (whole)
			take_part(k, &part);
		/* A parsed manifest takes ten times the memory of what is kept. */
		od_arena_release(&parts);
	}
	od_arena_release(&roots);
	if (!whole) {
		od_known_close(k);
		return NULL;
	}
	k->live = od_arena_str(&k->paths, live);
	k->sealed = st.st_mtim;
	if (k->n)
		qsort(k->files, k->n, sizeof(*k->files), od_manifest_file_order);
	return k;
}

void
od_known_close(struct od_known *k)
{
	if (!k)
		return;
	free(k->files);
	od_arena_release(&k->paths);
	free(k);
}

const struct od_manifest_file *
od_known_entry(const struct od_known *k, const char *rel)
{
	struct od_manifest_file want = {.path = rel};

	return k && k->n ? bsearch(&want, k->files, k->n, sizeof(want),
	                           od_manifest_file_order)
	                 : NULL;
}

/* Looks up the live file; `name` is its path. */
static bool
stat_live(const struct od_known *k, const char *rel, char name[PATH_BYTES],
          struct stat *st)
{
	size_t n = strlen(k->live), m = strlen(rel);

	if (n + m + 2 > PATH_BYTES)
		return false;
	memcpy(name, k->live, n);
	name[n] = '/';
	memcpy(name + n + 1, rel, m + 1);
	return lstat(name, st) == 0 && S_ISREG(st->st_mode);
}

/* Has it the size that was sealed, and was it last written before? */
static bool
is_as_sealed(const struct od_known *k, const struct od_manifest_file *f,
             const struct stat *st)
{
	return (uint64_t)st->st_size == f->bytes &&
	       (st->st_mtim.tv_sec < k->sealed.tv_sec ||
	        (st->st_mtim.tv_sec == k->sealed.tv_sec &&
	         st->st_mtim.tv_nsec < k->sealed.tv_nsec));
}

const struct od_manifest_file *
od_known_find(const struct od_known *k, const char *rel, const char *path)
{
	const struct od_manifest_file *f = od_known_entry(k, rel);
	struct stat st, live;
	char name[PATH_BYTES];

	return f && lstat(path, &st) == 0 && st.st_nlink > 1 &&
	               stat_live(k, rel, name, &live) && st.st_dev == live.st_dev &&
	               st.st_ino == live.st_ino && is_as_sealed(k, f, &live)
	           ? f
	           : NULL;
}

bool
od_known_link(const struct od_known *k, const char *rel, const char *sha256, int dir,
              const char *name)
{
	const struct od_manifest_file *f = od_known_entry(k, rel);
	char path[PATH_BYTES];
	struct stat live;

	return f && strcmp(f->sha256, sha256) == 0 && stat_live(k, rel, path, &live) &&
	       is_as_sealed(k, f, &live) && linkat(AT_FDCWD, path, dir, name, 0) == 0;
}

enum od_rc
od_known_save(const char *state, const char *dir, const char *rules, struct od_err *err)
{
	struct od_arena a = {0};
	struct od_buf b = {0};
	char hex[OD_SHA256_HEX];
	uint64_t bytes;
	enum od_rc rc;

	if (!state || !state[0])
		return OD_OK;
	rc = od_sha256_file(od_arena_printf(&a, "%s/" OD_MANIFEST_NAME, dir), hex,
	                    &bytes, err);
	if (!rc) {
		od_buf_printf(&b, "{\"rules\":\"%s\",\"manifest\":\"%s\"}\n", rules,
		              hex);
		rc = od_out_file(note_path(state, &a), od_buf_view(&b), err);
	}
	od_buf_release(&b);
	od_arena_release(&a);
	return rc;
}
