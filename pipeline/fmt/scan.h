/*
 * scan.h - eight bytes at a time: does a block hold a byte that must be escaped?
 *
 * The classic tests for a zero byte and a small byte. A set high bit may also stand
 * above a true hit (a borrow), never without one, so they answer "any?" exactly and
 * "where?" only from the lowest byte of a block.
 */
#ifndef OD_FMT_SCAN_H
#define OD_FMT_SCAN_H

#include <stdint.h>
#include <string.h>

#define OD_SCAN_ONES UINT64_C(0x0101010101010101)
#define OD_SCAN_HIGH UINT64_C(0x8080808080808080)

static inline uint64_t
od_scan_load(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

/* High bits where a byte equals c; mask with OD_SCAN_HIGH. */
static inline uint64_t
od_scan_equal(uint64_t x, char c)
{
	x ^= OD_SCAN_ONES * (unsigned char)c;
	return (x - OD_SCAN_ONES) & ~x;
}

/* High bits where a byte is below c (c at most 128). */
static inline uint64_t
od_scan_below(uint64_t x, unsigned char c)
{
	return (x - OD_SCAN_ONES * c) & ~x;
}

#endif
