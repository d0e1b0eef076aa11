/*
 * out.h - writing a file: buffered, sticky, hashed.
 *
 * After the first failure all calls are no-ops and od_out_close() reports it, so that
 * writing code has no error checks and cannot forget one. Parent directories are made.
 * Two ways to open:
 *   od_out_open()   for files of a release under construction, made durable later as a
 *                   whole tree; what stands there is unlinked, never written into
 *   od_out_atomic() for state: the file appears whole, under its name, after fsync of
 *                   file and directory, or not at all
 */
#ifndef OD_CORE_OUT_H
#define OD_CORE_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"
#include "core/span.h"

struct od_out;

struct od_out_opts {
	bool atomic;
	bool sha256; /* hash what is written */
	mode_t mode; /* 0: 0644 */
	size_t size; /* bytes of buffer; 0: 64 KiB */
};

/* What a closed file is. */
struct od_out_fact {
	uint64_t bytes;
	char sha256[65]; /* lower case hex; empty unless asked for */
};

/* Never NULL: a failed open is reported by close. `path` is copied. */
struct od_out *od_out_open(const char *path, const struct od_out_opts *opts);

void od_out_put(struct od_out *o, const void *p, size_t n);
void od_out_puts(struct od_out *o, const char *s);
void od_out_putc(struct od_out *o, char c);
static inline void
od_out_span(struct od_out *o, struct od_span s)
{
	od_out_put(o, s.p, s.n);
}

/* Bytes written so far. */
uint64_t od_out_tell(const struct od_out *o);

/* Writes the rest and frees `o`. `fact` may be NULL. */
OD_CHECKED enum od_rc od_out_close(struct od_out *o, struct od_out_fact *fact,
                                   struct od_err *err);

/* Drops what was written (an atomic file never appears) and frees `o`. */
void od_out_abandon(struct od_out *o);

/* A whole file, atomically, mode 0644. */
OD_CHECKED enum od_rc od_out_file(const char *path, struct od_span bytes,
                                  struct od_err *err);

#endif
