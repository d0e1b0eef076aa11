#include "mirror/origin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"

enum { COPY_BYTES = 256 << 10 };

/* The path of file:///..., its %XX read; NULL if it is none. */
static char *
folder_of(const char *url, struct od_arena *a)
{
	char *path, *to;

	if (strncmp(url, "file:///", 8) != 0)
		return NULL;
	path = to = od_arena_text(a, strlen(url));
	for (const char *p = url + 7; *p; p++) {
		unsigned c;

		if (*p == '%' && sscanf(p + 1, "%2x", &c) == 1 && c) {
			*to++ = (char)c;
			p += 2;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
	return path;
}

enum od_rc
od_origin_open(const char *url, unsigned tries, struct od_arena *a,
               struct od_origin *out, struct od_err *err)
{
	const char *folder = folder_of(url, a);

	*out = (struct od_origin){.root = -1, .url = url};
	if (!folder)
		return od_fetch_open(url, tries, a, &out->web, err);
	out->root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->root < 0)
		return od_err_sys(err, OD_KIND_REMOTE, errno, "cannot open '%s'",
		                  folder);
	return OD_OK;
}

void
od_origin_close(struct od_origin *o)
{
	od_fetch_close(o->web);
	if (o->root >= 0)
		close(o->root);
}

/* A regular file of the folder; -1 with rc OK: there is none. */
static enum od_rc
open_file(const struct od_origin *o, const char *path, int *fd, struct od_err *err)
{
	struct stat st;

	*fd = od_file_open_below(o->root, path);
	if (*fd < 0 && errno == ENOENT)
		return OD_OK;
	if (*fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return od_err_set(
		    err, OD_KIND_VERIFY,
		    "'%s' is a symlink, or lies below one or below a file", path);
	if (*fd < 0)
		return od_err_sys(err, OD_KIND_REMOTE, errno, "cannot read '%s'", path);
	if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
		return OD_OK;
	close(*fd);
	return od_err_set(err, OD_KIND_VERIFY, "'%s' is not a regular file", path);
}

static ssize_t
read_some(int fd, char *to, size_t n)
{
	ssize_t got;

	do
		got = read(fd, to, n);
	while (got < 0 && errno == EINTR);
	return got;
}

enum od_rc
od_origin_document(const struct od_origin *o, const char *path, size_t limit,
                   struct od_arena *a, struct od_span *out, bool *found,
                   struct od_err *err)
{
	struct od_buf b = {0};
	ssize_t n = 0;
	enum od_rc rc;
	int fd;

	if (o->web)
		return od_fetch_document(o->web, path, limit, a, out, found, err);
	rc = open_file(o, path, &fd, err);
	*found = !rc && fd >= 0;
	*out = (struct od_span){"", 0};
	if (!*found)
		return rc;
	while (b.n <= limit &&
	       (n = read_some(fd, od_buf_room(&b, COPY_BYTES), COPY_BYTES)) > 0)
		b.n += (size_t)n;
	if (n < 0)
		rc = od_err_sys(err, OD_KIND_REMOTE, errno, "cannot read '%s'", path);
	else if (b.n > limit)
		rc = od_err_set(err, OD_KIND_VERIFY, "'%s' has more than %zu bytes",
		                path, limit);
	else
		*out = od_arena_dup(a, od_buf_view(&b));
	close(fd);
	od_buf_release(&b);
	return rc;
}

static enum od_rc
copy_bytes(int from, int to, const struct od_fetch_file *f, struct od_err *err)
{
	char chunk[COPY_BYTES], hex[OD_SHA256_HEX];
	struct od_sha256 *hash = od_sha256_open();
	enum od_rc rc = OD_OK;
	uint64_t at = 0;
	ssize_t n;

	while (!rc && at <= f->bytes && (n = read_some(from, chunk, sizeof(chunk)))) {
		if (n < 0) {
			rc = od_err_sys(err, OD_KIND_REMOTE, errno, "cannot read '%s'",
			                f->path);
			break;
		}
		od_sha256_put(hash, chunk, (size_t)n);
		od_progress_add((uint64_t)n);
		at += (uint64_t)n;
		for (ssize_t done = 0, w; !rc && done < n; done += w) {
			w = write(to, chunk + done, (size_t)(n - done));
			if (w < 0 && errno == EINTR)
				w = 0;
			if (w < 0)
				rc = od_err_sys(err, OD_KIND_IO, errno,
				                "cannot write '%s'", f->partial);
		}
	}
	od_sha256_close(hash, hex);
	if (!rc && (at != f->bytes || strcmp(hex, f->sha256) != 0))
		rc = od_err_set(
		    err, OD_KIND_VERIFY,
		    "'%s' is not the file that was published: SHA-256 differs",
		    f->path);
	return rc;
}

static enum od_rc
copy_file(const struct od_origin *o, const char *below, const struct od_fetch_file *f,
          struct od_err *err)
{
	char path[2048];
	enum od_rc rc;
	int from, to;

	if (snprintf(path, sizeof(path), "%s%s", below, f->path) >= (int)sizeof(path))
		return od_err_set(err, OD_KIND_VERIFY, "'%s' is too long", f->path);
	rc = open_file(o, path, &from, err);
	if (rc)
		return rc;
	if (from < 0)
		return od_err_set(err, OD_KIND_REMOTE, "there is no '%s'", path);
	to = open(f->partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	          0644);
	if (to < 0)
		rc =
		    od_err_sys(err, OD_KIND_IO, errno, "cannot write '%s'", f->partial);
	else
		rc = copy_bytes(from, to, f, err);
	close(from);
	if (to >= 0 && close(to) != 0 && !rc)
		rc =
		    od_err_sys(err, OD_KIND_IO, errno, "cannot write '%s'", f->partial);
	if (!rc && rename(f->partial, f->done) != 0)
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot rename '%s'",
		                f->partial);
	return rc;
}

enum od_rc
od_origin_files(const struct od_origin *o, const char *below,
                const struct od_fetch_file *files, size_t n, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	if (o->web)
		return od_fetch_files(o->web, below, files, n, err);
	for (size_t i = 0; i < n && !rc; i++)
		rc = copy_file(o, below, &files[i], err);
	return rc;
}
