/*
 * terms.h - the files of the finder for drafts, made from the tables that the stage
 * `analyze` leaves in the snapshot (stage/analyze.h).
 *
 *   term*.bin, terml*.bin, term.root   an index (index.h): the records of a term, under
 *                                      the key of od_terms_key()
 *   term.num   behind the bytes that begin a .bin file, compressed: for each gram
 *              (analyze/grams.h), ascending, its distance from the one before, 7 bits a
 *              byte, the low ones first; its term in two bytes, the low one first; its
 *              weight in one
 */
#ifndef OD_SEARCH_TERMS_H
#define OD_SEARCH_TERMS_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "row/snapshot.h"
#include "search/decl.h"
#include "search/index.h"

#define OD_TERMS_INDEX "term"
#define OD_TERMS_GRAMS "term.num"
enum { OD_TERM_KEY = 3 };

/* Three symbols, none of them 0. */
static inline void
od_terms_key(uint16_t term, char key[OD_TERM_KEY])
{
	key[0] = (char)(1 + (term >> 12));
	key[1] = (char)(1 + (term >> 6 & 63));
	key[2] = (char)(1 + (term & 63));
}

struct od_terms;

/* Whether the declaration names a key and a text to compare. */
bool od_terms_wanted(const struct od_search_decl *d);

/* *out is NULL if the snapshot has no such tables. All else does nothing then. */
OD_CHECKED enum od_rc od_terms_open(struct od_snapshot *s, struct od_terms **out,
                                    struct od_err *err);
void od_terms_close(struct od_terms *t);

/* The list of a project, in the arena; empty if there is none. */
OD_CHECKED enum od_rc od_terms_read(struct od_terms *t, struct od_span id,
                                    struct od_arena *a, struct od_span *list,
                                    struct od_err *err);

/* Records come in ascending order. */
void od_terms_take(struct od_terms *t, uint32_t record, struct od_span list);
void od_terms_write(const struct od_terms *t, struct od_index *to);

/* The bytes of term.num. */
OD_CHECKED enum od_rc od_terms_grams(struct od_terms *t, struct od_buf *out,
                                     struct od_err *err);

#endif
