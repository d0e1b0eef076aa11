/*
 * thrift_tree.h - a struct in Thrift's compact protocol, read as a tree.
 *
 * Source:
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md For
 * the metadata of Parquet files: it knows what they may hold, and neither doubles nor
 * maps. It trusts nothing: lengths lie within the bytes, structs and lists are at most
 * OD_TNODE_DEPTH deep, and a node costs at least a byte.
 */
#ifndef OD_SEAL_THRIFT_TREE_H
#define OD_SEAL_THRIFT_TREE_H

#include <stdint.h>

#include "core/arena.h"
#include "core/span.h"

enum { OD_TNODE_DEPTH = 16 };

enum od_tnode_type {
	OD_TNODE_TRUE = 1,
	OD_TNODE_FALSE = 2,
	OD_TNODE_BYTE = 3,
	OD_TNODE_I16 = 4,
	OD_TNODE_I32 = 5,
	OD_TNODE_I64 = 6,
	OD_TNODE_BINARY = 8,
	OD_TNODE_LIST = 9,
	OD_TNODE_STRUCT = 12,
};

struct od_tnode {
	enum od_tnode_type type;
	int id;               /* of a field in its struct */
	int64_t number;       /* of a byte or integer */
	struct od_span bytes; /* of a binary; they stay where they were read */
	const struct od_tnode *items, *next; /* fields or elements, in order */
	size_t n;                            /* of items */
};

/* The struct that `from` begins with and the bytes it takes; NULL: it is broken. */
const struct od_tnode *od_tnode_read(struct od_span from, struct od_arena *a,
                                     size_t *used);

/* A field of a struct, an element of a list: NULL if there is none, or no parent. */
const struct od_tnode *od_tnode_field(const struct od_tnode *s, int id);
const struct od_tnode *od_tnode_item(const struct od_tnode *list, size_t i);

/* The number of a field, or `otherwise`. */
int64_t od_tnode_number(const struct od_tnode *s, int id, int64_t otherwise);

/* A number of seven bits a byte at *p, which it moves; false: it does not end. */
bool od_varint_read(const char **p, const char *end, uint64_t *out);

#endif
