/*
 * shards.h - many small items in few files.
 *
 * Items are put one after the other into NAME0, NAME1, ... of at most OD_SHARD bytes
 * each (one larger item has a file to itself); none is cut in two. So who knows
 * the lengths knows where each lies. A reader asks a server for an item's bytes alone,
 * or takes the whole file where ranges are not served.
 */
#ifndef OD_SEARCH_SHARDS_H
#define OD_SEARCH_SHARDS_H

#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/hash.h"
#include "core/out.h"
#include "core/span.h"

enum { OD_SHARD_BITS = 18, OD_SHARD = 1 << OD_SHARD_BITS };

/*
 * Two kinds of files: NAME0.gz, whose items are gzip members, so that the whole file is
 * one too; and NAME0.bin, which begins with eight bytes that say that it is no text:
 * the scanner of seal/ passes it by, since every text that an index holds pieces of
 * lies whole in a .gz or .json file beside it, and bits look like anything by chance.
 */
#define OD_SHARD_MAGIC "\x89ODPIX1\n"
enum { OD_SHARD_HEAD = 8 };
enum od_shard_kind { OD_SHARD_GZ, OD_SHARD_BIN };

/* Where the next item of a sequence lies; zeroed is the first place. */
struct od_place_at {
	uint32_t shard, offset;
};

/* Moves to the place of an item of n bytes, which begins there; `end` after it. */
static inline struct od_place_at
od_place_next(struct od_place_at *end, size_t n, enum od_shard_kind kind)
{
	uint32_t head = kind == OD_SHARD_BIN ? OD_SHARD_HEAD : 0;
	struct od_place_at at = *end;

	if (at.offset < head)
		at.offset = head;
	if (at.offset > head && at.offset + n > OD_SHARD)
		at = (struct od_place_at){at.shard + 1, head};
	*end = (struct od_place_at){at.shard, (uint32_t)(at.offset + n)};
	return at;
}

/* One number for a place. */
static inline uint32_t
od_place_pack(struct od_place_at at)
{
	return at.shard << OD_SHARD_BITS | at.offset;
}

static inline struct od_place_at
od_place_unpack(uint32_t v)
{
	return (struct od_place_at){v >> OD_SHARD_BITS, v & (OD_SHARD - 1)};
}

struct od_shards {
	char *dir; /* with a slash at its end */
	char name[16];
	enum od_shard_kind kind;
	struct od_place_at end;
	struct od_out *out;
	struct od_sha256 *hash;
	uint64_t bytes;
	uint32_t files;
	enum od_rc rc; /* the first failure ... */
	struct od_err err;
};

void od_shards_init(struct od_shards *w, const char *dir, const char *name,
                    enum od_shard_kind kind, struct od_sha256 *hash);

/* After a failure nothing is written; close tells. */
struct od_place_at od_shards_put(struct od_shards *w, struct od_span item);
OD_CHECKED enum od_rc od_shards_close(struct od_shards *w, struct od_err *err);

/* A reader keeps the file that was asked for last. Zeroed but for dir and name. */
struct od_shards_in {
	const char *dir, *name;
	enum od_shard_kind kind;
	int fd;
	uint32_t shard; /* of fd, which is 0 for none */
};

/* The item's bytes, in the arena. */
OD_CHECKED enum od_rc od_shards_get(struct od_shards_in *r, struct od_place_at at,
                                    size_t n, struct od_arena *a, struct od_span *item,
                                    struct od_err *err);
void od_shards_in_close(struct od_shards_in *r);

#endif
