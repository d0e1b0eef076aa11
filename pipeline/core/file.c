#include "core/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum od_rc
od_file_read(const char *path, size_t limit, struct od_arena *a, struct od_span *out,
             enum od_kind kind, struct od_err *err)
{
	enum od_rc rc = OD_OK;
	struct stat st;
	size_t at = 0, n;
	char *p;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return od_err_sys(err, kind, errno, "cannot open '%s'", path);
	if (fstat(fd, &st) != 0) {
		rc = od_err_sys(err, kind, errno, "cannot read '%s'", path);
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		rc =
		    od_err_set(err, kind, "cannot read '%s': not a regular file", path);
		goto out;
	}
	if ((uint64_t)st.st_size > limit) {
		rc = od_err_set(err, kind, "cannot read '%s': larger than %zu bytes",
		                path, limit);
		goto out;
	}
	n = (size_t)st.st_size;
	p = od_arena_text(a, n + 1);
	while (at < n) {
		ssize_t r = read(fd, p + at, n - at);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0) {
			rc = od_err_sys(err, kind, errno, "cannot read '%s'", path);
			goto out;
		}
		if (r == 0)
			break;
		at += (size_t)r;
	}
	p[at] = '\0';
	*out = (struct od_span){p, at};
out:
	close(fd);
	return rc;
}

int
od_file_open_below(int root, const char *path)
{
	int at = root, fd = -1;

	for (;;) {
		const char *slash = strchr(path, '/');
		char name[256];
		size_t n = slash ? (size_t)(slash - path) : strlen(path);

		if (n >= sizeof(name)) {
			errno = ENAMETOOLONG;
			fd = -1;
		} else {
			memcpy(name, path, n);
			name[n] = '\0';
			/* O_NONBLOCK: a named pipe must not stop us. */
			fd = openat(at, name,
			            O_RDONLY | O_NOFOLLOW | O_CLOEXEC |
			                (slash ? O_DIRECTORY : O_NONBLOCK));
		}
		if (at != root)
			close(at);
		if (fd < 0 || !slash)
			return fd;
		at = fd;
		path = slash + 1;
	}
}

bool
od_file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

bool
od_file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum od_rc
od_dir_make(const char *path, unsigned mode, struct od_err *err)
{
	size_t n = strlen(path);
	char *p = od_alloc(n + 1);
	enum od_rc rc = OD_OK;

	memcpy(p, path, n + 1);
	for (size_t i = 1; i <= n && !rc; i++) {
		if (p[i] != '/' && p[i] != '\0')
			continue;
		p[i] = '\0';
		if (mkdir(p, (mode_t)mode) == 0)
			/* as in core/out.c: modes do not depend on the umask */
			chmod(p, (mode_t)mode);
		else if (errno != EEXIST)
			rc = od_err_sys(err, OD_KIND_IO, errno,
			                "cannot make directory '%s'", p);
		p[i] = path[i];
	}
	if (!rc && !od_file_is_dir(path))
		rc = od_err_set(err, OD_KIND_IO,
		                "cannot make directory '%s': a file of that "
		                "name is in the way",
		                path);
	free(p);
	return rc;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
od_dir_list(const char *path, struct od_arena *a)
{
	DIR *dir = opendir(path);
	size_t n = 0, cap = 0;
	char **names = NULL, **list;
	struct dirent *e;

	if (!dir)
		return NULL;
	while ((e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (n == cap) {
			cap = cap ? 2 * cap : 64;
			names = od_realloc(names, cap * sizeof(*names));
		}
		names[n++] = od_arena_str(a, e->d_name);
	}
	closedir(dir);
	list = od_arena_array(a, n + 1, sizeof(*list));
	if (n) {
		qsort(names, n, sizeof(*names), by_bytes);
		memcpy(list, names, n * sizeof(*names));
	}
	free(names);
	return list;
}

struct walk {
	enum od_rc (*fn)(const struct od_walk_file *f, void *u, struct od_err *err);
	void *u;
	size_t root; /* length of the root's path and a slash */
};

static enum od_rc
walk_dir(const struct walk *w, const char *path, struct od_err *err)
{
	struct od_arena a = {0};
	char **names = od_dir_list(path, &a);
	enum od_rc rc = OD_OK;

	if (!names) {
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot read directory '%s'",
		                path);
		goto out;
	}
	for (; *names && !rc; names++) {
		char *p = od_arena_printf(&a, "%s/%s", path, *names);
		struct stat st;

		if (lstat(p, &st) != 0)
			rc = od_err_sys(err, OD_KIND_IO, errno, "cannot read '%s'", p);
		else if (S_ISDIR(st.st_mode))
			rc = walk_dir(w, p, err);
		else if (S_ISREG(st.st_mode))
			rc = w->fn(&(struct od_walk_file){p + w->root, p,
			                                  (uint64_t)st.st_size},
			           w->u, err);
		else
			rc = od_err_set(err, OD_KIND_VERIFY,
			                "'%s' is neither a file nor a directory", p);
	}
out:
	od_arena_release(&a);
	return rc;
}

enum od_rc
od_dir_walk(const char *root,
            enum od_rc (*fn)(const struct od_walk_file *f, void *u, struct od_err *err),
            void *u, struct od_err *err)
{
	return walk_dir(&(struct walk){fn, u, strlen(root) + 1}, root, err);
}

static int
remove_at(int dirfd, const char *name)
{
	int fd, failed = 0;
	struct dirent *e;
	DIR *dir;

	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -1;
	}
	while ((e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") &&
		    remove_at(fd, e->d_name) != 0) {
			failed = errno;
			break;
		}
	closedir(dir);
	if (failed) {
		errno = failed;
		return -1;
	}
	return unlinkat(dirfd, name, AT_REMOVEDIR);
}

enum od_rc
od_dir_remove(const char *path, struct od_err *err)
{
	if (remove_at(AT_FDCWD, path) != 0)
		return od_err_sys(err, OD_KIND_IO, errno, "cannot remove '%s'", path);
	return OD_OK;
}

static enum od_rc
sync_with(const char *path, int (*sync_fd)(int), struct od_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum od_rc rc = OD_OK;

	if (fd < 0)
		return od_err_sys(err, OD_KIND_IO, errno, "cannot open '%s'", path);
	if (sync_fd(fd) != 0)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot make '%s' durable",
		                path);
	close(fd);
	return rc;
}

enum od_rc
od_file_sync(const char *path, struct od_err *err)
{
	return sync_with(path, fsync, err);
}

enum od_rc
od_file_syncfs(const char *path, struct od_err *err)
{
	return sync_with(path, syncfs, err);
}

enum od_rc
od_file_rename(const char *from, const char *to, struct od_err *err)
{
	const char *slash = strrchr(to, '/');
	struct od_arena a = {0};
	enum od_rc rc;

	if (rename(from, to) != 0)
		return od_err_sys(err, OD_KIND_IO, errno, "cannot rename '%s' to '%s'",
		                  from, to);
	if (slash == to)
		rc = od_file_sync("/", err);
	else if (slash)
		rc = od_file_sync(
		    od_arena_dup(&a, (struct od_span){to, (size_t)(slash - to)}).p,
		    err);
	else
		rc = od_file_sync(".", err);
	od_arena_release(&a);
	return rc;
}
