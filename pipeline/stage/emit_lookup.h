/*
 * emit_lookup.h - which parts a row belongs to when another dataset tells.
 *
 * A partition `{by: COLUMN, via: {dataset: OTHER, on: KEY}}` needs
 * for each project the set of its provinces. Read once, then shared by all threads.
 */
#ifndef OD_STAGE_EMIT_LOOKUP_H
#define OD_STAGE_EMIT_LOOKUP_H

#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"
#include "stage/emit_words.h"

struct od_lookup {
	const struct od_dataset *via;
	const char *on, *by;
	struct od_words keys, values;
	size_t *first;     /* of a key in `numbers`; one more than keys */
	uint32_t *numbers; /* of values */
	struct od_arena arena;
};

/* Reads (on, by) of every row of `via`; rows without a value are left out. */
OD_CHECKED enum od_rc od_lookup_load(struct od_lookup *l, struct od_snapshot *s,
                                     const struct od_partition *p, struct od_err *err);

/* The values of a key: *n numbers into l->values. */
const uint32_t *od_lookup_find(const struct od_lookup *l, struct od_span key,
                               size_t *n);

void od_lookup_release(struct od_lookup *l);

#endif
