/*
 * table.h - a CSV file against its schema, row by row, in bounded memory.
 *
 * A finding is a row, a field and a rule: constant words and names of the schema,
 * never anything out of the file, not even a label of its header. Findings of cells
 * and rows come in the order of the file; those of keys (unique, primary_key,
 * foreign_key, sums) follow at the end, each in the order of the rows.
 */
#ifndef OD_CHECK_TABLE_H
#define OD_CHECK_TABLE_H

#include <stdint.h>

#include "check/tschema.h"
#include "core/err.h"

struct od_tfinding {
	uint64_t row;      /* from 1, the header counted; 0: of the file as a whole */
	const char *field; /* or "column 7", or "" */
	const char *rule;
};

/* How often one rule was broken in one field. */
struct od_tcount {
	const char *field, *rule;
	uint64_t n;
};

struct od_tresult {
	uint64_t rows;                  /* without the header */
	uint64_t findings;              /* listed or not */
	const struct od_tcount *counts; /* in the order they were first seen */
	size_t n_counts;
};

struct od_tcheck_opts {
	size_t listed; /* findings told of each rule and field; all are counted */
	size_t memory; /* bytes for the keys of each rule before a file is made */
	void (*found)(void *u, const struct od_tfinding *f);
	void *u;
};

/* The result's memory is the arena's. */
OD_CHECKED enum od_rc od_tcheck(const char *path, const struct od_tschema *s,
                                const struct od_tcheck_opts *opts, struct od_arena *a,
                                struct od_tresult *out, struct od_err *err);

#endif
