#include "core/arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024, ALIGN = _Alignof(max_align_t) };

struct od_arena_block {
	struct od_arena_block *next;
	size_t size;
	_Alignas(max_align_t) char bytes[];
};

static void
out_of_memory(void)
{
	static const char text[] = "odp: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(70);
	_exit(8);
}

void *
od_alloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *
od_realloc(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (!p)
		out_of_memory();
	return p;
}

static void
grow(struct od_arena *a, size_t n)
{
	size_t size = n > BLOCK ? n : BLOCK;
	struct od_arena_block *b;

	if (size > SIZE_MAX - sizeof(*b))
		out_of_memory();
	b = od_alloc(sizeof(*b) + size);
	b->size = size;
	b->next = a->head;
	a->head = b;
	a->at = b->bytes;
	a->end = b->bytes + size;
}

char *
od_arena_text(struct od_arena *a, size_t n)
{
	char *p;

	if ((size_t)(a->end - a->at) < n || !a->at)
		grow(a, n);
	p = a->at;
	a->at += n;
	return p;
}

void *
od_arena_alloc(struct od_arena *a, size_t n)
{
	size_t pad = a->at ? (size_t)(-(uintptr_t)a->at & (ALIGN - 1)) : 0;
	char *p;

	if (!a->at || (size_t)(a->end - a->at) < pad ||
	    (size_t)(a->end - a->at) - pad < n) {
		grow(a, n);
		pad = 0;
	}
	p = a->at + pad;
	a->at = p + n;
	return memset(p, 0, n);
}

void *
od_arena_array(struct od_arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		out_of_memory();
	return od_arena_alloc(a, n * size);
}

struct od_span
od_arena_dup(struct od_arena *a, struct od_span s)
{
	char *p = od_arena_text(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct od_span){p, s.n};
}

char *
od_arena_str(struct od_arena *a, const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(od_arena_text(a, n), s, n);
}

char *
od_arena_printf(struct od_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = od_arena_text(a, (size_t)(n < 0 ? 0 : n) + 1);
	vsnprintf(p, (size_t)(n < 0 ? 0 : n) + 1, fmt, again);
	va_end(again);
	return p;
}

void
od_arena_reset(struct od_arena *a)
{
	struct od_arena_block *b = a->head, *next;

	if (!b)
		return;
	/* A row that needed a giant block does not keep it for the rest of the run. */
	for (; b->next || b->size > BLOCK; b = next) {
		next = b->next;
		free(b);
		if (!next) {
			*a = (struct od_arena){0};
			return;
		}
	}
	a->head = b;
	a->at = b->bytes;
	a->end = b->bytes + b->size;
}

void
od_arena_release(struct od_arena *a)
{
	struct od_arena_block *next;

	for (struct od_arena_block *b = a->head; b; b = next) {
		next = b->next;
		free(b);
	}
	*a = (struct od_arena){0};
}

void *
od_alloc_table(size_t n)
{
	enum { LARGE_PAGE = 2 << 20 };
	size_t whole = (n + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
	void *p;

	if (n < LARGE_PAGE)
		return od_alloc(n);
	p = aligned_alloc(LARGE_PAGE, whole);
	if (!p)
		out_of_memory();
	/* a refusal only costs time */
	(void)madvise(p, whole, MADV_HUGEPAGE);
	return p;
}
