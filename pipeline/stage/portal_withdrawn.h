/*
 * portal_withdrawn.h - records that had a page once and are published no more.
 *
 * An address is promised for good, so what was withdrawn keeps a page that says so, and
 * nothing else. The list is public: `withdrawn.csv` of a release (project id, first day
 * without it). It is the live release's list, and what that release published and this
 * one does not, and what was retracted; what is published again leaves it.
 */
#ifndef OD_STAGE_PORTAL_WITHDRAWN_H
#define OD_STAGE_PORTAL_WITHDRAWN_H

#include "row/snapshot.h"
#include "site/maker.h"
#include "stage/stage.h"

#define OD_WITHDRAWN_NAME "withdrawn.csv"

/* The model `withdrawn`: the key and withdrawn_on, in the order of the key. */
OD_CHECKED enum od_rc od_portal_withdrawn(struct od_stage_ctx *ctx,
                                          struct od_snapshot *s, struct od_model *out,
                                          struct od_err *err);

/* Writes it into the release, also if it is empty: the next night reads it. */
OD_CHECKED enum od_rc od_portal_withdrawn_write(struct od_stage_ctx *ctx,
                                                const struct od_model *m,
                                                struct od_err *err);

#endif
