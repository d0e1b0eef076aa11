#include "seal/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/pool.h"
#include "seal/manifest.h"
#include "seal/minisign.h"

enum { READ_BYTES = 256 << 10 };

struct check {
	const struct od_verify_opts *opts;
	struct od_arena a;
	const char *dir;  /* resolved */
	const char *part; /* alone, or NULL */
	int root;         /* descriptor of dir: the tree cannot be swapped underway */
	struct od_manifest manifest;
	struct od_manifest_file *files; /* of all parts looked at, sorted */
	size_t n, cap;
	struct od_err *err;
};

static enum od_rc
open_listed(const struct check *c, const char *path, int *fd, struct stat *st,
            struct od_err *err)
{
	*fd = od_file_open_below(c->root, path);
	if (*fd < 0 && errno == ENOENT)
		return od_err_set(err, OD_KIND_VERIFY, "'%s' is missing", path);
	if (*fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return od_err_set(
		    err, OD_KIND_VERIFY,
		    "'%s' is a symlink, or lies below one or below a file", path);
	if (*fd < 0 || fstat(*fd, st) != 0)
		return od_err_sys(err, OD_KIND_VERIFY, errno, "cannot read '%s'", path);
	if (!S_ISREG(st->st_mode))
		return od_err_set(err, OD_KIND_VERIFY, "'%s' is not a regular file",
		                  path);
	return OD_OK;
}

/* A manifest or signature, whole. */
static enum od_rc
read_listed(struct check *c, const char *path, size_t limit, struct od_span *out)
{
	struct stat st = {0};
	enum od_rc rc;
	size_t at = 0, n;
	char *p;
	int fd;

	rc = open_listed(c, path, &fd, &st, c->err);
	if (!rc && (uint64_t)st.st_size > limit)
		rc = od_err_set(c->err, OD_KIND_VERIFY, "'%s' is larger than %zu bytes",
		                path, limit);
	if (rc)
		goto out;
	n = (size_t)st.st_size;
	p = od_arena_text(&c->a, n + 1);
	while (at < n) {
		ssize_t got = read(fd, p + at, n - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = od_err_sys(c->err, OD_KIND_IO, errno, "cannot read '%s'",
			                path);
		if (got <= 0)
			break;
		at += (size_t)got;
	}
	p[at] = '\0';
	*out = (struct od_span){p, at};
out:
	if (fd >= 0)
		close(fd);
	return rc;
}

static enum od_rc
check_hash(const struct od_manifest_file *f, uint64_t bytes, const char *hex,
           struct od_err *err)
{
	if (bytes != f->bytes)
		return od_err_set(
		    err, OD_KIND_VERIFY, "'%s' has %llu bytes, its manifest says %llu",
		    f->path, (unsigned long long)bytes, (unsigned long long)f->bytes);
	if (strcmp(hex, f->sha256) != 0)
		return od_err_set(
		    err, OD_KIND_VERIFY,
		    "'%s' is not the file that was published: SHA-256 differs",
		    f->path);
	return OD_OK;
}

static enum od_rc
check_root(struct check *c)
{
	struct od_public_key key;
	struct od_span text, signature;
	const char *trusted, *want;

	if (od_public_key_load(c->opts->public_key, &key, c->err) ||
	    read_listed(c, OD_MANIFEST_NAME, OD_MANIFEST_LIMIT, &text))
		return c->err->rc;
	if (faccessat(c->root, OD_SIGNATURE_NAME, F_OK, AT_SYMLINK_NOFOLLOW) != 0 &&
	    errno == ENOENT)
		return od_err_set(
		    c->err, OD_KIND_VERIFY,
		    "'%s' is not signed: an unsigned preview or not a release", c->dir);
	if (read_listed(c, OD_SIGNATURE_NAME, OD_SIGNATURE_FILE_LIMIT, &signature) ||
	    od_minisign_verify(&key, text, signature, OD_MANIFEST_NAME, &c->a, &trusted,
	                       c->err) ||
	    od_manifest_parse(text, OD_MANIFEST_NAME, &c->a, &c->manifest, c->err))
		return c->err->rc;
	want = od_arena_printf(&c->a, "serial:%llu\tcreated:%s\tfile:" OD_MANIFEST_NAME,
	                       (unsigned long long)c->manifest.serial,
	                       c->manifest.created);
	if (strcmp(trusted, want) != 0)
		return od_err_set(
		    c->err, OD_KIND_VERIFY,
		    "the trusted comment is not that of this " OD_MANIFEST_NAME);
	if (c->manifest.preview)
		return od_err_set(c->err, OD_KIND_VERIFY, "'%s' is a preview", c->dir);
	if (c->manifest.serial < c->opts->min_serial)
		return od_err_set(
		    c->err, OD_KIND_VERIFY,
		    "release %llu is older than %llu, which was seen before",
		    (unsigned long long)c->manifest.serial,
		    (unsigned long long)c->opts->min_serial);
	return OD_OK;
}

static enum od_rc
add_files(struct check *c, const struct od_manifest_file *v, size_t n)
{
	size_t below = c->opts->below ? strlen(c->opts->below) : 0;

	if (n > (size_t)OD_RELEASE_FILES_LIMIT - c->n)
		return od_err_set(c->err, OD_KIND_VERIFY, "more than %d files",
		                  OD_RELEASE_FILES_LIMIT);
	if (c->n + n > c->cap) {
		struct od_manifest_file *more;

		c->cap = 2 * (c->n + n);
		more = od_arena_array(&c->a, c->cap, sizeof(*more));
		if (c->n)
			memcpy(more, c->files, c->n * sizeof(*more));
		c->files = more;
	}
	for (size_t i = 0; i < n; i++)
		if (!below || (!strncmp(v[i].path, c->opts->below, below) &&
		               (v[i].path[below] == '/' || v[i].path[below] == '\0')))
			c->files[c->n++] = v[i];
	return OD_OK;
}

static enum od_rc
check_part(struct check *c, const struct od_manifest_file *entry)
{
	struct od_manifest part;
	struct od_span text;
	char hex[OD_SHA256_HEX];

	if (read_listed(c, entry->path, OD_MANIFEST_LIMIT, &text))
		return c->err->rc;
	od_sha256_hex(text, hex);
	if (check_hash(entry, text.n, hex, c->err) ||
	    od_manifest_parse(text, entry->path, &c->a, &part, c->err))
		return c->err->rc;
	if (part.n_parts)
		return od_err_set(c->err, OD_KIND_VERIFY, "'%s' names parts of its own",
		                  entry->path);
	if (part.serial > c->manifest.serial)
		return od_err_set(c->err, OD_KIND_VERIFY,
		                  "'%s' is of a later release than the root",
		                  entry->path);
	return add_files(c, part.files, part.n_files);
}

static enum od_rc
check_parts(struct check *c)
{
	const char *only =
	    c->part ? od_arena_printf(&c->a, OD_PARTS_DIR "/%s.json", c->part) : NULL;
	bool found = false;

	if (!only && add_files(c, c->manifest.files, c->manifest.n_files))
		return c->err->rc;
	for (size_t i = 0; i < c->manifest.n_parts; i++) {
		if (only && strcmp(only, c->manifest.parts[i].path) != 0)
			continue;
		found = true;
		if (check_part(c, &c->manifest.parts[i]))
			return c->err->rc;
	}
	if (only && !found)
		return od_err_set(c->err, OD_KIND_VERIFY,
		                  "the release has no part '%s'", c->part);
	if (c->n)
		qsort(c->files, c->n, sizeof(*c->files), od_manifest_file_order);
	for (size_t i = 1; i < c->n; i++)
		if (!strcmp(c->files[i - 1].path, c->files[i].path))
			return od_err_set(c->err, OD_KIND_VERIFY, "'%s' is named twice",
			                  c->files[i].path);
	if (c->n == 0)
		return od_err_set(c->err, OD_KIND_VERIFY, "no file to check");
	return OD_OK;
}

static enum od_rc
check_extra(const struct od_walk_file *f, void *u, struct od_err *err)
{
	struct check *c = u;
	struct od_manifest_file want = {.path = f->rel};

	if (!strcmp(f->rel, OD_MANIFEST_NAME) || !strcmp(f->rel, OD_SIGNATURE_NAME) ||
	    bsearch(&want, c->files, c->n, sizeof(want), od_manifest_file_order) ||
	    (c->manifest.n_parts &&
	     bsearch(&want, c->manifest.parts, c->manifest.n_parts, sizeof(want),
	             od_manifest_file_order)))
		return OD_OK;
	return od_err_set(err, OD_KIND_VERIFY, "'%s' is in no manifest", f->rel);
}

static enum od_rc
check_file(size_t i, void *u, struct od_err *err)
{
	const struct check *c = u;
	const struct od_manifest_file *f = &c->files[i];
	char buffer[READ_BYTES], hex[OD_SHA256_HEX];
	struct od_sha256 *hash;
	uint64_t bytes = 0;
	struct stat st = {0};
	enum od_rc rc;
	int fd;

	rc = open_listed(c, f->path, &fd, &st, err);
	if (!rc && (uint64_t)st.st_size != f->bytes)
		rc = check_hash(f, (uint64_t)st.st_size, "", err);
	if (rc) {
		if (fd >= 0)
			close(fd);
		return rc;
	}
	hash = od_sha256_open();
	/* Not more than was announced: a file may grow while it is read. */
	while (bytes <= f->bytes) {
		ssize_t n = read(fd, buffer, sizeof(buffer));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = od_err_sys(err, OD_KIND_IO, errno, "cannot read '%s'",
			                f->path);
		if (n <= 0)
			break;
		bytes += (uint64_t)n;
		od_sha256_put(hash, buffer, (size_t)n);
	}
	od_sha256_close(hash, hex);
	close(fd);
	od_progress_add(1);
	return rc ? rc : check_hash(f, bytes, hex, err);
}

/* A release, or the part file of one: sets dir and part. */
static enum od_rc
find_root(struct check *c, const char *path)
{
	char *real = realpath(path, NULL);
	char *slash, *name;
	struct stat st;
	size_t n;

	if (!real || stat(real, &st) != 0)
		return od_err_sys(c->err, OD_KIND_VERIFY, errno, "cannot find '%s'",
		                  path);
	c->dir = od_arena_str(&c->a, real);
	c->part = c->opts->part;
	name = od_arena_str(&c->a, real);
	free(real);
	if (S_ISREG(st.st_mode) && (slash = strrchr(name, '/'))) {
		char *folder;

		*slash = '\0';
		folder = strrchr(name, '/');
		n = strlen(slash + 1);
		if (!folder || strcmp(folder + 1, OD_PARTS_DIR) != 0 || n < 6 ||
		    strcmp(slash + 1 + n - 5, ".json") != 0)
			return od_err_set(c->err, OD_KIND_VERIFY,
			                  "'%s' is neither a release nor a part of one",
			                  path);
		slash[1 + n - 5] = '\0';
		*folder = '\0';
		c->dir = name[0] ? name : "/";
		c->part = slash + 1;
	}
	c->root = open(c->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->root < 0)
		return od_err_sys(c->err, OD_KIND_VERIFY, errno, "cannot open '%s'",
		                  c->dir);
	return OD_OK;
}

enum od_rc
od_verify(const char *path, const struct od_verify_opts *opts,
          struct od_verify_fact *fact, struct od_err *err)
{
	struct check c = {.opts = opts, .root = -1, .err = err};
	enum od_rc rc;

	*fact = (struct od_verify_fact){0};
	if ((rc = find_root(&c, path)) || (rc = check_root(&c)) ||
	    (rc = check_parts(&c)))
		goto out;
	if (!c.part && !opts->below && (rc = od_dir_walk(c.dir, check_extra, &c, err)))
		goto out;
	od_progress_begin("verify", "files", c.n);
	rc = od_pool_run(opts->jobs ? opts->jobs : 1, c.n, check_file, &c, err);
	od_progress_end();
	if (rc)
		goto out;
	fact->serial = c.manifest.serial;
	memcpy(fact->created, c.manifest.created, strlen(c.manifest.created) + 1);
	fact->parts = c.part ? 1 : c.manifest.n_parts;
	fact->files = c.n;
	for (size_t i = 0; i < c.n; i++)
		fact->bytes += c.files[i].bytes;
out:
	if (c.root >= 0)
		close(c.root);
	od_arena_release(&c.a);
	return rc;
}
