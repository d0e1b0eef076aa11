#include "search/rice.h"

void
od_rice_put(struct od_rice *w, uint32_t v, unsigned bits)
{
	w->held = w->held << bits | (bits < 32 ? v & ((1u << bits) - 1) : v);
	w->n += bits;
	while (w->n >= 8) {
		w->n -= 8;
		od_buf_putc(&w->b, (char)(w->held >> w->n & 0xff));
	}
}

static unsigned
width(uint32_t v)
{
	return v ? 32 - (unsigned)__builtin_clz(v) : 0;
}

void
od_rice_gamma(struct od_rice *w, uint32_t v)
{
	unsigned n = width(v);

	od_rice_put(w, 0, n - 1);
	od_rice_put(w, v, n);
}

void
od_rice_flush(struct od_rice *w)
{
	if (w->n)
		od_rice_put(w, 0, 8 - w->n);
}

/* Golomb's rule, about log2 of 0.69 times the mean gap, in whole numbers. */
static unsigned
parameter(size_t n, uint32_t bound)
{
	uint64_t mean = n ? ((uint64_t)bound - n) * 11 / ((uint64_t)n * 16) : 0;
	unsigned k = width((uint32_t)mean);

	return k ? k - 1 : 0;
}

void
od_rice_list(struct od_rice *w, const uint32_t *v, size_t n, uint32_t bound)
{
	unsigned k = parameter(n, bound);
	uint32_t next = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t gap = v[i] - next, q = gap >> k;

		next = v[i] + 1;
		for (; q >= 24; q -= 24)
			od_rice_put(w, 0xffffff, 24);
		od_rice_put(w, (1u << (q + 1)) - 2, q + 1);
		od_rice_put(w, gap, k);
	}
}

uint32_t
od_rice_get(struct od_rice_in *r, unsigned bits)
{
	uint32_t v = 0;

	while (bits) {
		unsigned in = r->at & 7, take = 8 - in;
		unsigned char byte = 0;

		if (r->at >> 3 < r->n)
			byte = r->p[r->at >> 3];
		else
			r->bad = true;
		if (take > bits)
			take = bits;
		v = v << take |
		    ((unsigned)byte >> (8 - in - take) & ((1u << take) - 1));
		r->at += take;
		bits -= take;
	}
	return v;
}

/* How many bits equal to `bit` come next; takes the one after them too. */
static uint32_t
run(struct od_rice_in *r, unsigned bit, uint32_t most)
{
	uint32_t n = 0;

	while (n <= most && !r->bad && od_rice_get(r, 1) == bit)
		n++;
	return n;
}

uint32_t
od_rice_get_gamma(struct od_rice_in *r)
{
	uint32_t zeros = run(r, 0, 31);

	if (zeros > 31 || r->bad) {
		r->bad = true;
		return 1;
	}
	return (uint32_t)(1u << zeros) | od_rice_get(r, zeros);
}

bool
od_rice_get_list(struct od_rice_in *r, uint32_t *v, size_t n, uint32_t bound)
{
	unsigned k = parameter(n, bound);
	uint64_t next = 0;

	if (n > bound)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint64_t q = run(r, 1, bound);

		next += q << k | od_rice_get(r, k);
		if (next >= bound || r->bad)
			return false;
		v[i] = (uint32_t)next++;
	}
	return true;
}
