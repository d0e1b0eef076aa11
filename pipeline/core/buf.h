/*
 * buf.h - a growing byte buffer.
 *
 * Zeroed is empty and usable; release leaves it zeroed. The bytes move when the
 * buffer grows: keep offsets, not pointers.
 */
#ifndef OD_CORE_BUF_H
#define OD_CORE_BUF_H

#include <stdint.h>
#include <string.h>

#include "core/compiler.h"
#include "core/span.h"

struct od_buf {
	char *p;
	size_t n, cap;
};

/* Makes room for `n` more bytes and returns where they start; does not count them. */
char *od_buf_room(struct od_buf *b, size_t n);

static inline void
od_buf_put(struct od_buf *b, const void *p, size_t n)
{
	if (!n)
		return; /* `p` and b->p may both be NULL */
	memcpy(b->cap - b->n >= n ? b->p + b->n : od_buf_room(b, n), p, n);
	b->n += n;
}

static inline void
od_buf_putc(struct od_buf *b, char c)
{
	if (b->n == b->cap)
		od_buf_room(b, 1);
	b->p[b->n++] = c;
}

static inline void
od_buf_span(struct od_buf *b, struct od_span s)
{
	od_buf_put(b, s.p, s.n);
}

static inline void
od_buf_puts(struct od_buf *b, const char *s)
{
	od_buf_put(b, s, strlen(s));
}

OD_PRINTF(2, 3) void od_buf_printf(struct od_buf *b, const char *fmt, ...);

/* A decimal number. */
void od_buf_u64(struct od_buf *b, uint64_t v);

/* The text so far, NUL-terminated (the NUL is not counted). */
const char *od_buf_str(struct od_buf *b);

static inline struct od_span
od_buf_view(const struct od_buf *b)
{
	return (struct od_span){b->p, b->n};
}

void od_buf_release(struct od_buf *b);

#endif
