/*
 * suffix.h - an index in which any part of a text is found.
 *
 * Takes the texts of records and writes an index (index.h) of all their suffixes, each
 * cut where at most OD_FEW records have its beginning: what is common is told apart to
 * the end and counted without looking at a text, and what was cut is so rare that its
 * texts are looked at anyway, since they are shown.
 *
 * Suffixes begin where a word can begin: not with a mark or a vowel that follows its
 * consonant, and not with a space. od_suffix_start() says where in a word to begin.
 *
 * Memory: the distinct texts once, a byte a character, and 8 bytes for each suffix of
 * the part that is being sorted (OD_SORT suffixes a thread).
 */
#ifndef OD_SEARCH_SUFFIX_H
#define OD_SEARCH_SUFFIX_H

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"
#include "search/index.h"

enum { OD_FEW = 12, OD_SORT = 1 << 20 };

struct od_suffix;

struct od_suffix *od_suffix_open(void);

/* A record has a text: symbols without 0. Records come in ascending order. */
void od_suffix_add(struct od_suffix *s, uint32_t doc, struct od_span text);

/* Writes everything into the index, on so many threads. */
OD_CHECKED enum od_rc od_suffix_write(struct od_suffix *s, unsigned jobs,
                                      struct od_index *to, struct od_err *err);

/* Writes the texts whole, each ended by 0: an index of values. Instead of the above. */
void od_suffix_write_whole(struct od_suffix *s, struct od_index *to);
void od_suffix_close(struct od_suffix *s);

/* Where in a word an indexed suffix begins; word.n if nowhere. */
size_t od_suffix_start(struct od_span word);

#endif
