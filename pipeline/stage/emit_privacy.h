/*
 * emit_privacy.h - privacy.json: what is done to protect persons, and what it did here.
 *
 *   {"created", "kinds": [{kind, marker, title, places, cells}],
 *    "doubts": [{rule, title, texts}],
 *    "datasets": [{dataset, policies: {field: policy}, suppress_below: {field: n},
 *      redacted: {field: {kind: {places, cells}}}, suppressed: {field: {small,
 *      complementary}}, withheld: {field: texts}, doubts: {rule: texts},
 *      persons: {quasi, k, reached} or null}],
 *    "accepted": {reason, gates} or null}
 *
 * Made of the declarations and of the snapshot's counts; no value of the data stands in
 * it. Whether a gate was accepted is read from _meta (stage/gates.h).
 */
#ifndef OD_STAGE_EMIT_PRIVACY_H
#define OD_STAGE_EMIT_PRIVACY_H

#include "stage/artefacts.h"
#include "stage/stage.h"

OD_CHECKED enum od_rc od_emit_privacy(const struct od_stage_ctx *ctx,
                                      struct od_artefacts *files, struct od_err *err);

#endif
