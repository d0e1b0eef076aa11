/* portal_tree.c - see portal_tree.h */
#include "stage/portal_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"

void
od_tree_init(struct od_tree *t, const char *root, const struct od_known *known)
{
	*t = (struct od_tree){.root = root, .known = known, .dir = -1};
}

static void
leave(struct od_tree *t)
{
	if (t->dir >= 0)
		(void)close(t->dir); /* a folder opened for reading: nothing to lose */
	t->dir = -1;
}

void
od_tree_release(struct od_tree *t)
{
	leave(t);
	od_buf_release(&t->path);
	od_tree_init(t, NULL, NULL);
}

/* Opens the folder `dir` (length n, with its slash, below the root) if it is another.
 */
static enum od_rc
enter(struct od_tree *t, const char *dir, size_t n, struct od_err *err)
{
	size_t root = strlen(t->root) + 1;
	enum od_rc rc;

	if (t->dir >= 0 && t->path.n == root + n && !memcmp(t->path.p + root, dir, n))
		return OD_OK;
	leave(t);
	t->path.n = 0;
	od_buf_printf(&t->path, "%s/%.*s", t->root, (int)n, dir);
	rc = od_dir_make(od_buf_str(&t->path), 0755, err);
	if (rc)
		return rc;
	t->dir = open(od_buf_str(&t->path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->dir < 0)
		return od_err_sys(err, OD_KIND_IO, errno, "cannot open '%s'",
		                  od_buf_str(&t->path));
	return OD_OK;
}

/* Is it the live release's file of that name, and now linked? */
static bool
link_equal(const struct od_tree *t, const char *path, const char *name,
           struct od_span bytes)
{
	const struct od_manifest_file *live = od_known_entry(t->known, path);
	char hex[OD_SHA256_HEX];

	if (!live || live->bytes != bytes.n)
		return false;
	od_sha256_hex(bytes, hex);
	return od_known_link(t->known, path, hex, t->dir, name);
}

/* What stands there may itself be a link to a live file: it is never written into. */
static int
create(const struct od_tree *t, const char *name)
{
	enum { FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC };
	int fd = openat(t->dir, name, FLAGS, 0644);

	if (fd < 0 && errno == EEXIST && unlinkat(t->dir, name, 0) == 0)
		fd = openat(t->dir, name, FLAGS, 0644);
	return fd;
}

enum od_rc
od_tree_put(struct od_tree *t, const char *path, struct od_span bytes,
            struct od_err *err)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	enum od_rc rc = enter(t, path, (size_t)(name - path), err);
	int fd;

	if (rc)
		return rc;
	if (link_equal(t, path, name, bytes))
		return OD_OK;
	fd = create(t, name);
	if (fd < 0)
		return od_err_sys(err, OD_KIND_IO, errno, "cannot create '%s'", path);
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = od_err_sys(err, OD_KIND_IO, errno, "cannot write '%s'",
			                path);
			break;
		}
		bytes.p += n;
		bytes.n -= (size_t)n;
	}
	if (close(fd) && !rc)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot write '%s'", path);
	return rc;
}
