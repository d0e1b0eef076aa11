#include "mirror/taken.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "seal/timestamp.h"

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum od_rc
od_taken_parse(struct od_span text, struct od_arena *a, struct od_taken *out,
               struct od_err *err)
{
	const struct od_json *o, *files, *releases;

	*out = (struct od_taken){0};
	if (od_json_parse(text, OD_RETRACTIONS_NAME, OD_KIND_VERIFY, a, &o, err))
		return err->rc;
	files = od_json_find(o, "files");
	releases = od_json_find(o, "withdrawn");
	if (!files || files->kind != OD_JSON_ARRAY || !releases ||
	    releases->kind != OD_JSON_ARRAY)
		goto malformed;
	out->files = od_arena_array(a, files->n + 1, sizeof(*out->files));
	out->releases = od_arena_array(a, releases->n + 1, sizeof(*out->releases));
	for (size_t i = 0; i < files->n; i++) {
		struct od_span s = files->items[i].text;

		/* It becomes a part of a path. */
		if (files->items[i].kind != OD_JSON_STRING || s.n != 64 ||
		    strspn(s.p, "0123456789abcdef") != 64)
			goto malformed;
		out->files[out->n_files++] = s.p;
	}
	if (out->n_files)
		qsort(out->files, out->n_files, sizeof(*out->files), by_text);
	for (size_t i = 0; i < releases->n; i++) {
		int64_t serial = od_json_int(&releases->items[i], "serial");

		if (serial <= 0)
			goto malformed;
		out->releases[out->n_releases++] = (uint64_t)serial;
	}
	return OD_OK;
malformed:
	return od_err_set(err, OD_KIND_VERIFY, OD_RETRACTIONS_NAME " is malformed");
}

bool
od_taken_has_file(const struct od_taken *t, const char *sha256)
{
	return t->n_files && bsearch(&sha256, t->files, t->n_files, sizeof(*t->files),
	                             by_text) != NULL;
}

bool
od_taken_has_release(const struct od_taken *t, uint64_t serial)
{
	for (size_t i = 0; i < t->n_releases; i++)
		if (t->releases[i] == serial)
			return true;
	return false;
}

struct look {
	const struct od_taken *t;
	struct od_arena a;
	const char *tree;
	bool holds;
	bool cut; /* and remove what is found */
	size_t removed;
};

static enum od_rc
look_at(const char *path, struct look *k, struct od_err *err)
{
	struct od_manifest m;
	struct od_span text;
	enum od_rc rc =
	    od_file_read(path, OD_MANIFEST_LIMIT, &k->a, &text, OD_KIND_VERIFY, err);

	if (!rc)
		rc = od_manifest_parse(text, path, &k->a, &m, err);
	for (size_t i = 0; !rc && i < m.n_files; i++) {
		const char *file;

		if (!od_taken_has_file(k->t, m.files[i].sha256))
			continue;
		k->holds = true;
		file = od_arena_printf(&k->a, "%s/%s", k->tree, m.files[i].path);
		if (!k->cut)
			continue;
		if (unlink(file) == 0)
			k->removed++;
		else if (errno != ENOENT)
			rc = od_err_sys(err, OD_KIND_IO, errno, "cannot remove '%s'",
			                file);
	}
	return rc;
}

/* The tree's own lists say what it holds. One that cannot be read holds anything. */
static enum od_rc
look_through(struct look *k, const char *tree, struct od_err *err)
{
	const char *parts = od_arena_printf(&k->a, "%s/" OD_PARTS_DIR, tree);
	char **names = od_dir_list(parts, &k->a);
	struct od_manifest root;
	struct od_err ignored;
	struct od_span text;
	const char *path = od_arena_printf(&k->a, "%s/" OD_MANIFEST_NAME, tree);

	k->tree = tree;
	if (od_file_read(path, OD_MANIFEST_LIMIT, &k->a, &text, OD_KIND_VERIFY,
	                 &ignored) ||
	    od_manifest_parse(text, path, &k->a, &root, &ignored) ||
	    od_taken_has_release(k->t, root.serial))
		k->holds = true;
	for (; names && *names; names++)
		if (look_at(od_arena_printf(&k->a, "%s/%s", parts, *names), k,
		            &ignored)) {
			if (k->cut && ignored.kind == OD_KIND_IO) {
				*err = ignored;
				return err->rc;
			}
			k->holds = true;
		}
	return OD_OK;
}

enum od_rc
od_taken_obey(const struct od_taken *t, const struct od_local *l, bool *live,
              struct od_err *err)
{
	const char *releases = od_arena_printf(l->a, "%s/releases", l->dir);
	char **names = od_dir_list(releases, l->a);
	enum od_rc rc = OD_OK;

	*live = false;
	for (size_t i = 0; i < t->n_files; i++) {
		unlink(od_local_object(l, t->files[i]));
		unlink(od_local_partial(l, t->files[i]));
	}
	for (; (t->n_files || t->n_releases) && names && *names && !rc; names++) {
		struct look k = {.t = t};

		rc = look_through(&k, od_arena_printf(l->a, "%s/%s", releases, *names),
		                  err);
		if (!rc && k.holds && !strcmp(*names, l->live))
			*live = true;
		else if (!rc && k.holds)
			rc = od_local_remove_tree(l, *names, err);
		od_arena_release(&k.a);
	}
	return rc;
}

enum od_rc
od_taken_cut_live(const struct od_taken *t, const struct od_local *l, size_t *removed,
                  struct od_err *err)
{
	struct look k = {.t = t, .cut = true};
	enum od_rc rc = look_through(
	    &k, od_arena_printf(l->a, "%s/releases/%s", l->dir, l->live), err);

	*removed = k.removed;
	od_arena_release(&k.a);
	return rc;
}
