/* rules.h - the phrase tables; the topics in topics.c bind them together. */
#ifndef OD_OPDB_RULES_H
#define OD_OPDB_RULES_H

#include "grammar.h"

/* Each ends with a NULL name. */
extern const struct od_rule od_rules_common[], od_rules_works[], od_rules_land[],
    od_rules_people[], od_rules_trade[], od_rules_state[];

#endif
