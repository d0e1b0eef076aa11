/*
 * rng.h - repeatable randomness: one generator a (seed, stream, id).
 *
 * Nothing else in the generator draws random numbers, so the same seed gives
 * the same bytes anywhere, and what belongs to one id never depends on how many
 * other ids were made before it. Two draws never stand in one expression or one
 * list of arguments: C leaves their order to the compiler.
 */
#ifndef OD_OPDB_RNG_H
#define OD_OPDB_RNG_H

#include <stdbool.h>
#include <stdint.h>

/* Who is drawing: the same id in two streams gives unrelated numbers. */
enum od_stream {
	OD_STREAM_FATE = 1, /* what becomes of a project */
	OD_STREAM_DRAFT,    /* its content */
	OD_STREAM_REWORD,   /* how a near-duplicate differs */
	OD_STREAM_RECORD,   /* its other columns and its child rows */
	OD_STREAM_PLANT,    /* what is hidden in its texts */
	OD_STREAM_PERSON,
	OD_STREAM_ORG,
	OD_STREAM_PLACE,
};

/* xoshiro256** */
struct od_rng {
	uint64_t s[4];
};

void od_rng_init(struct od_rng *r, uint64_t seed, enum od_stream stream, uint64_t id);

/* A fixed scramble of 64 bits (splitmix64's finalizer). */
uint64_t od_rng_mix(uint64_t x);

static inline uint64_t
od_rng_next(struct od_rng *r)
{
	uint64_t m = r->s[1] * 5, t = r->s[1] << 17;
	uint64_t v = (m << 7 | m >> 57) * 9;

	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = r->s[3] << 45 | r->s[3] >> 19;
	return v;
}

/* 0 .. n-1, `n` at least 1. The bias of the multiplication is below 2^-32 * n. */
static inline uint32_t
od_rng_below(struct od_rng *r, uint32_t n)
{
	return (uint32_t)(((od_rng_next(r) >> 32) * n) >> 32);
}

/* lo .. hi, both included, less than 2^32 apart. */
static inline int64_t
od_rng_range(struct od_rng *r, int64_t lo, int64_t hi)
{
	return lo + (int64_t)od_rng_below(r, (uint32_t)(hi - lo + 1));
}

/* True in `permille` of 1000 cases. */
static inline bool
od_rng_chance(struct od_rng *r, uint32_t permille)
{
	return od_rng_below(r, 1000) < permille;
}

#endif
