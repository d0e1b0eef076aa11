/*
 * rollback.h - an earlier release, published again under a new serial.
 *
 * Mirrors and readers never see a serial fall: the kept files are linked into a release
 * of their own, which goes through `seal` like any other, so that it is scanned for
 * personal data and for what was retracted since, and signed anew.
 */
#ifndef OD_RUN_ROLLBACK_H
#define OD_RUN_ROLLBACK_H

#include "run/options.h"
#include "seal/verify.h"

/*
 * May release o->rollback be published again? It must be kept, another than the live
 * one, not withdrawn by a retraction, and verify with o->public_key (default: the file
 * beside o->sign_key that ends in .pub).
 */
OD_CHECKED enum od_rc od_rollback_check(const struct od_options *o, int64_t live,
                                        struct od_verify_fact *fact, struct od_arena *a,
                                        struct od_err *err);

/* Links all its files but the manifests into `to`, which is made anew. */
OD_CHECKED enum od_rc od_rollback_link(const struct od_options *o, const char *to,
                                       struct od_arena *a, struct od_err *err);

#endif
