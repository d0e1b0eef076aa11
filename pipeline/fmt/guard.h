/*
 * guard.h - which cells a spreadsheet might take for a formula.
 */
#ifndef OD_FMT_GUARD_H
#define OD_FMT_GUARD_H

#include <stdbool.h>

#include "core/span.h"

/*
 * Does the text begin, after white space, zero-width marks, ', | or %, with = + - @,
 * TAB, CR, LF or a full-width = + - @? A plain number such as -5 or +66 does not count.
 */
bool od_guard_is_needed(struct od_span text);

#endif
