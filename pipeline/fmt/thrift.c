#include "fmt/thrift.h"

#include <assert.h>

void
od_varint_put(struct od_buf *to, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		od_buf_putc(to, (char)(v | 0x80));
	od_buf_putc(to, (char)v);
}

/* Small negative numbers become small ones: 0, -1, 1, -2 -> 0, 1, 2, 3. */
static void
put_zigzag(struct od_buf *to, int64_t v)
{
	od_varint_put(to, ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0));
}

static void
put_bytes(struct od_buf *to, struct od_span v)
{
	od_varint_put(to, v.n);
	od_buf_span(to, v);
}

/* A step of 1 to 15 from the last id stands beside the type. */
static void
put_head(struct od_thrift *t, int id, enum od_thrift_type type)
{
	int step = id - t->last[t->depth];

	assert(step > 0);
	if (step <= 15) {
		od_buf_putc(t->to, (char)(step << 4 | (int)type));
	} else {
		od_buf_putc(t->to, (char)type);
		put_zigzag(t->to, id);
	}
	t->last[t->depth] = id;
}

static void
open_struct(struct od_thrift *t)
{
	assert(t->depth + 1 < OD_THRIFT_DEPTH);
	t->last[++t->depth] = 0;
}

void
od_thrift_byte(struct od_thrift *t, int id, int8_t v)
{
	put_head(t, id, OD_THRIFT_BYTE);
	od_buf_putc(t->to, (char)v);
}

void
od_thrift_i32(struct od_thrift *t, int id, int32_t v)
{
	put_head(t, id, OD_THRIFT_I32);
	put_zigzag(t->to, v);
}

void
od_thrift_i64(struct od_thrift *t, int id, int64_t v)
{
	put_head(t, id, OD_THRIFT_I64);
	put_zigzag(t->to, v);
}

void
od_thrift_bool(struct od_thrift *t, int id, bool v)
{
	put_head(t, id, v ? OD_THRIFT_TRUE : OD_THRIFT_FALSE);
}

void
od_thrift_binary(struct od_thrift *t, int id, struct od_span v)
{
	put_head(t, id, OD_THRIFT_BINARY);
	put_bytes(t->to, v);
}

void
od_thrift_begin(struct od_thrift *t, int id)
{
	put_head(t, id, OD_THRIFT_STRUCT);
	open_struct(t);
}

void
od_thrift_list(struct od_thrift *t, int id, enum od_thrift_type type, size_t n)
{
	put_head(t, id, OD_THRIFT_LIST);
	if (n < 15) {
		od_buf_putc(t->to, (char)(n << 4 | type));
	} else {
		od_buf_putc(t->to, (char)(0xf0 | type));
		od_varint_put(t->to, n);
	}
}

void
od_thrift_item_i32(struct od_thrift *t, int32_t v)
{
	put_zigzag(t->to, v);
}

void
od_thrift_item_binary(struct od_thrift *t, struct od_span v)
{
	put_bytes(t->to, v);
}

void
od_thrift_item_begin(struct od_thrift *t)
{
	open_struct(t);
}

void
od_thrift_end(struct od_thrift *t)
{
	od_buf_putc(t->to, '\0');
	if (t->depth)
		t->depth--;
}
