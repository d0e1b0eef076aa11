/*
 * index.h - which records hold a text: sorted keys with the records of each.
 *
 * A leaf is a key (symbols, norm.h) and the records that have it. Keys ascend and none
 * is the beginning of another. What a leaf stands for: its records are all those that
 * have a text beginning with the key somewhere. So the records with a word w are
 *   - those of all leaves whose key begins with w: exactly
 *   - those of the leaf whose key w begins with, if there is one: to be looked at
 * The second kind is small where it matters (suffix.h).
 *
 * Files, in the folder of the index, for an index `n`:
 *   n0.bin ...   pages of leaves, about OD_PAGE bytes each
 *   nl0.bin ...  lists of records that are too long for a page; and for each run of
 *                pages that share a beginning, the records of the run, so that a word
 *                that fills many pages costs one list and two pages
 *   n.root       the first key and the length of every page, and where the lists are
 * All bit streams of rice.h; n.root is compressed, and begins as a .bin file does.
 *
 *   root := gamma(bound + 1) gamma(pages + 1) page* gamma(runs + 1) run*
 *   page := gamma(lcp + 1) gamma(rest + 1) symbol{rest} gamma(bytes)
 *   run  := gamma(last page - that of the run before + 1) gamma(pages) gamma(n)
 *           place(32) gamma(bytes)
 *   leaves of a page := (gamma(lcp + 2) gamma(rest) symbol{rest} gamma(n) docs)*
 * gamma(1) docs := list{n}, or for n > OD_INLINE: place(32) gamma(bytes) A run of pages
 * a..b whose keys share a beginning has the records of a..b-1: page b may hold more
 * than them.
 */
#ifndef OD_SEARCH_INDEX_H
#define OD_SEARCH_INDEX_H

#include "core/arena.h"
#include "core/err.h"
#include "core/hash.h"
#include "core/span.h"
#include "search/docs.h"
#include "search/shards.h"

enum {
	OD_PAGE = 6 * 1024,
	OD_PAGE_REFS = 24, /* long lists of one page */
	OD_INLINE = 96,    /* records that stand in the page itself */
	OD_RUN_PAGES = 3,  /* pages that are worth a list of their own */
	OD_KEY_MAX = 400,
};

/* ---- writing */

struct od_index;

struct od_index_fact {
	uint64_t bytes, leaves, pages, runs;
	uint64_t page_bytes, list_bytes, root_bytes;
	uint32_t files;
};

/* Never NULL; failures are told by close. `bound`: number of records. */
struct od_index *od_index_open(const char *dir, const char *name, uint32_t bound,
                               struct od_sha256 *hash);

/* Keys must ascend; docs ascend, n is at least 1. */
void od_index_put(struct od_index *x, struct od_span key, const uint32_t *docs,
                  size_t n);
OD_CHECKED enum od_rc od_index_close(struct od_index *x, struct od_index_fact *fact,
                                     struct od_err *err);

/* ---- reading */

struct od_index_in;

/* Everything lives in the arena, but for open files. */
OD_CHECKED enum od_rc od_index_in_open(const char *dir, const char *name,
                                       struct od_arena *a, struct od_index_in **out,
                                       struct od_err *err);
uint32_t od_index_in_bound(const struct od_index_in *x);

/* Adds to the sets the records that have `word`, and those that may have it. */
OD_CHECKED enum od_rc od_index_find(struct od_index_in *x, struct od_span word,
                                    struct od_docs *sure, struct od_docs *maybe,
                                    struct od_err *err);
void od_index_in_close(struct od_index_in *x);

#endif
