/*
 * join.h - which keys of a large table stand twice, or in another table, in bounded
 * memory.
 *
 * A key is put as a hash of 128 bits under a secret that dies with the process. Records
 * are spread over 256 parts by their hash; what does not fit in memory goes to a
 * temporary file without a name, and parts are judged one after the other. Two keys
 * with one hash: less than once in 10^20 tables of a thousand million rows.
 */
#ifndef OD_CHECK_JOIN_H
#define OD_CHECK_JOIN_H

#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

struct od_join;

enum od_join_side {
	OD_JOIN_LEFT,  /* the keys that are looked for in; rows whose sum is told */
	OD_JOIN_RIGHT, /* the keys that are looked for; what adds up */
};

/* What is asked of the records. Rows are told in order, at most `limit` of them. */
enum od_join_question {
	OD_JOIN_TWICE,   /* left rows whose key an earlier left row has */
	OD_JOIN_ORPHAN,  /* right rows whose key no left row has */
	OD_JOIN_OUTSIDE, /* right rows with such a left row, but none for their day */
	OD_JOIN_UNEQUAL, /* left rows whose value is not the sum of the right rows' */
};

/* A left row's days, both included; a right row's day is `from`. */
struct od_join_record {
	uint64_t row;
	int32_t from, to;
	int64_t value; /* instead of days */
};

/* `memory`: bytes of records before a file is made. */
struct od_join *od_join_open(enum od_join_question q, size_t memory);
void od_join_close(struct od_join *j);

OD_CHECKED enum od_rc od_join_put(struct od_join *j, enum od_join_side side,
                                  struct od_span key, const struct od_join_record *rec,
                                  struct od_err *err);

/* Calls `told` for each row found; *count is how many there are, told or not. */
OD_CHECKED enum od_rc od_join_finish(struct od_join *j, size_t limit,
                                     void (*told)(void *u, uint64_t row), void *u,
                                     uint64_t *count, struct od_err *err);

#endif
