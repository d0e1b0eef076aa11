/*
 * text.h - a growing text.
 *
 * Zeroed is empty and usable; release leaves it zeroed. The bytes move when the
 * text grows. Running out of memory ends the program.
 */
#ifndef OD_OPDB_TEXT_H
#define OD_OPDB_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct od_text {
	char *p;
	size_t n, cap;
};

/* Text that belongs to somebody else. */
struct od_slice {
	const char *p;
	size_t n;
};

/* Makes room for `n` more bytes. */
void od_text_grow(struct od_text *t, size_t n);
void od_text_release(struct od_text *t);

static inline void
od_text_put(struct od_text *t, const char *p, size_t n)
{
	if (t->cap - t->n < n)
		od_text_grow(t, n);
	if (n)
		memcpy(t->p + t->n, p, n);
	t->n += n;
}

static inline void
od_text_puts(struct od_text *t, const char *s)
{
	od_text_put(t, s, strlen(s));
}

static inline void
od_text_slice(struct od_text *t, struct od_slice s)
{
	od_text_put(t, s.p, s.n);
}

/* The text is replaced by nothing; the memory is kept. */
static inline void
od_text_clear(struct od_text *t)
{
	t->n = 0;
}

static inline struct od_slice
od_slice_of(const char *s)
{
	return (struct od_slice){s, strlen(s)};
}

static inline struct od_slice
od_text_view(const struct od_text *t)
{
	return (struct od_slice){t->p, t->n};
}

/* Puts `n` bytes in at offset `at`. */
void od_text_insert(struct od_text *t, size_t at, const char *p, size_t n);

void od_text_int(struct od_text *t, int64_t v);

/* At least `width` digits, filled with zeros. */
void od_text_pad(struct od_text *t, uint64_t v, int width);

/* With thousands commas: 12,500 */
void od_text_commas(struct od_text *t, uint64_t v);

/* `v` units of 10^-dp: (1250, 3) is 1.250 */
void od_text_fixed(struct od_text *t, int64_t v, int dp);

/* Days since 1970-01-01 as 2024-10-01. */
void od_text_date(struct od_text *t, int64_t day);

/* Seconds since 1970-01-01 as 2024-10-01 09:30:00. */
void od_text_stamp(struct od_text *t, int64_t second);

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
int64_t od_day_of(int64_t year, int month, int day);

#endif
