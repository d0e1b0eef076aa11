#include "core/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/file.h"
#include "core/hash.h"

struct od_out {
	int fd;
	bool atomic;
	char *path, *target; /* written to; final name of an atomic file, or NULL */
	char *block;
	size_t n, size;
	uint64_t total;
	struct od_sha256 *hash;
	struct od_err err; /* the first failure */
};

static char *
dup_text(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(od_alloc(n), s, n);
}

static int
open_making_parents(const char *path, int flags, mode_t mode, struct od_err *err)
{
	int fd = open(path, flags, mode);
	const char *slash = strrchr(path, '/');

	if (fd < 0 && errno == ENOENT && slash && slash != path) {
		char *dir = dup_text(path);
		enum od_rc rc;

		dir[slash - path] = '\0';
		rc = od_dir_make(dir, 0755, err);
		free(dir);
		if (rc)
			return -1;
		fd = open(path, flags, mode);
	}
	if (fd < 0 && od_err_sys(err, OD_KIND_IO, errno, "cannot create '%s'", path))
		return -1;
	return fd;
}

struct od_out *
od_out_open(const char *path, const struct od_out_opts *opts)
{
	static const struct od_out_opts plain;
	struct od_out *o = od_alloc(sizeof(*o));
	mode_t mode;

	if (!opts)
		opts = &plain;
	mode = opts->mode ? opts->mode : 0644;
	*o = (struct od_out){.fd = -1, .atomic = opts->atomic};
	o->size = opts->size ? opts->size : 64 * 1024;
	o->block = od_alloc(o->size);
	if (opts->sha256)
		o->hash = od_sha256_open();
	if (opts->atomic) {
		size_t n = strlen(path) + sizeof(".part");

		o->target = dup_text(path);
		o->path = od_alloc(n);
		snprintf(o->path, n, "%s.part", path);
	} else {
		o->path = dup_text(path);
		/* What stands there may be a file of the live release, linked: not
		 * ours. */
		unlink(path);
	}
	o->fd = open_making_parents(
	    o->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode,
	    &o->err);
	/* The mode is part of a release's bytes: it must not depend on the umask. */
	if (o->fd >= 0 && fchmod(o->fd, mode) != 0 &&
	    od_err_sys(&o->err, OD_KIND_IO, errno, "cannot set the mode of '%s'",
	               o->path))
		return o;
	return o;
}

static void
write_all(struct od_out *o, const char *p, size_t n)
{
	while (n && !o->err.rc) {
		ssize_t w = write(o->fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			if (od_err_sys(&o->err, OD_KIND_IO, errno, "cannot write '%s'",
			               o->path))
				(void)!od_err_hint(
				    &o->err, "look at the free space and quota of that "
					     "file system, then run again");
			return;
		}
		p += w;
		n -= (size_t)w;
	}
}

static void
flush(struct od_out *o)
{
	if (o->hash && o->n)
		od_sha256_put(o->hash, o->block, o->n);
	write_all(o, o->block, o->n);
	o->n = 0;
}

void
od_out_put(struct od_out *o, const void *p, size_t n)
{
	if (o->err.rc || !n)
		return;
	o->total += n;
	if (n > o->size - o->n) {
		flush(o);
		if (n >= o->size) {
			if (o->hash)
				od_sha256_put(o->hash, p, n);
			write_all(o, p, n);
			return;
		}
	}
	memcpy(o->block + o->n, p, n);
	o->n += n;
}

void
od_out_puts(struct od_out *o, const char *s)
{
	od_out_put(o, s, strlen(s));
}

void
od_out_putc(struct od_out *o, char c)
{
	if (o->n < o->size && !o->err.rc) {
		o->block[o->n++] = c;
		o->total++;
	} else {
		od_out_put(o, &c, 1);
	}
}

uint64_t
od_out_tell(const struct od_out *o)
{
	return o->total;
}

static void
free_out(struct od_out *o)
{
	free(o->block);
	free(o->path);
	free(o->target);
	free(o);
}

enum od_rc
od_out_close(struct od_out *o, struct od_out_fact *fact, struct od_err *err)
{
	char hex[OD_SHA256_HEX] = "";
	enum od_rc rc;

	flush(o);
	if (o->hash)
		od_sha256_close(o->hash, hex);
	if (!o->err.rc && o->atomic && fsync(o->fd) != 0)
		rc = od_err_sys(&o->err, OD_KIND_IO, errno, "cannot make '%s' durable",
		                o->path);
	if (o->fd >= 0 && close(o->fd) != 0 && !o->err.rc)
		rc = od_err_sys(&o->err, OD_KIND_IO, errno, "cannot close '%s'",
		                o->path);
	if (!o->err.rc && o->atomic)
		rc = od_file_rename(o->path, o->target, &o->err);
	if (o->err.rc && o->atomic)
		unlink(o->path);
	if (fact) {
		fact->bytes = o->total;
		memcpy(fact->sha256, hex, sizeof(hex));
	}
	rc = o->err.rc;
	if (rc)
		*err = o->err;
	free_out(o);
	return rc;
}

void
od_out_abandon(struct od_out *o)
{
	char hex[OD_SHA256_HEX];

	if (o->hash)
		od_sha256_close(o->hash, hex);
	if (o->fd >= 0)
		close(o->fd);
	unlink(o->path);
	free_out(o);
}

enum od_rc
od_out_file(const char *path, struct od_span bytes, struct od_err *err)
{
	struct od_out *o = od_out_open(path, &(struct od_out_opts){.atomic = true});

	od_out_span(o, bytes);
	return od_out_close(o, NULL, err);
}
