/* utf8.h - strict UTF-8: no overlong forms, no surrogates, at most U+10FFFF. */
#ifndef OD_CORE_UTF8_H
#define OD_CORE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "core/span.h"

bool od_utf8_is_valid(struct od_span s);

/*
 * Decodes the character at p (p < end) and returns the bytes it takes; an invalid
 * byte counts as one and gives U+FFFD.
 */
unsigned od_utf8_get(const char *p, const char *end, uint32_t *c);

/* Writes a character, returns its 1 to 4 bytes. */
unsigned od_utf8_put(char to[4], uint32_t c);

/* Number of characters of a valid text. */
size_t od_utf8_count(struct od_span s);

#endif
