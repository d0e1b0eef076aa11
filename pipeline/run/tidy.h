/* tidy.h - what a finished run no longer needs in the state directory. */
#ifndef OD_RUN_TIDY_H
#define OD_RUN_TIDY_H

#include "run/ledger.h"
#include "run/options.h"

/*
 * Removes snapshots, lists and findings of releases that no later run can use: all but
 * those of the two newest live releases and of what is being built or held. Lists stay
 * as long as their release is kept.
 */
OD_CHECKED enum od_rc od_tidy_state(const struct od_options *o, struct od_ledger *l,
                                    struct od_arena *a, struct od_err *err);

#endif
