#include "mirror/local.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"
#include "seal/publish.h"

static enum od_rc
read_manifest(const struct od_local *l, const char *rel, const char *tree,
              struct od_span *text, struct od_manifest *out)
{
	const char *path =
	    od_arena_printf(l->a, "%s/releases/%s/%s", l->dir, tree, rel);
	struct od_err ignored;
	enum od_rc rc =
	    od_file_read(path, OD_MANIFEST_LIMIT, l->a, text, OD_KIND_VERIFY, &ignored);

	return rc ? rc : od_manifest_parse(*text, path, l->a, out, &ignored);
}

static void
add_have(struct od_local *l, const struct od_manifest_file *f)
{
	struct od_have *h;

	if (l->n == l->cap) {
		struct od_have *v;

		l->cap = l->cap ? 2 * l->cap : 4096;
		v = od_arena_array(l->a, l->cap, sizeof(*v));
		if (l->n)
			memcpy(v, l->have, l->n * sizeof(*v));
		l->have = v;
	}
	h = &l->have[l->n++];
	memcpy(h->sha256, f->sha256, sizeof(h->sha256));
	h->path = od_arena_printf(l->a, "%s/releases/%s/%s", l->dir, l->live, f->path);
}

static int
by_hash(const void *a, const void *b)
{
	return strcmp(((const struct od_have *)a)->sha256,
	              ((const struct od_have *)b)->sha256);
}

void
od_local_open(struct od_local *l, const char *dir, struct od_arena *a)
{
	struct od_manifest root, part;
	char hex[OD_SHA256_HEX];
	struct od_span text;

	*l = (struct od_local){.a = a, .dir = dir, .live_root = ""};
	l->live = od_live_name(dir, a);
	if (!l->live[0] || read_manifest(l, OD_MANIFEST_NAME, l->live, &text, &root)) {
		l->live = "";
		return;
	}
	od_sha256_hex(text, hex);
	l->live_root = od_arena_str(a, hex);
	l->serial = root.serial;
	for (size_t i = 0; i < root.n_files; i++)
		add_have(l, &root.files[i]);
	for (size_t i = 0; i < root.n_parts; i++) {
		if (read_manifest(l, root.parts[i].path, l->live, &text, &part))
			continue; /* not mirrored */
		add_have(l, &root.parts[i]);
		for (size_t k = 0; k < part.n_files; k++)
			add_have(l, &part.files[k]);
	}
	if (l->n)
		qsort(l->have, l->n, sizeof(*l->have), by_hash);
}

bool
od_local_has_parts(const struct od_local *l, const struct od_manifest_file *parts,
                   size_t n, bool whole)
{
	const char *tree = od_arena_printf(l->a, "%s/releases/%s", l->dir, l->live);
	char **names =
	    od_dir_list(od_arena_printf(l->a, "%s/" OD_PARTS_DIR, tree), l->a);
	size_t there = 0;

	for (; names && *names; names++)
		there++;
	/* A part alone has no page at the root. */
	if (there != n ||
	    whole != od_file_exists(od_arena_printf(l->a, "%s/index.html", tree)))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!od_file_exists(
			od_arena_printf(l->a, "%s/%s", tree, parts[i].path)))
			return false;
	return true;
}

const char *
od_local_object(const struct od_local *l, const char *sha256)
{
	return od_arena_printf(l->a, "%s/.mirror/objects/%.2s/%s", l->dir, sha256,
	                       sha256 + 2);
}

const char *
od_local_partial(const struct od_local *l, const char *sha256)
{
	return od_arena_printf(l->a, "%s.part", od_local_object(l, sha256));
}

static bool
is_the_file(const struct od_local *l, const char *path,
            const struct od_manifest_file *f)
{
	char hex[OD_SHA256_HEX];
	struct od_err ignored;
	uint64_t bytes;
	struct stat st;

	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size != f->bytes)
		return false;
	return !l->distrust || (!od_sha256_file(path, hex, &bytes, &ignored) &&
	                        !strcmp(hex, f->sha256));
}

const char *
od_local_find(const struct od_local *l, const struct od_manifest_file *f)
{
	const char *object = od_local_object(l, f->sha256);
	struct od_have want;
	const struct od_have *h, *end = l->have + l->n;

	if (is_the_file(l, object, f))
		return object;
	if (l->distrust)
		unlink(object);
	memcpy(want.sha256, f->sha256, sizeof(want.sha256));
	h = l->n ? bsearch(&want, l->have, l->n, sizeof(want), by_hash) : NULL;
	while (h && h > l->have && !by_hash(h - 1, &want))
		h--;
	for (unsigned tried = 0; h && h < end && !by_hash(h, &want) && tried < 8;
	     h++, tried++)
		if (is_the_file(l, h->path, f))
			return h->path;
	return NULL;
}

static enum od_rc
copy(const char *from, const char *to, struct od_err *err)
{
	int in = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), out = -1;
	enum od_rc rc = OD_OK;
	ssize_t n = 1;

	if (in >= 0)
		out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	while (out >= 0 && n > 0)
		n = copy_file_range(in, NULL, out, NULL, 1 << 30, 0);
	if (in < 0 || out < 0 || n < 0)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot copy '%s' to '%s'",
		                from, to);
	if (in >= 0)
		close(in);
	if (out >= 0 && close(out) != 0 && !rc)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot write '%s'", to);
	return rc;
}

enum od_rc
od_local_link(const char *from, const char *to, struct od_err *err)
{
	if (link(from, to) == 0)
		return OD_OK;
	/* Too many names of one file, a file system without links or of another disk.
	 */
	if (errno == EMLINK || errno == EXDEV || errno == EPERM || errno == EOPNOTSUPP)
		return copy(from, to, err);
	return od_err_sys(err, OD_KIND_IO, errno, "cannot link '%s' to '%s'", from, to);
}

uint64_t
od_local_room(const struct od_local *l)
{
	struct statvfs s;

	return statvfs(l->dir, &s) == 0 ? (uint64_t)s.f_bavail * s.f_frsize
	                                : UINT64_MAX;
}

enum od_rc
od_local_remove_tree(const struct od_local *l, const char *name, struct od_err *err)
{
	const char *path = od_arena_printf(l->a, "%s/releases/%s", l->dir, name);
	const char *gone = od_arena_printf(l->a, "%s/.mirror/gone", l->dir);

	if (od_dir_remove(gone, err))
		return err->rc;
	if (rename(path, gone) != 0 && errno != ENOENT)
		return od_err_sys(err, OD_KIND_IO, errno, "cannot remove '%s'", path);
	return od_dir_remove(gone, err);
}

enum od_rc
od_local_tidy(const struct od_local *l, const char *live, const char *keep,
              struct od_err *err)
{
	char **names = od_dir_list(od_arena_printf(l->a, "%s/releases", l->dir), l->a);
	enum od_rc rc =
	    od_dir_remove(od_arena_printf(l->a, "%s/.mirror/objects", l->dir), err);

	for (; names && *names && !rc; names++)
		if (strcmp(*names, live) != 0 && strcmp(*names, keep) != 0)
			rc = od_local_remove_tree(l, *names, err);
	return rc;
}
