/*
 * clean.h - one spelling of a text: what every published cell goes through.
 *
 * After cleaning a text is valid UTF-8, without control characters but tab and line
 * feed, without zero-width, bidi, private-use or unassigned-for-good characters, with
 * one kind of space and of line end, without white space at its ends, and with one
 * order and one spelling of Thai vowels and marks:
 *   - sara am is one character (U+0E4D U+0E32 is composed), its tone stands before it
 *   - the marks on a consonant stand in one order: vowel below, vowel above, tone,
 *     thanthakhat; a second one of a kind is dropped (typed twice, or no font shows it)
 *   - U+0E40 U+0E40 is U+0E41
 *   - the private glyphs U+F700 to U+F71A of old Thai fonts become the letters they
 * show
 *
 * NFC: Latin letters with a combining mark are composed where the composed letter lies
 * below U+0180 (that is: no Vietnamese, no Hangul, no Indic: they pass as they came).
 * Full-width forms stay: they are how it was written, not how it is encoded.
 *
 * Cleaning is idempotent. One pass, linear time.
 */
#ifndef OD_ANON_CLEAN_H
#define OD_ANON_CLEAN_H

#include "core/arena.h"
#include "core/span.h"

/*
 * Cleans `in` into *out. A text that is already clean, or only loses white space at its
 * ends, stays where it is: *out points into `in`. Otherwise *out lies in the row arena.
 * Returns NULL, or why the text cannot be published: a constant.
 */
const char *od_clean(struct od_span in, struct od_arena *row, struct od_span *out);

#endif
