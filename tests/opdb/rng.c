#include "rng.h"

uint64_t
od_rng_mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

void
od_rng_init(struct od_rng *r, uint64_t seed, enum od_stream stream, uint64_t id)
{
	uint64_t x = od_rng_mix(seed ^ od_rng_mix((uint64_t)stream << 56 ^ id));

	for (int i = 0; i < 4; i++) {
		x += UINT64_C(0x9e3779b97f4a7c15);
		r->s[i] = od_rng_mix(x);
	}
}
