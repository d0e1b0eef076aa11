/*
 * canon.h - the one written form of a typed value.
 *
 * Databases write the same value in several ways: PostgreSQL "t", SQLite "1"; "20.0",
 * "20.00" and "20"; "2024-12-28 23:00:00+07". Each function reads what either writes
 * and gives the form of spec/spec.h. false: not a value of that type.
 */
#ifndef OD_CHECK_CANON_H
#define OD_CHECK_CANON_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/span.h"

bool od_canon_integer(struct od_span in, struct od_arena *a, struct od_span *out);

/* Exactly `scale` digits after the point; digits that would be lost must be zeros. */
bool od_canon_decimal(struct od_span in, unsigned scale, struct od_arena *a,
                      struct od_span *out);
bool od_canon_boolean(struct od_span in, struct od_span *out);

/* A day of the Gregorian calendar that exists. */
bool od_canon_date(struct od_span in, struct od_arena *a, struct od_span *out);

/* Fractions of a second are dropped; a zone is not accepted: the source keeps none. */
bool od_canon_datetime(struct od_span in, struct od_arena *a, struct od_span *out);

#endif
