/*
 * score.h - one figure for the quality of a dataset, and what it is made of.
 *
 * In tenths of a percent, rounded down:
 *   valid   rows read that no check of their own cost
 *   clean   rows published without a warning or a withheld text; a row with two counts
 *           twice
 *   filled  cells of published rows that have a value; columns that are dropped aside
 *   total   their mean, weighted as `score` of catalog.yaml says
 * A dataset without rows has none of it: 0.
 */
#ifndef OD_STAGE_SCORE_H
#define OD_STAGE_SCORE_H

#include "core/err.h"
#include "row/snapshot.h"
#include "spec/spec.h"

struct od_score {
	int64_t total, valid, clean, filled;
};

OD_CHECKED enum od_rc od_score(const struct od_spec *spec, struct od_snapshot *s,
                               const struct od_dataset *d, struct od_score *out,
                               struct od_err *err);

#endif
