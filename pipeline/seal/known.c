#include "seal/known.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/out.h"

enum { NOTE_LIMIT = 4096 };

struct od_known {
	const char *live;
	struct timespec sealed; /* when the live manifest was written */
	struct od_manifest_file *files;
	size_t n;
};

static const char *
note_path(const char *state, struct od_arena *a)
{
	return od_arena_printf(a, "%s/sealed.json", state);
}

/* The live root, if it is the one that the note speaks of. */
static bool
load_root(const char *state, const char *live, const char *rules, struct od_arena *a,
          struct od_manifest *root)
{
	const struct od_json *note;
	struct od_span text;
	struct od_err ignored;
	char hex[OD_SHA256_HEX];

	if (od_file_read(note_path(state, a), NOTE_LIMIT, a, &text, OD_KIND_IO,
	                 &ignored) ||
	    od_json_parse(text, "note", OD_KIND_IO, a, &note, &ignored) ||
	    strcmp(od_json_text(note, "rules"), rules) != 0 ||
	    od_file_read(od_arena_printf(a, "%s/" OD_MANIFEST_NAME, live),
	                 OD_MANIFEST_LIMIT, a, &text, OD_KIND_IO, &ignored))
		return false;
	od_sha256_hex(text, hex);
	return strcmp(od_json_text(note, "manifest"), hex) == 0 &&
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

const struct od_known *
od_known_load(const char *state, const char *live, const char *rules,
              struct od_arena *a)
{
	struct od_known *k = od_arena_alloc(a, sizeof(*k));
	struct od_manifest root, *parts;
	struct stat st;
	size_t at = 0;

	if (!state || !state[0] || !live || !live[0] ||
	    lstat(od_arena_printf(a, "%s/" OD_MANIFEST_NAME, live), &st) != 0 ||
	    !load_root(state, live, rules, a, &root))
		return NULL;
	k->live = live;
	k->sealed = st.st_mtim;
	parts = od_arena_array(a, root.n_parts + 1, sizeof(*parts));
	for (size_t i = 0; i < root.n_parts; i++) {
		if (!load_part(live, &root.parts[i], a, &parts[i]))
			return NULL;
		k->n += parts[i].n_files;
	}
	k->files = od_arena_array(a, k->n + 1, sizeof(*k->files));
	for (size_t i = 0; i < root.n_parts; at += parts[i].n_files, i++)
		if (parts[i].n_files)
			memcpy(k->files + at, parts[i].files,
			       parts[i].n_files * sizeof(*k->files));
	qsort(k->files, k->n, sizeof(*k->files), od_manifest_file_order);
	return k;
}

const struct od_manifest_file *
od_known_find(const struct od_known *k, const char *rel, const char *path)
{
	struct od_manifest_file want = {.path = rel};
	const struct od_manifest_file *f;
	struct stat st, live;
	char name[4096];
	size_t n = k ? strlen(k->live) : 0, m = strlen(rel);

	if (!k || n + m + 2 > sizeof(name))
		return NULL;
	f = bsearch(&want, k->files, k->n, sizeof(want), od_manifest_file_order);
	memcpy(name, k->live, n);
	name[n] = '/';
	memcpy(name + n + 1, rel, m + 1);
	if (!f || lstat(path, &st) != 0 || st.st_nlink < 2 || lstat(name, &live) != 0 ||
	    st.st_dev != live.st_dev || st.st_ino != live.st_ino ||
	    !S_ISREG(st.st_mode) || (uint64_t)st.st_size != f->bytes)
		return NULL;
	if (st.st_mtim.tv_sec > k->sealed.tv_sec ||
	    (st.st_mtim.tv_sec == k->sealed.tv_sec &&
	     st.st_mtim.tv_nsec >= k->sealed.tv_nsec))
		return NULL;
	return f;
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
