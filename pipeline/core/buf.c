#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"

char *
od_buf_room(struct od_buf *b, size_t n)
{
	if (b->cap - b->n < n) {
		size_t cap = b->cap ? b->cap : 256;

		while (cap - b->n < n)
			cap *= 2;
		b->p = od_realloc(b->p, cap);
		b->cap = cap;
	}
	return b->p + b->n;
}

void
od_buf_printf(struct od_buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n > 0) {
		vsnprintf(od_buf_room(b, (size_t)n + 1), (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void
od_buf_u64(struct od_buf *b, uint64_t v)
{
	char text[20];
	size_t i = sizeof(text);

	do {
		text[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	od_buf_put(b, text + i, sizeof(text) - i);
}

const char *
od_buf_str(struct od_buf *b)
{
	*od_buf_room(b, 1) = '\0';
	return b->p;
}

void
od_buf_release(struct od_buf *b)
{
	free(b->p);
	*b = (struct od_buf){0};
}
