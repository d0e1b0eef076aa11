/*
 * pattern.h - regular expressions of foreign schemas (PCRE2), which cannot run away.
 *
 * A match that takes more than a bounded number of steps is given up: the cell does
 * not match. Patterns of our own datasets are POSIX (check.h).
 */
#ifndef OD_CHECK_PATTERN_H
#define OD_CHECK_PATTERN_H

#include <stdbool.h>

#include "core/span.h"

struct od_pattern;

enum { OD_PATTERN_GROUPS = 32 };

/* What a match found: the whole and its groups; p NULL: the group took no part. */
struct od_match {
	struct od_span groups[OD_PATTERN_GROUPS];
};

/*
 * NULL if it cannot be compiled; `why` (of `size` bytes) then tells. The flag
 * `fold` matches in any case of letters.
 */
struct od_pattern *od_pattern_open(struct od_span text, bool fold, char *why,
                                   size_t size);
void od_pattern_close(struct od_pattern *p);

/* From the first byte on; the subject is valid UTF-8. `m` may be NULL. */
bool od_pattern_match(const struct od_pattern *p, struct od_span subject,
                      struct od_match *m);

#endif
