/*
 * rice.h - numbers in as few bits as they need, highest bit first.
 *
 * What the index is written in: plain bits, gamma codes for small numbers, and lists of
 * ascending numbers below a bound as Rice codes of their gaps, with the parameter that
 * suits their density: 2.1 bytes a number for a rare term, 1 bit for the densest.
 */
#ifndef OD_SEARCH_RICE_H
#define OD_SEARCH_RICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

struct od_rice {
	struct od_buf b;
	uint64_t held; /* not yet in b */
	unsigned n;    /* bits of it, below 8 between calls */
};

void od_rice_put(struct od_rice *w, uint32_t v, unsigned bits); /* at most 32 */
void od_rice_gamma(struct od_rice *w, uint32_t v);              /* v >= 1 */
void od_rice_flush(struct od_rice *w); /* fills the last byte with 0 */

/* `n` ascending numbers below `bound`, without their count. */
void od_rice_list(struct od_rice *w, const uint32_t *v, size_t n, uint32_t bound);

/* Reading. Beyond the end there are only zeros, and `bad` is set. */
struct od_rice_in {
	const unsigned char *p;
	size_t n, at; /* at: in bits */
	bool bad;
};

uint32_t od_rice_get(struct od_rice_in *r, unsigned bits);
uint32_t od_rice_get_gamma(struct od_rice_in *r);

/* False: damaged, a number would not be below the bound. */
bool od_rice_get_list(struct od_rice_in *r, uint32_t *v, size_t n, uint32_t bound);

#endif
