/* Layout: APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3. */
#include "fmt/zip.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/deflate.h"
#include "core/file.h"
#include "core/hash.h"

enum {
	BLOCK = 1024 * 1024, /* of output; a member within it costs no second write */
	CHUNK = 1024 * 1024, /* of input; the bytes depend on it */
	DOS_DATE = 0x0021,   /* 1980-01-01 */
	FLAG_UTF8 = 0x0800,
	METHOD_DEFLATE = 8,
	LOCAL_BYTES = 30,
	ZIP64_LOCAL_EXTRA = 20,
	END_BYTES = 22, /* of the end record, without the comment */
};

struct member {
	uint64_t offset, packed, size;
	uint32_t crc;
	bool big;    /* a zip64 extra field stands in the local header */
	size_t name; /* in names */
	size_t name_n;
};

struct od_zip {
	int fd;
	char *path;
	char *block;
	size_t n;         /* bytes in block */
	uint64_t written; /* bytes in the file */
	struct od_deflate *deflate;
	struct od_buf pending; /* input that does not fill a chunk */
	struct od_buf names;
	struct member *members;
	size_t n_members, cap;
	bool open; /* the last member */
	char comment[OD_ZIP_COMMENT_MAX];
	struct od_err err;
};

/* Fields of a header, little-endian. */
static void
put16(struct od_buf *b, unsigned v)
{
	od_buf_putc(b, (char)(v & 0xff));
	od_buf_putc(b, (char)(v >> 8 & 0xff));
}

static void
put32(struct od_buf *b, uint64_t v)
{
	put16(b, (unsigned)(v & 0xffff));
	put16(b, (unsigned)(v >> 16 & 0xffff));
}

static void
put64(struct od_buf *b, uint64_t v)
{
	put32(b, v & UINT32_MAX);
	put32(b, v >> 32);
}

static uint64_t
capped(uint64_t v)
{
	return v < UINT32_MAX ? v : UINT32_MAX;
}

static int
create(const char *path, struct od_err *err)
{
	enum { FLAGS = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW };
	const char *slash = strrchr(path, '/');
	int fd;

	unlink(path); /* it may be a hard link into the live release */
	fd = open(path, FLAGS, 0644);
	if (fd < 0 && errno == ENOENT && slash && slash != path) {
		struct od_buf dir = {0};
		enum od_rc rc;

		od_buf_put(&dir, path, (size_t)(slash - path));
		rc = od_dir_make(od_buf_str(&dir), 0755, err);
		od_buf_release(&dir);
		if (rc)
			return -1;
		fd = open(path, FLAGS, 0644);
	}
	if (fd < 0 || fchmod(fd, 0644) != 0)
		(void)!od_err_sys(err, OD_KIND_IO, errno, "cannot create '%s'", path);
	return fd;
}

struct od_zip *
od_zip_open(const char *path)
{
	struct od_zip *z = od_alloc(sizeof(*z));
	size_t n = strlen(path) + 1;

	*z = (struct od_zip){.fd = -1};
	z->path = memcpy(od_alloc(n), path, n);
	z->block = od_alloc(BLOCK);
	z->deflate = od_deflate_new();
	z->fd = create(path, &z->err);
	return z;
}

static void
flush(struct od_zip *z)
{
	const char *p = z->block;

	while (z->n && !z->err.rc) {
		ssize_t w = write(z->fd, p, z->n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			if (od_err_sys(&z->err, OD_KIND_IO, errno, "cannot write '%s'",
			               z->path))
				(void)!od_err_hint(
				    &z->err, "look at the free space and quota of that "
					     "file system, then run again");
			break;
		}
		p += w;
		z->n -= (size_t)w;
		z->written += (uint64_t)w;
	}
	z->n = 0;
}

static void
emit(struct od_zip *z, const char *p, size_t n)
{
	while (n && !z->err.rc) {
		size_t room = BLOCK - z->n, part = n < room ? n : room;

		memcpy(z->block + z->n, p, part);
		z->n += part;
		p += part;
		n -= part;
		if (z->n == BLOCK)
			flush(z);
	}
}

/* Writes over bytes already emitted. */
static void
patch(struct od_zip *z, uint64_t at, const char *p, size_t n)
{
	if (at >= z->written) {
		memcpy(z->block + (at - z->written), p, n);
		return;
	}
	flush(z);
	while (n && !z->err.rc) {
		ssize_t w = pwrite(z->fd, p, n, (off_t)at);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			(void)!od_err_sys(&z->err, OD_KIND_IO, errno,
			                  "cannot write '%s'", z->path);
			return;
		}
		p += w;
		n -= (size_t)w;
		at += (uint64_t)w;
	}
}

static uint64_t
tell(const struct od_zip *z)
{
	return z->written + z->n;
}

static const char *
name_of(const struct od_zip *z, const struct member *m)
{
	return z->names.p + m->name;
}

static void
local_header(const struct od_zip *z, const struct member *m, struct od_buf *b)
{
	put32(b, 0x04034b50);
	put16(b, m->big ? 45 : 20);
	put16(b, FLAG_UTF8);
	put16(b, METHOD_DEFLATE);
	put16(b, 0);
	put16(b, DOS_DATE);
	put32(b, m->crc);
	put32(b, m->big ? UINT32_MAX : m->packed);
	put32(b, m->big ? UINT32_MAX : m->size);
	put16(b, (unsigned)m->name_n);
	put16(b, m->big ? ZIP64_LOCAL_EXTRA : 0);
	od_buf_put(b, name_of(z, m), m->name_n);
	if (m->big) {
		put16(b, 1);
		put16(b, ZIP64_LOCAL_EXTRA - 4);
		put64(b, m->size);
		put64(b, m->packed);
	}
}

static void
begin(struct od_zip *z, const char *name, bool big)
{
	struct od_buf head = {0};
	struct member *m;

	if (z->err.rc)
		return;
	if (z->n_members == z->cap) {
		z->cap = z->cap ? 2 * z->cap : 16;
		z->members = od_realloc(z->members, z->cap * sizeof(*z->members));
	}
	m = &z->members[z->n_members++];
	*m = (struct member){
	    .offset = tell(z), .big = big, .name = z->names.n, .name_n = strlen(name)};
	od_buf_puts(&z->names, name);
	local_header(z, m, &head);
	emit(z, head.p, head.n);
	od_buf_release(&head);
	z->pending.n = 0;
	z->open = true;
}

void
od_zip_begin(struct od_zip *z, const char *name)
{
	begin(z, name, false);
}

static void
deflate(struct od_zip *z, const char *p, size_t n, bool last)
{
	struct member *m = &z->members[z->n_members - 1];
	struct od_span packed =
	    od_deflate_piece(z->deflate, (struct od_span){p, n}, last);

	m->crc = libdeflate_crc32(m->crc, p, n);
	m->size += n;
	m->packed += packed.n;
	emit(z, packed.p, packed.n);
}

void
od_zip_put(struct od_zip *z, const void *bytes, size_t n)
{
	const char *p = bytes;

	if (z->err.rc || !z->open)
		return;
	if (z->pending.n) {
		size_t part = CHUNK - z->pending.n;

		part = part < n ? part : n;
		od_buf_put(&z->pending, p, part);
		p += part;
		n -= part;
		if (z->pending.n < CHUNK)
			return;
		deflate(z, z->pending.p, CHUNK, false);
		z->pending.n = 0;
	}
	for (; n >= CHUNK && !z->err.rc; p += CHUNK, n -= CHUNK)
		deflate(z, p, CHUNK, false);
	if (n)
		od_buf_put(&z->pending, p, n);
}

void
od_zip_end(struct od_zip *z)
{
	struct member *m = z->n_members ? &z->members[z->n_members - 1] : NULL;
	struct od_buf head = {0};

	if (z->err.rc || !z->open)
		return;
	deflate(z, z->pending.p, z->pending.n, true);
	z->open = false;
	if (!m->big &&
	    (m->size > OD_ZIP_MEMBER_LIMIT || m->packed > OD_ZIP_MEMBER_LIMIT))
		(void)!od_err_set(&z->err, OD_KIND_INTERNAL,
		                  "a member of '%s' grew beyond its limit", z->path);
	local_header(z, m, &head);
	patch(z, m->offset, head.p, head.n);
	od_buf_release(&head);
}

void
od_zip_add(struct od_zip *z, const char *name, struct od_span bytes)
{
	begin(z, name, bytes.n > OD_ZIP_MEMBER_LIMIT);
	od_zip_put(z, bytes.p, bytes.n);
	od_zip_end(z);
}

void
od_zip_file(struct od_zip *z, const char *name, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *chunk = od_alloc(CHUNK);
	struct stat st;
	ssize_t n = -1;

	if (fd >= 0 && fstat(fd, &st) == 0) {
		begin(z, name,
		      (uint64_t)st.st_size >
		          OD_ZIP_MEMBER_LIMIT - OD_ZIP_MEMBER_LIMIT / 64);
		do {
			n = read(fd, chunk, CHUNK);
			if (n > 0)
				od_zip_put(z, chunk, (size_t)n);
		} while (!z->err.rc && (n > 0 || (n < 0 && errno == EINTR)));
		if (n >= 0)
			od_zip_end(z);
	}
	if (n < 0 && !z->err.rc)
		(void)!od_err_sys(&z->err, OD_KIND_IO, errno, "cannot read '%s'", path);
	if (fd >= 0)
		close(fd);
	free(chunk);
}

static void
central_header(const struct od_zip *z, const struct member *m, struct od_buf *b)
{
	bool wide = m->size >= UINT32_MAX || m->packed >= UINT32_MAX,
	     far = m->offset >= UINT32_MAX;
	unsigned extra = wide || far ? 4 + (wide ? 16u : 0) + (far ? 8u : 0) : 0;

	put32(b, 0x02014b50);
	put16(b, 3 << 8 | 45); /* made on Unix */
	put16(b, extra || m->big ? 45 : 20);
	put16(b, FLAG_UTF8);
	put16(b, METHOD_DEFLATE);
	put16(b, 0);
	put16(b, DOS_DATE);
	put32(b, m->crc);
	put32(b, wide ? UINT32_MAX : m->packed);
	put32(b, wide ? UINT32_MAX : m->size);
	put16(b, (unsigned)m->name_n);
	put16(b, extra);
	put16(b, 0); /* comment */
	put16(b, 0); /* disk */
	put16(b, 0); /* internal attributes */
	put32(b, UINT64_C(0100644) << 16);
	put32(b, capped(m->offset));
	od_buf_put(b, name_of(z, m), m->name_n);
	if (extra) {
		put16(b, 1);
		put16(b, extra - 4);
		if (wide) {
			put64(b, m->size);
			put64(b, m->packed);
		}
		if (far)
			put64(b, m->offset);
	}
}

static void
put_directory(struct od_zip *z)
{
	struct od_buf b = {0};
	uint64_t at = tell(z), size;
	bool big;

	for (size_t i = 0; i < z->n_members; i++)
		central_header(z, &z->members[i], &b);
	size = b.n;
	big = at >= UINT32_MAX || size >= UINT32_MAX || z->n_members >= 0xffff;
	if (big) {
		put32(&b, 0x06064b50);
		put64(&b, 44);
		put16(&b, 3 << 8 | 45);
		put16(&b, 45);
		put32(&b, 0);
		put32(&b, 0);
		put64(&b, z->n_members);
		put64(&b, z->n_members);
		put64(&b, size);
		put64(&b, at);
		put32(&b, 0x07064b50); /* locator */
		put32(&b, 0);
		put64(&b, at + size);
		put32(&b, 1);
	}
	put32(&b, 0x06054b50);
	put32(&b, 0); /* disks */
	put16(&b, z->n_members < 0xffff ? (unsigned)z->n_members : 0xffff);
	put16(&b, z->n_members < 0xffff ? (unsigned)z->n_members : 0xffff);
	put32(&b, capped(size));
	put32(&b, capped(at));
	put16(&b, (unsigned)strlen(z->comment));
	od_buf_puts(&b, z->comment);
	emit(z, b.p, b.n);
	od_buf_release(&b);
}

void
od_zip_comment(struct od_zip *z, const char *text)
{
	size_t n = strlen(text);

	n = n < sizeof(z->comment) ? n : sizeof(z->comment) - 1;
	memcpy(z->comment, text, n);
	z->comment[n] = '\0';
}

void
od_zip_read_comment(const char *path, char to[OD_ZIP_COMMENT_MAX])
{
	static const char mark[] = "PK\5\6";
	char tail[END_BYTES + OD_ZIP_COMMENT_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	off_t from = size > (off_t)sizeof(tail) ? size - (off_t)sizeof(tail) : 0;
	ssize_t n = size < 0 ? -1 : pread(fd, tail, sizeof(tail), from);

	to[0] = '\0';
	if (fd >= 0)
		close(fd);
	for (ssize_t i = n - END_BYTES; i >= 0; i--) {
		size_t length = (size_t)(n - i - END_BYTES);

		if (memcmp(tail + i, mark, 4) != 0)
			continue;
		if (length < OD_ZIP_COMMENT_MAX) {
			memcpy(to, tail + i + END_BYTES, length);
			to[length] = '\0';
		}
		return;
	}
}

enum od_rc
od_zip_close(struct od_zip *z, struct od_out_fact *fact, struct od_err *err)
{
	enum od_rc rc;

	if (!z->err.rc)
		put_directory(z);
	flush(z);
	if (z->fd >= 0 && close(z->fd) != 0 && !z->err.rc)
		(void)!od_err_sys(&z->err, OD_KIND_IO, errno, "cannot close '%s'",
		                  z->path);
	/* Headers were written twice, so the hash is taken of the finished file. */
	if (!z->err.rc && fact)
		(void)!od_sha256_file(z->path, fact->sha256, &fact->bytes, &z->err);
	rc = z->err.rc;
	if (rc)
		*err = z->err;
	od_buf_release(&z->pending);
	od_buf_release(&z->names);
	free(z->members);
	od_deflate_free(z->deflate);
	free(z->block);
	free(z->path);
	free(z);
	return rc;
}
