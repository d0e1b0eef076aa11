/*
 * arena.h - memory by lifetime.
 *
 * Memory belongs to the arena named in the call; what must outlive its row is
 * `dup`ed into a longer arena; nothing taken from an arena is freed alone.
 * Running out of memory ends the process with one line: no caller checks.
 */
#ifndef OD_CORE_ARENA_H
#define OD_CORE_ARENA_H

#include <stddef.h>

#include "core/compiler.h"
#include "core/span.h"

struct od_arena_block;

/* Zeroed is empty and usable. */
struct od_arena {
	struct od_arena_block *head;
	char *at, *end;
};

/* `n` bytes, aligned for any object, zeroed. */
void *od_arena_alloc(struct od_arena *a, size_t n);

/* An array of `n` elements of `size` bytes, zeroed. */
void *od_arena_array(struct od_arena *a, size_t n, size_t size);

/* `n` bytes, unaligned and not zeroed: for text. */
char *od_arena_text(struct od_arena *a, size_t n);

/* A copy of the span; NUL-terminated for convenience, the NUL is not counted. */
struct od_span od_arena_dup(struct od_arena *a, struct od_span s);

/* A NUL-terminated copy. */
char *od_arena_str(struct od_arena *a, const char *s);

/* A formatted NUL-terminated string. */
OD_PRINTF(2, 3) char *od_arena_printf(struct od_arena *a, const char *fmt, ...);

/* Forgets all that was allocated; keeps one block for the next row. */
void od_arena_reset(struct od_arena *a);

/* Returns all memory; leaves the arena zeroed. */
void od_arena_release(struct od_arena *a);

/* malloc and friends that end the process when memory runs out. */
void *od_alloc(size_t n);
void *od_realloc(void *p, size_t n);

/* For a large table that is read at random: in large pages, where the system has them.
 */
void *od_alloc_table(size_t n);

#endif
