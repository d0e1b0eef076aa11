#include "fmt/rle.h"

#include "fmt/thrift.h"

/* Their head is one byte, so that it can be set later. */
enum { MOST_GROUPS = 63 };

static void
end_packed(struct od_rle *r)
{
	if (r->groups)
		r->to->p[r->head] = (char)(r->groups << 1 | 1);
	r->groups = 0;
}

static void
put_packed(struct od_rle *r)
{
	uint64_t bits = 0;
	unsigned n = 0;

	if (r->groups == MOST_GROUPS)
		end_packed(r);
	if (!r->groups) {
		r->head = r->to->n;
		od_buf_putc(r->to, '\0');
	}
	for (size_t i = 0; i < 8; i++) {
		bits |= (uint64_t)r->packed[i] << n;
		for (n += r->width; n >= 8; n -= 8, bits >>= 8)
			od_buf_putc(r->to, (char)bits);
	}
	r->groups++;
	r->n_packed = 0;
	r->run = 0;
}

static void
put_run(struct od_rle *r)
{
	end_packed(r);
	od_varint_put(r->to, (uint64_t)r->run << 1);
	for (unsigned n = 0; n < r->width; n += 8)
		od_buf_putc(r->to, (char)(r->last >> n));
	r->n_packed = 0;
	r->run = 0;
}

void
od_rle_put(struct od_rle *r, uint32_t v)
{
	if (r->run && v == r->last) {
		/* from the eighth on they are only counted: those packed are theirs */
		if (++r->run >= 8)
			return;
	} else {
		if (r->run >= 8)
			put_run(r);
		r->last = v;
		r->run = 1;
	}
	r->packed[r->n_packed++] = v;
	if (r->n_packed == 8)
		put_packed(r);
}

void
od_rle_end(struct od_rle *r)
{
	if (r->run >= 8) {
		put_run(r);
	} else if (r->n_packed) {
		while (r->n_packed < 8)
			r->packed[r->n_packed++] = 0;
		put_packed(r);
	}
	end_packed(r);
}

unsigned
od_rle_width(uint32_t most)
{
	unsigned n = 1;

	while (n < 32 && most >> n)
		n++;
	return n;
}

void
od_bits_put(struct od_buf *to, const char *v, size_t n)
{
	for (size_t i = 0; i < n; i += 8) {
		unsigned bits = 0;

		for (size_t k = 0; k < 8 && i + k < n; k++)
			bits |= (unsigned)(v[i + k] != 0) << k;
		od_buf_putc(to, (char)bits);
	}
}
