#include "fmt_test.h"

#include "fmt/rle.h"
#include "parquet_read.h"

/* "3x5 2" -> five times 3, once 2; what comes back must be that. */
static void
put_series(struct od_rle *r, const char *series, uint32_t *values, size_t *n)
{
	char *end;

	*n = 0;
	for (const char *p = series; *p; p = end) {
		uint32_t v = (uint32_t)strtoul(p, &end, 10);
		size_t times = 1;

		if (*end == 'x')
			times = strtoul(end + 1, &end, 10);
		while (times--) {
			od_rle_put(r, v);
			values[(*n)++] = v;
		}
	}
	od_rle_end(r);
}

static const char *
bytes_of(const struct od_buf *b)
{
	static char text[512];

	text[0] = '\0';
	for (size_t i = 0; i < b->n && i < 100; i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned char)b->p[i]);
	return text;
}

static void
eight_equal_values_are_a_run_and_others_are_packed(void **state)
{
	static const struct {
		unsigned width;
		const char *series, *out;
	} cases[] = {
	    {1, "1", "0301"},       /* one group of eight, filled with zeros */
	    {1, "1x7", "037f"},     /* seven are no run */
	    {1, "1x8", "1001"},     /* eight are */
	    {1, "1x300", "d80401"}, /* the length of a run is a varint */
	    {1, "1x8 0x8", "10011000"},
	    {1, "1 0 1 1 0 0 1 0", "034d"},
	    {3, "0 1 2 3 4 5 6 7", "0388c6fa"}, /* the example of the standard */
	    {3, "5x9", "1205"},
	    {9, "300x8", "102c01"},    /* a run's value in whole bytes */
	    {1, "0 1x10", "05fe07"},   /* seven fill the group; the rest is packed */
	    {1, "0 1x15", "03fe1001"}, /* and eight after it are a run */
	};
	uint32_t values[512], back[512];
	struct od_buf b = {0};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		struct od_rle r = {.to = &b, .width = cases[i].width};
		size_t n;

		b.n = 0;
		put_series(&r, cases[i].series, values, &n);
		if (strcmp(bytes_of(&b), cases[i].out))
			fail_msg("%s: %s", cases[i].series, bytes_of(&b));
		assert_true(read_hybrid(od_buf_view(&b), r.width, back, n));
		assert_memory_equal(values, back, n * sizeof(*values));
	}
	od_buf_release(&b);
}

static uint32_t
next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*seed >> 33);
}

static void
any_series_comes_back_at_any_width(void **state)
{
	enum { N = 5000 };
	uint32_t *values = od_alloc(N * sizeof(*values));
	uint32_t *back = od_alloc(N * sizeof(*back));
	struct od_buf b = {0};
	uint64_t seed = 1;

	(void)state;
	for (unsigned width = 1; width <= 32; width++) {
		struct od_rle r = {.to = &b, .width = width};
		uint32_t mask = width == 32 ? UINT32_MAX : (1U << width) - 1, v = 0;

		b.n = 0;
		for (size_t i = 0; i < N; i++) {
			/* runs of every length about eight */
			if (next(&seed) % (1 + width) == 0)
				v = next(&seed) << 1 & mask;
			values[i] = v;
			od_rle_put(&r, v);
		}
		od_rle_end(&r);
		assert_true(read_hybrid(od_buf_view(&b), width, back, N));
		assert_memory_equal(values, back, N * sizeof(*values));
	}
	od_buf_release(&b);
	free(values);
	free(back);
}

static void
a_width_holds_the_greatest_number(void **state)
{
	static const struct {
		uint32_t most;
		unsigned width;
	} cases[] = {{0, 1}, {1, 1},      {2, 2},          {3, 2},
	             {4, 3}, {65535, 16}, {UINT32_MAX, 32}};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		assert_int_equal(od_rle_width(cases[i].most), cases[i].width);
}

static void
booleans_are_bits_from_the_low_end(void **state)
{
	struct od_buf b = {0};

	(void)state;
	od_bits_put(&b, "\1\0\1\1\0\0\0\0\1", 9);
	assert_string_equal(bytes_of(&b), "0d01");
	od_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(eight_equal_values_are_a_run_and_others_are_packed),
	    cmocka_unit_test(any_series_comes_back_at_any_width),
	    cmocka_unit_test(a_width_holds_the_greatest_number),
	    cmocka_unit_test(booleans_are_bits_from_the_low_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
