/*
 * runner.h - a run: which stages have to work, in which order, for which release.
 *
 * What a stage is made from is written as words "name:hash" (run/inputs.h) and kept in
 * the ledger. A stage whose words are those of the release being built has been done
 * before a kill; one whose words are those of the live release is not done again, its
 * files are linked. If nothing at all would differ, there is no new release.
 */
#ifndef OD_RUN_RUNNER_H
#define OD_RUN_RUNNER_H

#include "run/options.h"

/* `odp run` and, with o->only, `odp extract` ... `odp upload`. */
OD_CHECKED enum od_rc od_run(struct od_options *o, struct od_arena *a,
                             struct od_err *err);

/* `odp release`: publishes what was held last, for the reason o->accept. */
OD_CHECKED enum od_rc od_release_held(struct od_options *o, struct od_arena *a,
                                      struct od_err *err);

/* `odp plan`: prints what would run and why; changes nothing. */
OD_CHECKED enum od_rc od_plan(struct od_options *o, struct od_arena *a,
                              struct od_err *err);

#endif
