/*
 * portal_privacy.h - the lists of the page on privacy, as in privacy.json:
 *   policies(dataset, field, policy)
 *   hidden(dataset, field, below, small, complementary)  counts of persons
 *   withheld(dataset, rule, title_th, title_en, n)       texts
 *   persons(dataset, k, reached)                         tables about persons
 *   accepted(reason, gates)                              one row, or none
 */
#ifndef OD_STAGE_PORTAL_PRIVACY_H
#define OD_STAGE_PORTAL_PRIVACY_H

#include "row/snapshot.h"
#include "site/maker.h"
#include "stage/stage.h"

/* Appends to `models`, of which *n are there. Everything lives in ctx->run. */
OD_CHECKED enum od_rc od_portal_privacy(struct od_stage_ctx *ctx, struct od_snapshot *s,
                                        struct od_model *models, size_t *n,
                                        struct od_err *err);

#endif
