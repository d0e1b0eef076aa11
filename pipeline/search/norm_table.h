/*
 * norm_table.h - what Unicode says of characters: canonical pairs, classes, lower case.
 *
 * All tables are sorted by their first columns.
 */
#ifndef OD_SEARCH_NORM_TABLE_H
#define OD_SEARCH_NORM_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"

struct od_norm_pair {
	uint32_t a, b, c;
};

/* Every step-th character from first to last has the value. */
struct od_norm_range {
	uint32_t first, last;
	int32_t value;
	uint32_t step;
};

extern const struct od_norm_pair od_norm_split[]; /* a is b and c; c 0: only b */
extern const size_t od_norm_split_n;
extern const struct od_norm_pair od_norm_join[]; /* a and b make c */
extern const size_t od_norm_join_n;
extern const struct od_norm_range od_norm_class[]; /* canonical combining class */
extern const size_t od_norm_class_n;
extern const struct od_norm_range od_norm_lower[]; /* what is added for lower case */
extern const size_t od_norm_lower_n;

#endif
