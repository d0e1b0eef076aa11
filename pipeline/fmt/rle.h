/*
 * rle.h - small numbers in Parquet's hybrid of runs and packed bits.
 *
 * Source: https://github.com/apache/parquet-format/blob/master/Encodings.md, "Run
 * Length Encoding / Bit-Packing Hybrid". Serves definition levels (one bit) and the
 * numbers of dictionary entries. Eight equal values or more become a run; others are
 * packed by eights, each number in `width` bits, the low bits first.
 */
#ifndef OD_FMT_RLE_H
#define OD_FMT_RLE_H

#include <stdint.h>

#include "core/buf.h"

/* A writer of at most INT32_MAX values: set `to` and `width` (1 to 32), zero the rest.
 */
struct od_rle {
	struct od_buf *to;
	unsigned width;
	uint32_t last;      /* value of the run that may be under way */
	uint32_t run;       /* its length */
	uint32_t packed[8]; /* values that wait to be packed */
	unsigned n_packed;
	size_t head;     /* offset of the head of the packed values in `to` */
	unsigned groups; /* of eight, behind that head; 0: none is open */
};

void od_rle_put(struct od_rle *r, uint32_t v);

/* Writes the rest; the last eight are filled with zeros, which a reader does not count.
 */
void od_rle_end(struct od_rle *r);

/* Bits that hold every number up to `most`; at least 1. */
unsigned od_rle_width(uint32_t most);

/* The first `n` values, each 0 or 1, as bits: the plain form of booleans. */
void od_bits_put(struct od_buf *to, const char *v, size_t n);

#endif
