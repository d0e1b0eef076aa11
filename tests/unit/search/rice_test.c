#include "../core/cmocka_first.h"

#include "search/rice.h"

/* Small random numbers that are the same everywhere. */
static uint32_t
next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static struct od_rice_in
reader(const struct od_rice *w)
{
	return (struct od_rice_in){(const unsigned char *)w->b.p, w->b.n, 0, false};
}

static void
numbers_come_back(void **state)
{
	static const uint32_t v[] = {1,   2,     3,          4,          7,
	                             255, 65536, 0x7fffffff, 0xffffffff, 1};
	struct od_rice w = {0};
	struct od_rice_in r;

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(v); i++) {
		od_rice_gamma(&w, v[i]);
		od_rice_put(&w, v[i], 32);
		od_rice_put(&w, v[i], (unsigned)i);
	}
	od_rice_flush(&w);
	r = reader(&w);
	for (size_t i = 0; i < OD_ARRAY_LEN(v); i++) {
		assert_int_equal(od_rice_get_gamma(&r), v[i]);
		assert_int_equal(od_rice_get(&r, 32), v[i]);
		assert_int_equal(od_rice_get(&r, (unsigned)i), v[i] & ((1u << i) - 1));
	}
	assert_false(r.bad);
	od_rice_get(&r, 32);
	assert_true(r.bad);
	od_buf_release(&w.b);
}

static void
lists_of_every_density_come_back(void **state)
{
	enum { BOUND = 5000 };
	static const uint32_t of[] = {1, 2, 3, 7, 50, 1000, 4999};
	static uint32_t v[BOUND], back[BOUND];
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(of); i++) {
		struct od_rice w = {0};
		struct od_rice_in r;
		size_t n = 0;

		for (uint32_t k = 0; k < BOUND; k++)
			if (next(&seed) % of[i] == 0 || k == BOUND - 1)
				v[n++] = k;
		od_rice_list(&w, v, n, BOUND);
		od_rice_flush(&w);
		assert_true(w.b.n <= BOUND / 8 * 2); /* never twice a bitmap */
		r = reader(&w);
		assert_true(od_rice_get_list(&r, back, n, BOUND));
		assert_memory_equal(back, v, n * sizeof(*v));
		od_buf_release(&w.b);
	}
}

static void
a_damaged_list_is_seen(void **state)
{
	static const unsigned char ones[] = {0xff, 0xff, 0xff, 0xff};
	struct od_rice_in r = {ones, sizeof(ones), 0, false};
	uint32_t v[8];

	(void)state;
	assert_false(od_rice_get_list(&r, v, 8, 20));
	r = (struct od_rice_in){ones, 0, 0, false};
	assert_false(od_rice_get_list(&r, v, 1, 20));
	assert_false(od_rice_get_list(&r, v, 8, 7));
	r = (struct od_rice_in){(const unsigned char *)"\0\0\0\0\0", 5, 0, false};
	od_rice_get_gamma(&r);
	assert_true(r.bad);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_come_back),
	    cmocka_unit_test(lists_of_every_density_come_back),
	    cmocka_unit_test(a_damaged_list_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
