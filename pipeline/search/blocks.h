/*
 * blocks.h - the texts of records, some side by side, compressed.
 *
 * A block holds OD_BLOCK records (the last one fewer). A record is its values, each
 * ended by 3, and then 1; where a column has several values, 4 parts them. Texts are
 * UTF-8, as they are. A block is a gzip member, so zcat shows a whole file. NAME.root
 * has the number of blocks and the length of each, in gamma codes, compressed.
 */
#ifndef OD_SEARCH_BLOCKS_H
#define OD_SEARCH_BLOCKS_H

#include "core/arena.h"
#include "core/err.h"
#include "core/hash.h"
#include "core/span.h"
#include "search/rice.h"
#include "search/shards.h"

enum {
	OD_BLOCK = 32,
	OD_END_RECORD = 1,
	OD_END_VALUE = 3,
	OD_NEXT_VALUE = 4,
	OD_MANY = 0x1f, /* what parts several values in a cell of the query */
};

struct od_blocks {
	struct od_shards out;
	struct od_sha256 *hash;
	char *path;
	struct od_rice lengths;
	uint32_t n;
	uint64_t root_bytes;
};

void od_blocks_init(struct od_blocks *w, const char *dir, const char *name,
                    struct od_sha256 *hash);

/* A block that od_gzip() has compressed. */
void od_blocks_put(struct od_blocks *w, struct od_span squeezed);
OD_CHECKED enum od_rc od_blocks_close(struct od_blocks *w, struct od_err *err);

/* Appends a value as a block has it. */
void od_block_value(struct od_buf *b, struct od_span value);

struct od_blocks_in;

OD_CHECKED enum od_rc od_blocks_open(const char *dir, const char *name,
                                     struct od_arena *a, struct od_blocks_in **out,
                                     struct od_err *err);
uint32_t od_blocks_count(const struct od_blocks_in *r);

/* The bytes of a block, in the arena. */
OD_CHECKED enum od_rc od_blocks_get(struct od_blocks_in *r, uint32_t block,
                                    struct od_arena *a, struct od_span *out,
                                    struct od_err *err);
void od_blocks_in_close(struct od_blocks_in *r);

/* Cuts the next record off: its values, at most `most`; *n is their number. False at
 * the end. */
bool od_block_next(struct od_span *rest, struct od_span *values, size_t most,
                   size_t *n);

#endif
