/*
 * advice.h - what people are told of a finding: schemas/advice.yaml and the rules of
 * the datasets.
 */
#ifndef OD_STAGE_ADVICE_H
#define OD_STAGE_ADVICE_H

#include "core/err.h"
#include "spec/spec.h"

/*
 * If there is advice at all, then on every rule of the program and on nothing else:
 * checks of a cell and of the set, methods of anonymization, doubts.
 */
OD_CHECKED enum od_rc od_advice_check(const struct od_spec *spec, struct od_err *err);

/* Texts of a rule of the dataset or of the program; NULL if there are none. */
const struct od_text2 *od_rule_title(const struct od_spec *spec,
                                     const struct od_dataset *d, const char *rule);
const struct od_text2 *od_rule_mend(const struct od_spec *spec,
                                    const struct od_dataset *d, const char *rule);

#endif
