/*
 * dictionary.h - the different values of a column, numbered in order of appearance.
 *
 * The values stand in the plain form of a Parquet dictionary page: one behind the
 * other, texts after a length of four bytes. It refuses to grow beyond
 * OD_DICTIONARY_BYTES or _ENTRIES, and to look further than a bounded number of places
 * for a value, so that no data can make it slow. Zeroed (but for `width`) is empty.
 */
#ifndef OD_FMT_DICTIONARY_H
#define OD_FMT_DICTIONARY_H

#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

enum {
	OD_DICTIONARY_BYTES = 512 << 10,
	OD_DICTIONARY_ENTRIES = 1 << 16,
};

struct od_dictionary {
	unsigned width;      /* bytes of a value; 0: texts */
	struct od_buf plain; /* the values */
	struct od_buf ends;  /* of each value in `plain`: uint32_t */
	uint32_t n;
	uint32_t *slots; /* number + 1, or 0 */
	size_t n_slots;  /* a power of two, or 0 */
	uint32_t last;   /* number given last: rows in order repeat themselves */
};

#define OD_DICTIONARY_FULL UINT32_MAX

/* The number of a value (without length), added if it is new; or _FULL. *added tells
 * that it is new. */
uint32_t od_dictionary_put(struct od_dictionary *d, struct od_span value, bool *added);

/* A value in its plain form. */
struct od_span od_dictionary_plain(const struct od_dictionary *d, uint32_t number);

/* Forgets the values, keeps the memory. */
void od_dictionary_reset(struct od_dictionary *d);

void od_dictionary_release(struct od_dictionary *d);

/* Appends a value in its plain form; width as above. */
void od_plain_put(struct od_buf *to, unsigned width, struct od_span value);

#endif
