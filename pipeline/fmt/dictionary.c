#include "fmt/dictionary.h"

#include <stdlib.h>

#include "core/arena.h"
#include "fmt/scan.h"

/* Places in a row that are looked at: at half load, fair data need at most some 60. */
enum { MOST_STEPS = 256, FIRST_SLOTS = 1 << 8 };

void
od_plain_put(struct od_buf *to, unsigned width, struct od_span value)
{
	if (!width) {
		char length[4];

		for (unsigned i = 0; i < 4; i++)
			length[i] = (char)(value.n >> 8 * i);
		od_buf_put(to, length, sizeof(length));
	}
	od_buf_span(to, value);
}

static size_t
hash(struct od_span v)
{
	uint64_t h = v.n, x = 0;
	size_t i = 0;

	for (; i + 8 <= v.n; i += 8) {
		h = (h ^ od_scan_load(v.p + i)) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	if (i < v.n)
		memcpy(&x, v.p + i, v.n - i);
	h = (h ^ x) * UINT64_C(0xbf58476d1ce4e5b9);
	return (size_t)(h ^ h >> 32);
}

static uint32_t
end_of(const struct od_dictionary *d, uint32_t number)
{
	uint32_t end;

	memcpy(&end, d->ends.p + number * sizeof(end), sizeof(end));
	return end;
}

struct od_span
od_dictionary_plain(const struct od_dictionary *d, uint32_t number)
{
	uint32_t from = number ? end_of(d, number - 1) : 0;

	return (struct od_span){d->plain.p + from, end_of(d, number) - from};
}

static struct od_span
value_of(const struct od_dictionary *d, uint32_t number)
{
	struct od_span v = od_dictionary_plain(d, number);
	size_t length = d->width ? 0 : 4;

	return (struct od_span){v.p + length, v.n - length};
}

/* The slot of a value or the empty one where it belongs; n_slots: none within reach. */
static size_t
find_slot(const struct od_dictionary *d, struct od_span value)
{
	size_t at = hash(value) & (d->n_slots - 1);

	for (size_t i = 0; i < MOST_STEPS; i++) {
		if (!d->slots[at] ||
		    od_span_equal(value_of(d, d->slots[at] - 1), value))
			return at;
		at = (at + 1) & (d->n_slots - 1);
	}
	return d->n_slots;
}

static bool
grow(struct od_dictionary *d)
{
	size_t n = d->n_slots ? 2 * d->n_slots : FIRST_SLOTS;

	d->slots = od_realloc(d->slots, n * sizeof(*d->slots));
	memset(d->slots, 0, n * sizeof(*d->slots));
	d->n_slots = n;
	for (uint32_t i = 0; i < d->n; i++) {
		size_t at = find_slot(d, value_of(d, i));

		if (at == n)
			return false;
		d->slots[at] = i + 1;
	}
	return true;
}

uint32_t
od_dictionary_put(struct od_dictionary *d, struct od_span value, bool *added)
{
	uint32_t end;
	size_t at;

	*added = false;
	if (d->n && od_span_equal(value_of(d, d->last), value))
		return d->last;
	if (2 * (size_t)d->n >= d->n_slots && !grow(d))
		return OD_DICTIONARY_FULL;
	at = find_slot(d, value);
	if (at == d->n_slots)
		return OD_DICTIONARY_FULL;
	if (d->slots[at])
		return d->last = d->slots[at] - 1;
	if (d->n == OD_DICTIONARY_ENTRIES ||
	    d->plain.n + value.n + 4 > OD_DICTIONARY_BYTES)
		return OD_DICTIONARY_FULL;
	od_plain_put(&d->plain, d->width, value);
	end = (uint32_t)d->plain.n;
	od_buf_put(&d->ends, &end, sizeof(end));
	*added = true;
	d->last = d->n++;
	d->slots[at] = d->n;
	return d->last;
}

void
od_dictionary_reset(struct od_dictionary *d)
{
	d->plain.n = d->ends.n = 0;
	d->n = d->last = 0;
	if (d->n_slots)
		memset(d->slots, 0, d->n_slots * sizeof(*d->slots));
}

void
od_dictionary_release(struct od_dictionary *d)
{
	od_buf_release(&d->plain);
	od_buf_release(&d->ends);
	free(d->slots);
	*d = (struct od_dictionary){0};
}
