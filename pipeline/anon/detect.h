/*
 * detect.h - finds personal data in a cleaned text.
 *
 * By rules alone: numbers by shape, check digit and the words before them; addresses of
 * e-mail and LINE by shape; persons by the title before the name. One pass without
 * backtracking: what is looked at again is bounded by constants, so the time is linear
 * in the text. Digits, dashes and Latin letters are read in every width and script that
 * occurs (Thai, ASCII, full-width) at their place, so that what is found are offsets
 * into the text itself and no map is needed.
 *
 * The text must come from od_clean(): zero-width characters, odd spaces and the
 * spellings of sara am are gone. Any other valid UTF-8 is safe, but less is found in
 * it.
 */
#ifndef OD_ANON_DETECT_H
#define OD_ANON_DETECT_H

#include "anon/anon.h"
#include "core/arena.h"
#include "core/span.h"

/* A piece of the text: whole characters, never empty. */
struct od_hit {
	size_t at, n;
	enum od_pii kind;
};

/* Sorted, not overlapping. */
struct od_hits {
	struct od_hit *v;
	size_t n;
};

struct od_hits od_detect(struct od_span text, struct od_arena *row);

#endif
