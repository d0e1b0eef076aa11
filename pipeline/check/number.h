/*
 * number.h - numbers as text, exact at any length.
 *
 * What counts as a number is what Python's int() and Decimal() take, since the
 * standard's own implementation asks them: white space around, underscores, digits of
 * any script, exponents. A key is bytes that compare (memcmp, then length) as the
 * numbers do; equal numbers have equal keys, whatever was written.
 */
#ifndef OD_CHECK_NUMBER_H
#define OD_CHECK_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/span.h"

enum od_number_kind { OD_NUMBER_FINITE, OD_NUMBER_INFINITE, OD_NUMBER_NAN };

/* A number in ASCII: [-]digits[.digits][e[-]digits]. */
struct od_number {
	enum od_number_kind kind;
	bool negative;
	struct od_span whole, fraction; /* digits; either may be empty */
	long exponent;                  /* within +-10^15; beyond it is cut there */
};

/* Bytes last as long as `in`, or are in the arena. */
bool od_number_read_integer(struct od_span in, struct od_arena *a,
                            struct od_number *out);
bool od_number_read_decimal(struct od_span in, struct od_arena *a,
                            struct od_number *out);

/* Not for NaN, which equals nothing. */
struct od_span od_number_key(const struct od_number *n, struct od_arena *a);

/* The value if it is whole and within +-10^18. */
bool od_number_int64(const struct od_number *n, int64_t *out);

/*
 * The text without what stands before the first digit or minus and after the last
 * digit: "EUR 12,50 net" with bareNumber false.
 */
struct od_span od_number_bare(struct od_span in);

/* Without the white space of any script at both ends. */
struct od_span od_number_trim(struct od_span in);

#endif
