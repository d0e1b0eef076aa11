/*
 * gzip.h - one block of bytes as a gzip file (RFC 1952), without name and time: equal
 * bytes give equal files.
 */
#ifndef OD_FMT_GZIP_H
#define OD_FMT_GZIP_H

#include "core/buf.h"
#include "core/span.h"

/* Appends the file; `in` is shorter than 4 GiB. */
void od_gzip(struct od_span in, struct od_buf *to);

#endif
