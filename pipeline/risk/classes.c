#include "risk/classes.h"

#include <math.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/buf.h"

/* Byte strings, numbered from 0 in the order they first came, each with its count. */
struct entry {
	const char *key;
	uint32_t n; /* bytes of the key */
	uint32_t hash;
	uint64_t count;
};
struct index {
	struct entry *v;
	size_t n, cap;
	uint32_t *slots; /* number of an entry plus 1; 0: free */
	size_t n_slots;  /* a power of two, at least twice n */
	struct od_arena keys;
};

/* A sensitive column: its values, and how often each occurs in each class. */
struct column {
	struct index values, pairs;
};

struct od_classes {
	size_t n_quasi, n_sensitive;
	struct index classes;
	struct column *columns;
	struct od_buf key; /* of the record at hand */
};

/* The key of `pairs`. */
struct pair {
	uint32_t class, value;
};

/* Eight bytes at a time; whom it fools costs time only: keys are compared. */
static uint32_t
hash_of(const char *p, size_t n)
{
	uint64_t h = n, w;

	for (; n >= sizeof(w); p += sizeof(w), n -= sizeof(w)) {
		memcpy(&w, p, sizeof(w));
		h = (h ^ w) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	w = 0;
	memcpy(&w, p, n);
	h = (h ^ w) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32);
}

static void
grow_slots(struct index *x)
{
	size_t mask;

	x->n_slots = x->n_slots ? 2 * x->n_slots : 1024;
	free(x->slots);
	x->slots = od_alloc(x->n_slots * sizeof(*x->slots));
	memset(x->slots, 0, x->n_slots * sizeof(*x->slots));
	mask = x->n_slots - 1;
	for (size_t i = 0; i < x->n; i++) {
		size_t at = x->v[i].hash & mask;

		while (x->slots[at])
			at = (at + 1) & mask;
		x->slots[at] = (uint32_t)i + 1;
	}
}

/* Counts the key once more and returns its number. */
static uint32_t
count_key(struct index *x, const char *key, size_t n)
{
	uint32_t hash = hash_of(key, n);
	size_t at;

	if (2 * (x->n + 1) > x->n_slots)
		grow_slots(x);
	for (at = hash & (x->n_slots - 1); x->slots[at];
	     at = (at + 1) & (x->n_slots - 1)) {
		struct entry *e = &x->v[x->slots[at] - 1];

		if (e->hash == hash && e->n == n && !memcmp(e->key, key, n)) {
			e->count++;
			return x->slots[at] - 1;
		}
	}
	if (x->n == x->cap) {
		x->cap = x->cap ? 2 * x->cap : 512;
		x->v = od_realloc(x->v, x->cap * sizeof(*x->v));
	}
	x->v[x->n] = (struct entry){od_arena_dup(&x->keys, (struct od_span){key, n}).p,
	                            (uint32_t)n, hash, 1};
	x->slots[at] = (uint32_t)x->n + 1;
	return (uint32_t)x->n++;
}

static void
release(struct index *x)
{
	free(x->v);
	free(x->slots);
	od_arena_release(&x->keys);
}

struct od_classes *
od_classes_open(size_t n_quasi, size_t n_sensitive)
{
	struct od_classes *c = od_alloc(sizeof(*c));
	size_t columns = (n_sensitive + 1) * sizeof(*c->columns);

	*c = (struct od_classes){.n_quasi = n_quasi, .n_sensitive = n_sensitive};
	c->columns = od_alloc(columns);
	memset(c->columns, 0, columns);
	return c;
}

void
od_classes_close(struct od_classes *c)
{
	if (!c)
		return;
	release(&c->classes);
	for (size_t i = 0; i < c->n_sensitive; i++) {
		release(&c->columns[i].values);
		release(&c->columns[i].pairs);
	}
	free(c->columns);
	od_buf_release(&c->key);
	free(c);
}

void
od_classes_add(struct od_classes *c, const struct od_span *quasi,
               const struct od_span *sensitive)
{
	struct pair pair;

	/* Each cell behind its length: "ab","c" is not "a","bc". */
	c->key.n = 0;
	for (size_t i = 0; i < c->n_quasi; i++) {
		uint32_t n = (uint32_t)quasi[i].n;

		od_buf_put(&c->key, &n, sizeof(n));
		od_buf_span(&c->key, quasi[i]);
	}
	od_buf_room(&c->key, 1);
	pair.class = count_key(&c->classes, c->key.p, c->key.n);
	for (size_t i = 0; i < c->n_sensitive; i++) {
		const char *p = sensitive[i].n ? sensitive[i].p : "";

		pair.value = count_key(&c->columns[i].values, p, sensitive[i].n);
		count_key(&c->columns[i].pairs, (const char *)&pair, sizeof(pair));
	}
}

void
od_classes_risk(const struct od_classes *c, double threshold, struct od_risk *out)
{
	const struct index *x = &c->classes;
	uint64_t at_risk = 0;
	double together = 0, n;

	*out = (struct od_risk){.classes = x->n};
	for (size_t i = 0; i < x->n; i++) {
		uint64_t f = x->v[i].count;

		out->records += f;
		if (f == 1)
			out->uniques++;
		if (f < out->k || !out->k)
			out->k = f;
		if (f > out->largest)
			out->largest = f;
		if (1.0 / (double)f > threshold)
			at_risk += f;
		together += (double)f * (double)(f - 1);
	}
	if (!x->n)
		return;
	n = (double)out->records;
	out->highest = 1.0 / (double)out->k;
	out->average = (double)out->classes / n;
	out->at_risk = (double)at_risk / n;
	out->separation = out->records > 1 ? 1 - together / (n * (n - 1)) : 0;
}

struct share {
	struct pair pair;
	uint64_t count;
};

/* By class; within a class the frequent values first. */
static int
by_class(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	if (x->pair.class != y->pair.class)
		return x->pair.class < y->pair.class ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return 0;
}

/* Takes one class in: the shares of its `n` values. */
static void
diversify(const struct share *s, size_t n, uint64_t size, const struct index *values,
          uint64_t records, struct od_diversity *d)
{
	double entropy = 0, t = 0;
	double c = n > 1 ? (double)s[0].count / (double)(size - s[0].count) : INFINITY;

	for (size_t i = 0; i < n; i++) {
		double p = (double)s[i].count / (double)size;
		double q = (double)values->v[s[i].pair.value].count / (double)records;

		entropy -= p * log(p);
		/* What is above q here is below it elsewhere: half of the sum. */
		t += p > q ? p - q : 0;
	}
	if (n < d->distinct || !d->distinct)
		d->distinct = n;
	if (exp(entropy) < d->entropy || d->entropy <= 0)
		d->entropy = exp(entropy);
	if (c > d->c)
		d->c = c;
	if (t > d->t)
		d->t = t;
}

void
od_classes_diversity(const struct od_classes *c, size_t sensitive,
                     struct od_diversity *out)
{
	const struct column *column = &c->columns[sensitive];
	size_t n = column->pairs.n, from = 0;
	uint64_t size = 0, records = 0;
	struct share *shares = od_alloc((n + 1) * sizeof(*shares));

	*out = (struct od_diversity){0};
	for (size_t i = 0; i < n; i++) {
		memcpy(&shares[i].pair, column->pairs.v[i].key, sizeof(struct pair));
		shares[i].count = column->pairs.v[i].count;
		records += shares[i].count;
	}
	qsort(shares, n, sizeof(*shares), by_class);
	for (size_t i = 0; i < n; i++) {
		size += shares[i].count;
		if (i + 1 < n && shares[i + 1].pair.class == shares[i].pair.class)
			continue;
		diversify(shares + from, i + 1 - from, size, &column->values, records,
		          out);
		from = i + 1;
		size = 0;
	}
	free(shares);
}
