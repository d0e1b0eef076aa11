/*
 * grams.h - a text as a row of symbols, and as overlapping groups of three of them.
 *
 * There are 128 symbols: Thai letters and marks, Latin letters without case, digits
 * (Thai ones count as the same), and one for all else, of which several in a row are
 * one. A gram is three symbols in a row: a number below OD_GRAMS. Thai has no blanks
 * between words and no spelling that everybody keeps, so grams find what word lists
 * miss.
 *
 * What was cut from a text ("[ปกปิด:...]") is no part of what it is about, and counts as
 * a blank.
 */
#ifndef OD_ANALYZE_GRAMS_H
#define OD_ANALYZE_GRAMS_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

enum {
	OD_SYMBOL_OTHER = 0,
	OD_SYMBOL_END = 127, /* no text holds it: it ends one */
	OD_GRAMS = 1 << 21,
};

/*
 * Appends the symbols of `text`, with an OD_SYMBOL_OTHER before and behind, and an
 * OD_SYMBOL_END. An empty text has the end alone. If `at` is not NULL, one uint32_t a
 * symbol is appended to it: where in the text it begins; the end's is the text's
 * length.
 */
void od_gram_symbols(struct od_buf *out, struct od_buf *at, struct od_span text);

/* The gram that begins at `s`. */
static inline uint32_t
od_gram(const uint8_t *s)
{
	return (uint32_t)s[0] << 14 | (uint32_t)s[1] << 7 | s[2];
}

#endif
