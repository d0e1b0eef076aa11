/*
 * build.h - makes the search of a portal from the snapshot.
 *
 * Files below DIR, as index.h, blocks.h and grams.h say, where HASH changes with every
 * byte of the others, so that a browser never mixes two releases:
 *   index.json        what there is: columns, number of records, HASH
 *   HASH/words.json   the word lists
 *   HASH/name*        index of the columns `in: name`
 *   HASH/main*        index of the columns `in: main` and of words
 *   HASH/facet*       index of "FACET=value": the records of each value of a filter
 *   HASH/prose*       index of the trigrams of the columns `in: prose`, by block
 *   HASH/term*        what the finder for drafts reads (like.h), if there is an
 * analysis HASH/record*      blocks of all other columns HASH/text*        blocks of
 * the columns `in: prose` HASH/COLUMN.num   the numbers of a column: differences,
 * zigzag, 7 bits a byte, the low ones first, compressed, behind the bytes that begin a
 * .bin file; money in whole baht, dates as YYYYMMDD
 */
#ifndef OD_SEARCH_BUILD_H
#define OD_SEARCH_BUILD_H

#include "core/arena.h"
#include "core/err.h"
#include "search/decl.h"
#include "search/index.h"

enum { OD_SEARCH_VERSION = 1, OD_SEARCH_COLUMNS = 64 };

struct od_search_input {
	const struct od_search_decl *decl;
	const char *snapshot;
	const char *dir; /* is made */
	unsigned jobs;
};

struct od_search_fact {
	uint64_t records, files, bytes;
	struct od_index_fact name, main, facet, prose, terms;
	uint64_t record_bytes, text_bytes; /* of blocks */
};

OD_CHECKED enum od_rc od_search_build(const struct od_search_input *in,
                                      struct od_arena *a, struct od_search_fact *fact,
                                      struct od_err *err);

#endif
