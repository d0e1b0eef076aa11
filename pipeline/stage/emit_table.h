/*
 * emit_table.h - one dataset in all its forms and parts, by one scan of its table.
 */
#ifndef OD_STAGE_EMIT_TABLE_H
#define OD_STAGE_EMIT_TABLE_H

#include "stage/artefacts.h"
#include "stage/emit_lookup.h"
#include "stage/stage.h"

struct od_emit_table {
	const struct od_stage_ctx *ctx;
	const struct od_dataset *d;
	const struct od_lookup *const *lookups; /* one a partition; NULL: own column */
	struct od_artefacts files; /* what was written; strings in `arena` */
	const char **newest;       /* one a file: newest change of its rows, or "" */
	size_t n_newest;
	struct od_arena arena;
	uint64_t rows;
};

/* May run in several threads for different tables. */
OD_CHECKED enum od_rc od_emit_table(struct od_emit_table *t, struct od_err *err);

#endif
