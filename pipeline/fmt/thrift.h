/*
 * thrift.h - structs in the compact protocol of Apache Thrift, as Parquet has them.
 *
 * Source:
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 * Only what Parquet's metadata needs: structs, lists, 32- and 64-bit integers, booleans
 * and bytes. Fields of a struct are written in ascending order of their ids (1 to
 * 32767); an element of a list has no field header and is written by od_thrift_item_*.
 */
#ifndef OD_FMT_THRIFT_H
#define OD_FMT_THRIFT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

/* Types as they stand in the head of a field or list. */
enum od_thrift_type {
	OD_THRIFT_TRUE = 1,
	OD_THRIFT_FALSE = 2,
	OD_THRIFT_BYTE = 3,
	OD_THRIFT_I32 = 5,
	OD_THRIFT_I64 = 6,
	OD_THRIFT_BINARY = 8,
	OD_THRIFT_LIST = 9,
	OD_THRIFT_STRUCT = 12,
};

enum { OD_THRIFT_DEPTH = 16 };

/* A writer: set `to`, zero the rest. The outermost struct is open at once. */
struct od_thrift {
	struct od_buf *to;
	int last[OD_THRIFT_DEPTH]; /* id of the last field, by depth */
	unsigned depth;
};

/* Fields of the open struct. */
void od_thrift_byte(struct od_thrift *t, int id, int8_t v);
void od_thrift_i32(struct od_thrift *t, int id, int32_t v);
void od_thrift_i64(struct od_thrift *t, int id, int64_t v);
void od_thrift_bool(struct od_thrift *t, int id, bool v);
void od_thrift_binary(struct od_thrift *t, int id, struct od_span v);

/* A struct as a field. */
void od_thrift_begin(struct od_thrift *t, int id);

/* A list as a field: its head; then exactly `n` items of the type follow. */
void od_thrift_list(struct od_thrift *t, int id, enum od_thrift_type type, size_t n);

void od_thrift_item_i32(struct od_thrift *t, int32_t v);
void od_thrift_item_binary(struct od_thrift *t, struct od_span v);
void od_thrift_item_begin(struct od_thrift *t);

/* Ends the open struct: the outermost one too. */
void od_thrift_end(struct od_thrift *t);

/* A number of seven bits a byte, the low ones first. */
void od_varint_put(struct od_buf *to, uint64_t v);

#endif
