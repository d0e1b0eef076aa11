#include "seal/thrift_tree.h"

struct reader {
	const char *p, *end;
	struct od_arena *a;
	unsigned depth;
};

bool
od_varint_read(const char **p, const char *end, uint64_t *out)
{
	*out = 0;
	for (unsigned shift = 0; shift < 64 && *p < end; shift += 7) {
		unsigned char c = (unsigned char)*(*p)++;

		*out |= (uint64_t)(c & 0x7f) << shift;
		if (!(c & 0x80))
			return true;
	}
	return false;
}

static bool
read_zigzag(struct reader *r, int64_t *out)
{
	uint64_t v;
	bool ok = od_varint_read(&r->p, r->end, &v);

	*out = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
	return ok;
}

static bool
read_bytes(struct reader *r, struct od_span *out)
{
	uint64_t n;

	if (!od_varint_read(&r->p, r->end, &n) || n > (uint64_t)(r->end - r->p))
		return false;
	*out = (struct od_span){r->p, (size_t)n};
	r->p += n;
	return true;
}

static bool read_items(struct reader *r, struct od_tnode *parent);

static bool
read_value(struct reader *r, struct od_tnode *n)
{
	switch (n->type) {
	case OD_TNODE_TRUE:
	case OD_TNODE_FALSE:
		return true;
	case OD_TNODE_BYTE:
		if (r->p == r->end)
			return false;
		n->number = (signed char)*r->p++;
		return true;
	case OD_TNODE_I16:
	case OD_TNODE_I32:
	case OD_TNODE_I64:
		return read_zigzag(r, &n->number);
	case OD_TNODE_BINARY:
		return read_bytes(r, &n->bytes);
	case OD_TNODE_LIST:
	case OD_TNODE_STRUCT:
		return read_items(r, n);
	}
	return false;
}

/* The next field; *last: there is none. */
static bool
read_field(struct reader *r, int *id, struct od_tnode *n, bool *last)
{
	unsigned head;
	int64_t whole;

	if (r->p == r->end)
		return false;
	head = (unsigned char)*r->p++;
	*last = head == 0;
	if (*last)
		return true;
	whole = *id + (int64_t)(head >> 4);
	if (!(head >> 4) && !read_zigzag(r, &whole))
		return false;
	if (whole < 1 || whole > INT16_MAX)
		return false;
	n->id = *id = (int)whole;
	n->type = (enum od_tnode_type)(head & 15);
	return true;
}

/* Number and type of a list's elements. */
static bool
read_list_head(struct reader *r, uint64_t *n, enum od_tnode_type *type)
{
	unsigned head;

	if (r->p == r->end)
		return false;
	head = (unsigned char)*r->p++;
	*type = (enum od_tnode_type)(head & 15);
	*n = head >> 4;
	if (*n == 15 && !od_varint_read(&r->p, r->end, n))
		return false;
	return *type > OD_TNODE_FALSE && *n <= (uint64_t)(r->end - r->p);
}

static bool
read_items(struct reader *r, struct od_tnode *parent)
{
	bool is_list = parent->type == OD_TNODE_LIST, ok = true, last = false;
	const struct od_tnode **at = &parent->items;
	enum od_tnode_type type = OD_TNODE_STRUCT;
	uint64_t left = 0;
	int id = 0;

	if (++r->depth > OD_TNODE_DEPTH ||
	    (is_list && !read_list_head(r, &left, &type)))
		return false;
	while (ok && (is_list ? left > 0 : !last)) {
		struct od_tnode *n = od_arena_alloc(r->a, sizeof(*n));

		n->type = type;
		if (is_list)
			left--;
		else
			ok = read_field(r, &id, n, &last);
		if (!ok || last)
			break;
		*at = n;
		at = (const struct od_tnode **)&n->next;
		parent->n++;
		ok = read_value(r, n);
	}
	r->depth--;
	return ok;
}

const struct od_tnode *
od_tnode_read(struct od_span from, struct od_arena *a, size_t *used)
{
	struct reader r = {.p = from.p, .end = from.p + from.n, .a = a};
	struct od_tnode *root = od_arena_alloc(a, sizeof(*root));

	root->type = OD_TNODE_STRUCT;
	if (!read_items(&r, root))
		return NULL;
	*used = (size_t)(r.p - from.p);
	return root;
}

const struct od_tnode *
od_tnode_field(const struct od_tnode *s, int id)
{
	const struct od_tnode *n = s ? s->items : NULL;

	while (n && n->id != id)
		n = n->next;
	return n;
}

const struct od_tnode *
od_tnode_item(const struct od_tnode *list, size_t i)
{
	const struct od_tnode *n = list ? list->items : NULL;

	for (; n && i; i--)
		n = n->next;
	return n;
}

int64_t
od_tnode_number(const struct od_tnode *s, int id, int64_t otherwise)
{
	const struct od_tnode *n = od_tnode_field(s, id);

	return n ? n->number : otherwise;
}
