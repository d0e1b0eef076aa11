/*
 * zip.h - a zip archive, written as a stream.
 *
 * Sticky like od_out: the first failure is reported by close. Equal calls give equal
 * bytes: members carry 1980-01-01 00:00, mode 0644, a UTF-8 name and no extra field; a
 * member's sizes stand in its local header, which is written again when they are known,
 * so that every reader can stream the archive. Zip64 only where a size demands it.
 */
#ifndef OD_FMT_ZIP_H
#define OD_FMT_ZIP_H

#include <stdint.h>

#include "core/err.h"
#include "core/out.h"
#include "core/span.h"

struct od_zip;

/* A member of unknown size must stay below this many bytes. */
#define OD_ZIP_MEMBER_LIMIT UINT64_C(4000000000)

/* Never NULL. Replaces what stands at `path`; parent directories are made. */
struct od_zip *od_zip_open(const char *path);

/* A member in pieces. `name` is a relative path with '/'. */
void od_zip_begin(struct od_zip *z, const char *name);
void od_zip_put(struct od_zip *z, const void *p, size_t n);
void od_zip_end(struct od_zip *z);

/* A member from memory. */
void od_zip_add(struct od_zip *z, const char *name, struct od_span bytes);

/* A member from a file, of any size. */
void od_zip_file(struct od_zip *z, const char *name, const char *path);

/* A short text at the archive's end, where a reader finds it without the members. */
void od_zip_comment(struct od_zip *z, const char *text);
enum { OD_ZIP_COMMENT_MAX = 1024 };

/* The comment of a finished archive into `to`; "" if there is none or no such file. */
void od_zip_read_comment(const char *path, char to[OD_ZIP_COMMENT_MAX]);

/* Writes the directory and frees `z`; `fact` (may be NULL) has bytes and SHA-256. */
OD_CHECKED enum od_rc od_zip_close(struct od_zip *z, struct od_out_fact *fact,
                                   struct od_err *err);

#endif
